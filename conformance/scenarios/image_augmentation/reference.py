import tensorflow as tf

SKIP = {"tf2.4": "StatelessRandomGetKeyCounter is of TensorFlow 2.5"}
SIZES = [2, 1]
INPUTS = {"images": lambda rng, shape: rng.uniform(0, 1, shape)}
RTOL = 1e-5
ATOL = 1e-5


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 6, 6, 3], tf.float32), tf.TensorSpec([2], tf.int32)])
    def f(self, images, seed):
        seeds = tf.random.split(seed, 2)
        return {
            "flipped": tf.image.stateless_random_flip_left_right(images, seed),
            "turned": tf.image.stateless_random_flip_up_down(images, seeds[0]),
            "cropped": tf.image.stateless_random_crop(images, [1, 4, 4, 3], seeds[1]),
            "bright": tf.image.stateless_random_brightness(images, 0.2, seed),
            "contrast": tf.image.stateless_random_contrast(images, 0.5, 1.5, seed),
            "hue": tf.image.stateless_random_hue(images, 0.1, seed),
            "saturation": tf.image.stateless_random_saturation(images, 0.5, 1.5, seed),
            "standardized": tf.image.per_image_standardization(images),
        }


def build():
    return Model()
