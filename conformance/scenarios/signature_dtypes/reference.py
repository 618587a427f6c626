import tensorflow as tf

SKIP = {"tf2.4": "Java has no types for int8, uint16, complex64, …"}
_dtypes = [tf.float16, tf.bfloat16, tf.float32, tf.float64, tf.int8, tf.int16, tf.int32, tf.int64, tf.uint8, tf.uint16,
           tf.uint32, tf.uint64, tf.bool, tf.string, tf.complex64, tf.complex128]


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], d) for d in _dtypes])
    def f(self, a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p):
        return {
            "a": a + 1, "b": b * 2, "c": c - 3, "d": d / 4, "e": e + 1, "f": f - 2, "g": g * 3, "h": h // 4,
            "i": i + 5, "j": j + 6, "k": k + 7, "l": l + 8, "m": ~m, "n": n + "!", "o": o * 1j, "p": p + 2,
        }


def build():
    return Model()
