"""Layers that are quantized to int4 (keras/src/layers/core, Keras 3.15): two numbers in a byte.

Without a block size a column of the kernel has one scale. With one, each block of its rows has a scale and a zero point, and
g_idx tells the block of a row.
"""

from activations import activation_layer
from base import cast, variable
from core import einsum_shapes, take
from ops_numpy_products import numpy_Einsum, numpy_Matmul
from ops_types import operands
from quantized import ABS_MAX, as_ids, einsum_gradient, einsum_labels, mode_parts, option_of, quantized_einsum_input
from quantized import quantized_input, scaled_matmul, soft_cap, unscaled, with_bias, with_gradient
from tfsave import tf


def unpacked(x, size, axis):
    """Bytes as the two numbers of four bits in each, the low half first: signed ones of int8. size is without the padding."""
    shape = [tf.shape(x)[i] if n is None else n for i, n in enumerate(x.shape)]
    axis = axis if axis >= 0 else axis + len(shape)
    mask = tf.constant(15, x.dtype)
    halves = [tf.bitwise.bitwise_and(x, mask), tf.bitwise.bitwise_and(tf.bitwise.right_shift(x, tf.constant(4, x.dtype)), mask)]
    if x.dtype == tf.int8:
        eight = tf.constant(8, tf.int8)
        halves = [tf.bitwise.bitwise_xor(half, eight) - eight for half in halves]
    both = tf.reshape(tf.stack(halves, axis=axis + 1), shape[:axis] + [2 * shape[axis]] + shape[axis + 1 :])
    return both[(slice(None),) * axis + (slice(size),)]


def packed_size(size):
    """How many bytes hold numbers of four bits."""
    return (size + 1) // 2


def block_size(self):
    """How many rows of a kernel have one scale; None where all have."""
    parts = mode_parts(self)
    size = option_of(self, "Int4QuantizationConfig", "block_size", parts[0] if parts else None)
    if size is not None and (size < -1 or size == 0):
        raise ValueError(f"a block size of {size}; want -1 or a positive number")
    return None if size == -1 else size


def block_count(rows, size):
    return -(-rows // size)


def block_variables(self, rows, columns):
    """kernel_scale of a matrix, and for blocks of rows kernel_zero and g_idx."""
    size = block_size(self)
    if size is None:
        return {"kernel_scale": variable([columns], "ones", trainable=False)}
    shape = [block_count(rows, size), columns]
    return {
        "kernel_scale": variable(shape, "ones", trainable=False),
        "kernel_zero": variable(shape, dtype="int8", trainable=False),
        "g_idx": block_numbers(rows, size),
    }


def block_numbers(rows, size):
    """g_idx: the block of a row."""
    return variable([rows], [float(i // size) for i in range(rows)], dtype="float32", trainable=False)


def dequantized(self, x, scale, zero, axis):
    """(x - zero) · scale, where scale and zero have along the axis what g_idx names."""
    groups = tf.cast(cast(self, self.g_idx), tf.int32)
    scale = take(cast(self, scale), groups, axis)
    zero = tf.cast(take(zero, groups, axis), scale.dtype)
    return tf.cast((tf.cast(x, scale.dtype) - zero) * scale, self.compute_dtype)


def int4_Dense_build(self, input_shape):
    c = self.config
    rows, columns = input_shape[-1], c["units"]
    return {
        "kernel": variable([rows, packed_size(columns)], dtype="int8", trainable=False),
        "bias": variable([columns], c["bias_initializer"]) if c["use_bias"] else None,
        **block_variables(self, rows, columns),
        "activation": activation_layer(c, list(input_shape[:-1]) + [columns]),
    }


def int4_Dense_call(self, inputs, training=False):
    kernel = unpacked(tf.convert_to_tensor(self.kernel), self.config["units"], -1)
    if block_size(self) is None:
        x = scaled_matmul(self, inputs, kernel, training, None)
    else:
        x = numpy_Matmul(inputs, dequantized(self, kernel, self.kernel_scale, self.kernel_zero, 0))
    return with_bias(self, x)


def einsum_matrix(self, input_shape):
    """The shape of the kernel of an EinsumDense, and the rows and columns that it is stored in: the rows are summed over."""
    c = self.config
    kernel, _ = einsum_shapes(c["equation"], c["bias_axes"], list(input_shape), list(c["output_shape"]))
    _, weights, outputs = einsum_labels(c["equation"], len(input_shape))
    rows = columns = 1
    for n, size in zip(weights, kernel):
        if n in outputs:
            columns = columns * size
        else:
            rows = rows * size
    return kernel, rows, columns


def int4_EinsumDense_build(self, input_shape):
    c = self.config
    _, rows, columns = einsum_matrix(self, input_shape)
    _, bias = einsum_shapes(c["equation"], c["bias_axes"], list(input_shape), list(c["output_shape"]))
    return {
        "kernel": variable([rows, packed_size(columns)], dtype="int8", trainable=False),
        "bias": variable(bias, c["bias_initializer"]) if c["bias_axes"] else None,
        **block_variables(self, rows, columns),
        "activation": activation_layer(c, input_shape),
    }


def int4_EinsumDense_call(self, inputs, training=False):
    shape, _, columns = einsum_matrix(self, inputs.shape)
    kernel = unpacked(tf.convert_to_tensor(self.kernel), columns, -1)
    if block_size(self) is None:
        kernel = tf.cast(kernel, self.compute_dtype) / cast(self, self.kernel_scale)
    else:
        kernel = dequantized(self, kernel, self.kernel_scale, self.kernel_zero, 0)

    def forward(x, kernel):
        x, scale = quantized_einsum_input(self, x, None)
        x = tf.cast(numpy_Einsum(x, kernel, subscripts=self.config["equation"]), self.compute_dtype)
        if scale is not None:
            x, scale = operands(x, scale)
            x = x / scale
        return x, lambda upstream: (einsum_gradient(self, upstream, kernel), None)

    return with_bias(self, with_gradient(forward, training, inputs, tf.reshape(kernel, shape)))


def int4_Embedding_build(self, input_shape=None):
    c = self.config
    size = block_size(self)
    scales = [c["input_dim"]] if size is None else [c["input_dim"], block_count(c["output_dim"], size)]
    return {
        "embeddings": variable([c["input_dim"], packed_size(c["output_dim"])], dtype="int8", trainable=False),
        "embeddings_scale": variable(scales, "ones", trainable=False),
        "embeddings_zero": None if size is None else variable(scales, dtype="int8", trainable=False),
        "g_idx": None if size is None else block_numbers(c["output_dim"], size),
    }


def int4_Embedding_call(self, inputs):
    ids = as_ids(inputs)
    # Keras unpacks the whole table and takes rows of that, which gives the same numbers.
    x = tf.cast(unpacked(take(self.embeddings, ids, 0), self.config["output_dim"], -1), self.compute_dtype)
    scale = take(self.embeddings_scale, ids, 0)
    if block_size(self) is None:
        return x / tf.expand_dims(cast(self, scale), -1)
    return dequantized(self, x, scale, take(self.embeddings_zero, ids, 0), -1)


def int4_ReversibleEmbedding_build(self, input_shape=None):
    c = self.config
    made = int4_Embedding_build(self, input_shape)
    if c["tie_weights"]:
        return made
    size = block_size(self)
    scales = [c["input_dim"]] if size is None else [block_count(c["output_dim"], size), c["input_dim"]]
    made["reverse_embeddings"] = variable([packed_size(c["output_dim"]), c["input_dim"]], dtype="int8", trainable=False)
    made["reverse_embeddings_scale"] = variable(scales, "ones", trainable=False)
    if size is not None:
        made["reverse_embeddings_zero"] = variable(scales, trainable=False)
    return made


def int4_ReversibleEmbedding_call(self, inputs, reverse=False):
    if not reverse:
        return int4_Embedding_call(self, inputs)
    tied = self.config["tie_weights"]
    kernel = tf.transpose(self.embeddings) if tied else tf.convert_to_tensor(self.reverse_embeddings)
    kernel = unpacked(kernel, self.config["output_dim"], 0)
    scale = tf.transpose(self.embeddings_scale) if tied else tf.convert_to_tensor(self.reverse_embeddings_scale)
    x, input_scale = quantized_input(self, inputs, None, ABS_MAX)
    if block_size(self) is None:
        return soft_cap(self, unscaled(self, numpy_Matmul(x, kernel), cast(self, scale), input_scale))
    zero = tf.transpose(self.embeddings_zero) if tied else tf.convert_to_tensor(self.reverse_embeddings_zero)
    logits = numpy_Matmul(x, dequantized(self, kernel, scale, cast(self, zero), 0))
    if input_scale is not None:
        logits, input_scale = operands(logits, input_scale)
        logits = logits / input_scale
    return soft_cap(self, logits)
