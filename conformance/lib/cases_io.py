"""Cases of tf.io without the parsing of examples."""

import base64
import gzip
import struct
import zlib

import numpy as np

from cases import const, f32, i32, i64, s, u8, u16

PNG = ("iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAFklEQVR4nGP8z8DAwMDAxMDAwMDAAAANHQEDasKb6QAAAABJRU5ErkJggg==")
GIF = "R0lGODdhAQABAIAAAAAAAP///ywAAAAAAQABAAACAkQBADs="
# A 2×2 image of 24 bits a pixel.
BMP = b"BM" + struct.pack("<IHHIIiiHHIIiiII", 70, 0, 0, 54, 40, 2, 2, 1, 24, 0, 16, 0, 0, 0, 0) + bytes(range(16))


def one(data):
    return const(data, "string")


CASES = [
    ("tf.io.serialize_tensor(x)", dict(x=f32(2, 3))),
    ("tf.io.parse_tensor(tf.io.serialize_tensor(x, name='n'), tf.string)", dict(x=s(2))),
    ("tf.io.parse_tensor(x, out_type=tf.int32)", dict(x=one(b"\x08\x03\x12\x04\x12\x02\x08\x02\x3a\x02\x05\x06"))),
    ("tf.io.encode_base64(x)", dict(x=s(3))),
    ("tf.io.encode_base64(x, pad=True, name='n')", dict(x=s(2, 2))),
    ("tf.io.decode_base64(x)", dict(x=const([base64.urlsafe_b64encode(b"hello"), b"YWI"], "string"))),
    ("tf.io.decode_compressed(x, compression_type='GZIP')", dict(x=const([gzip.compress(b"abc", mtime=0)], "string"))),
    ("tf.io.decode_compressed(x, 'ZLIB')", dict(x=const([[zlib.compress(b"abc")]], "string"))),
    ("tf.io.decode_raw(x, tf.uint8)", dict(x=const([b"abcd", b"efgh"], "string"))),
    ("tf.io.decode_raw(x, tf.int16, little_endian=False)", dict(x=one(b"abcd"))),
    ("tf.io.decode_raw(x, tf.int32, fixed_length=8)", dict(x=const([b"abcd", b"efghijkl"], "string"))),
    ("tf.io.decode_csv(x, [0, 'a', 1.5])", dict(x=const(["1,b,2", "3,,"], "string"))),
    ("tf.io.decode_csv(x, [[0], ['']], field_delim=';', use_quote_delim=False, na_value='NA', select_cols=[0, 2])",
     dict(x=const(["1;b;\"c\"", "NA;d;e"], "string"))),
    ("tf.io.decode_csv(x, [0, 1], select_cols=[2, 0])", dict(x=s(1)), {"raises": True}),
    ("tf.io.decode_json_example(x)", dict(x=const(['{"features":{"feature":{"a":{"int64List":{"value":["1"]}}}}}'], "string"))),
    ("tf.io.decode_proto(x, 'tensorflow.Summary.Image', ['height', 'width'], [tf.int32, tf.int32])",
     dict(x=const([b"\x08\x02\x10\x03"], "string"))),
    ("tf.io.encode_proto(n, [h, w], ['height', 'width'], 'tensorflow.Summary.Image')",
     dict(n=const([[1, 1]], "int32"), h=const([[2]], "int32"), w=const([[3]], "int32"))),
    ("tf.io.serialize_sparse(tf.SparseTensor(i, x, [3, 4]))", dict(i=i64(2, 2, low=0, high=3), x=f32(2))),
    ("tf.io.serialize_many_sparse(tf.SparseTensor([[0, 1], [2, 3]], x, [3, 4]), out_type=tf.string, name='n')", dict(x=s(2))),
    ("tf.io.deserialize_many_sparse(tf.io.serialize_many_sparse(tf.SparseTensor([[0, 1], [2, 3]], x, [3, 4])), tf.int32, rank=2)",
     dict(x=i32(2))),
    ("tf.io.matching_files(x)", dict(x=one("/no/such/*.file"))),
    ("tf.io.read_file(x)", dict(x=one("/no/such/file")), {"raises": True}),
    ("tf.io.write_file(x, 'text', name='n')", dict(x=one("/proc/no/such/file")), {"raises": True}),
    ("tf.io.decode_png(x)", dict(x=one(base64.b64decode(PNG)))),
    ("tf.image.decode_png(x, channels=3, dtype=tf.uint16, name='n')", dict(x=one(base64.b64decode(PNG)))),
    ("tf.io.decode_png(tf.io.encode_png(x))", dict(x=u8(3, 4, 1))),
    ("tf.image.decode_png(tf.image.encode_png(x, compression=3), dtype=tf.uint16)", dict(x=u16(3, 4, 3))),
    ("tf.io.decode_jpeg(tf.io.encode_jpeg(x))", dict(x=u8(3, 4, 3))),
    ("tf.image.decode_jpeg(tf.image.encode_jpeg(x, quality=80, format='grayscale'), channels=1, ratio=2, dct_method='INTEGER_FAST')",
     dict(x=u8(4, 4, 1))),
    ("tf.io.decode_and_crop_jpeg(tf.io.encode_jpeg(x), [1, 1, 2, 3])", dict(x=u8(4, 4, 3))),
    ("tf.io.extract_jpeg_shape(tf.io.encode_jpeg(x))", dict(x=u8(4, 5, 3))),
    ("tf.image.extract_jpeg_shape(tf.io.encode_jpeg(x), output_type=tf.int64)", dict(x=u8(4, 5, 3))),
    ("tf.io.is_jpeg(tf.io.encode_jpeg(x)), tf.image.is_jpeg('no', name='n')", dict(x=u8(4, 5, 3))),
    ("tf.io.decode_bmp(x)", dict(x=one(BMP))),
    ("tf.io.decode_gif(x)", dict(x=one(base64.b64decode(GIF)))),
    ("tf.io.decode_webp(x)", dict(x=one("no image")), {"raises": True, "reason": "TensorFlow has no WebP encoder"}),
    ("tf.io.decode_jxl(x, channels=3)", dict(x=one("no image")), {"raises": True, "reason": "TensorFlow has no JPEG XL encoder"}),
    ("tf.io.decode_image(tf.io.encode_png(x))", dict(x=u8(3, 4, 3))),
    ("tf.image.decode_image(tf.io.encode_png(x), channels=1, expand_animations=False)", dict(x=u8(3, 4, 1))),
    ("tf.io.decode_image(tf.io.encode_png(x), dtype=tf.float32)", dict(x=u8(3, 4, 3))),
    ("tf.io.decode_image(tf.io.encode_png(x), dtype=tf.float64, expand_animations=False, name='n')", dict(x=u8(3, 4, 3))),
]
