import tensorflow as tf

SKIP = {"tf2.4": "TensorFlow 2.4 computes another soft suppression"}
SIZES = [1]
INPUTS = {"scores": [[0.9, 0.75, 0.6, 0.3]]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([4], tf.float32), tf.TensorSpec([1, 8, 8, 3], tf.float32)])
    def f(self, scores, images):
        boxes = tf.constant([[0., 0., 0.5, 0.5], [0.05, 0., 0.55, 0.5], [0.5, 0.5, 1., 1.], [0.1, 0.1, 0.2, 0.9]])
        kept = tf.image.non_max_suppression(boxes, scores, max_output_size=3, iou_threshold=0.5)
        soft, soft_scores = tf.image.non_max_suppression_with_scores(boxes, scores, 3, soft_nms_sigma=0.5)
        combined = tf.image.combined_non_max_suppression(boxes[tf.newaxis, :, tf.newaxis], tf.stack([scores, 1. - scores], -1)[tf.newaxis], 2, 3, score_threshold=0.2)
        return {
            "kept": tf.gather(boxes, kept), "soft": soft, "soft_scores": soft_scores, "classes": combined.nmsed_classes,
            "detections": combined.valid_detections,
            "drawn": tf.image.draw_bounding_boxes(images, boxes[tf.newaxis, :2], [[1., 0., 0.]]),
            "overlaps": tf.image.non_max_suppression_overlaps(tf.matmul(boxes, boxes, transpose_b=True), scores, 3, 0.6),
        }


def build():
    return Model()
