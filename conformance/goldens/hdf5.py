"""Writes the HDF5 files of internal/weights/hdf5/testdata with h5py and Keras, and
hdf5.json: what is in them.

Run: python conformance/goldens/hdf5.py   (Keras 3 on TensorFlow, h5py)
"""

import json
import os
import pathlib
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import h5py
import keras
import ml_dtypes
import numpy as np

OUT = pathlib.Path(__file__).parents[2] / "internal/weights/hdf5/testdata"


def texts(v):
    """An attribute of strings as a list, or None."""
    if isinstance(v, (str, bytes)):
        v = [v]
    if isinstance(v, h5py.Empty):
        return []
    v = np.asarray(v)
    if v.size and v.dtype.kind not in "SO":
        return None
    return [x.decode() if isinstance(x, bytes) else str(x) for x in v.ravel().tolist()]


def describe(path):
    """Datasets: type, shape, bytes as stored. Attributes: strings by object and name."""
    out = {"datasets": {}, "attributes": {}}
    with h5py.File(path) as f:

        def visit(name, o):
            for key, value in o.attrs.items():
                if (t := texts(value)) is not None:
                    out["attributes"][f"{name}@{key}"] = t
            if isinstance(o, h5py.Dataset):
                out["datasets"][name] = {"dtype": o.dtype.str, "shape": o.shape, "data": o[()].tobytes().hex()}

        visit("", f)
        f.visititems(visit)
    return out


def model():
    keras.utils.set_random_seed(1)
    keras.utils.clear_session()
    x = keras.Input((4,), name="x")
    y = keras.layers.Dense(3, activation="relu", name="hidden")(x)
    y = keras.layers.BatchNormalization(name="norm")(y)
    y = keras.layers.Dense(2, name="out", dtype="bfloat16")(y)
    return keras.Model(x, y)


def many(path):
    """A group of so many names that its B-tree has two levels, and headers that continue."""
    with h5py.File(path, "w") as f:
        for i in range(280):
            f[f"g/dataset_{i:03}"] = np.array(i, "<u2")
        for i in range(20):
            f["g"].attrs[f"attribute_{i}"] = f"text {i}"


def kinds(path):
    with h5py.File(path, "w") as f:
        for name in ("i1", "<i2", ">i4", "i8", "u1", "u8", "<f2", ">f4", "f8"):
            f[name.strip("<>")] = np.arange(6).reshape(2, 3).astype(name)
        f["bool"] = np.array([True, False])
        f["scalar"] = np.float32(1.5)
        f["empty"] = np.zeros((0, 3), "f4")
        f["a/b/c/d"] = np.arange(2, dtype="f4")
        f["bfloat16"] = np.arange(3).astype(ml_dtypes.bfloat16).view("V2")
        f["bfloat16"].attrs["dtype"] = "bfloat16"
        f.attrs["list"] = ["x", "", "\u00e9"]
        f.attrs["fixed"] = np.array([b"ab", b"c"])
        f.attrs["none"] = np.zeros(0)
        f.attrs["text"] = "hello"


def refused():
    """Parts of HDF5 that are refused by name."""
    with h5py.File(OUT / "chunked.h5", "w") as f:
        f.create_dataset("w", data=np.zeros((4, 4), "f4"), chunks=(2, 2))
        f.create_dataset("z", data=np.zeros((4, 4), "f4"), chunks=(2, 2), compression="gzip")
        f["ok"] = np.zeros(1, "f4")
    with h5py.File(OUT / "latest.h5", "w", libver="latest") as f:
        f["w"] = np.zeros(2, "f4")
    with h5py.File(OUT / "soft.h5", "w") as f:
        f["w"] = np.zeros(2, "f4")
        f["v"] = h5py.SoftLink("/w")
    with h5py.File(OUT / "order.h5", "w", track_order=True) as f:
        f["w"] = np.zeros(2, "f4")


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    m = model()
    m.save_weights(OUT / "model.weights.h5")
    m.save(OUT / "legacy.h5")
    m.save(OUT / "model.keras")
    with tempfile.TemporaryDirectory() as d:
        m.save_weights(f"{d}/w.weights.json", max_shard_size=1e-7)
        for p in pathlib.Path(d).iterdir():
            (OUT / p.name).write_bytes(p.read_bytes())
    kinds(OUT / "kinds.h5")
    many(OUT / "many.h5")
    refused()
    out = {name: describe(OUT / name) for name in ("model.weights.h5", "legacy.h5", "kinds.h5", "many.h5")}
    out["many.h5"]["datasets"] = dict(list(out["many.h5"]["datasets"].items())[::37])
    (OUT / "hdf5.json").write_text(json.dumps(out, indent=1) + "\n")


main()
