import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32), tf.TensorSpec([], tf.int32)])
    def f(self, x, n):
        state = {"b": (x, [n]), "a": {"c": x * 2.}}
        flat = tf.nest.flatten(state)
        doubled = tf.nest.map_structure(lambda v: v + v, state)
        tf.nest.assert_same_structure(state, doubled)
        packed = tf.nest.pack_sequence_as({"q": 0, "p": [1, 2]}, [flat[0], flat[1], flat[2]])
        mixed = tf.nest.map_structure(lambda a, b: a * b, [x, (x,)], [x, (2.,)])
        return {
            "count": tf.constant([len(flat), int(tf.nest.is_nested(state)), int(tf.nest.is_nested(3))]),
            "doubled": doubled["b"][1][0], "packed": packed["p"][0], "mixed": mixed[1][0], "first": flat[0],
        }


def build():
    return Model()
