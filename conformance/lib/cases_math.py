"""Cases of internal/trace/lib/math.py."""

from cases import f32

CASES = [
    ("tf.math.softplus(x)", dict(x=f32(2, 3))),
]
