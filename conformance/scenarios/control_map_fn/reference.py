import tensorflow as tf

INPUTS = {"counts": [[1, 3], [0, 2, 1], [2]]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32), tf.TensorSpec([None], tf.int32)])
    def f(self, x, counts):
        sums, products = tf.map_fn(lambda row: (tf.reduce_sum(row), tf.reduce_prod(row)), x, fn_output_signature=(tf.float32, tf.float32))
        signs = tf.map_fn(lambda row: tf.reduce_all(row > 0.), x, fn_output_signature=tf.bool)
        mixed = tf.map_fn(lambda pair: pair[0] * tf.cast(pair[1], tf.float32), (x, counts), fn_output_signature=tf.TensorSpec([2], tf.float32))
        ranges = tf.map_fn(lambda n: tf.range(n), counts, fn_output_signature=tf.RaggedTensorSpec([None], tf.int32))
        nested = tf.map_fn(lambda row: tf.map_fn(lambda v: v * v, row), x, parallel_iterations=1)
        return {
            "sums": sums, "products": products, "signs": signs, "mixed": mixed, "ranges": ranges.values, "nested": nested,
        }


def build():
    return Model()
