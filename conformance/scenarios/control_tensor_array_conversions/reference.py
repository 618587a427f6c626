import tensorflow as tf

INPUTS = {"order": [[1, 0], [2, 1, 0], [0]]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32), tf.TensorSpec([None], tf.int32)])
    def f(self, x, order):
        rows = tf.TensorArray(tf.float32, size=0, dynamic_size=True, clear_after_read=False).unstack(x)
        picked = rows.gather(order)
        put = tf.TensorArray(tf.float32, size=tf.size(order), element_shape=[2]).scatter(order, x)
        parts = tf.TensorArray(tf.float32, size=2, infer_shape=False, element_shape=[None]).split(x[:, 0], [1, tf.shape(x)[0] - 1])
        return {"first": rows.read(0), "picked": picked, "put": put.stack(), "joined": parts.concat(), "count": rows.size()}


def build():
    return Model()
