"""Cases of internal/trace/lib/random.py."""

from cases import const, f32, f64, i32

CASES = [
    ("tf.random.normal([2, 3])", dict()),
    ("tf.random.normal((2, 3), 1.0, 2.0, tf.float64, seed=5, name='n')", dict()),
    ("tf.random.normal([])", dict()),
    ("tf.random.normal(tf.shape(x), mean=x)", dict(x=f32(2, 3))),
    ("tf.random.normal([tf.shape(x)[0], 4], dtype=tf.float16)", dict(x=f32(2, 3))),
    ("tf.random.normal(s)", dict(s=const([2, 3], "int32"))),
    ("tf.random.truncated_normal([2, 3])", dict()),
    ("tf.random.truncated_normal(s, 1.0, 2.0, tf.float64, seed=5, name='n')", dict(s=const([2, 3], "int64"))),
    ("tf.random.uniform([2, 3])", dict()),
    ("tf.random.uniform([2, 3], seed=-1, name='u')", dict()),
    ("tf.random.uniform(tf.shape(x), maxval=2.0)", dict(x=f32(2, 3))),
    ("tf.random.uniform([2, 3], -1, 1, tf.float64)", dict()),
    ("tf.random.uniform([2, 3], 0, 9, tf.int32, name='u')", dict()),
    ("tf.random.uniform(s, x, 9, tf.int64, seed=2**40)", dict(s=const([4], "int32"), x=const(2, "int64"))),
    ("tf.random.uniform([2], dtype=tf.int32)", dict(), dict(raises=True)),
    ("tf.random.uniform([2], maxval=3, dtype=tf.int8)", dict(), dict(raises=True)),
    ("tf.random.shuffle(x)", dict(x=f32(4, 3))),
    ("tf.random.shuffle(x, seed=1, name='s')", dict(x=i32(4))),
    ("tf.random.categorical(x, 5)", dict(x=f32(2, 3))),
    ("tf.random.categorical(x, n, dtype=tf.int32, seed=2, name='c')", dict(x=f64(2, 3), n=const(4, "int32"))),
    ("tf.random.categorical(x, 5, dtype=tf.float32)", dict(x=f32(2, 3)), dict(raises=True)),
    ("tf.random.gamma([4], x)", dict(x=f32(2, 3, low=0.5, high=2))),
    ("tf.random.gamma([], x, beta=y, dtype=tf.float64, seed=3, name='g')", dict(x=f64(2, 1, low=0.5, high=2), y=f64(3, low=0.5, high=2))),
    ("tf.random.gamma(s, 1.5, dtype=tf.float16)", dict(s=const([2, 3], "int32"))),
    ("tf.random.poisson([4], x)", dict(x=f32(2, 3, low=0.5, high=2))),
    ("tf.random.poisson(s, [1.0, 2.0], dtype=tf.int64, seed=3, name='p')", dict(s=const([2, 3], "int32"))),
    ("tf.random.poisson([2], x, tf.float64)", dict(x=f64(low=0.5, high=2))),
]
