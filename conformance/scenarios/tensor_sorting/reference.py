import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 4], tf.float32)])
    def f(self, x):
        order = tf.argsort(x, axis=-1, direction="DESCENDING", stable=True)
        best = tf.math.top_k(x, k=2)
        values, indices = tf.nn.top_k(x, 3, sorted=False)
        return {
            "sorted": tf.sort(x), "columns": tf.sort(x, axis=0, direction="DESCENDING"), "order": order,
            "ranks": tf.argsort(order), "best": best.values, "where": best.indices, "sum": tf.reduce_sum(values, 1),
            "median": tf.sort(x, axis=1)[:, 1], "again": tf.gather(x, order, batch_dims=1),
            "nth": tf.math.invert_permutation(order[0]), "hit": tf.math.in_top_k([0], x[:1], k=2),
        }


def build():
    return Model()
