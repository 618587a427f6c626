"""tf.math: elementwise arithmetic, comparison and logic."""

from tfsave import export, tf


@export("math.negative", "negative")
def negative(x, name=None):
    """-x."""
    return tf.raw_ops.Neg(x=x, name=name)


@export("math.square", "square")
def square(x, name=None):
    """x * x."""
    return tf.raw_ops.Square(x=x, name=name)


@export("math.sqrt", "sqrt")
def sqrt(x, name=None):
    """The square root of x."""
    return tf.raw_ops.Sqrt(x=x, name=name)


@export("math.rsqrt")
def rsqrt(x, name=None):
    """1 / sqrt(x)."""
    return tf.raw_ops.Rsqrt(x=x, name=name)


@export("math.exp", "exp")
def exp(x, name=None):
    """e to the power of x."""
    return tf.raw_ops.Exp(x=x, name=name)


@export("math.expm1")
def expm1(x, name=None):
    """exp(x) - 1, exact near zero."""
    return tf.raw_ops.Expm1(x=x, name=name)


@export("math.log")
def log(x, name=None):
    """The natural logarithm of x."""
    return tf.raw_ops.Log(x=x, name=name)


@export("math.log1p")
def log1p(x, name=None):
    """log(1 + x), exact near zero."""
    return tf.raw_ops.Log1p(x=x, name=name)


@export("math.reciprocal")
def reciprocal(x, name=None):
    """1 / x."""
    return tf.raw_ops.Reciprocal(x=x, name=name)


@export("math.floor", "floor")
def floor(x, name=None):
    """The largest integer that is not above x."""
    return tf.raw_ops.Floor(x=x, name=name)


@export("math.ceil")
def ceil(x, name=None):
    """The smallest integer that is not below x."""
    return tf.raw_ops.Ceil(x=x, name=name)


@export("math.rint")
def rint(x, name=None):
    """The nearest integer; halves go to the even one."""
    return tf.raw_ops.Rint(x=x, name=name)


@export("math.sin", "sin")
def sin(x, name=None):
    """The sine of x."""
    return tf.raw_ops.Sin(x=x, name=name)


@export("math.cos", "cos")
def cos(x, name=None):
    """The cosine of x."""
    return tf.raw_ops.Cos(x=x, name=name)


@export("math.tan", "tan")
def tan(x, name=None):
    """The tangent of x."""
    return tf.raw_ops.Tan(x=x, name=name)


@export("math.asin", "asin")
def asin(x, name=None):
    """The arc sine of x."""
    return tf.raw_ops.Asin(x=x, name=name)


@export("math.acos", "acos")
def acos(x, name=None):
    """The arc cosine of x."""
    return tf.raw_ops.Acos(x=x, name=name)


@export("math.atan", "atan")
def atan(x, name=None):
    """The arc tangent of x."""
    return tf.raw_ops.Atan(x=x, name=name)


@export("math.sinh", "sinh")
def sinh(x, name=None):
    """The hyperbolic sine of x."""
    return tf.raw_ops.Sinh(x=x, name=name)


@export("math.cosh", "cosh")
def cosh(x, name=None):
    """The hyperbolic cosine of x."""
    return tf.raw_ops.Cosh(x=x, name=name)


@export("math.tanh", "nn.tanh", "tanh")
def tanh(x, name=None):
    """The hyperbolic tangent of x."""
    return tf.raw_ops.Tanh(x=x, name=name)


@export("math.asinh", "asinh")
def asinh(x, name=None):
    """The inverse hyperbolic sine of x."""
    return tf.raw_ops.Asinh(x=x, name=name)


@export("math.acosh", "acosh")
def acosh(x, name=None):
    """The inverse hyperbolic cosine of x."""
    return tf.raw_ops.Acosh(x=x, name=name)


@export("math.atanh", "atanh")
def atanh(x, name=None):
    """The inverse hyperbolic tangent of x."""
    return tf.raw_ops.Atanh(x=x, name=name)


@export("math.is_finite")
def is_finite(x, name=None):
    """Where x is neither infinite nor NaN."""
    return tf.raw_ops.IsFinite(x=x, name=name)


@export("math.is_inf")
def is_inf(x, name=None):
    """Where x is infinite."""
    return tf.raw_ops.IsInf(x=x, name=name)


@export("math.is_nan")
def is_nan(x, name=None):
    """Where x is NaN."""
    return tf.raw_ops.IsNan(x=x, name=name)


@export("math.logical_not", "logical_not")
def logical_not(x, name=None):
    """not x."""
    return tf.raw_ops.LogicalNot(x=x, name=name)


@export("math.invert_permutation")
def invert_permutation(x, name=None):
    """The permutation that undoes x."""
    return tf.raw_ops.InvertPermutation(x=x, name=name)


@export("math.softplus", "nn.softplus")
def softplus(features, name=None):
    """log(exp(features) + 1)."""
    return tf.raw_ops.Softplus(features=features, name=name)


@export("math.softsign", "nn.softsign")
def softsign(features, name=None):
    """features / (abs(features) + 1)."""
    return tf.raw_ops.Softsign(features=features, name=name)


@export("math.multiply", "multiply")
def multiply(x, y, name=None):
    """x * y."""
    return tf.raw_ops.Mul(x=x, y=y, name=name)


@export("math.subtract", "subtract")
def subtract(x, y, name=None):
    """x - y."""
    return tf.raw_ops.Sub(x=x, y=y, name=name)


@export("math.floormod", "math.mod")
def floormod(x, y, name=None):
    """The remainder of x / y, with the sign of y."""
    return tf.raw_ops.FloorMod(x=x, y=y, name=name)


@export("math.maximum", "maximum")
def maximum(x, y, name=None):
    """The larger of x and y."""
    return tf.raw_ops.Maximum(x=x, y=y, name=name)


@export("math.minimum", "minimum")
def minimum(x, y, name=None):
    """The smaller of x and y."""
    return tf.raw_ops.Minimum(x=x, y=y, name=name)


@export("math.squared_difference")
def squared_difference(x, y, name=None):
    """(x - y) squared; for complex numbers conj(x - y)(x - y)."""
    return tf.raw_ops.SquaredDifference(x=x, y=y, name=name)


@export("math.equal", "equal")
def equal(x, y, name=None):
    """x == y."""
    return tf.raw_ops.Equal(x=x, y=y, name=name)


@export("math.not_equal", "not_equal")
def not_equal(x, y, name=None):
    """x != y."""
    return tf.raw_ops.NotEqual(x=x, y=y, name=name)


@export("math.less", "less")
def less(x, y, name=None):
    """x < y."""
    return tf.raw_ops.Less(x=x, y=y, name=name)


@export("math.less_equal", "less_equal")
def less_equal(x, y, name=None):
    """x <= y."""
    return tf.raw_ops.LessEqual(x=x, y=y, name=name)


@export("math.greater", "greater")
def greater(x, y, name=None):
    """x > y."""
    return tf.raw_ops.Greater(x=x, y=y, name=name)


@export("math.greater_equal", "greater_equal")
def greater_equal(x, y, name=None):
    """x >= y."""
    return tf.raw_ops.GreaterEqual(x=x, y=y, name=name)


@export("math.logical_and", "logical_and")
def logical_and(x, y, name=None):
    """x and y."""
    return tf.raw_ops.LogicalAnd(x=x, y=y, name=name)


@export("math.logical_or", "logical_or")
def logical_or(x, y, name=None):
    """x or y."""
    return tf.raw_ops.LogicalOr(x=x, y=y, name=name)


@export("math.atan2", "atan2")
def atan2(y, x, name=None):
    """The angle of the point (x, y)."""
    return tf.raw_ops.Atan2(y=y, x=x, name=name)


@export("math.nextafter")
def nextafter(x1, x2, name=None):
    """The next number after x1 in the direction of x2."""
    return tf.raw_ops.NextAfter(x1=x1, x2=x2, name=name)


@export("math.xlogy")
def xlogy(x, y, name=None):
    """x * log(y), and 0 where x is 0."""
    return tf.raw_ops.Xlogy(x=x, y=y, name=name)


@export("realdiv")
def realdiv(x, y, name=None):
    """x / y for floating point numbers."""
    return tf.raw_ops.RealDiv(x=x, y=y, name=name)


@export("truncatediv")
def truncatediv(x, y, name=None):
    """x / y, rounded towards zero."""
    return tf.raw_ops.TruncateDiv(x=x, y=y, name=name)


@export("truncatemod")
def truncatemod(x, y, name=None):
    """The remainder of x / y, with the sign of x."""
    return tf.raw_ops.TruncateMod(x=x, y=y, name=name)


@export("math.pow", "pow")
def pow(x, y, name=None):
    """x to the power of y."""
    return tf.raw_ops.Pow(x=x, y=y, name=name)


@export("math.floordiv")
def floordiv(x, y, name=None):
    """x / y, rounded down."""
    return tf.raw_ops.FloorDiv(x=x, y=y, name=name or "floordiv")


@export("math.xlog1py")
def xlog1py(x, y, name=None):
    """x * log1p(y), and 0 where x is 0."""
    with tf.name_scope(name or "xlog1py"):
        return tf.raw_ops.Xlog1py(x=x, y=y)


@export("math.xdivy")
def xdivy(x, y, name=None):
    """x / y, and 0 where x is 0."""
    with tf.name_scope(name or "xdivy"):
        return tf.raw_ops.Xdivy(x=x, y=y)


@export("math.add", "add")
def add(x, y, name=None):
    """x + y; strings are concatenated."""
    with tf.name_scope(name or "Add") as scope:
        x = tf.convert_to_tensor(x, name="x")
        y = tf.convert_to_tensor(y, dtype_hint=x.dtype, name="y")
        if x.dtype == tf.string:
            return tf.raw_ops.Add(x=x, y=y, name=scope)
        return tf.raw_ops.AddV2(x=x, y=y, name=scope)


@export("math.add_n", "add_n")
def add_n(inputs, name=None):
    """The sum of a list of tensors of one shape."""
    if not isinstance(inputs, (list, tuple)) or not inputs:
        raise ValueError(f"add_n takes a list of at least one tensor, got {inputs!r}")
    inputs = [tf.convert_to_tensor(x) for x in inputs]
    if len(inputs) == 1:
        return tf.identity(inputs[0], name=name) if name else inputs[0]
    return tf.raw_ops.AddN(inputs=inputs, name=name)


@export("math.accumulate_n")
def accumulate_n(inputs, shape=None, tensor_dtype=None, name=None):
    """The sum of a list of tensors of one shape and dtype, which are checked."""
    if not isinstance(inputs, (list, tuple)) or not inputs:
        raise ValueError(f"accumulate_n takes a list of at least one tensor, got {inputs!r}")
    inputs = [tf.convert_to_tensor(x) for x in inputs]
    if any(x.dtype != inputs[0].dtype for x in inputs):
        raise ValueError(f"accumulate_n takes tensors of one dtype, got {[x.dtype.name for x in inputs]}")
    shape = tf.TensorShape(shape)
    for x in inputs:
        shape = shape.merge_with(x.shape)
    if tensor_dtype is not None and tf.as_dtype(tensor_dtype) != inputs[0].dtype:
        raise TypeError(f"tensor_dtype is {tensor_dtype!r} and the inputs are {inputs[0].dtype.name}")
    if len(inputs) == 1:
        return inputs[0] if name is None else tf.identity(inputs[0], name=name)
    return add_n(inputs, name=name)


@export("math.scalar_mul", "scalar_mul")
def scalar_mul(scalar, x, name=None):
    """scalar * x."""
    with tf.name_scope(name or "scalar_mul") as scope:
        scalar = tf.convert_to_tensor(scalar, x.dtype, name="scalar")
        if scalar.shape.rank != 0:
            raise ValueError(f"scalar_mul takes a scalar, got the shape {scalar.shape}")
        return tf.raw_ops.Mul(x=scalar, y=x, name=scope)


@export("math.abs", "abs")
def abs(x, name=None):
    """The absolute value of x, real for complex numbers."""
    with tf.name_scope(name or "Abs") as scope:
        x = tf.convert_to_tensor(x, name="x")
        if x.dtype.is_complex:
            return tf.raw_ops.ComplexAbs(x=x, Tout=x.dtype.real_dtype, name=scope)
        return tf.raw_ops.Abs(x=x, name=scope)


@export("math.sign", "sign")
def sign(x, name=None):
    """-1, 0 or 1; for complex numbers x / abs(x), and 0 for 0."""
    x = tf.convert_to_tensor(x)
    if x.dtype.is_complex:
        size = tf.cast(tf.raw_ops.ComplexAbs(x=x, Tout=x.dtype.real_dtype), x.dtype)
        return tf.raw_ops.DivNoNan(x=x, y=size, name=name)
    return tf.raw_ops.Sign(x=x, name=name)


@export("math.round", "round")
def round(x, name=None):
    """The nearest integer; halves go to the even one."""
    x = tf.convert_to_tensor(x, name="x")
    if x.dtype.is_integer:
        return x
    return tf.raw_ops.Round(x=x, name=name)


@export("math.sigmoid", "nn.sigmoid", "sigmoid")
def sigmoid(x, name=None):
    """1 / (1 + exp(-x))."""
    return tf.raw_ops.Sigmoid(x=x, name=name)


@export("math.log_sigmoid")
def log_sigmoid(x, name=None):
    """log(sigmoid(x))."""
    with tf.name_scope(name or "LogSigmoid") as scope:
        x = tf.convert_to_tensor(x, name="x")
        return tf.raw_ops.Neg(x=tf.raw_ops.Softplus(features=-x), name=scope)


@export("math.real")
def real(input, name=None):
    """The real part of input."""
    with tf.name_scope(name or "Real") as scope:
        input = tf.convert_to_tensor(input, name="input")
        if input.dtype.is_complex:
            return tf.raw_ops.Real(input=input, Tout=input.dtype.real_dtype, name=scope)
        if input.dtype in (tf.bool, tf.string, tf.resource, tf.variant):
            raise TypeError(f"real takes numbers, got {input.dtype.name}")
        return input


@export("math.imag")
def imag(input, name=None):
    """The imaginary part of input, 0 for real numbers."""
    with tf.name_scope(name or "Imag") as scope:
        input = tf.convert_to_tensor(input, name="input")
        if input.dtype.is_complex:
            return tf.raw_ops.Imag(input=input, Tout=input.dtype.real_dtype, name=scope)
        return tf.zeros_like(input)


@export("math.angle")
def angle(input, name=None):
    """The argument of complex numbers; 0 or pi for real ones."""
    with tf.name_scope(name or "Angle") as scope:
        input = tf.convert_to_tensor(input, name="input")
        if input.dtype.is_complex:
            return tf.raw_ops.Angle(input=input, Tout=input.dtype.real_dtype, name=scope)
        negative = input < 0
        half_turn = tf.internal.pymath.pi * tf.internal.ones_like(input)
        return tf.raw_ops.Select(condition=negative, x=half_turn, y=tf.zeros_like(input))


@export("math.conj")
def conj(x, name=None):
    """The complex conjugate; real numbers are returned as they are."""
    if isinstance(x, tf.Tensor) and (x.dtype.is_floating or x.dtype.is_integer):
        return x
    with tf.name_scope(name or "Conj") as scope:
        x = tf.convert_to_tensor(x, name="x")
        if x.dtype.is_complex or x.dtype == tf.variant:
            return tf.raw_ops.Conj(input=x, name=scope)
        if x.dtype.is_floating or x.dtype.is_integer:
            return x
        raise TypeError(f"conj takes numbers, got {x.dtype.name}")


def _division_operands(x, y):
    """x and y as floating point tensors: 8 and 16 bit integers are divided as float32, wider ones as float64."""
    if x.dtype != y.dtype:
        raise TypeError(f"a division takes operands of one dtype, got {x.dtype.name} and {y.dtype.name}")
    if x.dtype.is_floating or x.dtype.is_complex:
        return x, y
    if not x.dtype.is_integer:
        raise TypeError(f"{x.dtype.name} can not be divided")
    dtype = tf.float32 if x.dtype.size <= 2 else tf.float64
    return tf.cast(x, dtype), tf.cast(y, dtype)


@export("math.truediv", "truediv")
def truediv(x, y, name=None):
    """x / y as Python 3 does it: the quotient of integers is a float."""
    with tf.name_scope(name or "truediv") as scope:
        x = tf.convert_to_tensor(x, name="x")
        y = tf.convert_to_tensor(y, dtype_hint=x.dtype, name="y")
        x, y = _division_operands(x, y)
        return tf.raw_ops.RealDiv(x=x, y=y, name=scope)


@export("math.divide", "divide")
def divide(x, y, name=None):
    """x / y."""
    if name is not None:
        return truediv(x, y, name)
    if not tf.is_tensor(x):
        x = tf.convert_to_tensor(x, y.dtype if tf.is_tensor(y) else None)
    return x / y


@export("math.divide_no_nan")
def divide_no_nan(x, y, name=None):
    """x / y, and 0 where y is 0."""
    with tf.name_scope(name or "div_no_nan") as scope:
        if tf.is_tensor(y) and not tf.is_tensor(x):
            y = tf.convert_to_tensor(y, name="y")
            x = tf.convert_to_tensor(x, y.dtype, name="x")
        else:
            x = tf.convert_to_tensor(x, name="x")
            y = tf.convert_to_tensor(y, dtype_hint=x.dtype, name="y")
        x, y = _division_operands(x, y)
        return tf.raw_ops.DivNoNan(x=x, y=y, name=scope)


@export("math.multiply_no_nan")
def multiply_no_nan(x, y, name=None):
    """x * y, and 0 where y is 0 even when x is not finite."""
    with tf.name_scope(name or "multiply_no_nan") as scope:
        x = tf.convert_to_tensor(x, name="x")
        y = tf.convert_to_tensor(y, x.dtype, name="y")
        return tf.raw_ops.MulNoNan(x=x, y=y, name=scope)


@export("math.reciprocal_no_nan")
def reciprocal_no_nan(x, name=None):
    """1 / x, and 0 where x is 0."""
    with tf.name_scope(name or "reciprocal_no_nan") as scope:
        x = tf.convert_to_tensor(x, name="x")
        one = tf.constant(1, x.dtype, name="one")
        return tf.raw_ops.DivNoNan(x=one, y=x, name=scope)


@export("math.logical_xor")
def logical_xor(x, y, name="LogicalXor"):
    """Exactly one of x and y."""
    either = tf.raw_ops.LogicalOr(x=x, y=y)
    both = tf.raw_ops.LogicalAnd(x=x, y=y)
    return tf.raw_ops.LogicalAnd(x=either, y=tf.raw_ops.LogicalNot(x=both), name=name)


@export("math.polyval")
def polyval(coeffs, x, name=None):
    """The polynomial with the given coefficients, highest power first, at x (Horner's rule)."""
    if not isinstance(coeffs, list):
        raise ValueError(f"coeffs is a list, got {coeffs!r}")
    with tf.name_scope(name or "polyval") as scope:
        x = tf.convert_to_tensor(x, name="x")
        if not coeffs:
            return tf.zeros_like(x, name=scope)
        coeffs = [tf.convert_to_tensor(c, name=f"coeff_{i}") for i, c in enumerate(coeffs)]
        value = coeffs[0]
        for c in coeffs[1:]:
            value = c + value * x
        return value


@export("math.l2_normalize", "linalg.l2_normalize", "nn.l2_normalize")
def l2_normalize(x, axis=None, epsilon=1e-12, name=None, dim=None):
    """x divided by its Euclidean norm along axis."""
    axis = tf.internal.renamed_argument("axis", axis, "dim", dim)
    with tf.name_scope(name or "l2_normalize") as scope:
        x = tf.convert_to_tensor(x, name="x")
        if x.dtype.is_complex:
            square_real = tf.math.square(tf.math.real(x))
            square_imag = tf.math.square(tf.math.imag(x))
            square_sum = tf.math.real(tf.math.reduce_sum(square_real + square_imag, axis, keepdims=True))
            factor = tf.math.rsqrt(tf.math.maximum(square_sum, epsilon))
            real_part = tf.math.multiply(tf.math.real(x), factor)
            return tf.complex(real_part, tf.math.multiply(tf.math.imag(x), factor), name=scope)
        square_sum = tf.math.reduce_sum(tf.math.square(x), axis, keepdims=True)
        factor = tf.math.rsqrt(tf.math.maximum(square_sum, epsilon))
        return tf.math.multiply(x, factor, name=scope)
