import tensorflow as tf

SKIP = {"session": "without a saver a session finds no variables", "run": "without a saver a session finds no variables"}


class Model(tf.Module):
    def __init__(self):
        self.v = tf.Variable(3., name="v")

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def f(self, x):
        return x + self.v


def build():
    return Model(), None, tf.saved_model.SaveOptions(experimental_skip_saver=True)
