import tensorflow as tf

INPUTS = {"x": lambda rng, shape: rng.uniform(0.2, 3, shape)}
RTOL = 1e-5


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def f(self, x):
        unit = x / 4.
        return {
            "gamma": tf.stack([tf.math.lgamma(x), tf.math.digamma(x), tf.math.lbeta(tf.stack([x, x], -1))]),
            "erf": tf.stack([tf.math.erf(x), tf.math.erfc(x), tf.math.erfinv(unit), tf.math.erfcinv(unit), tf.math.ndtri(unit)]),
            "incomplete": tf.stack([tf.math.igamma(x, 1.5), tf.math.igammac(x, 1.5), tf.math.betainc(x, x + 1., unit)]),
            "zeta": tf.math.zeta(x + 1.5, x), "polygamma": tf.math.polygamma(tf.ones_like(x), x),
            "bessel": tf.stack([tf.math.bessel_i0(x), tf.math.bessel_i1e(x), tf.math.special.bessel_j0(x), tf.math.special.bessel_k0(x)]),
            "integrals": tf.stack([tf.math.special.dawsn(x), tf.math.special.expint(x), tf.math.special.fresnel_sin(x), tf.math.special.spence(x)]),
        }


def build():
    return Model()
