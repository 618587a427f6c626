import tensorflow as tf

INPUTS = {"text": [["语言处理", "h\u00ea"], ["", "a", "\U0001f60a"], ["Göödnight"]]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def f(self, text):
        codes = tf.strings.unicode_decode(text, input_encoding="UTF-8")
        return {
            "codes": codes.to_tensor(default_value=-1), "lengths": codes.row_lengths(),
            "utf8": tf.strings.unicode_encode(codes, output_encoding="UTF-8"),
            "utf16": tf.strings.unicode_transcode(text, input_encoding="UTF8", output_encoding="UTF-16-BE"),
            "scalar": tf.strings.unicode_encode([9731, 9788], "UTF-16-BE"),
            "upper": tf.strings.upper(text, encoding="utf-8"),
        }


def build():
    return Model()
