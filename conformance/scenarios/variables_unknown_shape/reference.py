import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.rows = tf.Variable([[1., 2.]], shape=[None, 2], name="rows")
        self.any = tf.Variable([1., 2., 3.], shape=tf.TensorShape(None), name="any")

    @tf.function(input_signature=[tf.TensorSpec([2], tf.float32)])
    def append(self, row):
        self.rows.assign(tf.concat([self.rows, row[None]], 0))
        return tf.reduce_sum(self.rows, 0), tf.shape(self.rows)

    @tf.function(input_signature=[tf.TensorSpec(None, tf.float32)])
    def replace(self, x):
        self.any.assign(x)
        return self.any + 1.


def build():
    model = Model()
    return model, {"append": model.append, "replace": model.replace}
