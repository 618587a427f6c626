"""keras.ops: the making, shape and parts of tensors (keras/src/ops/numpy.py, Keras 3.15)."""

from ops_types import FLOATX, axes, dtype_named, is_number, result_type, same_dtype, shape_of, strict_operands, summable
from ops_types import tensor
from sparse import densified, is_sparse, reshaped, with_shape, with_values
from tfsave import tf

# --- making ---


def numpy_Arange(start, stop=None, step=None, dtype=None):
    given = [x if is_number(x) else tensor(x) for x in (start, stop, step) if x is not None]
    to = dtype_named(dtype) if dtype else result_type(*given)
    return tf.range(start, stop, delta=1 if step is None else step, dtype=to) if stop is not None else tf.range(start, dtype=to)


def numpy_Linspace(start, stop, num=50, endpoint=True, retstep=False, dtype=None, axis=0):
    given = [x if is_number(x) else tensor(x) for x in (start, stop)]
    to = dtype_named(dtype) if dtype else result_type(*given, 1.0)
    start, stop = tensor(start, to), tensor(stop, to)
    step = tf.constant(float("nan"))
    if endpoint:
        result = tf.linspace(start, stop, num, axis=axis)
        if num > 1:
            step = (stop - start) / (tf.cast(num, to) - 1)
    else:
        if num > 0:
            step = (stop - start) / tf.cast(num, to)
        if num > 1:
            last = tf.cast(stop, step.dtype) - step
            result = tf.linspace(tf.cast(start, last.dtype), last, num, axis=axis)
        else:
            result = tf.linspace(start, stop, num, axis=axis)
    if to.is_integer:
        result = tf.floor(result)
    result = tensor(result, to)
    static = tf.broadcast_static_shape(start.shape, stop.shape).as_list()
    static.insert(axis % (len(static) + 1), num)
    result.set_shape(static)
    return (result, step) if retstep else result


def numpy_Logspace(start, stop, num=50, endpoint=True, base=10, dtype=None, axis=0):
    result = numpy_Linspace(start, stop, num, endpoint, False, dtype, axis)
    return tf.pow(tf.cast(base, result.dtype), result)


def numpy_Geomspace(start, stop, num=50, endpoint=True, dtype=None, axis=0):
    start, stop = tensor(start), tensor(stop)
    to = dtype_named(dtype) if dtype else FLOATX
    first, last = tf.math.log(tf.cast(tf.abs(start), to)), tf.math.log(tf.cast(tf.abs(stop), to))
    ten = tf.math.log(tf.constant(10.0, to))
    result = numpy_Logspace(first / ten, last / ten, num, endpoint, 10, dtype, axis)
    return result * tf.cast(tf.sign(tf.cast(start, to)), result.dtype)


def numpy_OnesLike(x, dtype=None):
    return tf.ones_like(x, dtype=dtype and dtype_named(dtype))


def numpy_ZerosLike(x, dtype=None):
    return tf.zeros_like(x, dtype=dtype and dtype_named(dtype))


def numpy_EmptyLike(x, dtype=None):
    return numpy_ZerosLike(x, dtype)


def numpy_Full(fill_value, shape, dtype=None):
    return tf.broadcast_to(tensor(fill_value, dtype_named(dtype) if dtype else FLOATX), shape)


def numpy_FullLike(x, fill_value, dtype=None):
    x = tensor(x)
    to = result_type(dtype_named(dtype)) if dtype else result_type(x)
    result = tf.broadcast_to(tensor(fill_value, to), tf.shape(x))
    result.set_shape(x.shape)
    return result


def numpy_Vander(x, N=None, increasing=False):
    x = tensor(x)
    count = shape_of(x)[0] if N is None else N
    powers = tf.range(count) if increasing else tf.range(count - 1, -1, -1)
    compute = result_type(x, tf.float32)
    result = tf.pow(tf.cast(tf.expand_dims(x, -1), compute), tf.cast(powers, compute))
    return tf.cast(result, result_type(x))


def numpy_Meshgrid(*x, indexing="xy"):
    return tf.meshgrid(*x, indexing=indexing)


# --- shape ---


def numpy_Ndim(x):
    return tf.constant(tensor(x).shape.rank)


def numpy_Size(x):
    return tf.size(tensor(x))


def numpy_Reshape(x, newshape):
    return reshaped(tensor(x), [-1 if n is None else n for n in newshape] if isinstance(newshape, (list, tuple)) else newshape)


def numpy_Ravel(x):
    return tf.reshape(tensor(x), [-1])


def numpy_ExpandDims(x, axis):
    x = tensor(x)
    places = axes(axis)
    rank = x.shape.rank + len(places)
    for a in sorted([a % rank for a in places]):
        if is_sparse(x):
            shape = x.shape.as_list()
            x = with_shape(tf.sparse.expand_dims(x, a), shape[:a] + [1] + shape[a:])
        else:
            x = tf.expand_dims(x, a)
    return x


def numpy_Squeeze(x, axis=None):
    x = tensor(x)
    if is_sparse(x):
        return sparse_squeeze(x, axes(axis))
    result = tf.squeeze(x, axis=axes(axis))
    if axis is None:  # of the dimensions that are not known none is 1, for Keras
        result.set_shape([n for n in x.shape.as_list() if n != 1])
    return result


def sparse_squeeze(x, places):
    """A sparse tensor without dimensions of size 1; of those that are not known none is, for Keras."""
    rank = x.shape.rank
    gone = [i for i, n in enumerate(x.shape.as_list()) if n == 1] if places is None else [a % rank for a in places]
    kept = [i for i in range(rank) if i not in gone]
    for a in gone:
        if x.shape[a] != 1:
            raise ValueError(f"dimension {a} of {x.shape} is not known to be 1")
    indices = tf.gather(x.indices, kept, axis=1)
    return with_shape(tf.SparseTensor(indices, x.values, tf.gather(x.dense_shape, kept)), [x.shape[i] for i in kept])


def numpy_Transpose(x, axes=None):
    x = tensor(x)
    perm = [a % x.shape.rank for a in axes] if axes else None
    if is_sparse(x):
        order = perm or list(reversed(range(x.shape.rank)))
        return with_shape(tf.sparse.transpose(x, perm=order), [x.shape[a] for a in order])
    return tf.transpose(x, perm=perm)


def numpy_Swapaxes(x, axis1, axis2):
    x = tensor(x)
    perm = list(range(x.shape.rank))
    perm[axis1], perm[axis2] = perm[axis2], perm[axis1]
    return x if perm == list(range(x.shape.rank)) else tf.transpose(x, perm)


def numpy_Moveaxis(x, source, destination):
    x = tensor(x)
    rank = x.shape.rank
    source, destination = [a % rank for a in axes(source)], [a % rank for a in axes(destination)]
    if source == destination:
        return x
    perm = [i for i in range(rank) if i not in source]
    for to, origin in sorted(zip(destination, source)):
        perm.insert(to, origin)
    return tf.transpose(x, perm)


def numpy_BroadcastTo(x, shape):
    return tf.broadcast_to(x, shape)


def numpy_Tile(x, repeats):
    x = tensor(x)
    repeats = list(axes(repeats))
    repeats = [1] * (x.shape.rank - len(repeats)) + repeats
    for _ in range(len(repeats) - x.shape.rank):
        x = tf.expand_dims(x, 0)
    return tf.tile(x, repeats)


def numpy_Repeat(x, repeats, axis=None):
    x = tensor(x)
    if x.dtype == tf.uint16:
        return tf.cast(numpy_Repeat(tf.cast(x, tf.uint32), repeats, axis), tf.uint16)
    result = tf.repeat(x, repeats, axis=axis)
    if axis is not None and not tf.is_tensor(repeats):
        static = x.shape.as_list()
        if isinstance(repeats, (list, tuple)):
            static[axis] = sum(repeats) if len(repeats) > 1 else None
        elif static[axis] is not None:
            static[axis] *= repeats
        result.set_shape(static)
    return result


def numpy_Flip(x, axis=None):
    x = tensor(x)
    rank = x.shape.rank
    return tf.reverse(x, list(range(rank)) if axis is None else [a % rank for a in axes(axis)])


def numpy_Fliplr(x):
    return tf.reverse(tensor(x), [1])


def numpy_Flipud(x):
    return tf.reverse(tensor(x), [0])


def numpy_Rot90(array, k=1, axes=(0, 1)):
    x = tensor(array)
    k %= 4
    if k == 0:
        return x
    rank = x.shape.rank
    axes = [a % rank for a in axes]
    perm = [i for i in range(rank) if i not in axes] + axes
    x = tf.transpose(x, perm)
    shape = shape_of(x)
    rows, columns = (shape[-1], shape[-2]) if k % 2 else (shape[-2], shape[-1])
    x = quarter_turn(tf.reshape(x, [-1] + shape[-2:]))
    if k > 1:
        # Keras takes the sides for what they are in the end, which is right for squares only.
        x = tf.reshape(x, [-1, rows, columns])
        for _ in range(k - 1):
            x = quarter_turn(x)
    x = tf.reshape(x, shape[:-2] + [rows, columns])
    return tf.transpose(x, [perm.index(i) for i in range(rank)])


def quarter_turn(x):
    """Matrices turned by 90 degrees, from the first axis to the second."""
    return tf.transpose(tf.reverse(x, [2]), [0, 2, 1])


def numpy_Roll(x, shift, axis=None):
    x = tensor(x)
    if axis is not None:
        return tf.roll(x, shift=shift, axis=axis)
    result = tf.reshape(tf.roll(tf.reshape(x, [-1]), shift, 0), tf.shape(x))
    result.set_shape(x.shape)
    return result


def numpy_Pad(x, constant_values=None, pad_width=0, mode="constant"):
    x = tensor(x)
    if isinstance(pad_width, int):
        pad_width = [[pad_width, pad_width]]
    elif isinstance(pad_width[0], int):
        pad_width = [pad_width]
    widths = [[w[0], w[-1]] for w in pad_width]
    if len(widths) == 1:
        widths = widths * x.shape.rank
    if constant_values is None:
        return tf.pad(x, widths, mode.upper())
    return tf.pad(x, widths, mode.upper(), constant_values=constant_values)


# --- several tensors ---


def numpy_Concatenate(xs, axis=0):
    if all([is_sparse(x) for x in xs]):
        return tf.sparse.concat(axis, xs)
    return tf.concat(same_dtype([densified(x) for x in xs]), axis=axis)


def numpy_Append(x1, x2, axis=None):
    a, b = strict_operands(x1, x2)
    if axis is None:
        return tf.concat([tf.reshape(a, [-1]), tf.reshape(b, [-1])], axis=0)
    return tf.concat([a, b], axis=axis)


def numpy_Stack(x, axis=0):
    return tf.stack(same_dtype(x), axis=axis)


def numpy_Hstack(xs):
    xs = same_dtype(xs)
    return tf.concat(xs, axis=0 if xs[0].shape.rank == 1 else 1)


def numpy_Vstack(xs):
    return tf.concat(same_dtype(xs), axis=0)


def numpy_Dstack(xs):
    deep = []
    for x in same_dtype(xs):
        if x.shape.rank == 0:
            x = tf.reshape(x, [1, 1, 1])
        elif x.shape.rank == 1:
            x = tf.expand_dims(tf.expand_dims(x, 0), 2)
        elif x.shape.rank == 2:
            x = tf.expand_dims(x, 2)
        deep.append(x)
    return tf.concat(deep, axis=2)


def numpy_Split(x, indices_or_sections, axis=0):
    x = tensor(x)
    if isinstance(indices_or_sections, int):
        return tf.split(x, indices_or_sections, axis=axis)
    places = list(indices_or_sections)
    sizes = [end - start for start, end in zip([0] + places[:-1], places)]
    parts = tf.split(x, sizes + [shape_of(x)[axis] - places[-1]], axis=axis)
    for part, size in zip(parts, sizes):
        static = x.shape.as_list()
        static[axis] = size
        part.set_shape(static)
    return parts


def numpy_Hsplit(x, indices_or_sections):
    return numpy_Split(x, indices_or_sections, 0 if tensor(x).shape.rank == 1 else 1)


def numpy_Vsplit(x, indices_or_sections):
    return numpy_Split(x, indices_or_sections, 0)


def numpy_Dsplit(x, indices_or_sections):
    return numpy_Split(x, indices_or_sections, 2)


def numpy_ArraySplit(x, indices_or_sections, axis=0):
    x = tensor(x)
    total = x.shape[axis]
    if total is None:
        raise ValueError(f"array_split needs to know dimension {axis} of {x.shape}")
    count = indices_or_sections
    small, larger = total // count, total % count
    return tf.split(x, [small + 1] * larger + [small] * (count - larger), axis=axis)


# --- parts ---


def numpy_GetItem(x, key):
    return tensor(x)[tuple(key) if isinstance(key, list) else key]


def numpy_Take(x, indices, axis=None):
    x = tensor(x)
    if axis is None:
        x, axis = tf.reshape(x, [-1]), 0
    if isinstance(indices, tf.RaggedTensor):
        return tf.gather(x, indices.with_values(from_end(indices.values, tf.shape(x)[axis])), axis=axis)
    if is_sparse(indices) and x.dtype.is_floating and axis == 0:
        return rows_at(x, with_values(indices, from_end(indices.values, tf.shape(x)[0])))
    indices = densified(indices)
    return tf.gather(x, from_end(tensor(indices), tf.shape(x)[axis]), axis=axis)


def rows_at(x, indices):
    """The rows of a tensor of floats at sparse indices; where there is none, the first row."""
    result = tf.nn.safe_embedding_lookup_sparse(tf.convert_to_tensor(x), tf.sparse.expand_dims(indices, -1), default_id=0)
    result.set_shape(indices.shape.as_list() + x.shape[1:].as_list())
    return result


def from_end(indices, size):
    """Indices of which the negative ones count from the end."""
    return tf.where(indices < 0, indices + tf.cast(size, indices.dtype), indices)


def numpy_TakeAlongAxis(x, indices, axis=None):
    x, indices = tensor(x), tensor(indices, tf.int64)
    if axis is None:
        x, axis = tf.reshape(x, [-1]), 0
    rank = x.shape.rank
    axis %= rank
    sizes = []
    for i, (a, b) in enumerate(zip(shape_of(x), shape_of(indices))):
        if i == axis:
            sizes.append(1)
        elif isinstance(a, int) or isinstance(b, int):
            known, other = (a, b) if isinstance(a, int) else (b, a)
            sizes.append(other if known == 1 else known)
        else:
            sizes.append(tf.maximum(a, b))
    shapes = [sizes[:axis] + [shape_of(t)[axis]] + sizes[axis + 1 :] for t in (x, indices)]
    static = [n if isinstance(n, int) else None for n in shapes[1]]
    x, indices = tf.broadcast_to(x, shapes[0]), tf.broadcast_to(indices, shapes[1])
    indices = from_end(indices, tf.shape(x)[axis])
    perm = list(range(rank))
    perm[axis], perm[-1] = perm[-1], perm[axis]
    x, indices = tf.transpose(x, perm), tf.transpose(indices, perm)
    rows = tf.gather(
        tf.reshape(x, tf.stack([-1, tf.shape(x)[-1]])), tf.reshape(indices, tf.stack([-1, tf.shape(indices)[-1]])), batch_dims=1
    )
    result = tf.transpose(tf.reshape(rows, tf.shape(indices)), perm)
    result.set_shape(static)
    return result


def numpy_Nonzero(x):
    x = tensor(x)
    places = tf.unstack(tf.where(tf.cast(x, tf.bool)), x.shape.rank, axis=1)
    return [tf.cast(p, tf.int32) for p in places]


def numpy_UnravelIndex(indices, shape):
    indices = tensor(indices)
    # Keras takes the dimensions from the last only for a list of indices.
    order = list(reversed(shape)) if indices.shape.rank == 1 else list(shape)
    places = []
    for size in order:
        places.append(indices % size)
        indices = indices // size
    return list(reversed(places))


def numpy_IsIn(x1, x2, assume_unique=False, invert=False):
    a, b = strict_operands(x1, x2)
    found = tf.reduce_any(tf.equal(tf.expand_dims(tf.reshape(a, [-1]), 1), tf.reshape(b, [1, -1])), axis=1)
    result = tf.reshape(tf.logical_not(found) if invert else found, tf.shape(a))
    result.set_shape(a.shape)
    return result


# --- triangles and diagonals ---


def numpy_Tril(x, k=0):
    x = tensor(x)
    return tf.linalg.band_part(x, -1, k) if k >= 0 else tf.where(triangle(x, k), x, tf.zeros_like(x))


def numpy_Triu(x, k=0):
    x = tensor(x)
    return tf.linalg.band_part(x, -k, -1) if k <= 0 else tf.where(tf.logical_not(triangle(x, k - 1)), x, tf.zeros_like(x))


def triangle(x, k):
    """Which elements of the matrices are on the diagonal k or below."""
    shape = tf.shape(x)
    return tf.expand_dims(tf.range(shape[-2]), 1) >= tf.expand_dims(tf.range(shape[-1]), 0) - k


def numpy_Diag(x, k=0):
    x = tensor(x)
    if x.shape.rank == 1:
        return tf.linalg.diag(x, k=k)
    if x.shape.rank == 2:
        return numpy_Diagonal(x, k)
    raise ValueError(f"diag takes a vector or a matrix, not {x.shape}")


def numpy_Diagflat(x, k=0):
    return numpy_Diag(tf.reshape(tensor(x), [-1]), k)


def numpy_Diagonal(x, offset=0, axis1=0, axis2=1):
    x = numpy_Moveaxis(x, [axis1, axis2], [-2, -1])
    rows, columns = x.shape[-2], x.shape[-1]
    if offset != 0 and rows is not None and columns is not None and (offset <= -rows or offset >= columns):
        x = tf.zeros(shape_of(x)[:-1] + [0], x.dtype)
        offset = 0
    return tf.linalg.diag_part(x, k=offset)


def numpy_Trace(x, offset=0, axis1=0, axis2=1):
    x = numpy_Moveaxis(summable(x), [axis1, axis2], [-2, -1])
    shape = tf.shape(x)
    diagonal = tf.equal(tf.expand_dims(tf.range(shape[-2]), 1) + offset, tf.expand_dims(tf.range(shape[-1]), 0))
    return tf.reduce_sum(tf.where(diagonal, x, tf.zeros_like(x)), axis=[-2, -1])
