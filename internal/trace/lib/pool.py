"""tf.nn: pooling."""

from tfsave import export, tf


def _window(ksize, strides, spatial, channel_index):
    ksize = tf.internal.per_dimension(ksize, spatial, channel_index, "ksize")
    return ksize, tf.internal.per_dimension(strides, spatial, channel_index, "strides")


def _spatial_dims(input):
    spatial = len(input.shape) - 2
    if not 1 <= spatial <= 3:
        raise ValueError(f"pooling takes input of rank 3, 4 or 5, got the shape {input.shape}")
    return spatial


@export("nn.avg_pool")
def avg_pool(input, ksize, strides, padding, data_format=None, name=None):
    """The mean of each window, in one, two or three dimensions."""
    spatial = _spatial_dims(input)
    channel_index = 1 if data_format is not None and data_format.startswith("NC") else spatial + 1
    ksize, strides = _window(ksize, strides, spatial, channel_index)
    if spatial == 1:
        return avg_pool1d(input, ksize, strides, padding, data_format, name)
    op = tf.raw_ops.AvgPool if spatial == 2 else tf.raw_ops.AvgPool3D
    arguments = dict(ksize=ksize, strides=strides, padding=padding, name=name)
    arguments["data_format"] = data_format or ("NHWC" if spatial == 2 else "NDHWC")
    return op(value=input, **arguments) if spatial == 2 else op(input=input, **arguments)


@export("nn.avg_pool1d")
def avg_pool1d(input, ksize, strides, padding, data_format="NWC", name=None):
    """The mean of each window."""
    with tf.name_scope(name or "AvgPool1D") as scope:
        data_format = data_format or "NWC"
        ksize, strides = _window(ksize, strides, 1, 1 if data_format.startswith("NC") else 2)
        added = 1 if data_format == "NWC" else 2
        result = tf.raw_ops.AvgPool(
            value=tf.expand_dims(input, added),
            ksize=[1] + ksize,
            strides=[1] + strides,
            padding=padding,
            data_format="NHWC" if data_format == "NWC" else "NCHW",
            name=scope,
        )
        return tf.squeeze(result, added)


@export("nn.avg_pool2d")
def avg_pool2d(input, ksize, strides, padding, data_format="NHWC", name=None):
    """The mean of each window."""
    return _avg_pool2d(input, ksize, strides, padding, data_format, name or "AvgPool2D")


def _avg_pool2d(input, ksize, strides, padding, data_format, name):
    with tf.name_scope(name) as scope:
        data_format = data_format or "NHWC"
        ksize, strides = _window(ksize, strides, 2, 1 if data_format.startswith("NC") else 3)
        return tf.raw_ops.AvgPool(
            value=input, ksize=ksize, strides=strides, padding=padding, data_format=data_format, name=scope
        )


@export("nn.avg_pool3d")
def avg_pool3d(input, ksize, strides, padding, data_format="NDHWC", name=None):
    """The mean of each window."""
    with tf.name_scope(name or "AvgPool3D") as scope:
        data_format = data_format or "NDHWC"
        ksize, strides = _window(ksize, strides, 3, 1 if data_format.startswith("NC") else 4)
        return tf.raw_ops.AvgPool3D(
            input=input, ksize=ksize, strides=strides, padding=padding, data_format=data_format, name=scope
        )


@export("nn.max_pool")
def max_pool(input, ksize, strides, padding, data_format=None, name=None):
    """The largest of each window, in one, two or three dimensions."""
    spatial = _spatial_dims(input)
    channel_index = 1 if data_format is not None and data_format.startswith("NC") else spatial + 1
    ksize, strides = _window(ksize, strides, spatial, channel_index)
    if spatial == 1:
        return max_pool1d(input, ksize, strides, padding, data_format, name)
    if spatial == 2:
        return max_pool2d(input, ksize, strides, padding, data_format, name)
    if isinstance(padding, (list, tuple)):
        raise ValueError(f"pooling in three dimensions takes no explicit padding, got {padding!r}")
    data_format = data_format or "NDHWC"
    return tf.raw_ops.MaxPool3D(
        input=input, ksize=ksize, strides=strides, padding=padding, data_format=data_format, name=name
    )


@export("nn.max_pool1d")
def max_pool1d(input, ksize, strides, padding, data_format="NWC", name=None):
    """The largest of each window."""
    with tf.name_scope(name or "MaxPool1d") as scope:
        data_format = data_format or "NWC"
        ksize, strides = _window(ksize, strides, 1, 1 if data_format.startswith("NC") else 2)
        padding, explicit_paddings = tf.internal.explicit_padding(padding, 3)
        if padding == "EXPLICIT":
            explicit_paddings = [0, 0] + explicit_paddings
        added = 1 if data_format == "NWC" else 2
        result = tf.raw_ops.MaxPool(
            input=tf.expand_dims(input, added),
            ksize=[1] + ksize,
            strides=[1] + strides,
            padding=padding,
            explicit_paddings=explicit_paddings,
            data_format="NHWC" if data_format == "NWC" else "NCHW",
            name=scope,
        )
        return tf.squeeze(result, added)


@export("nn.max_pool2d")
def max_pool2d(input, ksize, strides, padding, data_format="NHWC", name=None):
    """The largest of each window."""
    return _max_pool2d(input, ksize, strides, padding, data_format, name or "MaxPool2d")


def _max_pool2d(input, ksize, strides, padding, data_format, name):
    with tf.name_scope(name) as scope:
        data_format = data_format or "NHWC"
        if isinstance(padding, (list, tuple)) and data_format == "NCHW_VECT_C":
            raise ValueError(f"NCHW_VECT_C takes no explicit padding, got {padding!r}")
        ksize, strides = _window(ksize, strides, 2, 1 if data_format.startswith("NC") else 3)
        padding, explicit_paddings = tf.internal.explicit_padding(padding)
        return tf.raw_ops.MaxPool(
            input=input,
            ksize=ksize,
            strides=strides,
            padding=padding,
            explicit_paddings=explicit_paddings,
            data_format=data_format,
            name=scope,
        )


@export("nn.max_pool3d")
def max_pool3d(input, ksize, strides, padding, data_format="NDHWC", name=None):
    """The largest of each window."""
    with tf.name_scope(name or "MaxPool3D") as scope:
        data_format = data_format or "NDHWC"
        ksize, strides = _window(ksize, strides, 3, 1 if data_format.startswith("NC") else 4)
        return tf.raw_ops.MaxPool3D(
            input=input, ksize=ksize, strides=strides, padding=padding, data_format=data_format, name=scope
        )


@export("nn.max_pool_with_argmax")
def max_pool_with_argmax(
    input,
    ksize,
    strides,
    padding,
    data_format="NHWC",
    output_dtype=tf.int64,
    include_batch_in_index=False,
    name=None,
):
    """The largest of each window, and where it is in the flattened input."""
    if data_format != "NHWC":
        raise ValueError(f"data_format is NHWC, got {data_format!r}")
    ksize, strides = _window(ksize, strides, 2, 3)
    return tf.raw_ops.MaxPoolWithArgmax(
        input=input,
        ksize=ksize,
        strides=strides,
        padding=padding,
        Targmax=output_dtype,
        include_batch_in_index=include_batch_in_index,
        name=name,
    )


@export("nn.pool")
def pool(input, window_shape, pooling_type, strides=None, padding="VALID", data_format=None, dilations=None, name=None):
    """The largest (MAX) or the mean (AVG) of each window, which may have holes."""
    with tf.name_scope(name or f"{pooling_type.lower()}_pool") as scope:
        input = tf.convert_to_tensor(input, name="input")
        spatial = len(window_shape)
        if not 1 <= spatial <= 3:
            raise ValueError(f"window_shape has 1, 2 or 3 numbers, got {window_shape}")
        if pooling_type not in ("MAX", "AVG"):
            raise ValueError(f"pooling_type is MAX or AVG, got {pooling_type!r}")
        input.shape.with_rank(spatial + 2)
        strides = [1] * spatial if strides is None else list(strides)
        dilations = [1] * spatial if dilations is None else list(dilations)
        if len(strides) != spatial or len(dilations) != spatial:
            raise ValueError(f"strides and dilations have {spatial} numbers, got {strides} and {dilations}")
        if any(n < 1 for n in strides + dilations):
            raise ValueError(f"strides and dilations are positive, got {strides} and {dilations}")
        if any(s > 1 for s in strides) and any(d > 1 for d in dilations):
            raise ValueError(f"strides and dilations do not go together, got {strides} and {dilations}")
        if padding == "SAME" and any(d > 1 for d in dilations):
            raise ValueError(f"padding SAME and dilations do not go together, got {dilations}")
        if any(s > w for s, w in zip(strides, window_shape)):
            raise ValueError(f"strides are not larger than window_shape, got {strides} and {window_shape}")
        channels_first = data_format is not None and data_format.startswith("NC")
        ksize = tf.internal.per_dimension(window_shape, spatial, 1 if channels_first else -1, "window_shape")
        strides = tf.internal.per_dimension(strides, spatial, 1 if channels_first else -1, "strides")
        first = 2 if channels_first else 1
        if spatial == 1:
            if data_format not in (None, "NWC", "NCW"):
                raise ValueError(f"data_format is NWC or NCW, got {data_format!r}")
            data_format = "NCHW" if channels_first else "NHWC"
            ksize, strides = [1] + ksize, [1] + strides

        if spatial == 3:
            op = max_pool3d if pooling_type == "MAX" else avg_pool3d
        else:
            op = _max_pool2d if pooling_type == "MAX" else _avg_pool2d

        def windows(x, spatial, padding):
            if spatial == 1:
                x = tf.expand_dims(x, first)
            result = op(x, ksize, strides, padding, data_format, scope)
            return tf.squeeze(result, [first]) if spatial == 1 else result

        return tf.nn.with_space_to_batch(
            input, dilations, padding, windows, window_shape, range(first, first + spatial)
        )


def _fractional(op, value, pooling_ratio, pseudo_random, overlapping, seed, name):
    ratios = tf.internal.per_dimension(pooling_ratio, 2, 3, "pooling_ratio")
    seed1, seed2 = tf.internal.random_seeds(seed) if seed else (0, 0)
    return op(
        value=value,
        pooling_ratio=ratios,
        pseudo_random=pseudo_random,
        overlapping=overlapping,
        deterministic=seed != 0,
        seed=seed1,
        seed2=seed2,
        name=name,
    )


@export("nn.fractional_max_pool")
def fractional_max_pool(value, pooling_ratio, pseudo_random=False, overlapping=False, seed=0, name=None):
    """The largest of each of windows of random size, and the windows' borders."""
    if isinstance(pooling_ratio, (list, tuple)) and (pooling_ratio[0] != 1.0 or pooling_ratio[-1] != 1.0):
        raise ValueError(f"pooling_ratio begins and ends with 1.0, got {pooling_ratio}")
    if any(r < 1.0 for r in (pooling_ratio if isinstance(pooling_ratio, (list, tuple)) else [pooling_ratio])):
        raise ValueError(f"pooling_ratio is at least 1.0, got {pooling_ratio}")
    return _fractional(tf.raw_ops.FractionalMaxPool, value, pooling_ratio, pseudo_random, overlapping, seed, name)


@export("nn.fractional_avg_pool")
def fractional_avg_pool(value, pooling_ratio, pseudo_random=False, overlapping=False, seed=0, name=None):
    """The mean of each of windows of random size, and the windows' borders."""
    return _fractional(tf.raw_ops.FractionalAvgPool, value, list(pooling_ratio), pseudo_random, overlapping, seed, name)
