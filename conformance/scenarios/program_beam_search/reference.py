import tensorflow as tf

INPUTS = {"start": [0, 3, 2], "steps": [3, 1, 4]}


class Model(tf.Module):
    def __init__(self):
        self.transitions = tf.Variable([[0.5, 0.1, -0.2, 0.3], [0.0, 1.0, 0.2, -0.5], [0.7, -0.1, 0.0, 0.4], [0.1, 0.2, 0.3, 0.9]], name="transitions")

    @tf.function(input_signature=[tf.TensorSpec([], tf.int32), tf.TensorSpec([], tf.int32)])
    def decode(self, start, steps):
        beams, vocabulary = 2, 4
        tokens = tf.fill([beams], start)
        scores = tf.constant([0., -1e9])
        history = tf.TensorArray(tf.int32, size=steps, element_shape=[beams])
        parents = tf.TensorArray(tf.int32, size=steps, element_shape=[beams])
        for i in tf.range(steps):
            logits = tf.nn.log_softmax(tf.gather(self.transitions, tokens))
            total = tf.reshape(scores[:, tf.newaxis] + logits, [-1])
            scores, best = tf.math.top_k(total, k=beams)
            tokens = best % vocabulary
            history = history.write(i, tokens)
            parents = parents.write(i, best // vocabulary)
        return {"tokens": history.stack(), "parents": parents.stack(), "scores": scores}


def build():
    return Model()
