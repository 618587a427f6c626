"""Replays recorded calls in whatever TensorFlow is installed: tf.saved_model.load, or with --lite a converted model.

    replay_tf.py [--lite] LIST     see suite/callfile.py
"""

import os
import pathlib
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import tensorflow as tf

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from suite import callfile


def load(directory):
    """A function of (key, feeds) for each model."""
    model = tf.saved_model.load(directory)
    return lambda key, feeds: model.signatures[key](**{k: tf.constant(v) for k, v in feeds.items()})


def convert(directory):
    converter = tf.lite.TFLiteConverter.from_saved_model(directory)
    interpreter = tf.lite.Interpreter(model_content=converter.convert())
    return lambda key, feeds: interpreter.get_signature_runner(key)(**feeds)


def main():
    print("version", tf.__version__)
    open_model = convert if "--lite" in sys.argv else load
    for line in pathlib.Path(sys.argv[-1]).read_text().splitlines():
        name, directory, calls, _ = line.split(" ")
        print("\nmodel", name, flush=True)
        try:
            run = open_model(directory)
            for key, feeds, outputs in callfile.read(pathlib.Path(calls).read_text()):
                found = run(key, feeds)
                callfile.show(key, {k: found[k] for k in outputs if k in found})
        except Exception as e:
            print("error", " ".join(str(e).split()), flush=True)


if __name__ == "__main__":
    main()
