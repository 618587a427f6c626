"""tf.image: flips, rotations, crops, padding, resizing."""

from tfsave import export, tf


def _is_tensor(x):
    return isinstance(x, (tf.Tensor, tf.Variable))


@export("internal.image_check")
def check(condition, message):
    """A list with an Assert for a tensor; a Python value is checked at once."""
    if _is_tensor(condition):
        return [tf.debugging.Assert(condition, [message])]
    if not condition:
        raise ValueError(message)
    return []


def _assert_positive(x, message):
    with tf.name_scope("assert_positive"):
        x = tf.convert_to_tensor(x, name="x")
        zero = tf.convert_to_tensor(0, dtype=x.dtype)
        with tf.name_scope("assert_less"):
            return tf.debugging.Assert(tf.math.reduce_all(tf.math.less(zero, x)), [message])


def _check_image(image):
    """The checks that image has at least three dimensions, and the last three are not empty."""
    shape = image.shape.with_rank(3) if image.shape.rank is None else image.shape.with_rank_at_least(3)
    if 0 in shape[-3:].as_list():
        raise ValueError(f"the last three dimensions of an image are not empty, got the shape {shape}")
    if shape[-3:].is_fully_defined():
        return []
    return [
        _assert_positive(tf.shape(image)[-3:], "inner 3 dims of 'image.shape' must be > 0."),
        tf.debugging.assert_greater_equal(tf.rank(image), 3, message="'image' must be at least three-dimensional."),
    ]


@export("internal.checked_image")
def checked_image(image):
    """image after the checks that it is one, or a batch."""
    return tf.internal.with_dependencies(_check_image(image), image)


def _by_rank(image, single, batch):
    """single() for an image, batch() for a batch; the rank may be unknown until the graph runs."""
    if image.shape.rank is None:
        return tf.cond(tf.math.equal(tf.rank(image), 3), single, batch)
    if image.shape.rank == 3:
        return single()
    if image.shape.rank == 4:
        return batch()
    raise ValueError(f"an image has 3 or 4 dimensions, got the shape {image.shape}")


def _keep_shape(image, result):
    result.set_shape([None, None, None] if image.shape.rank is None else image.shape)
    return result


def _flip(image, axis, name):
    with tf.name_scope(name):
        image = tf.convert_to_tensor(image, name="image")
        image = checked_image(image)

        def single():
            return _keep_shape(image, tf.reverse(image, [axis]))

        return _by_rank(image, single, lambda: tf.reverse(image, [axis + 1]))


@export("image.flip_left_right")
def flip_left_right(image):
    """image mirrored, left to right."""
    return _flip(image, 1, "flip_left_right")


@export("image.flip_up_down")
def flip_up_down(image):
    """image mirrored, top to bottom."""
    return _flip(image, 0, "flip_up_down")


def _random_flip(image, axis, uniform, name):
    """Each image flipped or not, with even odds."""
    with tf.name_scope(name) as scope:
        image = tf.convert_to_tensor(image, name="image")
        image = checked_image(image)

        def single():
            mirror = tf.math.less(uniform(shape=[], minval=0, maxval=1.0), 0.5)
            flipped = tf.cond(mirror, lambda: tf.reverse(image, [axis]), lambda: image, name=scope)
            return _keep_shape(image, flipped)

        def batch():
            count = tf.shape(image)[0]
            random = uniform(shape=[count], minval=0, maxval=1.0)
            flips = tf.math.round(tf.reshape(random, [count, 1, 1, 1]))
            flips = tf.cast(flips, image.dtype)
            flipped = tf.reverse(image, [axis + 1])
            return flips * flipped + (1 - flips) * image

        return _by_rank(image, single, batch)


def _seeded(seed):
    return lambda shape, minval, maxval: tf.random.uniform(shape, minval, maxval, seed=seed)


def _stateless(seed):
    return lambda shape, minval, maxval: tf.random.stateless_uniform(shape, seed, minval, maxval)


@export("image.random_flip_left_right")
def random_flip_left_right(image, seed=None):
    """image, or image mirrored left to right."""
    return _random_flip(image, 1, _seeded(seed), "random_flip_left_right")


@export("image.random_flip_up_down")
def random_flip_up_down(image, seed=None):
    """image, or image mirrored top to bottom."""
    return _random_flip(image, 0, _seeded(seed), "random_flip_up_down")


@export("image.stateless_random_flip_left_right")
def stateless_random_flip_left_right(image, seed):
    """image, or image mirrored left to right."""
    return _random_flip(image, 1, _stateless(seed), "stateless_random_flip_left_right")


@export("image.stateless_random_flip_up_down")
def stateless_random_flip_up_down(image, seed):
    """image, or image mirrored top to bottom."""
    return _random_flip(image, 0, _stateless(seed), "stateless_random_flip_up_down")


@export("image.rot90")
def rot90(image, k=1, name=None):
    """image turned k times by 90 degrees, against the clock."""
    with tf.name_scope(name or "rot90") as scope:
        image = tf.convert_to_tensor(image, name="image")
        image = checked_image(image)
        k = tf.convert_to_tensor(k, dtype=tf.int32, name="k")
        k.shape.assert_has_rank(0)
        k = k % 4

        def turn(rows, columns, swap):
            """The rotation where rows and columns are these dimensions and swap exchanges them."""
            turns = [
                (tf.math.equal(k, 1), lambda: tf.transpose(tf.reverse(image, [columns]), swap)),
                (tf.math.equal(k, 2), lambda: tf.reverse(image, [rows, columns])),
                (tf.math.equal(k, 3), lambda: tf.reverse(tf.transpose(image, swap), [columns])),
            ]
            return tf.case(turns, default=lambda: image, exclusive=True, name=scope)

        def single():
            result = turn(0, 1, [1, 0, 2])
            result.set_shape([None, None, image.shape[2]])
            return result

        def batch():
            result = turn(1, 2, [0, 2, 1, 3])
            result.set_shape([result.shape[0], None, None, result.shape[3]])
            return result

        return _by_rank(image, single, batch)


@export("image.transpose")
def transpose(image, name=None):
    """image with rows and columns exchanged."""
    with tf.name_scope(name or "transpose"):
        image = tf.convert_to_tensor(image, name="image")
        image = checked_image(image)
        single = lambda: tf.transpose(image, [1, 0, 2], name=name)
        return _by_rank(image, single, lambda: tf.transpose(image, [0, 2, 1, 3], name=name))


@export("image.central_crop")
def central_crop(image, central_fraction):
    """The middle of image, central_fraction of it in both directions."""
    with tf.name_scope("central_crop"):
        image = tf.convert_to_tensor(image, name="image")
        fraction = tf.internal.static_value(central_fraction)
        if fraction is None:
            valid = tf.math.logical_or(central_fraction > 0.0, central_fraction <= 1.0)
            checks = check(valid, "central_fraction must be within (0, 1]")
            image = tf.internal.with_dependencies(checks, image)
        elif not 0.0 < fraction <= 1.0:
            raise ValueError(f"central_fraction is above 0 and at most 1, got {fraction}")
        elif fraction == 1.0:
            return image
        checked_image(image)
        rank = image.shape.rank
        if rank not in (3, 4):
            raise ValueError(f"an image has 3 or 4 dimensions, got the shape {image.shape}")

        sizes = []
        for dim in (rank - 3, rank - 2):
            static = image.shape[dim]
            sizes.append(tf.shape(image)[dim] if static is None else static)
        starts = []
        for size in sizes:
            if _is_tensor(size) or fraction is None:
                wide = tf.cast(size, tf.float64)
                starts.append(tf.cast((wide - wide * tf.cast(central_fraction, tf.float64)) / 2, tf.int32))
            else:
                starts.append(int((float(size) - float(size) * fraction) / 2))
        cropped = [size - start * 2 for size, start in zip(sizes, starts)]
        batch = rank - 3
        begin = tf.stack([0] * batch + starts + [0])
        size = tf.stack([-1] * batch + cropped + [-1])
        result = tf.slice(image, begin, size)
        static = [None if _is_tensor(n) else n for n in cropped]
        result.set_shape(image.shape[:batch].as_list() + static + [image.shape[rank - 1]])
        return result


def _as_batch(image):
    """image as a batch, and whether it was one."""
    image = tf.convert_to_tensor(image, name="image")
    rank = image.shape.rank
    if rank == 4:
        return image, True
    if rank not in (None, 3):
        raise ValueError(f"an image has 3 or 4 dimensions, got the shape {image.shape}")
    batch = tf.expand_dims(image, 0)
    if rank is None:
        batch.set_shape([None] * 4)
    return batch, False


def _dimensions(batch):
    """The four dimensions, as numbers where they are known."""
    if batch.shape.is_fully_defined():
        return batch.shape.as_list()
    static = batch.shape.with_rank(4).as_list()
    dynamic = tf.unstack(tf.shape(batch), 4)
    return [d if s is None else s for s, d in zip(static, dynamic)]


def _set_static(image, dims):
    image.set_shape([None if _is_tensor(d) else d for d in dims])


@export("image.pad_to_bounding_box")
def pad_to_bounding_box(image, offset_height, offset_width, target_height, target_width):
    """image with zeros around it."""
    with tf.name_scope("pad_to_bounding_box"):
        image, is_batch = _as_batch(image)
        batch, height, width, depth = _dimensions(image)
        after_width = target_width - offset_width - width
        after_height = target_height - offset_height - height
        checks = _check_image(image)
        checks += check(offset_height >= 0, "offset_height must be >= 0")
        checks += check(offset_width >= 0, "offset_width must be >= 0")
        checks += check(after_width >= 0, "width must be <= target - offset")
        checks += check(after_height >= 0, "height must be <= target - offset")
        image = tf.internal.with_dependencies(checks, image)
        paddings = tf.stack([0, 0, offset_height, after_height, offset_width, after_width, 0, 0])
        padded = tf.pad(image, tf.reshape(paddings, [4, 2]))
        _set_static(padded, [batch, target_height, target_width, depth])
        return padded if is_batch else tf.squeeze(padded, axis=[0])


@export("image.crop_to_bounding_box")
def crop_to_bounding_box(image, offset_height, offset_width, target_height, target_width):
    """A part of image."""
    with tf.name_scope("crop_to_bounding_box"):
        image, is_batch = _as_batch(image)
        checks = _check_image(image)
        batch, height, width, depth = _dimensions(image)
        checks += check(offset_width >= 0, "offset_width must be >= 0.")
        checks += check(offset_height >= 0, "offset_height must be >= 0.")
        checks += check(target_width > 0, "target_width must be > 0.")
        checks += check(target_height > 0, "target_height must be > 0.")
        checks += check(width >= target_width + offset_width, "width must be >= target + offset.")
        checks += check(height >= target_height + offset_height, "height must be >= target + offset.")
        image = tf.internal.with_dependencies(checks, image)
        begin = tf.stack([0, offset_height, offset_width, 0])
        size = tf.stack([tf.shape(image)[0], target_height, target_width, tf.shape(image)[3]])
        cropped = tf.slice(image, begin, size)
        _set_static(cropped, [batch, target_height, target_width, depth])
        return cropped if is_batch else tf.squeeze(cropped, axis=[0])


def _max(x, y):
    return tf.math.maximum(x, y) if _is_tensor(x) or _is_tensor(y) else max(x, y)


def _min(x, y):
    return tf.math.minimum(x, y) if _is_tensor(x) or _is_tensor(y) else min(x, y)


def _equal(x, y):
    return tf.math.equal(x, y) if _is_tensor(x) or _is_tensor(y) else x == y


@export("image.resize_with_crop_or_pad")
def resize_with_crop_or_pad(image, target_height, target_width):
    """image cut or filled with zeros around its middle."""
    with tf.name_scope("resize_image_with_crop_or_pad"):
        image, is_batch = _as_batch(image)
        checks = _check_image(image)
        checks += check(target_width > 0, "target_width must be > 0.")
        checks += check(target_height > 0, "target_height must be > 0.")
        image = tf.internal.with_dependencies(checks, image)
        if _is_tensor(target_height):
            target_height = tf.internal.with_dependencies(checks, target_height)
        if _is_tensor(target_width):
            target_width = tf.internal.with_dependencies(checks, target_width)
        batch, height, width, depth = _dimensions(image)
        more_width = target_width - width
        crop_width = _max(-more_width // 2, 0)
        pad_width = _max(more_width // 2, 0)
        more_height = target_height - height
        crop_height = _max(-more_height // 2, 0)
        pad_height = _max(more_height // 2, 0)
        cropped = crop_to_bounding_box(
            image, crop_height, crop_width, _min(target_height, height), _min(target_width, width)
        )
        resized = pad_to_bounding_box(cropped, pad_height, pad_width, target_height, target_width)
        batch, height, width, depth = _dimensions(resized)
        checks = check(_equal(height, target_height), "resized height is not correct.")
        checks += check(_equal(width, target_width), "resized width is not correct.")
        resized = tf.internal.with_dependencies(checks, resized)
        return resized if is_batch else tf.squeeze(resized, axis=[0])


@export("image.resize")
def resize(images, size, method="bilinear", preserve_aspect_ratio=False, antialias=False, name=None):
    """images scaled to size, height and width."""
    with tf.name_scope(name or "resize"):
        images = tf.convert_to_tensor(images, name="images")
        rank = images.shape.rank
        if rank not in (3, 4):
            raise ValueError(f"images have 3 or 4 dimensions, got the shape {images.shape}")
        if rank == 3:
            images = tf.expand_dims(images, 0)
        size = tf.convert_to_tensor(size, tf.int32, name="size")
        if not size.shape.is_compatible_with([2]):
            raise ValueError(f"size is height and width, got the shape {size.shape}")
        if preserve_aspect_ratio:
            size = _fitting_size(images, size)
        static_size = tf.internal.constant_value_as_shape(size)
        images = _resize(images, size, method, antialias)
        images.set_shape([None, static_size[0], static_size[1], None])
        return tf.squeeze(images, axis=[0]) if rank == 3 else images


def _fitting_size(images, size):
    """The largest size within size that has the proportions of images."""
    batch, height, width, depth = _dimensions(images)
    by_height = tf.cast(size[0], tf.float32) / tf.cast(height, tf.float32)
    by_width = tf.cast(size[1], tf.float32) / tf.cast(width, tf.float32)
    scale = tf.math.minimum(by_height, by_width)
    scaled = [
        tf.cast(tf.math.round(scale * tf.cast(length, tf.float32)), tf.int32) for length in (height, width)
    ]
    return tf.convert_to_tensor(scaled, tf.int32, name="size")


# The kernels of ScaleAndTranslate, by method; bilinear and bicubic need it only to antialias.
_KERNELS = {
    "bilinear": "triangle",
    "bicubic": "keyscubic",
    "lanczos3": "lanczos3",
    "lanczos5": "lanczos5",
    "gaussian": "gaussian",
    "mitchellcubic": "mitchellcubic",
}


def _resize(images, size, method, antialias):
    if method == "nearest":
        return tf.raw_ops.ResizeNearestNeighbor(images=images, size=size, half_pixel_centers=True)
    if method == "area":
        return tf.raw_ops.ResizeArea(images=images, size=size)
    if method == "bilinear" and not antialias:
        return tf.raw_ops.ResizeBilinear(images=images, size=size, half_pixel_centers=True)
    if method == "bicubic" and not antialias:
        return tf.raw_ops.ResizeBicubic(images=images, size=size, half_pixel_centers=True)
    if method not in _KERNELS:
        raise ValueError(f"method is nearest, area or one of {sorted(_KERNELS)}, got {method!r}")
    scale = tf.cast(size, dtype=tf.float32) / tf.cast(tf.shape(images)[1:3], dtype=tf.float32)
    return tf.raw_ops.ScaleAndTranslate(
        images=images,
        size=size,
        scale=scale,
        translation=tf.zeros([2]),
        kernel_type=_KERNELS[method],
        antialias=antialias,
    )


@export("image.resize_with_pad")
def resize_with_pad(image, target_height, target_width, method="bilinear", antialias=False):
    """image scaled to fit, with its proportions, and filled with zeros around its middle."""
    with tf.name_scope("resize_image_with_pad"):
        image, is_batch = _as_batch(image)
        checks = _check_image(image)
        checks += check(target_width > 0, "target_width must be > 0.")
        checks += check(target_height > 0, "target_height must be > 0.")
        image = tf.internal.with_dependencies(checks, image)
        batch, height, width, depth = _dimensions(image)
        height = tf.cast(height, dtype=tf.float32)
        width = tf.cast(width, dtype=tf.float32)
        full_height = tf.cast(target_height, dtype=tf.float32)
        full_width = tf.cast(target_width, dtype=tf.float32)
        ratio = tf.math.maximum(width / full_width, height / full_height)
        height = height / ratio
        width = width / ratio
        size = [tf.cast(tf.math.floor(length), dtype=tf.int32) for length in (height, width)]
        above = (full_height - height) / 2
        left = (full_width - width) / 2
        above = tf.math.floor(above)
        left = tf.math.floor(left)
        above = tf.math.maximum(0, tf.cast(above, dtype=tf.int32))
        left = tf.math.maximum(0, tf.cast(left, dtype=tf.int32))
        resized = resize(image, size, method, antialias=antialias)
        padded = pad_to_bounding_box(resized, above, left, target_height, target_width)
        _dimensions(padded)
        return padded if is_batch else tf.squeeze(padded, axis=[0])


def _random_crop(value, size, uniform, name):
    with tf.name_scope(name or "random_crop") as scope:
        value = tf.convert_to_tensor(value, name="value")
        size = tf.convert_to_tensor(size, dtype=tf.int32, name="size")
        shape = tf.shape(value)
        fits = tf.math.reduce_all(shape >= size)
        assertion = tf.debugging.Assert(fits, ["Need value.shape >= size, got ", shape, size], summarize=1000)
        shape = tf.internal.with_dependencies([assertion], shape)
        limit = shape - size + 1
        offset = uniform(tf.shape(shape)) % limit
        return tf.slice(value, offset, size, name=scope)


@export("image.random_crop")
def random_crop(value, size, seed=None, name=None):
    """A part of value, of the given size, from a random place."""
    uniform = lambda shape: tf.random.uniform(shape, maxval=tf.int32.max, dtype=tf.int32, seed=seed)
    return _random_crop(value, size, uniform, name)


@export("image.stateless_random_crop")
def stateless_random_crop(value, size, seed, name=None):
    """A part of value, of the given size, from a place that seed decides."""
    uniform = lambda shape: tf.random.stateless_uniform(shape, seed, maxval=tf.int32.max, dtype=tf.int32)
    return _random_crop(value, size, uniform, name)


def _numbers(values):
    """values for an attribute; tensors among them have to be known while tracing."""
    if not isinstance(values, (list, tuple)):
        return values
    numbers = [tf.internal.static_value(v) for v in values]
    if None in numbers:
        raise TypeError(f"an attribute is known while tracing, got {values}")
    return numbers


@export("image.extract_patches")
def extract_patches(images, sizes, strides, rates, padding, name=None):
    """The windows of images, each flattened into the depth of one pixel."""
    return tf.raw_ops.ExtractImagePatches(
        images=images,
        ksizes=_numbers(sizes),
        strides=_numbers(strides),
        rates=_numbers(rates),
        padding=padding,
        name=name,
    )
