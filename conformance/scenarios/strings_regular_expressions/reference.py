import tensorflow as tf

INPUTS = {"text": [["<br/>It's GREAT!", "ok 12"], ["", "<b>x</b>", "a1b22"], ["99 red"]]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.string), tf.TensorSpec([], tf.string)])
    def f(self, text, pattern):
        lower = tf.strings.lower(text)
        clean = tf.strings.regex_replace(lower, "<[^>]*>", " ")
        clean = tf.strings.regex_replace(clean, "[!\"#$%&'()*+,\\-./:;<=>?@\\[\\]^_`{|}~]", "")
        return {
            "clean": tf.strings.strip(clean), "digits": tf.strings.regex_replace(text, r"\d+", "#", replace_global=False),
            "swapped": tf.strings.regex_replace(text, r"(\w)(\w)", r"\2\1"),
            "words": tf.strings.regex_full_match(lower, "[a-z ]+"),
            "numbered": tf.strings.regex_full_match(text, r".*\d.*"),
            "given": tf.strings.regex_replace(text, pattern, "?"),
        }


def build():
    return Model()
