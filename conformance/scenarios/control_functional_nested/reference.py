import tensorflow as tf

INPUTS = {"n": [0, 1, 5]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32), tf.TensorSpec([], tf.int32)])
    def f(self, x, n):
        def halve(v):
            return tf.cond(tf.reduce_sum(v) > 1., lambda: (v / 2., 1), lambda: (v, 0))

        def step(i, v, halved):
            w, one = halve(v)
            w = tf.switch_case(i, {0: lambda: w + 1., 1: lambda: w + 2.}, default=lambda: w)
            return i + 1, w, halved + one

        _, v, halved = tf.while_loop(lambda i, v, h: i < n, step, (0, x * 4., 0))
        order = tf.case([(n > 3, lambda: {"a": v, "b": tf.constant("many")}), (n > 0, lambda: {"a": -v, "b": tf.constant("few")})],
                        default=lambda: {"a": v * 0., "b": tf.constant("none")}, exclusive=False)
        return {"v": v, "halved": halved, "a": order["a"], "b": order["b"]}


def build():
    return Model()
