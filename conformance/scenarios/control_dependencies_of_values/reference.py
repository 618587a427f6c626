import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.v = tf.Variable(1.0, name="v")

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def f(self, x):
        add = self.v.assign_add(x)
        with tf.control_dependencies([add]):
            after = tf.identity(x) * 2.
        if x > 0.:
            with tf.control_dependencies([after]):
                y = tf.identity(after)
        else:
            y = x
        with tf.control_dependencies([y, tf.group(y, after)]):
            with tf.control_dependencies(None):
                free = x + 1.
            bound = x + 2.
        first, second = tf.tuple([free, bound])
        return first, second, y, self.v.read_value()


def build():
    return Model()
