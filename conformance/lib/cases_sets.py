"""Cases of tf.sets."""

from cases import const, i32, i64, s, u8

SPARSE = "a = tf.SparseTensor([[0, 0], [0, 1], [1, 0]], x, [2, 2])\n"

CASES = [
    (SPARSE + "return tf.sets.size(a)", dict(x=const([1, 1, 2], "int32"))),
    (SPARSE + "return tf.sets.size(a, validate_indices=False)", dict(x=s(3))),
    ("tf.sets.size(x)", dict(x=i32(2, 2)), {"raises": True}),
    *[(f"tf.sets.{f}(x, y)", dict(x=i32(2, 3, low=0, high=4), y=i32(2, 2, low=0, high=4)))
      for f in ("intersection", "union", "difference")],
    *[(SPARSE + f"return tf.sets.{f}(a, y)", dict(x=const([1, 3, 2], "int64"), y=i64(2, 2, low=0, high=4)))
      for f in ("intersection", "union", "difference")],
    *[(SPARSE + f"return tf.sets.{f}(y, a)", dict(x=const([1, 3, 2], "int64"), y=i64(2, 2, low=0, high=4)))
      for f in ("intersection", "union", "difference")],
    *[(SPARSE + f"return tf.sets.{f}(a, a)", dict(x=s(3))) for f in ("intersection", "union", "difference")],
    ("tf.sets.difference(x, y, aminusb=False, validate_indices=False)", dict(x=u8(2, 3, high=4), y=u8(2, 2, high=4))),
]
