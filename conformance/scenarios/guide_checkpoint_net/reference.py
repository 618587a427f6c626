import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.step = tf.Variable(1, name="step", trainable=False)
        self.listed = [tf.Variable(1., name="listed"), tf.Variable(2., name="listed")]
        self.mapped = {"one": self.listed[0], "two": tf.Variable(3., name="two")}
        self.net, self.slots = tf.Module(), tf.Module()
        self.net.l1 = tf.Module()
        self.net.l1.kernel = tf.Variable([[0.5, -0.5]], name="kernel")
        self.net.l1.bias = tf.Variable([0., 0.], name="bias")
        self.slots.kernel_momentum = tf.Variable([[0., 0.]], name="kernel_momentum", trainable=False)
        self.slots.bias_momentum = tf.Variable([0., 0.], name="bias_momentum", trainable=False)

    @tf.function(input_signature=[tf.TensorSpec([None, 1], tf.float32), tf.TensorSpec([None, 2], tf.float32)])
    def train_step(self, x, y):
        layer = self.net.l1
        error = x @ layer.kernel + layer.bias - y
        loss = tf.reduce_mean(tf.abs(error))
        sign = tf.sign(error) / tf.cast(tf.size(error), tf.float32)
        updates = [(layer.kernel, self.slots.kernel_momentum, tf.matmul(x, sign, transpose_a=True)), (layer.bias, self.slots.bias_momentum, tf.reduce_sum(sign, 0))]
        for variable, momentum, gradient in updates:
            momentum.assign(0.9 * momentum + gradient)
            variable.assign_sub(0.1 * momentum)
        self.step.assign_add(1)
        return {"loss": loss, "step": self.step, "listed": self.listed[0] + self.mapped["two"]}


def build():
    return Model()
