import tensorflow as tf


class Model(tf.Module):
    @tf.function
    def f(self, items, options):
        a, (b, c) = items
        return {"sum": a + b + c, "parts": [a, (b, c)], "options": [options["k"], options["n"]], "none": None}


def build():
    model = Model()
    v, s = tf.TensorSpec([None], tf.float32), tf.TensorSpec([], tf.float32)
    model.f.get_concrete_function([v, (v, s)], {"k": tf.TensorSpec([], tf.int32), "n": 7})
    return model
