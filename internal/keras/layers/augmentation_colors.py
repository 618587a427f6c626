"""keras.layers: images whose colours change at random while training.

keras/src/layers/preprocessing/image_preprocessing, Keras 3.15. What differs in Keras 2 is that of tf_keras 2.21.
"""

from augmentation import augmented, by_part, chance, factor_range, for_images, in_compute_dtype, own_seed, uniform
from boxes import limit_boxes
from images import value_range
from ops_image import image_GaussianBlur, image_HSVToRGB, image_RGBToGrayscale, image_RGBToHSV
from ops_numpy_reductions import numpy_Mean
from ops_types import shape_of
from tfsave import tf


def colour_options(data_format, given_range):
    """Options that layers of this kind share, in the form in which they are needed."""
    if len(given_range) != 2:
        raise ValueError(f"value_range is {given_range}, want two numbers")
    return {"data_format": data_format or "channels_last", "value_range": list(given_range)}


def within(c, x):
    """Images cut to the range of their numbers."""
    return tf.clip_by_value(x, c["value_range"][0], c["value_range"][1])


def channel_of(c, x, axis):
    """Channel axis of images as a batch."""
    return x[:, axis] if c["data_format"] == "channels_first" else x[..., axis]


def joined(c, channels):
    """Images from their channels."""
    return tf.stack(channels, axis=1 if c["data_format"] == "channels_first" else -1)


# --- brightness and contrast ---


def RandomBrightness_config(factor, value_range=(0, 255), seed=None, data_format=None, bounding_box_format=None):
    """Another brightness while training, for each image."""
    return dict(colour_options(data_format, sorted(value_range)), factor=factor_range("factor", factor, -1, 1))


def RandomBrightness_call(self, images, training=False):
    return augmented(self, images, training, brightness_draw, brighten)


def brightness_draw(c, x, seed):
    low, high = c["value_range"]
    return uniform(seed, 0, [shape_of(x)[0], 1, 1, 1], c["factor"][0], c["factor"][1]) * (high - low)


def brighten(c, x, delta):
    return within(c, x + tf.cast(delta, x.dtype))


def RandomContrast_config(factor, value_range=(0, 255), seed=None, data_format=None, bounding_box_format=None):
    """Another contrast while training, for each image (Keras 2: for each batch)."""
    # One number f is the range from 1 to 1 + f in Keras 3, where 0 is the least, and from 1 - f in Keras 2.
    factor_range("factor", factor, 0, 1)
    return colour_options(data_format, value_range)


def RandomContrast_call(self, images, training=False):
    c = self.config
    if self.keras2:
        x = in_compute_dtype(self, images)
        low, high = c["factor"] if isinstance(c["factor"], (list, tuple)) else [c["factor"]] * 2
        return tf.clip_by_value(tf.image.random_contrast(x, 1.0 - low, 1.0 + high, seed=c["seed"]), 0, 255) if training else x
    return augmented(self, images, training, contrast_draw, stretch_contrast)


def contrast_draw(c, x, seed):
    low, high = factor_range("factor", c["factor"], 0, 1)
    return uniform(seed, 0, [shape_of(x)[0], 1, 1, 1], 1.0 - low, 1.0 + high, dtype=x.dtype)


def stretch_contrast(c, x, factor):
    down, across = (2, 3) if c["data_format"] == "channels_first" else (1, 2)
    mean = numpy_Mean(numpy_Mean(x, axis=down, keepdims=True), axis=across, keepdims=True)
    return within(c, (x - mean) * factor + mean)


# --- hue and saturation ---


def RandomHue_config(factor, value_range=(0, 255), data_format=None, seed=None, bounding_box_format=None):
    """Another hue while training, for each image."""
    return dict(colour_options(data_format, value_range), factor=factor_range("factor", factor, 0, 1))


def RandomHue_call(self, images, training=False):
    return augmented(self, images, training, hue_draw, turn_hue)


def hue_draw(c, x, seed):
    count = shape_of(x)[0]
    sign = tf.where(uniform(seed, 0, [count]) > 0.5, -1.0, 1.0)
    return sign * uniform(seed, 1, [count], c["factor"][0], c["factor"][1]) * 0.5


def turn_hue(c, x, factor):
    given = c["value_range"]
    colours = x if given == [0, 1] else value_range(tf.cast(x, tf.float32), given, [0, 1])
    hsv = image_RGBToHSV(colours, data_format=c["data_format"])
    hue = channel_of(c, hsv, 0) + tf.reshape(tf.cast(factor, hsv.dtype), [-1, 1, 1])
    hue = tf.where(hue > 1.0, hue - 1.0, hue)
    hue = tf.where(hue < 0.0, hue + 1.0, hue)
    hsv = joined(c, [hue, channel_of(c, hsv, 1), channel_of(c, hsv, 2)])
    colours = tf.clip_by_value(image_HSVToRGB(hsv, data_format=c["data_format"]), 0, 1)
    return tf.cast(value_range(colours, [0, 1], given), x.dtype)


def RandomSaturation_config(factor, value_range=(0, 255), data_format=None, seed=None, bounding_box_format=None):
    """Another saturation while training, for each image."""
    return dict(colour_options(data_format, sorted(value_range)), factor=factor_range("factor", factor, -1, 1))


def RandomSaturation_call(self, images, training=False):
    return augmented(self, images, training, saturation_draw, saturate)


def saturation_draw(c, x, seed):
    factor = uniform(seed, 0, [shape_of(x)[0]], c["factor"][0], c["factor"][1])
    return factor / (1 - factor + 1e-7)


def saturate(c, x, factor):
    hsv = image_RGBToHSV(x, data_format=c["data_format"])
    # The range of the images, though a saturation is from 0 to 1: as in Keras.
    saturation = within(c, channel_of(c, hsv, 1) * tf.reshape(tf.cast(factor, x.dtype), [-1, 1, 1]))
    return image_HSVToRGB(joined(c, [channel_of(c, hsv, 0), saturation, channel_of(c, hsv, 2)]), data_format=c["data_format"])


def RandomColorJitter_config(
    value_range=(0, 255), brightness_factor=None, contrast_factor=None, saturation_factor=None, hue_factor=None,
    seed=None, data_format=None, bounding_box_format=None,
):
    """Another brightness, contrast, saturation and hue while training, for each image."""
    return colour_options(data_format, value_range)


def RandomColorJitter_call(self, images, training=False):
    return augmented(self, images, training, jitter_draw, jitter)


def jitter_draw(c, x, seed):
    """The options and random numbers of each of the four; they do not know where the channels are, as in Keras."""
    drawn = []
    for i, (name, low, draw, change) in enumerate([
        ("brightness_factor", -1, brightness_draw, brighten), ("contrast_factor", 0, contrast_draw, stretch_contrast),
        ("saturation_factor", -1, saturation_draw, saturate), ("hue_factor", 0, hue_draw, turn_hue),
    ]):
        if c[name] is not None:
            given = c["value_range"] if name in ("contrast_factor", "hue_factor") else sorted(c["value_range"])
            options = {"factor": factor_range(name, c[name], low, 1), "value_range": given, "data_format": "channels_last"}
            drawn.append((change, options, draw(options, x, own_seed(seed, 8 * i))))
    return drawn


def jitter(c, x, drawn):
    for change, options, numbers in drawn:
        x = change(options, x, numbers)
    return x


# --- less colour ---


def RandomGrayscale_config(factor=0.5, data_format=None, seed=None, bounding_box_format=None):
    """Some of the images without colours while training."""
    if not 0 <= factor <= 1:
        raise ValueError(f"factor is {factor}, want a number from 0 to 1")
    return {"data_format": data_format or "channels_last"}


def RandomGrayscale_call(self, images, training=False):
    return augmented(self, images, training, grayscale_draw, without_colour)


def grayscale_draw(c, x, seed):
    return uniform(seed, 0, [shape_of(x)[0]]) < c["factor"]


def without_colour(c, x, changed):
    return tf.where(for_images(changed), image_RGBToGrayscale(x, data_format=c["data_format"]), x)


def RandomColorDegeneration_config(factor, value_range=(0, 255), data_format=None, seed=None, bounding_box_format=None):
    """Less colour while training, for each image."""
    return dict(colour_options(data_format, sorted(value_range)), factor=factor_range("factor", factor, -1, 1))


def RandomColorDegeneration_call(self, images, training=False):
    return augmented(self, images, training, degeneration_draw, degenerate)


def degeneration_draw(c, x, seed):
    return uniform(seed, 0, [shape_of(x)[0], 1, 1, 1], c["factor"][0], c["factor"][1])


def degenerate(c, x, factor):
    grey = image_RGBToGrayscale(x, data_format=c["data_format"])
    return within(c, x + tf.cast(factor, x.dtype) * (grey - x))


# --- other values ---


def RandomInvert_config(factor=1.0, value_range=(0, 255), seed=None, data_format=None, bounding_box_format=None):
    """Some of the images as negatives while training."""
    return dict(colour_options(data_format, value_range), factor=factor_range("factor", factor, 0, 1))


def RandomInvert_call(self, images, training=False):
    return augmented(self, images, training, invert_draw, invert)


def invert_draw(c, x, seed):
    return chance(c, seed, 0, shape_of(x)[0])


def invert(c, x, changed):
    return tf.where(for_images(changed), c["value_range"][1] - x, x)


def RandomPosterization_config(factor, value_range=(0, 255), data_format=None, seed=None, bounding_box_format=None):
    """Fewer shades while training, for each image: those of so many bits."""
    return dict(colour_options(data_format, sorted(value_range)), factor=factor_range("factor", factor, 1, 8))


def RandomPosterization_call(self, images, training=False):
    return augmented(self, images, training, posterization_draw, posterize)


def posterization_draw(c, x, seed):
    """How many bits each image loses."""
    low, high = c["factor"]
    count = shape_of(x)[0]
    if low == high:
        return 8 - tf.fill([count], tf.constant(low, tf.uint8))
    return 8 - tf.cast(tf.random.uniform([count], low, high, dtype=tf.int64, seed=seed), tf.uint8)


def posterize(c, x, lost):
    lost = for_images(lost)
    shades = tf.cast(value_range(x, c["value_range"], [0, 255]), tf.uint8)
    shades = tf.bitwise.left_shift(tf.bitwise.right_shift(shades, lost), lost)
    return value_range(tf.cast(shades, x.dtype), [0, 255], c["value_range"])


def Solarization_config(
    addition_factor=0.0, threshold_factor=0.0, value_range=(0, 255), seed=None, data_format=None, bounding_box_format=None,
):
    """Brighter images in which bright pixels are inverted while training, each by another amount."""
    factors = {"addition_factor": solarization_range("addition_factor", addition_factor)}
    factors["threshold_factor"] = solarization_range("threshold_factor", threshold_factor)
    return dict(colour_options(data_format, sorted(value_range)), **factors)


def solarization_range(option, factor):
    """The range of an option of Solarization: two numbers, or 0 and one."""
    return factor_range(option, factor if isinstance(factor, (tuple, list)) else [0, factor], 0, 1)


def Solarization_call(self, images, training=False):
    return augmented(self, images, training, solarization_draw, solarize)


def solarization_draw(c, x, seed):
    """What is added, and from where on pixels are inverted; the lower end of a range is of 255 already, as in Keras."""
    shape = [shape_of(x)[0], 1, 1, 1]
    ranges = [c["addition_factor"], c["threshold_factor"]]
    return [uniform(seed, i, shape, low, high * 255, dtype=x.dtype) for i, (low, high) in enumerate(ranges)]


def solarize(c, x, drawn):
    additions, thresholds = drawn
    x = tf.clip_by_value(value_range(x, c["value_range"], [0, 255]) + additions, 0, 255)
    return value_range(tf.where(x < thresholds, x, 255 - x), [0, 255], c["value_range"])


# --- sharpness ---


def RandomSharpness_config(factor, value_range=(0, 255), data_format=None, seed=None, bounding_box_format=None):
    """Another sharpness while training, for each image."""
    return dict(colour_options(data_format, sorted(value_range)), factor=factor_range("factor", factor, 0, 1))


def RandomSharpness_call(self, images, training=False):
    return augmented(self, images, training, sharpness_draw, sharpen)


def sharpness_draw(c, x, seed):
    return uniform(seed, 0, [shape_of(x)[0]], c["factor"][0], c["factor"][1]) * 2


def sharpen(c, x, factor):
    first = c["data_format"] == "channels_first"
    x = tf.transpose(x, [0, 3, 2, 1]) if first else x  # the kernel is the same with width and height exchanged
    edge, middle = 1.0 / 13.0, 5.0 / 13.0
    kernel = tf.constant([[edge, edge, edge], [edge, middle, edge], [edge, edge, edge]], x.dtype)
    kernel = tf.tile(tf.reshape(kernel, [3, 3, 1, 1]), [1, 1, shape_of(x)[-1], 1])
    smooth = tf.nn.depthwise_conv2d(x, kernel, [1, 1, 1, 1], "SAME")
    x = within(c, x + (1.0 - for_images(tf.cast(factor, x.dtype))) * (smooth - x))
    return tf.transpose(x, [0, 3, 2, 1]) if first else x


def RandomGaussianBlur_config(
    factor=1.0, kernel_size=3, sigma=1.0, value_range=(0, 255), data_format=None, seed=None, bounding_box_format=None,
):
    """Some of the images blurred while training, all of a batch as much."""
    size = list(kernel_size) if isinstance(kernel_size, (tuple, list)) else [kernel_size] * 2
    if len(size) != 2 or any([n % 2 == 0 for n in size]):
        raise ValueError(f"kernel_size is {kernel_size!r}, want an odd number or two")
    factors = {"factor": factor_range("factor", factor, 0, 1), "sigma": factor_range("sigma", sigma, 0, 1)}
    return dict(colour_options(data_format, value_range), kernel_size=size, **factors)


def RandomGaussianBlur_call(self, images, training=False):
    return augmented(self, images, training, blur_draw, blur_some)


def blur_draw(c, x, seed):
    return chance(c, seed, 0, shape_of(x)[0]), uniform(seed, 2, [2], c["sigma"][0], c["sigma"][1], dtype=x.dtype) + 1e-6


def blur_some(c, x, drawn):
    changed, sigma = drawn
    blurred = image_GaussianBlur(x, c["kernel_size"], [sigma[0], sigma[1]], data_format=c["data_format"])
    return within(c, tf.where(for_images(changed), blurred, x))


# --- MaxNumBoundingBoxes ---


def MaxNumBoundingBoxes_config(max_number, fill_value=-1, data_format=None, bounding_box_format=None):
    """As many boxes for each image; images stay as they are."""
    return {"max_number": int(max_number), "fill_value": int(fill_value), "data_format": data_format or "channels_last"}


def MaxNumBoundingBoxes_call(self, images, training=False):
    return by_part(self, images, lambda c, x: x, boxes=lambda c, x, size: limit_boxes(c, x))
