import tensorflow as tf

_scalar = [tf.TensorSpec([], tf.float32)]


class Model(tf.Module):
    def __init__(self):
        self.b = tf.Variable(1., name="b")
        self.a = tf.Variable(2., name="a")
        self._c = tf.Variable(3., name="c")
        self.m = tf.Module()
        self.m.v = tf.Variable(4., name="v")
        self.A = tf.Module()

    @tf.function(input_signature=_scalar)
    def zeta(self, x):
        return x + self.b

    @tf.function(input_signature=_scalar)
    def Alpha(self, x):
        return x + self.a

    @tf.function(input_signature=_scalar)
    def _private(self, x):
        return x + self._c

    @tf.function(input_signature=_scalar)
    def beta(self, x):
        return x + self.m.v


def build():
    model = Model()
    return model, {"zeta": model.zeta, "alpha": model.Alpha}
