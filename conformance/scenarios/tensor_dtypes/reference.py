import tensorflow as tf

SKIP = {"tf2.4": "Java has no type for complex64"}
INPUTS = {"x": lambda rng, shape: rng.uniform(-300, 300, shape)}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float64)])
    def f(self, x):
        half = tf.cast(x, tf.float16)
        return {
            "half": half, "single": tf.cast(x, dtype=tf.float32), "integer": tf.cast(half, tf.int32),
            "bool": tf.cast(x, tf.bool), "complex": tf.cast(x, tf.complex64),
            "bfloat16": tf.cast(tf.cast(x, tf.bfloat16), tf.float32), "saturated": tf.saturate_cast(x, tf.uint8),
            "bits": tf.bitcast(tf.cast(x, tf.float32), tf.int32), "bytes": tf.bitcast(tf.cast(x, tf.float32), tf.uint8),
            "largest": tf.constant(tf.int16.max), "smallest": tf.constant(tf.int8.min),
        }


def build():
    return Model()
