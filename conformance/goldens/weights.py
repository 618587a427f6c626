"""Writes the weight files of internal/weights/testdata with the libraries that users write
theirs with, and weights.json: what is in them.

Run: python conformance/goldens/weights.py   (NumPy 2, ml_dtypes, safetensors)
"""

import json
import pathlib
import struct

import ml_dtypes
import numpy as np
from safetensors.numpy import save_file

OUT = pathlib.Path(__file__).parents[2] / "internal/weights/testdata"


def arrays():
    """Every kind of array that .npy can hold and TensorFlow has a type for."""
    rng = np.random.default_rng(1)
    out = {"bool": np.array([[True, False, True]])}
    for kind in "iu":
        for size in (1, 2, 4, 8):
            info = np.iinfo(f"{kind}{size}")
            out[f"{kind}{size}"] = np.array([[info.min, 1, info.max], [2, 3, 5]], info.dtype)
    for size in (2, 4, 8):
        out[f"f{size}"] = np.append(rng.normal(size=5), [np.inf]).reshape(2, 3).astype(f"f{size}")
    for size in (8, 16):
        out[f"c{size}"] = (rng.normal(size=(2, 2)) + 1j * rng.normal(size=(2, 2))).astype(f"c{size}")
    for name in ("i2", "f4", "c8", "c16"):
        out[f"big_{name}"] = out[name].astype(out[name].dtype.newbyteorder(">"))
    out["scalar"] = np.array(3.5, "f4")
    out["empty"] = np.zeros((2, 0, 3), "f4")
    out["fortran"] = np.asfortranarray(rng.normal(size=(3, 4)).astype("f4"))
    out["fortran3"] = np.asfortranarray(rng.integers(0, 99, (2, 3, 4)).astype(">i4"))
    out["bytes"] = np.array([[b"a", b"\xff\x00b"], [b"", b"xyz"]])
    out["text"] = np.array(["a", "", "h\u00e9\U0001f600"])
    out["big_text"] = np.asfortranarray(np.array([["a", "bc"], ["d", "\u00e9"]]).astype(">U2"))
    return out


def describe(a):
    if a.dtype.kind in "SU":
        texts = [x if isinstance(x, bytes) else x.encode() for x in a.ravel().tolist()]
        return {"dtype": "string", "shape": a.shape, "strings": [t.hex() for t in texts]}
    little = np.ascontiguousarray(a).astype(a.dtype.newbyteorder("<"))
    return {"dtype": a.dtype.name, "shape": a.shape, "data": little.tobytes().hex()}


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    out = {}

    def note(file, tensors):
        out[file] = {name: describe(a) for name, a in tensors.items()}

    all_arrays = arrays()
    np.savez(OUT / "stored.npz", **all_arrays)
    np.savez_compressed(OUT / "deflated.npz", **all_arrays)
    note("stored.npz", all_arrays)
    note("deflated.npz", all_arrays)

    for version in (2, 3):
        with open(OUT / f"version{version}.npy", "wb") as f:
            np.lib.format.write_array(f, all_arrays["fortran"], version=(version, 0))
        note(f"version{version}.npy", {"": all_arrays["fortran"]})

    x = np.arange(-3, 3).astype(ml_dtypes.bfloat16).reshape(2, 3)
    np.save(OUT / "bfloat16.npy", x)
    np.save(OUT / "int4.npy", np.arange(-3, 3).astype(ml_dtypes.int4))
    np.save(OUT / "object.npy", np.array([None, "x"], dtype=object))
    np.save(OUT / "record.npy", np.zeros(2, [("a", "f4"), ("b", "i8")]))
    np.save(OUT / "date.npy", np.zeros(2, "M8[ns]"))
    np.save(OUT / "longdouble.npy", np.zeros(2, np.longdouble))

    tensors = {
        "layer.bf16": x,
        "layer.f8": np.arange(4).astype(ml_dtypes.float8_e4m3fn),
        "layer.f8b": np.arange(4).astype(ml_dtypes.float8_e5m2),
    }
    for name in ("bool", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", "c8", "scalar", "empty"):
        tensors[f"layer.{name}"] = all_arrays[name]
    save_file(tensors, OUT / "all.safetensors", metadata={"format": "pt"})
    note("all.safetensors", tensors)

    shards = [{"a": np.arange(3, dtype="f4")}, {"b": np.arange(2, dtype="i8"), "c": np.ones((1, 1), "f4")}]
    where = {}
    for i, shard in enumerate(shards):
        name = f"model-0000{i + 1}-of-00002.safetensors"
        save_file(shard, OUT / name)
        where |= {k: name for k in shard}
    index = {"metadata": {"total_size": 32}, "weight_map": where}
    (OUT / "model.safetensors.index.json").write_text(json.dumps(index) + "\n")
    note("model.safetensors.index.json", shards[0] | shards[1])

    (OUT / "weights.json").write_text(json.dumps(out, indent=1) + "\n")
    with open(OUT / "f4.safetensors", "wb") as f:  # a type of elements smaller than a byte
        header = b'{"w":{"dtype":"F4","shape":[2],"data_offsets":[0,1]}}'
        f.write(struct.pack("<Q", len(header)) + header + b"\x21")


main()
