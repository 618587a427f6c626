import tensorflow as tf

INPUTS = {"mode": [0, 2, 1]}


class Model(tf.Module):
    @tf.function(input_signature=[
        tf.TensorSpec([None, 3], tf.float32), tf.TensorSpec([], tf.bool), tf.TensorSpec([], tf.int32), tf.TensorSpec([], tf.float32),
    ])
    def f(self, x, normalize, mode, threshold):
        y = tf.cond(normalize, lambda: tf.nn.l2_normalize(x, axis=1), lambda: x)
        reduced = tf.switch_case(mode, [lambda: tf.reduce_mean(y, 1), lambda: tf.reduce_max(y, 1), lambda: tf.reduce_min(y, 1)])
        return {
            "scores": reduced, "kept": tf.boolean_mask(reduced, reduced >= threshold),
            "which": tf.where(reduced >= threshold)[:, 0],
        }


def build():
    return Model()
