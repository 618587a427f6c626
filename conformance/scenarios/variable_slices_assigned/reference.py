import tensorflow as tf

INPUTS = {"i": [0, 1, 2]}


class Model(tf.Module):
    def __init__(self):
        self.a = tf.Variable([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]], name="a")
        self.b = tf.Variable([8.0, 6.0, 4.0, 2.0], name="b")

    @tf.function(input_signature=[tf.TensorSpec([], tf.int32), tf.TensorSpec([3], tf.float32)])
    def f(self, i, x):
        self.a[0, 1:].assign([20., 30.])
        self.a[i].assign(x)
        self.a.scatter_nd_update([[2, 2], [1, 0]], [1., 2.])
        self.b.scatter_add(tf.IndexedSlices([1., 1.], [i, 0]))
        self.b.scatter_sub(tf.IndexedSlices([0.5], [3]))
        self.b.scatter_mul(tf.IndexedSlices([2., 2.], [1, i]))
        self.b.scatter_div(tf.IndexedSlices([4.], [2]))
        self.b.scatter_max(tf.IndexedSlices([3., 1.], [0, 3]))
        self.b.scatter_min(tf.IndexedSlices([2.5], [0]))
        self.b.scatter_update(tf.IndexedSlices(x[:1], [1]))
        return {
            "a": self.a.read_value(), "b": self.b.read_value(), "sparse": self.b.sparse_read([0, i]),
            "nd": self.a.gather_nd([[0, 0], [i, 1]]),
        }


def build():
    return Model()
