"""Sparse tensors: what ops of dense tensors make of them (keras/src/backend/tensorflow/sparse.py, Keras 3.15).

keeps_zero, gives, union, intersection and division are decorators of functions of dense tensors. A function without one, and without
code of its own for them, takes no sparse tensors, as in Keras.
"""

from tfsave import tf


def is_sparse(x):
    return isinstance(x, tf.SparseTensor)


def is_scalar(x):
    """A Python number, or a tensor of one."""
    return not tf.is_tensor(x) or x.shape.rank == 0


def with_values(x, values):
    """Other values at the places of a sparse tensor."""
    return with_shape(tf.SparseTensor(x.indices, values, x.dense_shape), x.shape)


def with_shape(x, shape):
    """A sparse tensor of which more is known."""
    return tf.internal.sparse.with_shape(x, tf.TensorShape(shape))


def densified(x, default=None):
    """A dense tensor: zeros, or default, where a sparse one has no value."""
    if not is_sparse(x):
        return x
    result = tf.sparse.to_dense(x, default_value=default)
    result.set_shape(x.shape)
    return result


def cast_values(x, dtype):
    """A tensor, sparse or dense, in another dtype."""
    return with_values(x, tf.cast(x.values, dtype)) if is_sparse(x) else tf.cast(x, dtype)


def reshaped(x, shape):
    """tf.reshape, also of a sparse tensor; shape is a list, -1 for a size that follows from the others."""
    if not is_sparse(x):
        return tf.reshape(x, shape)
    known = [n if isinstance(n, int) and n != -1 else None for n in shape]
    return with_shape(tf.sparse.reshape(x, shape), known)


# --- decorators ---


def keeps_zero(function):
    """A function of each element that is zero for zero: of the values that are there."""

    def of_each(x, *args, **kwargs):
        if is_sparse(x):
            return with_values(x, function(x.values, *args, **kwargs))
        return function(x, *args, **kwargs)

    return of_each


def gives(default):
    """A function of each element that is default for zero: a dense tensor."""

    def decorator(function):
        def of_each(x):
            if not is_sparse(x):
                return function(x)
            values = function(x.values)
            return densified(with_values(x, values), tf.cast(default, values.dtype))

        return of_each

    return decorator


def union(sparse_function, mixed=True):
    """A function of two elements that is zero for two zeros: sparse where both tensors are.

    sparse_function takes sparse tensors, and with mixed a sparse and a dense one.
    """

    def decorator(function):
        def of_two(x1, x2):
            if is_sparse(x1) and is_sparse(x2):
                if x1.indices is x2.indices:
                    return with_values(x1, function(x1.values, x2.values))
                return with_shape(sparse_function(x1, x2), x1.shape)
            if not is_sparse(x1) and not is_sparse(x2):
                return function(x1, x2)
            if not mixed:
                return function(densified(x1), densified(x2))
            return sparse_function(*broadcast(x1, x2))

        return of_two

    return decorator


def broadcast(x1, x2):
    """A sparse and a dense tensor of one shape, for operations that do not broadcast; a scalar takes that of the other."""
    if is_sparse(x2):
        b, a = broadcast(x2, x1)
        return a, b
    if is_scalar(x2):
        x2 = tf.broadcast_to(x2, x1.dense_shape)
        x2.set_shape(x1.shape)
    else:
        same_shape(x1, x2)
    if x1.dtype != x2.dtype:
        raise TypeError(f"a sparse tensor of {x1.dtype.name} is added to others of that dtype only, not to {x2.dtype.name}; cast it")
    return x1, x2


def same_shape(x1, x2):
    if not x1.shape.is_compatible_with(x2.shape):
        raise ValueError(
            f"shapes {x1.shape} and {x2.shape} differ, and nothing is broadcast to a sparse tensor; "
            "keras.ops.convert_to_tensor(x, sparse=False) makes it dense"
        )


def intersection(function):
    """A function of two elements that is zero where one of them is: sparse where one of the tensors is."""

    def of_two(x1, x2):
        if is_sparse(x1) and is_sparse(x2):
            if x1.indices is x2.indices:
                return with_values(x1, function(x1.values, x2.values))
            same_shape(x1, x2)
            indices, a, b = common(x1, x2)
            return with_shape(tf.SparseTensor(indices, function(a, b), x1.dense_shape), x1.shape)
        if is_sparse(x1):
            return with_values(x1, function(x1.values, values_at(x2, x1)))
        if is_sparse(x2):
            return with_values(x2, function(values_at(x1, x2), x2.values))
        return function(x1, x2)

    return of_two


def values_at(x, places):
    """What a dense tensor has at the places of a sparse one; a scalar has the same everywhere."""
    if is_scalar(x):
        return x
    same_shape(x, places)
    return tf.gather_nd(x, places.indices)


def common(x1, x2):
    """The indices that two sparse tensors both have, and the values of each."""
    ones = [tf.sparse.map_values(lambda v: tf.ones_like(v, dtype=tf.int8), x) for x in (x1, x2)]
    zeros = [tf.sparse.map_values(lambda v: tf.zeros_like(v, dtype=tf.int8), x) for x in (x1, x2)]
    # A set operation leaves the last dimension aside.
    both = tf.sets.intersection(*[tf.sparse.expand_dims(x, axis=-1) for x in ones])

    def none():
        return tf.zeros([0, x1.shape.rank], tf.int64), tf.zeros([0], x1.dtype), tf.zeros([0], x2.dtype)

    def some():
        places = tf.sparse.reshape(both, x1.dense_shape)
        kept = [tf.cast(tf.sparse.add(x, places).values, tf.bool) for x in zeros]
        return places.indices, tf.sparse.retain(x1, kept[0]).values, tf.sparse.retain(x2, kept[1]).values

    return tf.cond(tf.equal(tf.size(both), 0), none, some)


def division(function):
    """A quotient: sparse where the first of two tensors is and the second is not."""

    def of_two(x1, x2):
        if not is_sparse(x1) or is_sparse(x2):
            return function(densified(x1), densified(x2))
        if is_scalar(x2):
            return with_values(x1, function(x1.values, x2))
        same_shape(x1, x2)
        odd = tf.equal(x2, tf.cast(0, x2.dtype))
        if not x2.dtype.is_integer:
            odd = tf.logical_or(odd, tf.math.is_nan(x2))

        def at_own():
            return with_values(x1, function(x1.values, tf.gather_nd(x2, x1.indices)))

        def at_odd_too():
            places = tf.where(odd)
            zeros = tf.SparseTensor(places, tf.zeros([tf.shape(places)[0]], x1.dtype), x1.dense_shape)
            both = tf.sparse.add(x1, zeros)
            quotients = function(both.values, tf.gather_nd(x2, both.indices))
            return with_shape(tf.SparseTensor(both.indices, quotients, x1.dense_shape), x1.shape)

        # 0 / 0 and 0 / NaN are not zero.
        return tf.cond(tf.reduce_any(odd), at_odd_too, at_own)

    return of_two


# --- products ---


def sparse_matmul(a, b):
    """The product of matrices, of which one or both are sparse: sparse where both are."""
    rank = a.shape.rank
    if rank != b.shape.rank or rank < 2:
        raise ValueError(f"shapes {a.shape} and {b.shape} have no product where one tensor is sparse: both must have one rank")
    shape = product_shape(a.shape.as_list(), b.shape.as_list())
    if rank == 2 or rank == 3:
        result = product_2(a, b) if rank == 2 else product_3(a, b)
    else:
        result = reshaped(product_3(in_one_batch(a), in_one_batch(b)), shape)
    if is_sparse(result):
        return with_shape(result, shape)
    result.set_shape(shape)
    return result


def product_shape(a, b):
    """The static shape of a product of matrices."""
    if None not in (a[-1], b[-2]) and a[-1] != b[-2]:
        raise ValueError(f"matrices of the shapes {a} and {b} have no product")
    leading = []
    for n, m in zip(a[:-2], b[:-2]):
        leading.append(m if n in (None, 1) else n)
    return leading + [a[-2], b[-1]]


def in_one_batch(x):
    """Matrices in several dimensions as those in one."""
    if None in x.shape.as_list():
        raise ValueError(f"a product of sparse tensors of more than 3 dimensions takes known shapes only, not {x.shape}")
    return reshaped(x, [x.shape[:-2].num_elements()] + x.shape[-2:].as_list())


def product_2(a, b):
    if not is_sparse(a):
        return tf.sparse.sparse_dense_matmul(a, b)
    if is_sparse(b):
        return sparse_product(a, b)
    # Each row is a lookup of the rows of b that it has numbers for; an empty one would be missing in the result.
    rows = tf.sparse.fill_empty_rows(a, 0)[0]
    ids = tf.SparseTensor(rows.indices, rows.indices[:, 1], rows.dense_shape)
    return tf.nn.embedding_lookup_sparse(b, ids, rows, combiner="sum")


def product_3(a, b):
    if is_sparse(a) and is_sparse(b):
        return sparse_product(a, b)
    return tf.map_fn(lambda x: tf.sparse.sparse_dense_matmul(x[0], x[1]), (a, b), fn_output_signature=a.dtype)


def sparse_product(a, b):
    """The product of two sparse tensors, by matrices of compressed rows."""
    rows = [
        tf.raw_ops.SparseTensorToCSRSparseMatrix(indices=x.indices, values=x.values, dense_shape=x.dense_shape) for x in (a, b)
    ]
    product = tf.raw_ops.SparseMatrixSparseMatMul(a=rows[0], b=rows[1], type=a.dtype)
    result = tf.raw_ops.CSRSparseMatrixToSparseTensor(sparse_matrix=product, type=a.dtype)
    return tf.SparseTensor(result.indices, result.values, result.dense_shape)
