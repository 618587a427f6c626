import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32) for _ in range(3)])
    def f(self, zebra, apple, Mango):
        return {"y": zebra - apple, "x": Mango / (1. + apple * apple)}


def build():
    return Model()
