import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32), tf.TensorSpec([], tf.float32)])
    def f(self, x, limit):
        if tf.size(x) == 0:
            return {"at": limit, "total": 0.}
        total = tf.constant(0.)
        for i in tf.range(tf.size(x)):
            total += x[i]
            if total > limit:
                break
        if total < 0.:
            return {"at": total, "total": -total}
        else:
            at = tf.sqrt(total)
            if total > limit:
                return {"at": limit, "total": total}
            return {"at": at, "total": total}


def build():
    return Model()
