import tensorflow as tf

_scalar = [tf.TensorSpec([], tf.float32)]


class Times(tf.Module):
    def __init__(self):
        self.w = tf.Variable(2., name="w")

    @tf.function(input_signature=_scalar)
    def run(self, x):
        return x * self.w


class Plus(tf.Module):
    def __init__(self):
        self.w = tf.Variable(3., name="w")

    @tf.function(input_signature=_scalar)
    def run(self, x):
        return x + self.w


class Negative(tf.Module):
    @tf.function
    def run(self, x):
        return -x


class Model(tf.Module):
    def __init__(self):
        self.experts = [Times(), Plus()]
        self.named = {"last": Negative()}

    @tf.function(input_signature=_scalar)
    def all(self, x):
        results = [e.run(x) for e in self.experts]
        return tf.stack(results + [self.named["last"].run(x)])


def build():
    model = Model()
    return model, model.all
