import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def f(self, text):
        codes = tf.sparse.from_dense(tf.strings.unicode_decode(text, "UTF-8").to_tensor())
        return {
            "fast": tf.strings.to_hash_bucket_fast(text, 1000),
            "strong": tf.strings.to_hash_bucket_strong(text, 1000, [1, 2]),
            "legacy": tf.strings.to_hash_bucket(text, num_buckets=50),
            "joined": tf.strings.to_hash_bucket_fast(tf.strings.join([text, text], "&"), 7),
            "encoded": tf.io.encode_base64(text, pad=True), "decoded": tf.io.decode_base64(tf.io.encode_base64(text)),
            "distance": tf.edit_distance(codes, codes, normalize=False),
        }


def build():
    return Model()
