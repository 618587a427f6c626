"""tf.nn: convolutions, their transposes, and morphology."""

from tfsave import export, tf


@export("internal.per_dimension")
def per_dimension(value, spatial, channel_index, name):
    """A window argument with one number for each dimension.

    value has one number for all spatial dimensions, one for each of them, or is complete already.
    """
    if value is None:
        return [1] * (spatial + 2)
    value = list(value) if isinstance(value, (list, tuple)) else [value]
    if len(value) == spatial + 2:
        return value
    if len(value) == 1:
        value = value * spatial
    elif len(value) != spatial:
        raise ValueError(f"{name} has 1, {spatial} or {spatial + 2} numbers, got {value}")
    return [1, 1] + value if channel_index == 1 else [1] + value + [1]


@export("internal.explicit_padding")
def explicit_padding(padding, rank=4):
    """The attributes padding and explicit_paddings of a padding argument, a name or a list of pairs."""
    if padding == "EXPLICIT":
        raise ValueError("padding is a list of pairs when it is explicit, not 'EXPLICIT'")
    if not isinstance(padding, (list, tuple)):
        return padding, []
    for pair in padding:
        if not isinstance(pair, (list, tuple)) or len(pair) != 2:
            raise ValueError(f"each element of padding is a pair, got {padding!r}")
    if len(padding) != rank:
        raise ValueError(f"padding has {rank} pairs, got {padding!r}")
    return "EXPLICIT", [n for pair in padding for n in pair]


def _over_batches(input, op, inner_rank, name):
    """op of input with all but its inner dimensions made one, and given back after."""
    with tf.name_scope(name or "squeeze_batch_dims"):
        input = tf.convert_to_tensor(input, name="input")
        inner_shape, batch_shape = input.shape[-inner_rank:], input.shape[:-inner_rank]
        if not inner_shape.is_fully_defined():
            inner_shape = tf.shape(input)[-inner_rank:]
        if not batch_shape.is_fully_defined():
            batch_shape = tf.shape(input)[:-inner_rank]
        if isinstance(inner_shape, tf.TensorShape):
            flat_shape = [-1] + inner_shape.as_list()
        else:
            flat_shape = tf.concat(([-1], inner_shape), axis=-1)
        result = op(tf.reshape(input, flat_shape))
        result_shape = result.shape[-inner_rank:]
        if not result_shape.is_fully_defined():
            result_shape = tf.shape(result)[-inner_rank:]
        result = tf.reshape(result, tf.concat((batch_shape, result_shape), axis=-1))
        result.set_shape(input.shape[:-inner_rank] + result.shape[-inner_rank:])
        return result


def _convolve(op, input, filters, spatial, name, **attributes):
    """The op, for input with more than one batch dimension too."""
    rank = input.shape.rank
    if rank is None or rank <= spatial + 2:
        return op(input=input, filter=filters, name=name, **attributes)
    return _over_batches(input, lambda x: op(input=x, filter=filters, **attributes), spatial + 1, name)


@export("nn.conv2d")
def conv2d(input, filters, strides, padding, data_format="NHWC", dilations=None, name=None):
    """A convolution in two dimensions."""
    padding, explicit_paddings = explicit_padding(padding)
    data_format = data_format or "NHWC"
    channel_index = 1 if data_format.startswith("NC") else 3
    return _convolve(
        tf.raw_ops.Conv2D,
        input,
        filters,
        2,
        name,
        strides=per_dimension(strides, 2, channel_index, "strides"),
        padding=padding,
        explicit_paddings=explicit_paddings,
        data_format=data_format,
        dilations=per_dimension(dilations, 2, channel_index, "dilations"),
    )


@export("nn.conv3d")
def conv3d(input, filters, strides, padding, data_format="NDHWC", dilations=None, name=None):
    """A convolution in three dimensions."""
    return _convolve(
        tf.raw_ops.Conv3D,
        input,
        filters,
        3,
        name,
        strides=strides,
        padding=padding,
        data_format=data_format or "NDHWC",
        dilations=[1] * 5 if dilations is None else dilations,
    )


@export("nn.conv1d")
def conv1d(input, filters, stride, padding, data_format="NWC", dilations=None, name=None):
    """A convolution in one dimension."""
    with tf.name_scope(name or "conv1d") as scope:
        if data_format in (None, "NWC", "NHWC"):
            data_format, spatial_dim, channel_index = "NHWC", -3, 2
        elif data_format in ("NCW", "NCHW"):
            data_format, spatial_dim, channel_index = "NCHW", -2, 1
        else:
            raise ValueError(f"data_format is NWC or NCW, got {data_format!r}")
        strides = [1] + per_dimension(stride, 1, channel_index, "stride")
        dilations = [1] + per_dimension(dilations, 1, channel_index, "dilations")
        input = tf.expand_dims(input, spatial_dim)
        filters = tf.expand_dims(filters, 0)
        result = _convolve(
            tf.raw_ops.Conv2D,
            input,
            filters,
            2,
            scope,
            strides=strides,
            padding=padding,
            data_format=data_format,
            dilations=dilations,
        )
        return tf.squeeze(result, [spatial_dim])


def _channels_last(data_format):
    return data_format is None or not data_format.startswith("NC")


@export("nn.convolution")
def convolution(input, filters, strides=None, padding="VALID", data_format=None, dilations=None, name=None):
    """A convolution in one, two or three dimensions, as many as filters have."""
    if not tf.is_tensor(filters) and not isinstance(filters, tf.Variable):
        with tf.name_scope("convolution_internal"):
            filters = tf.convert_to_tensor(filters, name="filters")
    if not tf.is_tensor(input):
        with tf.name_scope("convolution_internal"):
            input = tf.convert_to_tensor(input, name="input")
    rank = input.shape.rank
    spatial = (filters.shape.rank or rank or 0) - 2
    if spatial not in (1, 2, 3):
        raise ValueError(f"a convolution needs 1, 2 or 3 spatial dimensions, got filters of the shape {filters.shape}")
    batch = rank - spatial - 1 if rank else 1
    # Format names such as NHWDC are channels last too; in every other one the channels come right after the batch.
    last = data_format is None or (data_format.endswith("C") and data_format.startswith("N"))
    channel_index = batch + spatial if last else batch
    dilated = per_dimension(dilations, spatial, channel_index, "dilations")
    strides = per_dimension(strides, spatial, channel_index, "strides")
    with tf.name_scope(name or "convolution") as scope:
        if all(d == 1 for d in dilated):
            if spatial == 1:
                return conv1d(input, filters, strides, padding, data_format, dilated, scope)
            op = tf.raw_ops.Conv2D if spatial == 2 else tf.raw_ops.Conv3D
            default = "NHWC" if spatial == 2 else "NDHWC"
            return _convolve(
                op,
                input,
                filters,
                spatial,
                scope,
                strides=strides,
                padding=padding,
                data_format=data_format or default,
                dilations=dilated,
            )
        inner = slice(2, None) if channel_index == 1 else slice(1, -1)
        return _atrous(input, filters, strides[inner], padding, data_format, dilated[inner], batch, scope)


def _atrous(input, filters, strides, padding, data_format, dilations, batch, name):
    """A dilated convolution as a plain one between space_to_batch and batch_to_space."""
    spatial = len(dilations)
    if batch < 1:
        raise ValueError(f"input has the shape {input.shape}, want at least {spatial + 2} dimensions")
    if any(s > 1 for s in strides):
        raise ValueError(f"strides and dilations do not go together, got {strides} and {dilations}")
    if any(n < 1 for n in strides + dilations):
        raise ValueError(f"strides and dilations are positive, got {strides} and {dilations}")
    input_shape = tf.TensorShape(input.shape)
    filter_shape = tf.TensorShape(filters.shape)
    first = batch if _channels_last(data_format) else batch + 1

    def plain(x, padding):
        rank = batch + filter_shape.with_rank(spatial + 2).rank - 1
        input_shape.with_rank(rank)
        if spatial == 1:
            return conv1d(x, filters, strides[0], padding, data_format, None, name)
        if spatial == 2:
            return conv2d(x, filters, strides, padding, data_format, None, name)
        full_strides = per_dimension(strides, 3, 4 if _channels_last(data_format) else 1, "strides")
        return conv3d(x, filters, full_strides, padding, data_format, None, name)

    result = _space_to_batch(
        input,
        dilations,
        padding,
        plain,
        filter_shape,
        range(first, first + spatial),
        data_format,
        batch,
    )
    if not _channels_last(data_format) and result.shape.rank is not None and result.shape[1] is None:
        dims = result.shape.as_list()
        dims[1] = filters.shape[-1]
        result.set_shape(dims)
    return result


def _space_to_batch(input, dilation_rate, padding, op, filter_shape, spatial_dims, data_format, batch=1):
    """op(x, padding) on input spread over the batch, so that it acts with holes of dilation_rate."""
    rate = tf.convert_to_tensor(dilation_rate, tf.int32, name="dilation_rate")
    if rate.shape.rank != 1 or not rate.shape.is_fully_defined():
        raise ValueError(f"dilation_rate is a list, got the shape {rate.shape}")
    spatial = rate.shape[0]
    if spatial_dims is None:
        first = batch if _channels_last(data_format) else batch + 1
        spatial_dims = range(first, first + spatial)
    spatial_dims = list(spatial_dims)
    if spatial_dims != sorted(set(spatial_dims)) or any(d < 1 for d in spatial_dims):
        raise ValueError(f"spatial_dims are positive and ascend, got {spatial_dims}")
    shape = input.shape.with_rank_at_least(spatial_dims[-1] + (1 if _channels_last(data_format) else 0))
    known_rate = tf.internal.static_value(rate)
    if known_rate is not None:
        if any(r < 1 for r in known_rate):
            raise ValueError(f"dilation_rate is positive, got {known_rate}")
        if all(r == 1 for r in known_rate):
            return op(input, padding)
    base = _base_paddings(padding, filter_shape, spatial, rate if known_rate is None else known_rate, data_format)

    sizes = [None] if shape.rank is None else [shape[d] for d in spatial_dims]
    if None in sizes:
        dynamic = tf.shape(input)
        sizes = tf.stack([dynamic[d] for d in spatial_dims])
    paddings, crops = tf.required_space_to_batch_paddings(sizes, rate, base)
    block_shape = _fill_gaps(rate, 1, spatial_dims)
    paddings = _fill_gaps(paddings, 0, spatial_dims)
    crops = _fill_gaps(crops, 0, spatial_dims)
    spread = tf.raw_ops.SpaceToBatchND(input=input, block_shape=block_shape, paddings=paddings)
    return tf.raw_ops.BatchToSpaceND(input=op(spread, "VALID"), block_shape=block_shape, crops=crops)


def _base_paddings(padding, filter_shape, spatial, rate, data_format):
    """How much the padding adds before and after each spatial dimension."""
    padding, explicit = explicit_padding(padding, spatial + 2)
    if padding == "VALID":
        return [[0, 0]] * spatial
    if padding == "EXPLICIT":
        pairs = [[explicit[2 * i], explicit[2 * i + 1]] for i in range(spatial + 2)]
        return pairs[1:-1] if _channels_last(data_format) else pairs[2:]
    if padding != "SAME":
        raise ValueError(f"padding is SAME or VALID, got {padding!r}")
    if filter_shape is None:
        raise ValueError("padding SAME needs filter_shape")
    sizes = tf.internal.static_value(tf.convert_to_tensor(filter_shape, name="filter_shape"))
    if sizes is None:
        raise ValueError("padding SAME with holes needs the static shape of the filters")
    if isinstance(rate, list):
        extra = [(size - 1) * r for size, r in zip(sizes, rate)]
        return tf.stack([[n // 2, n - n // 2] for n in extra])
    extra = tf.constant([size - 1 for size in sizes[:spatial]], name="mul/x") * rate
    start = extra // 2
    end = extra - start
    return tf.stack([[start[i], end[i]] for i in range(spatial)])


def _fill_gaps(rows, value, spatial_dims):
    """rows, one for each of spatial_dims, with one of value for every dimension between them."""
    gap = value if rows.shape.rank == 1 else [value] * rows.shape[1]
    known = tf.internal.static_value(rows)
    parts = []
    after = 1
    i = 0
    while i < len(spatial_dims):
        end = i + 1
        while end < len(spatial_dims) and spatial_dims[end] == spatial_dims[end - 1] + 1:
            end += 1
        if spatial_dims[i] > after:
            parts.append([gap] * (spatial_dims[i] - after))
        parts.append((rows if known is None else known)[i:end])
        after = spatial_dims[end - 1] + 1
        i = end
    if known is None:
        return tf.concat(parts, 0)
    return [row for part in parts for row in part]


@export("nn.with_space_to_batch")
def with_space_to_batch(
    input, dilation_rate, padding, op, filter_shape=None, spatial_dims=None, data_format=None
):
    """op(input, number of spatial dimensions, padding) made to act with holes of dilation_rate."""
    input = tf.convert_to_tensor(input, name="input")

    spatial = len(dilation_rate) if isinstance(dilation_rate, (list, tuple)) else dilation_rate.shape[0]

    def with_count(x, padding):
        return op(x, spatial, padding)

    return _space_to_batch(input, dilation_rate, padding, with_count, filter_shape, spatial_dims, data_format)


@export("nn.atrous_conv2d")
def atrous_conv2d(value, filters, rate, padding, name=None):
    """A convolution in two dimensions with filters that have holes."""
    if not isinstance(rate, (list, tuple)):
        rate = [rate]
    rate = list(rate) * 2 if len(rate) == 1 else list(rate)
    return convolution(value, filters, padding=padding, dilations=rate, name=name)


@export("nn.depthwise_conv2d")
def depthwise_conv2d(input, filter, strides, padding, data_format=None, dilations=None, name=None):
    """A convolution of each channel by itself."""
    with tf.name_scope(name or "depthwise") as scope:
        input = tf.convert_to_tensor(input, name="tensor_in")
        filter = tf.convert_to_tensor(filter, name="filter_in")
        return _depthwise(input, filter, strides, padding, data_format, dilations, scope)


def _depthwise(input, filter, strides, padding, data_format, dilations, name):
    def op(x, spatial, padding):
        padding, explicit_paddings = explicit_padding(padding)
        return tf.raw_ops.DepthwiseConv2dNative(
            input=x,
            filter=filter,
            strides=strides,
            padding=padding,
            explicit_paddings=explicit_paddings,
            data_format=data_format or "NHWC",
            name=name,
        )

    filter_shape = tf.shape(filter)
    rate = [1, 1] if dilations is None else dilations
    return with_space_to_batch(input, rate, padding, op, filter_shape, data_format=data_format)


@export("nn.separable_conv2d")
def separable_conv2d(
    input, depthwise_filter, pointwise_filter, strides, padding, data_format=None, dilations=None, name=None
):
    """A convolution of each channel by itself, then one that mixes the channels."""
    with tf.name_scope(name or "separable_conv2d") as scope:
        input = tf.convert_to_tensor(input, name="tensor_in")
        depthwise_filter = tf.convert_to_tensor(depthwise_filter, name="depthwise_filter")
        pointwise_filter = tf.convert_to_tensor(pointwise_filter, name="pointwise_filter")
        window = pointwise_filter.shape.with_rank(4)[:2]
        if not window.is_compatible_with([1, 1]):
            raise ValueError(f"pointwise_filter has the shape {pointwise_filter.shape}, want a window of 1 by 1")
        depthwise = _depthwise(input, depthwise_filter, strides, padding, data_format, dilations, "depthwise")
        return conv2d(depthwise, pointwise_filter, [1, 1, 1, 1], "VALID", data_format, [1, 1, 1, 1], scope)


@export("nn.depthwise_conv2d_backprop_input")
def depthwise_conv2d_backprop_input(
    input_sizes, filter, out_backprop, strides, padding, data_format="NHWC", dilations=[1, 1, 1, 1], name=None
):
    """The gradient of depthwise_conv2d for its input."""
    padding, explicit_paddings = explicit_padding(padding)
    return tf.raw_ops.DepthwiseConv2dNativeBackpropInput(
        input_sizes=input_sizes,
        filter=filter,
        out_backprop=out_backprop,
        strides=strides,
        padding=padding,
        explicit_paddings=explicit_paddings,
        data_format=data_format,
        dilations=dilations,
        name=name,
    )


@export("nn.depthwise_conv2d_backprop_filter")
def depthwise_conv2d_backprop_filter(
    input, filter_sizes, out_backprop, strides, padding, data_format="NHWC", dilations=[1, 1, 1, 1], name=None
):
    """The gradient of depthwise_conv2d for its filter."""
    padding, explicit_paddings = explicit_padding(padding)
    return tf.raw_ops.DepthwiseConv2dNativeBackpropFilter(
        input=input,
        filter_sizes=filter_sizes,
        out_backprop=out_backprop,
        strides=strides,
        padding=padding,
        explicit_paddings=explicit_paddings,
        data_format=data_format,
        dilations=dilations,
        name=name,
    )


@export("nn.dilation2d")
def dilation2d(input, filters, strides, padding, data_format, dilations, name=None):
    """The largest of window plus filter, at each place and for each channel."""
    if data_format != "NHWC":
        raise ValueError(f"data_format is NHWC, got {data_format!r}")
    return tf.raw_ops.Dilation2D(
        input=input, filter=filters, strides=strides, rates=dilations, padding=padding, name=name
    )


@export("nn.erosion2d")
def erosion2d(value, filters, strides, padding, data_format, dilations, name=None):
    """The smallest of window minus filter, at each place and for each channel."""
    if data_format != "NHWC":
        raise ValueError(f"data_format is NHWC, got {data_format!r}")
    with tf.name_scope(name or "erosion2d") as scope:
        negated = tf.math.negative(value)
        mirrored = tf.reverse(filters, [0, 1])
        return tf.math.negative(dilation2d(negated, mirrored, strides, padding, data_format, dilations, scope))
