import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def f(self, x):
        with tf.name_scope("outer"):
            y = x + 1.
            with tf.name_scope("inner"), tf.device("/cpu:0"):
                z = tf.exp(y, name="exponent")
            y = tf.identity(y, name="kept")
        with tf.device("/device:CPU:0"):
            w = z * 2.
            with tf.device(None):
                v = tf.add(w, z, name="sum")
        return {"y": y, "z": z, "w": w, "v": v}


def build():
    return Model()
