"""Cases of internal/trace/lib/image_codec.py."""

from cases import const, s, u16, u8

# A GIF of one red pixel, and a BMP of one pixel, bottom up, padded to four bytes.
GIF = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\x00\x00\x00\x00\x00!\xf9\x04\x00\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
BMP = b"BM" + bytes([58, 0, 0, 0, 0, 0, 0, 0, 54, 0, 0, 0, 40, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 24, 0] + [0] * 24 + [7, 8, 9, 0])

CASES = [
    ("tf.io.encode_jpeg(x)", dict(x=u8(4, 5, 3))),
    ("tf.image.encode_jpeg(x, quality=50, optimize_size=True, format='rgb', name='e')", dict(x=u8(4, 5, 3))),
    ("tf.io.decode_jpeg(tf.io.encode_jpeg(x))", dict(x=u8(16, 16, 3))),
    ("tf.image.decode_jpeg(tf.io.encode_jpeg(x), channels=1, ratio=2, dct_method='INTEGER_ACCURATE', name='d')", dict(x=u8(16, 16, 3))),
    ("tf.io.decode_and_crop_jpeg(tf.io.encode_jpeg(x), [1, 2, 3, 4])", dict(x=u8(16, 16, 3))),
    ("tf.image.decode_and_crop_jpeg(tf.io.encode_jpeg(x), w, channels=3, name='d')", dict(x=u8(16, 16, 3), w=const([0, 0, 5, 5], "int32"))),
    ("tf.io.extract_jpeg_shape(tf.io.encode_jpeg(x))", dict(x=u8(16, 16, 3))),
    ("tf.image.extract_jpeg_shape(tf.io.encode_jpeg(x), output_type=tf.int64, name='s')", dict(x=u8(16, 16, 1))),
    ("tf.io.encode_png(x)", dict(x=u8(4, 5, 3))),
    ("tf.image.encode_png(x, compression=9, name='e')", dict(x=u16(2, 4, 5, 4))),
    ("tf.io.decode_png(tf.io.encode_png(x))", dict(x=u8(4, 5, 3))),
    ("tf.image.decode_png(tf.io.encode_png(x), channels=1, dtype=tf.uint16, name='d')", dict(x=u16(4, 5, 1))),
    ("tf.io.decode_gif(x)", dict(x=const(GIF, "string"))),
    ("tf.image.decode_gif(x, name='d')", dict(x=const(GIF, "string"))),
    ("tf.io.decode_bmp(x)", dict(x=const(BMP, "string"))),
    ("tf.image.decode_bmp(x, channels=3, name='d')", dict(x=const(BMP, "string"))),
    ("tf.io.decode_webp(x, channels=3)", dict(x=const(BMP, "string")), dict(raises=True, reason="no WebP file here")),
    ("tf.image.decode_webp(x, dtype=tf.float32, name='d')", dict(x=const(BMP, "string")), dict(raises=True, reason="no WebP file here")),
    ("tf.io.decode_jxl(x, channels=3)", dict(x=const(BMP, "string")), dict(raises=True, reason="no JPEG XL file here")),
    ("tf.image.decode_jxl(x, dtype=tf.float32, name='d')", dict(x=const(BMP, "string")), dict(raises=True, reason="no JPEG XL file here")),
    ("tf.io.decode_image(tf.io.encode_png(x))", dict(x=u8(4, 5, 3))),
    ("tf.image.decode_image(x, dtype=tf.float32, expand_animations=False, name='d')", dict(x=const(GIF, "string"))),
    ("tf.image.decode_image(tf.io.encode_jpeg(x), 3, tf.uint32, expand_animations=False)", dict(x=u8(4, 5, 3))),
    ("tf.io.is_jpeg(x)", dict(x=s(3))),
    ("tf.image.is_jpeg(tf.io.encode_jpeg(x), name='i')", dict(x=u8(4, 5, 3))),
]
