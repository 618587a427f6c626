import tensorflow as tf

SKIP = {"tf2.4": "StatelessRandomGetKeyCounter is of TensorFlow 2.5"}
INPUTS = {"n": [4, 1, 3]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([2], tf.int32), tf.TensorSpec([], tf.int32)])
    def f(self, seed, n):
        inside = tf.constant(0)
        for i in tf.range(n):
            points = tf.random.stateless_uniform([100, 2], tf.random.fold_in(seed, i), -1., 1.)
            inside += tf.math.count_nonzero(tf.norm(points, axis=1) < 1., dtype=tf.int32)
        return {"pi": 4. * tf.cast(inside, tf.float32) / tf.cast(100 * n, tf.float32), "inside": inside}


def build():
    return Model()
