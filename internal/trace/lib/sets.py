"""tf.sets: the last dimension of a tensor as sets."""

from tfsave import export, tf

DTYPES = (tf.int8, tf.int16, tf.int32, tf.int64, tf.uint8, tf.uint16, tf.string)


def _check_dtype(x, name):
    if x.dtype not in DTYPES:
        raise TypeError(f"{name} must be integers or strings, got {x.dtype.name}")


def _convert(x, name):
    return x if isinstance(x, tf.SparseTensor) else tf.convert_to_tensor(x, name=name)


@export("sets.size")
def size(a, validate_indices=True):
    """The number of different elements of each set."""
    if not isinstance(a, tf.SparseTensor):
        raise TypeError(f"a must be a SparseTensor, got {a}")
    _check_dtype(a, "a")
    return tf.raw_ops.SetSize(
        set_indices=a.indices, set_values=a.values, set_shape=a.dense_shape, validate_indices=validate_indices)


def _operation(a, b, operation, validate_indices):
    """operation may be a pair: for a and b in this order, and swapped."""
    a = _convert(a, "a")
    _check_dtype(a, "a")
    b = _convert(b, "b")
    if b.dtype != a.dtype:
        raise TypeError(f"a and b must have one dtype, got {a.dtype.name} and {b.dtype.name}")
    operation, swapped = operation if isinstance(operation, tuple) else (operation, operation)
    if isinstance(a, tf.SparseTensor) and not isinstance(b, tf.SparseTensor):
        # There is an op for dense and sparse, but none for sparse and dense.
        a, b, operation = b, a, swapped
    if isinstance(a, tf.SparseTensor):
        result = tf.raw_ops.SparseToSparseSetOperation(
            set1_indices=a.indices, set1_values=a.values, set1_shape=a.dense_shape,
            set2_indices=b.indices, set2_values=b.values, set2_shape=b.dense_shape,
            set_operation=operation, validate_indices=validate_indices)
    elif isinstance(b, tf.SparseTensor):
        result = tf.raw_ops.DenseToSparseSetOperation(
            set1=a, set2_indices=b.indices, set2_values=b.values, set2_shape=b.dense_shape,
            set_operation=operation, validate_indices=validate_indices)
    else:
        result = tf.raw_ops.DenseToDenseSetOperation(
            set1=a, set2=b, set_operation=operation, validate_indices=validate_indices)
    return tf.SparseTensor(result.result_indices, result.result_values, result.result_shape)


@export("sets.intersection")
def intersection(a, b, validate_indices=True):
    """The elements in both sets of each pair."""
    return _operation(a, b, "intersection", validate_indices)


@export("sets.union")
def union(a, b, validate_indices=True):
    """The elements in one of the sets of each pair."""
    return _operation(a, b, "union", validate_indices)


@export("sets.difference")
def difference(a, b, aminusb=True, validate_indices=True):
    """The elements of a that are not in b, or the other way round."""
    operation = ("a-b", "b-a") if aminusb else ("b-a", "a-b")
    return _operation(a, b, operation, validate_indices)
