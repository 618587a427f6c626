"""Cases of tf.IndexedSlices."""

from cases import const, f32, f64

SLICES = "s = tf.IndexedSlices(x, i, d)\n"
IN = dict(x=f32(3, 2), i=const([1, 5, 1], "int32"), d=const([9, 2], "int32"))

CASES = [
    (SLICES + "return s, s.values, s.indices, s.dense_shape", IN),
    (SLICES + "return tf.convert_to_tensor(s), tf.identity(tf.convert_to_tensor(-s))", IN),
    (SLICES + "return tf.convert_to_tensor(s) + 1", IN),
    ("tf.IndexedSlices(values=x, indices=i)", dict(x=f64(3, 2), i=const([1, 5, 1], "int64"))),
    ("tf.convert_to_tensor(tf.IndexedSlices(x, i))", dict(x=f64(3, 2), i=const([1, 5, 1], "int64")), {"raises": True}),
]
