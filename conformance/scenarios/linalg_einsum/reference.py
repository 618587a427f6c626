import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[
        tf.TensorSpec([None, 2, 3], tf.float32), tf.TensorSpec([None, 3, 4], tf.float32), tf.TensorSpec([3], tf.float32),
    ])
    def f(self, a, b, v):
        scores = tf.einsum("bij,bkj->bik", a, a)
        return {
            "batch": tf.einsum("bij,bjk->bik", a, b), "ellipsis": tf.einsum("...ij,...jk->...ik", a, b),
            "sum": tf.einsum("bij->b", a), "transpose": tf.einsum("bij->jib", a), "vector": tf.einsum("bij,j->bi", a, v),
            "trace": tf.einsum("bii->b", scores), "outer": tf.einsum("i,j->ij", v, v),
            "three": tf.einsum("bij,bjk,j->bk", a, b, v), "attention": tf.einsum("bij,bjk->bik", tf.nn.softmax(scores), a),
        }


def build():
    return Model()
