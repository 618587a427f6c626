import tensorflow as tf

SIZES = [2, 1]
INPUTS = {"images": lambda rng, shape: rng.uniform(0, 1, shape)}
RTOL = 1e-5
ATOL = 1e-5


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 4, 5, 3], tf.float32)])
    def f(self, images):
        return {
            "hsv": tf.image.rgb_to_hsv(images), "back": tf.image.hsv_to_rgb(images), "yuv": tf.image.rgb_to_yuv(images),
            "yiq": tf.image.yiq_to_rgb(images), "gray": tf.image.rgb_to_grayscale(images),
            "rgb": tf.image.grayscale_to_rgb(images[..., :1]),
            "bytes": tf.image.convert_image_dtype(images, tf.uint8, saturate=True),
            "floats": tf.image.convert_image_dtype(tf.cast(images * 255., tf.uint8), tf.float32),
            "brighter": tf.image.adjust_brightness(images, 0.1), "contrast": tf.image.adjust_contrast(images, 0.5),
            "hue": tf.image.adjust_hue(images, 0.2), "saturation": tf.image.adjust_saturation(images, 2.),
            "gamma": tf.image.adjust_gamma(images, 2., gain=0.9),
        }


def build():
    return Model()
