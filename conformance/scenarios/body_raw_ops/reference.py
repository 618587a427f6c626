import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32)])
    def f(self, x):
        top = tf.raw_ops.TopKV2(input=x, k=2)
        split = tf.raw_ops.Split(axis=1, value=x, num_split=3)
        return {"top": top.values, "indices": top[1], "split": split[2], "pack": tf.raw_ops.Pack(values=[x, x], axis=1),
                "leaky": tf.raw_ops.LeakyRelu(features=x, alpha=0.1), "cast": tf.raw_ops.Cast(x=x, DstT=tf.int32, Truncate=True)}


def build():
    return Model()
