import tensorflow as tf


class Child(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def g(self, x):
        return x * 2.


class Model(tf.Module):
    def __init__(self):
        self.child = Child()

    @tf.function
    def f(self, x):
        return x + x

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def serve(self, x):
        return self.f(x) + self.child.g(x)


def build():
    model = Model()
    model.f.get_concrete_function(tf.TensorSpec([], tf.float32))
    model.f.get_concrete_function(tf.TensorSpec([None], tf.int32))
    return model, None, tf.saved_model.SaveOptions(
        function_aliases={"all": model.f, "below": model.child.g, "itself": model.serve})
