import tensorflow as tf

INPUTS = {"w": [["red", "pink"], ["blue", "green", "red"], [""]], "n": [[10, 1], [20, 2, 5], [1]]}


def _table(keys, values, key, value, default):
    initializer = tf.lookup.KeyValueTensorInitializer(keys, values, key_dtype=key, value_dtype=value)
    return tf.lookup.StaticHashTable(initializer, default)


class Model(tf.Module):
    def __init__(self):
        self.colors = _table(["red", "green", "blue"], [1, 2, 3], tf.string, tf.int64, -1)
        self.names = _table([10, 20], ["ten", "twenty"], tf.int64, tf.string, "many")
        self.child = tf.Module()
        self.child.colors = self.colors
        self.child.floats = _table([1, 2], [0.5, 0.25], tf.int32, tf.float32, 0.)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string), tf.TensorSpec([None], tf.int64)])
    def f(self, w, n):
        return self.colors.lookup(w), self.names[n], self.child.floats.lookup(tf.cast(n, tf.int32)), self.child.colors.lookup(w)


def build():
    return Model()
