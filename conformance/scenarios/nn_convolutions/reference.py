import tensorflow as tf

SIZES = [2, 1]


class Model(tf.Module):
    @tf.function(input_signature=[
        tf.TensorSpec([None, 9, 2], tf.float32), tf.TensorSpec([None, 6, 6, 2], tf.float32), tf.TensorSpec([None, 4, 4, 4, 1], tf.float32),
    ])
    def f(self, signal, image, volume):
        k1 = tf.reshape(tf.range(12.) / 12., [3, 2, 2])
        k2 = tf.reshape(tf.range(36.) / 36. - 0.5, [3, 3, 2, 2])
        return {
            "one": tf.nn.conv1d(signal, k1, stride=2, padding="VALID"),
            "dilated": tf.nn.conv1d(signal, k1, 1, "SAME", dilations=2),
            "two": tf.nn.conv2d(image, k2, strides=[1, 2], padding="SAME"),
            "atrous": tf.nn.atrous_conv2d(image, k2, rate=2, padding="VALID"),
            "explicit": tf.nn.conv2d(image, k2, 1, [[0, 0], [1, 0], [2, 1], [0, 0]]),
            "depthwise": tf.nn.depthwise_conv2d(image, k2, [1, 1, 1, 1], "SAME"),
            "three": tf.nn.conv3d(volume, tf.ones([2, 2, 2, 1, 3]), [1, 1, 1, 1, 1], "VALID"),
            "separable": tf.nn.separable_conv2d(image, k2, tf.ones([1, 1, 4, 1]), [1, 1, 1, 1], "VALID"),
            "any": tf.nn.convolution(image, k2, padding="SAME", dilations=[2, 1]),
            "transposed": tf.nn.conv2d_transpose(image, k2, output_shape=[tf.shape(image)[0], 12, 12, 2], strides=2),
            "erosion": tf.nn.erosion2d(image, tf.zeros([2, 2, 2]), [1, 1, 1, 1], "SAME", "NHWC", [1, 1, 1, 1]),
        }


def build():
    return Model()
