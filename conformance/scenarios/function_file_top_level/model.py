"""A file with more than functions at its top level."""

import functools
from math import pi, sqrt as root
from typing import Dict, Optional

import numpy as np
import tensorflow as tf

WIDTH, DEPTH = 4, 2
LOW = HIGH = 1.0
HIGH += 2.0
NAMES: tuple = tuple(f"column {i}" for i in range(WIDTH))
MEAN = tf.constant([0.5, 1.0, 1.5, 2.0])
STEPS = tf.range(WIDTH)
TABLE = np.arange(WIDTH, dtype=np.float32) * pi
ACTIVATIONS = {"relu": tf.nn.relu}
ACTIVATIONS["scaled"] = functools.partial(tf.multiply, 0.5)
SIZES = []
for _n in range(DEPTH):
    SIZES.append(2**_n)
if WIDTH > 3:
    KIND = "wide"
else:
    KIND = "narrow"
try:
    FACTOR = {"narrow": 2.0}[KIND]
except KeyError:
    FACTOR = root(9)


def _shifted(x: tf.Tensor, by: Optional[float] = None) -> tf.Tensor:
    return x if by is None else x + by


def normalize(self, x: tf.Tensor) -> Dict[str, tf.Tensor]:
    y = _shifted((x - MEAN) / HIGH, LOW)
    for size, activation in zip(SIZES, ACTIVATIONS.values()):
        y = activation(y) * size
    return {"y": y * FACTOR + TABLE, "steps": STEPS + DEPTH, "kind": tf.constant([KIND, NAMES[-1]])}


def centred(x):
    return x - MEAN
