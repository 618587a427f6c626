import tensorflow as tf

INPUTS = {"limit": [6, 0, 30]}


class Model(tf.Module):
    def __init__(self):
        self.total = tf.Variable(0, name="total", dtype=tf.int32, trainable=False)
        self.history = tf.Variable([0], name="history", dtype=tf.int32, shape=[None], trainable=False)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.int32), tf.TensorSpec([], tf.int32)])
    def f(self, x, limit):
        for v in x:
            if v > 0:
                self.total.assign_add(v)
            else:
                self.total.assign_sub(1)
            self.history.assign(tf.concat([self.history, [self.total.read_value()]], 0))
        while self.total < limit:
            self.total.assign_add(5)
        return self.total.read_value(), self.history.read_value()


def build():
    return Model()
