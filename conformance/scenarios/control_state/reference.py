import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.kernel = tf.Variable([[0.5, -0.5], [0.25, 0.75]], name="kernel")
        self.recurrent = tf.Variable([[0.1, 0.2], [-0.2, 0.1]], name="recurrent")
        self.state = tf.Variable([[0., 0.]], trainable=False, name="state")

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32)])
    def run(self, x):
        steps = tf.TensorArray(tf.float32, size=tf.shape(x)[0])
        h = self.state.read_value()
        for t in tf.range(tf.shape(x)[0]):
            h = tf.tanh(x[t][tf.newaxis] @ self.kernel + h @ self.recurrent)
            steps = steps.write(t, h[0])
        self.state.assign(h)
        return {"steps": steps.stack(), "last": h}

    @tf.function(input_signature=[])
    def reset(self):
        self.state.assign(tf.zeros([1, 2]))
        return self.state.read_value()


def build():
    model = Model()
    return model, {"serving_default": model.run, "reset": model.reset}
