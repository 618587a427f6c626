import tensorflow as tf

INPUTS = {"padded": [[[1, 3, 0, 0], [2, 0, 0, 0], [4, 5, 8, 9]], [[0, 0, 0, 0], [0, 1, 0, 1], [5, 5, 0, 0]], [[1, 0, 0, 0], [1, 2, 3, 4], [0, 0, 0, 9]]]}


class Model(tf.Module):
    @tf.function(input_signature=[
        tf.TensorSpec([2, 3], tf.float32), tf.TensorSpec([7], tf.string), tf.TensorSpec([3, 4], tf.int32),
    ])
    def f(self, x, words, padded):
        rt = tf.RaggedTensor.from_row_lengths(words, [1, 4, 2])
        sparse = rt.to_sparse()
        dense = tf.RaggedTensor.from_tensor(padded, padding=0)
        return {
            "dense": rt.to_tensor(default_value="", shape=[None, 10]), "cut": rt.to_tensor(shape=[3, 2]),
            "indices": sparse.indices, "values": sparse.values, "shape": sparse.dense_shape,
            "back": tf.RaggedTensor.from_sparse(sparse).row_splits, "padding": dense.row_splits,
            "lengths": tf.RaggedTensor.from_tensor(padded, lengths=[4, 1, 0]).flat_values,
            "plain": tf.RaggedTensor.from_tensor(x).to_tensor(),
            "deep": tf.RaggedTensor.from_tensor(tf.ones([2, 3, 2]), ragged_rank=2).nested_row_splits[1],
            "cast": tf.cast(dense, tf.float32).flat_values,
        }


def build():
    return Model()
