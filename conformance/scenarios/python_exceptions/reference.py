import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 4], tf.float32)])
    def f(self, x):
        def choose(options, key):
            try:
                return options[key]
            except KeyError:
                return tf.identity

        def checked(value, shape):
            try:
                value = tf.ensure_shape(tf.reshape(value, [-1, 4]), shape)
            except ValueError as e:
                return value * 2.0, "no"
            else:
                return value, "yes"
            finally:
                log.append(len(shape))

        log = []
        y = choose({"relu": tf.nn.relu}, "relu")(x) + choose({}, "relu")(x)
        a, first = checked(y, [None, 4])
        b, second = checked(y, [None, 5])
        try:
            if x.shape[1] != 3:
                raise ValueError("width", x.shape[1])
            b = b * 100.0
        except (TypeError, ValueError):
            b = b + 1.0
        for name in ["7", "seven"]:
            try:
                b = b + int(name)
            except ValueError:
                continue
        if tf.reduce_sum(x) > 0.0:
            try:
                c = a / [1.0, 2.0][5]
            except IndexError:
                c = a - b
        else:
            c = b
        return {"a": a, "b": b, "c": c, "said": tf.constant([first, second]), "log": tf.constant(log)}


def build():
    return Model()
