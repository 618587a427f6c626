"""keras.ops: linear algebra (keras/src/ops/linalg.py and keras/src/backend/tensorflow/linalg.py, Keras 3.15)."""

from ops_numpy_arrays import numpy_Moveaxis
from ops_types import axes, floating, tensor
from tfsave import tf


def linalg_Cholesky(x, upper=False):
    result = tf.debugging.check_numerics(tf.linalg.cholesky(x), "Cholesky")
    return tf.linalg.adjoint(result) if upper else result


def linalg_CholeskyInverse(x, upper=False):
    identity = tf.eye(tf.shape(x)[-1], dtype=x.dtype)
    inverse = tf.linalg.triangular_solve(x, identity, lower=not upper)
    result = tf.matmul(inverse, inverse, transpose_a=not upper, transpose_b=upper)
    result.set_shape(x.shape)
    return result


def linalg_Det(x):
    return tf.linalg.det(x)


def linalg_Eig(x):
    values, vectors = tf.linalg.eig(x)
    return values, vectors


def linalg_Eigh(x):
    values, vectors = tf.linalg.eigh(x)
    return values, vectors


def linalg_Inv(x):
    return tf.linalg.inv(x)


def linalg_LuFactor(x):
    lu, permutation = tf.linalg.lu(x)
    return lu, tf.math.invert_permutation(permutation)


def linalg_Qr(x, mode="reduced"):
    q, r = tf.linalg.qr(tensor(x), full_matrices=mode == "complete")
    return q, r


def linalg_SVD(x, full_matrices=True, compute_uv=True):
    if not compute_uv:
        return tf.linalg.svd(x, full_matrices=full_matrices, compute_uv=False)
    s, u, v = tf.linalg.svd(x, full_matrices=full_matrices)
    return u, s, tf.linalg.adjoint(v)


def linalg_Solve(a, b):
    a, b = tensor(a), tensor(b)
    if b.shape.rank == a.shape.rank - 1:
        return tf.squeeze(tf.linalg.solve(a, tf.expand_dims(b, -1)), axis=-1)
    return tf.linalg.solve(a, b)


def linalg_SolveTriangular(a, b, lower=False):
    a, b = tensor(a), tensor(b)
    if b.shape.rank == a.shape.rank - 1:
        return tf.squeeze(tf.linalg.triangular_solve(a, tf.expand_dims(b, -1), lower=lower), axis=-1)
    return tf.linalg.triangular_solve(a, b, lower=lower)


def linalg_MatrixRank(x, tol=None):
    return tf.linalg.matrix_rank(tensor(x), tol=tol)


def linalg_Pinv(x, rcond=None):
    return tf.linalg.pinv(tensor(x), rcond=rcond)


def linalg_Lstsq(a, b, rcond=None):
    a, b = tensor(a), tensor(b)
    vector = b.shape.rank == 1
    if vector:
        b = tf.expand_dims(b, -1)
    rows, columns = a.shape[0], a.shape[1]
    if rcond is None or rcond < 0:
        if rows is None or columns is None:
            raise ValueError(f"lstsq needs to know the size of the matrix, which is {a.shape}")
        epsilon = 2.220446049250313e-16 if a.dtype == tf.float64 else 1.1920928955078125e-07
        rcond = epsilon * (max(rows, columns) if rcond is None else 1)
    u, s, vt = linalg_SVD(a, False)
    kept = s >= tf.cast(rcond, s.dtype) * s[0]
    inverse = tf.where(kept, 1 / tf.where(kept, s, tf.ones_like(s)), tf.zeros_like(s))
    x = tf.matmul(vt, tf.expand_dims(inverse, 1) * tf.matmul(u, b, adjoint_a=True), adjoint_a=True)
    return tf.reshape(x, [-1]) if vector else x


def linalg_Norm(x, ord=None, axis=None, keepdims=False):
    x = floating(x)
    rank = x.shape.rank
    over = list(range(rank)) if axis is None else [a % rank for a in axes(axis)]
    if len(over) == 1:
        return vector_norm(x, ord, over, keepdims)
    if len(over) == 2:
        return matrix_norm(x, ord, over, keepdims)
    raise ValueError(f"norm is over one axis or two, not over {over}")


def euclidean_norm(x, axis, keepdims):
    return tf.sqrt(tf.reduce_sum(x * tf.math.conj(x), axis=axis, keepdims=keepdims))


def vector_norm(x, ord, axis, keepdims):
    if ord is None or ord == 2:
        return euclidean_norm(x, axis, keepdims)
    if ord == float("inf"):
        return tf.reduce_max(tf.abs(x), axis=axis, keepdims=keepdims)
    if ord == float("-inf"):
        return tf.reduce_min(tf.abs(x), axis=axis, keepdims=keepdims)
    if ord == 0:
        return tf.reduce_sum(tf.cast(tf.not_equal(x, 0), x.dtype), axis=axis, keepdims=keepdims)
    if isinstance(ord, str):
        raise ValueError(f"ord={ord!r} is for matrices")
    power = tf.cast(ord, x.dtype)
    return tf.pow(tf.reduce_sum(tf.pow(tf.abs(x), power), axis=axis, keepdims=keepdims), 1.0 / power)


def matrix_norm(x, ord, axis, keepdims):
    rows, columns = axis
    if ord is None or ord == "fro":
        return euclidean_norm(x, axis, keepdims)
    if ord in ("nuc", 2, -2):
        s = tf.linalg.svd(numpy_Moveaxis(x, axis, [-2, -1]), compute_uv=False)
        result = {"nuc": tf.reduce_sum, 2: tf.reduce_max, -2: tf.reduce_min}[ord](s, axis=-1)
        return tf.expand_dims(tf.expand_dims(result, axis[0]), axis[1]) if keepdims else result
    if ord in (1, -1):
        summed, over = rows, columns
    elif ord in (float("inf"), float("-inf")):
        summed, over = columns, rows
    else:
        raise ValueError(f"unknown ord={ord!r} of a matrix")
    if not keepdims and over > summed:
        over -= 1
    sums = tf.reduce_sum(tf.abs(x), axis=summed, keepdims=keepdims)
    return (tf.reduce_max if ord > 0 else tf.reduce_min)(sums, axis=over, keepdims=keepdims)
