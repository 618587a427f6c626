import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 3, 3], tf.float32), tf.TensorSpec([None, 3], tf.float32)])
    def f(self, x, y):
        return {
            "diag": tf.linalg.diag(y), "offset": tf.linalg.diag(y, k=1, padding_value=9.), "part": tf.linalg.diag_part(x),
            "band": tf.linalg.band_part(x, 1, 0), "upper": tf.linalg.band_part(x, 0, -1), "set": tf.linalg.set_diag(x, y),
            "trace": tf.linalg.trace(x), "norm": tf.linalg.norm(x, ord="fro", axis=[1, 2]),
            "cross": tf.linalg.cross(y, y[:, ::-1]), "tensor": tf.tensordot(y, x, axes=[[1], [2]]),
            "outer": tf.einsum("bi,bj->bij", y, y), "global": tf.linalg.global_norm([x, y]),
            "normalized": tf.linalg.normalize(y, axis=-1)[0], "adjoint": tf.linalg.adjoint(x),
            "tridiagonal": tf.linalg.tensor_diag(y[0]),
        }


def build():
    return Model()
