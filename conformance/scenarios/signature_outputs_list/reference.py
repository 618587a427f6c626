import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32)])
    def as_list(self, x):
        return [x, x + 1., x * 2.]

    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32)])
    def as_tuple(self, x):
        return tf.reduce_sum(x, axis=1), tf.cast(x, tf.int32)


def build():
    model = Model()
    return model, {"list": model.as_list, "tuple": model.as_tuple}
