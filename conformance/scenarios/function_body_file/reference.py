import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.w = tf.Variable([1., 2., 3.], name="w")

    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32)])
    def normalize(self, x):
        mean = tf.reduce_mean(x, axis=-1, keepdims=True)
        return x - mean

    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32)])
    def weighted(self, x):
        return tf.reduce_sum(x * self.w, axis=-1)


def build():
    model = Model()
    return model, {"normalize": model.normalize, "weighted": model.weighted}
