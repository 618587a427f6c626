"""Writes internal/trace/rawnames.txt: where tf.raw_ops calls an argument otherwise than the op's definition does.

A line is: op, then definition=keyword for every such argument. Run by `make generate` with the pinned TensorFlow.
"""

import importlib
import inspect
import pathlib
import pkgutil
import re

import tensorflow as tf
from tensorflow.python import ops

OUT = pathlib.Path(__file__).resolve().parents[2] / "internal" / "trace" / "rawnames.txt"
CALL = re.compile(r"_apply_op_helper\(\s*\"(\w+)\",(.*?)\)\s*\n", re.S)
ARG = re.compile(r"(\w+)=(\w+)")


def main():
    sources = [tf.raw_ops]
    for info in pkgutil.walk_packages([ops.__path__[0]], "tensorflow.python.ops."):
        if info.name.rpartition(".")[2].startswith("gen_"):
            sources.append(importlib.import_module(info.name))
    lines = {}
    for module in sources:
        for name, call in CALL.findall(inspect.getsource(module)):
            renamed = [f"{d}={k}" for d, k in ARG.findall(call) if d != k and d != "name"]
            if renamed:
                lines[name] = " ".join([name, *renamed])
    OUT.write_text("".join(f"{lines[name]}\n" for name in sorted(lines)))


main()
