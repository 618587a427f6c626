"""tf.quantization: quantized tensors, and their effect on floating point ones."""

from tfsave import export, tf


def _axis(input, axis):
    """axis as the ops take it: -1 is none."""
    if axis is None or axis >= 0:
        return -1 if axis is None else axis
    if input.shape.rank is None:
        raise ValueError("a negative axis needs an input of known rank")
    return axis % input.shape.rank


@export("quantization.quantize")
def quantize(
    input,
    min_range,
    max_range,
    T,
    mode="MIN_COMBINED",
    round_mode="HALF_AWAY_FROM_ZERO",
    name=None,
    narrow_range=False,
    axis=None,
    ensure_minimum_range=0.01,
):
    """input as quantized numbers of type T, and the range that they stand for."""
    return tf.raw_ops.QuantizeV2(
        input=input,
        min_range=min_range,
        max_range=max_range,
        T=T,
        mode=mode,
        round_mode=round_mode,
        name=name,
        narrow_range=narrow_range,
        axis=_axis(input, axis),
        ensure_minimum_range=ensure_minimum_range,
    )


@export("quantization.dequantize")
def dequantize(
    input, min_range, max_range, mode="MIN_COMBINED", name=None, axis=None, narrow_range=False, dtype=tf.float32
):
    """The floating point numbers that quantized ones stand for."""
    return tf.raw_ops.Dequantize(
        input=input,
        min_range=min_range,
        max_range=max_range,
        mode=mode,
        narrow_range=narrow_range,
        axis=_axis(input, axis),
        dtype=dtype,
        name=name,
    )


@export("quantization.quantize_and_dequantize")
def quantize_and_dequantize(
    input,
    input_min,
    input_max,
    signed_input=True,
    num_bits=8,
    range_given=False,
    round_mode="HALF_TO_EVEN",
    name=None,
    narrow_range=False,
    axis=None,
):
    """input with the loss of precision of a quantization."""
    return tf.raw_ops.QuantizeAndDequantizeV2(
        input=input,
        input_min=input_min,
        input_max=input_max,
        signed_input=signed_input,
        num_bits=num_bits,
        range_given=range_given,
        round_mode=round_mode,
        narrow_range=narrow_range,
        axis=_axis(input, axis),
        name=name,
    )


@export("quantization.quantize_and_dequantize_v2")
def quantize_and_dequantize_v2(
    input,
    input_min,
    input_max,
    signed_input=True,
    num_bits=8,
    range_given=False,
    round_mode="HALF_TO_EVEN",
    name=None,
    narrow_range=False,
    axis=None,
):
    """quantize_and_dequantize with a gradient that is 0 outside of the range."""
    return tf.raw_ops.QuantizeAndDequantizeV4(
        input=input,
        input_min=input_min,
        input_max=input_max,
        signed_input=signed_input,
        num_bits=num_bits,
        range_given=range_given,
        round_mode=round_mode,
        narrow_range=narrow_range,
        axis=_axis(input, axis),
        name=name,
    )


@export("quantization.quantized_concat")
def quantized_concat(concat_dim, values, input_mins, input_maxes, name=None):
    """Quantized tensors side by side, and the range that they stand for together."""
    return tf.raw_ops.QuantizedConcat(
        concat_dim=concat_dim, values=values, input_mins=input_mins, input_maxes=input_maxes, name=name
    )


@export("quantization.fake_quant_with_min_max_args")
def fake_quant_with_min_max_args(inputs, min=-6, max=6, num_bits=8, narrow_range=False, name=None):
    """inputs with the loss of precision of a quantization to a fixed range."""
    return tf.raw_ops.FakeQuantWithMinMaxArgs(
        inputs=inputs, min=min, max=max, num_bits=num_bits, narrow_range=narrow_range, name=name
    )


@export("quantization.fake_quant_with_min_max_args_gradient")
def fake_quant_with_min_max_args_gradient(
    gradients, inputs, min=-6, max=6, num_bits=8, narrow_range=False, name=None
):
    """The gradient of fake_quant_with_min_max_args."""
    return tf.raw_ops.FakeQuantWithMinMaxArgsGradient(
        gradients=gradients, inputs=inputs, min=min, max=max, num_bits=num_bits, narrow_range=narrow_range, name=name
    )


@export("quantization.fake_quant_with_min_max_vars")
def fake_quant_with_min_max_vars(inputs, min, max, num_bits=8, narrow_range=False, name=None):
    """inputs with the loss of precision of a quantization to a range given by tensors."""
    return tf.raw_ops.FakeQuantWithMinMaxVars(
        inputs=inputs, min=min, max=max, num_bits=num_bits, narrow_range=narrow_range, name=name
    )


@export("quantization.fake_quant_with_min_max_vars_gradient")
def fake_quant_with_min_max_vars_gradient(gradients, inputs, min, max, num_bits=8, narrow_range=False, name=None):
    """The gradient of fake_quant_with_min_max_vars, for inputs, min and max."""
    return tf.raw_ops.FakeQuantWithMinMaxVarsGradient(
        gradients=gradients, inputs=inputs, min=min, max=max, num_bits=num_bits, narrow_range=narrow_range, name=name
    )


@export("quantization.fake_quant_with_min_max_vars_per_channel")
def fake_quant_with_min_max_vars_per_channel(inputs, min, max, num_bits=8, narrow_range=False, name=None):
    """fake_quant_with_min_max_vars with a range for each channel."""
    return tf.raw_ops.FakeQuantWithMinMaxVarsPerChannel(
        inputs=inputs, min=min, max=max, num_bits=num_bits, narrow_range=narrow_range, name=name
    )


@export("quantization.fake_quant_with_min_max_vars_per_channel_gradient")
def fake_quant_with_min_max_vars_per_channel_gradient(
    gradients, inputs, min, max, num_bits=8, narrow_range=False, name=None
):
    """The gradient of fake_quant_with_min_max_vars_per_channel, for inputs, min and max."""
    return tf.raw_ops.FakeQuantWithMinMaxVarsPerChannelGradient(
        gradients=gradients, inputs=inputs, min=min, max=max, num_bits=num_bits, narrow_range=narrow_range, name=name
    )
