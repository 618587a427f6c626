"""Calls of signatures as a text that readers in any language take apart with a split at the blanks.

    call KEY
    in KEY TENSOR DTYPE DIMS DATA
    out KEY TENSOR DTYPE DIMS DATA

KEY and TENSOR are hexadecimal UTF-8, DTYPE is a number of DataType, DIMS are joined with commas ("-" for a scalar). DATA is the
tensor's bytes in hexadecimal ("-" for none); of strings each element in hexadecimal after an x, joined with commas.
"""

import math

import numpy as np
import tensorflow as tf


def hexed(text):
    return text.encode().hex() or "-"


def unhexed(text):
    return "" if text == "-" else bytes.fromhex(text).decode()


def encode(array):
    """DTYPE DIMS DATA of an array."""
    array = np.asarray(array)
    if array.dtype.kind in "OSU":
        array = array.astype(object)
        data = ",".join("x" + (e if isinstance(e, bytes) else e.encode()).hex() for e in array.ravel())
        dtype = tf.string
    else:
        data, dtype = np.ascontiguousarray(array).tobytes().hex(), tf.as_dtype(array.dtype)
    return f"{dtype.as_datatype_enum} {','.join(map(str, array.shape)) or '-'} {data or '-'}"


def decode(dtype, dims, data):
    shape = [] if dims == "-" else [int(d) for d in dims.split(",")]
    kind = tf.as_dtype(int(dtype))
    data = "" if data == "-" else data
    if kind == tf.string:
        flat = [bytes.fromhex(e[1:]) for e in data.split(",")] if math.prod(shape) else []
        return np.array(flat, dtype=object).reshape(shape)
    return np.frombuffer(bytes.fromhex(data), kind.as_numpy_dtype).reshape(shape)


def write(path, saved, calls):
    """calls are (signature key, inputs, outputs) in the order in which they were made on a fresh model."""
    lines = []
    for key, feeds, outputs in calls:
        signature = saved.meta_graph.signature_def[key]
        lines.append(f"call {hexed(key)}")
        for word, tensors, infos in (("in", feeds, signature.inputs), ("out", outputs, signature.outputs)):
            lines += [f"{word} {hexed(k)} {hexed(infos[k].name)} {encode(v)}" for k, v in sorted(tensors.items())]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")


def read(text):
    """[(signature key, {input: array}, {output: array})]"""
    calls = []
    for line in text.splitlines():
        word, key, *rest = line.split()
        if word == "call":
            calls.append((unhexed(key), {}, {}))
        else:
            calls[-1][1 if word == "in" else 2][unhexed(key)] = decode(*rest[1:])
    return calls
