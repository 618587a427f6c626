import tensorflow as tf

INPUTS = {"text": [["a b  c", "d,e"], ["", "x", "y z"], [" p q "]]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def f(self, text):
        words = tf.strings.split(text)
        return {
            "words": words.flat_values, "lengths": words.row_lengths(),
            "commas": tf.strings.split(text, sep=",").flat_values, "two": tf.strings.split(text, maxsplit=1).flat_values,
            "joined": tf.strings.reduce_join(words, axis=-1, separator="_"),
            "bigrams": tf.strings.ngrams(words, 2, separator="~").flat_values,
            "padded": tf.strings.ngrams(words, [1, 3], pad_values=("<", ">"), padding_width=1).flat_values,
            "bytes": tf.strings.bytes_split(text).row_lengths(), "all": tf.strings.reduce_join(text),
            "format": tf.strings.format("{} of {}", (text, tf.size(text))),
        }


def build():
    return Model()
