import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def f(self, x):
        a = b = 3
        a, b = b + 1, a
        a **= 2
        b //= 2
        mask = 0b101 | 0x10
        mask ^= 1
        values: list = [1, 2, 3, 4]
        del values[1:3]
        values += [9]
        i = 0
        while i < 10:
            i += 3
            if i == 6:
                continue
            if i > 8:
                break
        else:
            i = -1
        for k in range(3):
            pass
        else:
            k = 7
        if (n := len(values)) > 2:
            a += n
        if a < 0:
            raise ValueError("a is negative")
        y = x
        y += 1.
        y *= 2.
        y[0:1] if a > 100 else None
        return {
            "y": y, "numbers": tf.constant([a, b, mask, i, k, n, *values]),
            "none": tf.constant([None is None, not None, bool(a), True]),
        }


def build():
    return Model()
