import tensorflow as tf

INPUTS = {"text": [["The cat, sat.", "cat"], ["", "the dog sat on the mat!", "SAT"], ["a"]]}


class Model(tf.Module):
    def __init__(self):
        words = ["[PAD]", "[CLS]", "[SEP]", "the", "cat", "sat"]
        self.vocabulary = tf.lookup.StaticVocabularyTable(
            tf.lookup.KeyValueTensorInitializer(words, list(range(6)), key_dtype=tf.string, value_dtype=tf.int64), 1)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def encode(self, text):
        lower = tf.strings.lower(text)
        spaced = tf.strings.regex_replace(lower, r"([[:punct:]])", r" \1 ")
        words = tf.strings.split(spaced)
        ids = tf.ragged.map_flat_values(self.vocabulary.lookup, words)
        ids = ids[:, :4]
        rows = ids.nrows()
        start = tf.fill([rows, 1], tf.constant(1, tf.int64))
        end = tf.fill([rows, 1], tf.constant(2, tf.int64))
        ids = tf.concat([start, ids, end], axis=1)
        dense = ids.to_tensor(default_value=0, shape=[None, 6])
        mask = tf.sequence_mask(ids.row_lengths(), 6, dtype=tf.int32)
        return {"input_ids": dense, "input_mask": mask, "segment_ids": tf.zeros_like(mask)}


def build():
    return Model()
