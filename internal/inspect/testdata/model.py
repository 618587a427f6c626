"""Writes model/, the SavedModel that the tests read, with TensorFlow 2.21: python model.py"""

import os
import shutil
import tempfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tensorflow as tf


class Layer(tf.Module):
    def __init__(self):
        super().__init__()
        self.kernel = tf.Variable(tf.ones([4, 2]), name="kernel")
        self.names = tf.Variable(["a", "bc"], name="names")

    @tf.function
    def call(self, x):
        return x @ self.kernel


class Model(tf.Module):
    def __init__(self, vocabulary):
        super().__init__()
        self.layers = [Layer()]
        self.step = tf.Variable(0, dtype=tf.int64, name="step", trainable=False)
        self.table = tf.lookup.StaticHashTable(
            tf.lookup.TextFileInitializer(vocabulary, tf.string, tf.lookup.TextFileIndex.WHOLE_LINE, tf.int64,
                                          tf.lookup.TextFileIndex.LINE_NUMBER), -1)

    @tf.function(input_signature=[tf.TensorSpec([None, 4], tf.float32, name="features")])
    def serve(self, x):
        y = self.layers[0].call(x)
        return {f"part_{i}": y[:, i % 2] for i in range(11)}

    @tf.function(input_signature=[tf.TensorSpec(None, tf.string)])
    def ids(self, words):
        return self.table.lookup(words)

    @tf.function(input_signature=[tf.SparseTensorSpec([None, 4], tf.float32), tf.RaggedTensorSpec([None, None], tf.int32)])
    def composite(self, sparse, ragged):
        return tf.sparse.reduce_sum(sparse), ragged + 1


folder = tempfile.mkdtemp()
vocabulary = os.path.join(folder, "words.txt")
with open(vocabulary, "w") as f:
    f.write("the\ncat\n")
shutil.rmtree("model", ignore_errors=True)
model = Model(vocabulary)
tf.saved_model.save(model, "model", signatures={"serving_default": model.serve, "ids": model.ids, "composite": model.composite},
                    options=tf.saved_model.SaveOptions(function_aliases={"layer": model.layers[0].call}))
