"""Cases of internal/trace/lib/tensor_array.py."""

from cases import b, const, f32, f64, i32, i64

_LOOP = """
ta = tf.TensorArray(tf.float32, size=0, dynamic_size=True)
n = tf.shape(x)[0]
_, ta = tf.while_loop(lambda i, a: i < n, lambda i, a: (i + 1, a.write(i, x[i] * 2.0)), (0, ta))
"""

CASES = [
    ("tf.TensorArray(tf.float32, size=3).unstack(x).stack()", dict(x=f32(3, 2))),
    ("tf.TensorArray(tf.int64, 4, element_shape=[2]).write(1, x).write(3, x).stack()", dict(x=i64(2))),
    ("tf.TensorArray(x.dtype, 2, element_shape=[]).write(0, x).write(1, 2.0).stack()", dict(x=f64())),
    ("tf.TensorArray(x.dtype, n, element_shape=[None, 2]).write(0, x).read(0)", dict(x=f64(3, 2), n=i32(low=1, high=4))),
    ("tf.TensorArray(tf.float32, n, element_shape=tf.TensorShape(None)).write(0, x).size()", dict(x=f32(3), n=i32(low=1, high=4))),
    ("tf.TensorArray(tf.float32, n, infer_shape=False).write(0, x).write(1, y).concat()",
     dict(x=f32(3), y=f32(2), n=i32(low=2, high=3))),
    ("tf.TensorArray(tf.float32, 0, dynamic_size=True).write(3, x).size(name='s')", dict(x=f32(3))),
    ("tf.TensorArray(tf.float32, 0, dynamic_size=True, name='list').write(0, x, name='w').read(0, name='r')", dict(x=f32(3))),
    ("tf.TensorArray(tf.float32, 3).unstack(x, name='u').gather([2, 0])", dict(x=f32(3, 2))),
    ("tf.TensorArray(tf.float32, 3).unstack(x).gather(i, name='g')", dict(x=f32(3, 2), i=i32(2, low=0, high=2))),
    ("tf.TensorArray(tf.float32, 3).unstack(x).concat(name='c')", dict(x=f32(3, 2))),
    ("tf.TensorArray(tf.float32, 3, infer_shape=False).unstack(x).concat()", dict(x=f32(3, 2, 4))),
    ("tf.TensorArray(tf.float32, 4).scatter([3, 1], x).stack()", dict(x=f32(2, 2))),
    ("tf.TensorArray(tf.float32, 4, element_shape=[2]).scatter([3, 1], x, name='s').stack(name='k')", dict(x=f32(2, 2))),
    ("tf.TensorArray(tf.float32, 2).split(x, [2, 2]).stack()", dict(x=f32(4, 3))),
    ("tf.TensorArray(tf.float32, 2, infer_shape=False).split(x, [1, 3], name='s').read(1)", dict(x=f32(4, 3))),
    ("tf.TensorArray(tf.float32, 2, infer_shape=False).split(x, n).concat()", dict(x=f32(4, 3), n=i64(2, low=2, high=3))),
    ("tf.TensorArray(tf.float32, 3).unstack(x).identity().stack()", dict(x=f32(3, 2))),
    ("a = tf.TensorArray(tf.float32, 3).unstack(x)\nreturn tf.TensorArray(tf.float32, flow=a.flow).stack()", dict(x=f32(3, 2))),
    ("a = tf.TensorArray(tf.float32, 3).unstack(x)\nwith tf.control_dependencies([a.close(name='c')]):\n    return a.read(0)",
     dict(x=f32(3, 2))),
    ("a = tf.TensorArray(tf.int32, 3).unstack(x)\nreturn a.element_shape.as_list(), a.dtype.name, a.dynamic_size, a.handle",
     dict(x=i32(3, 2)), {"static_only": True}),
    ("a = tf.TensorArray(tf.bool, 3).unstack(x)\nb = tf.TensorArray(tf.bool, 3)\nreturn b.write(0, a.read(1)).read(0)", dict(x=b(3))),
    # Errors.
    ("tf.TensorArray(tf.float32).stack()", dict(), {"raises": True}),
    ("tf.TensorArray(tf.float32, 3, flow=x).stack()", dict(x=f32(3)), {"raises": True}),
    ("tf.TensorArray(tf.float32, flow=x).stack()", dict(x=f32(3)), {"raises": True}),
    ("tf.TensorArray(tf.float32, 3, element_shape=[3]).write(0, x).stack()", dict(x=f32(2)), {"raises": True, "static_only": True}),
    ("tf.TensorArray(tf.float32, 3).grad('g')", dict(), {"raises": True}),
    # Through loops and branches.
    (_LOOP + "return ta.stack()", dict(x=f32(3, 2))),
    (_LOOP + "return ta.concat()", dict(x=f32(3, 2))),
    (_LOOP + "return ta.size()", dict(x=f32(3, 2))),
    ("""
     a = tf.TensorArray(tf.float32, 3).unstack(x)
     b = tf.TensorArray(tf.float32, 3)
     i, a, b = tf.while_loop(lambda i, a, b: i < 3, lambda i, a, b: [i + 1, a, b.write(2 - i, a.read(i))], [0, a, b])
     c = tf.TensorArray(tf.float32, 1).write(0, b.stack())
     return c.stack(), i
     """, dict(x=f32(3, 2))),
    ("""
     a = tf.TensorArray(tf.float32, n)
     _, a = tf.while_loop(lambda i, a: i < n, lambda i, a: [i + 1, a.write(i, x)], [0, a],
                          shape_invariants=[tf.TensorShape([]), tf.TensorShape(None)], maximum_iterations=n)
     return a.stack(), a.size()
     """, dict(x=f32(2), n=i32(low=3, high=4))),
    ("""
     a = tf.TensorArray(tf.float32, 2)
     a = tf.cond(p, lambda: a.write(0, x).write(1, x), lambda: a.write(0, -x).write(1, -x))
     return a.stack()
     """, dict(x=f32(2), p=b())),
    ("""
     a = tf.TensorArray(tf.float32, 2).unstack(x)
     a, k = tf.switch_case(i, [lambda: (a, 0), lambda: (a.write(0, x[1]), 1), lambda: (a.write(1, x[0]), 2)])
     return a.stack(), k
     """, dict(x=f32(2, 2), i=i32(low=0, high=3))),
    ("""
     a = tf.TensorArray(tf.float32, 2)
     a = tf.cond(p, lambda: a.write(1, x), lambda: a)
     return a.read(1), a.size()
     """, dict(x=f32(2), p=const(True, "bool"))),
    ("""
     a = tf.TensorArray(tf.float32, 0, dynamic_size=True)
     def body(i, a):
         return i + 1, tf.cond(x[i] > 0, lambda: a.write(a.size(), x[i]), lambda: a)
     _, a = tf.while_loop(lambda i, a: i < tf.shape(x)[0], body, (0, a))
     return a.stack()
     """, dict(x=f32(6))),
]
