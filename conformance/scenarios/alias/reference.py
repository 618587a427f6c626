import tensorflow as tf

EXACT_NAMES = True


class MyModel(tf.Module):
    @tf.function
    def func(self):
        return tf.constant(1.)

    @tf.function
    def serve(self):
        y = self.func()
        return y + 2.


def build():
    model = MyModel()
    signatures = {"serving_default": model.serve.get_concrete_function()}
    return model, signatures, tf.saved_model.SaveOptions(function_aliases={"my_func": model.func})
