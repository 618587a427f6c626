import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.hidden, self.output = tf.Module(), tf.Module()
        self.hidden.w = tf.Variable([[0.5, -1, 0.25, 0], [1, 0.5, -0.5, 1], [-0.25, 1, 1, 0.5]], name="w")
        self.hidden.b = tf.Variable([0.1, 0.2, 0.3, 0.4], name="b")
        self.output.w = tf.Variable([[1., -1], [0.5, 0.5], [-1, 1], [0.25, -0.75]], name="w")
        self.output.b = tf.Variable([0.5, -0.5], name="b")

    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32)])
    def logits(self, x):
        h = tf.nn.relu(tf.nn.bias_add(x @ self.hidden.w, self.hidden.b))
        return tf.nn.bias_add(h @ self.output.w, self.output.b)

    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32)])
    def serve(self, x):
        p = tf.nn.softmax(self.logits(x))
        return {"probabilities": p, "class": tf.argmax(p, axis=-1), "log": tf.nn.log_softmax(self.logits(x))}


def build():
    model = Model()
    return model, {"serving_default": model.serve, "logits": model.logits}
