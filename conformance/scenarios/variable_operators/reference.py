import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.a = tf.Variable([1.0, -2.0, 3.0], name="a")
        self.n = tf.Variable(3, name="n", dtype=tf.int32, trainable=False)

    @tf.function(input_signature=[tf.TensorSpec([3], tf.float32)])
    def f(self, x):
        y = self.a * x + x / self.a - -self.a
        if self.n > 2:
            y = y + 1.
        return {
            "y": y, "power": self.a ** 2, "right": 2. ** self.a, "compared": self.a > x, "equal": self.a == x,
            "abs": abs(self.a), "slice": self.a[1:], "matmul": self.a[tf.newaxis] @ self.a[:, tf.newaxis],
            "sum": tf.reduce_sum(self.a), "range": tf.range(self.n), "mod": self.n % 2, "stack": tf.stack([self.a, x]),
            "floor": self.n // 2, "list": tf.constant([1., 2.]) * self.a[:2],
        }


def build():
    return Model()
