import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 4], tf.float32)])
    def f(self, x):
        return {
            "relu": tf.nn.relu(x), "relu6": tf.nn.relu6(x * 4.), "leaky": tf.nn.leaky_relu(x, alpha=0.1),
            "elu": tf.nn.elu(x), "selu": tf.nn.selu(x), "crelu": tf.nn.crelu(x), "softplus": tf.nn.softplus(x),
            "softsign": tf.nn.softsign(x), "sigmoid": tf.sigmoid(x), "log_sigmoid": tf.math.log_sigmoid(x),
            "gelu": tf.nn.gelu(x), "approximate": tf.nn.gelu(x, approximate=True), "softmax": tf.nn.softmax(x, axis=0),
            "log_softmax": tf.nn.log_softmax(x), "tanh": tf.nn.tanh(x),
        }


def build():
    return Model()
