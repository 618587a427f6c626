import tensorflow as tf

INPUTS = {"n": [0, 1, 2]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 4, 3], tf.float32), tf.TensorSpec([], tf.int32)])
    def f(self, x, n):
        return {
            "row": x[0], "last": x[-1], "column": x[:, 1], "range": x[:, 1:3], "step": x[:, ::2, ::-1],
            "ellipsis": x[..., 0], "middle": x[:1, ..., 1:], "new": x[:, None, tf.newaxis, :, 0], "end": x[:, :-1],
            "tensor": x[:, n], "tensors": x[:, n:n + 2, -1], "mask": tf.boolean_mask(x, x[:, 0, 0] > 0.),
            "chain": x[0][1][2], "all": x[:],
        }


def build():
    return Model()
