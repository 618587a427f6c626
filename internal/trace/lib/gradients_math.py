"""The gradients of arithmetic, element by element."""

from tfsave import export, tf


def after(grad):
    """The context of ops that wait for the gradient, so that their inputs are not copied early."""
    return tf.control_dependencies([grad])


@export("internal.gradient.AddV2", "internal.gradient.Add")
def add(op, grad):
    """x + y."""
    x, y = op.inputs[0], op.inputs[1]
    if tf.internal.gradient.scalar_y(op):
        return grad, None
    if tf.is_tensor(grad) and not isinstance(grad, tf.IndexedSlices) and tf.internal.gradient.same_shape(x, y, grad):
        return grad, grad
    needs = tf.internal.gradient.needs
    return tf.internal.gradient.unbroadcast(x, y, grad if needs(op, 0) else None, grad if needs(op, 1) else None)


@export("internal.gradient.Sub")
def sub(op, grad):
    """x - y."""
    x, y = op.inputs[0], op.inputs[1]
    if tf.internal.gradient.scalar_y(op):
        return grad, None
    if tf.internal.gradient.same_shape(x, y, grad):
        return grad, -grad
    needs = tf.internal.gradient.needs
    return tf.internal.gradient.unbroadcast(x, y, grad if needs(op, 0) else None, -grad if needs(op, 1) else None)


@export("internal.gradient.Mul")
def mul(op, grad):
    """x * y."""
    x, y = op.inputs[0], op.inputs[1]
    conj, needs = tf.math.conj, tf.internal.gradient.needs
    if tf.internal.gradient.scalar_y(op):
        return tf.raw_ops.Mul(x=grad, y=conj(y)), None
    if tf.internal.gradient.same_shape(x, y, grad) and grad.dtype in (tf.int32, tf.float32):
        return tf.raw_ops.Mul(x=grad, y=y), tf.raw_ops.Mul(x=grad, y=x)
    grad_x = tf.raw_ops.Mul(x=grad, y=conj(y)) if needs(op, 0) else None
    grad_y = tf.raw_ops.Mul(x=conj(x), y=grad) if needs(op, 1) else None
    return tf.internal.gradient.unbroadcast(x, y, grad_x, grad_y)


@export("internal.gradient.MulNoNan")
def mul_no_nan(op, grad):
    """x * y, zero where y is."""
    x, y = op.inputs[0], op.inputs[1]
    grad_x = tf.raw_ops.MulNoNan(x=grad, y=y)
    grad_y = tf.raw_ops.MulNoNan(x=x, y=grad)
    if tf.internal.gradient.same_shape(x, y, grad):
        return grad_x, grad_y
    return tf.internal.gradient.unbroadcast(x, y, grad_x, grad_y)


def quotient(op, grad, divide):
    """x / y: grad / y and -x / y / y * grad."""
    x, y = op.inputs[0], op.inputs[1]
    cx, cy = tf.math.conj(x), tf.math.conj(y)
    grad_x = divide(grad, cy)
    grad_y = grad * divide(divide(-cx, cy), cy)
    return tf.internal.gradient.unbroadcast(x, y, grad_x, grad_y)


@export("internal.gradient.RealDiv", "internal.gradient.Div")
def real_div(op, grad):
    """x / y."""
    return quotient(op, grad, lambda a, b: tf.raw_ops.RealDiv(x=a, y=b))


@export("internal.gradient.DivNoNan")
def div_no_nan(op, grad):
    """x / y, zero where y is."""
    return quotient(op, grad, lambda a, b: tf.raw_ops.DivNoNan(x=a, y=b))


@export("internal.gradient.FloorMod")
def floor_mod(op, grad):
    """x % y."""
    x, y = tf.math.conj(op.inputs[0]), tf.math.conj(op.inputs[1])
    whole = tf.raw_ops.FloorDiv(x=x, y=y)
    return tf.internal.gradient.unbroadcast(x, y, grad, grad * tf.negative(whole))


@export("internal.gradient.FloorDiv", "internal.gradient.TruncateDiv", "internal.gradient.NextAfter")
def no_gradient_of_two(op, grad):
    """Steps have no slope."""
    return None, None


@export("internal.gradient.Ceil", "internal.gradient.Floor", "internal.gradient.Round", "internal.gradient.Rint")
def no_gradient(op, grad):
    """Steps have no slope."""
    return None


@export("internal.gradient.ArgMax", "internal.gradient.ArgMin")
def no_gradient_of_arg(op, grad):
    """A position has no slope."""
    return None, None


@export("internal.gradient.Sign")
def sign(op, grad):
    """Zero."""
    return tf.zeros_like(op.inputs[0])


@export("internal.gradient.Pow")
def power(op, grad):
    """x ** y."""
    x, y = op.inputs[0], op.inputs[1]
    conj, needs = tf.math.conj, tf.internal.gradient.needs
    cx, cy = conj(x), conj(y)
    grad_x = grad * cy * tf.pow(cx, cy - 1) if needs(op, 0) else None
    if tf.internal.gradient.scalar_y(op):
        return grad_x, None
    grad_y = None
    if needs(op, 1):
        mask = tf.not_equal(cx, 0) if x.dtype.is_complex else cx > 0
        safe = tf.where(mask, cx, tf.ones_like(x))
        log = tf.where(mask, tf.math.log(safe), tf.zeros_like(x))
        grad_y = grad * conj(op.outputs[0]) * log
    return tf.internal.gradient.unbroadcast(x, y, grad_x, grad_y)


def larger_or_smaller(op, grad, select):
    """The gradient goes to the operand that was taken; the first one when they are equal."""
    x, y = op.inputs[0], op.inputs[1]
    needs = tf.internal.gradient.needs
    zeros = tf.zeros_like(grad)
    mask = select(x, y)
    grad_x = tf.where(mask, grad, zeros) if needs(op, 0) else None
    if tf.internal.gradient.scalar_y(op):
        return grad_x, None
    grad_y = tf.where(mask, zeros, grad) if needs(op, 1) else None
    return tf.internal.gradient.unbroadcast(x, y, grad_x, grad_y)


@export("internal.gradient.Maximum")
def maximum(op, grad):
    """The larger of x and y."""
    return larger_or_smaller(op, grad, tf.greater_equal)


@export("internal.gradient.Minimum")
def minimum(op, grad):
    """The smaller of x and y."""
    return larger_or_smaller(op, grad, tf.less_equal)


@export("internal.gradient.SquaredDifference")
def squared_difference(op, grad):
    """(x - y) ** 2."""
    x, y = op.inputs[0], op.inputs[1]
    with after(grad):
        grad_x = tf.math.scalar_mul(2.0, grad) * (x - y)
    if tf.internal.gradient.same_shape(x, y, grad):
        return grad_x, -grad_x
    needs = tf.internal.gradient.needs
    return tf.internal.gradient.unbroadcast(x, y, grad_x if needs(op, 0) else None, -grad_x if needs(op, 1) else None)


@export("internal.gradient.Atan2")
def atan2(op, grad):
    """The angle of (x, y)."""
    y, x = op.inputs[0], op.inputs[1]
    with after(grad):
        part = grad / (tf.square(y) + tf.square(x))
        return tf.internal.gradient.unbroadcast(y, x, x * part, -y * part)


@export("internal.gradient.Xlogy")
def xlogy(op, grad):
    """x * log(y), zero where x is."""
    x, y = op.inputs[0], op.inputs[1]
    with after(grad):
        mask = tf.cast(tf.not_equal(x, 0.0), x.dtype)
        grad_x = tf.math.xlogy(mask, y) * grad
        grad_y = tf.math.xdivy(x, y) * grad
        return tf.internal.gradient.unbroadcast(x, y, grad_x, grad_y)


@export("internal.gradient.Xlog1py")
def xlog1py(op, grad):
    """x * log(1 + y), zero where x is."""
    x, y = op.inputs[0], op.inputs[1]
    with after(grad):
        mask = tf.cast(tf.not_equal(x, 0.0), x.dtype)
        grad_x = tf.math.xlog1py(mask, y) * grad
        grad_y = tf.math.xdivy(x, y + 1.0) * grad
        return tf.internal.gradient.unbroadcast(x, y, grad_x, grad_y)


@export("internal.gradient.Xdivy")
def xdivy(op, grad):
    """x / y, zero where x is."""
    x, y = op.inputs[0], op.inputs[1]
    with after(grad):
        mask = tf.cast(tf.not_equal(x, 0.0), x.dtype)
        grad_x = tf.math.xdivy(mask, y) * grad
        grad_y = tf.math.xdivy(tf.negative(x), y**2) * grad
        return tf.internal.gradient.unbroadcast(x, y, grad_x, grad_y)


@export("internal.gradient.Neg")
def negative(op, grad):
    """-x."""
    return -grad


@export("internal.gradient.Abs")
def absolute(op, grad):
    """|x|."""
    return grad * tf.sign(op.inputs[0])


@export("internal.gradient.Square")
def square(op, grad):
    """x ** 2."""
    x = op.inputs[0]
    with after(grad):
        x = tf.math.conj(x)
        return tf.multiply(grad, tf.multiply(x, tf.constant(2.0, dtype=x.dtype, name="y")))


@export("internal.gradient.Sqrt")
def sqrt(op, grad):
    """The square root, by its result."""
    return tf.raw_ops.SqrtGrad(y=op.outputs[0], dy=grad)


@export("internal.gradient.SqrtGrad")
def sqrt_grad(op, grad):
    """grad * 0.5 / sqrt(x)."""
    a = op.inputs[0]
    y = op.outputs[0]
    with after(grad):
        ga = grad / a
        return -tf.math.conj(ga) * y, 0.5 * ga


@export("internal.gradient.Rsqrt")
def rsqrt(op, grad):
    """1 / sqrt(x), by its result."""
    return tf.raw_ops.RsqrtGrad(y=op.outputs[0], dy=grad)


@export("internal.gradient.RsqrtGrad")
def rsqrt_grad(op, grad):
    """grad * -0.5 * y ** 3."""
    a, b = op.inputs[0], op.inputs[1]
    with after(grad):
        ca = tf.math.conj(a)
        cg = tf.math.conj(grad)
        return -1.5 * cg * b * tf.square(ca), tf.raw_ops.RsqrtGrad(y=ca, dy=grad)


@export("internal.gradient.Reciprocal", "internal.gradient.Inv")
def reciprocal(op, grad):
    """1 / x, by its result."""
    return tf.raw_ops.ReciprocalGrad(y=op.outputs[0], dy=grad)


@export("internal.gradient.ReciprocalGrad", "internal.gradient.InvGrad")
def reciprocal_grad(op, grad):
    """-grad * y ** 2."""
    b = op.inputs[1]
    with after(grad):
        ca = tf.math.conj(op.inputs[0])
        cg = tf.math.conj(grad)
        return cg * -2.0 * b * ca, tf.raw_ops.ReciprocalGrad(y=ca, dy=grad)


@export("internal.gradient.Exp")
def exp(op, grad):
    """e ** x, by its result."""
    y = op.outputs[0]
    with after(grad):
        return grad * tf.math.conj(y)


@export("internal.gradient.Expm1")
def expm1(op, grad):
    """e ** x - 1."""
    with after(grad):
        return grad * tf.exp(tf.math.conj(op.inputs[0]))


@export("internal.gradient.Log")
def log(op, grad):
    """The natural logarithm."""
    with after(grad):
        return grad * tf.math.reciprocal(tf.math.conj(op.inputs[0]))


@export("internal.gradient.Log1p")
def log1p(op, grad):
    """log(1 + x)."""
    with after(grad):
        return grad * tf.math.reciprocal(1 + tf.math.conj(op.inputs[0]))


@export("internal.gradient.Sin")
def sin(op, grad):
    """The sine."""
    with after(grad):
        return grad * tf.cos(tf.math.conj(op.inputs[0]))


@export("internal.gradient.Cos")
def cos(op, grad):
    """The cosine."""
    with after(grad):
        return -grad * tf.sin(tf.math.conj(op.inputs[0]))


@export("internal.gradient.Tan")
def tan(op, grad):
    """The tangent."""
    with after(grad):
        secant = tf.math.reciprocal(tf.cos(tf.math.conj(op.inputs[0])))
        return tf.square(secant) * grad


def arc(op, grad, sign):
    """grad / sqrt(1 - x ** 2), or its negative."""
    with after(grad):
        squared = tf.square(tf.math.conj(op.inputs[0]))
        one = tf.constant(1, dtype=grad.dtype)
        inverse = tf.math.reciprocal(tf.sqrt(tf.subtract(one, squared)))
        return (grad if sign > 0 else -grad) * inverse


@export("internal.gradient.Asin")
def asin(op, grad):
    """The arc sine."""
    return arc(op, grad, 1)


@export("internal.gradient.Acos")
def acos(op, grad):
    """The arc cosine."""
    return arc(op, grad, -1)


@export("internal.gradient.Atan")
def atan(op, grad):
    """The arc tangent."""
    with after(grad):
        squared = tf.square(tf.math.conj(op.inputs[0]))
        one = tf.constant(1, dtype=grad.dtype)
        return grad * tf.math.reciprocal(tf.add(one, squared))


@export("internal.gradient.Sinh")
def sinh(op, grad):
    """The hyperbolic sine."""
    with after(grad):
        return grad * tf.cosh(tf.math.conj(op.inputs[0]))


@export("internal.gradient.Cosh")
def cosh(op, grad):
    """The hyperbolic cosine."""
    with after(grad):
        return grad * tf.sinh(tf.math.conj(op.inputs[0]))


@export("internal.gradient.Tanh")
def tanh(op, grad):
    """The hyperbolic tangent, by its result."""
    y = op.outputs[0]
    with after(grad):
        return tf.raw_ops.TanhGrad(y=tf.math.conj(y), dy=grad)


@export("internal.gradient.TanhGrad")
def tanh_grad(op, grad):
    """grad * (1 - y ** 2)."""
    with after(grad):
        a = tf.math.conj(op.inputs[0])
        b = tf.math.conj(op.inputs[1])
        return grad * -2.0 * b * a, tf.raw_ops.TanhGrad(y=a, dy=grad)


@export("internal.gradient.Asinh")
def asinh(op, grad):
    """The inverse of the hyperbolic sine, by its result."""
    y = op.outputs[0]
    with after(grad):
        return grad / tf.cosh(tf.math.conj(y))


@export("internal.gradient.Acosh")
def acosh(op, grad):
    """The inverse of the hyperbolic cosine, by its result."""
    y = op.outputs[0]
    with after(grad):
        return grad / tf.sinh(tf.math.conj(y))


@export("internal.gradient.Atanh")
def atanh(op, grad):
    """The inverse of the hyperbolic tangent."""
    with after(grad):
        squared = tf.square(tf.math.conj(op.inputs[0]))
        one = tf.constant(1, dtype=grad.dtype)
        return grad * tf.math.reciprocal(tf.subtract(one, squared))


@export("internal.gradient.Sigmoid")
def sigmoid(op, grad):
    """1 / (1 + e ** -x), by its result."""
    y = op.outputs[0]
    with after(grad):
        return tf.raw_ops.SigmoidGrad(y=tf.math.conj(y), dy=grad)


@export("internal.gradient.SigmoidGrad")
def sigmoid_grad(op, grad):
    """grad * y * (1 - y)."""
    with after(grad):
        a = tf.math.conj(op.inputs[0])
        b = tf.math.conj(op.inputs[1])
        gb = grad * b
        return gb - 2.0 * gb * a, tf.raw_ops.SigmoidGrad(y=a, dy=grad)


@export("internal.gradient.Erf")
def erf(op, grad):
    """The error function."""
    x = op.inputs[0]
    scale = tf.constant(2 / tf.internal.pymath.sqrt(tf.internal.pymath.pi), dtype=grad.dtype)
    with after(grad):
        return grad * scale * tf.exp(-tf.square(tf.math.conj(x)))


@export("internal.gradient.Erfc")
def erfc(op, grad):
    """1 - erf(x)."""
    x = op.inputs[0]
    scale = tf.constant(-2 / tf.internal.pymath.sqrt(tf.internal.pymath.pi), dtype=grad.dtype)
    with after(grad):
        return grad * scale * tf.exp(-tf.square(tf.math.conj(x)))


@export("internal.gradient.Erfinv")
def erfinv(op, grad):
    """The inverse of erf."""
    scale = tf.constant(tf.internal.pymath.sqrt(tf.internal.pymath.pi) / 2, dtype=grad.dtype)
    with after(grad):
        return grad * scale * tf.exp(tf.square(op.outputs[0]))


@export("internal.gradient.Lgamma")
def lgamma(op, grad):
    """log |gamma(x)|."""
    with after(grad):
        return grad * tf.math.digamma(tf.math.conj(op.inputs[0]))


@export("internal.gradient.Digamma")
def digamma(op, grad):
    """The derivative of lgamma."""
    with after(grad):
        x = tf.math.conj(op.inputs[0])
        return grad * tf.math.polygamma(tf.constant(1, dtype=x.dtype), x)


@export("internal.gradient.Cast")
def cast(op, grad):
    """Another dtype: nothing flows through integers and bools."""
    kinds = (tf.float16, tf.float32, tf.float64, tf.bfloat16, tf.complex64, tf.complex128)
    source = op.inputs[0].dtype.base_dtype
    return tf.cast(grad, source) if source in kinds and grad.dtype.base_dtype in kinds else None


@export("internal.gradient.Real")
def real(op, grad):
    """The real part."""
    return tf.complex(grad, tf.constant(0, dtype=grad.dtype))


@export("internal.gradient.Imag")
def imag(op, grad):
    """The imaginary part."""
    return tf.complex(tf.constant(0, dtype=grad.dtype), grad)


@export("internal.gradient.Complex")
def make_complex(op, grad):
    """A number of its parts."""
    return tf.internal.gradient.unbroadcast(op.inputs[0], op.inputs[1], tf.math.real(grad), tf.math.imag(grad))


@export("internal.gradient.Conj")
def conjugate(op, grad):
    """The complex conjugate."""
    return tf.math.conj(grad)


@export("internal.gradient.ComplexAbs")
def complex_abs(op, grad):
    """The absolute value of a complex number."""
    size = tf.complex(grad, tf.zeros_like(grad))
    return tf.math.divide_no_nan(size * op.inputs[0], tf.complex(op.outputs[0], tf.zeros_like(op.outputs[0])))


@export("internal.gradient.AddN")
def add_n(op, grad):
    """The sum of many."""
    return [grad] * len(op.inputs)


@export("internal.gradient.Select")
def select(op, grad):
    """x or y by a condition of their shape."""
    c, x = op.inputs[0], op.inputs[1]
    zeros = tf.zeros_like(x)
    return None, tf.raw_ops.Select(condition=c, x=grad, y=zeros), tf.raw_ops.Select(condition=c, x=zeros, y=grad)


@export("internal.gradient.SelectV2")
def select_v2(op, grad):
    """x or y by a condition, broadcast."""
    c, x, y, z = op.inputs[0], op.inputs[1], op.inputs[2], op.outputs[0]
    zeros = tf.zeros([], dtype=grad.dtype.base_dtype)
    grad_x = tf.where(c, grad, zeros)
    grad_y = tf.where(c, zeros, grad)
    grad_x, _ = tf.internal.gradient.unbroadcast(x, z, grad_x, None)
    grad_y, _ = tf.internal.gradient.unbroadcast(y, z, grad_y, None)
    return None, grad_x, grad_y


@export("internal.gradient.ClipByValue")
def clip_by_value(op, grad):
    """x within bounds."""
    x, low, high = op.inputs[0], op.inputs[1], op.inputs[2]
    zeros = tf.zeros(tf.shape(x), grad.dtype)
    below, above = x < low, x > high
    inside = tf.where(tf.logical_or(below, above), zeros, grad)
    grad_low = tf.internal.gradient.unbroadcast(x, low, None, tf.where(below, grad, zeros))[1]
    grad_high = tf.internal.gradient.unbroadcast(x, high, None, tf.where(above, grad, zeros))[1]
    return inside, grad_low, grad_high
