import tensorflow as tf

INPUTS = {"y": lambda rng, shape: rng.integers(1, 4, shape)}


def _two(dtype):
    return [tf.TensorSpec([None], dtype), tf.TensorSpec([None], dtype)]


class Model(tf.Module):
    @tf.function(input_signature=_two(tf.float32))
    def floats(self, x, y):
        return [x + y, x - y, x * y, x / y, x // y, x % y, tf.abs(x) ** y, -x, abs(x),
                x < y, x <= y, x > y, x >= y, x == y, x != y]

    @tf.function(input_signature=_two(tf.int32))
    def integers(self, x, y):
        return [x + y, x - y, x * y, x / y, x // y, x % y, -x, x & y, x | y, x ^ y, ~x, x < y, x == y]

    @tf.function(input_signature=_two(tf.bool))
    def booleans(self, p, q):
        return [p & q, p | q, p ^ q, ~p, p == q, p != q]


def build():
    model = Model()
    return model, {"floats": model.floats, "integers": model.integers, "booleans": model.booleans}
