import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def f(self, x):
        early = []
        for i in range(3):
            early.append(lambda v, i=i: v + i)
        shift = 10.
        def moved(v):
            return v + shift

        shift = 20.
        return {"early": early[0](x), "moved": moved(x), "all": tf.add_n([g(x) for g in early])}


def build():
    return Model()
