"""keras.layers: equal brightness by histograms (keras/src/layers/preprocessing/image_preprocessing, Keras 3.15)."""

from augmentation import augmented, by_part
from augmentation_colors import channel_of, colour_options, joined
from images import value_range
from ops_image import on_batches
from tfsave import tf


def Equalization_config(value_range=(0, 255), bins=256, data_format=None, bounding_box_format=None):
    """All brightnesses equally often while training, in each channel of all images of a batch together."""
    return colour_options(data_format, sorted(value_range))


def Equalization_call(self, images, training=False):
    return augmented(self, images, training, lambda c, x, seed: None, equalize)


def equalize(c, x, drawn):
    axis = 1 if c["data_format"] == "channels_first" else 3
    if x.shape[axis] is None:
        raise ValueError(f"Equalization needs to know the number of channels of the images, which are {x.shape}")
    return joined(c, [equalize_channel(c, channel_of(c, x, i)) for i in range(x.shape[axis])])


def equalize_channel(c, x):
    """Every number by its place among all numbers."""
    bins = c["bins"]
    low, high = c["value_range"]
    values = scaled(x, low, high, 0, 255)
    places = tf.cast(tf.cast(values, tf.float32) * (bins - 1) / 255.0, tf.int32)
    counts = tf.math.bincount(tf.reshape(tf.clip_by_value(places, 0, bins - 1), [-1]), minlength=bins)
    up_to = tf.cast(tf.cumsum(counts), tf.float64)
    least = tf.reduce_min(tf.where(up_to > 0, up_to, up_to[-1]))
    span = tf.where(tf.equal(up_to[-1], least), tf.ones_like(least), up_to[-1] - least)
    lookup = tf.clip_by_value(tf.round((up_to - least) * 255 / span), 0, 255)
    index = tf.cast(tf.clip_by_value(values / 255.0 * (bins - 1), 0, bins - 1), tf.int32)
    several = tf.math.count_nonzero(counts) > 1
    return tf.cast(scaled(tf.where(several, tf.gather(lookup, index), tf.cast(values, tf.float64)), 0, 255, low, high), x.dtype)


def scaled(x, low, high, new_low, new_high):
    """Numbers of one range brought to another by one product."""
    scale = (new_high - new_low) / (high - low)
    return x * scale + (new_low - low * scale)


def ContrastLimitedAdaptiveHistogramEqualization_config(
    value_range=(0, 255), clip_limit=4.0, tile_grid_size=(8, 8), data_format=None, bounding_box_format=None,
):
    """All brightnesses equally often in each tile of an image, and in between by those of the tiles around."""
    return colour_options(data_format, value_range)


def ContrastLimitedAdaptiveHistogramEqualization_call(self, images):
    return by_part(self, images, equalize_tiles, without=("bounding_boxes", "labels", "segmentation_masks"))


def equalize_tiles(c, images):
    def equalized(x):
        shades = value_range(tf.cast(x, tf.float32), c["value_range"], [0, 255])
        return tf.cast(value_range(by_tiles(c, shades), [0, 255], c["value_range"]), x.dtype)

    return on_batches(images, c["data_format"], equalized)


def by_tiles(c, x):
    """CLAHE of images whose numbers are from 0 to 255."""
    _, height, width, channels = x.shape.as_list()
    if None in (height, width, channels):
        raise ValueError(f"CLAHE needs to know the size and the channels of the images, which are {x.shape}")
    rows, columns = c["tile_grid_size"]
    high, wide = (height + rows - 1) // rows, (width + columns - 1) // columns
    padding = [[0, 0], [0, high * rows - height], [0, wide * columns - width], [0, 0]]
    x = tf.pad(x, padding, mode="SYMMETRIC")
    pixels = tf.cast(tf.clip_by_value(x, 0, 255), tf.int32)
    shades = tile_shades(c, pixels, rows, columns, high, wide, channels)
    y0, y1, down = tile_places(high, rows)
    x0, x1, across = tile_places(wide, columns)
    down, across = tf.reshape(down, [1, -1, 1, 1]), tf.reshape(across, [1, 1, -1, 1])
    base = tf.range(channels) * 256 + pixels + tf.reshape(tf.range(tf.shape(x)[0]), [-1, 1, 1, 1]) * (
        (rows + 2) * (columns + 2) * channels * 256
    )

    def corner(i, j):
        i, j = tf.reshape(i, [1, -1, 1, 1]), tf.reshape(j, [1, 1, -1, 1])
        return tf.gather(shades, base + (i * (columns + 2) + j) * (channels * 256))

    above = corner(y0, x0) * (1.0 - across) + corner(y0, x1) * across
    below = corner(y1, x0) * (1.0 - across) + corner(y1, x1) * across
    return (above * (1.0 - down) + below * down)[:, :height, :width, :]


def tile_shades(c, pixels, rows, columns, high, wide, channels):
    """What each shade becomes in each tile, with one more tile at each side, in one dimension."""
    size = high * wide
    tiles = tf.transpose(tf.reshape(pixels, [-1, rows, high, columns, wide, channels]), [0, 1, 3, 5, 2, 4])
    # Keras counts by one-hot vectors, 256 numbers for each pixel.
    counts = tf.raw_ops.DenseBincount(input=tf.reshape(tiles, [-1, size]), size=256, weights=tf.constant([], tf.float32))
    counts = tf.reshape(counts, [-1, rows, columns, channels, 256])
    if c["clip_limit"] > 0:
        clipped = tf.clip_by_value(counts, 0, c["clip_limit"] * size / 256.0)
        counts = clipped + tf.reduce_sum(counts - clipped, axis=-1, keepdims=True) / 256.0
    up_to = tf.cumsum(counts, axis=-1)
    least = tf.reduce_min(up_to, axis=-1, keepdims=True)
    span = tf.cast(size, up_to.dtype) - least
    span = tf.where(tf.equal(span, 0), tf.ones_like(span), span)
    shades = tf.clip_by_value((up_to - least) * 255.0 / span, 0, 255)
    shades = tf.concat([shades[:, :1], shades, shades[:, -1:]], axis=1)
    return tf.reshape(tf.concat([shades[:, :, :1], shades, shades[:, :, -1:]], axis=2), [-1])


def tile_places(size, count):
    """For each pixel in one direction the tiles before and after it, and its place between their middles."""
    place = (tf.range(size * count, dtype=tf.float32) - size / 2.0) / size + 1.0
    before = tf.floor(place)
    tiles = [tf.cast(tf.clip_by_value(t, 0, count + 1), tf.int32) for t in (before, before + 1.0)]
    return tiles[0], tiles[1], place - before
