import tensorflow as tf

SKIP = {"tf2.4": "Java has no type for int8"}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def f(self, x):
        i = tf.cast(x * 10., tf.int32)
        return {
            "double": tf.cast(x, tf.float64), "half": tf.cast(x, "float16"), "bfloat": tf.cast(x, tf.bfloat16), "int": i,
            "byte": tf.cast(i, tf.int8), "bool": tf.cast(i, tf.bool), "complex": tf.cast(x, tf.complex64),
            "back": tf.cast(i > 0, tf.float32), "same": tf.cast(x, tf.float32), "real": tf.math.real(tf.complex(x, x * 2.)),
            "bits": tf.bitcast(x, tf.int32), "saturated": tf.saturate_cast(x * 1000., tf.uint8),
        }


def build():
    return Model()
