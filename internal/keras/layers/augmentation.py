"""keras.layers: what the layers share that change images while training (keras/src/layers/preprocessing, Keras 3.15).

A layer has two functions: one draws the random numbers for a batch, the other changes a batch by them. Both take the options as
a dict, so that layers which choose among others (augmentation_mixtures.py) call them too. Images are batches in the dtype that
the layer computes in; one image alone is made a batch.

What Keras draws once for a batch is drawn once here. Each draw of a layer has a seed of its own: ops of one seed would give the
same numbers.
"""

from boxes import dense_boxes
from ops_image import image_size
from tfsave import tf


def in_compute_dtype(self, x):
    """A tensor in the dtype that a layer computes in; layers of this kind take whole numbers too."""
    if isinstance(x, dict):
        raise ValueError(f"layer {self.name!r} ({self.class_name}): it takes images alone, not a dict")
    return x if x.dtype == tf.as_dtype(self.compute_dtype) else tf.cast(x, self.compute_dtype)


def augmented(self, data, training, draw, change, without=(), **parts):
    """What a layer gives that changes images only while training.

    draw(options, images, seed) gives the random numbers, change(options, images, drawn) changes images by them. parts are the
    functions of by_part with drawn as one more argument.
    """
    if self.keras2 and not training:
        return in_compute_dtype(self, data)  # of any rank
    if not training:
        return by_part(self, data, lambda c, x: x, without=without)
    drawn = draw(self.config, as_batch(in_compute_dtype(self, images_of(data))), self.config.get("seed"))

    def with_drawn(function):
        return lambda c, x, *size: function(c, x, drawn, *size)

    parts = {name: with_drawn(part) for name, part in parts.items()}
    return by_part(self, data, with_drawn(change), without=without, **parts)


def by_part(self, data, images, labels=None, masks=None, boxes=None, without=()):
    """Images, or a dict of images and what belongs to them, changed by functions of the options and a batch.

    boxes has the size of the images as one more argument. What has no function stays as it is; without names what the layer
    does not take.
    """
    c = self.config
    original = images_of(data)
    if original.shape.rank not in (3, 4):
        raise ValueError(f"layer {self.name!r} ({self.class_name}): images have the rank 3 or 4, not {original.shape.rank}")
    single = original.shape.rank == 3

    def on_batch(function, x):
        if not single:
            return function(c, x)
        result = function(c, tf.nest.map_structure(lambda y: tf.expand_dims(y, 0), x))
        return tf.nest.map_structure(lambda y: tf.squeeze(y, axis=0), result)

    if not isinstance(data, dict):
        return on_batch(images, in_compute_dtype(self, data))
    if self.keras2:
        raise ValueError(f"layer {self.name!r} ({self.class_name}): in Keras 2 it takes images alone")
    for key in without:
        if key in data:
            raise ValueError(f"layer {self.name!r} ({self.class_name}): it takes no {key}")
    data = tf.nest.map_structure(lambda x: in_compute_dtype(self, x), data)
    result = dict(data, images=on_batch(images, data["images"]))
    if "bounding_boxes" in data:
        if not c["bounding_box_format"]:
            raise ValueError(f"layer {self.name!r} ({self.class_name}): bounding_boxes need the option bounding_box_format")
        given = dense_boxes(data["bounding_boxes"])
        size = image_size(data["images"], c["data_format"])
        result["bounding_boxes"] = given if boxes is None else on_batch(lambda c, x: boxes(c, x, size), given)
    for key, function in (("labels", labels), ("segmentation_masks", masks)):
        if key in data and function is not None:
            result[key] = on_batch(function, data[key])
    return result


def images_of(data):
    """The images of what a layer is called with."""
    return data["images"] if isinstance(data, dict) else data


def as_batch(images):
    """One image as a batch."""
    return tf.expand_dims(images, 0) if images.shape.rank == 3 else images


def by_nearest(change):
    """A change of images for masks, whose numbers are not to be mixed."""
    return lambda c, x, drawn: change(dict(c, interpolation="nearest"), x, drawn)


# --- random numbers ---


def own_seed(seed, number):
    """The seed of one of the draws of a layer."""
    return None if seed is None else seed + number


def uniform(seed, number, shape, low=0, high=1, dtype=tf.float32):
    """Numbers of a range, for one of the draws of a layer."""
    return tf.random.uniform(shape, low, high, dtype=dtype, seed=own_seed(seed, number))


def symmetric_beta(seed, number, shape, alpha, dtype=tf.float32):
    """Numbers of a symmetric beta distribution, for two of the draws of a layer."""
    alpha = tf.broadcast_to(tf.cast(alpha, dtype), shape)
    a = tf.random.gamma([], alpha, dtype=dtype, seed=own_seed(seed, number))
    b = tf.random.gamma([], alpha, dtype=dtype, seed=own_seed(seed, number + 1))
    return a / (a + b)


def chance(c, seed, number, count):
    """Whether each image is changed, with a probability from the range factor, for two of the draws of a layer."""
    return uniform(seed, number, [count]) < uniform(seed, number + 1, [count], c["factor"][0], c["factor"][1])


def for_images(x):
    """A number for each image, so that it goes with all of its pixels."""
    return tf.reshape(x, [-1, 1, 1, 1])


# --- options ---


def factor_range(option, factor, low, high):
    """The range that an option gives: two numbers, or one and its negative as far as low allows."""
    if isinstance(factor, (tuple, list)):
        if len(factor) == 2 and factor[0] <= high and factor[1] >= low:
            return sorted(factor)
    elif isinstance(factor, (int, float)) and low <= factor <= high:
        return [max(-abs(factor), low), abs(factor)]
    raise ValueError(f"{option} is {factor!r}, want a number from {low} to {high}, or two")


def spatial_options(fill_mode, interpolation, data_format, modes=("reflect", "wrap", "constant", "nearest")):
    """The options of layers that move pixels, of which data_format gets its default."""
    if fill_mode not in modes:
        raise ValueError(f"unknown fill_mode {fill_mode!r}; there are {', '.join(modes)}")
    if interpolation not in ("nearest", "bilinear"):
        raise ValueError(f"unknown interpolation {interpolation!r}; there are nearest, bilinear")
    return {"data_format": data_format or "channels_last"}
