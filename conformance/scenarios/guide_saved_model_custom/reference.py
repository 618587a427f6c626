import tensorflow as tf


class CustomModule(tf.Module):
    def __init__(self):
        super().__init__()
        self.v = tf.Variable(1., name="v")

    @tf.function
    def __call__(self, x):
        return x * self.v

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def mutate(self, new_v):
        self.v.assign(new_v)


def build():
    module = CustomModule()
    module.__call__.get_concrete_function(tf.TensorSpec([], tf.float32))
    module.__call__.get_concrete_function(tf.TensorSpec([None], tf.float32))
    return module
