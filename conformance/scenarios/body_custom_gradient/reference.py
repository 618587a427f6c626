import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.v = tf.Variable([1.0, 2.0], name="v")
        self.fixed = tf.Variable([3.0, 4.0], trainable=False, name="fixed")

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def f(self, x):
        return tf.nn.silu(x)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def clipped(self, x):
        @tf.custom_gradient
        def clip(x):
            y = tf.exp(x)

            def grad(dy):
                return tf.clip_by_value(dy * y, -0.1, 0.1)

            return y + 1., grad

        return clip(x * 2.) * 3.

    @tf.function(input_signature=[tf.TensorSpec([2], tf.float32)])
    def read(self, x):
        @tf.custom_gradient
        def scale(a, b):
            z = a * self.v + self.fixed

            def grad(dy, variables=None):
                return (dy * 3., dy * b), [dy * a + self.v]

            return z + b, grad

        return scale(x, x * 2.)

    @tf.function(input_signature=[tf.TensorSpec([2], tf.float32)])
    def several(self, x):
        @tf.custom_gradient
        def both(a):
            def grad(d1, d2):
                if tf.reduce_sum(a) > 0.:
                    g = d1 * 2.
                else:
                    g = d2 * 3.
                return g

            return (a + 1., a - 1.), grad

        p, q = both(x)
        return p * q

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32), tf.TensorSpec([], tf.int32)])
    def branch(self, x, n):
        k = x * 4.

        @tf.custom_gradient
        def half(t):
            def grad(dy):
                return dy * t + k

            return t / 2., grad

        if n > 2:
            x = half(x)
        for _ in tf.range(n):
            x = tf.grad_pass_through(tf.round)(x)
        return tf.nn.silu(x)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def caller(self, x):
        return self.clipped(x) + self.f(x)


def build():
    return Model()
