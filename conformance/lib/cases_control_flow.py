"""Cases of Python's control flow on tensors, as AutoGraph gives it meaning."""

from cases import b, const, f32, f64, i32, i64, s

_BODIES = [
    # if
    ("""
     if x > 0:
         y = x * 2
     else:
         y = -x
     return y
     """, dict(x=f32())),
    ("""
     y = x
     if tf.reduce_sum(x) > 0:
         y = y + 1
     return y
     """, dict(x=f32(3))),
    ("""
     if x > 0:
         x = x + 1
     return x
     """, dict(x=i64())),
    ("""
     if x < 0:
         y = 'negative'
     elif x == 0:
         y = 'zero'
     elif x < 10:
         y = 'small'
     else:
         y = 'large'
     return y
     """, dict(x=i32())),
    ("""
     if tf.reduce_any(x > 0.5):
         if tf.reduce_all(x > 0):
             y = tf.reduce_max(x)
         else:
             y = tf.reduce_min(x)
         z = y * 2
     else:
         y = 0.0
         z = tf.reduce_mean(x)
     return y, z
     """, dict(x=f32(4))),
    ("""
     a, c = x, y
     if p:
         a, c = c, a
     return a, c
     """, dict(x=f32(2), y=f32(2), p=b())),
    ("""
     if p:
         d = {'a': x, 'b': [x + 1, x + 2]}
     else:
         d = {'a': -x, 'b': [x, x]}
     return d
     """, dict(x=f32(2), p=b())),
    ("""
     if p:
         n = 3
         w = 0.5
     else:
         n = 4
         w = 1.5
     return n, w * x
     """, dict(x=f32(2), p=b())),
    ("""
     n = 1
     if p:
         n += 1
     return x * tf.cast(n, x.dtype)
     """, dict(x=f64(2), p=b())),
    ("""
     if tf.size(x) > 2:
         tf.debugging.assert_positive(tf.size(x))
     return x + 1
     """, dict(x=f32(3))),
    ("""
     if p:
         unused = x + 1
         y = unused * 2
     else:
         y = x
     return y
     """, dict(x=f32(3), p=b())),
    ("""
     if p:
         pass
     else:
         x = tf.abs(x)
     return x
     """, dict(x=f32(3), p=b())),
    ("""
     flag = True
     if flag:
         y = x + 1
     else:
         y = tf.strings.length(x)
     return y
     """, dict(x=f32(3))),
    ("""
     y = None
     if y is None:
         y = x
     if x is not None:
         y = y + 1
     return y
     """, dict(x=f32(3))),
    ("""
     def scale(t):
         if t > 1:
             return t / 2
         return t
     return scale(x) + scale(x * 4)
     """, dict(x=f32())),
    ("""
     double = lambda t: t * 2
     if p:
         y = double(x)
     else:
         y = (lambda t: t * 3)(x)
     return y
     """, dict(x=f32(), p=b())),
    ("""
     if x.shape.rank == 1:
         if tf.shape(x)[0] > 2:
             y = x[:2]
         else:
             y = x
     else:
         y = x
     return y
     """, dict(x=f32(4)), {"static_only": True}),
    ("""
     if p:
         y = x[:2]
     else:
         y = x[:3]
     return y
     """, dict(x=f32(4), p=b())),
    # Conditions of other types.
    ("""
     if x:
         y = 1
     else:
         y = 2
     return y
     """, dict(x=i32()), {"raises": True}),
    ("""
     if x > 0:
         y = 1
     else:
         y = 2
     return y
     """, dict(x=f32(3)), {"raises": True, "static_only": True}),
    ("""
     if x > 0:
         y = 1
     else:
         y = 2
     return y
     """, dict(x=f32(1))),
    # return
    ("""
     if x > 0:
         return x * 2
     return -x
     """, dict(x=f32())),
    ("""
     if x > 0:
         return x * 2
     else:
         return -x
     """, dict(x=f32())),
    ("""
     if x > 10:
         return 'big'
     elif x > 0:
         return 'small'
     else:
         return 'negative'
     """, dict(x=i32())),
    ("""
     if tf.size(x) == 0:
         return tf.constant(0.0), 0
     y = tf.reduce_sum(x)
     if y > 0:
         return y, 1
     y = y * 2
     return y, 2
     """, dict(x=f32(3))),
    ("""
     if p:
         if q:
             return x
         else:
             return x + 1
     else:
         x = x - 1
     return x * 2
     """, dict(x=f32(3), p=b(), q=b())),
    ("""
     if p:
         if q:
             return x
         x = x + 1
     else:
         x = x - 1
     return x * 2
     """, dict(x=f32(3), p=b(), q=b()), {"raises": True}),
    ("""
     y = x
     if p:
         return y
     y = y * 2
     if q:
         return y + 1
     y = y * 3
     return y
     """, dict(x=f32(3), p=b(), q=b())),
    ("""
     if p:
         return x
     """, dict(x=f32(3), p=b()), {"raises": True}),
    # Conditional expressions.
    ("return x if x > 0 else -x", dict(x=f32())),
    ("y = 1 if p else 0\nreturn y", dict(p=b())),
    ("return (x, 1) if p else (-x, 2)", dict(x=f32(2), p=b())),
    ("return 'a' if x < 0 else 'b' if x < 5 else 'c'", dict(x=i32()), {"raises": True}),
    ("z = 2\nreturn x if z > 1 else y", dict(x=f32(), y=i32())),
    ("return tf.add(x, 1.0 if tf.reduce_sum(x) > 0 else 2.0)", dict(x=f32(2))),
    # and, or, not, comparisons
    ("return x > 0 and y > 0", dict(x=f32(), y=f32())),
    ("return x > 0 or y > 0", dict(x=f32(), y=f32())),
    ("return not x > 0", dict(x=f32())),
    ("return not (x > 0 and (y > 0 or x < y))", dict(x=f32(), y=f32())),
    ("return x > 0 and y > 0 and x > y", dict(x=f32(), y=f32())),
    ("return True and x > 0", dict(x=f32())),
    ("return False or x > 0", dict(x=f32())),
    ("return x > 0 and True", dict(x=f32()), ),
    ("return 0 < x < 5", dict(x=i32())),
    ("return 0 <= x < y <= 9", dict(x=i32(), y=i32())),
    ("return x == y", dict(x=i32(), y=i32())),
    ("return x != y", dict(x=i32(), y=i32())),
    ("""
     if 0 < x and x < 5 or y:
         return x
     return -x
     """, dict(x=i32(), y=b())),
    ("""
     if not p and tf.reduce_all(x > 0):
         x = x + 1
     return x
     """, dict(x=f32(3), p=b())),
    # while
    ("""
     while x > 1:
         x = x / 2
     return x
     """, dict(x=f32(low=50, high=90))),
    ("""
     while tf.reduce_sum(x) > 1:
         x = tf.tanh(x)
     return x
     """, dict(x=f32(5, low=0.1))),
    ("""
     i = 0
     total = tf.constant(0)
     while i < n:
         total += i
         i += 1
     return total
     """, dict(n=i32(low=3, high=9))),
    ("""
     a, c = 0, 1
     while c < n:
         a, c = c, a + c
     return c
     """, dict(n=i32(low=20, high=90))),
    ("""
     i = tf.constant(0)
     while i < n:
         if i % 2 == 0:
             x = x + 1
         else:
             x = x * 2
         i += 1
     return x
     """, dict(n=i32(low=3, high=9), x=f32(2))),
    ("""
     i = tf.constant(0)
     while True:
         i += 1
         if i > n:
             break
     return i
     """, dict(n=i32(low=3, high=9)), {"raises": True}),
    ("""
     i = tf.constant(0)
     while i < 100:
         i += 1
         if i > n:
             break
         x = x * 1.5
     return i, x
     """, dict(n=i32(low=3, high=9), x=f32())),
    ("""
     i = tf.constant(0)
     total = tf.constant(0)
     while i < n:
         i += 1
         if i % 3 == 0:
             continue
         total += i
     return total
     """, dict(n=i32(low=6, high=9))),
    ("""
     i = tf.constant(0)
     total = tf.constant(0)
     while i < n:
         i += 1
         if i % 3 == 0:
             continue
         if total > 10:
             break
         total += i
     return total, i
     """, dict(n=i32(low=6, high=9))),
    ("""
     i = tf.constant(0)
     while i < n:
         j = tf.constant(0)
         while j < i:
             x = x + tf.cast(j, tf.float32)
             j += 1
         i += 1
     return x
     """, dict(n=i32(low=3, high=6), x=f32())),
    ("""
     a, c = x, y
     while c != 0:
         a, c = c, a % c
     return a
     """, dict(x=const(48, "int64"), y=const(36, "int64"))),
    ("""
     lo, hi = 0.0, x
     while hi - lo > 0.01:
         mid = (lo + hi) / 2
         if mid * mid > x:
             hi = mid
         else:
             lo = mid
     return lo
     """, dict(x=f32(low=2, high=4))),
    ("""
     n = 0
     while n < 3:
         x = x * 2
         n += 1
     return x
     """, dict(x=f32(2))),
    ("""
     i = tf.constant(0)
     while i < n:
         y = x * 2.0
         x = x + y
         i += 1
     return x
     """, dict(n=i32(low=2, high=4), x=f32(2))),
    ("""
     i = tf.constant(0)
     while i < n:
         y = tf.cast(i, tf.float32) + x
         i += 1
     return y
     """, dict(n=i32(low=2, high=4), x=f32(2)), {"static_only": True}),
    ("""
     i = tf.constant(0)
     while i < n:
         d = {'v': i, 'w': tf.cast(i, tf.int64)}
         i += 1
     return d['w']
     """, dict(n=i32(low=2, high=4)), {"static_only": True}),
    ("""
     state = (x, tf.constant(0))
     while state[1] < n:
         state = (state[0] + 1, state[1] + 1)
     return state
     """, dict(n=i32(low=2, high=4), x=f32(2))),
    ("""
     d = {'x': x, 'n': n}
     while d['n'] > 0:
         d['x'] = d['x'] * 2
         d['n'] = d['n'] - 1
     return d
     """, dict(n=i32(low=2, high=4), x=f32(2))),
    ("""
     i = tf.constant(0)
     while i < n:
         x = tf.concat([x, x], 0)
         i += 1
     return x
     """, dict(n=i32(low=2, high=4), x=f32(2)), {"raises": True, "static_only": True}),
    ("""
     i = tf.constant(0)
     while i < n:
         tf.autograph.experimental.set_loop_options(shape_invariants=[(x, tf.TensorShape([None]))])
         x = tf.concat([x, x[:1]], 0)
         i += 1
     return x
     """, dict(n=i32(low=2, high=4), x=f32(2))),
    ("""
     i = tf.constant(0)
     while i < 100:
         tf.autograph.experimental.set_loop_options(maximum_iterations=4, parallel_iterations=1)
         i += 1
     return i
     """, dict()),
    ("""
     while x > 1:
         x = tf.cast(x, tf.float64)
     return x
     """, dict(x=f32()), {"raises": True}),
    # return inside loops
    ("""
     for i in tf.range(n):
         if i * i > 10:
             return i
     return -1
     """, dict(n=i32(low=3, high=9)), {"raises": True}),
    ("""
     i = tf.constant(0)
     while i < n:
         if i * i > 10:
             return x
         x = x + 1
         i += 1
     return -x
     """, dict(n=i32(low=3, high=9), x=f32()), {"raises": True}),
    # for over tf.range
    ("""
     total = 0
     for i in tf.range(n):
         total += i
     return total
     """, dict(n=i32(low=3, high=9))),
    ("""
     total = tf.constant(0, tf.int64)
     for i in tf.range(n, dtype=tf.int64):
         total += i * i
     return total
     """, dict(n=i64(low=3, high=9))),
    ("""
     total = 0
     for i in tf.range(1, n, 2):
         total += i
     return total
     """, dict(n=i32(low=3, high=9))),
    ("""
     total = 0
     for i in tf.range(n, 0, -1):
         total = total * 2 + i
     return total
     """, dict(n=i32(low=3, high=9))),
    ("""
     total = 0
     for i in tf.range(1, n, d):
         total += i
     return total
     """, dict(n=i32(low=3, high=9), d=i32(low=1, high=3))),
    ("""
     total = 0.0
     for t in tf.range(0.0, 1.0, 0.25):
         total += t
     return total
     """, dict()),
    ("""
     for i in tf.range(n):
         for j in tf.range(i):
             x = x + tf.cast(i * j, tf.float32)
     return x
     """, dict(n=i32(low=3, high=5), x=f32())),
    ("""
     for i in tf.range(n):
         if i == 2:
             continue
         x = x + tf.cast(i, tf.float32)
     return x
     """, dict(n=i32(low=3, high=5), x=f32())),
    ("""
     for i in tf.range(n):
         if x > 5:
             break
         x = x + 2
     return x
     """, dict(n=i32(low=6, high=9), x=f32())),
    ("""
     for i in tf.range(n):
         if x > 5:
             break
         x = x + 2
     else:
         x = x * 100
     return x
     """, dict(n=i32(low=6, high=9), x=f32()), {"raises": True}),
    ("""
     for _ in tf.range(3):
         x = x * 2
     return x
     """, dict(x=f32(2))),
    ("""
     for i in tf.range(tf.shape(x)[0]):
         y = y + x[i]
     return y
     """, dict(x=f32(3, 2), y=f32(2))),
    ("""
     for i in range(tf.shape(x)[0]):
         y = y + x[i]
     return y
     """, dict(x=f32(3, 2), y=f32(2))),
    ("""
     for i in range(n):
         last = i
     return last
     """, dict(n=i32(low=2, high=4)), {"static_only": True}),
    ("""
     best = tf.constant(-1)
     at = tf.constant(-1)
     for i in tf.range(tf.size(x)):
         if x[i] > best:
             best = x[i]
             at = i
     return best, at
     """, dict(x=i32(5, low=0))),
    # for over a tensor
    ("""
     total = 0.0
     for t in x:
         total += t
     return total
     """, dict(x=f32(4)), {"static_only": True}),
    ("""
     total = tf.zeros([2])
     for row in x:
         total = total * 2 + row
     return total
     """, dict(x=f32(4, 2)), {"static_only": True}),
    ("""
     total = 0
     for t in x:
         if tf.strings.length(t) > 2:
             total += 1
     return total
     """, dict(x=s(4)), {"static_only": True}),
    ("""
     best = tf.constant(-1)
     at = tf.constant(-1)
     for i, t in enumerate(x):
         if t > best:
             best = t
             at = i
     return best, at
     """, dict(x=i32(5, low=0)), {"raises": True}),
    ("""
     total = 0
     for t, u in zip(x, y):
         total += t * u
     return total
     """, dict(x=i32(5), y=i32(5)), {"raises": True}),
    ("""
     for row in x:
         for t in row:
             if t < 0:
                 continue
             y = y + t
     return y
     """, dict(x=f32(3, 2), y=f32()), {"static_only": True}),
    ("""
     for t in x:
         if t > 0:
             y = t
             break
     return y
     """, dict(x=f32(4), y=f32()), {"static_only": True}),
    ("""
     for t in x:
         y = y + t
     return y, t
     """, dict(x=f32(4), y=f32()), {"static_only": True}),
    # Python loops, unrolled
    ("""
     for i in range(3):
         x = x + i
     return x
     """, dict(x=f32(2))),
    ("""
     outputs = []
     for i in range(3):
         outputs.append(x * i)
     return tf.stack(outputs)
     """, dict(x=i32(2))),
    ("""
     for w in [2.0, 3.0]:
         if tf.reduce_sum(x) > w:
             x = x / w
     return x
     """, dict(x=f32(2, low=1, high=4))),
    ("""
     for i in range(4):
         if i == 2:
             continue
         if tf.reduce_sum(x) > 0:
             x = x - i
         if i == 3:
             break
     return x
     """, dict(x=f32(2))),
    ("""
     outputs = []
     for k, v in {'a': 1, 'b': 2}.items():
         if p:
             y = x + v
         else:
             y = x - v
         outputs.append(y)
     return outputs
     """, dict(x=i32(2), p=b())),
    ("""
     for a, c in zip([1, 2], [x, y]):
         for i in tf.range(a):
             x = x + c * tf.cast(i, tf.float32)
     return x
     """, dict(x=f32(), y=f32())),
    ("return [t * 2 if t is x else t for t in [x, y]]", dict(x=f32(), y=f32())),
    ("""
     rows = [x[i] for i in range(3)]
     return sum(rows) if len(rows) > 2 else rows[0]
     """, dict(x=f32(3))),
    ("""
     n = 0
     while n < 2:
         if p:
             x = x + 1
         n += 1
     else:
         x = x * 10
     return x
     """, dict(x=f32(), p=b()), {"raises": True}),
    # TensorArray in loops
    ("""
     ta = tf.TensorArray(tf.float32, size=0, dynamic_size=True)
     for i in tf.range(n):
         ta = ta.write(i, x * tf.cast(i, tf.float32))
     return ta.stack()
     """, dict(n=i32(low=2, high=4), x=f32(2))),
    ("""
     ta = tf.TensorArray(tf.float32, size=n)
     for i in tf.range(n):
         ta = ta.write(i, x)
         x = x * 2
     return ta.stack(), x
     """, dict(n=i32(low=2, high=4), x=f32(2))),
    ("""
     ta = tf.TensorArray(tf.int32, size=0, dynamic_size=True)
     ta = ta.unstack([0, 1])
     for i in tf.range(2, n):
         ta = ta.write(i, ta.read(i - 1) + ta.read(i - 2))
     return ta.stack()
     """, dict(n=i32(low=4, high=9))),
    ("""
     ta = tf.TensorArray(tf.int32, size=0, dynamic_size=True)
     for i in tf.range(n):
         if i % 2 == 0:
             ta = ta.write(ta.size(), i * i)
     return ta.stack()
     """, dict(n=i32(low=4, high=9))),
    ("""
     ta = tf.TensorArray(tf.float32, size=tf.shape(x)[0])
     i = 0
     for row in x:
         ta = ta.write(i, tf.reduce_sum(row))
         i += 1
     return ta.stack()
     """, dict(x=f32(4, 2)), {"static_only": True}),
    ("""
     time_major = tf.transpose(x, [1, 0, 2])
     outputs = tf.TensorArray(tf.float32, tf.shape(time_major)[0])
     state = tf.zeros_like(time_major[0])
     for i in tf.range(tf.shape(time_major)[0]):
         state = tf.tanh(time_major[i] + state)
         outputs = outputs.write(i, state)
     return tf.transpose(outputs.stack(), [1, 0, 2]), state
     """, dict(x=f32(2, 3, 4)), {"static_only": True}),
    ("""
     if p:
         ta = tf.TensorArray(tf.float32, 2).unstack([x, x])
     else:
         ta = tf.TensorArray(tf.float32, 2).unstack([-x, x])
     return ta.stack()
     """, dict(x=f32(2), p=b())),
    ("""
     pieces = tf.TensorArray(tf.float32, size=0, dynamic_size=True, infer_shape=False, element_shape=[None])
     for i in tf.range(n):
         pieces = pieces.write(i, x[:i])
     return pieces.concat()
     """, dict(x=f32(4), n=i32(low=2, high=4))),
    # variables
    ("""
     if p:
         v.assign_add(x)
     else:
         v.assign(-x)
     return v.read_value()
     """, dict(x=f32(2), p=b()), {"variables": {"v": f32(2)}}),
    ("""
     if p:
         v.assign_add(x)
     return v + 0
     """, dict(x=f32(2), p=b()), {"variables": {"v": f32(2)}}),
    ("""
     for i in tf.range(n):
         v.assign_add(x * tf.cast(i, tf.float32))
     return v.read_value()
     """, dict(x=f32(2), n=i32(low=2, high=4)), {"variables": {"v": f32(2)}}),
    ("""
     while tf.reduce_sum(v) < 10:
         v.assign(v + x)
         w.assign_add(1)
     return w.read_value(), v * 1
     """, dict(x=f32(2, low=1, high=2)), {"variables": {"v": f32(2), "w": i32()}}),
    ("""
     ta = tf.TensorArray(tf.float32, size=0, dynamic_size=True)
     for i in tf.range(n):
         v.assign_add(x)
         ta = ta.write(i, v)
     return ta.stack()
     """, dict(x=f32(2), n=i32(low=2, high=4)), {"variables": {"v": f32(2)}}),
    ("""
     y = v
     if p:
         y = y * 2
     return y
     """, dict(p=b()), {"variables": {"v": f32(2)}, "raises": True}),
    ("""
     return v if p else w
     """, dict(p=b()), {"variables": {"v": f32(2), "w": f32(2)}}),
    # tf.cond, tf.case, tf.switch_case and tf.while_loop
    ("return tf.cond(x > 0, lambda: x * 2, lambda: -x)", dict(x=f32())),
    ("return tf.cond(tf.reduce_any(x > 0), lambda: (x, y), lambda: (y, x), name='pick')", dict(x=f32(2), y=f32(2))),
    ("""
     def yes():
         if y > 0:
             return x
         return -x
     return tf.cond(p, yes, lambda: x * 2)
     """, dict(x=f32(2), y=f32(), p=b())),
    ("return tf.cond(p, lambda: v.assign_add(x), lambda: v.assign(x))", dict(x=f32(2), p=b()), {"variables": {"v": f32(2)}}),
    ("return tf.cond(p, lambda: {'a': x, 'b': None}, lambda: {'a': -x, 'b': None})['a']", dict(x=f32(2), p=b())),
    ("return tf.cond(p, lambda: 1, lambda: 2)", dict(p=b())),
    ("return tf.cond(p, lambda: x, lambda: y)", dict(p=b(), x=f32(), y=i32()), {"raises": True}),
    ("return tf.cond(p, lambda: tf.cond(q, lambda: x, lambda: x + 1), lambda: x + 2)", dict(p=b(), q=b(), x=f32())),
    ("return tf.case([(x < 0, lambda: 'negative'), (x > 5, lambda: 'large')], default=lambda: 'small')", dict(x=i32())),
    ("return tf.case([(x < 0, lambda: -x), (x >= 0, lambda: x)])", dict(x=i32())),
    ("return tf.case({'p': 1} and [(x < 0, lambda: -x), (x > 7, lambda: x * 2)], default=lambda: x, exclusive=True)", dict(x=i32())),
    ("return tf.switch_case(i, [lambda: x, lambda: x * 2, lambda: x * 3])", dict(i=i32(low=0, high=3), x=f32(2))),
    ("return tf.switch_case(i, {0: lambda: x, 1: lambda: x * 2}, default=lambda: -x, name='choose')", dict(i=i32(low=0, high=5), x=f32(2))),
    ("return tf.switch_case(tf.cast(i, tf.int32), [(0, lambda: x), (1, lambda: y)])", dict(i=i64(low=0, high=2), x=f32(2), y=f32(2))),
    ("return tf.while_loop(lambda i: i < 10, lambda i: i + x, [tf.constant(0)])", dict(x=i32(low=1, high=3))),
    ("return tf.while_loop(lambda i, t: i < n, lambda i, t: (i + 1, t * 2), (0, x), name='doubling')", dict(n=i32(low=2, high=4), x=f32(2))),
    ("return tf.while_loop(lambda t: True, lambda t: (t + 1,), (x,), maximum_iterations=3)", dict(x=f32(2))),
    ("return tf.while_loop(lambda i, d: i < 3, lambda i, d: [i + 1, {'a': d['a'] + y, 'b': d['b'] * 2}], [0, {'a': x, 'b': y}],"
     " parallel_iterations=1, swap_memory=True)", dict(x=f32(2), y=f32(2))),
    ("""
     return tf.while_loop(
         lambda i, t: i < n, lambda i, t: [i + 1, tf.concat([t, t], 0)], [tf.constant(0), x],
         shape_invariants=[tf.TensorShape([]), tf.TensorShape([None, 2])])
     """, dict(n=i32(low=2, high=4), x=f32(1, 2))),
    ("""
     def body(i, t):
         if t > 5:
             t = t / 2
         return i + 1, t + y
     return tf.while_loop(lambda i, t: tf.logical_and(i < 9, t < 100), body, (0, x), maximum_iterations=n)
     """, dict(x=f32(), y=f32(low=1, high=2), n=i32(low=3, high=6))),
    ("""
     def body(i):
         v.assign_add(x)
         return i + 1
     i = tf.while_loop(lambda i: i < n, body, [0])
     return v.read_value()
     """, dict(n=i32(low=2, high=4), x=f32(2)), {"variables": {"v": f32(2)}}),
    ("return tf.while_loop(lambda i: i < 3, lambda i: tf.cast(i, tf.int64), [0])", dict(), {"raises": True}),
    ("return tf.while_loop(lambda i, t: i < 3, lambda i, t: (i + 1, x), (0, x[:1]))", dict(x=f32(3)),
     {"raises": True, "static_only": True}),
    # functions inside
    ("""
     @tf.function
     def relu(t):
         if t > 0:
             return t
         return tf.zeros_like(t)
     return relu(x) + relu(y)
     """, dict(x=f32(), y=f32())),
    ("""
     inner = tf.function(lambda t: t * 2 if tf.reduce_sum(t) > 0 else t)
     if p:
         return inner(x)
     return inner(-x)
     """, dict(x=f32(2), p=b())),
    ("""
     def outer(k):
         def inner(t):
             for _ in tf.range(k):
                 t = t + y
             return t
         return inner
     return outer(2)(x) + outer(n)(x)
     """, dict(x=f32(2), y=f32(2), n=i32(low=2, high=4))),
    ("""
     def apply(f, t, *args, **kwargs):
         if t > 0:
             return f(t, *args, **kwargs)
         return t
     return apply(tf.add, x, y) + apply(lambda t, k=1.0: t * k, x, k=3.0)
     """, dict(x=f32(), y=f32())),
    ("""
     def power(t, n):
         if n == 0:
             return tf.ones_like(t)
         return t * power(t, n - 1)
     return power(x, 3)
     """, dict(x=f32(2))),
    # strings, ragged and the rest of the guides
    ("""
     for i in tf.range(1, n):
         if i % 15 == 0:
             w = 'FizzBuzz'
         elif i % 5 == 0:
             w = 'Buzz'
         elif i % 3 == 0:
             w = 'Fizz'
         else:
             w = tf.strings.as_string(i)
         x = tf.strings.join([x, w], ' ')
     return x
     """, dict(x=s(), n=i32(low=16, high=20))),
    ("""
     words = tf.strings.split(x)
     longest = tf.constant('')
     for w in words:
         if tf.strings.length(w) > tf.strings.length(longest):
             longest = w
     return longest
     """, dict(x=const("a few words of text", "object")), {"static_only": True}),
    ("""
     rt = tf.ragged.constant([[1, 2], [], [3, 4, 5]])
     total = 0
     for row in rt:
         total += tf.reduce_sum(row)
     return total + x
     """, dict(x=i32()), {"evaluator_only": True}),
    ("""
     c = tf.constant(0)
     while x != 1:
         if x % 2 == 0:
             x = x // 2
         else:
             x = 3 * x + 1
         c += 1
     return c
     """, dict(x=i32(low=5, high=9))),
    ("""
     low, high = 0, tf.size(x)
     while low < high:
         mid = (low + high) // 2
         if x[mid] < y:
             low = mid + 1
         else:
             high = mid
     return low
     """, dict(x=const([1, 3, 5, 7, 9], "int32"), y=i32(low=0, high=10))),
    ("""
     for i in tf.range(n):
         for j in tf.range(n):
             if i == j:
                 continue
             if i + j > 4:
                 break
             x = x + 1
     return x
     """, dict(x=i32(), n=i32(low=3, high=5))),
    ("""
     assert x.dtype == tf.float32
     if tf.reduce_sum(x) > 0:
         assert tf.size(x) > 0, 'empty'
     return x
     """, dict(x=f32(3)), {"raises": True}),
    ("""
     if tf.reduce_sum(x) > 100:
         tf.print('sum', x)
     return x + 1
     """, dict(x=f32(3))),
    # elements of variables, names inside and outside, chained comparisons, ranges, rows of ragged tensors
    ("""
     d = {}
     if x > 0:
         d['b'] = x
         d['a'] = x * 2
     else:
         d['a'] = 1.0
         d['b'] = x
     return d
     """, dict(x=f32())),
    ("""
     l = [x, x, n]
     for i in tf.range(n):
         l[0] += tf.cast(i, tf.float32)
         l[1], l[2] = l[0] * 2, i
     return l
     """, dict(x=f32(), n=i32(low=1, high=4))),
    ("""
     l = [x, x]
     k = 1
     for i in tf.range(n):
         l[k] = l[k] * 2.
         l[k - 1] = l[0]
     return l[1]
     """, dict(x=f32(), n=i32(low=1, high=4))),
    ("""
     d = {'a': {'b': x}}
     while d['a']['b'] < 100.:
         d['a']['b'] = d['a']['b'] * 2. + 1000.
     return d['a']['b']
     """, dict(x=f32())),
    ("""
     d = {'a': x}
     if n > 0:
         d = {'a': x * 2.}
         d['a'] = d['a'] + 1.
     return d
     """, dict(x=f32(), n=i32(low=1, high=4))),
    ("""
     d = {'a': x}
     while n > 0:
         d = {'a': d['a'] * 2.}
         d['a'] = d['a'] + 1.
         n -= 1
     return d
     """, dict(x=f32(), n=i32(low=1, high=4))),
    ("""
     d = {'a': x}
     for i in tf.range(n):
         d['s'] = d['a'] * 2.
     return d['s']
     """, dict(x=f32(), n=i32(low=1, high=4))),
    ("""
     d = {'a': x, 'b': x}
     if n > 0:
         d['a'] = x * 2.
         if x > 0.:
             d['b'] = x * 3.
         else:
             d['b'] = d['a']
     return d['a'] + d['b']
     """, dict(x=f32(), n=i32(low=1, high=4))),
    ("""
     d = {'a': 0, 'b': 1.5}
     for i in tf.range(n):
         d['a'] = i
         d['b'] = d['b'] * 2
     return d
     """, dict(x=f32(), n=i32(low=1, high=4))),
    ("""
     def g(t):
         c = {'v': t}
         if t > 0:
             c['v'] = t * 2
             c['w'] = t
         else:
             c['w'] = -t
         return c
     return g(x), g(-x)
     """, dict(x=f32())),
    ("""
     d = {'a': x}
     d2 = d
     if x > 0:
         d2['a'] = x * 2.
     return d['a']
     """, dict(x=f32())),
    ("""
     d = {'i': 0, 'x': x}
     while d['i'] < 3:
         d['x'] = d['x'] * 2.
         d['i'] += 1
     return d
     """, dict(x=f32())),
    ("""
     d = {'i': n, 'x': x}
     while d['i'] < 3:
         d['x'] = d['x'] * 2.
         if d['x'] > 50.:
             break
         d['i'] += 1
     return d
     """, dict(x=f32(), n=i32(low=1, high=4))),
    ("""
     m = x
     def g():
         nonlocal m
         if x > 0:
             m = x + 1
         else:
             m = x * 2
         return x
     y = g()
     return y + m
     """, dict(x=f32())),
    ("""
     m = x
     def g():
         nonlocal m
         if x > 0:
             m = x + 1
         else:
             m = x * 2
     g()
     return m
     """, dict(x=f32())),
    ("""
     return 0 < x < 5
     """, dict(x=f32())),
    ("""
     return 0 < x < 5 < x * 2
     """, dict(x=f32())),
    ("""
     return 0 < x <= 5 and x != 3
     """, dict(x=f32())),
    ("""
     return 1 < 2 < x
     """, dict(x=f32())),
    ("""
     return x < 5 < 3
     """, dict(x=f32())),
    ("""
     for i in range(n):
         x = x * 2
     return x
     """, dict(x=f32(), n=i32(low=1, high=4))),
    ("""
     for i in range(2, n):
         x = x * 2
     return x
     """, dict(x=f32(), n=i32(low=1, high=4))),
    ("""
     for i in range(n, 10, 3):
         x = x * 2
     return x, i
     """, dict(x=f32(), n=i32(low=1, high=4))),
    ("""
     for i in range(n, 0, -1):
         x = x * 2 + tf.cast(i, tf.float32)
     return x
     """, dict(x=f32(), n=i32(low=1, high=4))),
    ("""
     for i in range(3):
         x = x * 2
     else:
         x = -x
     return x
     """, dict(x=f32())),
    ("""
     y = 0.
     for i, v in enumerate(tf.unstack(x)):
         y += v * i
     return y
     """, dict(x=f32(3))),
    ("""
     y = 0.
     for a, b in zip(tf.unstack(x), [1, 2, 3]):
         y += a * b
     return y
     """, dict(x=f32(3))),
    ("""
     rt = tf.RaggedTensor.from_row_splits(x, [0, 2, 3])
     y = 0.
     for row in rt:
         y += tf.reduce_sum(row) * 2
     return y
     """, dict(x=f32(3)), {"evaluator_only": True}),
    ("""
     return x > 0 or x < 5 or x != 3
     """, dict(x=f32())),
    ("""
     return x > 0 and x < 5 or x != 3 and p
     """, dict(x=f32(), p=b())),
    ("""
     return 0 < tf.square(x) < 5 < tf.exp(x)
     """, dict(x=f32())),
    ("""
     return True and p and 1 < 2 < x
     """, dict(x=f32(), p=b())),
    ("""
     r = tf.range(n)
     if x > 0:
         for i in r:
             x += 1.
     return x
     """, dict(x=f32(), n=i32(low=1, high=4))),
    ("""
     for i in tf.range(n):
         x += 1.
     return x, i
     """, dict(x=f32(), n=i32(low=1, high=4))),
    ("""
     for i in tf.range(n):
         for i in tf.range(n):
             x += 1.
     return x, i
     """, dict(x=f32(), n=i32(low=1, high=4))),
    ("""
     rt = tf.RaggedTensor.from_row_splits(x, tf.concat([[0], [n], [3]], 0))
     y = 0.
     for row in rt:
         y += tf.reduce_sum(row) * 2
     return y
     """, dict(x=f32(3), n=i32(low=1, high=4)), {"evaluator_only": True}),
    ("""
     rt = tf.RaggedTensor.from_row_splits(x, [0, 2, 3])
     y = 0.
     for row in rt:
         if tf.size(row) > 5:
             break
         y += tf.reduce_sum(row) * 2
     return y
     """, dict(x=f32(3)), {"evaluator_only": True}),
    ("""
     if n > 0:
         x = x + 1
         return x
     x = x * 2
     return x
     """, dict(x=f32(), n=i32(low=1, high=4))),
    ("""
     y = None
     for i in tf.range(n):
         y = x
     return y
     """, dict(x=f32(), n=i32(low=1, high=4))),
]

CASES = [(body, inputs, {"autograph": True, **(options[0] if options else {})}) for body, inputs, *options in _BODIES]
