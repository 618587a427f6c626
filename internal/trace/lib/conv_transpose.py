"""tf.nn: transposed convolutions."""

from tfsave import export, tf


@export("nn.conv1d_transpose")
def conv1d_transpose(
    input, filters, output_shape, strides, padding="SAME", data_format="NWC", dilations=None, name=None
):
    """The transpose of conv1d."""
    with tf.name_scope(name or "conv1d_transpose") as scope:
        if data_format in (None, "NWC"):
            data_format, spatial_dim, channel_index = "NHWC", 1, 2
        elif data_format == "NCW":
            data_format, spatial_dim, channel_index = "NCHW", 2, 1
        else:
            raise ValueError(f"data_format is NWC or NCW, got {data_format!r}")
        strides = [1] + tf.internal.per_dimension(strides, 1, channel_index, "strides")
        dilations = [1] + tf.internal.per_dimension(dilations, 1, channel_index, "dilations")
        input = tf.expand_dims(input, spatial_dim)
        filters = tf.expand_dims(filters, 0)
        if not isinstance(output_shape, tf.Tensor):
            output_shape = list(output_shape)
        output_shape = tf.concat([output_shape[:spatial_dim], [1], output_shape[spatial_dim:]], 0)
        result = tf.raw_ops.Conv2DBackpropInput(
            input_sizes=output_shape,
            filter=filters,
            out_backprop=input,
            strides=strides,
            padding=padding,
            data_format=data_format,
            dilations=dilations,
            name=scope,
        )
        return tf.squeeze(result, spatial_dim)


@export("nn.conv2d_transpose")
def conv2d_transpose(
    input, filters, output_shape, strides, padding="SAME", data_format="NHWC", dilations=None, name=None
):
    """The transpose of conv2d."""
    with tf.name_scope(name or "conv2d_transpose") as scope:
        data_format = data_format or "NHWC"
        channel_index = 1 if data_format.startswith("NC") else 3
        strides = tf.internal.per_dimension(strides, 2, channel_index, "strides")
        dilations = tf.internal.per_dimension(dilations, 2, channel_index, "dilations")
        padding, explicit_paddings = tf.internal.explicit_padding(padding)
        return tf.raw_ops.Conv2DBackpropInput(
            input_sizes=output_shape,
            filter=filters,
            out_backprop=input,
            strides=strides,
            padding=padding,
            explicit_paddings=explicit_paddings,
            data_format=data_format,
            dilations=dilations,
            name=scope,
        )


@export("nn.conv3d_transpose")
def conv3d_transpose(
    input, filters, output_shape, strides, padding="SAME", data_format="NDHWC", dilations=None, name=None
):
    """The transpose of conv3d."""
    with tf.name_scope(name or "conv3d_transpose") as scope:
        data_format = data_format or "NDHWC"
        channel_index = 1 if data_format.startswith("NC") else 4
        strides = tf.internal.per_dimension(strides, 3, channel_index, "strides")
        dilations = tf.internal.per_dimension(dilations, 3, channel_index, "dilations")
        return tf.raw_ops.Conv3DBackpropInputV2(
            input_sizes=output_shape,
            filter=filters,
            out_backprop=input,
            strides=strides,
            padding=padding,
            data_format=data_format,
            dilations=dilations,
            name=scope,
        )


@export("nn.conv_transpose")
def conv_transpose(input, filters, output_shape, strides, padding="SAME", data_format=None, dilations=None, name=None):
    """The transpose of a convolution in one, two or three dimensions, as many as output_shape has."""
    with tf.name_scope(name or "conv_transpose") as scope:
        spatial = (output_shape.shape[0] if tf.is_tensor(output_shape) else len(output_shape)) - 2
        if not 1 <= spatial <= 3:
            raise ValueError(f"output_shape has 3, 4 or 5 numbers, got {output_shape}")
        op = (conv1d_transpose, conv2d_transpose, conv3d_transpose)[spatial - 1]
        return op(input, filters, output_shape, strides, padding, data_format, dilations, scope)


@export("nn.atrous_conv2d_transpose")
def atrous_conv2d_transpose(value, filters, output_shape, rate, padding, name=None):
    """The transpose of atrous_conv2d."""
    with tf.name_scope(name or "atrous_conv2d_transpose"):
        value = tf.convert_to_tensor(value, name="value")
        filters = tf.convert_to_tensor(filters, name="filters")
        if value.shape.rank is None:
            raise ValueError("value needs a known rank")
        if not value.shape.with_rank(4)[3:].is_compatible_with(filters.shape.with_rank(4)[3:]):
            raise ValueError(f"value has the shape {value.shape} and filters {filters.shape}: the channels differ")
        if rate < 1:
            raise ValueError(f"rate is at least 1, got {rate}")
        if rate == 1:
            return conv2d_transpose(value, filters, output_shape, [1, 1, 1, 1], padding)
        shape_tensor = tf.convert_to_tensor(output_shape, name="output_shape")
        if not shape_tensor.shape.is_compatible_with([4]):
            raise ValueError(f"output_shape has 4 numbers, got the shape {shape_tensor.shape}")
        if padding not in ("SAME", "VALID"):
            raise ValueError(f"padding is SAME or VALID, got {padding!r}")
        paddings = [(0, 0), (0, 0)]
        if padding == "SAME":
            known = filters.shape.is_fully_defined()
            window = filters.shape.as_list() if known else tf.shape(filters)
            height, width = window[0], window[1]
            height = height + (height - 1) * (rate - 1)
            width = width + (width - 1) * (rate - 1)
            extra_height, extra_width = height - 1, width - 1
            top = extra_height // 2
            bottom = extra_height - top
            left = extra_width // 2
            paddings = [(top, bottom), (left, extra_width - left)]
        (top, bottom), (left, right) = paddings
        height = output_shape[1] + top + bottom
        width = output_shape[2] + left + right
        more_bottom = (rate - height % rate) % rate
        more_right = (rate - width % rate) % rate
        block_shape = tf.constant([rate, rate], tf.int64, name="SpaceToBatchND/block_shape")
        value = tf.raw_ops.SpaceToBatchND(
            input=value, block_shape=block_shape, paddings=[[0, more_bottom], [0, more_right]]
        )
        input_sizes = [
            rate * rate * output_shape[0],
            (height + more_bottom) // rate,
            (width + more_right) // rate,
            output_shape[3],
        ]
        value = tf.raw_ops.Conv2DBackpropInput(
            input_sizes=input_sizes, filter=filters, out_backprop=value, strides=[1, 1, 1, 1], padding="VALID"
        )
        crops = [[top, bottom + more_bottom], [left, right + more_right]]
        block_shape = tf.constant([rate, rate], tf.int64, name="BatchToSpaceND/block_shape")
        result = tf.raw_ops.BatchToSpaceND(input=value, block_shape=block_shape, crops=crops)
        result.set_shape(result.shape.with_rank(4))
        return result
