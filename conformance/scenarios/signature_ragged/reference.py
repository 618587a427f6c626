import tensorflow as tf

INPUTS = {"values": [[1., 2., 3.], [4., 5.], [6.]], "splits": [[0, 2, 3], [0, 0, 1, 2], [0, 1]]}


class Model(tf.Module):
    @tf.function
    def f(self, x):
        return x * 2.

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32), tf.TensorSpec([None], tf.int64)])
    def lengths(self, values, splits):
        rt = tf.RaggedTensor.from_row_splits(values, splits)
        return {"lengths": rt.row_lengths(), "dense": rt.to_tensor(), "sums": tf.reduce_sum(rt, axis=1), "first": rt[0]}


def build():
    model = Model()
    model.f.get_concrete_function(tf.RaggedTensorSpec([None, None], tf.float32))
    return model, model.lengths
