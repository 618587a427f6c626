"""Layers of keras.layers that model.quantize has changed (keras/src/layers/core, Keras 3.15): int8_X_build and int8_X_call."""

from activations import activate, activation_layer
from base import cast, variable
from core import einsum_shapes, take
from tfsave import tf


def int8_Dense_build(self, input_shape):
    c = self.config
    return {
        "kernel": variable([input_shape[-1], c["units"]], dtype="int8", trainable=False),
        "bias": variable([c["units"]], c["bias_initializer"]) if c["use_bias"] else None,
        "kernel_scale": variable([c["units"]], "ones", trainable=False),
        "activation": activation_layer(c, list(input_shape[:-1]) + [c["units"]]),
    }


def int8_Dense_call(self, inputs):
    x, scale = quantized_input(self, inputs, [-1])
    x = whole_product(x, self.kernel)
    scale = cast(self, self.kernel_scale) if scale is None else cast(self, self.kernel_scale) * scale
    x = tf.cast(x, self.compute_dtype) / scale
    if self.config["use_bias"]:
        x = x + cast(self, self.bias)
    return activate(self, x)


def quantized_input(self, x, axes):
    """The inputs as int8 with what they were multiplied by; None where only weights are quantized."""
    config = self.quantization_config if hasattr(self, "quantization_config") else None
    config = {} if config is None else config["config"]
    quantizer = config.get("activation_quantizer", {"class_name": "AbsMaxQuantizer", "config": {}})
    if quantizer is None:
        return x, None
    if quantizer["class_name"] != "AbsMaxQuantizer":
        raise ValueError(f"layer {self.name!r}: the quantizer {quantizer['class_name']} is not supported; want AbsMaxQuantizer")
    options = quantizer["config"]
    low, high = options.get("value_range", [-127, 127])
    largest = tf.reduce_max(tf.abs(x), axis=axes, keepdims=True)
    scale = tf.cast(high, x.dtype) / (largest + tf.cast(options.get("epsilon", 1e-7), x.dtype))
    return tf.cast(tf.clip_by_value(tf.round(x * scale), low, high), tf.int8), scale


def whole_product(x, kernel):
    """A product of the last dimension: of whole numbers in int32, else in the dtype of x."""
    if x.dtype != tf.int8:
        kernel = tf.cast(kernel, x.dtype)
        rank = x.shape.rank
        return tf.matmul(x, kernel) if rank == 2 else tf.tensordot(x, kernel, [[rank - 1], [0]])
    return tf.raw_ops.BatchMatMulV3(x=x, y=tf.convert_to_tensor(kernel), Tout=tf.int32)


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


def einsum_labels(equation, rank):
    """The dimensions of inputs, kernel and results by letters, those that an ellipsis stands for included."""
    operands, outputs = equation.replace(" ", "").split("->")
    inputs, weights = operands.split(",")
    free = [n for n in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" if n not in equation]
    elided = "".join(free[: rank - len(inputs.replace("...", ""))])
    return inputs.replace("...", elided), weights, outputs.replace("...", elided)


def int8_EinsumDense_call(self, inputs):
    c = self.config
    names, weights, outputs = einsum_labels(c["equation"], inputs.shape.rank)
    summed = [i for i, n in enumerate(names) if n not in outputs]
    x, scale = quantized_input(self, inputs, summed)
    dtype = tf.int32 if x.dtype == tf.int8 else x.dtype
    x = tf.cast(tf.einsum(c["equation"], tf.cast(x, dtype), tf.cast(self.kernel, dtype)), self.compute_dtype)
    kernel_scale = cast(self, self.kernel_scale)
    if scale is not None:  # in the order of the results, with 1 where they have a dimension of the kernel
        kept = [n for n in names if n in outputs]
        scale = tf.transpose(tf.squeeze(scale, summed), [kept.index(n) for n in outputs if n in kept])
        for i, n in enumerate(outputs):
            scale = scale if n in kept else tf.expand_dims(scale, i)
        kernel_scale = scale * kernel_scale
    x = x / kernel_scale
    if c["bias_axes"]:
        x = x + cast(self, self.bias)
    return activate(self, x)


def int8_Embedding_build(self, input_shape=None):
    c = self.config
    return {
        "embeddings": variable([c["input_dim"], c["output_dim"]], dtype="int8", trainable=False),
        "embeddings_scale": variable([c["input_dim"]], "ones", trainable=False),
    }


def int8_Embedding_call(self, inputs):
    ids = inputs if inputs.dtype in (tf.int32, tf.int64) else tf.cast(inputs, tf.int32)
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
    c = self.config
    if not reverse:
        return int8_Embedding_call(self, inputs)
    tied = c["tie_weights"]
    kernel = tf.transpose(self.embeddings) if tied else self.reverse_embeddings
    kernel_scale = cast(self, self.embeddings_scale if tied else self.reverse_embeddings_scale)
    x, scale = quantized_input(self, inputs, [-1])
    logits = tf.cast(whole_product(x, kernel), self.compute_dtype)
    logits = logits / (kernel_scale if scale is None else scale * kernel_scale)
    cap = c["logit_soft_cap"]
    return logits if cap is None else tf.tanh(logits / cap) * cap
