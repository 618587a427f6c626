import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.a = tf.Variable(1., name="a")
        self.b = tf.Variable([1., 2.], name="b")

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def f(self, x):
        before = self.a.read_value()
        self.a.assign(x)
        between = self.a + 0.
        self.a.assign_add(2. * x)
        self.b.assign_sub([x, between])
        after = self.a * tf.reduce_sum(self.b)
        last = self.a.assign(after)
        return {"before": before, "between": between, "after": after, "last": last}


def build():
    return Model()
