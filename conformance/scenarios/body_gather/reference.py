import tensorflow as tf

INPUTS = {"ids": lambda rng, shape: rng.integers(0, 4, shape)}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([4, 3], tf.float32), tf.TensorSpec([None], tf.int64)])
    def f(self, x, ids):
        values, indices = tf.math.top_k(x, k=2)
        unique, positions = tf.unique(ids)
        return {
            "gather": tf.gather(x, ids), "columns": tf.gather(x, [2, 0], axis=1), "nd": tf.gather_nd(x, [[0, 1], [3, 2]]),
            "scatter": tf.scatter_nd(ids[:, None], tf.ones_like(ids), [5]), "updated": tf.tensor_scatter_nd_update(x, [[1]], [[7., 8., 9.]]),
            "top": values, "order": indices, "sorted": tf.sort(x, axis=0), "argsort": tf.argsort(x, direction="DESCENDING"),
            "unique": unique, "positions": positions, "segments": tf.math.segment_sum(x, [0, 0, 1, 1]),
            "unsorted": tf.math.unsorted_segment_max(x, [1, 0, 1, 0], 2), "searched": tf.searchsorted([1., 2., 3.], [1.5, 3.]),
            "boolean": tf.boolean_mask(x, [True, False, True, True]), "dynamic": tf.dynamic_partition(x, [0, 1, 0, 1], 2)[0],
        }


def build():
    return Model()
