import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def f(self, x):
        def power(n):
            def raised(v, shift=0.):
                result = v
                for _ in range(n - 1):
                    result = result * v
                return result + shift
            return raised

        square, cube = power(2), power(3)
        halve = lambda v: v / 2.
        steps = [square, cube, halve, lambda v, k=3.: v * k]
        y = x
        for step in steps:
            y = step(y)
        return {"y": y, "shifted": square(x, shift=1.)}


def build():
    return Model()
