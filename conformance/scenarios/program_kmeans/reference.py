import tensorflow as tf

INPUTS = {"steps": [3, 0, 1]}


class Model(tf.Module):
    def __init__(self):
        self.centers = tf.Variable([[0.0, 0.0], [1.0, 1.0], [-1.0, 0.5]], name="centers")

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32), tf.TensorSpec([], tf.int32)])
    def fit(self, x, steps):
        centers = self.centers.read_value()
        for _ in tf.range(steps):
            distances = tf.reduce_sum(tf.math.squared_difference(x[:, tf.newaxis], centers[tf.newaxis]), axis=-1)
            nearest = tf.argmin(distances, axis=1, output_type=tf.int32)
            sums = tf.math.unsorted_segment_sum(x, nearest, num_segments=3)
            counts = tf.math.unsorted_segment_sum(tf.ones_like(nearest, tf.float32), nearest, 3)
            centers = tf.where(counts[:, tf.newaxis] > 0., tf.math.divide_no_nan(sums, counts[:, tf.newaxis]), centers)
        self.centers.assign(centers)
        return {"centers": centers, "inertia": tf.reduce_sum(tf.reduce_min(tf.norm(x[:, None] - centers, axis=-1), axis=1))}


def build():
    return Model()
