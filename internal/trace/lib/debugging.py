"""tf.debugging: checks that fail when the graph runs, or at once where the values are known."""

from tfsave import export, tf

NUMERIC_TYPES = (
    tf.float16, tf.float32, tf.float64, tf.bfloat16, tf.complex64, tf.complex128,
    tf.int8, tf.int16, tf.int32, tf.int64, tf.uint8, tf.uint16, tf.uint32, tf.uint64,
    tf.qint8, tf.qint16, tf.qint32, tf.quint8, tf.quint16,
)

# Distance from 1 to the next number, per type. NumPy, and so TensorFlow, does not know bfloat16's.
EPSILON = {
    "float16": 0.0009765625,
    "float32": 1.1920928955078125e-07,
    "float64": 2.220446049250313e-16,
}


@export("debugging.Assert", "Assert")
def Assert(condition, data, summarize=None, name=None):
    """Fails with the values of data when condition is false."""
    with tf.name_scope(name or "Assert"):
        tensors = [tf.convert_to_tensor(item) for item in data]
        if all([t.dtype in (tf.string, tf.int32) for t in tensors]):
            # These live on the host anyway, so TensorFlow needs no branch around them.
            return _assert_op(condition, data, summarize)
        condition = tf.convert_to_tensor(condition, name="Condition")
        guarded = tf.cond(condition, tf.no_op, lambda: _assert_op(condition, data, summarize), name="AssertGuard")
        return guarded.op


def _assert_op(condition, data, summarize):
    return tf.raw_ops.Assert(condition=condition, data=data, summarize=3 if summarize is None else summarize, name="Assert")


def _prefix(message):
    return f"{message}.  " if message else ""


def _static_holds(compare, x, y, x_rank, y_rank):
    """Whether compare is true for all elements of two nested lists, broadcast against each other."""
    if x_rank > y_rank:
        return all([_static_holds(compare, item, y, x_rank - 1, y_rank) for item in x])
    if y_rank > x_rank:
        return all([_static_holds(compare, x, item, x_rank, y_rank - 1) for item in y])
    if x_rank == 0:
        return compare(x, y)
    if len(x) == 1:
        return all([_static_holds(compare, x[0], item, x_rank - 1, y_rank - 1) for item in y])
    if len(y) == 1:
        return all([_static_holds(compare, item, y[0], x_rank - 1, y_rank - 1) for item in x])
    return all([_static_holds(compare, a, b, x_rank - 1, y_rank - 1) for a, b in zip(x, y)])


def _binary(symbol, default_name, op, compare, x, y, message=None, summarize=None, name=None, data=None, y_dtype=None):
    with tf.name_scope(name or default_name):
        x = tf.convert_to_tensor(x, name="x")
        y = tf.convert_to_tensor(y, y_dtype, name="y")
        if data is None:
            data = [f"Condition x {symbol} y did not hold element-wise:", f"x ({x.name}) = ", x, f"y ({y.name}) = ", y]
        if message is not None:
            data = [message] + list(data)
        condition = tf.math.reduce_all(op(x, y))
        x_value = tf.internal.static_value(x)
        y_value = tf.internal.static_value(y)
        if x_value is not None and y_value is not None:
            if not _static_holds(compare, x_value, y_value, x.shape.rank, y.shape.rank):
                raise ValueError(f"{_prefix(message)}condition x {symbol} y did not hold: x is {x_value}, y is {y_value}")
        return Assert(condition, data, summarize=summarize)


@export("debugging.assert_equal", "assert_equal")
def assert_equal(x, y, message=None, summarize=None, name=None):
    """Checks x == y."""
    with tf.name_scope(name or "assert_equal"):
        if x is y:
            return tf.no_op()
    return _binary("==", "assert_equal", tf.math.equal, lambda a, b: a == b, x, y, message, summarize, name)


@export("internal.assert_equal")
def assert_equal_or_show(x, y, data=None, y_dtype=None):
    """assert_equal that shows data when it fails; y becomes a tensor of y_dtype."""
    with tf.name_scope("assert_equal"):
        pass  # TensorFlow enters the scope twice, which counts in the names of what follows
    return _binary("==", "assert_equal", tf.math.equal, lambda a, b: a == b, x, y, data=data, y_dtype=y_dtype)


@export("debugging.assert_none_equal")
def assert_none_equal(x, y, summarize=None, message=None, name=None):
    """Checks x != y for all elements."""
    return _binary("!=", "assert_none_equal", tf.math.not_equal, lambda a, b: a != b, x, y, message, summarize, name)


@export("debugging.assert_less", "assert_less")
def assert_less(x, y, message=None, summarize=None, name=None):
    """Checks x < y."""
    return _less(x, y, message, summarize, name, None)


def _less(x, y, message, summarize, name, data):
    return _binary("<", "assert_less", tf.math.less, lambda a, b: a < b, x, y, message, summarize, name, data)


@export("debugging.assert_less_equal")
def assert_less_equal(x, y, message=None, summarize=None, name=None):
    """Checks x <= y."""
    return _less_equal(x, y, message, summarize, name, None)


def _less_equal(x, y, message, summarize, name, data):
    return _binary("<=", "assert_less_equal", tf.math.less_equal, lambda a, b: a <= b, x, y, message, summarize, name, data)


@export("debugging.assert_greater", "assert_greater")
def assert_greater(x, y, message=None, summarize=None, name=None):
    """Checks x > y."""
    return _binary(">", "assert_greater", tf.math.greater, lambda a, b: a > b, x, y, message, summarize, name)


@export("debugging.assert_greater_equal")
def assert_greater_equal(x, y, message=None, summarize=None, name=None):
    """Checks x >= y."""
    return _binary(">=", "assert_greater_equal", tf.math.greater_equal, lambda a, b: a >= b, x, y, message, summarize, name)


def _unary(symbol, default_name, check, x, message, name):
    """check(x, zero, data) makes the comparison."""
    with tf.name_scope(name or default_name):
        x = tf.convert_to_tensor(x, name="x")
        data = [_prefix(message), f"Condition x {symbol} 0 did not hold element-wise:", f"x ({x.name}) = ", x]
        if symbol == "<=":
            data = [data[0], data[1] + data[2], x]  # one string in TensorFlow 2.21
        zero = tf.convert_to_tensor(0, dtype=x.dtype)
        return check(x, zero, data)


@export("debugging.assert_negative")
def assert_negative(x, message=None, summarize=None, name=None):
    """Checks x < 0."""
    check = lambda x, zero, data: _less(x, zero, None, summarize, None, data)
    return _unary("<", "assert_negative", check, x, message, name)


@export("debugging.assert_positive")
def assert_positive(x, message=None, summarize=None, name=None):
    """Checks x > 0."""
    check = lambda x, zero, data: _less(zero, x, None, summarize, None, data)
    return _unary(">", "assert_positive", check, x, message, name)


@export("debugging.assert_non_negative")
def assert_non_negative(x, message=None, summarize=None, name=None):
    """Checks x >= 0."""
    check = lambda x, zero, data: _less_equal(zero, x, None, summarize, None, data)
    return _unary(">=", "assert_non_negative", check, x, message, name)


@export("debugging.assert_non_positive")
def assert_non_positive(x, message=None, summarize=None, name=None):
    """Checks x <= 0."""
    check = lambda x, zero, data: _less_equal(x, zero, None, summarize, None, data)
    return _unary("<=", "assert_non_positive", check, x, message, name)


@export("debugging.assert_near")
def assert_near(x, y, rtol=None, atol=None, message=None, summarize=None, name=None):
    """Checks |x - y| < atol + rtol * |y|."""
    with tf.name_scope(name or "assert_near"):
        x = tf.convert_to_tensor(x, name="x")
        y = tf.convert_to_tensor(y, name="y", dtype=x.dtype)
        dtype = x.dtype.real_dtype
        if dtype.name not in EPSILON:
            raise ValueError(f"assert_near compares float16, float32 and float64 tensors, got {dtype.name}")
        rtol = tf.convert_to_tensor(10 * EPSILON[dtype.name] if rtol is None else rtol, name="rtol", dtype=dtype)
        atol = tf.convert_to_tensor(10 * EPSILON[dtype.name] if atol is None else atol, name="atol", dtype=dtype)
        data = [
            _prefix(message),
            f"x and y not equal to tolerance rtol = {rtol}, atol = {atol}",
            f"x ({x.name}) = ", x,
            f"y ({y.name}) = ", y,
        ]
        tolerance = atol + rtol * tf.math.abs(y)
        difference = tf.math.abs(x - y)
        return Assert(tf.math.reduce_all(tf.math.less(difference, tolerance)), data, summarize=summarize)


@export("debugging.assert_rank", "assert_rank")
def assert_rank(x, rank, message=None, name=None):
    """Checks the number of dimensions."""
    return _rank_check(x, rank, "assert_rank", "must have rank", lambda a, b: a == b, tf.math.equal, message, name)


@export("debugging.assert_rank_at_least")
def assert_rank_at_least(x, rank, message=None, name=None):
    """Checks that x has rank dimensions or more."""
    what = "must have rank at least"
    return _rank_check(x, rank, "assert_rank_at_least", what, lambda a, b: a >= b, tf.math.greater_equal, message, name)


def _tensor_or_sparse(x):
    return x if isinstance(x, tf.SparseTensor) else tf.convert_to_tensor(x, name="x")


def _name_of(x):
    return "" if isinstance(x, tf.SparseTensor) else x.name


def _rank_check(x, rank, default_name, what, compare, op, message, name, data=None, summarize=None):
    with tf.name_scope(name or default_name):
        x = _tensor_or_sparse(x)
        rank = tf.convert_to_tensor(rank, name="rank")
        if data is None:
            data = [f"{_prefix(message)}", f"Tensor {_name_of(x)} {what}", rank, "Received shape: ", tf.shape(x)]
        if rank.dtype != tf.int32:
            raise TypeError(f"{_prefix(message)}rank must be int32, got {rank.dtype.name}")
        tf.no_op(name="assert_type/statically_determined_correct_type")
        wanted = tf.internal.static_value(rank)
        if wanted is not None:
            if isinstance(wanted, list):
                raise ValueError(f"{_prefix(message)}rank must be a scalar, got {wanted}")
            if x.shape.rank is not None:
                if not compare(x.shape.rank, wanted):
                    raise ValueError(
                        f"{_prefix(message)}tensor {_name_of(x)} {what} {wanted}, got rank {x.shape.rank}, shape {x.shape}")
                return tf.no_op(name="static_checks_determined_all_ok")
        condition = op(tf.rank(x), rank)
        if wanted is None:
            scalar = _scalar_check(rank)
            condition = tf.internal.with_dependencies([scalar], condition)
        return Assert(condition, data, summarize=summarize)


def _scalar_check(rank):
    data = ["Rank must be a scalar. Received rank: ", rank]
    return _rank_check(rank, 0, "assert_rank", "must have rank", lambda a, b: a == b, tf.math.equal, None, None, data)


@export("debugging.assert_rank_in")
def assert_rank_in(x, ranks, message=None, name=None):
    """Checks that the number of dimensions is one of ranks."""
    return _rank_in(x, ranks, message, name)


def _rank_in(x, ranks, message, name, data=None, summarize=None):
    with tf.name_scope(name or "assert_rank_in"):
        x = _tensor_or_sparse(x)
        ranks = [tf.convert_to_tensor(rank, name="rank") for rank in ranks]
        if data is None:
            data = [_prefix(message), f"Tensor {_name_of(x)} must have rank in"] + ranks + ["Received shape: ", tf.shape(x)]
        for rank in ranks:
            if rank.dtype != tf.int32:
                raise TypeError(f"{_prefix(message)}ranks must be int32, got {rank.dtype.name}")
            with tf.name_scope("assert_type"):
                tf.no_op(name="statically_determined_correct_type")
        wanted = [tf.internal.static_value(rank) for rank in ranks]
        if None not in wanted and x.shape.rank is not None:
            if x.shape.rank not in wanted:
                raise ValueError(
                    f"{_prefix(message)}tensor {_name_of(x)} must have rank in {wanted}, got rank {x.shape.rank}, shape {x.shape}")
            return tf.no_op(name="static_checks_determined_all_ok")
        actual = tf.rank(x)
        if not ranks:
            condition = tf.convert_to_tensor(False)
        else:
            condition = tf.math.equal(ranks[0], actual)
            for rank in ranks[1:]:
                condition = tf.math.logical_or(condition, tf.math.equal(rank, actual))
        for rank, value in zip(ranks, wanted):
            if value is None:
                condition = tf.internal.with_dependencies([_scalar_check(rank)], condition)
        return Assert(condition, data, summarize=summarize)


@export("debugging.assert_integer")
def assert_integer(x, message=None, name=None):
    """Checks that x has an integer dtype, while tracing."""
    with tf.name_scope(name or "assert_integer"):
        x = tf.convert_to_tensor(x, name="x")
        if not x.dtype.is_integer:
            raise TypeError(f"{_prefix(message)}expected x to be of integer type, {x.name} is {x.dtype.name}")
        tf.no_op(name="statically_determined_was_integer")


@export("debugging.assert_type")
def assert_type(tensor, tf_type, message=None, name=None):
    """Checks the dtype of a tensor, while tracing."""
    tf_type = tf.dtypes.as_dtype(tf_type)
    with tf.name_scope(name or "assert_type"):
        if not isinstance(tensor, (tf.SparseTensor, tf.RaggedTensor)):
            tensor = tf.convert_to_tensor(tensor, name="tensor")
        if tensor.dtype != tf_type:
            raise TypeError(f"{_prefix(message)}tensor must be of type {tf_type.name}, got {tensor.dtype.name}")
        tf.no_op(name="statically_determined_correct_type")


@export("debugging.assert_scalar")
def assert_scalar(tensor, message=None, name=None):
    """Checks that the static shape is a scalar's."""
    with tf.name_scope(name or "assert_scalar"):
        tensor = tf.convert_to_tensor(tensor)
        if tensor.shape.rank != 0:
            raise ValueError(f"{_prefix(message)}expected scalar shape for {tensor.name}, saw shape {tensor.shape}")


@export("debugging.assert_proper_iterable")
def assert_proper_iterable(values):
    """Checks that values is a list or the like, not a tensor or a str."""
    if not isinstance(values, (list, tuple, dict)):
        raise TypeError(f"expected values to be a list, tuple or dict, got {values}")


@export("debugging.assert_same_float_dtype")
def assert_same_float_dtype(tensors=None, dtype=None):
    """The common dtype of the tensors, which must be floating point; float32 without any."""
    wanted = dtype
    for tensor in tensors or []:
        if tensor is not None:
            if wanted is None:
                wanted = tensor.dtype.base_dtype
            elif tensor.dtype.base_dtype != wanted:
                raise ValueError(f"tensors must be of the same type, got {wanted.name} and {tensor.dtype.name}")
    if wanted is None:
        return tf.float32
    if not wanted.is_floating:
        raise ValueError(f"expected floating point type, got {wanted.name}")
    return wanted


@export("debugging.assert_all_finite")
def assert_all_finite(x, message, name=None):
    """x, checked to hold neither infinities nor NaN."""
    with tf.name_scope(name or "VerifyFinite"):
        x = tf.convert_to_tensor(x, name="x")
        with tf.internal.colocate_with(x):
            check = tf.raw_ops.CheckNumerics(tensor=x, message=message)
            return tf.internal.with_dependencies([check], x)


@export("debugging.check_numerics")
def check_numerics(tensor, message, name=None):
    """tensor, checked to hold neither infinities nor NaN."""
    return tf.raw_ops.CheckNumerics(tensor=tensor, message=message, name=name)


@export("debugging.is_numeric_tensor")
def is_numeric_tensor(tensor):
    """Whether tensor is a tensor of numbers."""
    return isinstance(tensor, tf.Tensor) and tensor.dtype in NUMERIC_TYPES


# assert_shapes. A symbol of a shape is an int, the name of a size, or None or "." for any size; a first symbol ... or "*" stands
# for any number of dimensions.


@export("debugging.assert_shapes")
def assert_shapes(shapes, data=None, summarize=None, message=None, name=None):
    """Checks pairs of tensor and shape, where sizes of the same name are to be equal."""
    with tf.name_scope(name or "assert_shapes"):
        pairs = list(shapes.items()) if isinstance(shapes, dict) else shapes
        pairs = [(x if isinstance(x, tf.SparseTensor) else tf.convert_to_tensor(x), s) for x, s in pairs if s is not None]
        constraints = [_shape_constraint(x, symbols, message) for x, symbols in pairs]
        rank_checks = []
        for c in constraints:
            check = _constraint_rank_check(c, data, summarize, message, name)
            if check is not None:
                rank_checks.append(check)
        size_checks = []
        named = {}  # symbol → (size, tensor, dimension)
        for c in constraints:
            for i, symbol in enumerate(c["symbols"]):
                if symbol in (None, "."):
                    continue
                dim = i - len(c["symbols"]) if c["open"] else i
                with tf.control_dependencies(rank_checks):
                    size = c["sizes"][dim]
                known = _known_size(symbol)
                if known is None and symbol not in named:
                    named[symbol] = (size, c["x"], dim)
                    continue
                check = _size_check(c["x"], dim, size, known, named.get(symbol), data, summarize, message)
                if check is not None:
                    size_checks.append(check)
    with tf.control_dependencies(rank_checks):
        tf.group(size_checks)


def _shape_constraint(x, symbols, message):
    if not isinstance(symbols, (list, tuple, str, tf.TensorShape)):
        raise ValueError(f"{_prefix(message)}a shape must be a list, got {symbols}")
    symbols = tuple(symbols)
    is_open = False
    for i, symbol in enumerate(symbols):
        if symbol is Ellipsis or symbol == "*":
            if i != 0:
                raise ValueError(f"{_prefix(message)}... or * is allowed as the first of a shape only, got {symbols}")
            is_open = True
    return {"x": x, "open": is_open, "sizes": _dimension_sizes(x), "symbols": (symbols[1:] if is_open else symbols) or (1,)}


def _dimension_sizes(x):
    """The sizes of x, (1,) for a scalar: ints where they are known, else elements of its dynamic shape."""
    dynamic = tf.shape(x)
    if x.shape.rank is None:
        return tf.cond(tf.math.equal(tf.rank(x), 0), lambda: tf.constant([1]), lambda: dynamic)
    if x.shape.rank == 0:
        return (1,)
    return [dynamic[i] if size is None else size for i, size in enumerate(x.shape.as_list())]


def _known_size(symbol):
    """symbol as an int when it is one, or the text of one."""
    if isinstance(symbol, str):
        return int(symbol) if symbol.isdigit() else None
    return symbol if isinstance(symbol, int) else None


def _constraint_rank_check(c, data, summarize, message, name):
    rank = len(c["symbols"])
    if c["open"]:
        if rank <= 1:
            return None
        return _rank_check(c["x"], rank, "assert_rank_at_least", "must have rank at least", lambda a, b: a >= b,
                           tf.math.greater_equal, message, name, data, summarize)
    if rank <= 1:
        return _rank_in(c["x"], [0, 1], message, name, data, summarize)
    return _rank_check(c["x"], rank, "assert_rank", "must have rank", lambda a, b: a == b, tf.math.equal, message, name,
                       data, summarize)


def _size_check(x, dim, size, known, named, data, summarize, message):
    if known is not None:
        wanted, source = known, "Specified explicitly"
    else:
        wanted = named[0]
        source = f"Specified by tensor {_name_of(named[1])} dimension {named[2]}"
    if isinstance(size, int) and isinstance(wanted, int):
        if size != wanted:
            raise ValueError(
                f"{_prefix(message)}{source}: dimension {dim} of {_name_of(x)} must have size {wanted}, got shape {x.shape}")
        return None
    condition = tf.math.equal(tf.convert_to_tensor(size), tf.convert_to_tensor(wanted))
    if data is None:
        data = [
            _prefix(message), source, f"Tensor {_name_of(x)} dimension", dim, "must have size", wanted,
            "Received shape: ", tf.shape(x),
        ]
    return Assert(condition, data, summarize=summarize)
