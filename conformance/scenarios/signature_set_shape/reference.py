import tensorflow as tf

SIZES = [5]


class Model(tf.Module):
    @tf.function
    def f(self, x):
        x.set_shape([5, 1])
        return x + 1.


def build():
    model = Model()
    return model, model.f.get_concrete_function(tf.TensorSpec([None, 1], tf.float32))
