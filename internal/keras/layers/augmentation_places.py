"""keras.layers: images that are turned, moved and distorted at random while training.

keras/src/layers/preprocessing/image_preprocessing, Keras 3.15. What differs in Keras 2 is that of tf_keras 2.21.
"""

from augmentation import (
    augmented, by_nearest, chance, factor_range, for_images, in_compute_dtype, own_seed, spatial_options, uniform,
)
from boxes import flip_boxes, rotate_boxes, shear_boxes, translate_boxes, warp_boxes, zoom_boxes
from images import smart_resize
from ops_image import distorted, homography, image_Resize, image_size, projected
from ops_types import shape_of
from tfsave import tf


def axes_of(c):
    """The axes of height and width of a batch."""
    return (2, 3) if c["data_format"] == "channels_first" else (1, 2)


# --- RandomFlip ---


def RandomFlip_config(mode="horizontal_and_vertical", seed=None, data_format=None, bounding_box_format=None):
    """Mirrored images while training, each with a chance of 1/2; in both directions together (Keras 2: each for itself)."""
    modes = ("horizontal", "vertical", "horizontal_and_vertical")
    if mode not in modes:
        raise ValueError(f"unknown mode {mode!r}; there are {', '.join(modes)}")
    return {"data_format": data_format or "channels_last"}


def RandomFlip_call(self, images, training=False):
    draw = flips_by_direction if self.keras2 else flip_draw
    return augmented(self, images, training, draw, flip, masks=flip, boxes=flip_boxes)


def flip_draw(c, x, seed):
    flips = uniform(seed, 0, [shape_of(x)[0], 1, 1, 1]) <= 0.5
    return flips, flips


def flips_by_direction(c, x, seed):
    """Those of Keras 2, which draws for each direction."""
    return [uniform(seed, i, [shape_of(x)[0], 1, 1, 1]) > 0.5 for i in range(2)]


def flip(c, x, flips):
    down, across = axes_of(c)
    if c["mode"] != "vertical":
        x = tf.where(flips[0], tf.reverse(x, axis=[across]), x)
    if c["mode"] != "horizontal":
        x = tf.where(flips[1], tf.reverse(x, axis=[down]), x)
    return x


# --- transformations by a matrix for each image ---


def transformed(c, x, matrix):
    """Images by the eight numbers of their transformations, one row an image."""
    return projected(x, matrix, c["interpolation"], c["fill_mode"], c["fill_value"], c["data_format"])


def RandomRotation_config(
    factor, fill_mode="reflect", interpolation="bilinear", seed=None, fill_value=0.0, data_format=None,
    bounding_box_format=None,
):
    """Images turned by a part of a full circle while training, each by another."""
    return dict(spatial_options(fill_mode, interpolation, data_format), factor=factor_range("factor", factor, -1, 1))


def RandomRotation_call(self, images, training=False):
    if self.keras2:
        return augmented(self, images, training, rotation_draw_keras2, rotate_keras2)
    return augmented(self, images, training, rotation_draw, rotate, masks=by_nearest(rotate), boxes=rotate_boxes)


def rotation_draw(c, x, seed):
    """Angles in degrees."""
    return uniform(seed, 0, [shape_of(x)[0]], c["factor"][0] * 360.0, c["factor"][1] * 360.0)


def rotate(c, x, angle):
    height, width = [tf.cast(n, tf.float32) for n in image_size(x, c["data_format"])]
    middle_x, middle_y = 0.5 * (width - 1), 0.5 * (height - 1)
    angle = angle * tf.constant(3.141592653589793 / 180.0, tf.float32)
    cos, sin = tf.cos(angle), tf.sin(angle)
    zero = tf.zeros_like(angle)
    return transformed(c, x, tf.stack([
        cos, -sin, middle_x - middle_x * cos - middle_y * -sin, sin, cos, middle_y - middle_x * sin - middle_y * cos, zero, zero,
    ], axis=1))


def rotation_draw_keras2(c, x, seed):
    """Angles in radians."""
    low, high = [f * 2.0 * 3.141592653589793 for f in c["factor"]]
    return uniform(seed, 0, [shape_of(x)[0]], low, high)


def rotate_keras2(c, x, angle):
    """The same as rotate, rounded in other places."""
    height, width = [tf.cast(n, tf.float32) - 1 for n in image_size(x, c["data_format"])]
    cos, sin = tf.cos(angle), tf.sin(angle)
    left, top = (width - (cos * width - sin * height)) / 2.0, (height - (sin * width + cos * height)) / 2.0
    zero = tf.zeros_like(angle)
    return transformed(c, x, tf.stack([cos, -sin, left, sin, cos, top, zero, zero], axis=1))


def RandomTranslation_config(
    height_factor, width_factor, fill_mode="reflect", interpolation="bilinear", seed=None, fill_value=0.0,
    data_format=None, bounding_box_format=None,
):
    """Images moved by a part of their size while training, each by another."""
    factors = {"height_factor": factor_range("height_factor", height_factor, -1, 1)}
    factors["width_factor"] = factor_range("width_factor", width_factor, -1, 1)
    return dict(spatial_options(fill_mode, interpolation, data_format), **factors)


def RandomTranslation_call(self, images, training=False):
    return augmented(self, images, training, translation_draw, translate, masks=by_nearest(translate), boxes=translate_boxes)


def translation_draw(c, x, seed):
    """Pixels to the right and down."""
    height, width = [tf.cast(n, tf.float32) for n in image_size(x, c["data_format"])]
    count = shape_of(x)[0]
    down = uniform(seed, 0, [count], c["height_factor"][0], c["height_factor"][1]) * height
    right = uniform(seed, 1, [count], c["width_factor"][0], c["width_factor"][1]) * width
    return right, down


def translate(c, x, moves):
    one, zero = tf.ones_like(moves[0]), tf.zeros_like(moves[0])
    return transformed(c, x, tf.stack([one, zero, -moves[0], zero, one, -moves[1], zero, zero], axis=1))


def RandomZoom_config(
    height_factor, width_factor=None, fill_mode="reflect", interpolation="bilinear", seed=None, fill_value=0.0,
    data_format=None, bounding_box_format=None,
):
    """Smaller images (factors above 0) or larger ones while training, each by another factor."""
    factors = {"height_factor": factor_range("height_factor", height_factor, -1, 1)}
    if width_factor is not None:
        factors["width_factor"] = factor_range("width_factor", width_factor, -1, 1)
    return dict(spatial_options(fill_mode, interpolation, data_format), **factors)


def RandomZoom_call(self, images, training=False):
    return augmented(self, images, training, zoom_draw, zoom, masks=by_nearest(zoom), boxes=zoom_boxes)


def zoom_draw(c, x, seed):
    """The size that a pixel gets, across and down."""
    count = shape_of(x)[0]
    down = uniform(seed, 0, [count], 1.0 + c["height_factor"][0], 1.0 + c["height_factor"][1])
    if c["width_factor"] is None:
        return down, down
    return uniform(seed, 1, [count], 1.0 + c["width_factor"][0], 1.0 + c["width_factor"][1]), down


def zoom(c, x, zooms):
    return transformed(c, x, zoom_matrix(zooms, image_size(x, c["data_format"])))


def zoom_matrix(zooms, size):
    height, width = [tf.cast(n, tf.float32) for n in size]
    across, down = zooms
    zero = tf.zeros_like(down)
    left, top = (width - 1.0) / 2.0 * (1.0 - across), (height - 1.0) / 2.0 * (1.0 - down)
    return tf.stack([across, zero, left, zero, down, top, zero, zero], axis=1)


def RandomShear_config(
    x_factor=0.0, y_factor=0.0, interpolation="bilinear", fill_mode="reflect", fill_value=0.0, data_format=None,
    seed=None, bounding_box_format=None,
):
    """Sheared images while training, each by another factor."""
    # Keras writes the range from the negative of one number into the config, though it reads no negative number there.
    factors = {"x_factor": factor_range("x_factor", x_factor, -1, 1), "y_factor": factor_range("y_factor", y_factor, -1, 1)}
    return dict(spatial_options(fill_mode, interpolation, data_format), **factors)


def RandomShear_call(self, images, training=False):
    return augmented(self, images, training, shear_draw, shear, masks=by_nearest(shear), boxes=shear_boxes)


def shear_draw(c, x, seed):
    """How much x changes with y, and y with x, both with one sign."""
    count = shape_of(x)[0]
    sign = tf.where(uniform(seed, 0, [count], dtype=x.dtype) > 0.5, tf.constant(-1, x.dtype), tf.constant(1, x.dtype))
    down = uniform(seed, 1, [count], c["y_factor"][0], c["y_factor"][1], dtype=x.dtype)
    across = uniform(seed, 2, [count], c["x_factor"][0], c["x_factor"][1], dtype=x.dtype)
    return across * sign, down * sign


def shear(c, x, shears):
    across, down = shears
    one, zero = tf.ones_like(across), tf.zeros_like(across)
    return transformed(c, x, tf.stack([one, across, zero, down, one, zero, zero, zero], axis=1))


# --- RandomPerspective and RandomElasticTransform ---


def RandomPerspective_config(
    factor=1.0, scale=1.0, interpolation="bilinear", fill_value=0.0, seed=None, data_format=None,
    bounding_box_format=None,
):
    """Another perspective while training, for some of the images."""
    if not 0 <= scale <= 1:
        raise ValueError(f"scale is {scale}, want a number from 0 to 1")
    return dict(spatial_options("constant", interpolation, data_format), factor=factor_range("factor", factor, 0, 1))


def RandomPerspective_call(self, images, training=False):
    return augmented(self, images, training, perspective_draw, perspective, masks=by_nearest(perspective), boxes=warp_boxes)


def perspective_draw(c, x, seed):
    """Which images are changed, their corners, and where these go."""
    height, width = known_size(c, x, "RandomPerspective")
    count = shape_of(x)[0]
    moves = uniform(seed, 2, [count, 4, 2], -0.5 * c["scale"], 0.5 * c["scale"], dtype=x.dtype)
    corners = tf.constant([[[0, 0], [width - 1, 0], [0, height - 1], [width - 1, height - 1]]], x.dtype)
    corners = tf.tile(corners, [count, 1, 1])
    return chance(c, seed, 0, count), tf.cast(corners, tf.float32), tf.cast(corners + corners * moves, tf.float32)


def perspective(c, x, drawn):
    changed, corners, targets = drawn
    result = projected(x, homography(corners, targets), c["interpolation"], "constant", c["fill_value"], c["data_format"])
    return tf.where(for_images(changed), result, x)


def known_size(c, x, layer):
    """Height and width of images, as Keras wants to know them for this layer."""
    size = image_size(x, c["data_format"])
    if not all([isinstance(n, int) for n in size]):
        raise ValueError(f"{layer} needs to know the size of the images, which is {x.shape}, as in Keras")
    return size


def RandomElasticTransform_config(
    factor=1.0, scale=1.0, interpolation="bilinear", fill_mode="reflect", fill_value=0.0, value_range=(0, 255), seed=None,
    data_format=None, bounding_box_format=None,
):
    """Distortions while training, for some of the images; where the batch is open, of the first image, as in Keras."""
    options = spatial_options(fill_mode, interpolation, data_format, ("reflect", "wrap", "constant", "nearest", "mirror"))
    return dict(options, factor=factor_range("factor", factor, 0, 1), scale=factor_range("scale", scale, 0, 1))


def RandomElasticTransform_call(self, images, training=False):
    return augmented(
        self, images, training, elastic_draw, elastic, masks=by_nearest(elastic), without=("bounding_boxes",),
    )


def elastic_draw(c, x, seed):
    """Which images are changed, how much, and the noise for all of them."""
    height, width = known_size(c, x, "RandomElasticTransform")
    count = x.shape[0]
    noise = tf.random.normal([1 if count is None else count, height, width], dtype=x.dtype, seed=own_seed(seed, 3))
    return chance(c, seed, 0, shape_of(x)[0]), uniform(seed, 2, [], c["scale"][0], c["scale"][1], dtype=x.dtype), noise


def elastic(c, x, drawn):
    changed, factor, noise = drawn
    if c["scale"][1] == 0 or c["factor"][1] == 0:
        return x
    size = image_size(x, c["data_format"])
    alpha, sigma = max(size) * (0.1 * factor), min(size) * (0.05 * factor)
    width = tf.bitwise.bitwise_or(6 * tf.cast(sigma, tf.int32), 1)
    result = distorted(x, noise, alpha, sigma, width, c["interpolation"], c["fill_mode"], c["fill_value"], c["data_format"])
    low, high = c["value_range"]
    return tf.clip_by_value(tf.where(for_images(changed), result, x), low, high)


# --- RandomCrop, RandomHeight and RandomWidth ---


def RandomCrop_config(height, width, seed=None, data_format=None, bounding_box_format=None):
    """Random parts of images while training, the same for a batch. Otherwise they stay as they are (Keras 2: as CenterCrop)."""
    return {"data_format": data_format or "channels_last"}


def RandomCrop_call(self, images, training=False):
    if self.keras2:
        x = in_compute_dtype(self, images)
        return crop_or_resize(self, x) if training else tf.cast(smart_resize(x, self.config), x.dtype)
    return augmented(self, images, training, crop_draw, crop, masks=crop, without=("bounding_boxes",))


def crop_draw(c, x, seed):
    """Where the part begins: at random where it is smaller than the images, else in the middle."""
    height, width = known_size(c, x, "RandomCrop")
    if height > c["height"] and width > c["width"]:
        rows, columns = height - c["height"] + 1, width - c["width"] + 1
        return [tf.cast(uniform(seed, i, [], 0, float(n)), tf.int32) for i, n in enumerate([rows, columns])]
    rows = max(min(height, int(float(width * c["height"]) / c["width"])), 1)
    columns = max(min(width, int(float(height * c["width"]) / c["height"])), 1)
    return [int(float(height - rows) / 2), int(float(width - columns) / 2)]


def crop(c, x, start):
    top, left = start
    rows, columns = slice(top, top + c["height"]), slice(left, left + c["width"])
    first = c["data_format"] == "channels_first"
    size = [c["height"], c["width"]]
    part = x[:, :, rows, columns] if first else x[:, rows, columns, :]
    if tf.is_tensor(top):
        part.set_shape([x.shape[0], x.shape[1]] + size if first else [x.shape[0]] + size + [x.shape[3]])
    elif list(image_size(part, c["data_format"])) != size:
        part = tf.cast(image_Resize(part, size, data_format=c["data_format"]), x.dtype)
    return part


def crop_or_resize(self, x):
    """RandomCrop of Keras 2 while training, which finds out in the graph whether images are large enough."""
    c, seed = self.config, self.config["seed"]
    sizes = tf.shape(x)[-3:-1] - [c["height"], c["width"]]
    places = tf.random.uniform([2], 0, 2**31 - 1, dtype=tf.int32, seed=seed)

    def part():
        start = places % (sizes + 1)
        return tf.image.crop_to_bounding_box(x, start[0], start[1], c["height"], c["width"])

    return tf.cond(tf.reduce_all(sizes >= 0), part, lambda: tf.cast(smart_resize(x, c), x.dtype))


def RandomHeight_config(factor, interpolation="bilinear", seed=None):
    """Another height while training, the same for a batch (Keras 2)."""
    return {"factor": factor_range("factor", factor, -1, 1e9)}


def RandomHeight_call(self, images, training=False):
    return stretched(self, images, -3) if training else in_compute_dtype(self, images)


def RandomWidth_config(factor, interpolation="bilinear", seed=None):
    """Another width while training, the same for a batch (Keras 2)."""
    return {"factor": factor_range("factor", factor, -1, 1e9)}


def RandomWidth_call(self, images, training=False):
    return stretched(self, images, -2) if training else in_compute_dtype(self, images)


def stretched(self, images, axis):
    """Images of which height or width is multiplied by a random factor."""
    c = self.config
    factor = uniform(c["seed"], 0, [], 1.0 + c["factor"][0], 1.0 + c["factor"][1])
    size = shape_of(images)[-3:-1]
    size[axis + 3] = tf.cast(factor * tf.cast(size[axis + 3], tf.float32), tf.int32)
    result = tf.cast(tf.image.resize(images, tf.stack(size), method=c["interpolation"]), self.compute_dtype)
    shape = images.shape.as_list()
    shape[axis] = None
    result.set_shape(shape)
    return result
