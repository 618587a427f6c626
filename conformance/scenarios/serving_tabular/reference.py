import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.bounds = (18.0, 30.0, 50.0)
        self.wide = tf.Variable([0.1, -0.2, 0.3, 0.0, 0.5, -0.4, 0.2, 0.1], name="wide")
        self.deep = tf.Variable([[0.5], [-0.5], [0.25], [0.1], [0.2], [0.3]], name="deep")

    @tf.function(input_signature=[
        tf.TensorSpec([None], tf.float32), tf.TensorSpec([None], tf.float32), tf.TensorSpec([None], tf.string),
    ])
    def predict(self, age, income, city):
        bucket = tf.searchsorted(self.bounds, age * 50., side="right")
        same = tf.raw_ops.Bucketize(input=age * 50., boundaries=self.bounds)
        scaled = tf.stack([(age - 0.5) / 0.3, tf.math.log1p(tf.abs(income))], axis=1)
        crossed = tf.strings.to_hash_bucket_fast(tf.strings.join([city, tf.strings.as_string(bucket)], "_x_"), 8)
        features = tf.concat([scaled, tf.one_hot(bucket, 4)], axis=1)
        logit = tf.squeeze(features @ self.deep, 1) + tf.gather(self.wide, crossed)
        return {"probability": tf.sigmoid(logit), "bucket": same}


def build():
    return Model()
