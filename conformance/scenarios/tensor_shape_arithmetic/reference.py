import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 4, None], tf.float32)])
    def f(self, x):
        shape = tf.shape(x)
        batch, width = shape[0], tf.shape(x)[2]
        static = x.shape.as_list()
        dims = [static[i] if static[i] is not None else shape[i] for i in range(3)]
        outer = tf.reshape(x, [batch * dims[1], width])
        halves = tf.reshape(x, tf.stack([batch, 2, 2 * width]))
        return {
            "outer": outer, "halves": halves, "zeros": tf.zeros(tf.concat([shape[:2], [7]], 0)),
            "slice": x[:, :static[1] - 1, :width - 1], "range": tf.range(batch * 2), "product": tf.reduce_prod(shape),
            "unstacked": tf.unstack(shape)[2], "prefix": x.shape[1:2].as_list()[0], "full": tf.fill(dims[:2], 1.),
            "dim": x.shape[1] * 2,
        }


def build():
    return Model()
