import tensorflow as tf


class Model(tf.Module):
    @tf.function
    def f(self, x):
        if x.shape.rank is None:
            return tf.constant("any")
        return tf.constant("known " + str(x.shape.as_list()))

    @tf.function(input_signature=[tf.TensorSpec(None, tf.float32)])
    def g(self, x):
        return self.f(x), self.f(tf.reshape(x, [-1])), self.f(tf.zeros([3]))


def build():
    model = Model()
    for shape in (None, [None], [3]):
        model.f.get_concrete_function(tf.TensorSpec(shape, tf.float32))
    return model, model.g
