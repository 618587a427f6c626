import tensorflow as tf

INPUTS = {"values": [[10, 20], [0, 5], [-1, 1]]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([2], tf.int32), tf.TensorSpec([None, 3], tf.float32)])
    def f(self, values, dense):
        st = tf.sparse.SparseTensor(indices=[[2, 0], [0, 3]], values=values, dense_shape=[3, 10])
        ordered = tf.sparse.reorder(st)
        d = tf.sparse.from_dense(dense)
        return {
            "indices": ordered.indices, "values": ordered.values, "shape": st.dense_shape,
            "dense": tf.sparse.to_dense(ordered, default_value=-1), "from": d.indices, "back": tf.sparse.to_dense(d),
            "cast": tf.cast(d, tf.float64).values, "static": tf.constant(st.shape.as_list()),
            "indicator": tf.sparse.to_indicator(tf.sparse.SparseTensor([[0, 0], [1, 0]], tf.constant([2, 0], tf.int64), [2, 1]), 4),
        }


def build():
    return Model()
