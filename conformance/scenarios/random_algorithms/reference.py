import tensorflow as tf

SKIP = {"tf2.4": "StatelessRandomGetKeyCounter is of TensorFlow 2.5"}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([2], tf.int32)])
    def f(self, seed):
        return {
            "philox": tf.random.stateless_uniform([3], seed, alg="philox"),
            "normal": tf.random.stateless_normal([3], seed, alg="philox"),
            "auto": tf.random.stateless_uniform([2, 2], seed, alg="auto_select"),
            "number": tf.random.stateless_uniform([2], seed, alg=1),
            "index": tf.random.experimental.index_shuffle(tf.range(5), tf.cast(seed, tf.uint32), 9),
        }


def build():
    return Model()
