import tensorflow as tf

RTOL = 1e-4
ATOL = 1e-4


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([2, 3, 3], tf.float32), tf.TensorSpec([2, 3, 1], tf.float32)])
    def f(self, x, b):
        a = tf.matmul(x, x, transpose_b=True) + 3. * tf.eye(3)
        chol = tf.linalg.cholesky(a)
        diagonals = tf.constant([[1., 1., 0.], [4., 5., 6.], [0., 1., 1.]])
        return {
            "solve": tf.linalg.solve(a, b), "adjoint": tf.linalg.solve(x + 4. * tf.eye(3), b, adjoint=True),
            "triangular": tf.linalg.triangular_solve(chol, b), "cholesky": tf.linalg.cholesky_solve(chol, b),
            "lstsq": tf.linalg.lstsq(a, b, l2_regularizer=0.1),
            "banded": tf.linalg.tridiagonal_solve(diagonals, b[0, :, 0]), "pinv": tf.linalg.pinv(a[0]),
            "matvec": tf.linalg.matvec(a, b[..., 0]),
        }


def build():
    return Model()
