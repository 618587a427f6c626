"""Writes the names of Keras's layers and ops, as internal/keras/classes.txt has them.

    python conformance/keras/classes.py > internal/keras/classes.txt
"""

import importlib
import inspect
import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

from keras.src.ops.operation import Operation

import keras


def main():
    print(f"# keras.layers and the classes of keras.ops, Keras {keras.__version__}. Written by conformance/keras/classes.py.")
    print("# A module, a class, and where the class has another name, that.")
    for name, c in sorted(vars(keras.layers).items()):
        if inspect.isclass(c) and issubclass(c, keras.layers.Layer):
            print("layers", name, *([c.__name__] if c.__name__ != name else []))
    for module in ("core", "einops", "image", "linalg", "math", "nn", "numpy"):
        m = importlib.import_module(f"keras.src.ops.{module}")
        for name, c in sorted(vars(m).items()):
            if inspect.isclass(c) and issubclass(c, Operation) and c.__module__ == m.__name__:
                print(module, name)


if __name__ == "__main__":
    main()
