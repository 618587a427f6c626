"""keras.layers: other shapes (keras/src/layers/reshaping, Keras 3.15)."""

from base import numbers
from convolutional import to_channels_first, to_channels_last
from ops_numpy_arrays import numpy_Transpose
from sparse import reshaped
from tfsave import tf


def with_batch(x, shape):
    """x in a shape for each example, of which one dimension may be -1."""
    if -1 not in shape and None not in shape:
        known = x.shape[1:].num_elements()
        size = 1
        for d in shape:
            size *= d
        if known is not None and known != size:
            raise ValueError(f"{known} elements do not fit the shape {list(shape)}")
        return reshaped(x, [-1] + list(shape))
    return reshaped(x, [tf.shape(x)[0] if x.shape[0] is None else x.shape[0]] + [-1 if d is None else d for d in shape])


def Flatten_config(data_format=None):
    """Each example as a vector."""
    return {"data_format": data_format or "channels_last"}


def Flatten_call(self, inputs):
    x = inputs
    rank = x.shape.rank
    if self.config["data_format"] == "channels_first" and rank > 1:
        x = numpy_Transpose(x, [0] + list(range(2, rank)) + [1])
    size = x.shape[1:].num_elements()
    if size is not None:
        return reshaped(x, [-1, size])
    return with_batch(x, [-1])


def Reshape_config(target_shape):
    """Each example in another shape."""


def Reshape_call(self, inputs):
    target = list(self.config["target_shape"])
    known = inputs.shape[1:].num_elements()
    if -1 in target and known is not None:
        size = 1
        for d in target:
            size *= d if d != -1 else 1
        target[target.index(-1)] = known // size if size else 0
    return with_batch(inputs, target)


def Permute_config(dims):
    """The axes in another order; the first one is 1."""


def Permute_call(self, inputs):
    return numpy_Transpose(inputs, [0] + list(self.config["dims"]))


def RepeatVector_config(n):
    """A vector n times."""


def RepeatVector_call(self, inputs):
    x = tf.expand_dims(inputs, 1)
    return tf.tile(x, [1, self.config["n"], 1])


def pairs(value, rank):
    """An option that is one number, one for each dimension, or a pair for each."""
    if isinstance(value, int):
        return [[value, value]] * rank
    if rank == 1 and len(value) == 2 and isinstance(value[0], int):
        return [list(value)]
    return [[v, v] if isinstance(v, int) else list(v) for v in value]


def around(c, rank, spatial):
    """Pairs for all axes, those of batch and channels included."""
    if c["data_format"] == "channels_first":
        return [[0, 0], [0, 0]] + spatial
    return [[0, 0]] + spatial + [[0, 0]]


def ZeroPadding1D_config(padding=1, data_format=None):
    """Zeros at both ends."""
    return {"padding": pairs(padding, 1), "data_format": data_format or "channels_last"}


def ZeroPadding2D_config(padding=(1, 1), data_format=None):
    """Zeros around."""
    return {"padding": pairs(padding, 2), "data_format": data_format or "channels_last"}


def ZeroPadding3D_config(padding=((1, 1), (1, 1), (1, 1)), data_format=None):
    """Zeros around."""
    return {"padding": pairs(padding, 3), "data_format": data_format or "channels_last"}


def zero_padding(self, inputs, rank):
    return tf.pad(inputs, around(self.config, rank, self.config["padding"]))


def ZeroPadding1D_call(self, inputs):
    return zero_padding(self, inputs, 1)


def ZeroPadding2D_call(self, inputs):
    return zero_padding(self, inputs, 2)


def ZeroPadding3D_call(self, inputs):
    return zero_padding(self, inputs, 3)


def Cropping1D_config(cropping=(1, 1), data_format=None):
    """Without the ends."""
    return {"cropping": pairs(cropping, 1), "data_format": data_format or "channels_last"}


def Cropping2D_config(cropping=((0, 0), (0, 0)), data_format=None):
    """Without the borders."""
    return {"cropping": pairs(cropping, 2), "data_format": data_format or "channels_last"}


def Cropping3D_config(cropping=((1, 1), (1, 1), (1, 1)), data_format=None):
    """Without the borders."""
    return {"cropping": pairs(cropping, 3), "data_format": data_format or "channels_last"}


def cropped(self, inputs, rank):
    every = around(self.config, rank, self.config["cropping"])
    for (first, last), size in zip(every, inputs.shape):
        if size is not None and first + last >= size:
            raise ValueError(f"a cropping of {self.config['cropping']} leaves nothing of the shape {inputs.shape}")
    slices = [slice(None) if pair == [0, 0] else slice(pair[0], -pair[1] if pair[1] else None) for pair in every]
    return inputs[tuple(slices)]


def Cropping1D_call(self, inputs):
    return cropped(self, inputs, 1)


def Cropping2D_call(self, inputs):
    return cropped(self, inputs, 2)


def Cropping3D_call(self, inputs):
    return cropped(self, inputs, 3)


def UpSampling1D_config(size=2):
    """Each step several times."""
    return {"size": numbers(size, 1)[0]}


def UpSampling1D_call(self, inputs):
    return repeat(inputs, self.config["size"], 1)


def repeat(x, times, axis):
    """Each slice of an axis several times."""
    if times == 1:
        return x
    expanded = tf.expand_dims(x, axis + 1)
    tiled = tf.tile(expanded, [times if i == axis + 1 else 1 for i in range(expanded.shape.rank)])
    shape = x.shape.as_list()
    shape[axis] = shape[axis] * times if shape[axis] is not None else None
    dynamic = tf.shape(x) if shape[1:].count(None) > 0 and shape.count(None) > 1 else None
    target = [-1 if d is None and i == 0 else d for i, d in enumerate(shape)]
    if dynamic is not None:
        target = [dynamic[i] * (times if i == axis else 1) if d is None else d for i, d in enumerate(shape)]
    elif shape[0] is not None:
        target = [-1 if d is None else d for d in shape]
    result = tf.reshape(tiled, target)
    result.set_shape(shape)
    return result


def UpSampling2D_config(size=(2, 2), data_format=None, interpolation="nearest"):
    """A larger image: each pixel several times, or interpolated."""
    return {"size": numbers(size, 2), "data_format": data_format or "channels_last", "interpolation": interpolation.lower()}


def UpSampling2D_call(self, inputs):
    c = self.config
    first = c["data_format"] == "channels_first"
    if c["interpolation"] == "nearest":
        offset = 2 if first else 1
        return repeat(repeat(inputs, c["size"][0], offset), c["size"][1], offset + 1)
    x = to_channels_last(inputs) if first else inputs
    shape = tf.shape(x)
    size = [(shape[i + 1] if x.shape[i + 1] is None else x.shape[i + 1]) * c["size"][i] for i in range(2)]
    y = tf.cast(tf.image.resize(x, tf.stack(size), method=c["interpolation"]), x.dtype)
    y.set_shape([x.shape[0]] + [None if x.shape[i + 1] is None else size[i] for i in range(2)] + [x.shape[3]])
    return to_channels_first(y) if first else y


def UpSampling3D_config(size=(2, 2, 2), data_format=None):
    """A larger volume: each voxel several times."""
    return {"size": numbers(size, 3), "data_format": data_format or "channels_last"}


def UpSampling3D_call(self, inputs):
    offset = 2 if self.config["data_format"] == "channels_first" else 1
    x = inputs
    for i, times in enumerate(self.config["size"]):
        x = repeat(x, times, offset + i)
    return x
