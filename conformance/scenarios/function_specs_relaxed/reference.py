import tensorflow as tf


class Model(tf.Module):
    @tf.function
    def f(self, x):
        rank = x.shape.rank
        if rank is None:
            return tf.reshape(x, [-1])
        if x.shape[0] is None:
            return x + tf.cast(tf.shape(x)[0], x.dtype)
        return x * x.shape[0]


def build():
    model = Model()
    for shape in ([4], [None], [2, None], None):
        model.f.get_concrete_function(tf.TensorSpec(shape, tf.float32))
    return model
