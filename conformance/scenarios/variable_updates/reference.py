import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.v = tf.Variable([[1.0, 2.0], [3.0, 4.0]], name="v")
        self.flags = tf.Variable([False, False, True], name="flags", dtype=tf.bool)
        self.numbers = tf.Variable([1.0, 0.5], name="numbers", dtype=tf.complex64)

    @tf.function(input_signature=[tf.TensorSpec([2, 2], tf.float32)])
    def f(self, x):
        before = tf.identity(self.v)
        copy = self.v + 0.
        self.v.assign(x)
        self.v.assign_add([[1., 1.], [1., 1.]])
        self.v.assign_sub(tf.ones_like(self.v))
        top = tf.argmax(self.v)
        return {
            "before": before, "copy": copy, "after": self.v, "argmax": top, "flat": tf.reshape(self.v, [1, 4]),
            "row": self.v[0], "shape": tf.shape(self.v), "converted": tf.convert_to_tensor(self.v),
            "flags": tf.where(self.flags), "numbers": tf.abs(self.numbers),
            "facts": tf.constant([self.v.shape.rank, int(self.v.dtype == tf.float32), int(self.v.trainable)]),
        }


def build():
    return Model()
