import tensorflow as tf

INPUTS = {"n": [3, 0, 5]}


class Model(tf.Module):
    def __init__(self):
        self.w = tf.Variable([[0.5, 1.], [-1., 0.5]], name="w")

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32), tf.TensorSpec([], tf.int32)])
    def f(self, x, n):
        y, i = x, 0
        while i < n:
            y = tf.tanh(y @ self.w)
            i += 1
        total = 0.
        for k in tf.range(n):
            if k == 1:
                continue
            total += tf.cast(k, tf.float32) * tf.reduce_sum(x)
            if total > 10.:
                break
        rows = tf.zeros([2])
        for row in x:
            rows += row
        return {"y": y, "i": i, "total": total, "rows": rows}


def build():
    return Model()
