import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.rows = tf.Variable([[1.0, 2.0]], name="rows", shape=[None, 2], trainable=False)

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32)])
    def push(self, x):
        self.rows.assign(tf.concat([self.rows, x], axis=0))
        if tf.shape(self.rows)[0] > 4:
            self.rows.assign(self.rows.value()[-4:])
        return {"rows": self.rows, "count": tf.shape(self.rows.read_value())[0]}


def build():
    return Model()
