import tensorflow as tf


def _example(x, label=None):
    feature = {"x": tf.train.Feature(float_list=tf.train.FloatList(value=x))}
    if label:
        feature["label"] = tf.train.Feature(bytes_list=tf.train.BytesList(value=[label]))
    return tf.train.Example(features=tf.train.Features(feature=feature)).SerializeToString()


INPUTS = {"serialized": [[_example([1., 2.], b"a"), _example([3., 4.])], [_example([0., 1.], b"b")], [b"broken"]]}


class Model(tf.Module):
    def __init__(self):
        self.w = tf.Variable([[1.], [2.]], name="w")

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def serve(self, serialized):
        parsed = tf.io.parse_example(serialized, {
            "x": tf.io.FixedLenFeature([2], tf.float32),
            "label": tf.io.FixedLenFeature([], tf.string, default_value="none"),
        })
        return {"score": parsed["x"] @ self.w, "label": parsed["label"]}


def build():
    return Model()
