"""tf.linalg: products, diagonals, decompositions, solvers and norms."""

from tfsave import export, tf


@export("linalg.matmul", "matmul")
def matmul(
    a,
    b,
    transpose_a=False,
    transpose_b=False,
    adjoint_a=False,
    adjoint_b=False,
    a_is_sparse=False,
    b_is_sparse=False,
    output_type=None,
    grad_a=False,
    grad_b=False,
    name=None,
):
    """a @ b for the matrices in the last two dimensions; the dimensions before them broadcast."""
    with tf.name_scope(name or "MatMul") as scope:
        if transpose_a and adjoint_a:
            raise ValueError("transpose_a and adjoint_a exclude each other")
        if transpose_b and adjoint_b:
            raise ValueError("transpose_b and adjoint_b exclude each other")
        a = tf.convert_to_tensor(a, name="a")
        b = tf.convert_to_tensor(b, dtype_hint=a.dtype, name="b")
        sparse = a_is_sparse or b_is_sparse
        other_output = output_type and (output_type != a.dtype or output_type != b.dtype)
        if not sparse and not (_is_matrix(a) and _is_matrix(b)):
            # The batch op only knows adjoints: a transpose is the adjoint of the conjugate.
            a = tf.math.conj(a) if transpose_a else a
            b = tf.math.conj(b) if transpose_b else b
            adjoints = (bool(adjoint_a or transpose_a), bool(adjoint_b or transpose_b))
            return _batch_matmul(a, b, adjoints, output_type if other_output else None, grad_a, grad_b, scope)
        a = tf.math.conj(a) if adjoint_a else a
        b = tf.math.conj(b) if adjoint_b else b
        transpose_a = bool(transpose_a or adjoint_a)
        transpose_b = bool(transpose_b or adjoint_b)
        if _use_sparse(a.dtype, b.dtype, sparse):
            product = tf.raw_ops.SparseMatMul(
                a=a,
                b=b,
                transpose_a=transpose_a,
                transpose_b=transpose_b,
                a_is_sparse=a_is_sparse,
                b_is_sparse=b_is_sparse,
                name=scope,
            )
            return tf.cast(product, tf.bfloat16) if a.dtype == b.dtype == tf.bfloat16 else product
        if other_output:
            return _batch_matmul(a, b, (transpose_a, transpose_b), output_type, grad_a, grad_b, scope)
        return tf.raw_ops.MatMul(
            a=a, b=b, transpose_a=transpose_a, transpose_b=transpose_b, grad_a=grad_a, grad_b=grad_b, name=scope
        )


def _is_matrix(x):
    return x.shape.rank is not None and x.shape.rank <= 2


def _use_sparse(a, b, asked):
    """Whether SparseMatMul multiplies dtypes a and b: when asked to, and for bfloat16 with another float."""
    if asked and a in (tf.bfloat16, tf.float32) and b in (tf.bfloat16, tf.float32):
        return True
    if a == b or tf.bfloat16 not in (a, b):
        return False
    return (b if a == tf.bfloat16 else a) not in (tf.int8, tf.uint8)


def _batch_matmul(a, b, adjoints, output_type, grad_a, grad_b, scope):
    options = {"adj_x": adjoints[0], "adj_y": adjoints[1], "grad_x": grad_a, "grad_y": grad_b, "name": scope}
    if output_type is None:
        return tf.raw_ops.BatchMatMulV2(x=a, y=b, **options)
    return tf.raw_ops.BatchMatMulV3(x=a, y=b, Tout=output_type, **options)


@export("linalg.matvec")
def matvec(a, b, transpose_a=False, adjoint_a=False, a_is_sparse=False, b_is_sparse=False, name=None):
    """a @ b for the vectors in the last dimension of b."""
    with tf.name_scope(name or "MatVec"):
        column = tf.expand_dims(b, axis=-1)
        product = matmul(
            a,
            column,
            transpose_a=transpose_a,
            adjoint_a=adjoint_a,
            a_is_sparse=a_is_sparse,
            b_is_sparse=b_is_sparse,
        )
        return tf.squeeze(product, axis=-1)


@export("linalg.cross")
def cross(a, b, name=None):
    """The cross products of vectors with three elements."""
    return tf.raw_ops.Cross(a=a, b=b, name=name)


@export("linalg.matrix_transpose")
def matrix_transpose(a, name="matrix_transpose", conjugate=False):
    """a with its last two dimensions exchanged."""
    with tf.name_scope(name):
        a = tf.convert_to_tensor(a, name="a")
        rank = a.shape.rank
        if rank is None:
            rank = tf.rank(a)
            order = (tf.raw_ops.Range(start=0, limit=rank - 2, delta=1), [rank - 1, rank - 2])
            order = tf.concat(order, 0)
        elif rank < 2:
            raise ValueError(f"a matrix has at least two dimensions, got the shape {a.shape}")
        else:
            order = list(range(rank - 2)) + [rank - 1, rank - 2]
        return tf.transpose(a, perm=order, conjugate=conjugate)


@export("linalg.adjoint")
def adjoint(matrix, name=None):
    """The conjugate transpose."""
    with tf.name_scope(name or "adjoint"):
        matrix = tf.convert_to_tensor(matrix, name="matrix")
        return matrix_transpose(matrix, conjugate=True)


@export("linalg.band_part")
def band_part(input, num_lower, num_upper, name=None):
    """The matrices with zeros outside a band; -1 keeps the whole triangle."""
    return tf.raw_ops.MatrixBandPart(input=input, num_lower=num_lower, num_upper=num_upper, name=name)


def _padding(x, padding_value):
    if isinstance(x, (tf.Tensor, tf.Variable)) and x.dtype == tf.bool:
        return bool(padding_value)
    return padding_value


@export("linalg.diag")
def diag(diagonal, name="diag", k=0, num_rows=-1, num_cols=-1, padding_value=0, align="RIGHT_LEFT"):
    """Matrices with the given diagonals, k=(low, high) for a band of them."""
    return tf.raw_ops.MatrixDiagV3(
        diagonal=diagonal,
        k=k,
        num_rows=num_rows,
        num_cols=num_cols,
        padding_value=_padding(diagonal, padding_value),
        align=align,
        name=name,
    )


@export("linalg.diag_part")
def diag_part(input, name="diag_part", k=0, padding_value=0, align="RIGHT_LEFT"):
    """The diagonals of matrices, k=(low, high) for a band of them."""
    padding_value = _padding(input, padding_value)
    return tf.raw_ops.MatrixDiagPartV3(input=input, k=k, padding_value=padding_value, align=align, name=name)


@export("linalg.set_diag")
def set_diag(input, diagonal, name="set_diag", k=0, align="RIGHT_LEFT"):
    """The matrices with other diagonals."""
    return tf.raw_ops.MatrixSetDiagV3(input=input, diagonal=diagonal, k=k, align=align, name=name)


@export("linalg.tensor_diag")
def tensor_diag(diagonal, name=None):
    """A tensor of twice the rank with diagonal on its diagonal."""
    return tf.raw_ops.Diag(diagonal=diagonal, name=name)


@export("linalg.tensor_diag_part")
def tensor_diag_part(input, name=None):
    """The diagonal of a tensor of even rank."""
    return tf.raw_ops.DiagPart(input=input, name=name)


@export("linalg.trace")
def trace(x, name=None):
    """The sums of the main diagonals."""
    with tf.name_scope(name or "Trace") as scope:
        x = tf.convert_to_tensor(x, name="x")
        return tf.math.reduce_sum(diag_part(x), [-1], name=scope)


@export("linalg.det")
def det(input, name=None):
    """The determinants."""
    return tf.raw_ops.MatrixDeterminant(input=input, name=name)


@export("linalg.slogdet")
def slogdet(input, name=None):
    """The signs and the logarithms of the absolute values of the determinants."""
    return tf.raw_ops.LogMatrixDeterminant(input=input, name=name)


@export("linalg.logdet")
def logdet(matrix, name=None):
    """The logarithms of the determinants of hermitian positive definite matrices."""
    with tf.name_scope(name or "logdet"):
        chol = tf.raw_ops.Cholesky(input=matrix)
        diagonal = tf.math.real(diag_part(chol))
        return 2.0 * tf.math.reduce_sum(tf.math.log(diagonal), axis=[-1])


@export("linalg.inv")
def inv(input, adjoint=False, name=None):
    """The inverse matrices, or their adjoints."""
    return tf.raw_ops.MatrixInverse(input=input, adjoint=adjoint, name=name)


@export("linalg.cholesky")
def cholesky(input, name=None):
    """The lower triangular L with L @ adjoint(L) = input."""
    return tf.raw_ops.Cholesky(input=input, name=name)


@export("linalg.lu")
def lu(input, output_idx_type=tf.int32, name=None):
    """L and U in one matrix, and the permutation of the rows."""
    return tf.raw_ops.Lu(input=input, output_idx_type=output_idx_type, name=name)


@export("linalg.qr")
def qr(input, full_matrices=False, name=None):
    """An orthogonal q and an upper triangular r with q @ r = input."""
    return tf.raw_ops.Qr(input=input, full_matrices=full_matrices, name=name)


@export("linalg.svd")
def svd(tensor, full_matrices=False, compute_uv=True, name=None):
    """The singular values, and with compute_uv the left and right singular vectors."""
    s, u, v = tf.raw_ops.Svd(input=tensor, compute_uv=compute_uv, full_matrices=full_matrices, name=name)
    s = tf.math.real(s)
    return (s, u, v) if compute_uv else s


def _complex_of(dtype):
    if dtype in (tf.float32, tf.complex64):
        return tf.complex64
    if dtype in (tf.float64, tf.complex128):
        return tf.complex128
    raise TypeError(f"eigenvalues are of float32, float64, complex64 or complex128, got {dtype.name}")


@export("linalg.eig", "eig")
def eig(tensor, name=None):
    """The eigenvalues and eigenvectors of matrices."""
    e, v = tf.raw_ops.Eig(input=tensor, Tout=_complex_of(tensor.dtype), compute_v=True, name=name)
    return e, v


@export("linalg.eigvals", "eigvals")
def eigvals(tensor, name=None):
    """The eigenvalues of matrices."""
    e, v = tf.raw_ops.Eig(input=tensor, Tout=_complex_of(tensor.dtype), compute_v=False, name=name)
    return e


@export("linalg.eigh")
def eigh(tensor, name=None):
    """The eigenvalues and eigenvectors of hermitian matrices."""
    e, v = tf.raw_ops.SelfAdjointEigV2(input=tensor, compute_v=True, name=name)
    return e, v


@export("linalg.eigvalsh")
def eigvalsh(tensor, name=None):
    """The eigenvalues of hermitian matrices."""
    e, v = tf.raw_ops.SelfAdjointEigV2(input=tensor, compute_v=False, name=name)
    return e


@export("linalg.sqrtm", "matrix_square_root")
def sqrtm(input, name=None):
    """The matrices whose squares are input."""
    return tf.raw_ops.MatrixSquareRoot(input=input, name=name)


@export("linalg.logm")
def logm(input, name=None):
    """The matrices whose exponentials are input."""
    return tf.raw_ops.MatrixLogarithm(input=input, name=name)


@export("linalg.solve")
def solve(matrix, rhs, adjoint=False, name=None):
    """x with matrix @ x = rhs."""
    return tf.raw_ops.MatrixSolve(matrix=matrix, rhs=rhs, adjoint=adjoint, name=name)


@export("linalg.triangular_solve")
def triangular_solve(matrix, rhs, lower=True, adjoint=False, name=None):
    """x with matrix @ x = rhs for triangular matrices."""
    with tf.name_scope(name or "triangular_solve"):
        return tf.raw_ops.MatrixTriangularSolve(matrix=matrix, rhs=rhs, lower=lower, adjoint=adjoint)


@export("linalg.cholesky_solve")
def cholesky_solve(chol, rhs, name=None):
    """x with chol @ adjoint(chol) @ x = rhs."""
    with tf.name_scope(name or "cholesky_solve"):
        y = tf.raw_ops.MatrixTriangularSolve(matrix=chol, rhs=rhs, adjoint=False, lower=True)
        return tf.raw_ops.MatrixTriangularSolve(matrix=chol, rhs=y, adjoint=True, lower=True)


@export("linalg.banded_triangular_solve")
def banded_triangular_solve(bands, rhs, lower=True, adjoint=False, name=None):
    """x with matrix @ x = rhs for triangular matrices given by their diagonals."""
    with tf.name_scope(name or "banded_triangular_solve"):
        return tf.raw_ops.BandedTriangularSolve(matrix=bands, rhs=rhs, lower=lower, adjoint=adjoint)


def _matrix_2_norm(tensor, axis):
    """The largest singular value over the two axes, which are moved to the end for it."""
    rank = tf.rank(tensor)
    axes = tf.map_fn(lambda i: tf.cond(i >= 0, lambda: i, lambda: i + rank), tf.convert_to_tensor(axis))
    every = tf.range(rank)
    others = tf.raw_ops.ListDiff(x=every, y=axes, out_idx=tf.int32)[0]
    before = tf.concat([others, axes], axis=0)
    after = tf.map_fn(lambda i: tf.cast(tf.squeeze(tf.where(tf.math.equal(before, i))), tf.int32), every)
    moved = tf.transpose(tensor, perm=before)
    singular = tf.raw_ops.Svd(input=moved, compute_uv=False)[0]
    largest = tf.math.reduce_max(tf.math.abs(singular), axis=-1, keepdims=True)
    return tf.transpose(tf.expand_dims(largest, axis=-1), perm=after)


@export("linalg.norm", "norm")
def norm(tensor, ord="euclidean", axis=None, keepdims=None, name=None):
    """The norm of vectors (axis an int, or None for all elements) or of matrices (axis a pair)."""
    of_matrices = isinstance(axis, (list, tuple)) and len(axis) == 2
    if of_matrices:
        axis = tuple(axis)
        if not isinstance(axis[0], int) or not isinstance(axis[1], int) or axis[0] == axis[1]:
            raise ValueError(f"axis is None, an int or two different ints, got {axis}")
        if ord not in ("euclidean", "fro", 1, 2, tf.internal.pymath.inf):
            raise ValueError(f"ord of a matrix norm is euclidean, fro, 1, 2 or inf, got {ord!r}")
    else:
        if axis is not None and not isinstance(axis, int):
            raise ValueError(f"axis is None, an int or two different ints, got {axis!r}")
        if ord != "euclidean" and (not isinstance(ord, (int, float)) or ord <= 0):
            raise ValueError(f"ord of a vector norm is euclidean or a positive number, got {ord!r}")
        axis = None if axis is None else (axis,)
    first = None if axis is None else axis[0]
    with tf.name_scope(name or "norm"):
        tensor = tf.convert_to_tensor(tensor)
        if of_matrices and ord == 2:
            result = _matrix_2_norm(tensor, axis)
        elif ord in ("fro", "euclidean", 2):
            squares = tensor * tf.math.conj(tensor)
            result = tf.math.sqrt(tf.math.reduce_sum(squares, axis, keepdims=True))
        elif ord == 1:
            result = tf.math.reduce_sum(tf.math.abs(tensor), first, keepdims=True)
            if of_matrices:
                result = tf.math.reduce_max(result, axis[-1], keepdims=True)
        elif ord == tf.internal.pymath.inf:
            result = tf.math.abs(tensor)
            if of_matrices:
                result = tf.math.reduce_sum(result, axis[1], keepdims=True)
            result = tf.math.reduce_max(result, first, keepdims=True)
        else:
            powers = tf.math.pow(tf.math.abs(tensor), ord)
            result = tf.math.pow(tf.math.reduce_sum(powers, axis, keepdims=True), 1.0 / ord)
        return result if keepdims else tf.squeeze(result, axis)


@export("linalg.normalize")
def normalize(tensor, ord="euclidean", axis=None, name=None):
    """tensor divided by its norm, and the norm."""
    with tf.name_scope(name or "normalize"):
        tensor = tf.convert_to_tensor(tensor)
        size = tf.cast(norm(tensor, ord, axis, keepdims=True), tensor.dtype)
        return tensor / size, size
