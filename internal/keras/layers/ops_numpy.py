"""keras.ops: element by element (keras/src/ops/numpy.py and keras/src/backend/tensorflow/numpy.py, Keras 3.15)."""

from ops_numpy_arrays import numpy_Nonzero
from ops_types import float_by_size, float_of_whole, floating, is_number, is_whole, operands, result_type
from ops_types import FLOATX, dtype_named, shape_of, strict_operands, tensor
from sparse import densified, division, gives, intersection, is_sparse, keeps_zero, union
from tfsave import tf

PI = 3.141592653589793
INF = float("inf")
NAN = float("nan")


# --- arithmetic ---


@union(tf.sparse.add)
def numpy_Add(x1, x2):
    return tf.add(*operands(x1, x2))


def sparse_difference(x1, x2):
    return tf.sparse.add(x1, tf.sparse.map_values(tf.negative, x2) if is_sparse(x2) else tf.negative(x2))


@union(sparse_difference)
def numpy_Subtract(x1, x2):
    return tf.subtract(*operands(x1, x2))


@intersection
def numpy_Multiply(x1, x2):
    return tf.multiply(*operands(x1, x2))


@division
def numpy_Divide(x1, x2):
    return tf.divide(*operands(x1, x2, 1.0))


def numpy_TrueDivide(x1, x2):
    return numpy_Divide(x1, x2)


def numpy_DivideNoNan(x1, x2):
    return tf.math.divide_no_nan(*operands(x1, x2, 1.0))


def numpy_FloorDivide(x1, x2):
    return tf.math.floordiv(*operands(x1, x2))


def numpy_Mod(x1, x2):
    a, b = strict_operands(x1, x2)
    return tf.math.floormod(int_of_bool(a), int_of_bool(b))


def numpy_Fmod(x1, x2):
    a, b = strict_operands(x1, x2)
    a, b = int_of_bool(a), int_of_bool(b)
    dtype = a.dtype
    if dtype.is_unsigned:
        a, b = tf.cast(a, tf.int32), tf.cast(b, tf.int32)
    return tensor(tf.sign(a) * tf.math.floormod(tf.abs(a), tf.abs(b)), dtype)


def numpy_Power(x1, x2):
    a, b = operands(x1, x2)
    if a.dtype.is_unsigned:
        return tf.cast(tf.pow(tf.cast(a, tf.int32), tf.cast(b, tf.int32)), a.dtype)
    return tf.pow(a, b)


@union(tf.sparse.maximum, mixed=False)
def numpy_Maximum(x1, x2):
    return tf.maximum(*operands(x1, x2))


@union(tf.sparse.minimum, mixed=False)
def numpy_Minimum(x1, x2):
    return tf.minimum(*operands(x1, x2))


def numpy_Fmax(x1, x2):
    return without_nan(tf.maximum, x1, x2)


def numpy_Fmin(x1, x2):
    return without_nan(tf.minimum, x1, x2)


def without_nan(function, x1, x2):
    """A function of two numbers which is one of them where the other is NaN."""
    a, b = operands(x1, x2)
    result = function(a, b)
    if not a.dtype.is_floating:
        return result
    first, second = tf.math.is_nan(a), tf.math.is_nan(b)
    result = tf.where(tf.logical_and(first, tf.logical_not(second)), b, result)
    return tf.where(tf.logical_and(second, tf.logical_not(first)), a, result)


@keeps_zero
def numpy_Negative(x):
    return tf.negative(x)


@keeps_zero
def numpy_Absolute(x):
    x = tensor(x)
    return x if x.dtype.is_unsigned or x.dtype.is_bool else tf.abs(x)


def numpy_Abs(x):
    return numpy_Absolute(x)


@keeps_zero
def numpy_Fabs(x):
    return tf.abs(float_of_whole(x))


@keeps_zero
def numpy_Sign(x):
    x = tensor(x)
    return tf.cast(tf.sign(tf.cast(x, tf.int32)), x.dtype) if x.dtype.is_unsigned else tf.sign(x)


@keeps_zero
def numpy_Signbit(x):
    x = tensor(x)
    if x.dtype.is_bool:
        return tf.fill(tf.shape(x), False)
    if x.dtype.is_integer:
        return x < 0
    return tf.bitcast(tf.cast(x, tf.float32), tf.int32) < 0


@gives(INF)
def numpy_Reciprocal(x):
    return tf.math.reciprocal(tensor(x))


@keeps_zero
def numpy_Square(x):
    return tf.square(int_of_bool(tensor(x)))


def int_of_bool(x):
    """A tensor of booleans as int32, any other as it is."""
    return tf.cast(x, tf.int32) if x.dtype.is_bool else x


def numpy_Heaviside(x1, x2):
    a, b = strict_operands(x1, x2)
    dtype = float_by_size(a.dtype)
    a, b = tensor(a, dtype), tensor(b, dtype)
    return tf.where(a < 0, tf.zeros_like(a), tf.where(a > 0, tf.ones_like(a), b))


def numpy_Hypot(x1, x2):
    a, b = strict_operands(x1, x2)
    dtype = float_by_size(a.dtype)
    a, b = tf.abs(tensor(a, dtype)), tf.abs(tensor(b, dtype))
    larger = tf.maximum(a, b)
    return larger * tf.sqrt(1.0 + tf.square(tf.math.divide_no_nan(tf.minimum(a, b), larger)))


def numpy_Ldexp(x1, x2):
    x1, x2 = tensor(x1), tensor(x2)
    if not x2.dtype.is_integer:
        raise TypeError(f"the exponent of ldexp is of integers, not {x2.dtype.name}")
    a = tensor(x1, result_type(x1, x2, 1.0))
    result = a * tf.pow(tf.constant(2.0, a.dtype), tf.cast(x2, a.dtype))
    return tf.where(tf.logical_or(tf.math.is_inf(a), tf.equal(a, 0)), a, result)


def numpy_Nextafter(x1, x2):
    dtype = result_type(tensor(x1), tensor(x2), 1.0)
    return tf.cast(tf.math.nextafter(tensor(x1, tf.float64), tensor(x2, tf.float64)), dtype)


def numpy_Gcd(x1, x2):
    a, b = strict_operands(x1, x2)
    if not a.dtype.is_integer:
        raise TypeError(f"gcd is of integers, not {a.dtype.name}")
    return greatest_divisor(a, b)


def greatest_divisor(a, b):
    """Euclid's algorithm, on all elements at once."""
    shape = tf.broadcast_static_shape(a.shape, b.shape)
    if shape.is_fully_defined():
        a, b = tf.broadcast_to(a, shape), tf.broadcast_to(b, shape)
    else:
        dynamic = tf.broadcast_dynamic_shape(tf.shape(a), tf.shape(b))
        a, b = tf.broadcast_to(a, dynamic), tf.broadcast_to(b, dynamic)
        a.set_shape(shape)
        b.set_shape(shape)
    if not a.dtype.is_unsigned:
        a, b = tf.abs(a), tf.abs(b)

    def step(a, b):
        more = tf.not_equal(b, 0)
        rest = tf.math.floormod(a, tf.where(more, b, tf.ones_like(b)))
        return tf.where(more, b, a), tf.where(more, rest, tf.zeros_like(b))

    return tf.while_loop(lambda a, b: tf.reduce_any(tf.not_equal(b, 0)), step, [a, b])[0]


def numpy_Lcm(x1, x2):
    a, b = strict_operands(x1, x2)
    if not a.dtype.is_integer:
        raise TypeError(f"lcm is of integers, not {a.dtype.name}")
    if not a.dtype.is_unsigned:
        a, b = tf.abs(a), tf.abs(b)
    divisor = greatest_divisor(a, b)
    none = tf.equal(divisor, 0)
    result = a * (b // tf.where(none, tf.ones_like(divisor), divisor))
    return tf.where(none, tf.zeros_like(result), result)


# --- comparisons and logic ---


def numpy_Equal(x1, x2):
    return tf.equal(*strict_operands(x1, x2))


def numpy_NotEqual(x1, x2):
    return tf.not_equal(*strict_operands(x1, x2))


def numpy_Greater(x1, x2):
    return tf.greater(*strict_operands(x1, x2))


def numpy_GreaterEqual(x1, x2):
    return tf.greater_equal(*strict_operands(x1, x2))


def numpy_Less(x1, x2):
    return tf.less(*strict_operands(x1, x2))


def numpy_LessEqual(x1, x2):
    return tf.less_equal(*strict_operands(x1, x2))


def numpy_Isclose(x1, x2, rtol=1e-5, atol=1e-8, equal_nan=False):
    a, b = strict_operands(x1, x2)
    if not a.dtype.is_floating:
        return tf.equal(a, b)
    result = tf.abs(a - b) <= atol + rtol * tf.abs(b)
    return tf.logical_or(result, both_nan(a, b)) if equal_nan else result


def both_nan(a, b):
    return tf.logical_and(tf.math.is_nan(a), tf.math.is_nan(b))


def numpy_AllClose(x1, x2, rtol=1e-5, atol=1e-8, equal_nan=False):
    a, b = strict_operands(x1, x2)
    if not a.dtype.is_floating:
        return tf.reduce_all(tf.equal(a, b))
    finite = tf.logical_and(tf.math.is_finite(a), tf.math.is_finite(b))
    close = tf.abs(a - b) <= atol + rtol * tf.abs(b)
    result = tf.logical_or(tf.logical_and(finite, close), tf.equal(a, b))
    return tf.reduce_all(tf.logical_or(result, both_nan(a, b)) if equal_nan else result)


def numpy_LogicalAnd(x1, x2):
    return tf.logical_and(tf.cast(x1, tf.bool), tf.cast(x2, tf.bool))


def numpy_LogicalOr(x1, x2):
    return tf.logical_or(tf.cast(x1, tf.bool), tf.cast(x2, tf.bool))


def numpy_LogicalXor(x1, x2):
    return tf.math.logical_xor(tf.cast(x1, tf.bool), tf.cast(x2, tf.bool))


def numpy_LogicalNot(x):
    return tf.logical_not(tf.cast(x, tf.bool))


@gives(True)
def numpy_Isfinite(x):
    x = tensor(x)
    return tf.ones_like(x, dtype=tf.bool) if is_whole(x) else tf.math.is_finite(x)


def numpy_Isinf(x):
    x = tensor(x)
    return tf.zeros_like(densified(x), dtype=tf.bool) if is_whole(x) else tf.math.is_inf(x)


def numpy_Isnan(x):
    x = tensor(x)
    return tf.zeros_like(densified(x), dtype=tf.bool) if is_whole(x) else tf.math.is_nan(x)


def numpy_Isneginf(x):
    x = tensor(x)
    return tf.zeros_like(densified(x), dtype=tf.bool) if is_whole(x) else tf.equal(x, tf.constant(-INF, x.dtype))


def numpy_Isposinf(x):
    x = tensor(x)
    return tf.zeros_like(densified(x), dtype=tf.bool) if is_whole(x) else tf.equal(x, tf.constant(INF, x.dtype))


def numpy_Isreal(x):
    x = tensor(x)
    return tf.equal(tf.math.imag(x), 0) if x.dtype.is_complex else tf.ones_like(densified(x), dtype=tf.bool)


def numpy_Where(condition, x1=None, x2=None):
    condition = tf.cast(condition, tf.bool)
    if x1 is None and x2 is None:
        return numpy_Nonzero(condition)
    return tf.where(condition, *operands(x1, x2))


def numpy_Select(condlist, choicelist, default=0):
    choices = [tensor(x) for x in choicelist]
    dtype = result_type(*choices, default if is_number(default) else tensor(default))
    result = tensor(default, dtype)
    for condition, choice in zip(reversed(condlist), reversed(choices)):
        result = tf.where(condition, tensor(choice, dtype), result)
    return result


# --- bits ---


def numpy_BitwiseAnd(x, y):
    return tf.bitwise.bitwise_and(*strict_operands(x, y))


def numpy_BitwiseOr(x, y):
    return tf.bitwise.bitwise_or(*strict_operands(x, y))


def numpy_BitwiseXor(x, y):
    return tf.bitwise.bitwise_xor(*strict_operands(x, y))


def numpy_BitwiseInvert(x):
    return tf.bitwise.invert(tensor(x))


def numpy_BitwiseNot(x):
    return numpy_BitwiseInvert(x)


def numpy_BitwiseLeftShift(x, y):
    return shifted(tf.bitwise.left_shift, x, y)


def numpy_LeftShift(x, y):
    return shifted(tf.bitwise.left_shift, x, y)


def numpy_BitwiseRightShift(x, y):
    return shifted(tf.bitwise.right_shift, x, y)


def numpy_RightShift(x, y):
    return shifted(tf.bitwise.right_shift, x, y)


def shifted(function, x, y):
    x = tensor(x)
    return function(x, tensor(y, x.dtype)) if isinstance(y, int) else function(*strict_operands(x, y))


# --- functions of one number ---


@keeps_zero
def numpy_Sqrt(x):
    return tf.sqrt(floating(x))


def numpy_Cbrt(x):
    x = tensor(x)
    if x.dtype == tf.int64:
        x = tf.cast(x, tf.float64)
    elif x.dtype not in (tf.bfloat16, tf.float16, tf.float64):
        x = tensor(x, FLOATX)
    return tf.sign(x) * tf.pow(tf.abs(x), 1.0 / 3.0)


@gives(1)
def numpy_Exp(x):
    return tf.exp(float_of_whole(x))


@gives(1)
def numpy_Exp2(x):
    x = float_of_whole(x)
    return tf.pow(tf.constant(2.0, x.dtype), x)


@keeps_zero
def numpy_Expm1(x):
    return tf.math.expm1(float_of_whole(x))


@gives(-INF)
def numpy_Log(x):
    return tf.math.log(floating(x))


@gives(-INF)
def numpy_Log10(x):
    x = floating(x)
    return tf.math.log(x) / tf.math.log(tf.constant(10, x.dtype))


@keeps_zero
def numpy_Log1p(x):
    return tf.math.log1p(floating(x))


@gives(-INF)
def numpy_Log2(x):
    x = floating(x)
    return tf.math.log(x) / tf.math.log(tf.constant(2, x.dtype))


def numpy_Logaddexp(x1, x2):
    a, b = strict_operands(x1, x2, 1.0)
    delta = a - b
    return tf.where(tf.math.is_nan(delta), a + b, tf.maximum(a, b) + tf.math.log1p(tf.exp(-tf.abs(delta))))


def numpy_Logaddexp2(x1, x2):
    a, b = strict_operands(x1, x2, 1.0)
    delta = a - b
    log2 = tf.cast(tf.math.log(2.0), a.dtype)
    return tf.where(
        tf.math.is_nan(delta), a + b, tf.maximum(a, b) + tf.math.log1p(tf.exp(-tf.abs(delta) * log2)) / log2
    )


@keeps_zero
def numpy_Sin(x):
    return tf.sin(floating(x))


@gives(1)
def numpy_Cos(x):
    return tf.cos(floating(x))


@keeps_zero
def numpy_Tan(x):
    return tf.tan(floating(x))


@keeps_zero
def numpy_Sinh(x):
    return tf.sinh(floating(x))


@gives(1)
def numpy_Cosh(x):
    return tf.cosh(floating(x))


@keeps_zero
def numpy_Tanh(x):
    return tf.tanh(floating(x))


@keeps_zero
def numpy_Arcsin(x):
    return tf.asin(floating(x))


@gives(0.5 * PI)
def numpy_Arccos(x):
    return tf.acos(floating(x))


@keeps_zero
def numpy_Arctan(x):
    return tf.atan(floating(x))


def numpy_Arctan2(x1, x2):
    return tf.atan2(*strict_operands(x1, x2, 1.0))


@keeps_zero
def numpy_Arcsinh(x):
    return tf.asinh(floating(x))


@gives(NAN)
def numpy_Arccosh(x):
    return tf.acosh(floating(x))


@keeps_zero
def numpy_Arctanh(x):
    return tf.atanh(floating(x))


def numpy_Sinc(x):
    x = floating(x)
    angle = x * tf.constant(PI, x.dtype)
    return tf.where(tf.equal(x, 0), tf.ones_like(x), tf.sin(angle) / angle)


@keeps_zero
def numpy_Deg2rad(x):
    x = tensor(x)
    dtype = float_by_size(x.dtype)
    return tensor(x, dtype) * (tf.constant(PI, dtype) / tf.constant(180.0, dtype))


@keeps_zero
def numpy_Rad2deg(x):
    x = tensor(x)
    dtype = float_by_size(x.dtype)
    return tensor(x, dtype) * (tf.constant(180.0, dtype) / tf.constant(PI, dtype))


def numpy_I0(x):
    x = tensor(x)
    if x.dtype == tf.int64:
        x = tf.cast(x, tf.float64)
    elif x.dtype not in (tf.bfloat16, tf.float16, tf.float64):
        x = tensor(x, FLOATX)
    return tf.math.bessel_i0(x)


# --- rounding ---


@keeps_zero
def numpy_Ceil(x):
    return tf.math.ceil(floating(x))


@keeps_zero
def numpy_Floor(x):
    return tf.floor(floating(x))


def numpy_Trunc(x):
    x = tensor(x)
    return x if is_whole(x) else tf.where(x < 0, tf.math.ceil(x), tf.math.floor(x))


@keeps_zero
def numpy_Round(x, decimals=0):
    if decimals == 0:
        return tf.round(x)
    if x.dtype.is_integer and decimals > 0:
        return x
    dtype = x.dtype
    x = tf.cast(x, FLOATX) if dtype.is_integer else x
    factor = tf.cast(10.0**decimals, x.dtype)
    return tensor(tf.divide(tf.round(tf.multiply(x, factor)), factor), dtype)


def numpy_Clip(x, x_min, x_max):
    return tf.clip_by_value(int_of_bool(x), x_min, x_max)


def numpy_NanToNum(x, nan=0.0, posinf=None, neginf=None):
    x = tensor(x)
    if is_whole(x):
        return x
    x = tf.where(tf.math.is_nan(x), tf.constant(nan, x.dtype), x)
    largest = tf.constant(x.dtype.max if posinf is None else posinf, x.dtype)
    x = tf.where(tf.logical_and(tf.math.is_inf(x), x > 0), largest, x)
    smallest = tf.constant(x.dtype.min if neginf is None else neginf, x.dtype)
    return tf.where(tf.logical_and(tf.math.is_inf(x), x < 0), smallest, x)


# --- complex numbers and dtypes ---


@keeps_zero
def numpy_Real(x):
    return tf.math.real(tensor(x))


@keeps_zero
def numpy_Imag(x):
    return tf.math.imag(x)


def numpy_Angle(x):
    return tf.math.angle(floating(x))


@keeps_zero
def numpy_Conjugate(x):
    return tf.math.conj(x)


@keeps_zero
def numpy_Conj(x):
    return tf.math.conj(x)


@keeps_zero
def numpy_Copy(x):
    return tf.identity(tensor(x))


def numpy_Array(x, dtype=None):
    return tensor(x, dtype and dtype_named(dtype))


def numpy_View(x, dtype=None):
    x = tensor(x)
    to = dtype_named(dtype) if dtype else x.dtype
    if to.size == x.dtype.size:
        return tf.bitcast(x, to)
    last = x.shape[-1] if x.shape.rank else None
    if last is None or last * x.dtype.size % to.size:
        raise ValueError(f"no view of {x.dtype.name}{x.shape} as {to.name}: its last dimension is not a multiple of the size")
    leading = shape_of(x)[:-1]
    if to.size < x.dtype.size:
        return tf.reshape(tf.bitcast(x, to), leading + [last * x.dtype.size // to.size])
    ratio = to.size // x.dtype.size
    return tf.bitcast(tf.reshape(x, leading + [last // ratio, ratio]), to)
