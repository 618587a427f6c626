"""Cases of indexing and slicing ragged tensors."""

from cases import const, f32, i32, s

SPLITS = const([0, 2, 2, 5, 6], "int64")
RT = "rt = tf.RaggedTensor.from_row_splits(x, r, validate=False)\n"
RT2 = "rt = tf.RaggedTensor.from_nested_row_splits(x, [r, q], validate=False)\n"
OUTER = const([0, 3, 4], "int64")
UNIFORM = "rt = tf.RaggedTensor.from_uniform_row_length(tf.RaggedTensor.from_row_splits(x, r), 2)\n"

CASES = [
    *[(RT + f"return rt[{key}]", dict(x=f32(6), r=SPLITS)) for key in (
        "1", "-1", "1:3", ":2", "1:", "::2", "::-1", "-2:", "...", "tf.newaxis", ":, 1:", ":, :2", ":, :-1", ":, ::2",
        ":, ::-1", ":, -1:", "2, 1", "2, :2", "2, ...", ":, tf.newaxis", "..., 1:", "1:3, 1:", ":, -2:1")],
    *[(RT2 + f"return rt[{key}]", dict(x=f32(6, 2), r=OUTER, q=SPLITS)) for key in (
        "0", "0, 0", "0, 2, 1", ":, 1:", ":, :, 1:", "..., 0", "..., :, 1", "1:, :2, :1", ":, :, :, 1", "0, ..., 1")],
    (RT + "return rt[i], rt[i:], rt[:, i:], rt[:, :i]", dict(x=s(6), r=SPLITS, i=const(1, "int32"))),
    *[(UNIFORM + f"return rt[{key}]", dict(x=f32(6), r=SPLITS)) for key in ("0", "1:", ":, :1")],
    *[(UNIFORM + f"return rt[{key}]", dict(x=f32(6), r=SPLITS), {"raises": True}) for key in (":, 1", ":, -1", ":, 0, 1:")],
    *[(f"rt = tf.RaggedTensor.from_uniform_row_length(x, 2)\nreturn rt[{key}]", dict(x=f32(6, 3)))
      for key in ("1", ":, 1", ":, -1", ":, 0, 1:", ":2, 1:", "..., 0", "tf.newaxis, 1:")],
]
