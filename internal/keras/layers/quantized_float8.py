"""Layers that are quantized to float8 (keras/src/layers/core, Keras 3.15): operands are rounded to float8_e4m3fn.

Scales and histories of the largest values change while training: Keras's optimizers assign what stands where their gradients
would be.
"""

from activations import activate
from base import cast, variable
from core import Dense_build, EinsumDense_build, as_number
from ops_numpy_products import numpy_Einsum, numpy_Matmul
from quantized import with_gradient, without_lora
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


# The largest numbers of the two dtypes: operands are rounded to the first, gradients to the second.
E4M3 = ("float8_e4m3fn", 448.0)
E5M2 = ("float8_e5m2", 57344.0)


def through_float8(x, scale, dtype):
    """x as a dtype of eight bits can hold it, with a scale."""
    name, largest = dtype
    largest, scale = tf.constant(largest, x.dtype), tf.cast(scale, x.dtype)
    return tf.cast(tf.cast(tf.clip_by_value(x / scale, -largest, largest), name), x.dtype) * scale


def float8_scale(scale, history, dtype):
    """The scale by which the largest of the last values fits into the dtype; what it was where there is none."""
    largest = tf.reduce_max(history, axis=0)
    inverse = tf.where(largest > 0.0, tf.constant(dtype[1], scale.dtype) / largest, 1.0 / scale)
    return 1.0 / tf.where(tf.math.is_finite(largest), inverse, 1.0 / scale)


def float8_history(x, history):
    """The largest values before, with that of x first."""
    largest = tf.cast(tf.reduce_max(tf.abs(x)), history.dtype)
    return tf.concat([tf.reshape(largest, [1]), tf.roll(history, -1, 0)[1:]], axis=0)


def float8_operand(x, scale, history, training):
    """An operand that is rounded. While training, what scale and history shall be stands where their gradients would be."""

    def forward(x, scale, history):
        def grad(upstream):
            return upstream, float8_scale(scale, history, E4M3), float8_history(x, history)

        return through_float8(x, scale, E4M3), grad

    return with_gradient(forward, training, x, tf.convert_to_tensor(scale), tf.convert_to_tensor(history))


def float8_result(x, scale, history, training):
    """A result, whose gradient is rounded while training."""

    def forward(x, scale, history):
        def grad(upstream):
            rounded = through_float8(upstream, scale, E5M2)
            return rounded, float8_scale(scale, history, E5M2), float8_history(upstream, history)

        return tf.identity(x), grad

    return with_gradient(forward, training, x, tf.convert_to_tensor(scale), tf.convert_to_tensor(history)) if training else x


def float8_operands(self, inputs, training):
    kernel = cast(self, tf.convert_to_tensor(self.kernel))
    inputs = as_number(inputs, kernel.dtype)
    return (
        float8_operand(inputs, self.inputs_scale, self.inputs_amax_history, training),
        float8_operand(kernel, self.kernel_scale, self.kernel_amax_history, training),
    )


def float8_end(self, x, training):
    """The gradient's rounding, bias and activation; a bias of float32 is rounded to bfloat16."""
    x = float8_result(x, self.outputs_grad_scale, self.outputs_grad_amax_history, training)
    if hasattr(self, "bias"):
        bias = cast(self, self.bias)
        if self.compute_dtype == "float32":
            bias = tf.cast(tf.cast(bias, tf.bfloat16), bias.dtype)
        x = x + bias
    return activate(self, x)


def float8_Dense_build(self, input_shape):
    return float8_variables(self, Dense_build(self, input_shape))


def float8_Dense_call(self, inputs, training=False):
    x, kernel = float8_operands(self, inputs, training)
    return float8_end(self, numpy_Matmul(x, kernel), training)


def float8_EinsumDense_build(self, input_shape):
    return float8_variables(self, EinsumDense_build(self, input_shape))


def float8_EinsumDense_call(self, inputs, training=False):
    x, kernel = float8_operands(self, inputs, training)
    return float8_end(self, numpy_Einsum(x, kernel, subscripts=self.config["equation"]), training)
