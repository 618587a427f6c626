import tensorflow as tf

SIZES = [2, 1]


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 5, 5, 2], tf.float32)])
    def f(self, images):
        dy, dx = tf.image.image_gradients(images)
        return {
            "left_right": tf.image.flip_left_right(images), "up_down": tf.image.flip_up_down(images),
            "transpose": tf.image.transpose(images), "turned": tf.image.rot90(images, k=3),
            "central": tf.image.central_crop(images, 0.6),
            "patches": tf.image.extract_patches(images, sizes=[1, 3, 3, 1], strides=[1, 2, 2, 1], rates=[1, 1, 1, 1], padding="VALID"),
            "dy": dy, "dx": dx, "sobel": tf.image.sobel_edges(images), "variation": tf.image.total_variation(images),
        }


def build():
    return Model()
