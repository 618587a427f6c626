import pathlib

import numpy as np
import safetensors.numpy
import tensorflow as tf

SPEC = "specs/digits/digits.yaml"
INPUTS = {"image": lambda rng, shape: rng.integers(0, 17, shape)}
_FOLDER = pathlib.Path(__file__).resolve().parents[3] / "specs" / "digits"


class Digits(tf.Module):
    def __init__(self):
        layers, pixels = safetensors.numpy.load_file(_FOLDER / "digits.safetensors"), np.load(_FOLDER / "digits.npz")
        self.pixels, self.hidden, self.output = tf.Module(), tf.Module(), tf.Module()
        self.pixels.mean = tf.Variable(pixels["mean"], trainable=False, name="mean")
        self.pixels.scale = tf.Variable(pixels["scale"], trainable=False, name="scale")
        for name, layer in (("hidden", self.hidden), ("output", self.output)):
            layer.w = tf.Variable(layers[f"{name}.weight"].T, name="w")
            layer.b = tf.Variable(layers[f"{name}.bias"], name="b")

    @tf.function(input_signature=[tf.TensorSpec([None, 64], tf.float32)])
    def logits(self, image):
        x = (image - self.pixels.mean) / self.pixels.scale
        h = tf.nn.relu(x @ self.hidden.w + self.hidden.b)
        return h @ self.output.w + self.output.b

    @tf.function(input_signature=[tf.TensorSpec([None, 64], tf.float32)])
    def classify(self, image):
        p = tf.nn.softmax(self.logits(image))
        return {"probabilities": p, "class": tf.argmax(p, axis=1)}


def build():
    model = Digits()
    return model, {"serving_default": model.classify, "logits": model.logits}
