import tensorflow as tf

INPUTS = {"x": [[3., 1., 2.], [5., 4., 3., 2., 1.], [1.]]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def f(self, x):
        n = tf.size(x)
        moved = tf.constant(True)
        passes = 0
        while moved:
            moved = tf.constant(False)
            for i in tf.range(n - 1):
                if x[i] > x[i + 1]:
                    x = tf.tensor_scatter_nd_update(x, [[i], [i + 1]], [x[i + 1], x[i]])
                    moved = tf.constant(True)
            passes += 1
        return {"sorted": x, "passes": passes}


def build():
    return Model()
