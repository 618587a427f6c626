"""Writes internal/op/registry.pb: the op definitions of the installed TensorFlow.

The file is a tensorflow.OpList in wire form, as TensorFlow's C registry holds
it, with the ops in order of their names and the documentation left out (the
reason of a deprecation stays). Its bytes depend on TensorFlow's version only,
so that `--check` can tell whether the file is stale.

    python conformance/ops/generate_registry.py [--check]
"""

import argparse
import os
import pathlib
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import tensorflow as tf  # noqa: E402  (registers the ops)
from tensorflow.core.framework import op_def_pb2  # noqa: E402
from tensorflow.python.client import pywrap_tf_session  # noqa: E402

REGISTRY = pathlib.Path(__file__).parents[2] / "internal" / "op" / "registry.pb"


def registry() -> bytes:
    buffer = pywrap_tf_session.TF_GetAllOpList()
    ops = op_def_pb2.OpList.FromString(pywrap_tf_session.TF_GetBuffer(buffer)).op
    for op in ops:
        op.ClearField("summary")
        op.ClearField("description")
        for part in [*op.input_arg, *op.output_arg, *op.attr]:
            part.ClearField("description")
    # Field 1, length-delimited, once per op. Each OpDef starts with its name:
    # the reader in internal/op relies on that.
    ordered = op_def_pb2.OpList(op=sorted(ops, key=lambda op: op.name))
    return ordered.SerializeToString(deterministic=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="only tell whether the file is up to date")
    args = parser.parse_args()
    data = registry()
    if args.check:
        if REGISTRY.read_bytes() != data:
            print(f"{REGISTRY.name} is not what TensorFlow {tf.__version__} has: run `make generate`")
            return 1
        return 0
    REGISTRY.write_bytes(data)
    print(f"{REGISTRY.name}: TensorFlow {tf.__version__}, {len(data)} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
