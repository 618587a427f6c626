"""keras.layers: pooling (keras/src/layers/pooling, Keras 3.15)."""

from base import numbers
from convolutional import to_channels_first, to_channels_last
from tfsave import tf


def pool_config(rank, pool_size, strides, padding, data_format):
    size = numbers(pool_size, rank)
    return {
        "pool_size": size,
        "strides": size if strides is None else numbers(strides, rank),
        "padding": padding.lower(),
        "data_format": data_format or "channels_last",
    }


def pool(c, inputs, function):
    """Pooling over windows with the options c, for channels that come last."""
    first = c["data_format"] == "channels_first"
    x = to_channels_last(inputs) if first else inputs
    data_format = {1: "NWC", 2: "NHWC", 3: "NDHWC"}[len(c["pool_size"])]
    x = function(x, c["pool_size"], c["strides"], c["padding"].upper(), data_format)
    return to_channels_first(x) if first else x


def MaxPooling1D_config(pool_size=2, strides=None, padding="valid", data_format=None):
    """The maximum of windows."""
    return pool_config(1, pool_size, strides, padding, data_format)


def MaxPooling2D_config(pool_size=(2, 2), strides=None, padding="valid", data_format=None):
    """The maximum of windows."""
    return pool_config(2, pool_size, strides, padding, data_format)


def MaxPooling3D_config(pool_size=(2, 2, 2), strides=None, padding="valid", data_format=None):
    """The maximum of windows."""
    return pool_config(3, pool_size, strides, padding, data_format)


def MaxPooling1D_call(self, inputs):
    return pool(self.config, inputs, tf.nn.max_pool)


def MaxPooling2D_call(self, inputs):
    return pool(self.config, inputs, tf.nn.max_pool)


def MaxPooling3D_call(self, inputs):
    return pool(self.config, inputs, tf.nn.max_pool)


def AveragePooling1D_config(pool_size, strides=None, padding="valid", data_format=None):
    """The mean of windows."""
    return pool_config(1, pool_size, strides, padding, data_format)


def AveragePooling2D_config(pool_size, strides=None, padding="valid", data_format=None):
    """The mean of windows."""
    return pool_config(2, pool_size, strides, padding, data_format)


def AveragePooling3D_config(pool_size, strides=None, padding="valid", data_format=None):
    """The mean of windows."""
    return pool_config(3, pool_size, strides, padding, data_format)


def AveragePooling1D_call(self, inputs):
    return pool(self.config, inputs, tf.nn.avg_pool)


def AveragePooling2D_call(self, inputs):
    return pool(self.config, inputs, tf.nn.avg_pool)


def AveragePooling3D_call(self, inputs):
    return pool(self.config, inputs, tf.nn.avg_pool)


def global_config(data_format, keepdims):
    return {"data_format": data_format or "channels_last", "keepdims": keepdims or False}


def spatial_axes(self, rank):
    """The axes that are neither batch nor channels."""
    first = 2 if self.config["data_format"] == "channels_first" else 1
    return list(range(first, first + rank))


def GlobalAveragePooling1D_config(data_format=None, keepdims=False):
    """The mean over the steps; with a mask over those that it leaves."""
    return global_config(data_format, keepdims)


def GlobalAveragePooling1D_call(self, inputs, mask=None):
    axis = spatial_axes(self, 1)[0]
    keep = self.config["keepdims"]
    if mask is None:
        return tf.reduce_mean(inputs, axis=axis, keepdims=keep)
    mask = tf.cast(mask, inputs.dtype)
    mask = tf.expand_dims(mask, 1 if axis == 2 else 2)
    inputs = tf.where(tf.cast(mask, tf.bool), inputs, tf.zeros_like(inputs))
    return tf.reduce_sum(inputs, axis=axis, keepdims=keep) / tf.reduce_sum(mask, axis=axis, keepdims=keep)


def GlobalAveragePooling2D_config(data_format=None, keepdims=False):
    """The mean over the spatial dimensions."""
    return global_config(data_format, keepdims)


def GlobalAveragePooling2D_call(self, inputs):
    return tf.reduce_mean(inputs, axis=spatial_axes(self, 2), keepdims=self.config["keepdims"])


def GlobalAveragePooling3D_config(data_format=None, keepdims=False):
    """The mean over the spatial dimensions."""
    return global_config(data_format, keepdims)


def GlobalAveragePooling3D_call(self, inputs):
    return tf.reduce_mean(inputs, axis=spatial_axes(self, 3), keepdims=self.config["keepdims"])


def GlobalMaxPooling1D_config(data_format=None, keepdims=False):
    """The maximum over the steps."""
    return global_config(data_format, keepdims)


def GlobalMaxPooling1D_call(self, inputs):
    return tf.reduce_max(inputs, axis=spatial_axes(self, 1), keepdims=self.config["keepdims"])


def GlobalMaxPooling2D_config(data_format=None, keepdims=False):
    """The maximum over the spatial dimensions."""
    return global_config(data_format, keepdims)


def GlobalMaxPooling2D_call(self, inputs):
    return tf.reduce_max(inputs, axis=spatial_axes(self, 2), keepdims=self.config["keepdims"])


def GlobalMaxPooling3D_config(data_format=None, keepdims=False):
    """The maximum over the spatial dimensions."""
    return global_config(data_format, keepdims)


def GlobalMaxPooling3D_call(self, inputs):
    return tf.reduce_max(inputs, axis=spatial_axes(self, 3), keepdims=self.config["keepdims"])


def AdaptiveAveragePooling1D_config(output_size, data_format=None):
    """The mean of as many windows as output_size says."""
    return {"output_size": numbers(output_size, 1), "data_format": data_format or "channels_last"}


def AdaptiveAveragePooling2D_config(output_size, data_format=None):
    """The mean of as many windows as output_size says."""
    return {"output_size": numbers(output_size, 2), "data_format": data_format or "channels_last"}


def AdaptiveAveragePooling3D_config(output_size, data_format=None):
    """The mean of as many windows as output_size says."""
    return {"output_size": numbers(output_size, 3), "data_format": data_format or "channels_last"}


def AdaptiveMaxPooling1D_config(output_size, data_format=None):
    """The maximum of as many windows as output_size says."""
    return {"output_size": numbers(output_size, 1), "data_format": data_format or "channels_last"}


def AdaptiveMaxPooling2D_config(output_size, data_format=None):
    """The maximum of as many windows as output_size says."""
    return {"output_size": numbers(output_size, 2), "data_format": data_format or "channels_last"}


def AdaptiveMaxPooling3D_config(output_size, data_format=None):
    """The maximum of as many windows as output_size says."""
    return {"output_size": numbers(output_size, 3), "data_format": data_format or "channels_last"}


def adaptive_pool(c, inputs, kind):
    """Windows of two sizes, of which each place takes one; one axis after the other."""
    first = c["data_format"] == "channels_first"
    x = to_channels_last(inputs) if first else inputs
    rank = len(c["output_size"])
    data_format = {1: "NWC", 2: "NHWC", 3: "NDHWC"}[rank]
    for axis, count in enumerate(c["output_size"]):
        size = x.shape[axis + 1]
        if size is None:
            raise ValueError(f"adaptive pooling needs to know the size of its input, which is {inputs.shape}")
        small = -(-size // count)
        places, wide = [], False
        for i in range(count):
            start, end = i * size // count, -(-(i + 1) * size // count)
            if end - start > small:
                wide = True
                start += max(1, size - small + 1)
            places.append(start)
        pooled = []
        for window in (small, small + 1) if wide else (small,):
            shape = [window if i == axis else 1 for i in range(rank)]
            pooled.append(tf.nn.pool(x, shape, kind, [1] * rank, "VALID", data_format))
        x = tf.gather(tf.concat(pooled, axis=axis + 1), tf.constant(places, tf.int32), axis=axis + 1)
    return to_channels_first(x) if first else x


def AdaptiveAveragePooling1D_call(self, inputs):
    return adaptive_pool(self.config, inputs, "AVG")


def AdaptiveAveragePooling2D_call(self, inputs):
    return adaptive_pool(self.config, inputs, "AVG")


def AdaptiveAveragePooling3D_call(self, inputs):
    return adaptive_pool(self.config, inputs, "AVG")


def AdaptiveMaxPooling1D_call(self, inputs):
    return adaptive_pool(self.config, inputs, "MAX")


def AdaptiveMaxPooling2D_call(self, inputs):
    return adaptive_pool(self.config, inputs, "MAX")


def AdaptiveMaxPooling3D_call(self, inputs):
    return adaptive_pool(self.config, inputs, "MAX")
