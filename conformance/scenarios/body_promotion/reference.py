import tensorflow as tf

INPUTS = {"i": lambda rng, shape: rng.integers(1, 9, shape)}
_dtypes = [tf.float16, tf.float64, tf.int64, tf.uint8, tf.string]


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], d) for d in _dtypes])
    def f(self, h, d, i, b, s):
        half = 1 + 2 * h - 0.5
        double = 2 ** d / 3 + [1.5]
        integer = (10 - i) * 2 // 3 % 4 + [[1], [2]]
        byte = 255 - b & 0x0F | 1
        text = "<" + s + ">"
        return {"half": half, "double": double, "integer": integer, "byte": byte, "text": text,
                "less": 3 < i, "equal": s == "flow", "true": 7 / i}


def build():
    return Model()
