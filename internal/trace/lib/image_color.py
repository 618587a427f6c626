"""tf.image: color spaces, brightness, contrast and the like."""

from tfsave import export, tf


@export("image.convert_image_dtype")
def convert_image_dtype(image, dtype, saturate=False, name=None):
    """image with its values scaled to the range of dtype, which for floating point numbers is 0 to 1."""
    image = tf.convert_to_tensor(image, name="image")
    dtype = tf.as_dtype(dtype)
    for either in (dtype, image.dtype):
        if not either.is_floating and not either.is_integer:
            raise TypeError(f"an image is of integers or floating point numbers, got {either.name}")
    if dtype == image.dtype:
        return tf.identity(image, name=name)
    convert = tf.saturate_cast if saturate else tf.cast
    with tf.name_scope(name or "convert_image") as scope:
        if dtype.is_floating:
            if image.dtype.is_floating:
                return tf.cast(image, dtype, name=scope)
            result = tf.cast(image, dtype)
            return tf.math.multiply(result, 1.0 / image.dtype.max, name=scope)
        if image.dtype.is_floating:
            scaled = tf.math.multiply(image, dtype.max + 0.5)
            return convert(scaled, dtype, name=scope)
        if image.dtype.max > dtype.max:
            scaled = tf.math.floordiv(image, (image.dtype.max + 1) // (dtype.max + 1))
            return convert(scaled, dtype, name=scope)
        result = convert(image, dtype)
        return tf.math.multiply(result, (dtype.max + 1) // (image.dtype.max + 1), name=scope)


def _as_float(image):
    """image as floating point numbers that adjustments are made on."""
    return image if image.dtype in (tf.float16, tf.float32) else convert_image_dtype(image, tf.float32)


@export("image.adjust_brightness")
def adjust_brightness(image, delta):
    """image with delta added."""
    with tf.name_scope("adjust_brightness") as scope:
        image = tf.convert_to_tensor(image, name="image")
        values = _as_float(image)
        adjusted = tf.math.add(values, tf.cast(delta, values.dtype), name=scope)
        return convert_image_dtype(adjusted, image.dtype, saturate=True)


@export("image.adjust_contrast")
def adjust_contrast(images, contrast_factor):
    """images with the distance from the mean of their channel scaled."""
    with tf.name_scope("adjust_contrast") as scope:
        images = tf.convert_to_tensor(images, name="images")
        adjusted = tf.raw_ops.AdjustContrastv2(
            images=_as_float(images), contrast_factor=contrast_factor, name=scope
        )
        return convert_image_dtype(adjusted, images.dtype, saturate=True)


@export("image.adjust_gamma")
def adjust_gamma(image, gamma=1, gain=1):
    """gain * image ** gamma."""
    with tf.name_scope("adjust_gamma"):
        image = tf.convert_to_tensor(image, name="image")
        values = _as_float(image)
        checks = tf.internal.image_check(gamma >= 0, "Gamma should be a non-negative real number.")
        if checks:
            gamma = tf.internal.with_dependencies(checks, gamma)
        return convert_image_dtype(gain * values**gamma, image.dtype, saturate=True)


@export("image.adjust_hue")
def adjust_hue(image, delta, name=None):
    """image with its hue turned by delta, where 1 is all around."""
    with tf.name_scope(name or "adjust_hue"):
        image = tf.convert_to_tensor(image, name="image")
        adjusted = tf.raw_ops.AdjustHue(images=_as_float(image), delta=delta)
        return convert_image_dtype(adjusted, image.dtype)


@export("image.adjust_saturation")
def adjust_saturation(image, saturation_factor, name=None):
    """image with its saturation scaled."""
    with tf.name_scope(name or "adjust_saturation"):
        image = tf.convert_to_tensor(image, name="image")
        adjusted = tf.raw_ops.AdjustSaturation(images=_as_float(image), scale=saturation_factor)
        return convert_image_dtype(adjusted, image.dtype)


@export("image.adjust_jpeg_quality")
def adjust_jpeg_quality(image, jpeg_quality, dct_method="", name=None):
    """image after a JPEG encoding of the given quality."""
    with tf.name_scope(name or "adjust_jpeg_quality"):
        image = tf.convert_to_tensor(image, name="image")
        channels = image.shape.as_list()[-1]
        dtype = image.dtype
        image = convert_image_dtype(image, tf.uint8, saturate=True)
        if not isinstance(jpeg_quality, (tf.Tensor, tf.Variable)):
            jpeg_quality = tf.convert_to_tensor(jpeg_quality, dtype=tf.int32)
        encoded = tf.raw_ops.EncodeJpegVariableQuality(images=image, quality=jpeg_quality)
        decoded = tf.raw_ops.DecodeJpeg(contents=encoded, channels=channels or 0, dct_method=dct_method)
        return convert_image_dtype(decoded, dtype, saturate=True)


def _check_delta(max_delta, limit):
    if max_delta < 0 or (limit is not None and max_delta > limit):
        raise ValueError(f"max_delta is not negative and at most {limit}, got {max_delta}")


def _check_range(lower, upper):
    if lower < 0 or upper <= lower:
        raise ValueError(f"lower and upper are not negative and ascend, got {lower} and {upper}")


def _check_quality(lowest, highest):
    if not 0 <= lowest < highest <= 100:
        raise ValueError(f"the JPEG qualities are within 0 and 100 and ascend, got {lowest} and {highest}")


@export("image.random_brightness")
def random_brightness(image, max_delta, seed=None):
    """adjust_brightness by at most max_delta, up or down."""
    _check_delta(max_delta, None)
    return adjust_brightness(image, tf.random.uniform([], -max_delta, max_delta, seed=seed))


@export("image.stateless_random_brightness")
def stateless_random_brightness(image, max_delta, seed):
    """adjust_brightness by at most max_delta, up or down, as seed decides."""
    _check_delta(max_delta, None)
    return adjust_brightness(image, tf.random.stateless_uniform([], seed, -max_delta, max_delta))


@export("image.random_contrast")
def random_contrast(image, lower, upper, seed=None):
    """adjust_contrast by a factor between lower and upper."""
    _check_range(lower, upper)
    return adjust_contrast(image, tf.random.uniform([], lower, upper, seed=seed))


@export("image.stateless_random_contrast")
def stateless_random_contrast(image, lower, upper, seed):
    """adjust_contrast by a factor between lower and upper that seed decides."""
    _check_range(lower, upper)
    return adjust_contrast(image, tf.random.stateless_uniform([], seed, lower, upper))


@export("image.random_hue")
def random_hue(image, max_delta, seed=None):
    """adjust_hue by at most max_delta, either way."""
    _check_delta(max_delta, 0.5)
    return adjust_hue(image, tf.random.uniform([], -max_delta, max_delta, seed=seed))


@export("image.stateless_random_hue")
def stateless_random_hue(image, max_delta, seed):
    """adjust_hue by at most max_delta, either way, as seed decides."""
    _check_delta(max_delta, 0.5)
    return adjust_hue(image, tf.random.stateless_uniform([], seed, -max_delta, max_delta))


@export("image.random_saturation")
def random_saturation(image, lower, upper, seed=None):
    """adjust_saturation by a factor between lower and upper."""
    _check_range(lower, upper)
    return adjust_saturation(image, tf.random.uniform([], lower, upper, seed=seed))


@export("image.stateless_random_saturation")
def stateless_random_saturation(image, lower, upper, seed=None):
    """adjust_saturation by a factor between lower and upper that seed decides."""
    _check_range(lower, upper)
    return adjust_saturation(image, tf.random.stateless_uniform([], seed, lower, upper))


@export("image.random_jpeg_quality")
def random_jpeg_quality(image, min_jpeg_quality, max_jpeg_quality, seed=None):
    """adjust_jpeg_quality to a quality in a range."""
    _check_quality(min_jpeg_quality, max_jpeg_quality)
    quality = tf.random.uniform([], min_jpeg_quality, max_jpeg_quality, seed=seed, dtype=tf.int32)
    return adjust_jpeg_quality(image, quality)


@export("image.stateless_random_jpeg_quality")
def stateless_random_jpeg_quality(image, min_jpeg_quality, max_jpeg_quality, seed):
    """adjust_jpeg_quality to a quality in a range that seed decides."""
    _check_quality(min_jpeg_quality, max_jpeg_quality)
    quality = tf.random.stateless_uniform([], seed, min_jpeg_quality, max_jpeg_quality, dtype=tf.int32)
    return adjust_jpeg_quality(image, quality)


@export("image.per_image_standardization")
def per_image_standardization(image):
    """Each image with the mean 0 and the standard deviation 1."""
    with tf.name_scope("per_image_standardization") as scope:
        image = tf.convert_to_tensor(image, name="image")
        image = tf.internal.checked_image(image)
        image = tf.cast(image, dtype=tf.float32)
        pixels = tf.math.reduce_prod(tf.shape(image)[-3:])
        mean = tf.math.reduce_mean(image, axis=[-1, -2, -3], keepdims=True)
        deviation = tf.math.reduce_std(image, axis=[-1, -2, -3], keepdims=True)
        # A uniform image has no deviation to divide by.
        least = tf.math.rsqrt(tf.cast(pixels, tf.float32))
        deviation = tf.math.maximum(deviation, least)
        image -= mean
        return tf.math.divide(image, deviation, name=scope)


@export("image.rgb_to_grayscale")
def rgb_to_grayscale(images, name=None):
    """The luma of images, with one channel."""
    with tf.name_scope(name or "rgb_to_grayscale") as scope:
        images = tf.convert_to_tensor(images, name="images")
        values = convert_image_dtype(images, tf.float32)
        gray = tf.tensordot(values, [0.2989, 0.587, 0.114], [-1, -1])
        gray = tf.expand_dims(gray, -1)
        return convert_image_dtype(gray, images.dtype, name=scope)


def _check_grayscale(images):
    shape = images.shape.with_rank(2) if images.shape.rank is None else images.shape.with_rank_at_least(2)
    if shape.is_fully_defined():
        if shape[-1] != 1:
            raise ValueError(f"a grayscale image has one channel, got the shape {shape}")
        return []
    return [
        tf.debugging.assert_equal(
            tf.shape(images)[-1], 1, message="Last dimension of a grayscale image should be size 1."
        ),
        tf.debugging.assert_greater_equal(
            tf.rank(images), 3, message="A grayscale image must be at least two-dimensional."
        ),
    ]


@export("image.grayscale_to_rgb")
def grayscale_to_rgb(images, name=None):
    """images with their one channel three times."""
    with tf.name_scope(name or "grayscale_to_rgb") as scope:
        images = tf.internal.with_dependencies(_check_grayscale(images), images)
        images = tf.convert_to_tensor(images, name="images")
        outer = tf.expand_dims(tf.rank(images) - 1, 0)
        multiples = [tf.ones(outer, dtype=tf.int32)] + [tf.expand_dims(3, 0)]
        rgb = tf.tile(images, tf.concat(multiples, 0), name=scope)
        rgb.set_shape(images.shape[:-1].concatenate([3]))
        return rgb


@export("image.rgb_to_hsv")
def rgb_to_hsv(images, name=None):
    """Hue, saturation and value of images."""
    return tf.raw_ops.RGBToHSV(images=images, name=name)


@export("image.hsv_to_rgb")
def hsv_to_rgb(images, name=None):
    """The inverse of rgb_to_hsv."""
    return tf.raw_ops.HSVToRGB(images=images, name=name)


# One row for each channel of the input (ops/image_ops_impl.py, TensorFlow 2.21).
_RGB_TO_YIQ = [[0.299, 0.59590059, 0.2115], [0.587, -0.27455667, -0.52273617], [0.114, -0.32134392, 0.31119955]]
_YIQ_TO_RGB = [[1, 1, 1], [0.95598634, -0.27201283, -1.10674021], [0.6208248, -0.64720424, 1.70423049]]
_RGB_TO_YUV = [[0.299, -0.14714119, 0.61497538], [0.587, -0.28886916, -0.51496512], [0.114, 0.43601035, -0.10001026]]
_YUV_TO_RGB = [[1, 1, 1], [0, -0.394642334, 2.03206185], [1.13988303, -0.58062185, 0]]


def _mix_channels(images, kernel):
    images = tf.convert_to_tensor(images, name="images")
    kernel = tf.convert_to_tensor(kernel, dtype=images.dtype, name="kernel")
    if images.shape.rank is None:
        raise TypeError("a change of color space needs a known rank")
    return tf.tensordot(images, kernel, axes=[[images.shape.rank - 1], [0]])


@export("image.rgb_to_yiq")
def rgb_to_yiq(images):
    """Luma and chrominance of images as in NTSC."""
    return _mix_channels(images, _RGB_TO_YIQ)


@export("image.yiq_to_rgb")
def yiq_to_rgb(images):
    """The inverse of rgb_to_yiq."""
    return _mix_channels(images, _YIQ_TO_RGB)


@export("image.rgb_to_yuv")
def rgb_to_yuv(images):
    """Luma and chrominance of images as in PAL."""
    return _mix_channels(images, _RGB_TO_YUV)


@export("image.yuv_to_rgb")
def yuv_to_rgb(images):
    """The inverse of rgb_to_yuv."""
    return _mix_channels(images, _YUV_TO_RGB)
