"""tf.linalg: functions of matrices that are made of many ops: expm, pinv, lstsq, tridiagonal and LU solvers."""

from tfsave import export, tf

# The distance from 1 to the next larger number.
_EPSILON = {tf.float16: 0.0009765625, tf.float32: 1.1920928955078125e-07, tf.float64: 2.220446049250313e-16}

# Coefficients of the Padé approximants of the exponential, by degree.
_PADE = {
    3: [120.0, 60.0, 12.0],
    5: [30240.0, 15120.0, 3360.0, 420.0, 30.0],
    7: [17297280.0, 8648640.0, 1995840.0, 277200.0, 25200.0, 1512.0, 56.0],
    9: [
        17643225600.0,
        8821612800.0,
        2075673600.0,
        302702400.0,
        30270240.0,
        2162160.0,
        110880.0,
        3960.0,
        90.0,
    ],
    13: [
        64764752532480000.0,
        32382376266240000.0,
        7771770303897600.0,
        1187353796428800.0,
        129060195264000.0,
        10559470521600.0,
        670442572800.0,
        33522128640.0,
        1323241920.0,
        40840800.0,
        960960.0,
        16380.0,
        182.0,
    ],
}

# The L1 norms up to which each degree but the last is exact enough, and the norm that squaring brings a matrix to.
_PADE_NORMS = {
    tf.float32: ((3, 5, 7), (4.258730016922831e-01, 1.880152677804762e00), 3.925724783138660),
    tf.float64: (
        (3, 5, 7, 9, 13),
        (1.495585217958292e-02, 2.539398330063230e-01, 9.504178996162932e-01, 2.097847961257068e00),
        5.371920351148152,
    ),
}


def _weighted(coefficients, powers):
    """The sum of coefficients[i] * powers[i], added from the left."""
    total = coefficients[0] * powers[0]
    for c, power in zip(coefficients[1:], powers[1:]):
        total = total + c * power
    return total


def _pade(matrix, degree):
    """The odd and the even part of the approximant's numerator."""
    b = [tf.constant(x, matrix.dtype) for x in _PADE[degree]]
    identity = tf.eye(tf.shape(matrix)[-2], batch_shape=tf.shape(matrix)[:-2], dtype=matrix.dtype)
    square = tf.linalg.matmul(matrix, matrix)
    powers = [identity, square]
    for half in range(2, min(degree // 2, 3 if degree == 13 else 4) + 1):
        powers.append(tf.linalg.matmul(powers[-1], square))
    if degree == 13:
        high = [powers[3], powers[2], powers[1]]
        low = [powers[3], powers[2], powers[1], identity]
        inner = powers[3] + b[11] * powers[2] + b[9] * powers[1]
        inner = tf.linalg.matmul(powers[3], inner)
        for c, power in zip([b[7], b[5], b[3], b[1]], low):
            inner = inner + c * power
        odd = tf.linalg.matmul(matrix, inner)
        even = tf.linalg.matmul(powers[3], _weighted([b[12], b[10], b[8]], high))
        for c, power in zip([b[6], b[4], b[2], b[0]], low):
            even = even + c * power
        return odd, even
    inner = powers[-1]
    for i in range(len(powers) - 2, -1, -1):
        inner = inner + b[2 * i + 1] * powers[i]
    odd = tf.linalg.matmul(matrix, inner)
    descending = list(range(len(powers) - 1, -1, -1))
    even = _weighted([b[2 * i] for i in descending], [powers[i] for i in descending])
    return odd, even


@export("linalg.expm")
def expm(input, name=None):
    """The exponentials of matrices, by scaling, a Padé approximant and squaring."""
    with tf.name_scope(name or "matrix_exponential"):
        matrix = tf.convert_to_tensor(input, name="input")
        if matrix.shape[-2:] == [0, 0]:
            return matrix
        batch_shape = matrix.shape[:-2]
        if not batch_shape.is_fully_defined():
            batch_shape = tf.shape(matrix)[:-2]
        matrix = tf.reshape(matrix, tf.concat(([-1], tf.shape(matrix)[-2:]), axis=0))
        column_sums = tf.math.reduce_sum(tf.math.abs(matrix), axis=tf.size(tf.shape(matrix)) - 2)
        l1_norm = tf.math.reduce_max(column_sums, axis=-1)[..., tf.newaxis, tf.newaxis]

        def number(x):
            return tf.constant(x, l1_norm.dtype)

        if matrix.dtype in (tf.float16, tf.float32, tf.complex64):
            degrees, limits, largest = _PADE_NORMS[tf.float32]
        elif matrix.dtype in (tf.float64, tf.complex128):
            degrees, limits, largest = _PADE_NORMS[tf.float64]
        else:
            raise ValueError(f"expm is of floats and complex numbers, got {matrix.dtype.name}")
        largest = number(largest)
        halvings = tf.math.floor(tf.math.log(l1_norm / largest) / tf.math.log(number(2.0)))
        squarings = tf.math.maximum(halvings, 0)
        parts = [_pade(matrix, degree) for degree in degrees[:-1]]
        scale = tf.cast(tf.math.pow(number(2.0), squarings), matrix.dtype)
        parts.append(_pade(matrix / scale, degrees[-1]))

        def choose(limits, cases):
            below = tf.math.less(l1_norm, number(limits[0]))
            rest = cases[1] if len(limits) == 1 else choose(limits[1:], cases[1:])
            return tf.where(below, cases[0], rest)

        odd = choose(limits, [u for u, v in parts])
        even = choose(limits, [v for u, v in parts])
        finite = tf.math.is_finite(tf.math.reduce_max(l1_norm))
        nan = tf.constant(tf.internal.pymath.nan, matrix.dtype)
        result = tf.cond(
            finite,
            lambda: tf.linalg.solve(-odd + even, odd + even),
            lambda: tf.fill(tf.shape(matrix), nan),
        )
        most = tf.math.reduce_max(squarings)

        def again(i, r):
            return tf.cond(finite, lambda: tf.math.less(i, most), lambda: tf.constant(False))

        def square(i, r):
            return i + 1, tf.where(tf.math.less(i, squarings), tf.linalg.matmul(r, r), r)

        i, result = tf.while_loop(again, square, [number(0.0), result])
        if not matrix.shape.is_fully_defined():
            return tf.reshape(result, tf.concat((batch_shape, tf.shape(result)[-2:]), axis=0))
        return tf.reshape(result, batch_shape.concatenate(result.shape[-2:]))


def _regularized_cholesky(matrix, l2_regularizer, columns):
    """The Cholesky factor of adjoint(matrix) @ matrix, or of the other order, plus a multiple of the identity."""
    gramian = tf.linalg.matmul(matrix, matrix, adjoint_a=columns, adjoint_b=not columns)
    if isinstance(l2_regularizer, tf.Tensor) or l2_regularizer != 0:
        shape = tf.shape(matrix)
        batch_shape = shape[:-2]
        size = shape[-1] if columns else shape[-2]
        identity = tf.eye(size, batch_shape=batch_shape, dtype=matrix.dtype)
        size = matrix.shape[-1] if columns else matrix.shape[-2]
        identity.set_shape(matrix.shape[:-2].concatenate([size, size]))
        gramian = gramian + l2_regularizer * identity
    return tf.raw_ops.Cholesky(input=gramian)


def _least_squares_tall(matrix, rhs, l2_regularizer):
    chol = _regularized_cholesky(matrix, l2_regularizer, True)
    return tf.linalg.cholesky_solve(chol, tf.linalg.matmul(matrix, rhs, adjoint_a=True))


def _least_squares_wide(matrix, rhs, l2_regularizer):
    chol = _regularized_cholesky(matrix, l2_regularizer, False)
    return tf.linalg.matmul(matrix, tf.linalg.cholesky_solve(chol, rhs), adjoint_a=True)


def _fits_composite(matrix):
    """Whether the solution out of several ops is the faster one (ops/linalg_ops.py, TensorFlow 2.21)."""
    if not matrix.shape.is_fully_defined():
        return True
    many = matrix.shape[:-2].num_elements() > min(matrix.shape[-2:].as_list())
    return not (many and matrix.shape.num_elements() * matrix.dtype.size > 256000)


@export("linalg.lstsq")
def lstsq(matrix, rhs, l2_regularizer=0.0, fast=True, name=None):
    """x with the smallest norm(matrix @ x - rhs)."""
    matrix = tf.convert_to_tensor(matrix, name="matrix")
    if matrix.dtype == tf.complex128 and l2_regularizer != 0:
        raise NotImplementedError("lstsq of complex128 takes no l2_regularizer")
    if fast is False or not _fits_composite(matrix):
        return tf.raw_ops.MatrixSolveLs(
            matrix=matrix, rhs=rhs, l2_regularizer=l2_regularizer, fast=fast, name=name
        )
    with tf.name_scope(name or "matrix_solve_ls"):
        shape = matrix.shape[-2:]
        if shape.is_fully_defined():
            solve = _least_squares_tall if shape[-2] >= shape[-1] else _least_squares_wide
            return solve(matrix, rhs, l2_regularizer)
        shape = tf.shape(matrix)[-2:]
        return tf.cond(
            shape[-2] >= shape[-1],
            lambda: _least_squares_tall(matrix, rhs, l2_regularizer),
            lambda: _least_squares_wide(matrix, rhs, l2_regularizer),
        )


def _checked_matrix(a, validate_args):
    if not a.dtype.is_floating:
        raise TypeError(f"a is a tensor of floats, got {a.dtype.name}")
    if a.shape.rank is not None and a.shape.rank < 2:
        raise ValueError(f"a has at least 2 dimensions, got the shape {a.shape}")
    if a.shape.rank is None and validate_args:
        check = tf.debugging.assert_rank_at_least(
            a, rank=2, message="Input `a` must have at least 2 dimensions."
        )
        with tf.control_dependencies([check]):
            return tf.identity(a)
    return a


@export("linalg.matrix_rank")
def matrix_rank(a, tol=None, validate_args=False, name=None):
    """How many singular values are larger than tol."""
    with tf.name_scope(name or "matrix_rank"):
        a = _checked_matrix(tf.convert_to_tensor(a, dtype_hint=tf.float32, name="a"), validate_args)
        singular = tf.linalg.svd(a, compute_uv=False)
        if tol is None:
            if a.shape[-2:].is_fully_defined():
                with tf.name_scope("Cast") as scope:
                    size = tf.convert_to_tensor(max(a.shape[-2:].as_list()), tf.int64, name="x")
                    size = tf.raw_ops.Cast(x=size, DstT=a.dtype, name=scope)
            else:
                size = tf.cast(tf.math.reduce_max(tf.shape(a)[-2:]), a.dtype)
            tol = _EPSILON[a.dtype] * size * tf.math.reduce_max(singular, axis=-1, keepdims=True)
        return tf.math.reduce_sum(tf.cast(singular > tol, tf.int32), axis=-1)


@export("linalg.pinv")
def pinv(a, rcond=None, validate_args=False, name=None):
    """The pseudo-inverses of matrices."""
    with tf.name_scope(name or "pinv"):
        a = _checked_matrix(tf.convert_to_tensor(a, name="a"), validate_args)
        if rcond is None:
            sizes = []
            for axis in (-2, -1):
                known = None if a.shape.rank is None else a.shape[axis]
                sizes.append(tf.shape(a)[axis] if known is None else known)
            if isinstance(sizes[0], int) and isinstance(sizes[1], int):
                largest = float(max(sizes))
            else:
                largest = tf.cast(tf.math.maximum(sizes[0], sizes[1]), a.dtype)
            rcond = 10.0 * largest * _EPSILON[a.dtype]
        rcond = tf.convert_to_tensor(rcond, a.dtype, name="rcond")
        singular, left, right = tf.linalg.svd(a, full_matrices=False, compute_uv=True)
        cutoff = rcond * tf.math.reduce_max(singular, axis=-1)
        singular = tf.where(singular > tf.expand_dims(cutoff, -1), singular, tf.internal.pymath.inf)
        inverse = tf.linalg.matmul(right / tf.expand_dims(singular, -2), left, adjoint_b=True)
        if a.shape.rank is not None:
            inverse.set_shape(a.shape[:-2].concatenate([a.shape[-1], a.shape[-2]]))
        return inverse


def _lu_checks(lower_upper, perm, validate_args):
    checks = []
    message = "Input `lower_upper` must have at least 2 dimensions."
    if lower_upper.shape.rank is not None and lower_upper.shape.rank < 2:
        raise ValueError(f"lower_upper has at least 2 dimensions, got the shape {lower_upper.shape}")
    if validate_args:
        checks.append(tf.debugging.assert_rank_at_least(lower_upper, rank=2, message=message))
    message = "`rank(lower_upper)` must equal `rank(perm) + 1`"
    if lower_upper.shape.rank is not None and perm.shape.rank is not None:
        if lower_upper.shape.rank != perm.shape.rank + 1:
            raise ValueError(f"{message}, got the shapes {lower_upper.shape} and {perm.shape}")
    elif validate_args:
        checks.append(tf.debugging.assert_rank(lower_upper, rank=tf.rank(perm) + 1, message=message))
    message = "`lower_upper` must be square."
    if lower_upper.shape[:-2].is_fully_defined():
        if lower_upper.shape[-2] != lower_upper.shape[-1]:
            raise ValueError(f"{message[:-1]}, got the shape {lower_upper.shape}")
    elif validate_args:
        rows, columns = tf.split(tf.shape(lower_upper)[-2:], num_or_size_splits=2)
        checks.append(tf.debugging.assert_equal(rows, columns, message=message))
    return checks


def _after(checks, tensors):
    """The tensors, to be had only after the checks have run."""
    if not checks:
        return tensors
    with tf.control_dependencies(checks):
        return [tf.identity(t) for t in tensors]


def _unit_lower(lower_upper, shape=None):
    lower = tf.linalg.band_part(lower_upper, num_lower=-1, num_upper=0)
    shape = tf.shape(lower_upper) if shape is None else shape
    return tf.linalg.set_diag(lower, tf.ones(shape[:-1], lower_upper.dtype))


def _row_numbers(count, width):
    """A matrix of count rows that each hold their own number width times."""
    return tf.broadcast_to(tf.range(count)[:, tf.newaxis], [count, width])


@export("linalg.lu_solve")
def lu_solve(lower_upper, perm, rhs, validate_args=False, name=None):
    """x with matrix @ x = rhs, for matrices given by their LU decomposition."""
    with tf.name_scope(name or "lu_solve"):
        lower_upper = tf.convert_to_tensor(lower_upper, dtype_hint=tf.float32, name="lower_upper")
        perm = tf.convert_to_tensor(perm, dtype_hint=tf.int32, name="perm")
        rhs = tf.convert_to_tensor(rhs, dtype_hint=lower_upper.dtype, name="rhs")
        checks = _lu_checks(lower_upper, perm, validate_args)
        message = "Input `rhs` must have at least 2 dimensions."
        if rhs.shape.rank is not None and rhs.shape.rank < 2:
            raise ValueError(f"rhs has at least 2 dimensions, got the shape {rhs.shape}")
        if rhs.shape.rank is None and validate_args:
            checks.append(tf.debugging.assert_rank_at_least(rhs, rank=2, message=message))
        message = "`lower_upper.shape[-1]` must equal `rhs.shape[-1]`."
        if lower_upper.shape[-1] is not None and rhs.shape[-2] is not None:
            if lower_upper.shape[-1] != rhs.shape[-2]:
                raise ValueError(f"{message[:-1]}, got the shapes {lower_upper.shape} and {rhs.shape}")
        elif validate_args:
            check = tf.debugging.assert_equal(tf.shape(lower_upper)[-1], tf.shape(rhs)[-2], message=message)
            checks.append(check)
        lower_upper, perm, rhs = _after(checks, [lower_upper, perm, rhs])
        if rhs.shape.rank == 2 and perm.shape.rank == 1:
            permuted = tf.gather(rhs, perm, axis=-2)
        else:
            permuted = _permute_batch(rhs, perm)
        lower = _unit_lower(lower_upper)
        return tf.linalg.triangular_solve(lower_upper, tf.linalg.triangular_solve(lower, permuted), lower=False)


def _permute_batch(rhs, perm):
    """The rows of each matrix in the order that its permutation gives; batches broadcast."""
    shape = tf.shape(rhs)
    batch = tf.broadcast_dynamic_shape(shape[:-2], tf.shape(perm)[:-1])
    rows, columns = shape[-2], shape[-1]
    full = tf.concat([batch, [rows, columns]], axis=0)
    rhs = tf.broadcast_to(rhs, full)
    rhs = tf.reshape(rhs, [-1, rows, columns])
    perm = tf.broadcast_to(perm, full[:-1])
    perm = tf.reshape(perm, [-1, rows])
    count = tf.math.reduce_prod(batch)
    numbers = _row_numbers(count, rows)
    permuted = tf.gather_nd(rhs, tf.stack([numbers, perm], axis=-1))
    return tf.reshape(permuted, full)


@export("linalg.lu_matrix_inverse")
def lu_matrix_inverse(lower_upper, perm, validate_args=False, name=None):
    """The inverses of matrices given by their LU decomposition."""
    with tf.name_scope(name or "lu_matrix_inverse"):
        lower_upper = tf.convert_to_tensor(lower_upper, dtype_hint=tf.float32, name="lower_upper")
        perm = tf.convert_to_tensor(perm, dtype_hint=tf.int32, name="perm")
        lower_upper, perm = _after(_lu_checks(lower_upper, perm, validate_args), [lower_upper, perm])
        shape = tf.shape(lower_upper)
        identity = tf.eye(shape[-1], batch_shape=shape[:-2], dtype=lower_upper.dtype)
        return lu_solve(lower_upper, perm, rhs=identity, validate_args=False)


@export("linalg.lu_reconstruct")
def lu_reconstruct(lower_upper, perm, validate_args=False, name=None):
    """The matrices of an LU decomposition."""
    with tf.name_scope(name or "lu_reconstruct"):
        lower_upper = tf.convert_to_tensor(lower_upper, dtype_hint=tf.float32, name="lower_upper")
        perm = tf.convert_to_tensor(perm, dtype_hint=tf.int32, name="perm")
        lower_upper, perm = _after(_lu_checks(lower_upper, perm, validate_args), [lower_upper, perm])
        shape = tf.shape(lower_upper)
        lower = _unit_lower(lower_upper, shape)
        x = tf.linalg.matmul(lower, tf.linalg.band_part(lower_upper, num_lower=0, num_upper=-1))
        if lower_upper.shape.rank == 2:
            x = tf.gather(x, tf.math.invert_permutation(perm))
        else:
            count = tf.math.reduce_prod(shape[:-2])
            size = shape[-1]
            x = tf.reshape(x, [count, size, size])
            perm = tf.reshape(perm, [count, size])
            perm = tf.map_fn(tf.math.invert_permutation, perm)
            numbers = _row_numbers(count, size)
            x = tf.gather_nd(x, tf.stack([numbers, perm], axis=-1))
            x = tf.reshape(x, shape)
        x.set_shape(lower_upper.shape)
        return x


def _same_or_unknown(x, y):
    return x is None or y is None or x == y


@export("linalg.tridiagonal_solve")
def tridiagonal_solve(
    diagonals,
    rhs,
    diagonals_format="compact",
    transpose_rhs=False,
    conjugate_rhs=False,
    name=None,
    partial_pivoting=True,
    perturb_singular=False,
):
    """x with matrix @ x = rhs for matrices with three diagonals."""
    if perturb_singular and not partial_pivoting:
        raise ValueError("perturb_singular needs partial_pivoting")
    if diagonals_format == "sequence":
        diagonals = _stacked_diagonals(diagonals)
    elif diagonals_format == "matrix":
        diagonals = _diagonals_of(diagonals)
    elif diagonals_format != "compact":
        raise ValueError(f"diagonals_format is compact, sequence or matrix, got {diagonals_format!r}")
    rank, rhs_rank = diagonals.shape.rank, rhs.shape.rank
    if rank:
        if rank < 2:
            raise ValueError(f"diagonals have at least 2 dimensions, got the shape {diagonals.shape}")
        if rhs_rank:
            if rhs_rank not in (rank, rank - 1):
                raise ValueError(f"the rank of rhs is {rank} or {rank - 1}, got the shape {rhs.shape}")
            if not diagonals.shape[:-2].is_compatible_with(rhs.shape[: rank - 2]):
                raise ValueError(f"the batches of the shapes {diagonals.shape} and {rhs.shape} differ")
    if diagonals.shape[-2] and diagonals.shape[-2] != 3:
        raise ValueError(f"there are 3 diagonals, got the shape {diagonals.shape}")
    vectors = rank and rhs_rank and rhs_rank == rank - 1
    if vectors:
        rhs = tf.math.conj(rhs) if conjugate_rhs else rhs
        rhs = tf.expand_dims(rhs, -1)
    elif transpose_rhs:
        rhs = tf.linalg.matrix_transpose(rhs, conjugate=conjugate_rhs)
    elif conjugate_rhs:
        rhs = tf.math.conj(rhs)
    if diagonals.shape[-1] and rhs.shape[-2] and diagonals.shape[-1] != rhs.shape[-2]:
        raise ValueError(f"the sizes of the shapes {diagonals.shape} and {rhs.shape} differ")
    x = tf.raw_ops.TridiagonalSolve(
        diagonals=diagonals,
        rhs=rhs,
        partial_pivoting=partial_pivoting,
        perturb_singular=perturb_singular,
        name=name,
    )
    return tf.squeeze(x, -1) if vectors else x


def _stacked_diagonals(diagonals):
    """Upper, main and lower diagonal as one tensor; an upper or lower one that is shorter by one is padded."""
    if not isinstance(diagonals, (list, tuple)) or len(diagonals) != 3:
        raise ValueError(f"diagonals are a list of 3 tensors, got {diagonals!r}")
    upper, main, lower = diagonals
    for other in (lower, upper):
        if not other.shape[:-1].is_compatible_with(main.shape[:-1]):
            raise ValueError(f"the batches of the shapes {other.shape} and {main.shape} differ")
    size = main.shape[-1]

    def padded(t, padding):
        length = t.shape[-1]
        if not length or length == size:
            return t
        if size is None or length != size - 1:
            raise ValueError(f"a diagonal has the length {size} or one less, got {length}")
        return tf.pad(t, [[0, 0]] * (t.shape.rank - 1) + [padding])

    lower = padded(lower, [1, 0])
    upper = padded(upper, [0, 1])
    return tf.stack((upper, main, lower), axis=-2)


def _diagonals_of(matrix):
    rows, columns = matrix.shape[-2], matrix.shape[-1]
    if not _same_or_unknown(rows, columns):
        raise ValueError(f"a matrix of diagonals is square, got the shape {matrix.shape}")
    return tf.linalg.diag_part(matrix, k=(-1, 1), padding_value=0.0, align="LEFT_RIGHT")


@export("linalg.tridiagonal_matmul")
def tridiagonal_matmul(diagonals, rhs, diagonals_format="compact", name=None):
    """matrix @ rhs for matrices with three diagonals."""
    if diagonals_format == "sequence":
        upper, main, lower = diagonals
    elif diagonals_format in ("compact", "matrix"):
        if diagonals_format == "matrix":
            diagonals = _diagonals_of(diagonals)
        upper, main, lower = diagonals[..., 0, :], diagonals[..., 1, :], diagonals[..., 2, :]
    else:
        raise ValueError(f"diagonals_format is compact, sequence or matrix, got {diagonals_format!r}")
    upper = tf.expand_dims(upper, -2)
    main = tf.expand_dims(main, -2)
    lower = tf.expand_dims(lower, -2)
    return tf.raw_ops.TridiagonalMatMul(superdiag=upper, maindiag=main, subdiag=lower, rhs=rhs, name=name)
