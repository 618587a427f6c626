from cases import f32, f64, i32

CASES = [
    ("tf.zeros_initializer()([2, 3]) + x", dict(x=f32(2, 3))),
    ("tf.zeros_initializer()((2, 3), dtype=tf.int32) + x", dict(x=i32(2, 3))),
    ("tf.zeros_initializer()(tf.shape(x), tf.bool)", dict(x=f32(4))),
    ("tf.zeros_initializer()([2], tf.string)", dict(x=f32(4)), {"raises": True}),
    ("tf.ones_initializer()(tf.shape(x))", dict(x=f32(2, 3))),
    ("tf.ones_initializer()([3], dtype=tf.float64) * x", dict(x=f64(3))),
    ("tf.constant_initializer(2.5)([2, 3]) * x", dict(x=f32(2, 3))),
    ("tf.constant_initializer(2)([3], tf.float64) * x", dict(x=f64(3))),
    ("tf.constant_initializer([1, 2, 3, 4])(shape=[2, 2], dtype=tf.int32) * x", dict(x=i32(2, 2))),
    ("tf.random_uniform_initializer(seed=7)([2, 3]) + x", dict(x=f32(2, 3))),
    ("tf.random_uniform_initializer(-2, 9, seed=7)([2, 3], tf.int32) + x", dict(x=i32(2, 3))),
    ("tf.random_uniform_initializer(0., 1.)(tf.shape(x), tf.float64)", dict(x=f64(2, 3))),
    ("tf.random_normal_initializer(seed=7)([2, 3]) + x", dict(x=f32(2, 3))),
    ("tf.random_normal_initializer(1., 2., 7)(tf.shape(x), dtype=tf.float64)", dict(x=f64(4))),
    ("tf.random_normal_initializer()([2, 3])", dict(x=f32(4))),
    ("tf.random_normal_initializer(seed=1)([2], tf.int32)", dict(x=f32(4)), {"raises": True}),
]
