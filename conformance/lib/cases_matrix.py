"""Cases of internal/trace/lib/matrix.py."""

from cases import c64, c128, const, f32, f64, spd

LOOSE = {"rtol": 1e-4, "atol": 1e-5}
RANK_NEEDED = {"rtol": 1e-4, "atol": 1e-5, "static_only": True, "reason": "TensorFlow looks at the static shape"}

CASES = [
    ("tf.linalg.expm(x)", dict(x=f32(3, 3)), LOOSE),
    ("tf.linalg.expm(x, name='e')", dict(x=f64(2, 3, 3, low=-3.0, high=3.0)), LOOSE),
    ("tf.linalg.expm(x)", dict(x=c64(2, 2)), LOOSE),
    ("tf.linalg.expm(x)", dict(x=c128(0, 2, 2)), LOOSE),
    ("tf.linalg.lstsq(x, y)", dict(x=f32(4, 3), y=f32(4, 2)), LOOSE),
    ("tf.linalg.lstsq(x, y, l2_regularizer=0.5, name='s')", dict(x=f64(2, 3, 4), y=f64(2, 3, 2)), LOOSE),
    ("tf.linalg.lstsq(x, y, fast=False)", dict(x=f32(4, 3), y=f32(4, 2)), LOOSE),
    ("tf.linalg.lstsq(x, y, l2_regularizer=0.5)", dict(x=c128(4, 3), y=c128(4, 2)), {"raises": True}),
    ("tf.linalg.lstsq(x, y)", dict(x=f32(9000, 4, 3), y=f32(9000, 4, 1)), RANK_NEEDED),
    ("tf.linalg.matrix_rank(x)", dict(x=f32(4, 3))),
    ("tf.linalg.matrix_rank(x, tol=0.5)", dict(x=f64(2, 3, 3))),
    ("tf.linalg.matrix_rank(x, validate_args=True, name='r')", dict(x=f32(3, 3))),
    ("tf.linalg.matrix_rank(x)", dict(x=c64(3, 3)), {"raises": True}),
    ("tf.linalg.pinv(x)", dict(x=f32(4, 3)), LOOSE),
    ("tf.linalg.pinv(x, rcond=1e-3, validate_args=True)", dict(x=f64(2, 3, 4)), LOOSE),
    ("lu, p = tf.linalg.lu(x)\nreturn tf.linalg.lu_solve(lu, p, y)", dict(x=spd(3, 3), y=f32(3, 2)), LOOSE),
    (
        "lu, p = tf.linalg.lu(x)\nreturn tf.linalg.lu_solve(lu, p, y, validate_args=True)",
        dict(x=spd(2, 3, 3, dtype="float64"), y=f64(2, 3, 2)),
        LOOSE,
    ),
    ("lu, p = tf.linalg.lu(x)\nreturn tf.linalg.lu_matrix_inverse(lu, p)", dict(x=spd(3, 3)), LOOSE),
    (
        "lu, p = tf.linalg.lu(x)\nreturn tf.linalg.lu_matrix_inverse(lu, p, validate_args=True, name='i')",
        dict(x=spd(2, 3, 3)),
        LOOSE,
    ),
    ("lu, p = tf.linalg.lu(x)\nreturn tf.linalg.lu_reconstruct(lu, p)", dict(x=f32(3, 3)), LOOSE),
    (
        "lu, p = tf.linalg.lu(x)\nreturn tf.linalg.lu_reconstruct(lu, p, validate_args=True)",
        dict(x=f64(2, 3, 3)),
        LOOSE,
    ),
    ("tf.linalg.tridiagonal_solve(x, y)", dict(x=f32(3, 5, low=1.0, high=2.0), y=f32(5)), RANK_NEEDED),
    ("tf.linalg.tridiagonal_solve(x, y)", dict(x=f64(2, 3, 5, low=1.0, high=2.0), y=f64(2, 5, 4)), LOOSE),
    (
        "tf.linalg.tridiagonal_solve(x, y, transpose_rhs=True, conjugate_rhs=True, partial_pivoting=False)",
        dict(x=c64(3, 5, low=1.0, high=2.0), y=c64(4, 5)),
        RANK_NEEDED,
    ),
    (
        "tf.linalg.tridiagonal_solve([x[:-1], y, x[:-1]], y, diagonals_format='sequence')",
        dict(x=f32(5), y=f32(5, low=3.0, high=4.0)),
        RANK_NEEDED,
    ),
    ("tf.linalg.tridiagonal_solve(x, y, diagonals_format='matrix', name='t')", dict(x=spd(5, 5), y=f32(5, 2)), LOOSE),
    ("tf.linalg.tridiagonal_solve(x, y, diagonals_format='rows')", dict(x=f32(3, 5), y=f32(5)), {"raises": True}),
    ("tf.linalg.tridiagonal_solve(x, y)", dict(x=f32(4, 5), y=f32(5)), {"raises": True}),
    ("tf.linalg.tridiagonal_matmul(x, y)", dict(x=f32(3, 5), y=f32(5, 2))),
    ("tf.linalg.tridiagonal_matmul(x, y, diagonals_format='matrix')", dict(x=f64(2, 5, 5), y=f64(2, 5, 2))),
    (
        "tf.linalg.tridiagonal_matmul([x, y, z], [[1.0], [2.0], [3.0]], diagonals_format='sequence', name='m')",
        dict(x=f32(3), y=f32(3), z=f32(3)),
    ),
]
