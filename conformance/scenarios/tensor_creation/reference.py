import tensorflow as tf

SKIP = {"tf2.4": "Java has no type for complex64"}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32), tf.TensorSpec([], tf.int32)])
    def f(self, x, n):
        rows = tf.range(3.)[:, tf.newaxis]
        a, b = tf.meshgrid(tf.range(3), tf.range(2), indexing="ij")
        return {
            "zeros": tf.zeros([2, 3], tf.int16), "ones": tf.ones([n + 6, 1], dtype=tf.complex64),
            "like": tf.zeros_like(x, dtype=tf.string), "fill": tf.fill([2, 2], "a"), "range": tf.range(n, n + 4),
            "steps": tf.range(10., 0., -2.5), "linspace": tf.linspace(rows, rows + 1., 4),
            "logspace": 10. ** tf.linspace(0., 2., 3), "eye": tf.eye(2, 3, batch_shape=[2]),
            "one_hot": tf.one_hot([0, 2, -1], 3, on_value=5., off_value=-1.), "diag": tf.linalg.diag([1, 2, 3]),
            "grid": a * 10 + b, "ones_like": tf.ones_like(n, dtype=tf.float64),
            "constant": tf.constant(-1.0, shape=[2, 3]),
        }


def build():
    return Model()
