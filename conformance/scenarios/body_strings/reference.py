import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def f(self, s):
        return {
            "lower": tf.strings.lower(s), "upper": tf.strings.upper(s, encoding="utf-8"), "length": tf.strings.length(s),
            "characters": tf.strings.length(s, unit="UTF8_CHAR"), "joined": tf.strings.join([s, "x", s], "-"),
            "start": tf.strings.substr(s, 0, 2), "strip": tf.strings.strip(" " + s + " "),
            "hash": tf.strings.to_hash_bucket_fast(s, 100), "replaced": tf.strings.regex_replace(s, "[aeiou]", "*"),
            "matches": tf.strings.regex_full_match(s, "[a-z]+"), "number": tf.strings.as_string(tf.strings.length(s)),
            "reduced": tf.strings.reduce_join(s, separator=","), "parsed": tf.strings.to_number(["1.5", "-2"]),
        }


def build():
    return Model()
