"""Root functions of tf on the shape and layout of tensors: reshape, concat, transpose, pad, …"""

from tfsave import export, tf


def _take_shape(result, shape):
    """Gives result the static shape that is known of a shape tensor."""
    if isinstance(shape, tf.Tensor) and not result.shape.is_fully_defined():
        result.set_shape(tf.internal.constant_value_as_shape(shape))
    return result


@export("reshape")
def reshape(tensor, shape, name=None):
    """The elements of tensor in another shape; one dimension may be -1."""
    return _take_shape(tf.raw_ops.Reshape(tensor=tensor, shape=shape, name=name), shape)


@export("fill")
def fill(dims, value, name=None, layout=None):
    """A tensor of shape dims that holds value everywhere; layout is not used."""
    return _take_shape(tf.raw_ops.Fill(dims=dims, value=value, name=name), dims)


@export("shape")
def shape(input, out_type=None, name=None):
    """The shape of input as a tensor, a constant when it is known."""
    out_type = out_type or tf.int32
    with tf.name_scope(name or "Shape") as scope:
        input = tf.convert_to_tensor(input)
        if input.shape.is_fully_defined():
            return tf.constant(input.shape.as_list(), out_type, name=scope)
        return tf.raw_ops.Shape(input=input, out_type=out_type, name=scope)


@export("shape_n")
def shape_n(input, out_type=tf.int32, name=None):
    """The shapes of a list of tensors."""
    return tf.raw_ops.ShapeN(input=input, out_type=out_type, name=name)


@export("size")
def size(input, out_type=None, name=None):
    """The number of elements, a constant when it is known."""
    out_type = out_type or tf.int32
    with tf.name_scope(name or "Size") as scope:
        input = tf.convert_to_tensor(input)
        if input.shape.is_fully_defined():
            return tf.constant(input.shape.num_elements(), out_type, name=scope)
        if input.shape.rank and 0 in input.shape.as_list():
            return tf.constant(0, out_type, name=scope)
        return tf.raw_ops.Size(input=input, out_type=out_type, name=scope)


@export("rank")
def rank(input, name=None):
    """The number of dimensions, a constant when it is known."""
    with tf.name_scope(name or "Rank") as scope:
        input = tf.convert_to_tensor(input)
        if input.shape.rank is not None:
            return tf.constant(input.shape.rank, tf.int32, name=scope)
        return tf.raw_ops.Rank(input=input, name=scope)


@export("identity")
def identity(input, name=None):
    """The same value as another tensor."""
    return tf.raw_ops.Identity(input=input, name=name)


@export("identity_n")
def identity_n(input, name=None):
    """The same values as other tensors."""
    return tf.raw_ops.IdentityN(input=input, name=name)


@export("stop_gradient")
def stop_gradient(input, name=None):
    """The same value, through which no gradient flows."""
    return tf.raw_ops.StopGradient(input=input, name=name)


@export("guarantee_const")
def guarantee_const(input, name=None):
    """The same value, which the runtime may take for a constant."""
    return tf.raw_ops.GuaranteeConst(input=input, name=name)


@export("ensure_shape")
def ensure_shape(x, shape, name=None):
    """x, which has to have the given shape, checked now as far as known and again when it runs."""
    if not isinstance(shape, tf.TensorShape):
        shape = tf.TensorShape(shape)
    return tf.raw_ops.EnsureShape(input=x, shape=shape, name=name)


@export("bitcast")
def bitcast(input, type, name=None):
    """The bytes of input read as another dtype."""
    return tf.raw_ops.Bitcast(input=input, type=type, name=name)


@export("expand_dims")
def expand_dims(input, axis, name=None):
    """input with a dimension of size 1 inserted at axis."""
    return tf.raw_ops.ExpandDims(input=input, axis=axis, name=name)


@export("squeeze")
def squeeze(input, axis=None, name=None):
    """input without its dimensions of size 1, or without those of axis."""
    if isinstance(axis, int):
        axis = [axis]
    return tf.raw_ops.Squeeze(input=input, axis=axis or [], name=name)


@export("broadcast_to")
def broadcast_to(input, shape, name=None):
    """input repeated to a shape that it broadcasts to."""
    return tf.raw_ops.BroadcastTo(input=input, shape=shape, name=name)


@export("broadcast_dynamic_shape")
def broadcast_dynamic_shape(shape_x, shape_y):
    """The shape that two shape tensors broadcast to."""
    return tf.raw_ops.BroadcastArgs(s0=shape_x, s1=shape_y)


@export("broadcast_static_shape")
def broadcast_static_shape(shape_x, shape_y):
    """The tf.TensorShape that two static shapes broadcast to."""
    if shape_x.rank is None or shape_y.rank is None:
        return tf.TensorShape(None)
    width = max(shape_x.rank, shape_y.rank)
    left = [1] * (width - shape_x.rank) + shape_x.as_list()
    right = [1] * (width - shape_y.rank) + shape_y.as_list()
    dims = []
    for x, y in zip(left, right):
        if x == 1 or y == 1:
            dims.append(y if x == 1 else x)
        elif x is None or y is None:
            dims.append(y if x is None else x)
        elif x == y:
            dims.append(x)
        else:
            raise ValueError(f"the shapes {shape_x} and {shape_y} do not broadcast")
    return tf.TensorShape(dims)


@export("stack")
def stack(values, axis=0, name="stack"):
    """Tensors of one shape as the rows of a tensor, or along another new axis."""
    shapes = isinstance(values, (list, tuple)) and any([isinstance(value, (tf.TensorShape, range)) for value in values])
    if axis == 0 and not shapes:
        return tf.convert_to_tensor(values, name=name)
    rank = tf.convert_to_tensor(values[0], name=name).shape.rank
    if rank is not None and not -rank - 1 <= axis <= rank:
        raise ValueError(f"axis is {axis}, and the values have the rank {rank}")
    return tf.raw_ops.Pack(values=values, axis=axis, name=name)


@export("parallel_stack")
def parallel_stack(values, name="parallel_stack"):
    """Tensors of one static shape as the rows of a tensor, copied as soon as each is there."""
    with tf.name_scope(name):
        first = tf.convert_to_tensor(values[0]).shape
        rows = [expand_dims(value, 0) for value in values]
        return tf.raw_ops.ParallelConcat(values=rows, shape=tf.TensorShape([len(values)]).concatenate(first))


@export("unstack")
def unstack(value, num=None, axis=0, name="unstack"):
    """The rows of value as a list, or its parts along another axis."""
    if num is None:
        value = tf.convert_to_tensor(value)
        rank = value.shape.rank
        if rank is not None:
            if not -rank <= axis < rank:
                raise ValueError(f"axis is {axis}, and the value has the rank {rank}")
            num = value.shape.as_list()[axis]
        if num is None:
            raise ValueError(f"unstack needs num: the size of axis {axis} of the shape {value.shape} is not known")
    return tf.raw_ops.Unpack(value=value, num=num, axis=axis, name=name)


@export("concat")
def concat(values, axis, name="concat"):
    """Tensors joined along an axis that they have."""
    if not isinstance(values, (list, tuple)):
        values = [values]
    if len(values) == 1:
        with tf.name_scope(name):
            axis = tf.convert_to_tensor(axis, tf.int32, name="concat_dim")
            if axis.shape.rank not in (None, 0):
                raise ValueError(f"axis is a scalar, got the shape {axis.shape}")
            return identity(values[0], name=name)
    return tf.raw_ops.ConcatV2(values=values, axis=axis, name=name)


@export("split")
def split(value, num_or_size_splits, axis=0, num=None, name="split"):
    """value cut along axis into equal parts, or into parts of the given sizes."""
    if isinstance(num_or_size_splits, int):
        return tf.raw_ops.Split(axis=axis, value=value, num_split=num_or_size_splits, name=name)
    sizes = tf.convert_to_tensor(num_or_size_splits)
    if sizes.shape.rank == 0:
        raise ValueError(f"num_or_size_splits is an int or a list, got the scalar {num_or_size_splits!r}")
    if num is None and sizes.shape.rank is not None:
        num = sizes.shape.as_list()[0]
    if num is None:
        raise ValueError(f"split needs num: the number of parts is not known from {num_or_size_splits!r}")
    return tf.raw_ops.SplitV(value=value, size_splits=sizes, axis=axis, num_split=num, name=name)


@export("transpose")
def transpose(a, perm=None, conjugate=False, name="transpose"):
    """a with its dimensions in the order of perm, reversed unless given."""
    with tf.name_scope(name or "transpose") as scope:
        if not tf.is_tensor(a):
            a = tf.convert_to_tensor(a, name="a")
        op = tf.raw_ops.ConjugateTranspose if conjugate and a.dtype.is_complex else tf.raw_ops.Transpose
        if perm is None and a.shape.rank is None:
            perm = tf.raw_ops.Range(start=tf.raw_ops.Rank(input=a) - 1, limit=-1, delta=-1)
        elif perm is None:
            perm = list(range(a.shape.rank - 1, -1, -1))
        if isinstance(perm, (list, tuple)) and not perm:
            perm = tf.constant([], tf.int32, name="perm")
        return op(x=a, perm=perm, name=scope)


@export("tile")
def tile(input, multiples, name=None):
    """input repeated along each dimension."""
    return tf.raw_ops.Tile(input=input, multiples=multiples, name=name)


@export("reverse")
def reverse(tensor, axis, name=None):
    """tensor with the order of the given axes turned round."""
    return tf.raw_ops.ReverseV2(tensor=tensor, axis=axis, name=name)


@export("reverse_sequence")
def reverse_sequence(input, seq_lengths, seq_axis=None, batch_axis=None, name=None):
    """The first seq_lengths[i] elements along seq_axis turned round, for each i along batch_axis."""
    return tf.raw_ops.ReverseSequence(
        input=input, seq_lengths=seq_lengths, seq_dim=seq_axis, batch_dim=batch_axis or 0, name=name
    )


@export("roll")
def roll(input, shift, axis, name=None):
    """input shifted along axis; what falls off the end comes back at the start."""
    return tf.raw_ops.Roll(input=input, shift=shift, axis=axis, name=name)


def _known_paddings(paddings):
    if isinstance(paddings, (list, tuple)):
        return [_known_paddings(part) for part in paddings]
    return tf.internal.static_value(paddings)


@export("pad")
def pad(tensor, paddings, mode="CONSTANT", constant_values=0, name=None):
    """tensor with elements added before and after each dimension."""
    mode = mode.upper()
    if mode not in ("CONSTANT", "REFLECT", "SYMMETRIC"):
        raise ValueError(f"mode is CONSTANT, REFLECT or SYMMETRIC, got {mode}")
    if mode != "CONSTANT":
        result = tf.raw_ops.MirrorPad(input=tensor, paddings=paddings, mode=mode, name=name)
    elif not tf.is_tensor(constant_values) and not isinstance(constant_values, str) and constant_values == 0:
        result = tf.raw_ops.Pad(input=tensor, paddings=paddings, name=name)
    else:
        result = tf.raw_ops.PadV2(input=tensor, paddings=paddings, constant_values=constant_values, name=name)
    known = _known_paddings(paddings)
    before = tensor.shape if isinstance(tensor, tf.Tensor) else result.op.inputs[0].shape
    if before.rank is not None and known is not None and not result.shape.is_fully_defined():
        dims = []
        for padding, dim in zip(known, before.as_list()):
            dims.append(None if dim is None or padding is None or None in padding else dim + sum(padding))
        result.set_shape(dims)
    return result


@export("space_to_batch_nd")
def space_to_batch_nd(input, block_shape, paddings, name=None):
    """Blocks of the padded spatial dimensions moved into the batch dimension."""
    return tf.raw_ops.SpaceToBatchND(input=input, block_shape=block_shape, paddings=paddings, name=name)


@export("space_to_batch", "nn.space_to_batch")
def space_to_batch(input, block_shape, paddings, name=None):
    """Blocks of the padded spatial dimensions moved into the batch dimension."""
    return space_to_batch_nd(input, block_shape, paddings, name)


@export("batch_to_space")
def batch_to_space(input, block_shape, crops, name=None):
    """The batch dimension moved back into blocks of the spatial dimensions, which are then cropped."""
    if isinstance(block_shape, int):
        block_shape = tf.constant([block_shape, block_shape], tf.int64, name=f"{name or 'BatchToSpaceND'}/block_shape")
    return tf.raw_ops.BatchToSpaceND(input=input, block_shape=block_shape, crops=crops, name=name)


@export("required_space_to_batch_paddings")
def required_space_to_batch_paddings(input_shape, block_shape, base_paddings=None, name=None):
    """The paddings that make input_shape divisible by block_shape, and the crops that undo them."""
    with tf.name_scope(name or "required_space_to_batch_paddings"):
        input_shape = tf.convert_to_tensor(input_shape, tf.int32, name="input_shape")
        block_shape = tf.convert_to_tensor(block_shape, tf.int32, name="block_shape")
        if block_shape.shape.rank != 1 or not block_shape.shape.is_fully_defined():
            raise ValueError(f"block_shape is a vector of known length, got the shape {block_shape.shape}")
        count = block_shape.shape.as_list()[0]
        if count == 0:
            return tf.zeros([0, 2], tf.int32), tf.zeros([0, 2], tf.int32)
        input_shape.shape.assert_is_compatible_with([count])
        if base_paddings is None:
            base_paddings = tf.zeros([count, 2], tf.int32)
        else:
            base_paddings = tf.convert_to_tensor(base_paddings, tf.int32, name="base_paddings")
            base_paddings.shape.assert_is_compatible_with([count, 2])
        sizes = tf.internal.static_value(input_shape)
        blocks = tf.internal.static_value(block_shape)
        pads = tf.internal.static_value(base_paddings)
        if sizes is not None and blocks is not None and pads is not None:
            extra = [-(size + sum(pad)) % block for size, block, pad in zip(sizes, blocks, pads)]
            start = [pad[0] for pad in pads]
            end = [pad[1] + more for pad, more in zip(pads, extra)]
        else:
            start = base_paddings[:, 0]
            end = base_paddings[:, 1]
            extra = (block_shape - (input_shape + start + end) % block_shape) % block_shape
            end = end + extra
        paddings = stack([[start[i], end[i]] for i in range(count)], name="paddings")
        crops = stack([[0, extra[i]] for i in range(count)], name="crops")
        return paddings, crops


def _tile_axis(data, axis, multiple):
    if data.shape.rank is not None:
        return tile(data, [multiple if i == axis else 1 for i in range(data.shape.rank)])
    ones = tf.ones(rank(data), tf.int32)
    return tile(data, concat([ones[:axis], [multiple], ones[axis + 1 :]], axis=0))


def _with_nonzero_rank(data):
    if data.shape.rank == 0:
        return stack([data])
    if data.shape.rank is not None:
        return data
    dims = shape(data)
    count = rank(data)
    return reshape(data, concat([[1], dims], axis=0)[-count:])


@export("internal.positive_axis")
def positive_axis(axis, rank):
    """axis counted from the front; a negative one needs a known rank."""
    if not isinstance(axis, int):
        raise TypeError(f"axis is an int, got {axis!r}")
    if rank is None:
        if axis < 0:
            raise ValueError(f"axis is {axis}, and the rank is not known")
        return axis
    if not -rank <= axis < rank:
        raise ValueError(f"axis is {axis}, and the rank is {rank}")
    return axis if axis >= 0 else axis + rank


@export("repeat")
def repeat(input, repeats, axis=None, name=None):
    """Each part of input along axis repeated as often as repeats says; flattened first when axis is None."""
    if axis is None:
        input = reshape(input, [-1])
        axis = 0
    if not isinstance(axis, int):
        raise TypeError(f"axis is an int, got {axis!r}")
    with tf.name_scope(name or "Repeat"):
        data = tf.convert_to_tensor(input, name="data")
        repeats = tf.convert_to_tensor(repeats, dtype_hint=tf.int32, name="repeats")
        if not repeats.dtype.is_integer:
            raise TypeError(f"repeats is an integer, got {repeats.dtype.name}")
        repeats = tf.raw_ops.Cast(x=repeats, DstT=tf.int32)
        if repeats.shape.rank not in (None, 0, 1):
            raise ValueError(f"repeats is a scalar or a vector, got the shape {repeats.shape}")
        data = _with_nonzero_rank(data)
        dims = shape(data, out_type=repeats.dtype)
        axis = positive_axis(axis, data.shape.rank)
        if repeats.shape.num_elements() == 1:
            repeats = reshape(repeats, [])
            tiled = _tile_axis(expand_dims(data, axis + 1), axis + 1, repeats)
            return reshape(tiled, concat([dims[:axis], [repeats * dims[axis]], dims[axis + 1 :]], axis=0))
        return _repeat_each(data, dims, repeats, axis)


def _repeat_each(data, dims, repeats, axis):
    """Repeats as often as the largest count asks for, and masks what is too much."""
    if repeats.shape.rank == 1:
        if data.shape.rank is None:
            raise ValueError("repeat with a number for each part needs an input of known rank")
        tf.TensorShape([data.shape[axis]]).assert_is_compatible_with(repeats.shape)
    repeats = broadcast_to(repeats, [dims[axis]])
    counts = repeats
    if repeats.shape.rank != axis + 1:
        repeats_shape = shape(repeats)
        leading = dims[: axis + 1 - rank(repeats)]
        repeats = broadcast_to(repeats, concat([leading, repeats_shape], axis=0))
        repeats.set_shape([None] * (axis + 1))
    most = tf.raw_ops.Max(input=repeats, axis=tf.internal.all_axes(repeats))
    most = tf.raw_ops.Maximum(x=tf.convert_to_tensor(0, most.dtype, name="zero"), y=most)
    mask = tf.sequence_mask(repeats, most)
    tiled = _tile_axis(expand_dims(data, axis + 1), axis + 1, most)
    result = tf.boolean_mask(tiled, mask)
    if axis > 0:
        total = tf.raw_ops.Sum(input=counts, axis=tf.raw_ops.Range(start=0, limit=rank(counts), delta=1))
        result = reshape(result, concat([dims[:axis], [total], dims[axis + 1 :]], axis=0))
    if data.shape.rank is not None:
        size = 0 if repeats.shape[0] == 0 else None
        result.set_shape(data.shape[:axis].concatenate([size]).concatenate(data.shape[axis + 1 :]))
    return result


@export("meshgrid")
def meshgrid(*args, **kwargs):
    """The coordinates of the points of a grid, a tensor for each axis; keywords indexing="xy" or "ij", and name."""
    unknown = [key for key in kwargs if key not in ("indexing", "name")]
    if unknown:
        raise TypeError(f"meshgrid takes the keywords indexing and name, got {unknown[0]}")
    indexing = kwargs.get("indexing", "xy")
    if indexing not in ("xy", "ij"):
        raise ValueError(f"indexing is xy or ij, got {indexing!r}")
    with tf.name_scope(kwargs.get("name", "meshgrid")):
        count = len(args)
        if not count:
            return []
        axes = [reshape(stack(x), [-1 if i == j else 1 for j in range(count)]) for i, x in enumerate(args)]
        sizes = [size(x) for x in args]
        dtype = tf.convert_to_tensor(args[0]).dtype
        if indexing == "xy" and count > 1:
            axes[0] = reshape(axes[0], [1, -1] + [1] * (count - 2))
            axes[1] = reshape(axes[1], [-1, 1] + [1] * (count - 2))
            sizes[0], sizes[1] = sizes[1], sizes[0]
        ones = tf.ones(sizes, dtype)
        return [x * ones for x in axes]


@export("fingerprint")
def fingerprint(data, method="farmhash64", name=None):
    """A hash of each row's bytes."""
    return tf.raw_ops.Fingerprint(data=data, method=method, name=name)


@export("extract_volume_patches")
def extract_volume_patches(input, ksizes, strides, padding, name=None):
    """The patches of a volume, in the last dimension."""
    return tf.raw_ops.ExtractVolumePatches(input=input, ksizes=ksizes, strides=strides, padding=padding, name=name)
