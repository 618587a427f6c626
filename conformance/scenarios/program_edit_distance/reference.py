import tensorflow as tf

INPUTS = {"a": ["kitten", "", "abc"], "b": ["sitting", "xyz", "abd"]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([], tf.string), tf.TensorSpec([], tf.string)])
    def f(self, a, b):
        x, y = tf.strings.unicode_decode(a, "UTF-8"), tf.strings.unicode_decode(b, "UTF-8")
        row = tf.range(tf.size(y) + 1)
        for i in tf.range(tf.size(x)):
            substituted = row[:-1] + tf.cast(y != x[i], tf.int32)
            deleted = row[1:] + 1
            tail = tf.scan(lambda left, c: tf.minimum(left + 1, c), tf.minimum(substituted, deleted), initializer=i + 1)
            row = tf.concat([[i + 1], tail], axis=0)
            row = tf.reshape(row, [tf.size(y) + 1])
        return row[-1]


def build():
    return Model()
