import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([4], tf.float32)])
    def f(self, values):
        st = tf.sparse.SparseTensor([[0, 1], [0, 4], [2, 0], [2, 3]], values, [4, 5])
        filled, was_empty = tf.sparse.fill_empty_rows(st, -1.)
        kept = tf.sparse.retain(st, values > 0.)
        parts = tf.sparse.split(sp_input=st, num_split=2, axis=0)
        return {
            "columns": tf.sparse.concat(1, [st, st]).indices,
            "rows": tf.sparse.concat(axis=0, sp_inputs=[st, st]).dense_shape,
            "slice": tf.sparse.slice(st, [0, 1], [3, 3]).indices, "reshaped": tf.sparse.reshape(st, [2, -1]).indices,
            "transposed": tf.sparse.transpose(st).indices, "expanded": tf.sparse.expand_dims(st, 1).indices,
            "filled": filled.values, "empty": was_empty, "kept": kept.values, "part": parts[1].indices,
            "reset": tf.sparse.reset_shape(st).dense_shape, "eye": tf.sparse.to_dense(tf.sparse.eye(2, 3)),
        }


def build():
    return Model()
