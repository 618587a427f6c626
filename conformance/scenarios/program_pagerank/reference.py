import tensorflow as tf

INPUTS = {"links": [[[0, 1], [0, 2], [1, 2], [2, 0]], [[0, 1], [1, 0], [2, 0], [3, 0]], [[0, 3], [1, 3], [2, 3], [3, 3]]]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([4, 2], tf.int64)])
    def rank(self, links):
        degree = tf.math.unsorted_segment_sum(tf.ones([4]), links[:, 0], 4)
        weights = 1. / tf.gather(degree, links[:, 0])
        matrix = tf.sparse.reorder(tf.sparse.SparseTensor(tf.reverse(links, [1]), weights, [4, 4]))
        rank = tf.fill([4, 1], 0.25)
        change = tf.constant(1.)
        while change > 1e-3:
            spread = tf.ensure_shape(tf.sparse.sparse_dense_matmul(matrix, rank), [4, 1])
            update = 0.15 / 4. + 0.85 * (spread + (1. - tf.reduce_sum(spread)) / 4.)
            change = tf.reduce_max(tf.abs(update - rank))
            rank = update
        return rank[:, 0]


def build():
    return Model()
