import tensorflow as tf

INPUTS = {"ids": [[0, 1, 1, 3], [2, 2, 0, 1], [0, 0, 0, 0]]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([4, 2], tf.float32), tf.TensorSpec([4], tf.int32)])
    def f(self, x, ids):
        ordered = tf.sort(ids)
        number = tf.reduce_max(ids) + 1
        return {
            "sum": tf.math.segment_sum(x, ordered), "mean": tf.math.segment_mean(x, ordered),
            "max": tf.math.segment_max(x, ordered), "min": tf.math.segment_min(x, ordered),
            "prod": tf.math.segment_prod(x, ordered), "unsorted": tf.math.unsorted_segment_sum(x, ids, 4),
            "dynamic": tf.math.unsorted_segment_mean(x, ids, number),
            "largest": tf.math.unsorted_segment_max(x, ids, num_segments=5),
            "root": tf.math.unsorted_segment_sqrt_n(x, ids, 4), "product": tf.math.unsorted_segment_prod(x[:, 0], ids, 4),
            "confusion": tf.math.confusion_matrix(ids, ordered, num_classes=4),
        }


def build():
    return Model()
