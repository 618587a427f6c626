import tensorflow as tf

INPUTS = {"text": [["Good film", "bad"], ["a GOOD bad film"], ["film", "", "good good"]]}


class Model(tf.Module):
    def __init__(self):
        self.vocab = tf.saved_model.Asset("vocab.txt")
        self.ids = tf.lookup.StaticVocabularyTable(tf.lookup.TextFileInitializer(
            self.vocab.asset_path, tf.string, tf.lookup.TextFileIndex.WHOLE_LINE, tf.int64, tf.lookup.TextFileIndex.LINE_NUMBER), 1)
        self.embedding = tf.Variable([[1., 0.], [0., 1.], [1., 1.], [-1., -1.]], name="embedding")

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def encode(self, text):
        words = tf.strings.split(tf.strings.lower(text))
        ids = tf.ragged.map_flat_values(self.ids.lookup, words)
        dense = ids.to_tensor(default_value=3)
        rows = tf.nn.embedding_lookup(self.embedding, dense)
        return {"ids": dense, "mean": tf.reduce_mean(rows, axis=1), "lengths": words.row_lengths()}


def build():
    return Model()
