import tensorflow as tf


class Model(tf.Module):
    @tf.function
    def total(self, first, *rest):
        for r in rest:
            first = first + r
        return first

    @tf.function
    def named(self, x, **options):
        for name in sorted(options):
            x = x * options[name]
        return x


def build():
    model = Model()
    s = tf.TensorSpec([], tf.float32)
    model.total.get_concrete_function(s)
    model.total.get_concrete_function(s, s, s)
    model.named.get_concrete_function(x=s, a=s, b=2.0)
    return model
