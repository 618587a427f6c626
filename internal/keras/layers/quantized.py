"""Layers of keras.layers that model.quantize has changed (keras/src/layers/core, Keras 3.15): what the modes share, and int8.

A mode M has the functions M_X_build and M_X_call; those of int4, of float8, and of gptq and awq are in files of their own.
"""

from activations import activate, activation_layer
from base import cast, variable
from core import Dense_call, EinsumDense_call, einsum_shapes, take
from ops_numpy_products import numpy_Einsum, numpy_Matmul
from ops_types import floating, operands
from quantized_int4 import einsum_matrix, unpacked
from tfsave import tf

ABS_MAX = {"class_name": "AbsMaxQuantizer", "config": {}}


def option_of(self, class_name, option, otherwise):
    """An option of the layer's quantization config, which takes precedence over its dtype policy."""
    config = self.quantization_config
    if config is None or config["class_name"] != class_name:
        return otherwise
    return config["config"].get(option)


def mode_parts(self):
    """The numbers in the mode of a dtype policy: [4, 128] of "gptq/4/128"."""
    return [int(part) for part in self.quantization["mode"].split("/")[1:]]


def without_lora(self):
    """Refuses LoRA where Keras can not run it either."""
    if self.lora_rank:
        raise ValueError(f"lora_rank is not supported with quantization to {self.quantization['mode']}, nor by Keras")


def quantized_input(self, x, axes, otherwise=ABS_MAX):
    """The inputs as the quantizer for activations makes them, with what they were multiplied by; None where there is none.

    otherwise is the quantizer where the layer has no quantization config.
    """
    config = self.quantization_config
    quantizer = otherwise if config is None else config["config"].get("activation_quantizer")
    if quantizer is None:
        return x, None
    if quantizer["class_name"] != "AbsMaxQuantizer":
        raise ValueError(f"layer {self.name!r}: the quantizer {quantizer['class_name']} is not supported; want AbsMaxQuantizer")
    options = quantizer["config"]
    if axes is None:
        axes = options.get("axis") or [-1]
    low, high = options.get("value_range", [-127, 127])
    largest = floating(tf.reduce_max(tf.abs(x), axis=axes, keepdims=True))
    scale = tf.cast(tf.cast(high, largest.dtype) / (largest + tf.cast(options.get("epsilon", 1e-7), largest.dtype)), x.dtype)
    return tf.cast(tf.clip_by_value(tf.round(x * scale), low, high), options.get("output_dtype", "int8")), scale


def unscaled(self, x, scale, input_scale):
    """A product divided by the scales of its operands."""
    if input_scale is not None:
        scale, input_scale = operands(scale, input_scale)
        scale = scale * input_scale
    x, scale = operands(tf.cast(x, self.compute_dtype), scale)
    return x / scale


def with_gradient(forward, training, *args):
    """What forward gives: a result, and a gradient that counts while training instead of that of rounded numbers."""
    return tf.custom_gradient(forward)(*args) if training else forward(*args)[0]


def with_bias(self, x):
    """The end of a dense layer."""
    if hasattr(self, "bias"):
        x = x + cast(self, self.bias)
    return activate(self, x)


def soft_cap(self, logits):
    """The end of a ReversibleEmbedding in reverse."""
    cap = self.config["logit_soft_cap"]
    return logits if cap is None else tf.tanh(logits / cap) * cap


def einsum_labels(equation, rank):
    """The dimensions of inputs, kernel and results by letters, those that an ellipsis stands for included."""
    operands, outputs = equation.replace(" ", "").split("->")
    inputs, weights = operands.split(",")
    free = [n for n in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if n not in equation]
    elided = "".join(free[: rank - len(inputs.replace("...", ""))])
    return inputs.replace("...", elided), weights, outputs.replace("...", elided)


def quantized_einsum_input(self, x, otherwise=ABS_MAX):
    """quantized_input of an EinsumDense: the scale has the dimensions of the results, 1 where those are of the kernel."""
    names, _, outputs = einsum_labels(self.config["equation"], x.shape.rank)
    summed = [i for i, n in enumerate(names) if n not in outputs]
    x, scale = quantized_input(self, x, summed, otherwise)
    if scale is not None:
        kept = [n for n in names if n in outputs]
        scale = tf.transpose(tf.squeeze(scale, summed), [kept.index(n) for n in outputs if n in kept])
        for i, n in enumerate(outputs):
            scale = scale if n in kept else tf.expand_dims(scale, i)
    return x, scale


def int8_Dense_build(self, input_shape):
    c = self.config
    return {
        "kernel": variable([input_shape[-1], c["units"]], dtype="int8", trainable=False),
        "bias": variable([c["units"]], c["bias_initializer"]) if c["use_bias"] else None,
        "kernel_scale": variable([c["units"]], "ones", trainable=False),
        "activation": activation_layer(c, list(input_shape[:-1]) + [c["units"]]),
    }


def int8_Dense_call(self, inputs, training=False):
    return with_bias(self, scaled_matmul(self, inputs, tf.convert_to_tensor(self.kernel), training))


def scaled_matmul(self, inputs, kernel, training, otherwise=ABS_MAX):
    """The product with a kernel of whole numbers, whose columns have scales."""

    def forward(x, kernel, kernel_scale):
        def grad(upstream):
            return numpy_Matmul(upstream, tf.transpose(tf.cast(kernel, self.compute_dtype) / kernel_scale)), None, None

        x, scale = quantized_input(self, x, [-1], otherwise)
        return unscaled(self, numpy_Matmul(x, kernel), kernel_scale, scale), grad

    return with_gradient(forward, training, inputs, kernel, cast(self, tf.convert_to_tensor(self.kernel_scale)))


def int8_EinsumDense_build(self, input_shape):
    c = self.config
    kernel, bias = einsum_shapes(c["equation"], c["bias_axes"], list(input_shape), list(c["output_shape"]))
    _, weights, outputs = einsum_labels(c["equation"], len(input_shape))
    return {
        "kernel": variable(kernel, dtype="int8", trainable=False),
        "bias": variable(bias, c["bias_initializer"]) if c["bias_axes"] else None,
        "kernel_scale": variable([kernel[weights.index(n)] if n in weights else 1 for n in outputs], "ones", trainable=False),
        "activation": activation_layer(c, input_shape),
    }


def int8_EinsumDense_call(self, inputs, training=False):
    _, weights, outputs = einsum_labels(self.config["equation"], inputs.shape.rank)

    def forward(x, kernel, kernel_scale):
        def grad(upstream):
            scale = tf.squeeze(kernel_scale, [i for i, n in enumerate(outputs) if n not in weights])
            kept = [n for n in outputs if n in weights]
            scale = tf.transpose(scale, [kept.index(n) for n in weights if n in kept])
            for i, n in enumerate(weights):
                scale = scale if n in kept else tf.expand_dims(scale, i)
            return einsum_gradient(self, upstream, tf.cast(kernel, self.compute_dtype) / scale), None, None

        x, scale = quantized_einsum_input(self, x)
        return unscaled(self, whole_einsum(self, x, kernel), kernel_scale, scale), grad

    x = with_gradient(forward, training, inputs, tf.convert_to_tensor(self.kernel), cast(self, tf.convert_to_tensor(self.kernel_scale)))
    return with_bias(self, x)


def einsum_gradient(self, upstream, kernel):
    """The gradient of an EinsumDense by its inputs."""
    operands, outputs = self.config["equation"].replace(" ", "").split("->")
    inputs, weights = operands.split(",")
    return tf.einsum(f"{outputs},{weights}->{inputs}", upstream, kernel)


def whole_einsum(self, x, kernel):
    """The einsum of a layer: of two operands of int8 in int32, as Keras's product of them."""
    if x.dtype == tf.int8:
        x, kernel = tf.cast(x, tf.int32), tf.cast(kernel, tf.int32)
        return tf.einsum(self.config["equation"], x, kernel)
    return numpy_Einsum(x, kernel, subscripts=self.config["equation"])


def as_ids(x):
    """What an embedding looks up."""
    return x if x.dtype in (tf.int32, tf.int64) else tf.cast(x, tf.int32)


def int8_Embedding_build(self, input_shape=None):
    c = self.config
    return {
        "embeddings": variable([c["input_dim"], c["output_dim"]], dtype="int8", trainable=False),
        "embeddings_scale": variable([c["input_dim"]], "ones", trainable=False),
    }


def int8_Embedding_call(self, inputs):
    ids = as_ids(inputs)
    scale = cast(self, take(self.embeddings_scale, ids, 0))
    return tf.cast(take(self.embeddings, ids, 0), self.compute_dtype) / tf.expand_dims(scale, -1)


def int8_ReversibleEmbedding_build(self, input_shape=None):
    c = self.config
    made = int8_Embedding_build(self, input_shape)
    if not c["tie_weights"]:
        made["reverse_embeddings"] = variable([c["output_dim"], c["input_dim"]], dtype="int8", trainable=False)
        made["reverse_embeddings_scale"] = variable([c["input_dim"]], "ones", trainable=False)
    return made


def int8_ReversibleEmbedding_call(self, inputs, reverse=False):
    if not reverse:
        return int8_Embedding_call(self, inputs)
    tied = self.config["tie_weights"]
    kernel = tf.transpose(self.embeddings) if tied else tf.convert_to_tensor(self.reverse_embeddings)
    kernel_scale = cast(self, self.embeddings_scale if tied else self.reverse_embeddings_scale)
    x, scale = quantized_input(self, inputs, None)
    return soft_cap(self, unscaled(self, numpy_Matmul(x, kernel), kernel_scale, scale))


def past_quantization(sub, inputs, **options):
    """A call of a layer that leaves out its quantization, as Keras's TimeDistributed makes it.

    What is stored as whole numbers is taken as it is, without the scale: results are far from those before quantize, as in
    Keras.
    """
    if not hasattr(sub, "quantization") or sub.quantization is None:
        return sub.call(inputs, **options)
    mode, name = sub.quantization["mode"].split("/")[0], sub.class_name
    if mode in ("gptq", "awq"):
        raise ValueError("a layer that is quantized by GPTQ or AWQ is not supported, nor by Keras")
    if mode == "float8":
        return Dense_call(sub, inputs) if name == "Dense" else EinsumDense_call(sub, inputs)
    if name in ("Embedding", "ReversibleEmbedding"):
        rows = take(sub.embeddings, as_ids(inputs), 0)
        return tf.cast(unpacked(rows, sub.config["output_dim"], -1) if mode == "int4" else rows, sub.compute_dtype)
    kernel = tf.convert_to_tensor(sub.kernel)
    if name == "Dense":
        return with_bias(sub, numpy_Matmul(inputs, unpacked(kernel, sub.config["units"], -1) if mode == "int4" else kernel))
    if mode == "int4":
        shape, _, columns = einsum_matrix(sub, inputs.shape)
        kernel = tf.reshape(unpacked(kernel, columns, -1), shape)
    return with_bias(sub, numpy_Einsum(inputs, kernel, subscripts=sub.config["equation"]))
