import tensorflow as tf

INPUTS = {"x": lambda rng, shape: rng.uniform(0.1, 0.9, shape), "y": lambda rng, shape: rng.normal(size=shape) * 3}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float64), tf.TensorSpec([None], tf.float32)])
    def f(self, x, y):
        return {
            "roots": tf.stack([tf.sqrt(x), tf.math.rsqrt(x), tf.square(x), tf.pow(x, 1.5), tf.math.reciprocal(x)]),
            "logs": tf.stack([tf.exp(x), tf.math.expm1(x), tf.math.log(x), tf.math.log1p(x)]),
            "angles": tf.stack([tf.sin(x), tf.cos(x), tf.tan(x), tf.asin(x), tf.acos(x), tf.atan(x), tf.math.atan2(x, 1. - x)]),
            "hyperbolic": tf.stack([tf.sinh(x), tf.cosh(x), tf.tanh(x), tf.asinh(x), tf.acosh(x + 1.), tf.atanh(x)]),
            "rounded": tf.stack([tf.floor(y), tf.math.ceil(y), tf.round(y), tf.math.rint(y), tf.sign(y)]),
            "clipped": tf.clip_by_value(y, -1., 1.), "finite": tf.math.is_finite(y / 0.), "nan": tf.math.is_nan(y),
            "remainders": tf.stack([tf.math.floormod(y, 2.), tf.math.mod(y, -2.), tf.truncatemod(y, 2.), tf.math.floordiv(y, 2.)]),
            "next": tf.math.nextafter(x, x + 1.), "angle": tf.math.angle(tf.complex(y, y)),
        }


def build():
    return Model()
