import tensorflow as tf

INPUTS = {"text": [["thanks 😊", "🎈🎉🎊"], ["", "héllo", "x"], ["日本"]], "bad": [[b"\xe2\x9d", b"a\xffb"], [b"ok", b""], [b"\xff\xff", b"z"]]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.string), tf.TensorSpec([2], tf.string)])
    def f(self, text, bad):
        codes, offsets = tf.strings.unicode_decode_with_offsets(text, "UTF-8")
        characters, starts = tf.strings.unicode_split_with_offsets(text, "UTF-8")
        return {
            "bytes": tf.strings.length(text), "characters": tf.strings.length(text, unit="UTF8_CHAR"),
            "byte": tf.strings.substr(text, pos=0, len=1),
            "character": tf.strings.substr(text, pos=0, len=1, unit="UTF8_CHAR"),
            "split": tf.strings.unicode_split(text, "UTF-8").flat_values, "offsets": offsets.flat_values,
            "codes": codes.flat_values, "starts": starts.flat_values, "each": characters.flat_values,
            "replaced": tf.strings.unicode_decode(bad, "UTF-8", errors="replace").flat_values,
            "ignored": tf.strings.unicode_decode(bad, "UTF-8", errors="ignore").flat_values,
            "other": tf.strings.unicode_transcode(bad, "UTF-8", "UTF-8", replacement_char=63),
        }


def build():
    return Model()
