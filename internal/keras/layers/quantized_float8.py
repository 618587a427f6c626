"""Layers that are quantized to float8 (keras/src/layers/core, Keras 3.15): operands are rounded to float8_e4m3fn.

The scales are there for training, as are the histories of the largest values, which inference does not read.
"""

from activations import activate
from base import cast, variable
from core import Dense_build, EinsumDense_build, as_number
from ops_numpy_products import numpy_Einsum, numpy_Matmul
from quantized import without_lora
from tfsave import tf

# The length of the histories where the dtype policy does not tell.
HISTORY = 1024


def float8_variables(self, made):
    """What Dense_build or EinsumDense_build gives, and scales and histories."""
    without_lora(self)
    length = self.quantization.get("amax_history_length", HISTORY)
    activation = made.pop("activation")
    for name in ("inputs", "kernel", "outputs_grad"):
        made[name + "_scale"] = variable([], "ones", dtype="float32")
        made[name + "_amax_history"] = variable([length], dtype="float32")
    made["activation"] = activation
    return made


def through_float8(self, x, scale):
    """x as float8_e4m3fn can hold it, with a scale."""
    largest = tf.constant(448.0, x.dtype)
    scale = tf.cast(scale, x.dtype)
    return tf.cast(tf.cast(tf.clip_by_value(x / scale, -largest, largest), "float8_e4m3fn"), x.dtype) * scale


def float8_operands(self, inputs):
    kernel = cast(self, self.kernel)
    inputs = as_number(inputs, kernel.dtype)
    return through_float8(self, inputs, self.inputs_scale), through_float8(self, kernel, self.kernel_scale)


def float8_end(self, x):
    """Bias and activation; a bias of float32 is rounded to bfloat16."""
    if hasattr(self, "bias"):
        bias = cast(self, self.bias)
        if self.compute_dtype == "float32":
            bias = tf.cast(tf.cast(bias, tf.bfloat16), bias.dtype)
        x = x + bias
    return activate(self, x)


def float8_Dense_build(self, input_shape):
    return float8_variables(self, Dense_build(self, input_shape))


def float8_Dense_call(self, inputs):
    x, kernel = float8_operands(self, inputs)
    return float8_end(self, numpy_Matmul(x, kernel))


def float8_EinsumDense_build(self, input_shape):
    return float8_variables(self, EinsumDense_build(self, input_shape))


def float8_EinsumDense_call(self, inputs):
    x, kernel = float8_operands(self, inputs)
    return float8_end(self, numpy_Einsum(x, kernel, subscripts=self.config["equation"]))
