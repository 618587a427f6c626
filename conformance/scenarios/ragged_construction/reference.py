import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([8], tf.int32)])
    def f(self, values):
        digits = tf.ragged.constant([[3, 1, 4, 1], [], [5, 9, 2], [6], []])
        ids = tf.RaggedTensor.from_value_rowids(values, [0, 0, 0, 0, 2, 2, 2, 3], nrows=5)
        lengths = tf.RaggedTensor.from_row_lengths(values, [4, 0, 3, 1])
        splits = tf.RaggedTensor.from_row_splits(values, row_splits=[0, 4, 4, 7, 8])
        starts = tf.RaggedTensor.from_row_starts(values, [0, 4, 4, 7])
        limits = tf.RaggedTensor.from_row_limits(values, [4, 4, 7, 8])
        uniform = tf.RaggedTensor.from_uniform_row_length(values, 4)
        return {
            "digits": digits.values, "rowids": digits.value_rowids(), "ids": ids.row_lengths(),
            "lengths": lengths.row_splits, "splits": splits.row_starts(), "starts": starts.row_limits(),
            "limits": limits.nrows(), "uniform": uniform.to_tensor(), "length": uniform.uniform_row_length,
            "shape": tf.constant([d or -1 for d in digits.shape.as_list()]), "box": digits.bounding_shape(),
            "widest": digits.bounding_shape(axis=1),
        }


def build():
    return Model()
