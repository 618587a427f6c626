import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 4], tf.float32)])
    def f(self, x):
        columns = {name: x[:, i] for i, name in enumerate(["d", "b", "a", "c"])}
        columns.update(e=columns["a"] * 2.)
        first, *rest = sorted(columns)
        removed = columns.pop("d")
        pairs = [(k, v) for k, v in sorted(columns.items(), key=lambda kv: kv[0], reverse=True) if k not in ("b",)]
        stack = []
        for name, column in pairs:
            stack.append(column)
            stack.extend([column * 0.5] if name in {"e"} else [])
        stack.insert(0, removed)
        last = stack.pop()
        grid = [[i * j for j in range(3)] for i in range(2)]
        flat = [v for row in grid for v in row if v]
        named = dict(zip(["p", "q"], (first, rest[-1])))
        return {
            "stacked": tf.stack(stack[::-1], axis=1), "last": last, "flat": tf.constant(flat),
            "names": tf.constant([named["p"], named.get("q"), named.get("z", "none")]),
            "unique": tf.constant(sorted({3, 1, 3} | {7})),
            "count": tf.constant([rest.index("c"), len(stack), [1, 2, 1].count(1)]),
        }


def build():
    return Model()
