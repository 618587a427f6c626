import tensorflow as tf

INPUTS = {"x": lambda rng, shape: rng.uniform(1, 2, shape)}


class Model(tf.Module):
    @tf.function
    def power(self, x, exponent):
        if isinstance(exponent, int):
            result = tf.ones_like(x)
            for _ in range(exponent):
                result *= x
            return result
        return tf.pow(x, exponent)


def build():
    model = Model()
    x = tf.TensorSpec([None], tf.float32)
    for exponent in (2, 3, tf.TensorSpec([], tf.float32)):
        model.power.get_concrete_function(x, exponent)
    return model
