import tensorflow as tf

SKIP = {"tf2.4": "StatelessRandomGetKeyCounter is of TensorFlow 2.5"}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([2], tf.int32), tf.TensorSpec([None, 3], tf.float32)])
    def f(self, seed, x):
        seeds = tf.random.split(seed, 3)
        folded = tf.random.fold_in(seed, 12345)
        return {
            "uniform": tf.random.stateless_uniform([2, 3], seed),
            "integers": tf.random.stateless_uniform([5], seeds[0], minval=-3, maxval=9, dtype=tf.int32),
            "full": tf.random.stateless_uniform([2], seed, minval=None, maxval=None, dtype=tf.uint64),
            "normal": tf.random.stateless_normal([4], seeds[1], mean=1., stddev=0.5),
            "truncated": tf.random.stateless_truncated_normal([3], folded),
            "binomial": tf.random.stateless_binomial([4], seed, [10., 20., 5., 1.], [0.5, 0.1, 0.9, 0.]),
            "poisson": tf.random.stateless_poisson([3], seed, [1., 5., 20.], tf.int32),
            "gamma": tf.random.stateless_gamma([2], seed, [0.5, 2.], beta=[1., 4.]),
            "categorical": tf.random.stateless_categorical(x, 4, seed),
            "shuffle": tf.random.experimental.stateless_shuffle(tf.range(6), seed), "seeds": seeds,
        }


def build():
    return Model()
