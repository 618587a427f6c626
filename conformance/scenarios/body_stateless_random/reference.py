import tensorflow as tf

SKIP = {"tf2.4": "StatelessRandomGetKeyCounter is of TensorFlow 2.5"}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([2], tf.int32), tf.TensorSpec([None, 3], tf.float32)])
    def f(self, seed, x):
        keep = tf.random.stateless_uniform(tf.shape(x), seed) < 0.8
        return {"dropped": tf.where(keep, x / 0.8, 0.), "normal": tf.random.stateless_normal([4], seed, mean=1., stddev=2.),
                "integers": tf.random.stateless_uniform([5], seed, minval=0, maxval=10, dtype=tf.int32)}


def build():
    return Model()
