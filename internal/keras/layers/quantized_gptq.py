"""Layers that are quantized by GPTQ and AWQ (keras/src/layers/core, Keras 3.15).

The kernel is stored by its columns, as unsigned numbers with a scale and a zero point for each group of rows; two of four bits
are in a byte. AWQ has also what a row was multiplied by.
"""

from activations import activation_layer
from base import cast, variable
from core import einsum_shapes
from ops_numpy_products import numpy_Einsum, numpy_Matmul
from quantized import mode_parts, option_of, with_bias, without_lora
from quantized_int4 import block_count, dequantized, packed_size, unpacked
from tfsave import tf


def grouping(self):
    """The bits of a number, and how many rows of the kernel have one scale, or -1 for all."""
    without_lora(self)
    config_class = "AWQConfig" if is_awq(self) else "GPTQConfig"
    parts = mode_parts(self)
    if len(parts) != 2:
        raise ValueError(f"the mode {self.quantization['mode']!r}; want bits and group size, as in gptq/4/128")
    bits = option_of(self, config_class, "weight_bits", parts[0])
    size = option_of(self, config_class, "group_size", parts[1])
    if bits not in ((4,) if is_awq(self) else (2, 3, 4, 8)) or size < -1 or size == 0:
        raise ValueError(f"{bits} bits and groups of {size} are none that Keras has")
    return bits, size


def is_awq(self):
    return self.quantization["mode"].startswith("awq")


def grouped_variables(self, rows, columns, zero_name):
    """The kernel as rows of its columns, with what belongs to it."""
    bits, size = grouping(self)
    scales = [columns, 1 if size == -1 else block_count(rows, size)]
    kernel = [packed_size(columns) if bits == 4 else columns, rows]
    return {
        "quantized_kernel": variable(kernel, dtype="uint8", trainable=False, name="kernel", also=("kernel",)),
        "kernel_scale": variable(scales, "ones", trainable=False),
        "kernel_zero": variable(scales, dtype="uint8", trainable=False, name=zero_name, also=(zero_name,)),
        "awq_scales": variable([rows], "ones", trainable=False) if is_awq(self) else None,
        "g_idx": variable([rows], dtype="float32", trainable=False),
    }


def grouped_kernel(self, columns):
    """The kernel as a matrix of floats."""
    bits, _ = grouping(self)
    kernel = tf.convert_to_tensor(self.quantized_kernel)
    if bits == 4:
        kernel = unpacked(kernel, columns, 0)
    kernel = tf.transpose(dequantized(self, kernel, self.kernel_scale, self.kernel_zero, -1))
    if is_awq(self):
        kernel = kernel / tf.expand_dims(cast(self, self.awq_scales), -1)
    return kernel


def gptq_Dense_build(self, input_shape):
    c = self.config
    return {
        "bias": variable([c["units"]], c["bias_initializer"]) if c["use_bias"] else None,
        **grouped_variables(self, input_shape[-1], c["units"], "kernel_zero"),
        "activation": activation_layer(c, list(input_shape[:-1]) + [c["units"]]),
    }


def awq_Dense_build(self, input_shape):
    return gptq_Dense_build(self, input_shape)


def gptq_Dense_call(self, inputs):
    return with_bias(self, numpy_Matmul(inputs, grouped_kernel(self, self.config["units"])))


def awq_Dense_call(self, inputs):
    return gptq_Dense_call(self, inputs)


def grouped_einsum_shapes(self, input_shape):
    """The shapes of kernel and bias of an EinsumDense, and the rows and columns of the kernel.

    Of a kernel with three dimensions the largest tells which: the first is all rows, or the last all columns.
    """
    c = self.config
    kernel, bias = einsum_shapes(c["equation"], c["bias_axes"], list(input_shape), list(c["output_shape"]))
    if len(kernel) not in (2, 3):
        raise ValueError(f"a kernel of {len(kernel)} dimensions is not supported by GPTQ and AWQ, nor by Keras")
    if len(kernel) == 2:
        return kernel, bias, kernel[0], kernel[1]
    if kernel.index(max(kernel)) == 0:
        return kernel, bias, kernel[0], kernel[1] * kernel[2]
    return kernel, bias, kernel[0] * kernel[1], kernel[2]


def gptq_EinsumDense_build(self, input_shape):
    c = self.config
    _, bias, rows, columns = grouped_einsum_shapes(self, input_shape)
    return {
        "bias": variable(bias, c["bias_initializer"]) if c["bias_axes"] else None,
        **grouped_variables(self, rows, columns, "zero_point"),
        "activation": activation_layer(c, input_shape),
    }


def awq_EinsumDense_build(self, input_shape):
    return gptq_EinsumDense_build(self, input_shape)


def gptq_EinsumDense_call(self, inputs):
    shape, _, _, columns = grouped_einsum_shapes(self, inputs.shape)
    kernel = tf.reshape(grouped_kernel(self, columns), shape)
    return with_bias(self, numpy_Einsum(inputs, kernel, subscripts=self.config["equation"]))


def awq_EinsumDense_call(self, inputs):
    return gptq_EinsumDense_call(self, inputs)
