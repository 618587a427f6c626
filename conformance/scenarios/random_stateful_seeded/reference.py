import tensorflow as tf

SIZES = [2]


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 4], tf.float32)])
    def f(self, x):
        return {
            "uniform": tf.random.uniform([3], seed=1), "normal": tf.random.normal([2, 2], mean=2., seed=7),
            "truncated": tf.random.truncated_normal([2], seed=3),
            "integers": tf.random.uniform([4], maxval=10, dtype=tf.int64, seed=5), "shuffle": tf.random.shuffle(x, seed=2),
            "categorical": tf.random.categorical(x, 3, seed=4), "gamma": tf.random.gamma([2], alpha=[0.5, 1.5], seed=6),
            "poisson": tf.random.poisson([], [3., 8.], seed=8), "dropout": tf.nn.dropout(x, rate=0.5, seed=9),
        }


def build():
    return Model()
