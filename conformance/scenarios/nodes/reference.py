import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.bias = tf.Variable(1., name="bias")

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def f(self, x):
        bias = tf.raw_ops.ReadVariableOp(resource=self.bias.handle, dtype=tf.float32)
        return {"y": tf.raw_ops.AddV2(x=tf.exp(x), y=bias)}


def build():
    model = Model()
    return model, model.f
