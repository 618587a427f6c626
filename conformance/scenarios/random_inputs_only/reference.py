import tensorflow as tf

SKIP = {"tf2.4": "StatelessRandomGetKeyCounter is of TensorFlow 2.5"}


class Model(tf.Module):
    def __init__(self):
        self.calls = tf.Variable(0, name="calls", dtype=tf.int64, trainable=False)

    @tf.function(input_signature=[
        tf.TensorSpec([None, 5], tf.float32), tf.TensorSpec([2], tf.int32), tf.TensorSpec([], tf.float32),
    ])
    def sample(self, logits, seed, temperature):
        self.calls.assign_add(1)
        here = tf.random.fold_in(seed, self.calls.read_value())
        scaled = logits / tf.maximum(tf.abs(temperature), 1e-3)
        drawn = tf.random.stateless_categorical(scaled, num_samples=1, seed=here, dtype=tf.int32)
        noise = tf.random.stateless_normal(tf.shape(logits), here)
        return {
            "drawn": drawn[:, 0], "noise": tf.reduce_mean(noise),
            "dropped": tf.nn.experimental.stateless_dropout(logits, 0.25, seed=here),
        }


def build():
    return Model()
