"""Inputs drawn from type specs, the same in every run."""

import zlib

import numpy as np
import tensorflow as tf

WORDS = [b"tensor", b"flow", b"", b"a b", "naïve".encode(), b"Zebra", b"x1", b"42"]
UNKNOWN_RANK = [[2, 3], [], [4]]  # by round


class Draw:
    """Draws the inputs of one function or signature in one round."""

    def __init__(self, scenario, key, round_):
        self.given = scenario.INPUTS
        self.round = round_
        self.size = scenario.SIZES[round_]
        self.rng = np.random.default_rng(zlib.crc32(f"{scenario.name}/{key}/{round_}".encode()))

    def tensor(self, name, dtype, shape):
        """shape is a tf.TensorShape."""
        dims = UNKNOWN_RANK[self.round % 3] if shape.rank is None else \
            [self.size if d is None else d for d in shape.as_list()]
        given = self.given.get(name)
        if given is None:
            value = self.values(dtype, dims)
        elif callable(given):
            value = given(self.rng, dims)
        else:
            value = given[self.round % len(given)]
        return tf.constant(value, dtype)

    def values(self, dtype, dims):
        rng = self.rng
        if dtype == tf.string:
            return np.array(rng.choice(np.array(WORDS, dtype=object), dims), dtype=object).reshape(dims)
        if dtype == tf.bool:
            return rng.integers(0, 2, dims).astype(bool)
        if dtype.is_complex:
            return (rng.normal(size=dims) + 1j * rng.normal(size=dims)).astype(dtype.as_numpy_dtype)
        if dtype.is_floating:
            return rng.normal(size=dims).astype(dtype.as_numpy_dtype)
        low = 0 if dtype.is_unsigned else -5
        return rng.integers(low, 6, dims).astype(dtype.as_numpy_dtype)

    def structure(self, value, name=None):
        """A structure of arguments, with a value for every spec in it."""
        if isinstance(value, tf.RaggedTensorSpec):
            return self.ragged(value)
        if isinstance(value, tf.SparseTensorSpec):
            return self.sparse(value)
        if isinstance(value, tf.TensorSpec):
            return self.tensor(value.name or name, value.dtype, value.shape)
        if isinstance(value, dict):
            return {k: self.structure(v, k) for k, v in value.items()}
        if isinstance(value, tuple) and hasattr(value, "_fields"):
            return type(value)(*[self.structure(v) for v in value])
        if isinstance(value, (list, tuple)):
            return type(value)(self.structure(v) for v in value)
        return value

    def ragged(self, spec):
        """Rows of one, two, … values; deeper levels alike."""
        rank, rows = spec.ragged_rank, self.size if spec.shape[0] is None else spec.shape[0]
        lengths = []
        for _ in range(rank):
            lengths.append([1 + i % 3 for i in range(rows)])
            rows = sum(lengths[-1])
        inner = tf.TensorShape([rows]).concatenate(spec.shape[rank + 1:])
        flat = self.tensor(None, spec.dtype, inner)
        return tf.RaggedTensor.from_nested_row_lengths(
            flat, [tf.constant(n, spec.row_splits_dtype) for n in lengths]) if rank else flat

    def sparse(self, spec):
        dims = [self.size if d is None else d for d in spec.shape.as_list()]
        dense = self.tensor(None, spec.dtype, tf.TensorShape(dims))
        return tf.sparse.from_dense(dense)
