import tensorflow as tf

INPUTS = {"x": lambda rng, shape: rng.uniform(0.2, 1, shape)}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([5], tf.float32)])
    def f(self, x):
        steps = 0
        while tf.reduce_sum(x) > 1:
            steps += 1
            x = tf.tanh(x)
        return x, steps


def build():
    return Model()
