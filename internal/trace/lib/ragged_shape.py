"""Broadcasting of the arguments of elementwise functions, after ops/ragged/dynamic_ragged_shape.py of TensorFlow 2.21.

A shape is a dict: partitions, a tuple of row partitions, inner, a vector tensor with the sizes from the innermost partitioned
dimension on, and static, what is known of inner. A broadcaster is a dict: source and target, two shapes of one dtype, and layers,
which say for each dimension of the target which slice of the source to take, as a vector of indices.
"""

from tfsave import export, tf


def _shape(partitions, inner, dtype=None):
    if dtype is None:
        found = [p["row_splits"].dtype for p in partitions]
        if isinstance(inner, tf.Tensor):
            found.append(inner.dtype)
        dtype = found[0] if found else tf.int64
    partitions = tuple([tf.internal.row_partition.with_dtype(p, dtype) for p in partitions])
    inner = tf.convert_to_tensor(inner, dtype_hint=dtype, name="inner_dim_sizes")
    if inner.dtype != dtype:
        inner = tf.cast(inner, dtype)
    inner.shape.assert_has_rank(1)
    return {"partitions": partitions, "inner": inner, "static": tf.internal.constant_value_as_shape(inner)}


def _of(value):
    if isinstance(value, tf.RaggedTensor):
        return _shape(value.row_partitions, tf.shape(value.flat_values))
    return _shape([], tf.shape(value))


def _dtype(shape):
    return shape["inner"].dtype


def _with_dtype(shape, dtype):
    return shape if _dtype(shape) == dtype else _shape(shape["partitions"], shape["inner"], dtype)


def _rank(shape):
    inner = shape["static"].rank
    return None if inner is None else len(shape["partitions"]) + inner


def _dimension(shape, index):
    """The size of a uniform dimension."""
    count = len(shape["partitions"])
    if index == 0 and count > 0:
        known = tf.internal.row_partition.static_nrows(shape["partitions"][0])
        if known is not None:
            return tf.constant(known, dtype=_dtype(shape))
        return tf.internal.row_partition.nrows(shape["partitions"][0])
    if count == 0 or index > count:
        known = shape["static"][index - count]
        return shape["inner"][index - count] if known is None else tf.constant(known, dtype=_dtype(shape))
    return shape["partitions"][index - 1]["uniform_row_length"]


def _slices(shape, axis):
    """How many slices there are in dimension axis."""
    axis = axis + _rank(shape) if axis < 0 else axis
    if axis == 0:
        return _dimension(shape, 0)
    if axis <= len(shape["partitions"]):
        return tf.internal.row_partition.nvals(shape["partitions"][axis - 1])
    sizes = shape["inner"][: axis - (len(shape["partitions"]) - 1)]
    if sizes.dtype == tf.int64:
        return tf.cast(tf.math.reduce_prod(tf.cast(sizes, tf.int32)), tf.int64)
    return tf.math.reduce_prod(sizes)


def _inner_with_rank(shape, rank):
    """The sizes of the last rank dimensions, with those before merged into the first."""
    static = shape["static"]
    if rank == static.rank:
        return shape["inner"]
    if rank < static.rank:
        if static.is_fully_defined():
            tail = static.as_list()[static.rank - rank + 1:]
            first = static[: static.rank - rank + 1].num_elements()
            return tf.constant([first] + tail, dtype=_dtype(shape))
        first = _slices(shape, -rank)
        if rank == 1:
            return tf.expand_dims(first, 0)
        rest = shape["inner"][1 - rank:]
        return tf.concat([tf.expand_dims(first, 0), rest], axis=0)
    outer = shape["partitions"][-(rank - static.rank):]
    if any([p["uniform_row_length"] is None for p in outer]):
        raise ValueError("a ragged dimension has no uniform size")
    sizes = [_slices(shape, -rank)] + [p["uniform_row_length"] for p in outer]
    return tf.concat([tf.stack(sizes), shape["inner"][1:]], axis=0)


def _with_partitions(shape, count):
    """The same shape with count partitioned dimensions."""
    rank = _rank(shape)
    partitions = shape["partitions"]
    if count == len(partitions):
        return shape
    if count >= rank:
        raise ValueError(f"there must be less than {rank} row partitions, got {count}")
    if count < len(partitions):
        return _shape(partitions[:count], _inner_with_rank(shape, rank - count))
    size = lambda i: shape["inner"][i] if shape["static"][i] is None else shape["static"][i]
    nvals = size(0)
    more = []
    for i in range(count - len(partitions)):
        nrows = nvals
        length = size(i + 1)
        nvals = nrows * length
        more.append(tf.internal.row_partition.from_uniform_row_length(length, nrows=nrows, dtype=_dtype(shape)))
    return _shape(partitions + tuple(more), _inner_with_rank(shape, rank - count))


def _all_partitions(shape):
    return _with_partitions(shape, _rank(shape) - 1)["partitions"]


# Layers.


def _identity_layer(count):
    return tf.range(count)


def _first_pair(a, b):
    """The layers of the outermost dimension, of a and b slices."""
    known_a, known_b = tf.internal.static_value(a), tf.internal.static_value(b)
    if known_a is not None:
        if known_a == known_b:
            same = tf.range(known_a, dtype=a.dtype)
            return same, same
        if known_a == 1:
            return tf.zeros(b, dtype=b.dtype), _identity_layer(b)
    if known_b == 1:
        return _identity_layer(a), tf.zeros(a, dtype=a.dtype)
    from_a = tf.math.equal(a, tf.constant(1, a.dtype))
    from_b = tf.math.equal(b, tf.constant(1, b.dtype))
    can_broadcast = tf.math.logical_or(tf.math.logical_or(from_a, from_b), tf.math.equal(a, b))
    layers = tf.cond(
        from_a,
        lambda: [tf.zeros(b, dtype=b.dtype), tf.range(b)],
        lambda: tf.cond(
            from_b,
            lambda: [tf.range(a), tf.zeros(a, dtype=a.dtype)],
            lambda: [tf.range(a), tf.range(b)]))
    # A check for each layer, as TensorFlow makes them.
    return tuple([
        tf.internal.with_dependencies([tf.debugging.assert_equal(can_broadcast, True)], layer) for layer in layers])


def _vectors(a, b):
    """The layers and the shape of two vectors' sizes, each a vector of one element."""
    a_0, b_0 = a[0], b[0]
    from_a = lambda: [tf.zeros(b_0, dtype=b_0.dtype), tf.range(b_0), b]
    from_b = lambda: [tf.range(a_0), tf.zeros(a_0, dtype=a_0.dtype), a]
    if tf.internal.static_value(a) == [1]:
        return from_a()
    if tf.internal.static_value(b) == [1]:
        return from_b()
    can_from_a = tf.math.equal(a_0, 1)
    can_from_b = tf.math.equal(b_0, 1)
    same = tf.math.equal(a_0, b_0)
    can_broadcast = tf.math.logical_or(can_from_a, tf.math.logical_or(can_from_b, same))
    check = tf.debugging.assert_equal(can_broadcast, True, message="Cannot broadcast")
    results = tf.cond(
        can_from_a, from_a, lambda: tf.cond(can_from_b, from_b, lambda: [tf.range(a_0), tf.range(b_0), b]))
    return [tf.internal.with_dependencies([check], x) for x in results]


def _broadcast_partition(layer, partition):
    """A partition with its rows taken as layer says."""
    if partition["uniform_row_length"] is None:
        lengths = tf.gather(tf.internal.row_partition.row_lengths(partition), layer)
        return tf.internal.row_partition.from_row_lengths(lengths)
    length = partition["uniform_row_length"]
    return tf.internal.row_partition.from_uniform_row_length(
        length, nvals=length * _layer_rows(layer), nrows=_layer_rows(layer))


def _layer_rows(layer):
    return tf.cast(tf.shape(layer)[0], dtype=layer.dtype)


def _half(layer, partition):
    """The next layer and the partition of the target, where that has the row lengths of the source."""
    target = _broadcast_partition(layer, partition)
    old_rowids = tf.gather(layer, tf.internal.row_partition.value_rowids(target))
    old_starts = tf.gather(partition["row_splits"], old_rowids)
    return old_starts + tf.internal.row_partition.offsets_in_rows(target), target


def _repeated(layer, target):
    """The next layer where each row of the source has one value, for all values of the target's row."""
    return tf.gather(layer, tf.internal.row_partition.value_rowids(target))


def _next_pair(a_layer, b_layer, a, b):
    """The partition of the target and the next layers, from the partitions of both sources."""
    if a["uniform_row_length"] is not None and b["uniform_row_length"] is not None:
        return _both_uniform(a_layer, b_layer, a, b)
    if a["uniform_row_length"] is not None:
        return _half_ragged(a_layer, b_layer, a, b)
    if b["uniform_row_length"] is not None:
        target, b_next, a_next = _half_ragged(b_layer, a_layer, b, a)
        return target, a_next, b_next
    a_next, a_target = _half(a_layer, a)
    b_next, b_target = _half(b_layer, b)
    checks = [tf.debugging.assert_equal(a_target["row_splits"], b_target["row_splits"])]
    target = tf.internal.row_partition.with_dependencies(checks, a_target)
    a_next = tf.internal.with_dependencies(checks, a_next)
    return target, a_next, tf.internal.with_dependencies(checks, b_next)


def _half_ragged(a_layer, b_layer, a, b):
    """a is uniform, b is not."""
    if tf.internal.static_value(a["uniform_row_length"]) == 1:
        b_next, b_target = _half(b_layer, b)
        a_next = _repeated(a_layer, b_target)
        return tf.internal.row_partition.from_row_splits(b_target["row_splits"]), a_next, b_next

    def same():
        a_next, a_target = _half(a_layer, a)
        b_next, b_target = _half(b_layer, b)
        checks = [tf.debugging.assert_equal(a_target["row_splits"], b_target["row_splits"])]
        return [tf.internal.with_dependencies(checks, x) for x in (a["row_splits"], a_next, b_next)]

    def from_a():
        b_next, b_target = _half(b_layer, b)
        a_next = _repeated(a_layer, b_target)
        return [b_target["row_splits"], a_next, b_next]

    can_from_a = tf.math.equal(a["uniform_row_length"], 1)
    splits, a_next, b_next = tf.cond(can_from_a, from_a, same)
    return tf.internal.row_partition.from_row_splits(splits), a_next, b_next


def _both_uniform(a_layer, b_layer, a, b):
    from_uniform = tf.internal.row_partition.from_uniform_row_length
    a_length, b_length = a["uniform_row_length"], b["uniform_row_length"]
    known_a, known_b = tf.internal.static_value(a_length), tf.internal.static_value(b_length)

    def same():
        a_next, _ = _half(a_layer, a)
        b_next, _ = _half(b_layer, b)
        return [a_length, a_next, b_next]

    def from_a():
        b_next, b_target = _half(b_layer, b)
        return [b_length, _repeated(a_layer, b_target), b_next]

    def from_b():
        a_next, a_target = _half(a_layer, a)
        b_next = _repeated(b_layer, a_target)
        return [a_length, a_next, b_next]

    if known_a is not None and known_a == known_b:
        _, a_next, b_next = same()
        return from_uniform(known_a, nrows=_layer_rows(a_layer)), a_next, b_next
    if known_a == 1:
        _, a_next, b_next = from_a()
        return from_uniform(b_length, nrows=_layer_rows(b_layer)), a_next, b_next
    if known_b == 1:
        _, a_next, b_next = from_b()
        return from_uniform(a_length, nrows=_layer_rows(a_layer)), a_next, b_next
    can_from_b = tf.math.equal(b_length, 1)
    can_from_a = tf.math.equal(a_length, 1)
    can_broadcast = tf.math.logical_or(
        tf.math.logical_or(can_from_a, can_from_b), tf.math.equal(a_length, b_length))
    checks = [tf.debugging.assert_equal(can_broadcast, True)]
    results = tf.cond(can_from_a, from_a, lambda: tf.cond(can_from_b, from_b, same))
    length, a_next, b_next = [tf.internal.with_dependencies(checks, x) for x in results]
    target = from_uniform(length, nvals=length * _layer_rows(a_layer), nrows=_layer_rows(a_layer))
    return target, a_next, b_next


def _all_pairs(a_layer, b_layer, a_partitions, b_partitions):
    """_next_pair for each dimension in turn."""
    targets, a_layers, b_layers = [], [], []
    for a, b in zip(a_partitions, b_partitions):
        target, a_layer, b_layer = _next_pair(a_layer, b_layer, a, b)
        targets.append(target)
        a_layers.append(a_layer)
        b_layers.append(b_layer)
    return targets, a_layers, b_layers


# Shapes.


def _broadcaster(source, target, layers):
    dtype = _dtype(source)
    return {
        "source": source,
        "target": _with_dtype(target, dtype),
        "layers": [tf.cast(tf.convert_to_tensor(layer), dtype) for layer in layers],
    }


def _identity(shape):
    return _broadcaster(shape, shape, [_identity_layer(_slices(shape, i)) for i in range(_rank(shape))])


def _broadcast(a, b):
    """The shape that a and b broadcast to, and the broadcasters of a and b."""
    if _dtype(a) != _dtype(b):
        if a["partitions"] and b["partitions"]:
            raise ValueError("ragged arguments have different row splits dtypes, use with_row_splits_dtype")
        dtype = _dtype(a) if a["partitions"] else _dtype(b) if b["partitions"] else tf.int64
        a, b = _with_dtype(a, dtype), _with_dtype(b, dtype)
    if _rank(a) is None or _rank(b) is None:
        raise ValueError("ragged tensors of unknown rank cannot be broadcast")
    if _rank(a) == 0:
        return b, _broadcaster(a, b, []), _identity(b)
    if _rank(b) == 0:
        return a, _identity(a), _broadcaster(b, a, [])
    if _rank(a) == 1 and _rank(b) == 1:
        a_layer, b_layer, sizes = _vectors(a["inner"], b["inner"])
        target = _shape([], sizes)
        return target, _broadcaster(a, target, [a_layer]), _broadcaster(b, target, [b_layer])
    if _rank(a) > _rank(b):
        target, b_broadcaster, a_broadcaster = _broadcast_up(b, a)
        return target, a_broadcaster, b_broadcaster
    return _broadcast_up(a, b)


def _broadcast_up(a, b):
    """_broadcast where a has no more dimensions than b."""
    a_partitions = _all_partitions(a)
    b_partitions = _all_partitions(b)
    if len(a_partitions) < len(b_partitions):
        size = _dimension(a, 0)
        known = tf.internal.static_value(size)
        size = size if known is None else known
        a_outer = tf.internal.row_partition.from_uniform_row_length(size, nrows=1, nvals=size)
        b_outer = b_partitions[-(len(a_partitions) + 1)]
        one = tf.constant(1, dtype=b_partitions[0]["row_splits"].dtype)
        a_first, b_first = _first_pair(one, tf.internal.row_partition.nrows(b_outer))
        outer, a_layer, b_layer = _next_pair(a_first, b_first, a_outer, b_outer)
        tail = b_partitions[-len(a_partitions):] if a_partitions else []
        targets, a_layers, b_layers = _all_pairs(a_layer, b_layer, a_partitions, tail)
        return _complete(
            a, b, b_partitions, [outer] + targets, [a_layer] + a_layers, [b_first, b_layer] + b_layers)
    a_layer, b_layer = _first_pair(
        tf.internal.row_partition.nrows(a_partitions[0]), tf.internal.row_partition.nrows(b_partitions[0]))
    targets, a_layers, b_layers = _all_pairs(a_layer, b_layer, a_partitions, b_partitions)
    return _complete(a, b, b_partitions, targets, [a_layer] + a_layers, [b_layer] + b_layers)


def _complete(a, b, b_partitions, targets, a_layers, b_layers):
    """The results of _broadcast_up, where targets are the innermost partitions and b_layers the innermost layers."""
    prefix = [_identity_layer(_slices(b, i)) for i in range(_rank(b) - len(b_layers))]
    counts = [
        len(s["partitions"]) + max(0, _rank(other) - _rank(s)) for s, other in ((a, b), (b, a)) if s["partitions"]]
    partitions = tuple(b_partitions[: len(b_partitions) - len(targets)]) + tuple(targets)
    target = _shape(partitions, [tf.internal.row_partition.nvals(partitions[-1])])
    target = _with_partitions(target, max(counts) if counts else 0)
    return target, _broadcaster(a, target, a_layers), _broadcaster(b, target, prefix + b_layers)


def _broadcast_flat(broadcaster, value):
    """The flat values of value, broadcast except for the inner dimensions."""
    source, target = broadcaster["source"], broadcaster["target"]
    flat = value.flat_values if isinstance(value, tf.RaggedTensor) else value
    if _rank(target) == 0:
        return flat
    inner_rank = target["static"].rank
    if inner_rank > _rank(source):
        if source["partitions"]:
            flat = tf.reshape(flat, _inner_with_rank(source, _rank(source)))
        return flat
    if source["static"].rank != inner_rank:
        flat = tf.reshape(flat, _inner_with_rank(source, inner_rank))
    return tf.gather(flat, broadcaster["layers"][-inner_rank])


def _with_rows(shape, flat):
    if not shape["partitions"]:
        return flat
    with tf.name_scope("RaggedFromNestedRowPartitions"):
        return tf.internal.ragged.from_partitions(flat, shape["partitions"])


def _checked(shape, flat):
    """flat, checked to have as many values as the innermost partition."""
    if not shape["partitions"]:
        return flat
    last = shape["partitions"][-1]
    known = flat.shape[0]
    static = tf.internal.row_partition.static_nvals(last)
    if known is not None and static is not None:
        if known != static:
            raise ValueError(f"the innermost partition is of {static} values, there are {known}")
        return flat
    check = tf.debugging.assert_equal(
        tf.internal.row_partition.nvals(last), tf.shape(flat, out_type=_dtype(shape))[0],
        message="Last row partition does not match flat_values.")
    return tf.internal.with_dependencies([check], flat)


@export("internal.ragged.elementwise")
def elementwise(function, x, y, check_only=False):
    """function of the values of x and y, broadcast; with check_only what it returns, else in the rows of the result."""
    x_ragged, y_ragged = isinstance(x, tf.RaggedTensor), isinstance(y, tf.RaggedTensor)
    x = tf.internal.ragged.convert(x, dtype_hint=y.dtype if y_ragged else None)
    y = tf.internal.ragged.convert(y, dtype_hint=x.dtype)
    tf.internal.ragged.match_dtypes(x, y)
    x_values = x.flat_values if x_ragged else x
    y_values = y.flat_values if y_ragged else y
    if not ((x_ragged and y_ragged)
            or (x_ragged and _known_rank(x_values) <= _known_rank(y))
            or (y_ragged and _known_rank(y_values) <= _known_rank(x))):
        result = function(x_values, y_values)
        if check_only:
            return result
        return x.with_flat_values(result) if x_ragged else y.with_flat_values(result)

    x_shape = _of(x)
    y_shape = _of(y)
    if _dtype(x_shape) != _dtype(y_shape):
        if not x_ragged:
            x_shape = _with_dtype(x_shape, _dtype(y_shape))
        elif not y_ragged:
            y_shape = _with_dtype(y_shape, _dtype(x_shape))
    if _same_partitions(x_shape["partitions"], y_shape["partitions"]):
        result = function(x_values, y_values)
        return result if check_only else _with_rows(x_shape, result)
    shape, x_broadcaster, y_broadcaster = _broadcast(x_shape, y_shape)
    x_values = _broadcast_flat(x_broadcaster, x)
    y_values = _broadcast_flat(y_broadcaster, y)
    result = function(x_values, y_values)
    return result if check_only else _with_rows(shape, _checked(shape, result))


def _known_rank(x):
    if x.shape.rank is None:
        raise ValueError("ragged tensors of unknown rank cannot be broadcast")
    return x.shape.rank


def _same_partitions(a, b):
    return len(a) == len(b) and all([p is q for p, q in zip(a, b)])
