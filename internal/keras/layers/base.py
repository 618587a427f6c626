"""What every layer needs: how it is called, its variables and sublayers, dtypes, activations.

A layer class X is up to four functions, found by their names:

    X_config(units, use_bias=True, ...)  its options with their defaults; may return a dict of options in another form
    X_build(self, input_shape, ...)      its variables and sublayers by attribute, made with variable() and layer()
    X_call(self, inputs, ...)            its forward pass
    X_compute_mask(self, inputs, mask)   what becomes of a mask

self has the options as self.config, self.name, self.compute_dtype and self.variable_dtype (names), self.dtype_policy,
and what X_build gave.
"""

from sparse import cast_values, densified, is_sparse
from tfsave import tf

# Layers that take floating-point tensors as they are.
NO_AUTOCAST = ("Embedding", "ReversibleEmbedding", "LayerNormalization", "GroupNormalization")


def variable(shape, initializer="zeros", dtype=None, trainable=True, name=None, also=()):
    """A variable of a layer, in the result of its build function.

    The initializer is a name, one as Keras serializes it, or a list of the values. name is there where Keras does not call it as its attribute, also where Keras 2 had other attributes. A dimension that
    is not known comes from the weights.
    """
    return {
        "kind": "variable", "shape": shape, "initializer": initializer, "dtype": dtype, "trainable": trainable,
        "name": name, "also": also,
    }


def state(shape, name):
    """A variable that calls assign, in a list in the result of a build function. It is no weight: no weight file has it."""
    return {"kind": "state", "shape": shape, "trainable": False, "name": name}


def constant(value, dtype=None):
    """A tensor that is no variable, in the result of a build function: functions that use it capture it."""
    return {"kind": "constant", "value": value, "dtype": dtype}


def table(keys, values, key_dtype, value_dtype, default):
    """A lookup table, in the result of a build function: self.x.lookup(keys)."""
    return {
        "kind": "table", "keys": keys, "values": values, "key_dtype": key_dtype, "value_dtype": value_dtype,
        "default": default,
    }


def file_table(file, offset, key_dtype, value_dtype, default):
    """A lookup table from the lines of a file to their numbers, from offset on, or with an int64 key the other way."""
    return {
        "kind": "table", "file": file, "offset": offset, "key_dtype": key_dtype, "value_dtype": value_dtype,
        "default": default,
    }


def same(path):
    """A variable of a sublayer under another attribute, in the result of a build function: "layer.kernel"."""
    return {"kind": "same", "path": path}


def layer(config, *shapes):
    """A sublayer, in the result of a build function: its config as Keras writes it, and the shapes it is built for."""
    return {"kind": "layer", "config": config, "shapes": shapes}


def new_layer(class_name, **config):
    """The config of a layer that another one makes."""
    return {"class_name": class_name, "config": config}


def layer_call(self, *args, **kwargs):
    """Layer.__call__: floating-point tensors become the layer's dtype, ops are named after the layer."""
    with tf.name_scope(self.name):
        if self.class_name not in NO_AUTOCAST:
            args, kwargs = tf.nest.map_structure(lambda x: cast_input(self, x), (args, kwargs))
        return self.call(*args, **kwargs)


def cast_input(self, x):
    """An input of a layer in the dtype that the layer computes in."""
    if tf.is_tensor(x) and x.dtype.is_floating and x.dtype != tf.as_dtype(self.compute_dtype):
        if tf.as_dtype(self.compute_dtype).is_floating:
            return cast_values(x, self.compute_dtype)
    return x


def cast(self, value):
    """A variable in the dtype that the layer computes in: itself, where that is its own."""
    if value is None or not value.dtype.is_floating or value.dtype == tf.as_dtype(self.compute_dtype):
        return value
    return tf.cast(value, self.compute_dtype)


def model_call(self, inputs, training=None, mask=None):
    """The call of a model."""
    with tf.name_scope(self.name):
        return self.call(inputs, training=training, mask=mask)


def saved_model_call(self, inputs, training=False, mask=None):
    """The call of a model that is the root: as tf.saved_model.load gives it, where False is as good as nothing."""
    return model_call(self, inputs, training or None, mask)


def model_with_masks(self, inputs, training=None, mask=None):
    """The call of a nested model that gives the masks of its outputs too."""
    with tf.name_scope(self.name):
        return self.call_with_masks(inputs, training=training, mask=mask)


def model_without_masks(self, inputs, training=None, mask=None):
    """The call of a nested model whose outputs have masks that nobody asks for."""
    return self.call_with_masks(inputs, training=training, mask=mask)[0]


def probed(results):
    """What a call gives, for shapes.go: a ragged tensor as a list of dense ones, as many as its ragged rank; a sparse one as a tuple."""
    flat = []
    for x in tf.nest.flatten(results):
        if isinstance(x, tf.RaggedTensor):
            x = [x.to_tensor()] * x.ragged_rank
        flat.append((densified(x),) if is_sparse(x) else x)
    return flat


def mask_of(masks, i):
    """One of the masks of several tensors; a layer may give one for all, which is that of the first."""
    flat = flat_masks(masks)
    return flat[i] if i < len(flat) else None


def flat_masks(masks):
    """The masks of a structure of tensors in the order of tf.nest, which would leave no place for None."""
    if isinstance(masks, dict):
        return [m for key in sorted(masks) for m in flat_masks(masks[key])]
    if isinstance(masks, (list, tuple)):
        return [m for item in masks for m in flat_masks(item)]
    return [masks]


def model_input(inputs, dtype, sparse=False):
    """The input of a model that has one: of its dtype, out of a list or dict of one. One that is not sparse becomes dense."""
    if isinstance(inputs, (list, tuple, dict)):
        flat = tf.nest.flatten(inputs)
        if len(flat) != 1:
            raise ValueError(f"the model has one input, not {len(flat)}")
        inputs = flat[0]
    return to_dtype(inputs if sparse else densified(inputs), dtype)


def model_inputs(inputs, names, dtypes, keys, sparse=()):
    """The inputs of a model in the order of its InputLayers: a list, or a dict by keys or by their names.

    sparse has the names of those that are not to become dense.
    """
    if isinstance(inputs, dict):
        if keys is not None and all([k in inputs for k in keys]):
            flat = [inputs[k] for k in keys]
        elif all([n in inputs for n in names]):
            flat = [inputs[n] for n in names]
        else:
            flat = tf.nest.flatten(inputs)
    else:
        flat = tf.nest.flatten(inputs)
    if len(flat) != len(names):
        raise ValueError(f"the model has the inputs {names}, got {len(flat)}")
    return [to_dtype(x if name in sparse else densified(x), dtype) for x, name, dtype in zip(flat, names, dtypes)]


def to_dtype(x, dtype):
    """A tensor of a dtype."""
    if not isinstance(x, (tf.RaggedTensor, tf.SparseTensor)):
        x = tf.convert_to_tensor(x)
    return x if x.dtype == tf.as_dtype(dtype) else cast_values(x, dtype)


def numbers(value, count):
    """An option that is one number for all spatial dimensions, or one for each."""
    if isinstance(value, (list, tuple)):
        if len(value) != count:
            raise ValueError(f"want {count} numbers, not {value}")
        return list(value)
    return [value] * count


def channel_axis(self, rank):
    """The axis of the channels of a tensor."""
    return 1 if self.config["data_format"] == "channels_first" else rank - 1
