"""Writes the checkpoint in internal/weights/testdata/checkpoint with TensorFlow.

Run: python conformance/goldens/checkpoint.py   (TensorFlow 2.21)
"""

import os
import pathlib

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import tensorflow as tf

OUT = pathlib.Path(__file__).parents[2] / "internal/weights/testdata/checkpoint"


def main():
    layer = tf.Module()
    layer.kernel = tf.Variable([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    layer.half = tf.Variable([1, -2], dtype=tf.bfloat16)
    root = tf.Module()
    root.layer = layer
    root.words = tf.Variable(["a", "", "longer"])
    root.step = tf.Variable(7, dtype=tf.int64)
    # One above another: the file "checkpoint" names the latest.
    manager = tf.train.CheckpointManager(tf.train.Checkpoint(model=root), str(OUT), max_to_keep=1)
    manager.save()
    root.step.assign(8)
    manager.save()


main()
