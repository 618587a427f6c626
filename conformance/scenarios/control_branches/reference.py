import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.count = tf.Variable(0, trainable=False, name="count")

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32), tf.TensorSpec([], tf.bool)])
    def f(self, x, flag):
        y = x * 1.
        if flag:
            y = y + 1.
            self.count.assign_add(1)
        if tf.reduce_sum(x) > 0.:
            z = y * 2.
        elif flag:
            z = y * 3.
        else:
            z = -y
        w = tf.cond(flag, lambda: x, lambda: x * x)
        v = x if flag else -x
        return {"y": y, "z": z, "w": w, "v": v, "count": self.count.read_value()}

    @tf.function(input_signature=[tf.TensorSpec([], tf.float32)])
    def early(self, x):
        if x < 0.:
            return -x
        return tf.sqrt(x)


def build():
    model = Model()
    return model, {"f": model.f, "early": model.early}
