"""keras.layers: convolutions (keras/src/layers/convolutional, Keras 3.15)."""

from activations import activate, activation_layer
from base import cast, numbers, variable
from tfsave import tf


def conv_data_format(c, rank):
    """TensorFlow's name of a data format."""
    last, first = {1: ("NWC", "NCW"), 2: ("NHWC", "NCHW"), 3: ("NDHWC", "NCDHW")}[rank]
    return first if c["data_format"] == "channels_first" else last


def input_channels(self, input_shape):
    """The number of channels of an input."""
    return input_shape[1] if self.config["data_format"] == "channels_first" else input_shape[-1]


def add_bias(self, x, rank):
    """The bias for each channel, then the activation."""
    if self.config["use_bias"]:
        bias = cast(self, self.bias)
        if self.config["data_format"] != "channels_first":
            x = tf.nn.bias_add(x, bias)
        elif rank == 2:
            x = tf.nn.bias_add(x, bias, data_format="NCHW")
        else:
            x = x + tf.reshape(bias, [1, -1] + [1] * rank)
    return activate(self, x)


def to_channels_last(x):
    """A tensor whose channels come first as one whose channels come last."""
    rank = x.shape.rank
    return tf.transpose(x, [0] + list(range(2, rank)) + [1])


def to_channels_first(x):
    """A tensor whose channels come last as one whose channels come first."""
    rank = x.shape.rank
    return tf.transpose(x, [0, rank - 1] + list(range(1, rank - 1)))


def conv_config(rank, options):
    """The options of a convolution with one number for each dimension."""
    changed = {}
    for name in ("kernel_size", "strides", "dilation_rate", "output_padding"):
        if options.get(name) is not None:
            changed[name] = numbers(options[name], rank)
    changed["padding"] = options["padding"].lower()
    changed["data_format"] = options["data_format"] or "channels_last"
    return changed


def Conv1D_config(
    filters, kernel_size, strides=1, padding="valid", data_format=None, dilation_rate=1, groups=1, activation=None,
    use_bias=True, kernel_initializer="glorot_uniform", bias_initializer="zeros",
):
    """A convolution in one dimension; padding can be causal."""
    return conv_config(1, dict(kernel_size=kernel_size, strides=strides, dilation_rate=dilation_rate, padding=padding,
                               data_format=data_format))


def Conv2D_config(
    filters, kernel_size, strides=(1, 1), padding="valid", data_format=None, dilation_rate=(1, 1), groups=1,
    activation=None, use_bias=True, kernel_initializer="glorot_uniform", bias_initializer="zeros",
):
    """A convolution in two dimensions."""
    return conv_config(2, dict(kernel_size=kernel_size, strides=strides, dilation_rate=dilation_rate, padding=padding,
                               data_format=data_format))


def Conv3D_config(
    filters, kernel_size, strides=(1, 1, 1), padding="valid", data_format=None, dilation_rate=(1, 1, 1), groups=1,
    activation=None, use_bias=True, kernel_initializer="glorot_uniform", bias_initializer="zeros",
):
    """A convolution in three dimensions."""
    return conv_config(3, dict(kernel_size=kernel_size, strides=strides, dilation_rate=dilation_rate, padding=padding,
                               data_format=data_format))


def conv_output_shape(c, input_shape, filters, transposed=False):
    """The shape of what a convolution gives."""
    first = c["data_format"] == "channels_first"
    rank = len(c["kernel_size"])
    skipped = len(input_shape) - rank
    start = skipped if first else skipped - 1
    sizes = []
    for i in range(rank):
        size, stride, kernel = input_shape[start + i], c["strides"][i], (c["kernel_size"][i] - 1) * c["dilation_rate"][i] + 1
        if size is not None and transposed:
            padding = c["output_padding"]
            size = transpose_size(size, c["kernel_size"][i], stride, c["padding"], padding and padding[i], c["dilation_rate"][i])
        elif size is not None:
            size = (size - (kernel if c["padding"] == "valid" else 1)) // stride + 1
        sizes.append(size)
    if first:
        return list(input_shape[: start - 1]) + [filters] + sizes
    return list(input_shape[:start]) + sizes + [filters]


def conv_build(self, input_shape):
    """The variables of a convolution."""
    c = self.config
    channels = input_channels(self, input_shape)
    return {
        "kernel": variable(c["kernel_size"] + [channels // c["groups"], c["filters"]], c["kernel_initializer"]),
        "bias": variable([c["filters"]], c["bias_initializer"]) if c["use_bias"] else None,
        "activation": activation_layer(c, conv_output_shape(c, input_shape, c["filters"])),
    }


def Conv1D_build(self, input_shape):
    return conv_build(self, input_shape)


def Conv2D_build(self, input_shape):
    return conv_build(self, input_shape)


def Conv3D_build(self, input_shape):
    return conv_build(self, input_shape)


def conv_call(self, inputs, rank):
    return add_bias(self, convolution(self.config, inputs, cast(self, self.kernel)), rank)


def convolution(c, x, kernel):
    """A convolution with the options c, of as many groups as the kernel leaves.

    With one group for each channel it is a depthwise one, which old runtimes compute on a CPU too.
    """
    rank = kernel.shape.rank - 2
    padding = c["padding"]
    first = c["data_format"] == "channels_first"
    if padding == "causal":
        left = c["dilation_rate"][0] * (kernel.shape[0] - 1)
        x = tf.pad(x, [[0, 0], [0, 0], [left, 0]] if first else [[0, 0], [left, 0], [0, 0]])
        padding = "valid"
    groups = (x.shape[1] if first else x.shape[-1]) // kernel.shape[-2]
    transposed = first and (rank == 3 or groups > 1)
    if transposed:
        x = to_channels_last(x)
    data_format = conv_data_format(c if not transposed else {"data_format": None}, rank)
    if rank == 3 and groups > 1:  # there is no kernel for groups in three dimensions
        parts = zip(tf.split(x, groups, axis=-1), tf.split(kernel, groups, axis=-1))
        options = dict(data_format=data_format, dilations=c["dilation_rate"])
        x = tf.concat([tf.nn.convolution(p, k, c["strides"], padding.upper(), **options) for p, k in parts], axis=-1)
    elif rank == 2 and groups > 1 and groups == x.shape[-1] and c["strides"][0] == c["strides"][1]:
        kernel = tf.reshape(kernel, kernel.shape.as_list()[:2] + [groups, kernel.shape[-1] // groups])
        x = tf.nn.depthwise_conv2d(x, kernel, [1] + c["strides"] + [1], padding.upper(), dilations=c["dilation_rate"])
    else:
        x = tf.nn.convolution(x, kernel, c["strides"], padding.upper(), data_format=data_format, dilations=c["dilation_rate"])
    return to_channels_first(x) if transposed else x


def Conv1D_call(self, inputs):
    return conv_call(self, inputs, 1)


def Conv2D_call(self, inputs):
    return conv_call(self, inputs, 2)


def Conv3D_call(self, inputs):
    return conv_call(self, inputs, 3)


def DepthwiseConv1D_config(
    kernel_size, strides=1, padding="valid", depth_multiplier=1, data_format=None, dilation_rate=1, activation=None,
    use_bias=True, depthwise_initializer="glorot_uniform", bias_initializer="zeros", groups=1, filters=None,
    kernel_initializer=None,
):
    """A convolution of each channel by itself, in one dimension."""
    return conv_config(1, dict(kernel_size=kernel_size, strides=strides, dilation_rate=dilation_rate, padding=padding,
                               data_format=data_format))


def DepthwiseConv2D_config(
    kernel_size, strides=(1, 1), padding="valid", depth_multiplier=1, data_format=None, dilation_rate=(1, 1),
    activation=None, use_bias=True, depthwise_initializer="glorot_uniform", bias_initializer="zeros", groups=1, filters=None,
    kernel_initializer=None,
):
    """A convolution of each channel by itself, in two dimensions."""
    return conv_config(2, dict(kernel_size=kernel_size, strides=strides, dilation_rate=dilation_rate, padding=padding,
                               data_format=data_format))


def depthwise_build(self, input_shape):
    c = self.config
    channels = input_channels(self, input_shape)
    multiplier = c["depth_multiplier"]
    return {
        "kernel": variable(
            c["kernel_size"] + [channels, multiplier], c["depthwise_initializer"], also=["depthwise_kernel"]
        ),
        "bias": variable([channels * multiplier], c["bias_initializer"]) if c["use_bias"] else None,
        "activation": activation_layer(c, conv_output_shape(c, input_shape, channels * multiplier)),
    }


def DepthwiseConv1D_build(self, input_shape):
    return depthwise_build(self, input_shape)


def DepthwiseConv2D_build(self, input_shape):
    return depthwise_build(self, input_shape)


def spatial_convolution(c, x, kernel_size, convolve):
    """A convolution with the options c that TensorFlow has for two dimensions and for channels that come last only.

    convolve gets the input, strides, padding and dilations. TensorFlow takes no strides together with dilations:
    then the dilated convolution is made at every place, and each so many taken.
    """
    rank = len(kernel_size)
    first = c["data_format"] == "channels_first"
    if first:
        x = to_channels_last(x)
    strides, dilations = c["strides"], c["dilation_rate"]
    padding = c["padding"].upper()
    if max(strides) > 1 and max(dilations) > 1:
        if rank == 1:
            x = tf.expand_dims(x, 1)
            strides, dilations = [1] + strides, [1] + dilations
        if padding == "SAME":
            x = pad_same(x, kernel_size if rank == 2 else [1] + kernel_size, strides, dilations)
        x = convolve(x, [1, 1, 1, 1], "VALID", dilations, strides)
        if rank == 1:
            x = tf.squeeze(x, [1])
    elif rank == 1:
        x = tf.expand_dims(x, 1)
        x = convolve(x, [1] + strides * 2 + [1], padding, [1] + dilations, None)
        x = tf.squeeze(x, [1])
    else:
        x = convolve(x, [1] + strides + [1], padding, dilations, None)
    return to_channels_first(x) if first else x


def pad_same(x, size, strides, dilations):
    """The padding that a convolution with the padding SAME has."""
    paddings = [[0, 0]]
    for i in range(2):
        n = x.shape[i + 1]
        known = n is not None
        n = n if known else tf.shape(x)[i + 1]
        count = (n + strides[i] - 1) // strides[i]
        total = (count - 1) * strides[i] + (size[i] - 1) * dilations[i] + 1 - n
        total = max(total, 0) if known else tf.maximum(total, 0)
        paddings.append([total // 2, total - total // 2])
    return tf.pad(x, paddings + [[0, 0]])


def two_dimensional(kernel, rank):
    return tf.expand_dims(kernel, 0) if rank == 1 else kernel


def depthwise_call(self, inputs, rank):
    return add_bias(self, depthwise_convolution(self.config, inputs, cast(self, self.kernel)), rank)


def depthwise_convolution(c, x, kernel):
    """A convolution of each channel by itself, with the options c."""
    size = kernel.shape.as_list()[:-2]
    kernel = two_dimensional(kernel, len(size))

    def convolve(x, strides, padding, dilations, every):
        x = tf.nn.depthwise_conv2d(x, kernel, strides, padding, dilations=dilations)
        return x if every is None else x[:, :: every[0], :: every[1], :]

    return spatial_convolution(c, x, size, convolve)


def DepthwiseConv1D_call(self, inputs):
    return depthwise_call(self, inputs, 1)


def DepthwiseConv2D_call(self, inputs):
    return depthwise_call(self, inputs, 2)


def SeparableConv1D_config(
    filters, kernel_size, strides=1, padding="valid", data_format=None, dilation_rate=1, depth_multiplier=1,
    activation=None, use_bias=True, depthwise_initializer="glorot_uniform", pointwise_initializer="glorot_uniform",
    bias_initializer="zeros", groups=1, kernel_initializer=None,
):
    """A depthwise convolution, then one over the channels, in one dimension."""
    return conv_config(1, dict(kernel_size=kernel_size, strides=strides, dilation_rate=dilation_rate, padding=padding,
                               data_format=data_format))


def SeparableConv2D_config(
    filters, kernel_size, strides=(1, 1), padding="valid", data_format=None, dilation_rate=(1, 1), depth_multiplier=1,
    activation=None, use_bias=True, depthwise_initializer="glorot_uniform", pointwise_initializer="glorot_uniform",
    bias_initializer="zeros", groups=1, kernel_initializer=None,
):
    """A depthwise convolution, then one over the channels, in two dimensions."""
    return conv_config(2, dict(kernel_size=kernel_size, strides=strides, dilation_rate=dilation_rate, padding=padding,
                               data_format=data_format))


def separable_build(self, input_shape, rank):
    c = self.config
    channels = input_channels(self, input_shape)
    multiplier = c["depth_multiplier"]
    pointwise = [1] * rank + [channels * multiplier, c["filters"]]
    return {
        "depthwise_kernel": variable(c["kernel_size"] + [channels, multiplier], c["depthwise_initializer"]),
        "pointwise_kernel": variable(pointwise, c["pointwise_initializer"]),
        "bias": variable([c["filters"]], c["bias_initializer"]) if c["use_bias"] else None,
        "activation": activation_layer(c, conv_output_shape(c, input_shape, c["filters"])),
    }


def SeparableConv1D_build(self, input_shape):
    return separable_build(self, input_shape, 1)


def SeparableConv2D_build(self, input_shape):
    return separable_build(self, input_shape, 2)


def separable_call(self, inputs, rank):
    if self.config["padding"] == "causal":
        left = self.config["dilation_rate"][0] * (self.config["kernel_size"][0] - 1)
        inputs = tf.pad(inputs, [[0, 0], [left, 0], [0, 0]])
    depthwise, pointwise = cast(self, self.depthwise_kernel), cast(self, self.pointwise_kernel)
    return add_bias(self, separable_convolution(self.config, inputs, depthwise, pointwise), rank)


def separable_convolution(c, x, depthwise, pointwise):
    """A depthwise convolution, then one over the channels, with the options c."""
    size = depthwise.shape.as_list()[:-2]
    depthwise, pointwise = two_dimensional(depthwise, len(size)), two_dimensional(pointwise, len(size))

    def convolve(x, strides, padding, dilations, every):
        padding = "VALID" if padding == "CAUSAL" else padding
        if every is None:
            return tf.nn.separable_conv2d(x, depthwise, pointwise, strides, padding, dilations=dilations)
        x = tf.nn.depthwise_conv2d(x, depthwise, strides, padding, dilations=dilations)
        return tf.nn.conv2d(x[:, :: every[0], :: every[1], :], pointwise, 1, "VALID")

    return spatial_convolution(c, x, size, convolve)


def SeparableConv1D_call(self, inputs):
    return separable_call(self, inputs, 1)


def SeparableConv2D_call(self, inputs):
    return separable_call(self, inputs, 2)


def transpose_options(rank, options):
    changed = conv_config(rank, options)
    if max(changed["strides"]) > 1 and max(changed["dilation_rate"]) > 1:
        raise ValueError("strides and dilation_rate cannot both be greater than 1")
    return changed


def Conv1DTranspose_config(
    filters, kernel_size, strides=1, padding="valid", output_padding=None, data_format=None, dilation_rate=1,
    activation=None, use_bias=True, kernel_initializer="glorot_uniform", bias_initializer="zeros", groups=1,
):
    """The transpose of a convolution in one dimension."""
    return transpose_options(1, dict(kernel_size=kernel_size, strides=strides, dilation_rate=dilation_rate,
                                     output_padding=output_padding, padding=padding, data_format=data_format))


def Conv2DTranspose_config(
    filters, kernel_size, strides=(1, 1), padding="valid", output_padding=None, data_format=None, dilation_rate=(1, 1),
    activation=None, use_bias=True, kernel_initializer="glorot_uniform", bias_initializer="zeros", groups=1,
):
    """The transpose of a convolution in two dimensions."""
    return transpose_options(2, dict(kernel_size=kernel_size, strides=strides, dilation_rate=dilation_rate,
                                     output_padding=output_padding, padding=padding, data_format=data_format))


def Conv3DTranspose_config(
    filters, kernel_size, strides=(1, 1, 1), padding="valid", output_padding=None, data_format=None,
    dilation_rate=(1, 1, 1), activation=None, use_bias=True, kernel_initializer="glorot_uniform", bias_initializer="zeros",
    groups=1,
):
    """The transpose of a convolution in three dimensions."""
    return transpose_options(3, dict(kernel_size=kernel_size, strides=strides, dilation_rate=dilation_rate,
                                     output_padding=output_padding, padding=padding, data_format=data_format))


def transpose_build(self, input_shape):
    c = self.config
    channels = input_channels(self, input_shape)
    return {
        "kernel": variable(c["kernel_size"] + [c["filters"], channels], c["kernel_initializer"]),
        "bias": variable([c["filters"]], c["bias_initializer"]) if c["use_bias"] else None,
        "activation": activation_layer(c, conv_output_shape(c, input_shape, c["filters"], transposed=True)),
    }


def Conv1DTranspose_build(self, input_shape):
    return transpose_build(self, input_shape)


def Conv2DTranspose_build(self, input_shape):
    return transpose_build(self, input_shape)


def Conv3DTranspose_build(self, input_shape):
    return transpose_build(self, input_shape)


def transpose_size(size, kernel, stride, padding, output_padding, dilation):
    """How long the result of a transposed convolution is along one dimension."""
    kernel = (kernel - 1) * dilation + 1
    if padding == "same":
        if output_padding is None:
            return size * stride
        return (size - 1) * stride + kernel % 2 + output_padding
    if output_padding is None:
        return (size - 1) * stride + max(kernel, stride)
    return (size - 1) * stride + kernel + output_padding


def transpose_call(self, inputs, rank):
    return add_bias(self, transposed_convolution(self.config, inputs, cast(self, self.kernel)), rank)


def transposed_convolution(c, x, kernel):
    """The transpose of a convolution with the options c."""
    rank = kernel.shape.rank - 2
    filters = kernel.shape[-2]
    first = c["data_format"] == "channels_first"
    if first:
        x = to_channels_last(x)
    shape = tf.shape(x)
    sizes, static = [], []
    for i in range(rank):
        known = x.shape[i + 1]
        size = transpose_size(
            shape[i + 1] if known is None else known, kernel.shape[i], c["strides"][i], c["padding"],
            None if c["output_padding"] is None else c["output_padding"][i], c["dilation_rate"][i],
        )
        sizes.append(size)
        static.append(None if known is None else size)
    batch = x.shape[0]
    output_shape = tf.stack([shape[0] if batch is None else batch] + sizes + [filters])
    data_format = {1: "NWC", 2: "NHWC", 3: "NDHWC"}[rank]
    y = tf.nn.conv_transpose(
        x, kernel, output_shape, c["strides"], padding=c["padding"].upper(), data_format=data_format,
        dilations=c["dilation_rate"],
    )
    y.set_shape([batch] + static + [filters])
    return to_channels_first(y) if first else y


def Conv1DTranspose_call(self, inputs):
    return transpose_call(self, inputs, 1)


def Conv2DTranspose_call(self, inputs):
    return transpose_call(self, inputs, 2)


def Conv3DTranspose_call(self, inputs):
    return transpose_call(self, inputs, 3)
