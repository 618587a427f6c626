"""Cases of tf.debugging."""

from cases import b, bf16, c64, const, f32, f64, half, i8, i32, i64, s, u8

GUARD = "with tf.control_dependencies([{}]):\n    return tf.identity(x)"
BINARY = ["assert_equal", "assert_none_equal", "assert_less", "assert_less_equal", "assert_greater", "assert_greater_equal"]
SIGNS = ["assert_negative", "assert_positive", "assert_non_negative", "assert_non_positive"]


def guard(call, inputs, **options):
    return (GUARD.format(call), inputs, options)


CASES = [
    guard("tf.debugging.Assert(c, [x])", dict(x=f32(2), c=const(True, "bool"))),
    guard("tf.Assert(c, ['text', x, 3], summarize=5, name='n')", dict(x=i32(2), c=const(True, "bool"))),
    guard("tf.Assert(c, [x])", dict(x=i32(2), c=const(False, "bool")), raises=True),
    *[guard(f"tf.debugging.{f}(x, y)", dict(x=f32(2, 3), y=f32(2, 3) + (5 if "less" in f else -5)),
            **({"raises": True} if f == "assert_equal" else {})) for f in BINARY],
    guard("tf.debugging.assert_equal(x, y, message='m', summarize=2, name='n')", dict(x=const([1, 2], "int64"), y=const([1, 2], "int64"))),
    guard("tf.debugging.assert_equal(x, x)", dict(x=i32(2))),
    guard("tf.debugging.assert_equal(x, [b'a', b'b'])", dict(x=const(["a", "b"], "string"))),
    guard("tf.assert_less([[1], [2]], [3, 4])", dict(x=i32(2))),
    guard("tf.assert_less([[1], [5]], [3, 4])", dict(x=i32(2)), raises=True),
    guard("tf.assert_greater(x, 1.0)", dict(x=f32(3, low=2, high=3))),
    *[guard(f"tf.debugging.{f}(x)", dict(x=(-1 if "negative" in f and "non_n" not in f or "non_pos" in f else 1) * i32(4, low=1, high=5)))
      for f in SIGNS],
    guard("tf.debugging.assert_positive(x, message='m', summarize=1, name='n')", dict(x=half(4, low=1, high=5))),
    guard("tf.debugging.assert_non_negative([1, 2])", dict(x=f32(1))),
    guard("tf.debugging.assert_negative([1, 2])", dict(x=f32(1)), raises=True),
    *[guard("tf.debugging.assert_near(x, x + tiny, rtol=0.5, atol=0.5)".replace("tiny", "x * 0"), dict(x=x))
      for x in (f32(3), f64(2), half(2), c64(2))],
    guard("tf.debugging.assert_near(x, y, message='m', summarize=1, name='n')", dict(x=f32(3), y=f32(3)), raises=True),
    guard("tf.debugging.assert_rank(x, 2)", dict(x=f32(2, 3))),
    guard("tf.debugging.assert_rank(x, r, message='m', name='n')", dict(x=f32(2, 3), r=const(2, "int32"))),
    guard("tf.debugging.assert_rank(x, 3)", dict(x=f32(2, 3)), raises=True),
    guard("tf.debugging.assert_rank_at_least(x, 1)", dict(x=f32(2, 3))),
    guard("tf.debugging.assert_rank_at_least(x, r)", dict(x=f32(2, 3), r=const(1, "int32"))),
    guard("tf.debugging.assert_rank_in(x, (1, 2))", dict(x=f32(2, 3))),
    guard("tf.debugging.assert_rank_in(x, [r, 0], message='m', name='n')", dict(x=f32(2, 3), r=const(2, "int32"))),
    guard("tf.debugging.assert_rank_in(x, (1, 3))", dict(x=f32(2, 3)), raises=True),
    ("tf.debugging.assert_integer(x)\nreturn x", dict(x=i8(2))),
    ("tf.debugging.assert_integer(x, message='m', name='n')\nreturn x", dict(x=f32(2)), {"raises": True}),
    ("tf.debugging.assert_type(x, tf.float32)\nreturn x", dict(x=f32(2))),
    ("tf.debugging.assert_type(x, 'int32', message='m', name='n')\nreturn x", dict(x=f32(2)), {"raises": True}),
    ("tf.debugging.assert_scalar(x)\nreturn x", dict(x=f32())),
    ("tf.debugging.assert_scalar([1, 2])\nreturn x", dict(x=f32()), {"raises": True}),
    ("tf.debugging.assert_proper_iterable([x])\nreturn x", dict(x=f32())),
    ("tf.debugging.assert_proper_iterable(x)\nreturn x", dict(x=f32(2)), {"raises": True}),
    ("tf.zeros([], tf.debugging.assert_same_float_dtype([x, None, x]))", dict(x=half(2))),
    ("tf.zeros([], tf.debugging.assert_same_float_dtype())", {}),
    ("tf.debugging.assert_same_float_dtype([x])", dict(x=i32(2)), {"raises": True}),
    ("tf.debugging.assert_same_float_dtype([x], tf.float64)", dict(x=f32(2)), {"raises": True}),
    ("tf.debugging.assert_all_finite(x, 'm')", dict(x=f32(2, 2))),
    ("tf.debugging.assert_all_finite([x, 1.0], message='m', name='n')", dict(x=f64())),
    ("tf.debugging.check_numerics(x, 'm', name='n')", dict(x=bf16(2))),
    ("tf.debugging.check_numerics(x / 0, 'm')", dict(x=f32(2)), {"raises": True}),
    ("tf.constant([tf.debugging.is_numeric_tensor(v) for v in (x, y, z, 1)])", dict(x=f32(2), y=s(1), z=b(1))),
    ("tf.debugging.assert_shapes([(x, ('N', 3)), (y, ('N',))])\nreturn x", dict(x=f32(2, 3), y=f32(2))),
    ("tf.debugging.assert_shapes([(x, ('N', 'Q')), (y, ('...', 'Q', 2)), (z, ())], message='m', name='n')\nreturn x",
     dict(x=f32(2, 3), y=f32(4, 3, 2), z=f32())),
    ("tf.debugging.assert_shapes([(x, ('N', 'N'))])\nreturn x", dict(x=f32(2, 3)), {"raises": True}),
    ("tf.debugging.assert_shapes([(x, ('*', 'N', '.', None))], summarize=2)\nreturn x", dict(x=f32(2, 3, 4))),
]
