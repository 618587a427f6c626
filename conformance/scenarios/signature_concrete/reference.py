import tensorflow as tf


class Model(tf.Module):
    @tf.function
    def f(self, x, y):
        return {"sum": x + y, "difference": x - y}


def build():
    model = Model()
    return model, model.f.get_concrete_function(tf.TensorSpec([None], tf.float32), tf.TensorSpec([], tf.float32, name="second"))
