"""tf.image, tf.io: decoding and encoding of image files."""

from tfsave import export, tf


@export("io.decode_jpeg", "image.decode_jpeg")
def decode_jpeg(
    contents,
    channels=0,
    ratio=1,
    fancy_upscaling=True,
    try_recover_truncated=False,
    acceptable_fraction=1,
    dct_method="",
    name=None,
):
    """The pixels of a JPEG file."""
    return tf.raw_ops.DecodeJpeg(
        contents=contents,
        channels=channels,
        ratio=ratio,
        fancy_upscaling=fancy_upscaling,
        try_recover_truncated=try_recover_truncated,
        acceptable_fraction=acceptable_fraction,
        dct_method=dct_method,
        name=name,
    )


@export("io.decode_and_crop_jpeg", "image.decode_and_crop_jpeg")
def decode_and_crop_jpeg(
    contents,
    crop_window,
    channels=0,
    ratio=1,
    fancy_upscaling=True,
    try_recover_truncated=False,
    acceptable_fraction=1,
    dct_method="",
    name=None,
):
    """The pixels of a part of a JPEG file; crop_window is y, x, height, width."""
    return tf.raw_ops.DecodeAndCropJpeg(
        contents=contents,
        crop_window=crop_window,
        channels=channels,
        ratio=ratio,
        fancy_upscaling=fancy_upscaling,
        try_recover_truncated=try_recover_truncated,
        acceptable_fraction=acceptable_fraction,
        dct_method=dct_method,
        name=name,
    )


@export("io.decode_png", "image.decode_png")
def decode_png(contents, channels=0, dtype=tf.uint8, name=None):
    """The pixels of a PNG file."""
    return tf.raw_ops.DecodePng(contents=contents, channels=channels, dtype=dtype, name=name)


@export("io.decode_bmp", "image.decode_bmp")
def decode_bmp(contents, channels=0, name=None):
    """The pixels of a BMP file."""
    return tf.raw_ops.DecodeBmp(contents=contents, channels=channels, name=name)


@export("io.decode_gif", "image.decode_gif")
def decode_gif(contents, name=None):
    """The pixels of all frames of a GIF file."""
    return tf.raw_ops.DecodeGif(contents=contents, name=name)


@export("io.decode_webp", "image.decode_webp")
def decode_webp(contents, channels=0, dtype=tf.uint8, name=None):
    """The pixels of all frames of a WebP file."""
    return tf.raw_ops.DecodeWebP(contents=contents, channels=channels, dtype=dtype, name=name)


@export("io.decode_jxl", "image.decode_jxl")
def decode_jxl(contents, channels=0, dtype=tf.uint8, name=None):
    """The pixels of a JPEG XL file."""
    return tf.raw_ops.DecodeJxl(contents=contents, channels=channels, dtype=dtype, name=name)


@export("io.decode_image", "image.decode_image")
def decode_image(contents, channels=None, dtype=tf.uint8, name=None, expand_animations=True):
    """The pixels of an image file; of animations all frames, or with expand_animations=False the first."""
    with tf.name_scope(name or "decode_image"):
        channels = 0 if channels is None else channels
        decoded_dtype = dtype if dtype in (tf.float32, tf.uint8, tf.uint16) else tf.uint16
        image = tf.raw_ops.DecodeImage(
            contents=contents, channels=channels, expand_animations=expand_animations, dtype=decoded_dtype
        )
        if decoded_dtype != dtype:
            image = tf.image.convert_image_dtype(image, dtype)
        if not expand_animations:
            image.set_shape([None, None, channels or None])
        return image


@export("io.encode_jpeg", "image.encode_jpeg")
def encode_jpeg(
    image,
    format="",
    quality=95,
    progressive=False,
    optimize_size=False,
    chroma_downsampling=True,
    density_unit="in",
    x_density=300,
    y_density=300,
    xmp_metadata="",
    name=None,
):
    """A JPEG file."""
    return tf.raw_ops.EncodeJpeg(
        image=image,
        format=format,
        quality=quality,
        progressive=progressive,
        optimize_size=optimize_size,
        chroma_downsampling=chroma_downsampling,
        density_unit=density_unit,
        x_density=x_density,
        y_density=y_density,
        xmp_metadata=xmp_metadata,
        name=name,
    )


@export("io.encode_png", "image.encode_png")
def encode_png(image, compression=-1, name=None):
    """A PNG file."""
    return tf.raw_ops.EncodePng(image=tf.convert_to_tensor(image), compression=compression, name=name)


@export("io.extract_jpeg_shape", "image.extract_jpeg_shape")
def extract_jpeg_shape(contents, output_type=tf.int32, name=None):
    """Height, width and channels of a JPEG file, without decoding it."""
    return tf.raw_ops.ExtractJpegShape(contents=contents, output_type=output_type, name=name)


@export("io.is_jpeg", "image.is_jpeg")
def is_jpeg(contents, name=None):
    """Whether a file begins as a JPEG file does."""
    with tf.name_scope(name or "is_jpeg"):
        start = tf.strings.substr(contents, 0, 3)
        return tf.math.equal(start, b"\xff\xd8\xff", name=name)
