import tensorflow as tf


class CustomModule(tf.Module):
    def __init__(self):
        super().__init__()
        self.v = tf.Variable(2., name="v")

    @tf.function
    def __call__(self, x):
        return x * self.v

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def named(self, x):
        return {"custom_output_name": x * self.v}


def build():
    module = CustomModule()
    return module, {
        "serving_default": module.__call__.get_concrete_function(tf.TensorSpec([], tf.float32)),
        "array_input": module.__call__.get_concrete_function(tf.TensorSpec([None], tf.float32)),
        "custom": module.named,
    }
