"""Cases of internal/trace/lib/eigh_tridiagonal.py."""

from cases import c64, f32, f64

STATIC = {"static_only": True, "rtol": 1e-4, "atol": 1e-5, "reason": "TensorFlow needs the static size"}

CASES = [
    ("tf.linalg.eigh_tridiagonal(x, y)", dict(x=f64(20), y=f64(19)), STATIC),
    ("tf.linalg.eigh_tridiagonal(x, y)", dict(x=f32(5), y=f32(4)), STATIC),
    ("tf.linalg.eigh_tridiagonal(x, y, tol=1e-3, name='e')", dict(x=f32(20), y=f32(19)), STATIC),
    ("tf.linalg.eigh_tridiagonal(x, y, select='i', select_range=(1, 2))", dict(x=f64(5), y=f64(4)), STATIC),
    ("tf.linalg.eigh_tridiagonal(x, y, select='v', select_range=(-0.5, 0.5))", dict(x=f32(5), y=f32(4)), STATIC),
    ("tf.linalg.eigh_tridiagonal(x, y, eigvals_only=False)", dict(x=f64(5), y=f64(4)), STATIC),
    ("tf.linalg.eigh_tridiagonal(tf.complex(x, z), y)", dict(x=f32(5), z=0 * f32(5), y=c64(4)), STATIC),
    ("tf.linalg.eigh_tridiagonal(x, x)", dict(x=f32(1)), STATIC),
    ("tf.linalg.eigh_tridiagonal(x, y, select='w')", dict(x=f32(5), y=f32(4)), {"raises": True}),
    ("tf.linalg.eigh_tridiagonal(x, y)", dict(x=f32(5), y=f64(4)), {"raises": True}),
]
