"""keras.ops: images (keras/src/ops/image.py and keras/src/backend/tensorflow/image.py, Keras 3.15)."""

from base import numbers
from convolutional import convolution, to_channels_first, to_channels_last
from ops_core import core_SaturateCast
from ops_numpy_arrays import numpy_Moveaxis
from ops_types import floating, result_type, shape_of, tensor
from tfsave import tf


def on_batches(images, data_format, function):
    """A function of a batch of images whose channels come last, on images of any form."""
    single = images.shape.rank == 3
    if single:
        images = tf.expand_dims(images, 0)
    first = data_format == "channels_first"
    result = function(to_channels_last(images) if first else images)
    result = to_channels_first(result) if first else result
    return tf.squeeze(result, axis=0) if single else result


# --- colours ---


def image_RGBToGrayscale(images, data_format=None):
    images = tensor(images)
    axis = -3 if data_format == "channels_first" else -1
    if images.shape[axis] == 1:
        return tf.identity(images)
    x = floating(images)
    grey = tf.tensordot(x, tf.constant([0.2989, 0.5870, 0.1140], x.dtype), axes=[[axis % x.shape.rank], [0]])
    return tensor(tf.expand_dims(grey, axis), images.dtype)


def image_RGBToHSV(images, data_format=None):
    return on_batches(tensor(images), data_format, tf.image.rgb_to_hsv)


def image_HSVToRGB(images, data_format=None):
    return on_batches(tensor(images), data_format, tf.image.hsv_to_rgb)


# --- sizes ---


def image_Resize(
    images, size, interpolation="bilinear", antialias=False, crop_to_aspect_ratio=False, pad_to_aspect_ratio=False,
    fill_mode="constant", fill_value=0.0, data_format=None,
):
    size = list(size)

    def resize(x):
        if crop_to_aspect_ratio:
            x = crop_to_ratio(x, size)
        elif pad_to_aspect_ratio:
            x = pad_to_ratio(x, size, fill_value)
        return tf.image.resize(x, size, method=interpolation, antialias=antialias)

    result = on_batches(tensor(images), data_format, resize)
    if result.dtype == images.dtype:
        return result
    return core_SaturateCast(tf.round(result) if images.dtype.is_integer else result, images.dtype)


def whole(x):
    """A number of pixels, rounded down."""
    return tf.cast(x, tf.int32)


def crop_to_ratio(x, size):
    """The middle of images with the ratio of size."""
    height, width = tf.shape(x)[1], tf.shape(x)[2]
    rows = whole(tf.cast(width * size[0], tf.float32) / size[1])
    rows = tf.maximum(tf.minimum(height, rows), 1)
    columns = whole(tf.cast(height * size[1], tf.float32) / size[0])
    columns = tf.maximum(tf.minimum(width, columns), 1)
    top, left = whole(tf.cast(height - rows, tf.float32) / 2), whole(tf.cast(width - columns, tf.float32) / 2)
    return x[:, top : top + rows, left : left + columns, :]


def pad_to_ratio(x, size, fill_value):
    """Images with as much around them that they have the ratio of size."""
    height, width = tf.shape(x)[1], tf.shape(x)[2]
    rows = tf.maximum(height, whole(tf.cast(width * size[0], tf.float32) / size[1]))
    columns = tf.maximum(width, whole(tf.cast(height * size[1], tf.float32) / size[0]))
    top, left = whole(tf.cast(rows - height, tf.float32) / 2), whole(tf.cast(columns - width, tf.float32) / 2)
    # Above and below, or at the sides: only one of the two is more than nothing.
    return tf.pad(x, [[0, 0], [top, top], [left, left], [0, 0]], constant_values=tf.cast(fill_value, x.dtype))


def image_PadImages(
    images, top_padding=None, left_padding=None, bottom_padding=None, right_padding=None, target_height=None,
    target_width=None, data_format=None,
):
    images = tensor(images)
    height, width = image_size(images, data_format)
    rows = sides(top_padding, bottom_padding, None if target_height is None else target_height - height)
    columns = sides(left_padding, right_padding, None if target_width is None else target_width - width)
    channels = [[0, 0]]
    widths = channels + [rows, columns] if data_format == "channels_first" else [rows, columns] + channels
    return tf.pad(images, [[0, 0]] * (images.shape.rank - 3) + widths)


def image_size(images, data_format):
    shape = shape_of(images)
    return (shape[-2], shape[-1]) if data_format == "channels_first" else (shape[-3], shape[-2])


def sides(before, after, both):
    """What is at the two sides, of which one may come from the sum."""
    return [both - after if before is None else before, both - before if after is None else after]


def image_CropImages(
    images, top_cropping=None, left_cropping=None, bottom_cropping=None, right_cropping=None, target_height=None,
    target_width=None, data_format=None,
):
    images = tensor(images)
    height, width = image_size(images, data_format)
    top = height - target_height - bottom_cropping if top_cropping is None else top_cropping
    left = width - target_width - right_cropping if left_cropping is None else left_cropping
    rows = height - bottom_cropping - top if target_height is None else target_height
    columns = width - right_cropping - left if target_width is None else target_width
    rows, columns = slice(top, top + rows), slice(left, left + columns)
    return images[..., rows, columns] if data_format == "channels_first" else images[..., rows, columns, :]


def image_ExtractPatches(images, size, strides=None, dilation_rate=1, padding="valid", data_format=None):
    images = tensor(images)
    rank = len(size) if isinstance(size, (list, tuple)) else 2
    size = numbers(size, rank)
    single = images.shape.rank == rank + 1
    channels = images.shape[-1 - rank if data_format == "channels_first" else -1]
    count = channels
    for n in size:
        count *= n
    c = {
        "strides": numbers(strides or size, rank), "padding": padding.lower(), "data_format": data_format,
        "dilation_rate": numbers(dilation_rate, rank),
    }
    kernel = tf.reshape(tf.eye(count, dtype=images.dtype), size + [channels, count])
    patches = convolution(c, tf.expand_dims(images, 0) if single else images, kernel)
    return tf.squeeze(patches, axis=0) if single else patches


# --- transformations ---


def image_AffineTransform(images, transform, interpolation="bilinear", fill_mode="constant", fill_value=0, data_format=None):
    transform = tensor(transform)
    return projected(images, transform, interpolation, fill_mode, fill_value, data_format)


def projected(images, transform, interpolation, fill_mode, fill_value, data_format):
    """Images by a projective transformation of the places in them."""
    if transform.shape.rank == 1:
        transform = tf.expand_dims(transform, 0)

    def project(x):
        result = tf.raw_ops.ImageProjectiveTransformV3(
            images=x, transforms=tf.cast(transform, tf.float32), output_shape=tf.shape(x)[1:-1], fill_value=fill_value,
            interpolation=interpolation.upper(), fill_mode=fill_mode.upper(),
        )
        return tf.ensure_shape(result, x.shape)

    return on_batches(tensor(images), data_format, project)


def image_PerspectiveTransform(
    images, start_points, end_points, interpolation="bilinear", fill_value=0, data_format=None
):
    start, end = tensor(start_points, tf.float32), tensor(end_points, tf.float32)
    if start.shape.rank == 2:
        start = tf.expand_dims(start, 0)
    if end.shape.rank == 2:
        end = tf.expand_dims(end, 0)
    return projected(images, homography(start, end), interpolation, "constant", fill_value, data_format)


def homography(start, end):
    """The eight numbers of the transformations that bring four points to four others."""
    rows, targets = [], []
    for i in range(4):
        x, y = end[:, i, 0], end[:, i, 1]
        one, zero = tf.ones_like(x), tf.zeros_like(x)
        u, v = start[:, i, 0], start[:, i, 1]
        rows.append(tf.stack([x, y, one, zero, zero, zero, -u * x, -u * y], axis=-1))
        rows.append(tf.stack([zero, zero, zero, x, y, one, -v * x, -v * y], axis=-1))
        targets += [u, v]
    solution = tf.linalg.solve(tf.stack(rows, axis=1), tf.expand_dims(tf.stack(targets, axis=-1), -1))
    return tf.reshape(solution, [-1, 8])


def image_MapCoordinates(inputs, coordinates, order, fill_mode="constant", fill_value=0):
    x = tensor(inputs)
    coordinates = tf.stack(coordinates) if isinstance(coordinates, (list, tuple)) else tensor(coordinates)
    if order not in (0, 1):
        raise ValueError(f"map_coordinates: order is 0 or 1, not {order}")
    sizes = shape_of(x)
    choices = []
    for i in range(len(sizes)):
        at = coordinates[i]
        if order == 0:
            near = [(tf.cast(at if at.dtype.is_integer else tf.round(at), tf.int32), tf.ones([], at.dtype))]
        else:
            below = tf.floor(at)
            index = tf.cast(below, tf.int32)
            near = [(index, 1 - (at - below)), (index + 1, at - below)]
        choices.append([placed(index, sizes[i], fill_mode) + (weight,) for index, weight in near])
    combinations = [[]]
    for near in choices:
        combinations = [c + [n] for c in combinations for n in near]
    total = None
    for c in combinations:
        value = tf.gather_nd(x, tf.stack([index for index, _, _ in c], axis=-1))
        weight = c[0][2]
        value = tf.cast(value, weight.dtype)
        if fill_mode == "constant":
            inside = c[0][1]
            for _, valid, _ in c[1:]:
                inside = tf.logical_and(inside, valid)
            value = tf.where(inside, value, tf.cast(tf.cast(fill_value, x.dtype), weight.dtype))
        for _, _, w in c[1:]:
            weight = weight * w
        total = weight * value if total is None else total + weight * value
    return tf.cast(tf.round(total) if x.dtype.is_integer else total, x.dtype)


def placed(index, size, fill_mode):
    """Indices brought into 0 … size, and which of them were there."""
    if fill_mode == "constant":
        valid = tf.logical_and(index >= 0, index < size)
        return tf.clip_by_value(index, 0, size - 1), valid
    if fill_mode == "nearest":
        return tf.clip_by_value(index, 0, size - 1), None
    if fill_mode == "wrap":
        return tf.math.floormod(index, size), None
    if fill_mode not in ("mirror", "reflect"):
        raise ValueError(f"unknown fill_mode {fill_mode!r}; there are constant, nearest, wrap, mirror, reflect")
    folded = tf.math.floormod(tf.abs(index), size * 2)
    over = size * 2 - folded
    return tf.where(folded < size, folded, over - 1 if fill_mode == "reflect" else over), None


def gaussian_window(size, sigma, dtype):
    """The weights of a blur along one dimension; size may be a tensor."""
    size = tf.cast(size, dtype) if tf.is_tensor(size) else size
    x = tf.range(size, dtype=dtype) - (size - 1) / 2
    weights = tf.exp(-0.5 * (x / sigma) ** 2)
    return weights / tf.reduce_sum(weights)


def image_GaussianBlur(images, kernel_size=(3, 3), sigma=(1.0, 1.0), data_format=None):
    images = tensor(images)
    size, sigma = numbers(kernel_size, 2), numbers(sigma, 2)

    def blur(x):
        across = gaussian_window(size[0], tf.cast(sigma[0], x.dtype), x.dtype)
        down = gaussian_window(size[1], tf.cast(sigma[1], x.dtype), x.dtype)
        kernel = tf.reshape(tf.tensordot(down, across, axes=0), size + [1, 1])
        channels = x.shape[-1]
        kernel = tf.tile(kernel, [1, 1, tf.shape(x)[-1] if channels is None else channels, 1])
        return tf.nn.depthwise_conv2d(x, kernel, [1, 1, 1, 1], "SAME")

    return on_batches(images, data_format, blur)


def image_ElasticTransform(
    images, alpha=20.0, sigma=5.0, interpolation="bilinear", fill_mode="reflect", fill_value=0.0, seed=None, data_format=None
):
    images = tensor(images)
    if not isinstance(seed, int):
        raise ValueError("elastic_transform is exported with a seed only: without one each call gives something else")
    dtype = images.dtype
    batch = images.shape[0] if images.shape.rank == 4 else 1
    shape = [1 if batch is None else batch] + list(image_size(images, data_format))
    noise = tf.random.stateless_normal(shape, seed=tf.constant([seed, 0], tf.int64), dtype=dtype)
    alpha, deviation = tf.cast(alpha, dtype), tf.cast(sigma, dtype)
    return distorted(images, noise, alpha, deviation, 6 * int(sigma) | 1, interpolation, fill_mode, fill_value, data_format)


def distorted(images, noise, alpha, sigma, window, interpolation, fill_mode, fill_value, data_format):
    """Images whose pixels are moved by noise, a number for each pixel that counts in both directions, blurred in a window.

    Where the batch is open, it is that of the first image only, as in Keras.
    """
    dtype = images.dtype
    first = data_format == "channels_first"
    x = images if images.shape.rank == 4 else tf.expand_dims(images, 0)
    x = to_channels_last(x) if first else x
    _, height, width, channels = x.shape.as_list()
    blurred = image_GaussianBlur(tf.expand_dims(noise * sigma, -1), [window, window], [sigma, sigma])
    offset = alpha * tf.squeeze(blurred, -1)
    columns, rows = tf.meshgrid(tf.range(width, dtype=dtype), tf.range(height, dtype=dtype))
    across, down = tf.expand_dims(columns, 0) + offset, tf.expand_dims(rows, 0) + offset
    order = ("nearest", "bilinear").index(interpolation)
    results = []
    for i in range(channels):
        results.append(
            tf.stack([
                image_MapCoordinates(x[b, ..., i], [down[b], across[b]], order, fill_mode, fill_value) for b in range(noise.shape[0])
            ], axis=0)
        )
    result = tf.stack(results, axis=-1)
    result = to_channels_first(result) if first else result
    return result if images.shape.rank == 4 else tf.squeeze(result, axis=0)


def image_ScaleAndTranslate(images, output_shape, scale, translation, spatial_dims, method, antialias=True):
    x, scale, translation = tensor(images), tensor(scale), tensor(translation)
    dtype = result_type(scale, translation)
    scale, translation = tensor(scale, dtype), tensor(translation, dtype)
    result = tf.cast(x, tf.float32) if x.dtype.is_integer else x
    if not spatial_dims:
        return x
    for i, axis in enumerate(spatial_dims):
        axis %= x.shape.rank
        weights = resampling(shape_of(x)[axis], output_shape[axis], scale[i], translation[i], method, antialias)
        result = numpy_Moveaxis(tf.tensordot(result, tf.cast(weights, result.dtype), axes=[[axis], [0]]), -1, axis)
    if not x.dtype.is_integer:
        return result
    low, high = tf.cast(tf.reduce_min(x), tf.float32), tf.cast(tf.reduce_max(x), tf.float32)
    return tf.cast(tf.clip_by_value(tf.round(result), low, high), x.dtype)


def resampling(size, new_size, scale, translation, method, antialias):
    """How much of each element of an axis goes into each of the new one."""
    dtype = scale.dtype
    inverse = 1.0 / scale
    places = (tf.range(new_size, dtype=dtype) + 0.5) * inverse - translation * inverse - 0.5
    distance = tf.abs(tf.expand_dims(places, 0) - tf.expand_dims(tf.range(size, dtype=dtype), 1))
    weights = resampling_kernel(distance / tf.maximum(inverse, 1.0) if antialias else distance, method)
    sums = tf.reduce_sum(weights, axis=0, keepdims=True)
    zero = tf.zeros_like(weights)
    enough = tf.abs(sums) > 1000.0 * 1.1920928955078125e-07
    weights = tf.where(enough, weights / tf.where(tf.equal(sums, 0), tf.ones_like(sums), sums), zero)
    inside = tf.logical_and(places >= -0.5, places <= tf.cast(size, dtype) - 0.5)
    return tf.where(tf.expand_dims(inside, 0), weights, zero)


def resampling_kernel(x, method):
    """The weight of an element at a distance."""
    zero = tf.zeros_like(x)
    if method in ("linear", "bilinear", "trilinear"):
        return tf.maximum(zero, 1 - x)
    if method in ("cubic", "bicubic", "tricubic"):
        near = ((1.5 * x - 2.5) * x) * x + 1.0
        far = ((-0.5 * x + 2.5) * x - 4.0) * x + 2.0
        return tf.where(x >= 2.0, zero, tf.where(x >= 1.0, far, near))
    if method not in ("lanczos3", "lanczos5"):
        raise ValueError(f"unknown method {method!r}; there are linear, cubic, lanczos3, lanczos5")
    radius = 3.0 if method == "lanczos3" else 5.0
    pi = 3.141592653589793
    y = radius * tf.sin(pi * x) * tf.sin(pi * x / radius)
    near = tf.where(x > 1e-3, y / tf.where(tf.equal(x, 0), tf.ones_like(x), pi**2 * x**2), tf.ones_like(x))
    return tf.where(x > radius, zero, near)


# --- comparisons ---


def image_SobelEdges(images, data_format=None):
    images = tensor(images)
    if data_format == "channels_first":
        return tf.transpose(tf.image.sobel_edges(to_channels_last(images)), [0, 3, 1, 2, 4])
    return tf.image.sobel_edges(images)


def image_SSIM(image1, image2, max_val=1.0, filter_size=11, filter_sigma=1.5, k1=0.01, k2=0.03, data_format=None):
    dtype = tensor(image1).dtype
    single = image1.shape.rank == 3
    pair = []
    for x in (image1, image2):
        x = tensor(x, result_type(dtype, 1.0))
        x = tf.expand_dims(x, 0) if single else x
        # Each channel as an image of its own.
        x = x if data_format == "channels_first" else to_channels_first(x)
        pair.append(x)
    shape = shape_of(pair[0])
    a, b = [tf.reshape(x, [-1, shape[2], shape[3], 1]) for x in pair]
    window = gaussian_window(filter_size, tf.cast(filter_sigma, a.dtype), a.dtype)
    kernel = tf.reshape(tf.reshape(window, [-1, 1]) * window, [filter_size, filter_size, 1, 1])

    def smooth(x):
        return tf.nn.conv2d(x, kernel, 1, "VALID")

    c1, c2 = (k1 * max_val) ** 2, (k2 * max_val) ** 2
    mean_a, mean_b = smooth(a), smooth(b)
    product = mean_a * mean_b
    squares = mean_a * mean_a + mean_b * mean_b
    variances = (smooth(a * a) - mean_a * mean_a) + (smooth(b * b) - mean_b * mean_b)
    similarity = (2.0 * product + c1) * (2.0 * (smooth(a * b) - product) + c2) / ((squares + c1) * (variances + c2))
    by_channel = tf.reshape(tf.reduce_mean(similarity, axis=[1, 2, 3]), [-1, shape[1]])
    result = tf.reduce_mean(by_channel, axis=-1)
    return tensor(tf.squeeze(result, axis=0) if single else result, dtype)
