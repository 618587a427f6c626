import tensorflow as tf


class Layer(tf.Module):
    @tf.Module.with_name_scope
    def build(self):
        self.w = tf.Variable([2., 3.], name="w")
        self.offset = tf.Variable(0.5, name="offset", trainable=False)

    def __call__(self, x):
        with tf.name_scope("layer"):
            return x * self.w + self.offset


class Model(tf.Module):
    def __init__(self):
        super().__init__(name="outer")
        with self.name_scope:
            self.layer = Layer(name="layer")
        self.layer.build()

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32)])
    def __call__(self, x):
        with tf.name_scope("outer"):
            y = self.layer(x)
        with tf.name_scope("outer"), tf.name_scope("again") as scope:
            assert scope == "outer_1/again/"
            return self.layer(y)


def build():
    return Model()
