import tensorflow as tf

SKIP = {"tf2.4": "StatelessRandomGetKeyCounter is of TensorFlow 2.5"}
INPUTS = {"prompt": [1, 4, 2], "steps": [6, 3, 1], "temperature": [1., 0.5, 2.]}


class Model(tf.Module):
    def __init__(self):
        self.next_logits = tf.Variable([[0.1, 1.0, 0.2, -0.5, 0.3], [0.0, 0.1, 2.0, 0.3, -1.0], [0.4, -0.2, 0.1, 1.5, 0.6], [2.5, 0.0, 0.1, 0.2, 0.3], [0.3, 0.2, 0.1, 0.0, 1.0]], name="next_logits")

    @tf.function(input_signature=[
        tf.TensorSpec([], tf.int32), tf.TensorSpec([], tf.int32), tf.TensorSpec([], tf.float32), tf.TensorSpec([2], tf.int32),
    ])
    def generate(self, prompt, steps, temperature, seed):
        token = prompt
        tokens = tf.TensorArray(tf.int32, size=0, dynamic_size=True, element_shape=[])
        for i in tf.range(steps):
            logits = tf.gather(self.next_logits, token) / temperature
            kept = tf.math.top_k(logits, k=3).values[-1]
            logits = tf.where(logits < kept, tf.float32.min, logits)
            token = tf.random.stateless_categorical(logits[tf.newaxis], 1, tf.random.fold_in(seed, i), dtype=tf.int32)[0, 0]
            tokens = tokens.write(i, token)
            if token == 0:
                break
        return {"tokens": tokens.stack(), "length": tokens.size()}


def build():
    return Model()
