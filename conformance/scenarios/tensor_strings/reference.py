import tensorflow as tf

INPUTS = {
    "text": [["1 10 100", "7"], ["", "2 3", "4"], ["5"]], "scalar": ["Gray wolf", "Duck", ""],
    "animals": [["Gray wolf", "Quick brown fox", "Lazy dog"], ["a", "b c", ""], ["one two three four", "", "five"]],
}


class Model(tf.Module):
    @tf.function(input_signature=[
        tf.TensorSpec([None], tf.string), tf.TensorSpec([], tf.string), tf.TensorSpec([3], tf.string),
    ])
    def f(self, text, scalar, animals):
        numbers = tf.strings.to_number(tf.strings.split(text, " ").values)
        characters = tf.strings.bytes_split(scalar)
        return {
            "words": tf.strings.split(scalar, sep=" "), "rows": tf.strings.split(animals).to_tensor(), "numbers": numbers,
            "characters": characters, "codes": tf.io.decode_raw("Duck", tf.uint8),
            "emoji": tf.strings.unicode_decode("🥳👍", "UTF-8"), "joined": tf.strings.join([text, "!"]),
        }


def build():
    return Model()
