"""Bounding boxes of images, which layers change with them.

keras/src/layers/preprocessing/image_preprocessing and its bounding_boxes, Keras 3.15. Boxes are a dict of boxes,
[batch, count, 4] in a format that an option names, and labels, [batch, count].
"""

from ops_image import homography
from ops_types import shape_of
from tfsave import tf

FORMATS = (
    "xyxy", "yxyx", "xywh", "center_xywh", "center_yxhw", "rel_xyxy", "rel_yxyx", "rel_xywh", "rel_center_xywh",
)


def dense_boxes(given):
    """Boxes as a layer takes them."""
    if not isinstance(given, dict) or "boxes" not in given or "labels" not in given:
        raise ValueError("bounding_boxes are a dict with the keys boxes and labels")
    return dict(given, boxes=tf.cast(given["boxes"], tf.float32))


def convert_boxes(given, source, target, size):
    """Boxes in another format; size has height and width of the image, of which relative numbers are parts."""
    source, target = source.lower(), target.lower()
    for name in (source, target):
        if name not in FORMATS:
            raise ValueError(f"unknown bounding_box_format {name!r}; there are {', '.join(FORMATS)}")
    if source == target:
        return given
    height, width = [tf.cast(n, tf.float32) for n in size]
    relative = [name.startswith("rel_") for name in (source, target)]
    a, b, c, d = tf.split(given["boxes"], 4, axis=-1)
    source, target = source.removeprefix("rel_"), target.removeprefix("rel_")
    if source == "yxyx":
        a, b, c, d = b, a, d, c
    elif source == "center_yxhw":
        a, b, c, d = b, a, d, c
    if source.startswith("center"):
        a, b, c, d = a - c / 2.0, b - d / 2.0, a + c / 2.0, b + d / 2.0
    elif source == "xywh":
        c, d = a + c, b + d
    if relative[0] and not relative[1]:
        a, b, c, d = a * width, b * height, c * width, d * height
    if target.startswith("center"):
        a, b, c, d = a + (c - a) / 2.0, b + (d - b) / 2.0, c - a, d - b
    elif target == "xywh":
        c, d = c - a, d - b
    if relative[1] and not relative[0]:
        a, b, c, d = a / width, b / height, c / width, d / height
    if target in ("yxyx", "center_yxhw"):
        a, b, c, d = b, a, d, c
    return dict(given, boxes=tf.concat([a, b, c, d], axis=-1))


def clip_boxes(given, height, width):
    """The parts of boxes (xyxy) that are in an image; the label of what is outside is -1."""
    height, width = tf.cast(height, tf.float32), tf.cast(width, tf.float32)
    x1, y1, x2, y2 = tf.split(given["boxes"], 4, axis=-1)
    x1, x2 = [tf.minimum(tf.maximum(x, 0.0), width) for x in (x1, x2)]
    y1, y2 = [tf.minimum(tf.maximum(y, 0.0), height) for y in (y1, y2)]
    areas = tf.squeeze((x2 - x1) * (y2 - y1), axis=-1)
    labels = given["labels"]
    return dict(given, boxes=tf.concat([x1, y1, x2, y2], axis=-1), labels=tf.where(areas > 0, labels, tf.cast(-1, labels.dtype)))


def flip_boxes(c, given, flips, size):
    given = convert_boxes(given, c["bounding_box_format"], "rel_xyxy", size)
    across, down = [tf.squeeze(f, axis=-1) for f in (flips[0], flips[1])]
    x1, y1, x2, y2 = tf.split(given["boxes"], 4, axis=-1)
    if c["mode"] != "vertical":
        x1, x2 = tf.where(across, 1 - x2, x1), tf.where(across, 1 - x1, x2)
    if c["mode"] != "horizontal":
        y1, y2 = tf.where(down, 1 - y2, y1), tf.where(down, 1 - y1, y2)
    # Keras clips the relative numbers to the size in pixels.
    given = clip_boxes(dict(given, boxes=tf.concat([x1, y1, x2, y2], axis=-1)), size[0], size[1])
    return convert_boxes(given, "rel_xyxy", c["bounding_box_format"], size)


def rotate_boxes(c, given, angle, size):
    """Keras takes the boxes as xyxy, whatever their format is."""
    height, width = [tf.cast(n, tf.float32) for n in size]
    middle_x, middle_y = 0.5 * (width - 1), 0.5 * (height - 1)
    radians = tf.reshape(-angle * (1.0 / 180.0 * 3.141592653589793), [-1, 1, 1])
    cos, sin = tf.cos(radians), tf.sin(radians)
    x1, y1, x2, y2 = tf.split(given["boxes"], 4, axis=-1)
    x, y = tf.concat([x1, x2, x2, x1], axis=-1), tf.concat([y1, y1, y2, y2], axis=-1)
    across = cos * x - sin * y + (middle_x - cos * middle_x + sin * middle_y)
    down = sin * x + cos * y + (middle_y - sin * middle_x - cos * middle_y)
    given = clip_boxes(dict(given, boxes=enclosing(across, down)), size[0], size[1])
    return convert_boxes(given, "xyxy", c["bounding_box_format"], size)


def enclosing(x, y):
    """The boxes around corners, those of each box along the last axis."""
    return tf.stack([
        tf.reduce_min(x, axis=-1), tf.reduce_min(y, axis=-1), tf.reduce_max(x, axis=-1), tf.reduce_max(y, axis=-1),
    ], axis=-1)


def translate_boxes(c, given, moves, size):
    given = convert_boxes(given, c["bounding_box_format"], "xyxy", size)
    right, down = [tf.reshape(m, [-1, 1, 1]) for m in moves]
    moved = given["boxes"] + tf.concat([right, down, right, down], axis=-1)
    given = clip_boxes(dict(given, boxes=moved), size[0], size[1])
    return convert_boxes(given, "xyxy", c["bounding_box_format"], size)


def zoom_boxes(c, given, zooms, size):
    """Boxes in the part of the image that is left, whose corners come from the matrix of the zoom."""
    given = convert_boxes(given, c["bounding_box_format"], "xyxy", size)
    height, width = [tf.cast(n, tf.float32) for n in size]
    across, down = [tf.reshape(z, [-1, 1, 1]) for z in zooms]
    left, top = (width - 1.0) / 2.0 * (1.0 - across), (height - 1.0) / 2.0 * (1.0 - down)
    right, bottom = across * width + left, down * height + top
    moved = inside(given, left, top, right, bottom)
    wide, high = right - left, bottom - top
    x1, y1, x2, y2 = tf.split(moved["boxes"], 4, axis=-1)
    relative = dict(moved, boxes=tf.concat([x1 / wide, y1 / high, x2 / wide, y2 / high], axis=-1))
    return convert_boxes(clip_boxes(relative, 1.0, 1.0), "rel_xyxy", c["bounding_box_format"], size)


def inside(given, left, top, right, bottom):
    """The parts of boxes (xyxy) in a part of the image, counted from its corner."""
    x1, y1, x2, y2 = tf.split(given["boxes"], 4, axis=-1)
    x1, x2 = [tf.minimum(tf.maximum(x, left), right) - left for x in (x1, x2)]
    y1, y2 = [tf.minimum(tf.maximum(y, top), bottom) - top for y in (y1, y2)]
    return dict(given, boxes=tf.concat([x1, y1, x2, y2], axis=-1))


def shear_boxes(c, given, shears, size):
    given = convert_boxes(given, c["bounding_box_format"], "rel_xyxy", size)
    across, down = [tf.reshape(tf.cast(s, tf.float32), [-1, 1, 1]) for s in shears]
    x1, y1, x2, y2 = tf.split(given["boxes"], 4, axis=-1)
    left = tf.where(across < 0, x1 - across * y1, x1 - across * y2)
    right = tf.where(across < 0, x2 - across * y2, x2 - across * y1)
    top = tf.where(down > 0, y1 - down * right, y1 - down * left)
    bottom = tf.where(down > 0, y2 - down * left, y2 - down * right)
    given = clip_boxes(dict(given, boxes=tf.concat([left, top, right, bottom], axis=-1)), 1.0, 1.0)
    return convert_boxes(given, "rel_xyxy", c["bounding_box_format"], size)


def warp_boxes(c, given, drawn, size):
    """Boxes by a perspective; Keras leaves them as xyxy."""
    changed, corners, targets = drawn
    given = convert_boxes(given, c["bounding_box_format"], "xyxy", size)
    numbers = homography(corners, targets)
    matrix = tf.reshape(tf.concat([numbers, tf.ones_like(numbers[:, :1])], axis=-1), [-1, 3, 3])
    x1, y1, x2, y2 = tf.split(given["boxes"], 4, axis=-1)
    x, y = tf.concat([x1, x2, x1, x2], axis=-1), tf.concat([y1, y2, y2, y1], axis=-1)
    points = tf.einsum("bij,bnkj->bnki", tf.linalg.inv(matrix), tf.stack([x, y, tf.ones_like(x)], axis=-1))
    boxes = enclosing(points[..., 0] / points[..., 2], points[..., 1] / points[..., 2])
    boxes = tf.where(tf.reshape(changed, [-1, 1, 1]), boxes, given["boxes"])
    return clip_boxes(dict(given, boxes=boxes), size[0], size[1])


def limit_boxes(c, given):
    """As many boxes for each image: the first ones, or some of fill_value after them."""
    limit, fill = c["max_number"], c["fill_value"]
    boxes, labels = given["boxes"][:, :limit], given["labels"][:, :limit]
    missing = limit - shape_of(boxes)[1]
    boxes = tf.pad(boxes, [[0, 0], [0, missing], [0, 0]], constant_values=tf.cast(fill, boxes.dtype))
    labels = tf.pad(labels, [[0, 0], [0, missing]], constant_values=tf.cast(fill, labels.dtype))
    boxes.set_shape([boxes.shape[0], limit, 4])
    labels.set_shape([labels.shape[0], limit])
    return dict(given, boxes=boxes, labels=labels)
