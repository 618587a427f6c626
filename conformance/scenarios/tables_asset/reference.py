import tensorflow as tf

INPUTS = {"w": [["alpha", "gamma"], ["beta", "other", "alpha"], ["zzz"]]}
_lookup = tf.lookup


class Model(tf.Module):
    def __init__(self):
        self.vocab = tf.saved_model.Asset("vocab.txt")
        self.prices = tf.saved_model.Asset("prices.csv")
        line, number = _lookup.TextFileIndex.WHOLE_LINE, _lookup.TextFileIndex.LINE_NUMBER
        words = lambda: _lookup.TextFileInitializer(self.vocab.asset_path, tf.string, line, tf.int64, number)
        self.ids = _lookup.StaticHashTable(words(), -1)
        self.words = _lookup.StaticHashTable(
            _lookup.TextFileInitializer(self.vocab.asset_path, tf.int64, number, tf.string, line), "UNK")
        self.price = _lookup.StaticHashTable(
            _lookup.TextFileInitializer(self.prices.asset_path, tf.string, 0, tf.float32, 1, delimiter=","), 0.)
        self.hashed = _lookup.StaticVocabularyTable(words(), 3)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def lookup(self, w):
        ids = self.ids.lookup(w)
        return {"ids": ids, "words": self.words.lookup(ids), "price": self.price.lookup(w), "hashed": self.hashed.lookup(w),
                "size": self.ids.size()}


def build():
    return Model()
