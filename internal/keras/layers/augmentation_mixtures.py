"""keras.layers: images in which others are mixed, parts are erased, and several changes are made at random while training.

keras/src/layers/preprocessing/image_preprocessing, Keras 3.15.
"""

from augmentation import augmented, by_nearest, chance, factor_range, for_images, own_seed, symmetric_beta, uniform
from augmentation_colors import (
    brighten, brightness_draw, colour_options, contrast_draw, degenerate, degeneration_draw, posterization_draw, posterize,
    sharpen, sharpness_draw, solarization_draw, solarize, stretch_contrast,
)
from augmentation_places import axes_of, rotate, rotation_draw, shear, shear_draw, translate, translation_draw
from boxes import rotate_boxes, shear_boxes, translate_boxes
from histograms import equalize
from images import stretch_range
from ops_image import image_size
from ops_types import shape_of
from tfsave import tf

# --- CutMix and MixUp ---


def CutMix_config(factor=1.0, seed=None, data_format=None, bounding_box_format=None):
    """A part of another image in each image while training; labels are mixed as much."""
    return {"data_format": data_format or "channels_last", "factor": factor_range("factor", factor, 0, 1)}


def CutMix_call(self, images, training=False):
    return augmented(
        self, images, training, cutmix_draw, cutmix, labels=mix_labels, masks=cutmix, without=("bounding_boxes",),
    )


def cutmix_draw(c, x, seed):
    """Where the parts are, the other images, and how much of each image is left."""
    count = shape_of(x)[0]
    alpha = uniform(seed, 0, [], c["factor"][0], c["factor"][1], dtype=x.dtype) + 1e-6
    ratio = tf.sqrt(1.0 - symmetric_beta(seed, 1, [count], alpha, dtype=x.dtype))
    height, width = [tf.cast(n, x.dtype) for n in image_size(x, c["data_format"])]
    part, area = random_part(c, x, seed, 3, ratio, ratio)
    # With all channels of the images, which masks of one get too, as in Keras.
    return tf.broadcast_to(part, tf.shape(x)), random_order(seed, 5, count), 1.0 - area / (width * height)


def random_part(c, x, seed, number, across, down):
    """The pixels of a part of each image, whose size is a share across and down, and their number, for two draws of a layer."""
    first = c["data_format"] == "channels_first"
    inside, area = None, None
    for i, (length, ratio) in enumerate(zip(reversed(image_size(x, c["data_format"])), [across, down])):
        size = tf.cast(length, x.dtype)
        begin = uniform(seed, number + i, tf.shape(ratio), dtype=x.dtype) * (size - ratio * size)
        end = begin + ratio * size
        shape = [1, 1, 1, 1]
        shape[axes_of(c)[1 - i]] = length
        places = tf.reshape(tf.cast(tf.range(length), x.dtype), shape)
        between = tf.logical_and(places >= for_images(begin), places < for_images(end))
        inside = between if inside is None else tf.logical_and(inside, between)
        area = end - begin if area is None else area * (end - begin)
    return inside, area


def random_order(seed, number, count):
    """The numbers of the images in another order."""
    return tf.random.shuffle(tf.range(count), seed=own_seed(seed, number))


def cutmix(c, x, drawn):
    inside, order, _ = drawn
    return tf.where(inside, tf.gather(x, order), x)


def mix_labels(c, labels, drawn):
    _, order, share = drawn
    share = tf.cast(tf.reshape(share, [-1, 1]), labels.dtype)
    return share * labels + (1.0 - share) * tf.gather(labels, order)


def MixUp_config(alpha=0.2, data_format=None, seed=None, bounding_box_format=None):
    """Each image and its labels mixed with another's while training."""
    return {"data_format": data_format or "channels_last"}


def MixUp_call(self, images, training=False):
    # In a graph Keras fails while training with the others.
    without = ("bounding_boxes", "segmentation_masks") if training else ()
    return augmented(self, images, training, mixup_draw, mix_up, labels=mix_labels, without=without)


def mixup_draw(c, x, seed):
    count = shape_of(x)[0]
    return None, random_order(seed, 2, count), symmetric_beta(seed, 0, [count], c["alpha"])


def mix_up(c, x, drawn):
    _, order, share = drawn
    share = for_images(tf.cast(share, x.dtype))
    return share * x + (1.0 - share) * tf.gather(x, order)


# --- RandomErasing ---


def RandomErasing_config(
    factor=1.0, scale=(0.02, 0.33), fill_value=None, value_range=(0, 255), seed=None, data_format=None,
    bounding_box_format=None,
):
    """A hole in some of the images while training, of one value or of noise."""
    if isinstance(fill_value, (tuple, list)) and len(fill_value) != 3:
        raise ValueError(f"fill_value is {fill_value!r}, want a number or three")
    factors = {"factor": factor_range("factor", factor, 0, 1), "scale": factor_range("scale", scale, 0, 1)}
    return dict(colour_options(data_format, value_range), **factors)


def RandomErasing_call(self, images, training=False):
    return augmented(self, images, training, erasing_draw, erase)


def erasing_draw(c, x, seed):
    """Where the holes are, which images get theirs, and what is in them."""
    count = shape_of(x)[0]
    scales = tf.sqrt(uniform(seed, 0, [count, 2], c["scale"][0], c["scale"][1], dtype=x.dtype))
    hole, _ = random_part(c, x, seed, 1, scales[:, 0], scales[:, 1])
    fill = c["fill_value"]
    if fill is None:
        fill = tf.random.normal(tf.shape(x), dtype=x.dtype, seed=own_seed(seed, 5)) * c["value_range"][1]
    fill = tf.clip_by_value(tf.broadcast_to(tf.cast(fill, x.dtype), tf.shape(x)), c["value_range"][0], c["value_range"][1])
    return tf.logical_and(hole, for_images(chance(c, seed, 3, count))), fill


def erase(c, x, drawn):
    hole, fill = drawn
    return tf.where(hole, fill, x)


# --- RandAugment and AugMix ---


def all_changes(c):
    """The layers that these choose among: what they draw, what they do, their options; and for boxes, if they move pixels."""
    factor, given = c["factor"], c["value_range"]
    places = {
        "interpolation": c["interpolation"], "fill_mode": "reflect", "fill_value": 0.0, "data_format": c["data_format"],
        "bounding_box_format": c["bounding_box_format"], "factor": factor, "x_factor": factor, "y_factor": factor,
        "height_factor": factor, "width_factor": factor,
    }
    colours = {
        "value_range": sorted(given), "data_format": c["data_format"], "factor": factor, "addition_factor": factor,
        "threshold_factor": factor, "bins": 256,
    }
    bits = [1, max(1, int(8 * factor[1]))]
    nothing = lambda c, x, seed: None
    return {
        "shear": (shear_draw, shear, places, shear_boxes),
        "translation": (translation_draw, translate, places, translate_boxes),
        "rotation": (rotation_draw, rotate, places, rotate_boxes),
        "brightness": (brightness_draw, brighten, colours, None),
        "degeneration": (degeneration_draw, degenerate, colours, None),
        "contrast": (contrast_draw, stretch_contrast, dict(colours, value_range=given), None),
        "sharpness": (sharpness_draw, sharpen, colours, None),
        "posterization": (posterization_draw, posterize, dict(colours, factor=bits), None),
        "solarization": (solarization_draw, solarize, colours, None),
        "auto_contrast": (nothing, lambda c, x, _: stretch_range(c, x), colours, None),
        "equalization": (nothing, equalize, colours, None),
    }


def one_of(number, x, choices, drawn, masks):
    """What one of several changes gives, or nothing where the number is that after the last; masks are only moved."""

    def branch(change, options, boxes, numbers):
        if masks:
            change = (lambda c, x, _: x) if boxes is None else by_nearest(change)
        return lambda: tf.ensure_shape(change(options, x, numbers), x.shape)

    branches = [branch(change, options, boxes, n) for (_, change, options, boxes), n in zip(choices, drawn)]
    return tf.switch_case(number, branches + [lambda: tf.identity(x)])


def draws(choices, x, seed, first):
    """The random numbers of each of several changes, for draws of a layer from the first on."""
    return [draw(options, x, own_seed(seed, first + 8 * i)) for i, (draw, _, options, _) in enumerate(choices)]


def RandAugment_config(
    value_range=(0, 255), num_ops=2, factor=0.5, interpolation="bilinear", seed=None, data_format=None,
    bounding_box_format=None,
):
    """Some of eleven changes while training, the same ones for a batch."""
    return dict(colour_options(data_format, value_range), factor=factor_range("factor", factor, 0, 1))


def RandAugment_call(self, images, training=False):
    return augmented(
        self, images, training, rand_augment_draw, rand_augment, masks=rand_augment_masks, boxes=rand_augment_boxes,
    )


def rand_augment_draw(c, x, seed):
    """Which changes are made, and the random numbers of all of them."""
    choices = list(all_changes(c).values())
    return tf.random.uniform([c["num_ops"]], 0, len(choices), dtype=tf.int32, seed=seed), draws(choices, x, seed, 8)


def rand_augment(c, x, drawn, masks=False):
    chosen, numbers = drawn
    for i in range(c["num_ops"]):
        x = one_of(chosen[i], x, all_changes(c).values(), numbers, masks)
    return x


def rand_augment_masks(c, x, drawn):
    return rand_augment(c, x, drawn, masks=True)


def rand_augment_boxes(c, given, drawn, size):
    """Boxes are changed in the order of the list, and by each change once."""
    chosen, numbers = drawn
    for i, ((_, _, options, boxes), n) in enumerate(zip(all_changes(c).values(), numbers)):
        if boxes is not None:
            made, changed = tf.reduce_any(tf.equal(chosen, i)), boxes(options, given, n, size)
            given = dict(given, **{key: tf.where(made, changed[key], given[key]) for key in ("boxes", "labels")})
    return given


def AugMix_config(
    value_range=(0, 255), num_chains=3, chain_depth=3, factor=0.3, alpha=1.0, all_ops=True, interpolation="bilinear",
    seed=None, data_format=None, bounding_box_format=None,
):
    """A mixture of the images and of chains of changes while training, the same ones for a batch."""
    return dict(colour_options(data_format, value_range), factor=factor_range("factor", factor, 0, 1))


def AugMix_call(self, images, training=False):
    return augmented(self, images, training, augmix_draw, augmix, masks=augmix_masks)


def mixed_changes(c):
    """The layers that AugMix chooses among."""
    left_out = () if c["all_ops"] else ("brightness", "degeneration", "contrast", "sharpness")
    return [choice for name, choice in all_changes(c).items() if name not in left_out]


def augmix_draw(c, x, seed):
    """The weights of the chains and of the images, and for each step which change is made and the random numbers of all.

    Keras draws the changes when it traces a function, here each call does.
    """
    weights = tf.random.gamma([], tf.fill([c["num_chains"]], c["alpha"]), seed=seed)
    share = symmetric_beta(seed, 1, [], c["alpha"])
    choices = mixed_changes(c)
    steps = []
    for i in range(c["num_chains"] * c["chain_depth"]):
        first = 128 * (i + 1)
        number = tf.random.uniform([], 0, len(choices) + 1, dtype=tf.int32, seed=own_seed(seed, first))
        steps.append((number, draws(choices, x, seed, first + 8)))
    return weights / tf.reduce_sum(weights, axis=-1, keepdims=True), share, steps


def augmix(c, x, drawn):
    return tf.clip_by_value(mixed_chains(c, x, drawn, False), c["value_range"][0], c["value_range"][1])


def augmix_masks(c, x, drawn):
    return mixed_chains(c, x, drawn, True)


def mixed_chains(c, x, drawn, masks):
    weights, share, steps = drawn
    weights, share = tf.cast(weights, x.dtype), tf.cast(share, x.dtype)
    choices = mixed_changes(c)
    mixed = tf.zeros_like(x)
    for i in range(c["num_chains"]):
        chain = x
        for number, numbers in steps[i * c["chain_depth"] : (i + 1) * c["chain_depth"]]:
            chain = one_of(number, chain, choices, numbers, masks)
        mixed += chain * weights[i]
    return share * x + (1 - share) * mixed
