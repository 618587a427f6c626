import tensorflow as tf

INPUTS = {"tokens": [["a", "b", "c", "d"], ["x", "y", "z", "w"], ["p", "q", "r", "s"]]}


class Model(tf.Module):
    @tf.function(input_signature=[
        tf.TensorSpec([None, 4], tf.float32), tf.TensorSpec([None, 4], tf.float32), tf.TensorSpec([4], tf.string),
    ])
    def f(self, start, end, tokens):
        scores = start[:, :, tf.newaxis] + end[:, tf.newaxis, :]
        allowed = tf.linalg.band_part(tf.ones([4, 4], tf.bool), 0, 2)
        scores = tf.where(allowed, scores, -1e9)
        best = tf.argmax(tf.reshape(scores, [-1, 16]), axis=1, output_type=tf.int32)
        first, last = tf.unstack(tf.unravel_index(best[0], [4, 4]))
        return {
            "start": best // 4, "end": best % 4, "score": tf.reduce_max(scores, axis=[1, 2]),
            "text": tf.strings.reduce_join(tokens[first:last + 1], separator=" "),
        }


def build():
    return Model()
