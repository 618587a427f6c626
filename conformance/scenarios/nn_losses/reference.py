import tensorflow as tf

INPUTS = {"labels": [[0, 2], [1, 1, 2], [0]]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32), tf.TensorSpec([None], tf.int32)])
    def f(self, logits, labels):
        one_hot = tf.one_hot(labels, 3)
        margin = tf.reduce_max(logits * (1. - one_hot) - 1e3 * one_hot, axis=1)
        return {
            "softmax": tf.nn.softmax_cross_entropy_with_logits(labels=one_hot, logits=logits),
            "sparse": tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits),
            "sigmoid": tf.nn.sigmoid_cross_entropy_with_logits(labels=one_hot, logits=logits),
            "weighted": tf.nn.weighted_cross_entropy_with_logits(labels=one_hot, logits=logits, pos_weight=2.),
            "poisson": tf.nn.log_poisson_loss(targets=tf.abs(logits), log_input=logits, compute_full_loss=True),
            "l2": tf.nn.l2_loss(logits), "hinge": tf.nn.relu(1. + margin - tf.reduce_sum(logits * one_hot, axis=1)),
            "accuracy": tf.reduce_mean(tf.cast(tf.nn.in_top_k(labels, logits, k=1), tf.float32)),
        }


def build():
    return Model()
