import tensorflow as tf

INPUTS = {"n": [3, 1, 2]}


class Model(tf.Module):
    def __init__(self):
        self.w = tf.Variable([[0.5, -0.25], [0.75, 0.1]], name="w")
        self.b = tf.Variable([0.1, -0.1], name="b")

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32), tf.TensorSpec([], tf.int32)])
    def f(self, x, n):
        h = x
        for _ in tf.range(n):
            h = tf.nn.relu(h @ self.w) + self.b
            if tf.reduce_sum(h) > 1.:
                h = h * tf.sigmoid(self.b)
        loss = tf.reduce_mean(tf.square(h))
        return {"loss": loss, "h": h}


def build():
    return Model()
