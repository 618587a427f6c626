import tensorflow as tf

INPUTS = {"y": [[1., 0.], [1., 0., 1.], [1.]], "epochs": [2, 5, 1]}


class Model(tf.Module):
    def __init__(self):
        self.w = tf.Variable([[0.1], [-0.2], [0.0]], name="w")
        self.velocity = tf.Variable([[0.0], [0.0], [0.0]], name="velocity", trainable=False)

    @tf.function(input_signature=[
        tf.TensorSpec([None, 3], tf.float32), tf.TensorSpec([None], tf.float32), tf.TensorSpec([], tf.int32),
    ])
    def train(self, x, y, epochs):
        loss = tf.constant(0.)
        for _ in tf.range(epochs):
            logits = tf.squeeze(x @ self.w, -1)
            loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=logits))
            gradient = tf.matmul(x, (tf.sigmoid(logits) - y)[:, tf.newaxis], transpose_a=True) / tf.cast(tf.size(y), tf.float32)
            self.velocity.assign(0.9 * self.velocity - 0.1 * gradient)
            self.w.assign_add(self.velocity)
        accuracy = tf.reduce_mean(tf.cast(tf.equal(tf.squeeze(x @ self.w > 0., -1), y > 0.5), tf.float32))
        return {"loss": loss, "accuracy": accuracy}


def build():
    return Model()
