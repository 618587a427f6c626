import tensorflow as tf

INPUTS = {"n": [1, 0, 3]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32), tf.TensorSpec([], tf.int32)])
    def f(self, x, n):
        _, doubled = tf.while_loop(lambda i, y: i < n, lambda i, y: (i + 1, y * 2.), [0, x])
        return {
            "doubled": doubled, "switched": tf.switch_case(n, [lambda: x, lambda: -x, lambda: x * x]),
            "case": tf.case([(n > 2, lambda: tf.constant(1)), (n > 0, lambda: tf.constant(2))], default=lambda: tf.constant(3)),
            "mapped": tf.map_fn(lambda row: tf.reduce_sum(row) * row, x), "scanned": tf.scan(lambda a, row: a + row, x),
            "folded": tf.foldl(lambda a, row: a * 0.5 + row, x),
            "vectorized": tf.map_fn(lambda pair: (pair[0] + pair[1], pair[0]), (x, x), fn_output_signature=(tf.float32, tf.float32))[0],
        }


def build():
    return Model()
