import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.w = tf.Variable([[1., 2.], [3., 4.], [5., 6.]], name="w")

    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32), tf.TensorSpec([None, 2, 3], tf.float32)])
    def f(self, x, b):
        return {
            "plain": x @ self.w, "transposed": tf.matmul(self.w, x, transpose_a=True, transpose_b=True),
            "batch": b @ self.w, "both": tf.matmul(b, b, transpose_b=True), "vector": tf.linalg.matvec(b, x[0]),
            "einsum": tf.einsum("ij,bkj->bik", x, b), "dots": tf.tensordot(x, self.w, axes=1), "diagonal": tf.linalg.diag(x),
        }


def build():
    return Model()
