import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def simple_relu(self, x):
        if tf.greater(x, 0):
            return x
        else:
            return 0.

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def elementwise(self, x):
        return tf.map_fn(self.simple_relu, x)


def build():
    model = Model()
    return model, {"simple_relu": model.simple_relu, "elementwise": model.elementwise}
