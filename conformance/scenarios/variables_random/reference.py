import tensorflow as tf

VALUES = "free"


class Model(tf.Module):
    def __init__(self):
        for name, shape in [("normal", [8, 4]), ("truncated", [4, 4]), ("uniform", [4]), ("glorot", [4, 4])]:
            setattr(self, name, tf.Variable(tf.zeros(shape), name=name))
        self.he = tf.Variable(tf.zeros([4, 4], tf.float64), name="he")
        self.lecun = tf.Variable(tf.zeros([3, 3, 4, 2]), name="lecun")
        self.orthogonal = tf.Variable(tf.zeros([4, 4]), name="orthogonal")
        self.scaled = tf.Variable(tf.zeros([4, 4]), name="scaled")

    @tf.function(input_signature=[tf.TensorSpec([None, 8], tf.float32)])
    def f(self, x):
        y = tf.tanh(x @ self.normal) @ self.truncated * self.uniform
        return y @ self.orthogonal @ self.glorot @ self.scaled


def build():
    return Model()
