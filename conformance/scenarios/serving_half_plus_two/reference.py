import tensorflow as tf


def _example(x):
    feature = {"x": tf.train.Feature(float_list=tf.train.FloatList(value=x))} if x else {}
    return tf.train.Example(features=tf.train.Features(feature=feature)).SerializeToString()


class Model(tf.Module):
    def __init__(self):
        self.a = tf.Variable(0.5, name="a")
        self.b = tf.Variable(2., name="b")
        self.c = tf.Variable(3., name="c")

    @tf.function(input_signature=[tf.TensorSpec([None, 1], tf.float32)])
    def predict(self, x):
        return {"y": self.a * x + self.b}

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def regress(self, inputs):
        x = tf.io.parse_example(inputs, {"x": tf.io.FixedLenFeature([1], tf.float32, default_value=[0.])})["x"]
        return {"outputs": self.a * x + self.b}

    @tf.function(input_signature=[tf.TensorSpec([None, 1], tf.float32)])
    def classify(self, inputs):
        return {"scores": self.a * inputs + self.c}


INPUTS = {"inputs": lambda rng, shape: rng.normal(size=shape) if len(shape) == 2 else [_example([float(i)] if i else None) for i in range(shape[0])]}


def build():
    model = Model()
    return model, {"serving_default": model.predict, "regress_x_to_y": model.regress, "classify_x_to_y": model.classify}
