"""keras.layers: Dense and other layers of the core."""

from activations import activate, activation_layer
from base import cast, variable
from sparse import cast_values, is_sparse, sparse_matmul
from tfsave import tf


def Dense_config(units, activation=None, use_bias=True, kernel_initializer="glorot_uniform", bias_initializer="zeros"):
    """A fully connected layer."""


def Dense_build(self, input_shape):
    c = self.config
    return {
        "kernel": variable([input_shape[-1], c["units"]], c["kernel_initializer"]),
        "bias": variable([c["units"]], c["bias_initializer"]) if c["use_bias"] else None,
        "activation": activation_layer(c, list(input_shape[:-1]) + [c["units"]]),
    }


def Dense_call(self, inputs):
    kernel = cast(self, self.kernel)
    inputs = as_number(inputs, kernel.dtype)
    rank = inputs.shape.rank
    if is_sparse(inputs):
        x = sparse_matmul(inputs, tf.convert_to_tensor(kernel))
    else:
        x = tf.matmul(inputs, kernel) if rank == 2 else tf.tensordot(inputs, kernel, [[rank - 1], [0]])
    if self.config["use_bias"]:
        x = tf.nn.bias_add(x, cast(self, self.bias)) if rank == 2 else tf.add(x, cast(self, self.bias))
    return activate(self, x)


def as_number(x, dtype):
    """An operand of a product with a variable: whole numbers and booleans take its dtype."""
    return x if x.dtype.is_floating or x.dtype.is_complex else cast_values(x, dtype)


def InputLayer_config(shape=None, batch_size=None, sparse=False, ragged=False, optional=False):
    """An input of a model."""


def InputLayer_call(self, inputs):
    return inputs


def EinsumDense_config(
    equation, output_shape, activation=None, bias_axes=None, kernel_initializer="glorot_uniform", bias_initializer="zeros",
):
    """A dense layer whose product is an einsum."""
    return {"output_shape": [output_shape] if isinstance(output_shape, int) else list(output_shape)}


def EinsumDense_build(self, input_shape):
    c = self.config
    kernel, bias = einsum_shapes(c["equation"], c["bias_axes"], list(input_shape), list(c["output_shape"]))
    return {
        "kernel": variable(kernel, c["kernel_initializer"]),
        "bias": variable(bias, c["bias_initializer"]) if c["bias_axes"] else None,
        "activation": activation_layer(c, input_shape),
    }


def einsum_shapes(equation, bias_axes, input_shape, output_shape):
    """The shapes of kernel and bias: every dimension of the kernel is one of the input or of the output."""
    operands, result = equation.replace(" ", "").split("->")
    inputs, kernel = operands.split(",")
    elided = len(input_shape) - len(inputs.replace("...", ""))
    left = inputs.startswith("...")
    output = [input_shape[0]] + output_shape
    if elided > 0 and left:
        output = output[:1] + input_shape[1:elided] + output[1:]
    elif elided > 0:
        output = output + input_shape[len(input_shape) - elided :]
    inputs, result = inputs.replace("...", ""), result.replace("...", "")
    skipped = elided if left else 0
    sizes = {name: input_shape[i + skipped] for i, name in enumerate(inputs)}
    for i, name in enumerate(result):
        if name not in sizes or name in kernel:
            sizes[name] = output[i + skipped]
    bias = None
    if bias_axes:
        first = min([result.index(name) for name in bias_axes])
        bias = [output[i + skipped] if name in bias_axes else 1 for i, name in enumerate(result) if i >= first]
        bias += [1] * (0 if left else elided)
    return [sizes[name] for name in kernel], bias


def EinsumDense_call(self, inputs):
    kernel = cast(self, self.kernel)
    x = tf.einsum(self.config["equation"], as_number(inputs, kernel.dtype), kernel)
    if self.config["bias_axes"]:
        x = x + cast(self, self.bias)
    return activate(self, x)


def Embedding_config(
    input_dim, output_dim, embeddings_initializer="uniform", mask_zero=False, input_length=None, sparse=False, weights=None,
):
    """Vectors by number; with mask_zero the number 0 is none."""


def Embedding_build(self, input_shape=None):
    c = self.config
    return {"embeddings": variable([c["input_dim"], c["output_dim"]], c["embeddings_initializer"])}


def Embedding_call(self, inputs):
    ids = inputs if inputs.dtype in (tf.int32, tf.int64) else cast_values(inputs, tf.int32)
    if is_sparse(ids) and self.config["mask_zero"]:
        raise ValueError(f"layer {self.name!r} has mask_zero=True, which makes no mask of sparse numbers")
    x = take(self.embeddings, ids, 0)
    return x if x.dtype == tf.as_dtype(self.compute_dtype) else tf.cast(x, self.compute_dtype)


def ReversibleEmbedding_config(
    input_dim, output_dim, tie_weights=True, embeddings_initializer="uniform", mask_zero=False, reverse_dtype=None,
    logit_soft_cap=None, input_length=None, sparse=False, weights=None,
):
    """An embedding that, called with reverse=True, gives a score for each number."""


def ReversibleEmbedding_build(self, input_shape=None):
    c = self.config
    reverse = [c["output_dim"], c["input_dim"]]
    return {
        "embeddings": variable([c["input_dim"], c["output_dim"]], c["embeddings_initializer"]),
        "reverse_embeddings": None if c["tie_weights"] else variable(reverse, c["embeddings_initializer"]),
    }


def ReversibleEmbedding_call(self, inputs, reverse=False):
    c = self.config
    if not reverse:
        return Embedding_call(self, inputs)
    kernel = cast(self, tf.transpose(self.embeddings) if c["tie_weights"] else self.reverse_embeddings)
    if c["reverse_dtype"] is not None:
        inputs, kernel = tf.cast(inputs, c["reverse_dtype"]), tf.cast(kernel, c["reverse_dtype"])
    logits = numpy_Matmul(inputs, kernel)
    cap = c["logit_soft_cap"]
    return logits if cap is None else tf.tanh(logits / cap) * cap


def ReversibleEmbedding_compute_mask(self, inputs, mask=None):
    return Embedding_compute_mask(self, inputs, mask)


def take(x, indices, axis):
    """keras.ops.take: negative indices count from the end."""
    if is_sparse(indices):
        return numpy_Take(x, indices, axis)
    size = tf.cast(tf.shape(x)[axis] if x.shape[axis] is None else x.shape[axis], indices.dtype)
    indices = tf.where(indices < 0, indices + size, indices)
    return tf.gather(x, indices, axis=axis)


def Embedding_compute_mask(self, inputs, mask=None):
    if not self.config["mask_zero"]:
        return None
    return tf.not_equal(inputs, tf.cast(0, inputs.dtype))


def Masking_config(mask_value=0.0):
    """Steps of which all numbers are mask_value are left out."""


def Masking_call(self, inputs):
    keep = tf.reduce_any(tf.not_equal(inputs, tf.cast(self.config["mask_value"], inputs.dtype)), axis=-1, keepdims=True)
    return inputs * tf.cast(keep, inputs.dtype)


def Masking_compute_mask(self, inputs, mask=None):
    return tf.reduce_any(tf.not_equal(inputs, tf.cast(self.config["mask_value"], inputs.dtype)), axis=-1)


def Identity_call(self, inputs):
    return inputs
