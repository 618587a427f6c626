import tensorflow as tf

INPUTS = {"indices": [[[0, 1], [2, 3]], [[0, 0], [1, 1], [2, 2]], [[1, 2]]]}


class Model(tf.Module):
    @tf.function
    def scale(self, s):
        return s * 2.

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.int64), tf.TensorSpec([None], tf.float32)])
    def dense(self, indices, values):
        s = tf.sparse.SparseTensor(indices, values, [3, 4])
        return {"dense": tf.sparse.to_dense(s), "sum": tf.sparse.reduce_sum(s, axis=1)}


def build():
    model = Model()
    model.scale.get_concrete_function(tf.SparseTensorSpec([None, 3], tf.float32))
    return model, model.dense
