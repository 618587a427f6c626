import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[
        tf.TensorSpec([2], tf.float32), tf.TensorSpec([2], tf.float32), tf.TensorSpec([4, 2], tf.float32),
    ])
    def f(self, a, b, m):
        x = tf.sparse.SparseTensor([[0, 2], [3, 4]], a, [4, 10])
        y = tf.sparse.SparseTensor([[3, 4], [3, 8]], b, [4, 10])
        square = tf.sparse.SparseTensor([[0, 1], [2, 3]], a, [3, 4])
        return {
            "sum": tf.sparse.to_dense(tf.sparse.add(x, y)), "matmul": tf.sparse.sparse_dense_matmul(square, m),
            "adjoint": tf.sparse.sparse_dense_matmul(square, tf.ones([3, 2]), adjoint_a=True), "scaled": (x * 2.).values,
            "dense": (square * tf.ones([3, 4])).values, "over": (square / tf.fill([3, 4], 2.)).values,
            "mapped": tf.sparse.map_values(tf.add, x, 5.).values, "negative": (x * -1.).values,
            "maximum": tf.sparse.maximum(x, y).values, "minimum": tf.sparse.minimum(x, y).values,
            "threshold": tf.sparse.to_dense(tf.sparse.add(x, y, 0.1)),
        }


def build():
    return Model()
