import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def f(self, x):
        return x + 1.


def build():
    options = tf.saved_model.SaveOptions(namespace_whitelist=[], save_debug_info=False, experimental_custom_gradients=True,
                                         experimental_variable_policy=None)
    return Model(), None, options
