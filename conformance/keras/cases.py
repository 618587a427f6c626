"""The form of the cases of layers.py.

A file cases_X.py has a list CASES of tuples (code, inputs, options). code is an expression, or several lines that set `out`; in it
`layers`, `ops`, `keras`, `np` and `tf` are what they are called, and a, b, c, … the inputs. inputs is one Array or a list; options
may have rtol, archive (the whole .keras file is given), npz (the weights are given by their names), any_shape and any_names (not compared), settings (more keys of keras:),
calls (how often the model is called, where its state changes), eager (Keras computes the model only so).
"""

import dataclasses
import itertools

import numpy as np


@dataclasses.dataclass
class Array:
    """Random numbers for an input: shape is that of one example."""

    shape: tuple
    dtype: str
    low: float
    high: float
    batch: int | None = None
    values: tuple = ()
    sparse: bool = False
    ragged: bool = False

    def value(self, i):
        """The numbers, as what tf.constant takes."""
        rng = np.random.default_rng(100 + i)
        shape = (self.batch or 3,) + tuple(d or 5 for d in self.shape)
        if self.values:
            return rng.choice(np.array(self.values), shape)
        if self.dtype == "bool":
            return rng.uniform(size=shape) > 0.4
        if "int" in self.dtype:
            return rng.integers(int(self.low), int(self.high), shape).astype(self.dtype)
        if self.dtype == "bfloat16":
            import ml_dtypes

            return rng.uniform(self.low, self.high, shape).astype(ml_dtypes.bfloat16)
        return rng.uniform(self.low, self.high, shape).astype(self.dtype)

    def tensor(self, i):
        """The numbers as what Keras is called with: of a sparse input about half of them, of a ragged one rows of other lengths."""
        import tensorflow as tf

        x = tf.constant(self.value(i))
        if self.ragged:
            return tf.RaggedTensor.from_tensor(x, lengths=[2, 0, x.shape[1]])
        if not self.sparse:
            return x
        places = tf.where(np.random.default_rng(200 + i).uniform(size=x.shape) < 0.5)
        return tf.SparseTensor(places, tf.gather_nd(x, places), x.shape)

    def input(self, name):
        """The input as a Keras tensor."""
        import keras

        return keras.Input(self.shape, batch_size=self.batch, dtype=self.dtype, name=name, sparse=self.sparse, ragged=self.ragged)


def f(*shape, low=-2.0, high=2.0, dtype="float32", batch=None):
    """Floating-point numbers."""
    return Array(shape, dtype, low, high, batch)


def i(*shape, low=0, high=5, dtype="int32", batch=None):
    """Integers."""
    return Array(shape, dtype, low, high, batch)


def b(*shape):
    """Booleans."""
    return Array(shape, "bool", 0, 2)


def s(*shape, values=("a", "b", "c", "the cat", "Sat on, the mat!", "")):
    """Strings."""
    return Array(shape, "string", 0, 0, None, tuple(values))


def sparse(array):
    """An input of numbers of which about half are there."""
    return dataclasses.replace(array, sparse=True)


def ragged(array):
    """An input of rows of several lengths."""
    return dataclasses.replace(array, ragged=True)


class Case:
    def __init__(self, family, code, inputs, options=None):
        self.family, self.code, self.options = family, code, options or {}
        self.inputs = list(inputs) if isinstance(inputs, (list, tuple)) else [inputs]


def product(template, inputs, options=None, **values):
    """Cases of all combinations: {name} in the template is each of its values."""
    keys = list(values)
    return [
        (template.format(**dict(zip(keys, combination))), inputs) + ((options,) if options else ())
        for combination in itertools.product(*values.values())
    ]
