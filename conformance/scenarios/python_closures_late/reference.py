import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def f(self, x):
        early = []
        for i in range(3):
            early.append(lambda v, i=i: v + i)
        own = []
        for i in range(3):
            k = i * 2.
            own.append(lambda v: v + i * k)
        shared = []
        for j in range(3):
            def g(v):
                return v * (j + 1.)

            shared.append(g)
        shift = 10.
        def moved(v):
            return v + shift

        shift = 20.
        return {"early": early[0](x), "moved": moved(x), "all": tf.add_n([g(x) for g in early]),
                "own": tf.stack([h(x) for h in own]), "shared": tf.stack([h(x) for h in shared])}


def build():
    return Model()
