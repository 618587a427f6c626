import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[
        tf.TensorSpec([None], tf.float32), tf.TensorSpec([None], tf.int32), tf.TensorSpec([None], tf.bool),
    ])
    def f(self, x, n, flags):
        text = tf.strings.as_string(n)
        return {
            "precision": tf.strings.as_string(x, precision=2), "scientific": tf.strings.as_string(x, scientific=True),
            "short": tf.strings.as_string(x, shortest=True), "width": tf.strings.as_string(n, width=6, fill="0"),
            "plain": text, "flags": tf.strings.as_string(flags), "back": tf.strings.to_number(text, tf.int64),
            "float": tf.strings.to_number(tf.strings.join([text, ".5"])),
            "double": tf.strings.to_number(["1e3", "-inf"], out_type=tf.float64),
        }


def build():
    return Model()
