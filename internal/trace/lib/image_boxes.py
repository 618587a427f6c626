"""tf.image: bounding boxes."""

from tfsave import export, tf


@export("image.crop_and_resize")
def crop_and_resize(image, boxes, box_indices, crop_size, method="bilinear", extrapolation_value=0.0, name=None):
    """The boxes of images, each scaled to crop_size."""
    return tf.raw_ops.CropAndResize(
        image=image,
        boxes=boxes,
        box_ind=box_indices,
        crop_size=crop_size,
        method=method,
        extrapolation_value=extrapolation_value,
        name=name,
    )


@export("image.extract_glimpse")
def extract_glimpse(input, size, offsets, centered=True, normalized=True, noise="uniform", name=None):
    """Windows of images, with noise where they leave the image."""
    return tf.raw_ops.ExtractGlimpseV2(
        input=input,
        size=size,
        offsets=offsets,
        centered=centered,
        normalized=normalized,
        uniform_noise=False,
        noise=noise,
        name=name,
    )


@export("image.draw_bounding_boxes")
def draw_bounding_boxes(images, boxes, colors, name=None):
    """images with boxes drawn on them."""
    if colors is None:
        return tf.raw_ops.DrawBoundingBoxes(images=images, boxes=boxes, name=name)
    return tf.raw_ops.DrawBoundingBoxesV2(images=images, boxes=boxes, colors=colors, name=name)


@export("image.generate_bounding_box_proposals")
def generate_bounding_box_proposals(
    scores,
    bbox_deltas,
    image_info,
    anchors,
    nms_threshold=0.7,
    pre_nms_topn=6000,
    min_size=16,
    post_nms_topn=300,
    name=None,
):
    """The regions that are likely to hold an object, and their scores."""
    return tf.raw_ops.GenerateBoundingBoxProposals(
        scores=scores,
        bbox_deltas=bbox_deltas,
        image_info=image_info,
        anchors=anchors,
        nms_threshold=nms_threshold,
        pre_nms_topn=pre_nms_topn,
        min_size=min_size,
        post_nms_topn=post_nms_topn,
        name=name,
    )


def _sampling_options(aspect_ratio_range, area_range, max_attempts, use_image_if_no_bounding_boxes):
    """The attributes of an op that samples boxes; None is the op's default."""
    return dict(
        aspect_ratio_range=[0.75, 1.33] if aspect_ratio_range is None else aspect_ratio_range,
        area_range=[0.05, 1] if area_range is None else area_range,
        max_attempts=100 if max_attempts is None else max_attempts,
        use_image_if_no_bounding_boxes=bool(use_image_if_no_bounding_boxes),
    )


@export("image.sample_distorted_bounding_box")
def sample_distorted_bounding_box(
    image_size,
    bounding_boxes,
    seed=0,
    min_object_covered=0.1,
    aspect_ratio_range=None,
    area_range=None,
    max_attempts=None,
    use_image_if_no_bounding_boxes=None,
    name=None,
):
    """A random box that covers enough of one of the given ones: begin and size for tf.slice, and the box."""
    seed1, seed2 = tf.internal.random_seeds(seed) if seed else (0, 0)
    options = _sampling_options(aspect_ratio_range, area_range, max_attempts, use_image_if_no_bounding_boxes)
    with tf.name_scope(name or "sample_distorted_bounding_box"):
        return tf.raw_ops.SampleDistortedBoundingBoxV2(
            image_size=image_size,
            bounding_boxes=bounding_boxes,
            min_object_covered=min_object_covered,
            seed=seed1,
            seed2=seed2,
            name=name,
            **options,
        )


@export("image.stateless_sample_distorted_bounding_box")
def stateless_sample_distorted_bounding_box(
    image_size,
    bounding_boxes,
    seed,
    min_object_covered=0.1,
    aspect_ratio_range=None,
    area_range=None,
    max_attempts=None,
    use_image_if_no_bounding_boxes=None,
    name=None,
):
    """sample_distorted_bounding_box that depends on seed only."""
    options = _sampling_options(aspect_ratio_range, area_range, max_attempts, use_image_if_no_bounding_boxes)
    with tf.name_scope(name or "stateless_sample_distorted_bounding_box"):
        return tf.raw_ops.StatelessSampleDistortedBoundingBox(
            image_size=image_size,
            bounding_boxes=bounding_boxes,
            min_object_covered=min_object_covered,
            seed=seed,
            name=name,
            **options,
        )


@export("image.non_max_suppression")
def non_max_suppression(
    boxes, scores, max_output_size, iou_threshold=0.5, score_threshold=float("-inf"), name=None
):
    """The boxes of the highest scores that do not overlap much, by index."""
    with tf.name_scope(name or "non_max_suppression"):
        iou_threshold = tf.convert_to_tensor(iou_threshold, name="iou_threshold")
        score_threshold = tf.convert_to_tensor(score_threshold, name="score_threshold")
        return tf.raw_ops.NonMaxSuppressionV3(
            boxes=boxes,
            scores=scores,
            max_output_size=max_output_size,
            iou_threshold=iou_threshold,
            score_threshold=score_threshold,
        )


@export("image.non_max_suppression_with_scores")
def non_max_suppression_with_scores(
    boxes,
    scores,
    max_output_size,
    iou_threshold=0.5,
    score_threshold=float("-inf"),
    soft_nms_sigma=0.0,
    name=None,
):
    """non_max_suppression that lowers the scores of overlapping boxes; the indices and the scores."""
    with tf.name_scope(name or "non_max_suppression_with_scores"):
        iou_threshold = tf.convert_to_tensor(iou_threshold, name="iou_threshold")
        score_threshold = tf.convert_to_tensor(score_threshold, name="score_threshold")
        soft_nms_sigma = tf.convert_to_tensor(soft_nms_sigma, name="soft_nms_sigma")
        indices, selected_scores, count = tf.raw_ops.NonMaxSuppressionV5(
            boxes=boxes,
            scores=scores,
            max_output_size=max_output_size,
            iou_threshold=iou_threshold,
            score_threshold=score_threshold,
            soft_nms_sigma=soft_nms_sigma,
            pad_to_max_output_size=False,
        )
        return indices, selected_scores


@export("image.non_max_suppression_overlaps")
def non_max_suppression_overlaps(
    overlaps, scores, max_output_size, overlap_threshold=0.5, score_threshold=float("-inf"), name=None
):
    """non_max_suppression where overlaps gives how much each box overlaps each other one."""
    with tf.name_scope(name or "non_max_suppression_overlaps"):
        overlap_threshold = tf.convert_to_tensor(overlap_threshold, name="overlap_threshold")
        return tf.raw_ops.NonMaxSuppressionWithOverlaps(
            overlaps=overlaps,
            scores=scores,
            max_output_size=max_output_size,
            overlap_threshold=overlap_threshold,
            score_threshold=score_threshold,
        )


@export("image.combined_non_max_suppression")
def combined_non_max_suppression(
    boxes,
    scores,
    max_output_size_per_class,
    max_total_size,
    iou_threshold=0.5,
    score_threshold=float("-inf"),
    pad_per_class=False,
    clip_boxes=True,
    name=None,
):
    """non_max_suppression of each class of each image: boxes, scores, classes, and how many are valid."""
    with tf.name_scope(name or "combined_non_max_suppression"):
        iou_threshold = tf.convert_to_tensor(iou_threshold, dtype=tf.float32, name="iou_threshold")
        score_threshold = tf.convert_to_tensor(score_threshold, dtype=tf.float32, name="score_threshold")
        max_total_size = tf.convert_to_tensor(max_total_size)
        return tf.raw_ops.CombinedNonMaxSuppression(
            boxes=boxes,
            scores=scores,
            max_output_size_per_class=max_output_size_per_class,
            max_total_size=max_total_size,
            iou_threshold=iou_threshold,
            score_threshold=score_threshold,
            pad_per_class=pad_per_class,
            clip_boxes=clip_boxes,
        )
