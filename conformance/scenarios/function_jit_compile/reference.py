import tensorflow as tf

SKIP = {"tf2.4": "tensorflow-java 0.3.3 has no XLA compiler"}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([4], tf.float32)], jit_compile=True)
    def on(self, x):
        return x * 2. + 1.

    @tf.function(input_signature=[tf.TensorSpec([4], tf.float32)], jit_compile=False)
    def off(self, x):
        return x * 2. + 2.

    @tf.function(input_signature=[tf.TensorSpec([4], tf.float32)])
    def unsaid(self, x):
        return self.off(x) * 3.


def build():
    model = Model()
    return model, {"on": model.on, "off": model.off, "unsaid": model.unsaid}
