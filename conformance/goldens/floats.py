"""Writes internal/tensor/testdata/floats.json: what ml_dtypes and NumPy make of every
value of each small floating type, and of every boundary between two of them.

Run: python conformance/goldens/floats.py   (ml_dtypes 0.6, NumPy 2)

The file holds hashes; TestFloatGoldens makes the same inputs and hashes what Go makes of them.
"""

import hashlib
import json
import pathlib

import ml_dtypes
import numpy as np

OUT = pathlib.Path(__file__).parents[2] / "internal/tensor/testdata/floats.json"
TYPES = {
    "float16": np.float16,
    "bfloat16": ml_dtypes.bfloat16,
    "float8_e5m2": ml_dtypes.float8_e5m2,
    "float8_e4m3fn": ml_dtypes.float8_e4m3fn,
    "float8_e4m3fnuz": ml_dtypes.float8_e4m3fnuz,
    "float8_e4m3b11fnuz": ml_dtypes.float8_e4m3b11fnuz,
    "float8_e5m2fnuz": ml_dtypes.float8_e5m2fnuz,
    "float4_e2m1fn": ml_dtypes.float4_e2m1fn,
}


def sha(a):
    return hashlib.sha256(a.tobytes()).hexdigest()


def values(t):
    """Every bit pattern as float32, NaNs made one."""
    size = np.dtype(t).itemsize
    n = 16 if t is ml_dtypes.float4_e2m1fn else 256**size
    bits = np.arange(n, dtype=np.uint8 if size == 1 else np.uint16)
    with np.errstate(over="ignore", invalid="ignore"):
        v = bits.view(t).astype(np.float32)
    v[np.isnan(v)] = np.nan
    return v


def boundaries(v):
    """Half-way points between neighbours, and the float32 on either side; both signs; overflow."""
    with np.errstate(over="ignore"):
        p = np.unique(v[np.isfinite(v) & (v >= 0)])
        last = p[-1] + (p[-1] - p[-2]) / np.float32(2)
        mid = np.append(p[:-1] + (p[1:] - p[:-1]) / np.float32(2), last).astype(np.float32)
        up = np.nextafter(mid, np.float32(np.inf))
        down = np.nextafter(mid, np.float32(0))
    one = np.concatenate([p, mid, up, down, np.array([3e38, np.inf], np.float32)])
    return np.concatenate([one, -one])


def main():
    out = {}
    for name, t in TYPES.items():
        v = values(t)
        x = boundaries(v)
        with np.errstate(over="ignore", invalid="ignore"):
            y = x.astype(t)
        out[name] = {"decode": sha(v), "inputs": sha(x), "encode": sha(y)}
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(json.dumps(out, indent=1) + "\n")


main()
