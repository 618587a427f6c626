import tensorflow as tf

INPUTS = {"x": [-3., 0.5, 20.]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def f(self, x):
        if x < -1.:
            kind = "low"
        elif x < 0.:
            kind = "negative"
        elif x < 1.:
            kind = "small"
        elif x < 10.:
            kind = "large"
        else:
            kind = "huge"
        rank = tf.case([(x < 0., lambda: tf.constant(-1)), (x < 1., lambda: tf.constant(0))], default=lambda: tf.constant(1))
        return {"kind": kind, "rank": rank}


def build():
    return Model()
