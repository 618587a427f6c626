"""Deterministic inputs for library cases.

A cases_X.py file holds CASES, a list of (body, inputs) or (body, inputs, options):

    ("tf.math.softplus(x)", dict(x=f32(2, 3)))

body is an expression, or several lines that return. inputs are ndarrays by argument name.
options: rtol, atol    tolerance of the values
         static_only   the body needs static shapes; other input shapes are not tried
         raises        TensorFlow refuses the body, and so must we
         variables     ndarrays by name, which the body finds as variables
         autograph     the body is rewritten by AutoGraph, as tf.function does
         evaluator_only  CPython's AutoGraph does not know our composites
         trace_only    the graphs are compared, and not run
         other_graph   TensorFlow makes the same values with other nodes
         reason        why an option is there
"""

import zlib

import ml_dtypes
import numpy as np

_drawn = 0


def restart():
    """Makes the next file's inputs independent of the files before it."""
    global _drawn
    _drawn = 0


def _rng(*key):
    """A generator that is the same in every run, and another one for every call."""
    global _drawn
    _drawn += 1
    return np.random.default_rng(zlib.crc32(repr((key, _drawn)).encode()))


def _real(dtype, shape, low, high):
    return _rng(dtype, shape).uniform(low, high, shape).astype(dtype)


def _integer(dtype, shape, low, high):
    return _rng(dtype, shape).integers(low, high, shape).astype(dtype)


def f32(*shape, low=-1.0, high=1.0):
    return _real(np.float32, shape, low, high)


def f64(*shape, low=-1.0, high=1.0):
    return _real(np.float64, shape, low, high)


def half(*shape, low=-1.0, high=1.0):
    return _real(np.float16, shape, low, high)


def bf16(*shape, low=-1.0, high=1.0):
    return _real(ml_dtypes.bfloat16, shape, low, high)


def c64(*shape, low=-1.0, high=1.0):
    return (_real(np.float32, shape, low, high) + 1j * _real(np.float32, shape, low, high)).astype(np.complex64)


def c128(*shape, low=-1.0, high=1.0):
    return _real(np.float64, shape, low, high) + 1j * _real(np.float64, shape, low, high)


def i8(*shape, low=-9, high=10):
    return _integer(np.int8, shape, low, high)


def i16(*shape, low=-9, high=10):
    return _integer(np.int16, shape, low, high)


def i32(*shape, low=-9, high=10):
    return _integer(np.int32, shape, low, high)


def i64(*shape, low=-9, high=10):
    return _integer(np.int64, shape, low, high)


def u8(*shape, low=0, high=256):
    return _integer(np.uint8, shape, low, high)


def u16(*shape, low=0, high=1000):
    return _integer(np.uint16, shape, low, high)


def u32(*shape, low=0, high=1000):
    return _integer(np.uint32, shape, low, high)


def u64(*shape, low=0, high=1000):
    return _integer(np.uint64, shape, low, high)


def b(*shape):
    return _rng("bool", shape).integers(0, 2, shape).astype(np.bool_)


def s(*shape, words=("tensor", "flow", "", "a b", "naïve", "Zebra", "x1")):
    """Strings drawn from words."""
    picks = np.asarray(_rng("string", shape).integers(0, len(words), shape))
    flat = [words[i] if isinstance(words[i], bytes) else words[i].encode() for i in picks.ravel()]
    return np.array(flat, dtype=object).reshape(shape)


def const(values, dtype):
    """The given values as an ndarray; dtype is a NumPy name, "bfloat16" or "string"."""
    if dtype == "string":
        array = np.array(values, dtype=object)
        flat = [v if isinstance(v, bytes) else v.encode() for v in array.ravel()]
        return np.array(flat, dtype=object).reshape(array.shape)
    return np.array(values, dtype=ml_dtypes.bfloat16 if dtype == "bfloat16" else dtype)


def spd(*shape, dtype=np.float32):
    """Symmetric positive definite matrices; the last two dimensions are equal."""
    a = _real(np.float64, shape, -1.0, 1.0)
    return (a @ np.swapaxes(a, -1, -2) + shape[-1] * np.eye(shape[-1])).astype(dtype)
