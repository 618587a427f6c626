import tensorflow as tf

INPUTS = {"n": [4, 0, 1]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([1], tf.float32), tf.TensorSpec([], tf.int32)])
    def f(self, x, n):
        _, doubled = tf.while_loop(lambda i, v: i < n, lambda i, v: (i + 1, tf.concat([v, v], 0)), [tf.constant(0), x],
                                   shape_invariants=[tf.TensorShape([]), tf.TensorShape([None])])
        grown = x
        for i in tf.range(n):
            tf.autograph.experimental.set_loop_options(shape_invariants=[(grown, tf.TensorShape([None]))])
            grown = tf.concat([grown, [tf.cast(i, tf.float32)]], axis=0)
        return doubled, grown


def build():
    return Model()
