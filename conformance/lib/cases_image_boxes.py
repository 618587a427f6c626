"""Cases of internal/trace/lib/image_boxes.py."""

from cases import const, f32, i32, u8

LOOSE = dict(rtol=1e-5, atol=1e-5)

CASES = [
    ("tf.image.crop_and_resize(x, b, [0, 1], [3, 4])", dict(x=f32(2, 5, 6, 3), b=f32(2, 4, low=0)), LOOSE),
    ("tf.image.crop_and_resize(x, b, i, s, method='nearest', extrapolation_value=0.5, name='c')",
     dict(x=u8(2, 5, 6, 3), b=f32(2, 4), i=const([1, 0], "int32"), s=const([2, 2], "int32"))),
    ("tf.image.extract_glimpse(x, [3, 3], o, noise='zero')", dict(x=f32(2, 5, 6, 3), o=f32(2, 2))),
    ("tf.image.extract_glimpse(x, s, o, centered=False, normalized=False, noise='zero', name='g')",
     dict(x=f32(2, 5, 6, 1), o=f32(2, 2, low=0, high=3), s=const([2, 2], "int32"))),
    ("tf.shape(tf.image.extract_glimpse(x, [3, 3], o))", dict(x=f32(2, 5, 6, 3), o=f32(2, 2))),
    ("tf.image.draw_bounding_boxes(x, b, c)", dict(x=f32(2, 9, 9, 3), b=f32(2, 1, 4, low=0), c=f32(2, 3, low=0))),
    ("tf.image.draw_bounding_boxes(x, [[[0.1, 0.2, 0.5, 0.9]]], None, name='d')", dict(x=f32(1, 9, 9, 3))),
    ("tuple(tf.image.generate_bounding_box_proposals(s, d, i, a, post_nms_topn=3))",
     dict(s=f32(1, 2, 2, 3), d=f32(1, 2, 2, 12), i=f32(1, 5), a=f32(2, 2, 3, 4)),
     dict(raises=True, reason="no kernel for the CPU")),
    ("tuple(tf.image.sample_distorted_bounding_box(n, b))", dict(n=const([9, 8, 3], "int32"), b=const([[[0.1, 0.2, 0.7, 0.9]]], "float32"))),
    ("tuple(tf.image.sample_distorted_bounding_box([9, 8, 3], b, seed=4, min_object_covered=0.5, aspect_ratio_range=[0.5, 2], area_range=[0.2, 1], max_attempts=10, use_image_if_no_bounding_boxes=True, name='s'))",
     dict(b=const([[[0.1, 0.2, 0.7, 0.9]]], "float32"))),
    ("tuple(tf.image.stateless_sample_distorted_bounding_box(n, b, s))",
     dict(n=const([9, 8, 3], "int32"), b=const([[[0.1, 0.2, 0.7, 0.9]]], "float32"), s=i32(2))),
    ("tuple(tf.image.stateless_sample_distorted_bounding_box(n, b, (1, 2), 0.5, [0.5, 2], [0.2, 1], 10, True, name='s'))",
     dict(n=const([9, 8, 3], "int64"), b=const([[[0.1, 0.2, 0.7, 0.9]]], "float32"))),
    ("tf.image.non_max_suppression(b, s, 3)", dict(b=f32(6, 4, low=0), s=f32(6, low=0))),
    ("tf.image.non_max_suppression(b, s, n, iou_threshold=0.3, score_threshold=0.2, name='n')",
     dict(b=f32(6, 4, low=0), s=f32(6, low=0), n=const(2, "int32"))),
    ("tf.image.non_max_suppression_with_scores(b, s, 3)", dict(b=f32(6, 4, low=0), s=f32(6, low=0))),
    ("tf.image.non_max_suppression_with_scores(b, s, n, 0.8, 0.1, soft_nms_sigma=0.5, name='n')",
     dict(b=f32(6, 4, low=0), s=f32(6, low=0), n=const(4, "int32"))),
    ("tf.image.non_max_suppression_overlaps(o, s, 3)", dict(o=f32(6, 6, low=0), s=f32(6, low=0))),
    ("tf.image.non_max_suppression_overlaps(o, s, n, 0.3, 0.2, name='n')", dict(o=f32(6, 6, low=0), s=f32(6, low=0), n=const(2, "int32"))),
    ("tuple(tf.image.combined_non_max_suppression(b, s, 3, 4))", dict(b=f32(2, 6, 1, 4, low=0), s=f32(2, 6, 3, low=0))),
    ("tuple(tf.image.combined_non_max_suppression(b, s, n, 4, 0.3, 0.2, pad_per_class=True, clip_boxes=False, name='n'))",
     dict(b=f32(2, 6, 3, 4, low=0), s=f32(2, 6, 3, low=0), n=const(2, "int32"))),
]
