import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[
        tf.TensorSpec([None, 3], tf.float32), tf.TensorSpec([2, 2], tf.float32), tf.TensorSpec([None], tf.string),
    ])
    def f(self, x, y, words):
        best = x[0]
        for row in x:
            if tf.norm(row) > tf.norm(best):
                best = row
        trace = 0.
        for row in y:
            for v in row:
                trace = trace * 0.5 + v
        longest = ""
        for word in words:
            if tf.strings.length(word) > tf.strings.length(longest):
                longest = word
        return best, trace, longest


def build():
    return Model()
