"""Cases of internal/trace/lib/image_suppression.py."""

from cases import const, f32

CASES = [
    ("tf.image.non_max_suppression_padded(b, s, 3)", dict(b=f32(6, 4, low=0), s=f32(6, low=0))),
    ("tf.image.non_max_suppression_padded(b, s, 4, 0.3, 0.1, True, name='n', tile_size=4)", dict(b=f32(2, 9, 4, low=0), s=f32(2, 9, low=0))),
    (
        "tf.image.non_max_suppression_padded(b, s, 4, 0.4, pad_to_max_output_size=True, sorted_input=True, canonicalized_coordinates=True, tile_size=8)",
        dict(b=const([[[0, 0, 1, 1], [0, 0.1, 1, 1.1], [0, 2, 1, 3]]], "float32"), s=const([[0.9, 0.8, 0.1]], "float32")),
    ),
    ("tf.image.non_max_suppression_padded(b, s, 3)", dict(b=f32(2, 6, 4, low=0), s=f32(2, 6, low=0)), dict(raises=True, static_only=True)),
]
