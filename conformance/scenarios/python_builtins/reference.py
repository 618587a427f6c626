import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32), tf.TensorSpec([], tf.int32)])
    def f(self, x, n):
        parts = tf.unstack(x, axis=1)
        total = sum(parts)
        weighted = sum(w * p for w, p in zip([1, 2, 3], parts))
        order = [p * (i + 1) for i, p in enumerate(reversed(parts), start=1)]
        numbers = [max(3, 7, 5), min([4, 2]), sum([1, 2], 10), abs(-3), round(2.567, 1), pow(2, 5), divmod(17, 5)[1], int("12"), len("word"), ord("a")]
        flags = [any([0, "", 3]), all([]), isinstance(x, tf.Tensor), isinstance(3, (int, str)), callable(tf.add), bool([])]
        strings = [str(2.5), chr(98), repr("q"), "-".join(map(str, range(3))), "".join(filter(str.isalpha, "a1b2"))]
        return {
            "total": total, "weighted": weighted, "order": tf.stack(order),
            "numbers": tf.constant([float(v) for v in numbers]), "flags": tf.constant(flags),
            "strings": tf.constant(strings), "list": tf.constant(list(range(5, 0, -2))), "tuple": tuple(parts)[1],
            "first": next(iter(parts)), "len": len(parts) * n,
        }


def build():
    return Model()
