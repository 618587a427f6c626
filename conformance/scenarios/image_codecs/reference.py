import tensorflow as tf

SKIP = {"tf2.4": "Java has no type for uint16"}
SIZES = [1]


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([4, 6, 3], tf.uint8)])
    def f(self, image):
        png = tf.io.encode_png(image)
        jpeg = tf.io.encode_jpeg(image, quality=100, format="rgb", chroma_downsampling=False)
        sent = tf.io.encode_base64(png)
        received = tf.io.decode_base64(sent)
        return {
            "png": tf.io.decode_png(png), "gray": tf.io.decode_png(png, channels=1),
            "any": tf.io.decode_image(received, channels=3, expand_animations=False),
            "jpeg": tf.cast(tf.io.decode_jpeg(jpeg), tf.int32) // 64, "is": tf.io.is_jpeg(jpeg),
            "shape": tf.io.extract_jpeg_shape(jpeg), "image": tf.image.decode_png(png, dtype=tf.uint16),
            "crop": tf.io.decode_and_crop_jpeg(jpeg, [1, 1, 2, 2]) // 128,
        }


def build():
    return Model()
