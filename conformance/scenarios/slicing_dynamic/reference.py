import tensorflow as tf

INPUTS = {"k": [1, 2, 3]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 6], tf.float32), tf.TensorSpec([], tf.int32)])
    def f(self, x, k):
        return {
            "window": x[:, k:k + 2], "but": x[:, :-k], "last": x[:, -k:], "step": x[:, ::k], "one": x[:, k],
            "back": x[-1, -k], "both": x[:k, k:], "none": x[:, k:k], "new": x[tf.newaxis, :, k, None],
            "ends": tf.stack([x[0, 0], x[-1, -1]]), "long": x[:, tf.cast(k, tf.int64):],
        }


def build():
    return Model()
