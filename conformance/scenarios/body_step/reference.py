import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.w = tf.Variable([[0.5], [-0.5]], name="w")
        self.b = tf.Variable([0.], name="b")
        self.step = tf.Variable(0, dtype=tf.int64, trainable=False, name="step")

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32)])
    def predict(self, x):
        return x @ self.w + self.b

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32), tf.TensorSpec([None, 1], tf.float32)])
    def train(self, x, y):
        error = self.predict(x) - y
        n = tf.cast(tf.shape(x)[0], tf.float32)
        self.w.assign_sub(0.1 * tf.matmul(x, error, transpose_a=True) / n)
        self.b.assign_sub(0.1 * tf.reduce_mean(error, axis=0))
        self.step.assign_add(1)
        return {"loss": tf.reduce_mean(error ** 2), "step": self.step.read_value()}


def build():
    model = Model()
    return model, {"predict": model.predict, "train": model.train}
