import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def f(self, x):
        def scale(v, by=2., *more, shift=0., **named):
            for m in more:
                v = v * m
            return v * by + shift + sum(named.values())

        def counter():
            count = 0
            def step():
                nonlocal count
                count += 1
                return count
            return step

        step = counter()
        step()
        args, kwargs = (3., 0.5), {"shift": 1., "extra": 2.}
        return {
            "plain": scale(x), "more": scale(x, 1., 2., 3.), "unpacked": scale(x, *args, **kwargs),
            "named": scale(x, a=1, b=2), "count": x * step(),
        }


def build():
    return Model()
