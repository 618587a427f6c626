"""tf.image: non_max_suppression_padded, which works on batches, tile by tile.

The boxes are sorted by score and cut into tiles. A tile first loses what the selected boxes before it suppress,
then what its own boxes suppress, which is repeated until nothing changes. A suppressed box is all zeros.
"""

from tfsave import export, tf


def _overlap(a, b):
    """The area of the intersection over that of the union, of each box in a with each in b."""
    with tf.name_scope("bbox_overlap"):
        a_top, a_left, a_bottom, a_right = tf.split(value=a, num_or_size_splits=4, axis=2)
        b_top, b_left, b_bottom, b_right = tf.split(value=b, num_or_size_splits=4, axis=2)
        left = tf.math.maximum(a_left, tf.transpose(b_left, [0, 2, 1]))
        right = tf.math.minimum(a_right, tf.transpose(b_right, [0, 2, 1]))
        top = tf.math.maximum(a_top, tf.transpose(b_top, [0, 2, 1]))
        bottom = tf.math.minimum(a_bottom, tf.transpose(b_bottom, [0, 2, 1]))
        common = tf.math.maximum(right - left, 0) * tf.math.maximum(bottom - top, 0)
        a_area = (a_bottom - a_top) * (a_right - a_left)
        b_area = (b_bottom - b_top) * (b_right - b_left)
        union = a_area + tf.transpose(b_area, [0, 2, 1]) - common + 1e-08
        return common / union


def _suppress_by_tile(boxes, tile, threshold, index, tile_size):
    """tile without the boxes that those of another tile suppress."""
    batch = tf.shape(boxes)[0]
    other = tf.slice(boxes, [0, index * tile_size, 0], [batch, tile_size, 4])
    overlap = _overlap(other, tile)
    kept = tf.cast(tf.math.reduce_all(overlap < threshold, [1]), tile.dtype)
    return boxes, tf.expand_dims(kept, 2) * tile, threshold, index + 1


def _suppress_within(overlap, changed, total, threshold):
    """One round: overlaps only count for boxes that are not suppressed themselves."""
    batch = tf.shape(overlap)[0]
    free = tf.reshape(tf.math.reduce_max(overlap, 1) < threshold, [batch, -1, 1])
    free = tf.cast(free, overlap.dtype)
    suppressed = tf.cast(tf.math.reduce_max(free * overlap, 1) < threshold, overlap.dtype)
    remaining = tf.reshape(suppressed, [batch, -1, 1]) * overlap
    new_total = tf.math.reduce_sum(remaining, [1, 2])
    return [remaining, tf.math.reduce_any(total - new_total > threshold), new_total, threshold]


def _suppress_tile(boxes, threshold, output_size, index, tile_size):
    with tf.name_scope("suppression_loop_body"):
        tiles = tf.shape(boxes)[1] // tile_size
        batch = tf.shape(boxes)[0]
        tile = tf.slice(boxes, [0, index * tile_size, 0], [batch, tile_size, 4])
        unused_boxes, tile, unused_threshold, unused_index = tf.while_loop(
            lambda boxes, tile, threshold, inner: inner < index,
            lambda boxes, tile, threshold, inner: _suppress_by_tile(boxes, tile, threshold, inner, tile_size),
            [boxes, tile, threshold, tf.constant(0)],
        )
        overlap = _overlap(tile, tile)
        columns = tf.reshape(tf.range(tile_size), [1, -1])
        later = tf.expand_dims(columns > tf.reshape(tf.range(tile_size), [-1, 1]), 0)
        overlap *= tf.cast(tf.math.logical_and(later, overlap >= threshold), overlap.dtype)
        remaining, unused_changed, unused_total, unused_threshold = tf.while_loop(
            lambda overlap, changed, total, threshold: changed,
            _suppress_within,
            [overlap, tf.constant(True), tf.math.reduce_sum(overlap, [1, 2]), threshold],
        )
        suppressed = tf.math.reduce_sum(remaining, 1) > 0
        tile *= tf.expand_dims(1.0 - tf.cast(suppressed, tile.dtype), 2)
        this_tile = tf.cast(tf.math.equal(tf.range(tiles), index), boxes.dtype)
        this_tile = tf.reshape(this_tile, [1, -1, 1, 1])
        everywhere = tf.tile(tf.expand_dims(tile, [1]), [1, tiles, 1, 1])
        boxes = everywhere * this_tile + tf.reshape(boxes, [batch, tiles, tile_size, 4]) * (1 - this_tile)
        boxes = tf.reshape(boxes, [batch, -1, 4])
        output_size += tf.math.reduce_sum(tf.cast(tf.math.reduce_any(tile > 0, [2]), tf.int32), [1])
    return boxes, threshold, output_size, index + 1


def _canonical(boxes):
    """boxes from top left to bottom right, as the first box says for all."""
    with tf.name_scope("canonicalize_coordinates"):
        y1, x1, y2, x2 = tf.split(value=boxes, num_or_size_splits=4, axis=2)
        downwards = tf.math.reduce_all(tf.math.less_equal(y1[0, 0, 0], y2[0, 0, 0]))
        top, bottom = tf.cond(downwards, lambda: (y1, y2), lambda: (y2, y1))
        rightwards = tf.math.reduce_all(tf.math.less_equal(x1[0, 0, 0], x2[0, 0, 0]))
        left, right = tf.cond(rightwards, lambda: (x1, x2), lambda: (x2, x1))
        return tf.concat([top, left, bottom, right], axis=2)


def _above_threshold(boxes, scores, threshold):
    with tf.name_scope("filter_by_score"):
        mask = tf.cast(scores > threshold, scores.dtype)
        scores *= mask
        boxes *= tf.expand_dims(tf.cast(mask, boxes.dtype), 2)
    return boxes, scores


def _by_score(boxes, scores):
    """boxes and scores in descending order of the scores, and that order."""
    with tf.name_scope("sort_scores_and_boxes"):
        order = tf.argsort(scores, axis=1, direction="DESCENDING")
        sorted_scores = tf.gather(scores, order, axis=1, batch_dims=1)
        sorted_boxes = tf.gather(boxes, order, axis=1, batch_dims=1)
    return sorted_boxes, sorted_scores, order


def non_max_suppression_padded_v2(
    boxes,
    scores,
    max_output_size,
    iou_threshold,
    score_threshold,
    sorted_input,
    canonicalized_coordinates,
    tile_size,
):
    """The indices of the boxes to keep, in rows of max_output_size, and how many of each row are valid.

    It becomes a function of this name, which converters to other formats know.
    """
    batch_dims = tf.shape(boxes)[:-2]
    count = tf.shape(boxes)[-2]
    boxes = tf.reshape(boxes, [-1, count, 4])
    scores = tf.reshape(scores, [-1, count])
    batch = tf.shape(boxes)[0]
    boxes, scores = tf.cond(
        score_threshold != float("-inf"),
        lambda: _above_threshold(boxes, scores, score_threshold),
        lambda: (boxes, scores),
    )
    boxes = tf.cond(tf.math.logical_not(canonicalized_coordinates), lambda: _canonical(boxes), lambda: boxes)
    boxes, scores, order = tf.cond(
        tf.math.logical_not(sorted_input),
        lambda: _by_score(boxes, scores),
        lambda: (boxes, scores, tf.zeros_like(scores, dtype=tf.int32)),
    )

    whole = tf.cast(tf.math.maximum(count, max_output_size), tf.float32) / tf.cast(tile_size, tf.float32)
    pad = tf.cast(tf.math.ceil(whole), tf.int32) * tile_size - count
    boxes = tf.pad(tf.cast(boxes, tf.float32), [[0, 0], [0, pad], [0, 0]])
    scores = tf.pad(tf.cast(scores, tf.float32), [[0, 0], [0, pad]])
    padded_count = count + pad
    tiles = padded_count // tile_size
    boxes, unused_threshold, output_size, unused_index = tf.while_loop(
        lambda boxes, threshold, output_size, index: tf.math.logical_and(
            tf.math.reduce_min(output_size) < max_output_size, index < tiles
        ),
        lambda boxes, threshold, output_size, index: _suppress_tile(
            boxes, threshold, output_size, index, tile_size
        ),
        [boxes, iou_threshold, tf.zeros([batch], tf.int32), tf.constant(0)],
        shape_invariants=[
            tf.TensorShape([None, None, 4]),
            tf.TensorShape([]),
            tf.TensorShape([None]),
            tf.TensorShape([]),
        ],
    )
    valid = tf.math.minimum(output_size, max_output_size)
    present = tf.cast(tf.math.reduce_any(boxes > 0, [2]), tf.int32)
    rank = present * tf.expand_dims(tf.range(padded_count, 0, -1), 0)
    indices = padded_count - tf.cast(tf.nn.top_k(rank, max_output_size)[0], tf.int32)
    indices = tf.math.minimum(indices, count - 1)

    def unsort():
        offsets = tf.range(batch) * count
        flat = tf.reshape(indices + tf.expand_dims(offsets, 1), [-1])
        return tf.reshape(tf.gather(tf.reshape(order, [-1]), flat), [batch, -1])

    indices = tf.cond(tf.math.logical_not(sorted_input), unsort, lambda: indices)
    invalid = tf.zeros([batch, max_output_size], dtype=tf.int32)
    position = tf.expand_dims(tf.range(max_output_size), 0)
    is_valid = position < tf.expand_dims(valid, 1)
    indices = tf.raw_ops.Select(condition=is_valid, x=indices, y=invalid)
    return indices, tf.reshape(valid, batch_dims)


@export("image.non_max_suppression_padded")
def non_max_suppression_padded(
    boxes,
    scores,
    max_output_size,
    iou_threshold=0.5,
    score_threshold=float("-inf"),
    pad_to_max_output_size=False,
    name=None,
    sorted_input=False,
    canonicalized_coordinates=False,
    tile_size=512,
):
    """The boxes of the highest scores that do not overlap much, by index, and how many they are."""
    with tf.name_scope(name or "non_max_suppression_padded"):
        rank = boxes.shape.rank
        if not pad_to_max_output_size and rank is not None and rank > 2:
            raise ValueError("pad_to_max_output_size is needed for a batch")
        select = tf.function(
            non_max_suppression_padded_v2, autograph=False, experimental_implements="non_max_suppression_padded_v2"
        )
        options = [max_output_size, iou_threshold, score_threshold, sorted_input, canonicalized_coordinates, tile_size]
        indices, valid = select(boxes, scores, *[tf.convert_to_tensor(option) for option in options])
        if not pad_to_max_output_size:
            return indices[0, :valid], valid
        dims = tf.concat([tf.shape(boxes)[:-2], tf.expand_dims(max_output_size, 0)], 0)
        return tf.reshape(indices, dims), valid
