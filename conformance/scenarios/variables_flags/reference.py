import tensorflow as tf

_S, _A = tf.VariableSynchronization, tf.VariableAggregation


class Model(tf.Module):
    def __init__(self):
        self.fixed = tf.Variable(1., trainable=False, name="fixed")
        self.mean = tf.Variable(2., aggregation=_A.MEAN, name="mean")
        self.sum = tf.Variable(3., synchronization=_S.ON_READ, aggregation=_A.SUM, name="sum")
        self.first = tf.Variable(4., synchronization=_S.ON_WRITE, aggregation=_A.ONLY_FIRST_REPLICA, trainable=True, name="first")
        self.scoped = tf.Variable(5., name="a/b/w")
        self.other = tf.Variable(6., name="w.x-1")
        self.none = tf.Variable(7., synchronization=_S.NONE, name="none")

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def f(self, x):
        return x * self.fixed + self.mean * self.sum - self.first / self.scoped + self.other * self.none


def build():
    return Model()
