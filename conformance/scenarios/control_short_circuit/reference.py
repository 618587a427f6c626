import tensorflow as tf

INPUTS = {"i": [0, 5, -1]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32), tf.TensorSpec([], tf.int32)])
    def f(self, x, i):
        inside = i >= 0 and i < tf.size(x)
        positive = inside and x[i] > 0.
        outside = not inside or x[i] < -100.
        if inside and (positive or i == 0):
            y = x[i]
        else:
            y = -1.
        return {"inside": inside, "positive": positive, "outside": outside, "y": y}


def build():
    return Model()
