"""keras.layers: sizes and contrast of images (keras/src/layers/preprocessing/image_preprocessing, Keras 3.15)."""

from augmentation import by_part, in_compute_dtype
from base import layer
from ops_image import image_Resize, image_size
from tfsave import tf
from wrappers import call_sublayer


def Resizing_config(
    height, width, interpolation="bilinear", crop_to_aspect_ratio=False, pad_to_aspect_ratio=False, fill_mode="constant",
    fill_value=0.0, antialias=False, data_format=None, bounding_box_format=None,
):
    """Images of another size."""
    if fill_mode != "constant":
        raise ValueError(f"fill_mode {fill_mode!r} is not supported, as by Keras on TensorFlow; want 'constant'")
    return {"data_format": data_format or "channels_last", "interpolation": interpolation.lower()}


def Resizing_call(self, images):
    c = self.config
    size = [c["height"], c["width"]]
    if self.keras2 and not c["crop_to_aspect_ratio"] and not c["pad_to_aspect_ratio"]:
        x = images if c["interpolation"] == "nearest" else in_compute_dtype(self, images)
        return tf.cast(tf.image.resize(x, size, method=c["interpolation"]), self.compute_dtype)
    return image_Resize(
        in_compute_dtype(self, images), size, interpolation=c["interpolation"], antialias=c["antialias"],
        crop_to_aspect_ratio=c["crop_to_aspect_ratio"], pad_to_aspect_ratio=c["pad_to_aspect_ratio"],
        fill_value=c["fill_value"], data_format=c["data_format"],
    )


def CenterCrop_config(height, width, data_format=None, bounding_box_format=None):
    """The middle of images; smaller ones are made larger first."""
    return {"data_format": data_format or "channels_last"}


def CenterCrop_call(self, images):
    c = self.config
    x = in_compute_dtype(self, images)
    height, width = image_size(x, c["data_format"])
    rows, columns = height - c["height"], width - c["width"]
    if any([isinstance(d, int) and d < 0 for d in (rows, columns)]):
        return smart_resize(x, c)
    if self.keras2 and not (isinstance(rows, int) and isinstance(columns, int)):
        fits = tf.logical_and(tf.convert_to_tensor(rows) >= 0, tf.convert_to_tensor(columns) >= 0)
        return tf.cond(fits, lambda: middle(x, c, rows, columns), lambda: smart_resize(x, c))
    return middle(x, c, rows, columns)


def middle(x, c, rows, columns):
    """Without rows and columns around it, half of them before."""
    top, left = rows // 2, columns // 2
    rows, columns = slice(top, top + c["height"]), slice(left, left + c["width"])
    first = c["data_format"] == "channels_first"
    result = x[..., rows, columns] if first else x[..., rows, columns, :]
    size, shape = [c["height"], c["width"]], x.shape.as_list()
    result.set_shape(shape[:-2] + size if first else shape[:-3] + size + shape[-1:])
    return result


def smart_resize(x, c):
    """Another size by way of the middle that has its ratio (keras/src/utils/image_utils.py)."""
    size = [c["height"], c["width"]]
    return image_Resize(x, size, crop_to_aspect_ratio=True, data_format=c["data_format"])


def AutoContrast_config(value_range=(0, 255), data_format=None, bounding_box_format=None):
    """Brightness from the darkest to the brightest pixel stretched over the whole range."""
    return {"value_range": sorted(value_range), "data_format": data_format or "channels_last"}


def AutoContrast_call(self, images):
    return by_part(self, images, stretch_range)


def stretch_range(c, original):
    """Images over the whole range; height and width are taken to come first, as in Keras."""
    given = c["value_range"]
    x = value_range(original, given, [0, 255])
    low = tf.reduce_min(x, axis=[1, 2], keepdims=True)
    high = tf.reduce_max(x, axis=[1, 2], keepdims=True)
    scale = 255.0 / (high - low)
    x = value_range(tf.clip_by_value(x * scale + -low * scale, 0.0, 255.0), [0, 255], given)
    return tf.where(tf.math.is_nan(x), original, x)


def value_range(x, given, wanted):
    """Numbers of one range brought to another."""
    if given == wanted:
        return x
    low, high = tf.cast(given[0], x.dtype), tf.cast(given[1], x.dtype)
    x = (x - low) / (high - low)
    low, high = tf.cast(wanted[0], x.dtype), tf.cast(wanted[1], x.dtype)
    return x * (high - low) + low


def Pipeline_config(layers):
    """Layers one after the other."""


def Pipeline_build(self, input_shape):
    return {"layers": [layer(c, input_shape) for c in self.config["layers"]]}


def Pipeline_call(self, inputs, training=False, mask=None):
    x, mask = inputs, None if isinstance(mask, dict) else mask
    for step in self.layers:
        x, mask = call_sublayer(step, x, mask, training), None
    return x
