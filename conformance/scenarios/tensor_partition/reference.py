import tensorflow as tf

INPUTS = {"parts": [[0, 1, 1, 2, 0], [2, 2, 1], [0]], "x": [[5., 1., 2., 8., 3.], [1., 2., 3.], [4.]]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32), tf.TensorSpec([None], tf.int32)])
    def f(self, x, parts):
        pieces = tf.dynamic_partition(x, parts, 3)
        places = tf.dynamic_partition(tf.range(tf.size(x)), parts, 3)
        back = tf.dynamic_stitch(places, [p * 2. for p in pieces])
        return {
            "first": pieces[0], "last": pieces[2], "back": back, "mask": tf.sequence_mask(parts, 4),
            "mask2": tf.sequence_mask([1, 3], dtype=tf.float32), "sorted": tf.searchsorted(tf.sort(x), [2.5, 8.]),
            "right": tf.searchsorted(tf.sort(x), [2., 8.], side="right", out_type=tf.int64),
            "histogram": tf.histogram_fixed_width(x, [0., 10.], nbins=5),
            "bins": tf.histogram_fixed_width_bins(x, [0., 10.], nbins=5), "counts": tf.math.bincount(parts, minlength=4),
            "weighted": tf.math.bincount(parts, weights=x),
        }


def build():
    return Model()
