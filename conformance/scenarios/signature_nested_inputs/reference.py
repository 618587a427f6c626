import tensorflow as tf


class Model(tf.Module):
    @tf.function
    def f(self, pair, mapping, last):
        return pair[0] + pair[1], mapping["u"] * mapping["v"], last


def build():
    model = Model()
    return model, model.f.get_concrete_function(
        [tf.TensorSpec([None], tf.float32, name="a"), tf.TensorSpec([None], tf.float32, name="b")],
        {"v": tf.TensorSpec([], tf.int32, name="v"), "u": tf.TensorSpec([], tf.int32, name="u")},
        tf.TensorSpec([None, None], tf.string))
