import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.kernel = tf.Variable(tf.reshape(
            [0.5, -0.5, 1, 0, 0.25, -0.25, 0, 1, 1, 1, 0.5, 0.5, -1, 0, 0.5, -1, 0, 0.25], [3, 3, 1, 2]), name="kernel")
        self.bias = tf.Variable([0.1, -0.1], name="bias")

    @tf.function
    def convolve(self, image):
        return tf.nn.bias_add(tf.nn.conv2d(image, self.kernel, strides=1, padding="SAME"), self.bias)

    @tf.function(input_signature=[tf.TensorSpec([1, 6, 6, 1], tf.float32)])
    def serve(self, image):
        outputs = []
        for _ in range(3):
            outputs.append(self.convolve(image))
            image = tf.reduce_mean(outputs[-1], axis=-1, keepdims=True)
        return tf.stack(outputs)


def build():
    model = Model()
    return model, model.serve
