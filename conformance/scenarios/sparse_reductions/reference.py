import tensorflow as tf

INPUTS = {"ids": [[3, 1, 0], [0, 0, 0], [2, 2, 1]]}


class Model(tf.Module):
    @tf.function(input_signature=[
        tf.TensorSpec([5], tf.float32), tf.TensorSpec([4, 2], tf.float32), tf.TensorSpec([3], tf.int32),
    ])
    def f(self, values, table, ids):
        st = tf.sparse.SparseTensor([[0, 0], [0, 2], [1, 1], [2, 0], [2, 1]], values, [3, 3])
        return {
            "sum": tf.sparse.reduce_sum(st), "rows": tf.sparse.reduce_sum(st, axis=1, keepdims=True),
            "max": tf.sparse.reduce_max(st, axis=0), "softmax": tf.sparse.softmax(st).values,
            "counts": tf.sparse.to_dense(tf.sparse.bincount([ids, ids], minlength=4)),
            "segments": tf.sparse.segment_sum(table, ids, [0, 0, 1]),
            "mean": tf.sparse.segment_mean(table, ids, [0, 0, 2], num_segments=4),
            "root": tf.sparse.segment_sqrt_n(table, ids, [0, 1, 1]),
        }


def build():
    return Model()
