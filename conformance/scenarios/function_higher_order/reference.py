import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def f(self, x):
        def compose(*functions):
            def composed(v):
                for g in functions:
                    v = g(v)
                return v
            return composed

        table = {"double": lambda v: v + v, "square": tf.square, "root": tf.math.sqrt}
        pipeline = compose(table["double"], table["square"], tf.identity, table["root"])
        apply_twice = lambda g, v: g(g(v))
        return {
            "pipeline": pipeline(x), "twice": apply_twice(table["double"], x),
            "mapped": [g(x) for _, g in sorted(table.items())][0],
        }


def build():
    return Model()
