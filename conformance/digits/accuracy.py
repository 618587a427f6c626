"""Accuracy of the exported digits classifier on the images held back: TensorFlow's, from the export, and NumPy's.

    python conformance/digits/accuracy.py EXPORT

Both must say the same class of every image. Closes with "N passed, N failed".
"""

import os
import pathlib
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import numpy as np
import safetensors.numpy
import sklearn.datasets
import tensorflow as tf

ROOT = pathlib.Path(__file__).resolve().parents[2]


def numpy_classes(images):
    layers = safetensors.numpy.load_file(ROOT / "specs" / "digits" / "digits.safetensors")
    pixels = np.load(ROOT / "specs" / "digits" / "digits.npz")
    x = (images - pixels["mean"]) / pixels["scale"]
    hidden = np.maximum(x @ layers["hidden.weight"].T + layers["hidden.bias"], 0)
    return (hidden @ layers["output.weight"].T + layers["output.bias"]).argmax(axis=1)


def main():
    images, labels = sklearn.datasets.load_digits(return_X_y=True)
    held_out = np.load(pathlib.Path(__file__).with_name("held_out.npy"))
    images, labels = images[held_out].astype(np.float32), labels[held_out]
    served = tf.saved_model.load(sys.argv[1]).signatures["serving_default"](image=tf.constant(images))
    ours, theirs = served["class"].numpy(), numpy_classes(images)
    for name, classes in (("the export in TensorFlow", ours), ("NumPy", theirs)):
        print(f"{name}: accuracy {(classes == labels).mean():.4f} on {len(labels)} images")
    same = int((ours == theirs).sum())
    print(f"{same} passed, {len(labels) - same} failed")
    return 0 if same == len(labels) else 1


if __name__ == "__main__":
    sys.exit(main())
