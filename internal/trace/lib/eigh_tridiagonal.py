"""tf.linalg.eigh_tridiagonal: eigenvalues by bisection with Sturm sequences, eigenvectors by inverse iteration."""

from tfsave import export, tf

# Largest number, distance from 1 to the next number, smallest safe divisor, bits of the mantissa.
_FLOAT = {
    tf.float32: (3.4028234663852886e38, 1.1920928955078125e-07, 1.175494490952134e-38, 23),
    tf.float64: (1.7976931348623157e308, 2.220446049250313e-16, 2.225073858507202e-308, 52),
}

# Steps of a Sturm sequence that one turn of the loop does.
_BLOCK = 16

# Roundoff allowance of the eigenvalue bounds.
_FUDGE = 2.1


def _select(condition, x, y):
    return tf.raw_ops.Select(condition=condition, x=x, y=y)


def _number_and_tensor(op, name, number, x):
    """op of a number, which takes the dtype of x, and x."""
    with tf.name_scope(name) as scope:
        return op(x=tf.convert_to_tensor(number, x.dtype, name="x"), y=x, name=scope)


def _count_below(alpha, beta_sq, pivot_min, first_perturbation, x):
    """How many eigenvalues are below each element of x."""
    with tf.name_scope("sturm"):
        size = alpha.shape[0]
        zeros = tf.zeros(tf.shape(x), tf.int32)
        ones = tf.ones(tf.shape(x), tf.int32)
        q = alpha[0] - x
        count = _select(q < 0, ones, zeros)
        q = _select(tf.math.equal(alpha[0], x), first_perturbation, q)

        def steps(start, q, count, number):
            for j in range(number):
                i = start + j
                q = alpha[i] - beta_sq[i - 1] / q - x
                count = _select(q <= pivot_min, count + 1, count)
                q = _select(q <= pivot_min, tf.math.minimum(q, -pivot_min), q)
            return start + number, q, count

        i, q, count = steps(1, q, count, (size - 1) % _BLOCK)
        return tf.while_loop(
            lambda i, q, count: tf.math.less(i, size),
            lambda i, q, count: steps(i, q, count, _BLOCK),
            [i, q, count],
            back_prop=False,
        )[2]


def _eigenvalues(alpha, beta, select, select_range, tol):
    with tf.name_scope("compute_eigenvalues"):
        size = alpha.shape[0]
        if alpha.dtype.is_complex:
            alpha = tf.math.real(alpha)
            beta_sq = tf.math.real(tf.math.conj(beta) * beta)
            beta_abs = tf.math.sqrt(beta_sq)
        else:
            beta_sq = tf.math.square(beta)
            beta_abs = tf.math.abs(beta)
        largest, epsilon, safe_min, mantissa = _FLOAT[alpha.dtype]
        # Gershgorin's circles hold all eigenvalues.
        radius = tf.concat([beta_abs[:1], beta_abs[:-1] + beta_abs[1:], beta_abs[-1:]], axis=0)
        high = _number_and_tensor(tf.raw_ops.Minimum, "Minimum", largest, tf.math.reduce_max(alpha + radius))
        low = _number_and_tensor(tf.raw_ops.Maximum, "Maximum", -largest, tf.math.reduce_min(alpha - radius))
        norm = tf.math.maximum(tf.math.abs(low), tf.math.abs(high))
        pivot_min = safe_min * _number_and_tensor(tf.raw_ops.Maximum, "Maximum", 1, tf.math.reduce_max(beta_sq))
        first_perturbation = tf.math.square(epsilon * beta_abs[0])
        tolerance = epsilon * norm
        if tol:
            tolerance = tf.math.maximum(tol, tolerance)
        check = None
        if select == "a":
            targets = tf.range(size)
        elif select == "i":
            message = "Got empty index range in select_range."
            check = tf.debugging.assert_less_equal(select_range[0], select_range[1], message=message)
            targets = tf.range(select_range[0], select_range[1] + 1)
        elif select == "v":
            message = "Got empty interval in select_range."
            check = tf.debugging.assert_less(select_range[0], select_range[1], message=message)
        else:
            raise ValueError(f"select is a, i or v, got {select!r}")
        if check is not None:
            with tf.control_dependencies([check]):
                alpha = tf.identity(alpha)
        slack = tf.cast(size, alpha.dtype) * _FUDGE * epsilon * norm
        if select == "v":
            lower = select_range[0] - slack - 2 * _FUDGE * pivot_min
            upper = select_range[1] + slack + _FUDGE * pivot_min
            first = _count_below(alpha, beta_sq, pivot_min, first_perturbation, lower)
            last = _count_below(alpha, beta_sq, pivot_min, first_perturbation, upper)
            targets = tf.range(first, last)
        else:
            lower = low - slack - 2 * _FUDGE * pivot_min
            upper = high + slack + _FUDGE * pivot_min
        upper = tf.math.minimum(upper, largest)
        lower = tf.math.maximum(lower, -largest)
        shape = tf.shape(targets)
        lower = tf.broadcast_to(lower, shape)
        upper = tf.broadcast_to(upper, shape)
        pivot_min = tf.broadcast_to(pivot_min, shape)
        first_perturbation = tf.broadcast_to(first_perturbation, shape)

        def wide(i, lower, upper):
            more = tf.math.less(i, mantissa + 1)
            return tf.math.logical_and(more, tf.math.less(tolerance, tf.math.reduce_max(upper - lower)))

        def halve(i, lower, upper):
            middle = 0.5 * lower + 0.5 * upper
            counts = _count_below(alpha, beta_sq, pivot_min, first_perturbation, middle)
            lower = _select(counts <= targets, middle, lower)
            upper = _select(counts > targets, middle, upper)
            return i + 1, lower, upper

        i, lower, upper = tf.while_loop(wide, halve, [0, lower, upper])
        return 0.5 * lower + 0.5 * upper


def _eigenvectors(alpha, beta, values):
    with tf.name_scope("compute_eigenvectors"):
        count = tf.size(values)
        size = tf.size(alpha)
        alpha = tf.cast(alpha, beta.dtype)
        gap = values[1:] - values[:-1]
        epsilon = _FLOAT[values.dtype][1]
        norm = tf.math.maximum(tf.math.abs(values[0]), tf.math.abs(values[-1]))
        close = tf.math.less(gap, tf.internal.pymath.sqrt(epsilon) * norm)
        # The vectors of eigenvalues that are close together are made orthogonal, cluster by cluster.
        left = tf.concat([[False], close], axis=0)
        right = tf.concat([close, [False]], axis=0)
        starts = tf.math.logical_and(tf.math.logical_not(left), right)
        starts = tf.squeeze(tf.where(starts), axis=-1)
        ends = tf.math.logical_and(left, tf.math.logical_not(right))
        ends = tf.squeeze(tf.where(ends), axis=-1) + 1
        clusters = tf.size(ends)
        vectors = tf.cast(tf.random.stateless_normal((count, size), seed=[7, 42]), beta.dtype)
        norms = tf.linalg.norm(vectors, axis=1)
        vectors = vectors / norms[:, tf.newaxis]
        zero_norms = tf.constant(0, norms.dtype, shape=norms.shape)
        cast_values = tf.cast(values, beta.dtype)
        shifted = alpha[tf.newaxis, :] - cast_values[:, tf.newaxis]
        beta = tf.tile(beta[tf.newaxis, :], [count, 1])
        diagonals = [beta, shifted, tf.math.conj(beta)]

        def orthogonalize(i, vectors):
            start, end = starts[i], ends[i]
            rows = tf.expand_dims(tf.range(start, end), -1)
            q, r = tf.linalg.qr(tf.linalg.matrix_transpose(vectors[start:end, :]))
            return i + 1, tf.tensor_scatter_nd_update(vectors, rows, tf.linalg.matrix_transpose(q))

        def growing(i, vectors, norms, before):
            growth = tf.constant(1.1, norms.dtype)
            grown = tf.math.greater_equal(tf.math.real(norms), tf.math.real(growth * before))
            return tf.math.logical_and(tf.math.less(i, 5), tf.math.reduce_any(grown))

        def iterate(i, vectors, norms, before):
            vectors = tf.linalg.tridiagonal_solve(
                diagonals, vectors, diagonals_format="sequence", partial_pivoting=True, perturb_singular=True
            )
            before = norms
            norms = tf.linalg.norm(vectors, axis=1)
            vectors = vectors / norms[:, tf.newaxis]
            vectors = tf.while_loop(lambda i, v: tf.math.less(i, clusters), orthogonalize, [0, vectors])[1]
            return i + 1, vectors, norms, before

        vectors = tf.while_loop(growing, iterate, [0, vectors, norms, zero_norms])[1]
        return tf.linalg.matrix_transpose(vectors)


@export("linalg.eigh_tridiagonal")
def eigh_tridiagonal(alpha, beta, eigvals_only=True, select="a", select_range=None, tol=None, name=None):
    """The eigenvalues, and eigenvectors, of a hermitian matrix with diagonal alpha and superdiagonal beta.

    select is "a" for all of them, "i" for a range of indices and "v" for a range of values.
    """
    with tf.name_scope(name or "eigh_tridiagonal"):
        alpha = tf.convert_to_tensor(alpha, name="alpha")
        if alpha.shape[0] is None:
            raise TypeError(f"alpha is a vector of known length, got the shape {alpha.shape}")
        if alpha.shape[0] <= 1:
            return tf.math.real(alpha)
        beta = tf.convert_to_tensor(beta, name="beta")
        if alpha.dtype != beta.dtype:
            raise ValueError(f"alpha and beta are of one dtype, got {alpha.dtype.name} and {beta.dtype.name}")
        values = _eigenvalues(alpha, beta, select, select_range, tol)
        if eigvals_only:
            return values
        return values, _eigenvectors(alpha, beta, values)
