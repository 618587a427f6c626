"""tf.internal.operators: what `x + y`, `x[i]` and the other operators of a tensor mean.

The evaluator calls these when an operand is a tensor; the first argument always is one. A reflected operator (radd for
`y + x`) gets the tensor first too. Rules as in TensorFlow 2.21: framework/override_binary_operator.py,
ops/tensor_math_operator_overrides.py and ops/tensor_getitem_override.py.
"""

from tfsave import export, tf

_INDEX_DTYPES = (tf.int16, tf.int32, tf.int64)


def _binary(op_name, function, x, y):
    with tf.name_scope(op_name) as scope:
        return function(x, y, scope)


def _reflected(op_name, function, y, x):
    # Unlike the plain form, the other operand becomes a tensor of y's dtype before the function sees it.
    with tf.name_scope(op_name) as scope:
        return function(tf.convert_to_tensor(x, y.dtype, name="x"), y, scope)


def _add(x, y, scope):
    if not isinstance(y, tf.Tensor):
        y = tf.convert_to_tensor(y, dtype_hint=x.dtype, name="y")
    if x.dtype == tf.string:
        return tf.raw_ops.Add(x=x, y=y, name=scope)
    return tf.raw_ops.AddV2(x=x, y=y, name=scope)


def _sub(x, y, scope):
    return tf.raw_ops.Sub(x=x, y=y, name=scope)


def _is_bool_tensor(x):
    return isinstance(x, tf.Tensor) and x.dtype == tf.bool


def _mul(x, y, scope):
    if _is_bool_tensor(x) or _is_bool_tensor(y):
        product = tf.raw_ops.Mul(
            x=tf.raw_ops.Cast(x=x, DstT=tf.int32), y=tf.raw_ops.Cast(x=y, DstT=tf.int32), name=scope
        )
        return tf.raw_ops.Cast(x=product, DstT=tf.bool)
    return tf.raw_ops.Mul(x=x, y=y, name=scope)


def _floordiv(x, y, scope):
    return tf.raw_ops.FloorDiv(x=x, y=y, name=scope)


def _mod(x, y, scope):
    return tf.raw_ops.FloorMod(x=x, y=y, name=scope)


def _pow(x, y, scope):
    return tf.raw_ops.Pow(x=x, y=y, name=scope)


def _matmul(x, y, scope):
    return tf.matmul(x, y, name=scope)


# The bitwise ops do not take the scope's name: they are and/BitwiseAnd, not and.
def _and(x, y, scope):
    if x.dtype == tf.bool:
        return tf.raw_ops.LogicalAnd(x=x, y=y, name=scope)
    return tf.raw_ops.BitwiseAnd(x=x, y=y)


def _or(x, y, scope):
    if x.dtype == tf.bool:
        return tf.raw_ops.LogicalOr(x=x, y=y, name=scope)
    return tf.raw_ops.BitwiseOr(x=x, y=y)


def _xor(x, y, scope):
    if x.dtype == tf.bool:
        return tf.math.logical_xor(x, y, name=scope)
    return tf.raw_ops.BitwiseXor(x=x, y=y)


@export("internal.operators.add")
def add(x, y):
    """x + y; strings are concatenated."""
    return _binary("add", _add, x, y)


@export("internal.operators.radd")
def radd(x, y):
    """y + x."""
    return _reflected("add", _add, x, y)


@export("internal.operators.sub")
def sub(x, y):
    """x - y."""
    return _binary("sub", _sub, x, y)


@export("internal.operators.rsub")
def rsub(x, y):
    """y - x."""
    return _reflected("sub", _sub, x, y)


@export("internal.operators.mul")
def mul(x, y):
    """x * y; of bools, the logical and."""
    return _binary("mul", _mul, x, y)


@export("internal.operators.rmul")
def rmul(x, y):
    """y * x."""
    return _reflected("mul", _mul, x, y)


@export("internal.operators.truediv")
def truediv(x, y):
    """x / y; integers are divided as floats."""
    return _binary("truediv", tf.math.truediv, x, y)


@export("internal.operators.rtruediv")
def rtruediv(x, y):
    """y / x."""
    return _reflected("truediv", tf.math.truediv, x, y)


@export("internal.operators.floordiv")
def floordiv(x, y):
    """x // y."""
    return _binary("floordiv", _floordiv, x, y)


@export("internal.operators.rfloordiv")
def rfloordiv(x, y):
    """y // x."""
    return _reflected("floordiv", _floordiv, x, y)


@export("internal.operators.mod")
def mod(x, y):
    """x % y, with the sign of y."""
    return _binary("mod", _mod, x, y)


@export("internal.operators.rmod")
def rmod(x, y):
    """y % x."""
    return _reflected("mod", _mod, x, y)


@export("internal.operators.pow")
def pow(x, y):
    """x ** y."""
    return _binary("pow", _pow, x, y)


@export("internal.operators.rpow")
def rpow(x, y):
    """y ** x."""
    return _reflected("pow", _pow, x, y)


@export("internal.operators.matmul")
def matmul(x, y):
    """x @ y."""
    return _binary("matmul", _matmul, x, y)


@export("internal.operators.rmatmul")
def rmatmul(x, y):
    """y @ x."""
    return _reflected("matmul", _matmul, x, y)


@export("internal.operators.and_")
def and_(x, y):
    """x & y: logical for bools, bitwise for integers."""
    return _binary("and", _and, x, y)


@export("internal.operators.rand")
def rand(x, y):
    """y & x."""
    return _reflected("and", _and, x, y)


@export("internal.operators.or_")
def or_(x, y):
    """x | y: logical for bools, bitwise for integers."""
    return _binary("or", _or, x, y)


@export("internal.operators.ror")
def ror(x, y):
    """y | x."""
    return _reflected("or", _or, x, y)


@export("internal.operators.xor")
def xor(x, y):
    """x ^ y: logical for bools, bitwise for integers."""
    return _binary("xor", _xor, x, y)


@export("internal.operators.rxor")
def rxor(x, y):
    """y ^ x."""
    return _reflected("xor", _xor, x, y)


@export("internal.operators.eq")
def eq(x, y):
    """x == y; shapes that do not broadcast give False instead of an error."""
    if y is None:
        return False
    return tf.raw_ops.Equal(x=x, y=y, incompatible_shape_error=False)


@export("internal.operators.ne")
def ne(x, y):
    """x != y; shapes that do not broadcast give True instead of an error."""
    if y is None:
        return True
    return tf.raw_ops.NotEqual(x=x, y=y, incompatible_shape_error=False)


@export("internal.operators.lt")
def lt(x, y):
    """x < y."""
    return tf.raw_ops.Less(x=x, y=y)


@export("internal.operators.le")
def le(x, y):
    """x <= y."""
    return tf.raw_ops.LessEqual(x=x, y=y)


@export("internal.operators.gt")
def gt(x, y):
    """x > y."""
    return tf.raw_ops.Greater(x=x, y=y)


@export("internal.operators.ge")
def ge(x, y):
    """x >= y."""
    return tf.raw_ops.GreaterEqual(x=x, y=y)


@export("internal.operators.neg")
def neg(x):
    """-x."""
    return tf.raw_ops.Neg(x=x)


@export("internal.operators.invert")
def invert(x):
    """~x: logical for bools, bitwise for integers."""
    if x.dtype == tf.bool:
        return tf.raw_ops.LogicalNot(x=x)
    return tf.raw_ops.Invert(x=x)


@export("internal.operators.abs")
def abs(x):
    """abs(x)."""
    return tf.math.abs(x)


def _check_index(index):
    if isinstance(index, int):
        return
    if not isinstance(index, tf.Tensor) or index.dtype not in _INDEX_DTYPES or index.shape.rank == 1:
        raise TypeError(
            "an index of a tensor is an int, a slice, ..., tf.newaxis or a scalar int32 or int64 tensor, "
            f"got {index!r}"
        )


def _bounds_dtype(bounds):
    """The dtype that a slice's left out bounds take from the tensors among the given ones, or None."""
    dtypes = [bound.dtype for bound in bounds if isinstance(bound, tf.Tensor)]
    for dtype in (tf.int64, tf.int32, tf.int16):
        if dtype in dtypes:
            return dtype
    return None


def _bound(bound, missing, dtype):
    if bound is not None:
        _check_index(bound)
        return bound
    return missing if dtype is None else tf.constant(missing, dtype)


@export("internal.operators.getitem")
def getitem(tensor, slice_spec):
    """tensor[slice_spec] as one StridedSlice; a bool tensor as index selects like tf.boolean_mask."""
    if isinstance(slice_spec, bool) or _is_bool_tensor(slice_spec):
        return tf.boolean_mask(tensor, slice_spec)
    if not isinstance(slice_spec, (list, tuple)):
        slice_spec = [slice_spec]
    begin, end, strides = [], [], []
    begin_mask, end_mask, ellipsis_mask, new_axis_mask, shrink_axis_mask = 0, 0, 0, 0, 0
    for position, item in enumerate(slice_spec):
        bit = 1 << position
        if isinstance(item, slice):
            dtype = _bounds_dtype((item.start, item.stop, item.step))
            begin.append(_bound(item.start, 0, dtype))
            end.append(_bound(item.stop, 0, dtype))
            strides.append(_bound(item.step, 1, dtype))
            begin_mask |= bit if item.start is None else 0
            end_mask |= bit if item.stop is None else 0
        elif item is Ellipsis or item is None:
            begin.append(0)
            end.append(0)
            strides.append(1)
            ellipsis_mask |= bit if item is Ellipsis else 0
            new_axis_mask |= bit if item is None else 0
        else:
            _check_index(item)
            begin.append(item)
            end.append(item + 1)
            wide = isinstance(item, tf.Tensor) and item.dtype != tf.int32
            strides.append(tf.constant(1, item.dtype) if wide else 1)
            shrink_axis_mask |= bit
    with tf.name_scope("strided_slice") as scope:
        if begin:
            parts = [tf.stack(begin), tf.stack(end), tf.stack(strides)]
            if tf.int64 in [part.dtype for part in parts]:
                parts = [part if part.dtype == tf.int64 else tf.raw_ops.Cast(x=part, DstT=tf.int64) for part in parts]
            begin, end, strides = parts
        else:
            begin = end = strides = tf.constant([], tf.int32)
        return tf.raw_ops.StridedSlice(
            input=tensor,
            begin=begin,
            end=end,
            strides=strides,
            begin_mask=begin_mask,
            end_mask=end_mask,
            ellipsis_mask=ellipsis_mask,
            new_axis_mask=new_axis_mask,
            shrink_axis_mask=shrink_axis_mask,
            name=scope,
        )


@export("internal.operators.sorted_")
def sorted_(iterable, key, descending):
    """sorted(iterable) of a tensor, as AutoGraph converts it."""
    direction = "DESCENDING" if descending else "ASCENDING"
    mapped = iterable if key is None else tf.vectorized_map(key, iterable)
    message = "sort only supports only 1D tensors"
    if mapped.shape.rank is not None and mapped.shape.rank != 1:
        raise ValueError(message)
    with tf.control_dependencies([tf.debugging.assert_rank(mapped, 1, message)]):
        if key is None:
            return tf.sort(iterable, direction=direction)
        return tf.gather(iterable, tf.argsort(mapped, direction=direction))
