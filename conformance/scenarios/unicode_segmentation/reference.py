import tensorflow as tf

INPUTS = {"sentence": [["Hello, world.", "世界こんにちは"], ["", "ab世", "界"], ["x"]]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def f(self, sentence):
        codes = tf.strings.unicode_decode(sentence, "UTF-8")
        script = tf.strings.unicode_script(codes)
        starts_word = tf.concat([tf.fill([script.nrows(), 1], True), tf.not_equal(script[:, 1:], script[:, :-1])], axis=1)
        word_starts = tf.squeeze(tf.where(starts_word.values), axis=1)
        word_codes = tf.RaggedTensor.from_row_starts(values=codes.values, row_starts=word_starts)
        words = tf.strings.unicode_encode(word_codes, "UTF-8")
        return {
            "script": script.to_tensor(-1), "starts": word_starts, "words": words,
            "scripts": tf.strings.unicode_script([ord("芸"), ord("Б"), ord(" ")]),
        }


def build():
    return Model()
