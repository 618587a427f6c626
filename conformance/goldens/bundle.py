"""Writes internal/bundle/testdata: checkpoints as TensorFlow writes them.

Run: python conformance/goldens/bundle.py   (TensorFlow 2.21)

golden_test.go writes the same tensors and compares bytes. An index too large to keep is
recorded as a hash, in manifest.json with the version of TensorFlow.
"""

import hashlib
import json
import os
import pathlib
import shutil
import tempfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import ml_dtypes
import numpy as np
import tensorflow as tf
from tensorflow.python.framework import dtypes

OUT = pathlib.Path(__file__).parents[2] / "internal/bundle/testdata"
TMP = pathlib.Path(tempfile.mkdtemp())

# Elements that fit types of fewer than eight bits, each in a byte.
MASKS = {"bool": 1, "int4": 7, "uint4": 15, "int2": 1, "uint2": 3, "float4_e2m1fn": 15}


def pattern(seed, n, mask=0xFF):
    return ((np.arange(n) * 7 + seed * 31) & mask).astype(np.uint8)


def tensor(name, seed, shape):
    """A tensor of any dtype whose bytes are pattern(seed)."""
    d = getattr(dtypes, name)
    b = pattern(seed, int(np.prod(shape)) * d.size, MASKS.get(name, 0xFF))
    if d.is_quantized:
        plain = {1: np.uint8, 2: np.uint16, 4: np.int32}[d.size]
        return tf.bitcast(tf.constant(b.view(plain).reshape(shape)), d)
    np_type = getattr(ml_dtypes, name, None) or d.as_numpy_dtype
    return tf.constant(b.view(np_type).reshape(shape), dtype=d)


def save(name, tensors, slices=None):
    """tensors is a list of (key, tensor); slices are their shape_and_slices."""
    tf.raw_ops.SaveV2(
        prefix=str(TMP / name),
        tensor_names=[k for k, _ in tensors],
        shape_and_slices=slices or [""] * len(tensors),
        tensors=[v for _, v in tensors],
    )


def keep(name, prefix=None):
    for f in sorted(TMP.glob((prefix or name) + ".*")):
        shutil.copyfile(f, OUT / (name + "".join(f.suffixes)))


def digest(name):
    return {
        part: hashlib.sha256((TMP / f"{name}.{part}").read_bytes()).hexdigest()
        for part in ("index", "data-00000-of-00001")
    }


def main():
    OUT.mkdir(exist_ok=True)

    tf.saved_model.save(tf.Module(), str(TMP / "empty"))
    keep("no_variables", "empty/variables/variables")

    fixed = DTYPES
    save("dtypes", [("dtype/" + n, tensor(n, getattr(dtypes, n).as_datatype_enum, [2, 3])) for n in fixed])
    keep("dtypes")

    many = ["", "a", "é".encode(), "x" * 300, b"\x00\xff"]
    save("strings", [
        ("s/many", tf.constant(many)),
        ("s/scalar", tf.constant("scalar")),
        ("s/none", tf.zeros([0], tf.string)),
        ("s/grid", tf.reshape(tf.constant(many[:4]), [2, 2])),
        ("after", tf.constant(1, tf.int8)),
    ])
    keep("strings")

    save("shapes", [
        ("z", tensor("float32", 1, [])),
        ("a", tensor("int64", 2, [0])),
        ("m", tensor("int8", 3, [3, 0, 2])),
        ("b", tensor("float64", 4, [])),
        ("ones", tensor("int16", 5, [1, 1, 1, 1, 1, 1])),
        ("c", tensor("int32", 6, [0])),
    ])
    keep("shapes")

    odd = [b"\xff\xff", b"\xff", b"a", b"a/b", b"ab", b"a\x00b", b"\x01", "é/ü".encode(), b"a" * 200, b"a" * 200 + b"b"]
    save("keys", [(k, tensor("uint8", i, [2])) for i, k in enumerate(odd)])
    keep("keys")

    save("variants", [
        ("v", tf.raw_ops.TensorListFromTensor(tensor=tf.constant([1.5, 2.5]), element_shape=tf.constant([], tf.int32))),
        ("w", tf.stack([
            tf.raw_ops.TensorListFromTensor(tensor=tf.constant(["a", "b" * i]), element_shape=tf.constant([], tf.int32))
            for i in range(3)
        ])),
        ("x", tf.constant(1.0)),
    ])
    keep("variants")

    rows = np.arange(4 * 300, dtype=np.int16).reshape(4, 300)
    grid = np.arange(4 * 6, dtype=np.float32).reshape(4, 6)
    line = pattern(9, 8200)
    text = np.array([b"s%d" % i for i in range(6)], dtype=object).reshape(2, 3)
    cube = np.arange(2 * 3 * 4, dtype=np.int32).reshape(2, 3, 4)
    odd_name = b"n\x00\xffx"
    parts = [
        ("rows", rows[2:], "4 300 2,2:-"),
        ("grid", grid[:1, :4], "4 6 0,1:0,4"),
        ("grid", grid[:1, 4:], "4 6 0,1:4,2"),
        ("grid", grid[1:, :4], "4 6 1,3:0,4"),
        ("grid", grid[1:, 4:], "4 6 1,3:4,2"),
        ("rows", rows[:2], "4 300 0,2:-"),
        ("plain", np.int8(1), ""),
        ("line", line[8192:], "8200 8192,8"),
        ("line", line[:64], "8200 0,64"),
        ("line", line[64:8192], "8200 64,8128"),
        ("cols", rows[:, 200:], "4 300 -:200,100"),
        ("cols", rows[:, :200], "4 300 -:0,200"),
        ("cube", cube[:, 1:2], "2 3 4 -:1,1:-"),
        ("cube", cube[:, 0:1], "2 3 4 -:0,1:-"),
        ("cube", cube[:, 2:3], "2 3 4 -:2,1:-"),
        (odd_name, rows[:1], "4 300 0,1:-"),
        (odd_name, rows[1:], "4 300 1,3:-"),
        ("whole", grid, "4 6 0,4:0,6"),
    ]
    save("parts", [(k, tf.constant(v)) for k, v, _ in parts], [s for _, _, s in parts])
    for k, v in {"rows": rows, "grid": grid, "line": line, "cols": rows, "cube": cube, odd_name: rows, "whole": grid}.items():
        got = tf.raw_ops.RestoreV2(prefix=str(TMP / "parts"), tensor_names=[k], shape_and_slices=[""], dtypes=[v.dtype])[0]
        assert (got.numpy() == v).all(), k
    keep("parts")
    save("text_parts", [("t", tf.constant(text[:, :1])), ("t", tf.constant(text[:, 1:]))], ["2 3 -:0,1", "2 3 -:1,2"])
    keep("text_parts")

    save("half0", [("b", tensor("int32", 1, [3])), ("d", tf.constant(["x", "y"]))])
    save("half1", [("a", tensor("float32", 2, [2])), ("c", tensor("bool", 3, []))])
    tf.raw_ops.MergeV2Checkpoints(
        checkpoint_prefixes=[str(TMP / "half0"), str(TMP / "half1")],
        destination_prefix=str(TMP / "shards"),
        delete_old_dirs=False,
    )
    keep("shards")

    hashes = {}
    save("blocks", [(f"layer_{i:05d}/kernel/.ATTRIBUTES/VARIABLE_VALUE", tensor("int8", i, [])) for i in range(10_000)])
    save("separators", [(f"k{3 * i:05d}/" + "p" * 200, tensor("int8", i, [])) for i in reversed(range(5_000))])
    save("long_keys", [("k" * 20_000 + f"{i:03d}", tensor("int8", i, [])) for i in range(100)])
    save("huge_key", [("k" * 300_000, tensor("int8", 0, [])), ("l", tensor("int8", 1, []))])
    for name in ("blocks", "separators", "long_keys", "huge_key"):
        hashes[name] = digest(name)

    manifest = {"tensorflow": tf.__version__, "sha256": hashes}
    (OUT / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")


DTYPES = [
    "float32", "float64", "int32", "uint8", "int16", "int8", "complex64", "int64", "bool", "qint8", "quint8",
    "qint32", "bfloat16", "qint16", "quint16", "uint16", "complex128", "float16", "uint32", "uint64", "float8_e5m2",
    "float8_e4m3fn", "float8_e4m3fnuz", "float8_e4m3b11fnuz", "float8_e5m2fnuz", "int4", "uint4", "int2", "uint2",
    "float4_e2m1fn",
]

if __name__ == "__main__":
    main()
