import tensorflow as tf

INPUTS = {"ids": [[0, 3, 2], [1, 1, 1], [2, 0, 0]], "where": [[[0, 0], [0, 1], [2, 0]], [[0, 0], [1, 0], [2, 1]], [[0, 0], [0, 1], [1, 1]]]}


class Model(tf.Module):
    def __init__(self):
        self.table = tf.Variable([[1.0, 0.0], [0.0, 1.0], [2.0, 2.0], [-1.0, 3.0]], name="table")

    @tf.function(input_signature=[
        tf.TensorSpec([3], tf.int64), tf.TensorSpec([3], tf.float32), tf.TensorSpec([3, 2], tf.int64),
    ])
    def f(self, ids, weights, where):
        sparse_ids = tf.sparse.SparseTensor(where, ids, [3, 2])
        sparse_weights = tf.sparse.SparseTensor(where, tf.abs(weights) + 0.5, [3, 2])
        return {
            "mean": tf.nn.embedding_lookup_sparse(self.table, sparse_ids, None, combiner="mean"),
            "weighted": tf.nn.embedding_lookup_sparse(self.table, sparse_ids, sparse_weights, combiner="sum"),
            "root": tf.nn.embedding_lookup_sparse(self.table, sparse_ids, sparse_weights, combiner="sqrtn"),
            "safe": tf.nn.safe_embedding_lookup_sparse(self.table, sparse_ids, default_id=2),
            "norm": tf.nn.embedding_lookup(self.table, ids, max_norm=1.),
        }


def build():
    return Model()
