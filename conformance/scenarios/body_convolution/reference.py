import tensorflow as tf

VALUES = "free"
RTOL = 1e-5
ATOL = 1e-5


class Model(tf.Module):
    def __init__(self):
        for name, shape in [("kernel", [3, 3, 2, 4]), ("depthwise", [3, 3, 4, 1]), ("up", [2, 2, 3, 4])]:
            setattr(self, name, tf.Variable(tf.zeros(shape), name=name))
        self.mean = tf.Variable([0.1, 0.2, 0.3, 0.4], trainable=False, name="mean")
        self.variance = tf.Variable([1., 2., 3., 4.], trainable=False, name="variance")
        self.gamma = tf.Variable(tf.ones([4]), name="gamma")
        self.beta = tf.Variable(tf.zeros([4]), name="beta")

    @tf.function(input_signature=[tf.TensorSpec([None, 8, 8, 2], tf.float32)])
    def f(self, image):
        y = tf.nn.conv2d(image, self.kernel, strides=1, padding="SAME")
        y = tf.nn.batch_normalization(y, self.mean, self.variance, self.beta, self.gamma, 1e-3)
        y = tf.nn.relu6(y)
        y = tf.nn.depthwise_conv2d(y, self.depthwise, strides=[1, 1, 1, 1], padding="VALID")
        top = tf.nn.max_pool2d(y, ksize=2, strides=2, padding="VALID")
        mean = tf.nn.avg_pool2d(y, 3, 1, "SAME")
        grown = tf.nn.conv2d_transpose(top, self.up, [tf.shape(top)[0], 6, 6, 3], strides=2)
        return {"top": top, "mean": mean, "grown": grown, "pooled": tf.reduce_mean(top, axis=[1, 2])}


def build():
    return Model()
