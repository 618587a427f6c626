import tensorflow as tf

SIZES = [2, 1]
INPUTS = {"size": [[4, 5], [9, 3]], "images": lambda rng, shape: rng.uniform(0, 255, shape)}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 6, 8, 3], tf.float32), tf.TensorSpec([2], tf.int32)])
    def f(self, images, size):
        one = images[0]
        return {
            "bilinear": tf.image.resize(images, size), "bicubic": tf.image.resize(images, [5, 5], method="bicubic"),
            "area": tf.image.resize(images, [3, 4], method=tf.image.ResizeMethod.AREA),
            "lanczos": tf.image.resize(one, [4, 4], "lanczos3", antialias=True),
            "ratio": tf.image.resize(images, [12, 12], preserve_aspect_ratio=True),
            "padded": tf.image.resize_with_pad(images, 8, 8), "fitted": tf.image.resize_with_crop_or_pad(images, 4, 10),
            "box": tf.image.crop_to_bounding_box(images, 1, 2, 3, 4),
            "offset": tf.image.pad_to_bounding_box(images, 1, 1, 9, 10),
            "boxes": tf.image.crop_and_resize(images, [[0., 0., 1., 1.], [0.2, 0.1, 0.6, 0.9]], [0, 0], [3, 3]),
            "nearest": tf.image.resize(tf.cast(images, tf.uint8), [3, 3], "nearest"),
        }


def build():
    return Model()
