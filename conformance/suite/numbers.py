"""Compares arrays."""

import numpy as np


def differ(a, b, rtol=0.0, atol=0.0):
    """How two arrays differ, or None."""
    a, b = np.asarray(a), np.asarray(b)
    if a.dtype != b.dtype or a.shape != b.shape:
        return f"{a.dtype} {a.shape}, TensorFlow's {b.dtype} {b.shape}"
    if a.dtype.kind in "OSUb" or (a.dtype.kind in "iu" and a.dtype.isbuiltin):
        return None if np.array_equal(a, b) else f"{_shown(a)}, TensorFlow's {_shown(b)}"
    wide = np.complex128 if a.dtype.kind == "c" else np.float64
    x, y = a.astype(wide), b.astype(wide)
    if a.dtype.itemsize <= 2:
        rtol = max(rtol, 1e-2) if rtol else 0.0
    if np.allclose(x, y, rtol, atol, equal_nan=True):
        return None
    return f"{_shown(a)}, TensorFlow's {_shown(b)}"


def _shown(a):
    text = " ".join(str(a.ravel()[:8].tolist()).split())
    return f"{text[:160]} of shape {a.shape}"
