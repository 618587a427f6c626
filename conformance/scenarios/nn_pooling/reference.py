import tensorflow as tf

SIZES = [2, 1]


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 8, 2], tf.float32), tf.TensorSpec([None, 7, 6, 3], tf.float32)])
    def f(self, signal, image):
        values, where = tf.nn.max_pool_with_argmax(image, ksize=2, strides=2, padding="VALID")
        return {
            "one": tf.nn.max_pool1d(signal, ksize=3, strides=2, padding="SAME"),
            "average": tf.nn.avg_pool1d(signal, 2, 2, "VALID"), "max": tf.nn.max_pool2d(image, [3, 2], 1, "SAME"),
            "mean": tf.nn.avg_pool2d(image, 3, [2, 1], "VALID"),
            "pool": tf.nn.pool(image, [2, 2], "AVG", strides=[2, 2], padding="SAME"), "values": values, "where": where,
            "global": tf.reduce_mean(image, axis=[1, 2]),
            "three": tf.nn.max_pool3d(image[:, tf.newaxis], [1, 2, 2], [1, 2, 2], "SAME"),
            "up": tf.repeat(tf.repeat(values, 2, axis=1), 2, axis=2),
        }


def build():
    return Model()
