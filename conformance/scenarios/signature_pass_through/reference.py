import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32), tf.TensorSpec([None], tf.float32),
                                  tf.TensorSpec([None], tf.string)])
    def f(self, used, unused, passed):
        return {"used": used, "passed": passed, "again": passed, "two": used + used}


def build():
    return Model()
