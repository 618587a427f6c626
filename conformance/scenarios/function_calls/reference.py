import tensorflow as tf


class Child(tf.Module):
    def __init__(self):
        self.offset = tf.Variable([1., -1.], name="offset")

    @tf.function
    def shift(self, x):
        return x + self.offset


class Model(tf.Module):
    def __init__(self):
        self.scale = tf.Variable(3., name="scale")
        self.child = Child()

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def double(self, x):
        return x + x

    @tf.function
    def square(self, x):
        return x * x

    @tf.function(input_signature=[tf.TensorSpec([2], tf.float32), tf.TensorSpec([], tf.int32)])
    def serve(self, x, n):
        y = self.double(x) + self.double(x * self.scale)
        z = self.square(y)
        w = self.square(n)
        return {"y": self.child.shift(y), "z": self.child.shift(x=z), "w": w}


def build():
    model = Model()
    return model, model.serve
