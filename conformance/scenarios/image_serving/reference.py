import base64
import struct
import zlib

import tensorflow as tf

SIZES = [1]


def _png(value):
    """A picture of four by four pixels, all of one gray."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    rows = b"".join(b"\0" + bytes([value]) * 12 for _ in range(4))
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0)) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return base64.urlsafe_b64encode(data).rstrip(b"=")


INPUTS = {"images": [[_png(10), _png(200)]]}


class Model(tf.Module):
    def __init__(self):
        self.names = ('dark', 'light')
        self.weights = tf.Variable([[-1.0, 1.0], [-1.0, 1.0], [-1.0, 1.0]], name="weights")

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def serve(self, images):
        def prepare(text):
            image = tf.io.decode_image(tf.io.decode_base64(text), channels=3, expand_animations=False)
            image = tf.image.convert_image_dtype(image, tf.float32)
            image = tf.image.resize(image, [8, 8])
            return tf.ensure_shape(image, [8, 8, 3])

        batch = tf.map_fn(prepare, images, fn_output_signature=tf.TensorSpec([8, 8, 3], tf.float32))
        logits = (tf.reduce_mean(batch, axis=[1, 2]) - 0.5) @ self.weights
        scores, classes = tf.math.top_k(tf.nn.softmax(logits), k=1)
        return {"label": tf.gather(self.names, classes[:, 0]), "score": scores[:, 0]}


def build():
    return Model()
