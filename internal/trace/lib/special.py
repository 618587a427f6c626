"""tf.math.special and its like in tf.math: gamma, error and Bessel functions."""

from tfsave import export, tf


@export("math.lgamma")
def lgamma(x, name=None):
    """log(abs(Gamma(x)))."""
    return tf.raw_ops.Lgamma(x=x, name=name)


@export("math.digamma")
def digamma(x, name=None):
    """The derivative of lgamma."""
    return tf.raw_ops.Digamma(x=x, name=name)


@export("math.polygamma")
def polygamma(a, x, name=None):
    """The derivative of order a of digamma at x."""
    return tf.raw_ops.Polygamma(a=a, x=x, name=name)


@export("math.zeta")
def zeta(x, q, name=None):
    """The Hurwitz zeta function."""
    return tf.raw_ops.Zeta(x=x, q=q, name=name)


@export("math.erf")
def erf(x, name=None):
    """The error function."""
    return tf.raw_ops.Erf(x=x, name=name)


@export("math.erfc")
def erfc(x, name=None):
    """1 - erf(x)."""
    return tf.raw_ops.Erfc(x=x, name=name)


@export("math.igamma")
def igamma(a, x, name=None):
    """The lower regularized incomplete gamma function."""
    return tf.raw_ops.Igamma(a=a, x=x, name=name)


@export("math.igammac")
def igammac(a, x, name=None):
    """The upper regularized incomplete gamma function."""
    return tf.raw_ops.Igammac(a=a, x=x, name=name)


@export("math.betainc")
def betainc(a, b, x, name=None):
    """The regularized incomplete beta function."""
    return tf.raw_ops.Betainc(a=a, b=b, x=x, name=name)


@export("math.erfinv")
def erfinv(x, name=None):
    """The inverse of erf."""
    with tf.name_scope(name or "erfinv"):
        return tf.raw_ops.Erfinv(x=x)


@export("math.ndtri")
def ndtri(x, name=None):
    """The quantile function of the standard normal distribution."""
    with tf.name_scope(name or "ndtri"):
        return tf.raw_ops.Ndtri(x=x)


@export("math.special.dawsn")
def dawsn(x, name=None):
    """Dawson's integral."""
    with tf.name_scope(name or "dawsn"):
        return tf.raw_ops.Dawsn(x=x)


@export("math.special.expint")
def expint(x, name=None):
    """The exponential integral."""
    with tf.name_scope(name or "expint"):
        return tf.raw_ops.Expint(x=x)


@export("math.special.fresnel_cos")
def fresnel_cos(x, name=None):
    """Fresnel's cosine integral."""
    with tf.name_scope(name or "fresnel_cos"):
        return tf.raw_ops.FresnelCos(x=x)


@export("math.special.fresnel_sin")
def fresnel_sin(x, name=None):
    """Fresnel's sine integral."""
    with tf.name_scope(name or "fresnel_sin"):
        return tf.raw_ops.FresnelSin(x=x)


@export("math.special.spence")
def spence(x, name=None):
    """Spence's integral, the dilogarithm of 1 - x."""
    with tf.name_scope(name or "spence"):
        return tf.raw_ops.Spence(x=x)


@export("math.bessel_i0", "math.special.bessel_i0")
def bessel_i0(x, name=None):
    """The modified Bessel function of the first kind of order 0."""
    with tf.name_scope(name or "bessel_i0"):
        return tf.raw_ops.BesselI0(x=x)


@export("math.bessel_i0e", "math.special.bessel_i0e")
def bessel_i0e(x, name=None):
    """exp(-abs(x)) * bessel_i0(x)."""
    with tf.name_scope(name or "bessel_i0e"):
        return tf.raw_ops.BesselI0e(x=x)


@export("math.bessel_i1", "math.special.bessel_i1")
def bessel_i1(x, name=None):
    """The modified Bessel function of the first kind of order 1."""
    with tf.name_scope(name or "bessel_i1"):
        return tf.raw_ops.BesselI1(x=x)


@export("math.bessel_i1e", "math.special.bessel_i1e")
def bessel_i1e(x, name=None):
    """exp(-abs(x)) * bessel_i1(x)."""
    with tf.name_scope(name or "bessel_i1e"):
        return tf.raw_ops.BesselI1e(x=x)


@export("math.special.bessel_k0")
def bessel_k0(x, name=None):
    """The modified Bessel function of the second kind of order 0."""
    with tf.name_scope(name or "bessel_k0"):
        return tf.raw_ops.BesselK0(x=x)


@export("math.special.bessel_k0e")
def bessel_k0e(x, name=None):
    """exp(x) * bessel_k0(x)."""
    with tf.name_scope(name or "bessel_k0e"):
        return tf.raw_ops.BesselK0e(x=x)


@export("math.special.bessel_k1")
def bessel_k1(x, name=None):
    """The modified Bessel function of the second kind of order 1."""
    with tf.name_scope(name or "bessel_k1"):
        return tf.raw_ops.BesselK1(x=x)


@export("math.special.bessel_k1e")
def bessel_k1e(x, name=None):
    """exp(x) * bessel_k1(x)."""
    with tf.name_scope(name or "bessel_k1e"):
        return tf.raw_ops.BesselK1e(x=x)


@export("math.special.bessel_j0")
def bessel_j0(x, name=None):
    """The Bessel function of the first kind of order 0."""
    with tf.name_scope(name or "bessel_j0"):
        return tf.raw_ops.BesselJ0(x=x)


@export("math.special.bessel_j1")
def bessel_j1(x, name=None):
    """The Bessel function of the first kind of order 1."""
    with tf.name_scope(name or "bessel_j1"):
        return tf.raw_ops.BesselJ1(x=x)


@export("math.special.bessel_y0")
def bessel_y0(x, name=None):
    """The Bessel function of the second kind of order 0."""
    with tf.name_scope(name or "bessel_y0"):
        return tf.raw_ops.BesselY0(x=x)


@export("math.special.bessel_y1")
def bessel_y1(x, name=None):
    """The Bessel function of the second kind of order 1."""
    with tf.name_scope(name or "bessel_y1"):
        return tf.raw_ops.BesselY1(x=x)


@export("math.erfcinv")
def erfcinv(x, name=None):
    """The inverse of erfc."""
    with tf.name_scope(name or "erfcinv"):
        x = tf.convert_to_tensor(x, name="start")
        return -ndtri(0.5 * x) * tf.internal.pymath.sqrt(0.5)


@export("math.lbeta")
def lbeta(x, name=None):
    """log(abs(Beta(x))) over the last dimension of x."""
    with tf.name_scope(name or "lbeta"):
        x = tf.convert_to_tensor(x, name="x")
        log_product = tf.math.reduce_sum(lgamma(x), axis=[-1])
        total = tf.math.reduce_sum(x, axis=[-1])
        return log_product - lgamma(total)


@export("math.sobol_sample")
def sobol_sample(dim, num_results, skip=0, dtype=tf.float32, name=None):
    """num_results points of the Sobol sequence in dim dimensions."""
    with tf.name_scope(name or "sobol"):
        return tf.raw_ops.SobolSample(dim=dim, num_results=num_results, skip=skip, dtype=dtype)
