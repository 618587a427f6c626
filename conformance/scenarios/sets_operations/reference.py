import tensorflow as tf

INPUTS = {"a": [[[1, 2, 3], [4, 5, 5]], [[1, 1, 1], [2, 3, 4]], [[9, 8, 7], [7, 8, 9]]], "b": [[[3, 9], [5, 4]], [[1, 2], [5, 6]], [[9, 9], [1, 2]]]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([2, 3], tf.int32), tf.TensorSpec([2, 2], tf.int32)])
    def f(self, a, b):
        sparse = tf.sparse.from_dense(a)
        common = tf.sets.intersection(a, b)
        return {
            "common": common.values, "where": common.indices,
            "union": tf.sets.union(sparse, tf.sparse.from_dense(b)).values, "difference": tf.sets.difference(a, b).values,
            "reverse": tf.sets.difference(a, b, aminusb=False).values, "size": tf.sets.size(sparse),
            "dense": tf.sparse.to_dense(tf.sets.union(a, b), default_value=-1),
        }


def build():
    return Model()
