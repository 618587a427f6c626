"""keras.ops: the dtypes of operations (keras/src/backend/common/dtypes.py, Keras 3.15).

An op of keras.ops in a functional model is a function of what the op is called with and, by keyword, of the options of its
config: numpy_Mean(x, axis=None, keepdims=False) is the class Mean of keras.src.ops.numpy.
"""

from sparse import cast_values
from tfsave import tf

FLOATS = ("bfloat16", "float16", "float32", "float64")

# What integers become that have no whole counterpart, and the Python float by itself: keras.config.floatx().
FLOATX = tf.float32


def dtype_named(name):
    """The dtype of an option; "int" is Keras's name of the wide one."""
    return tf.int64 if name == "int" else tf.as_dtype(name)


def is_number(x):
    """A Python number, which takes the dtype of the tensor beside it."""
    return isinstance(x, (int, float))


def tensor(x, dtype=None):
    """A value as a tensor, of a dtype where one is given."""
    if tf.is_tensor(x):
        return x if dtype is None or x.dtype == dtype else cast_values(x, dtype)
    if dtype is not None and (dtype.is_bool or dtype.is_integer or isinstance(x, bool)):
        return tf.cast(tf.convert_to_tensor(x), dtype)
    return tf.convert_to_tensor(x, dtype=dtype)


def result_type(*values):
    """The dtype of an operation on tensors, dtypes and Python numbers.

    bool gives way to all, a Python number to the dtypes of its kind, integers to floats and floats to complex numbers.
    Results are never uint64 or complex128.
    """
    dtypes = []
    whole, real = False, False
    for v in values:
        if tf.is_tensor(v):
            dtypes.append(v.dtype)
        elif isinstance(v, bool):
            dtypes.append(tf.bool)
        elif isinstance(v, float):
            real = True
        elif isinstance(v, int):
            whole = True
        else:
            dtypes.append(tf.as_dtype(v))
    numbers = [d for d in dtypes if not d.is_bool]
    if any([d.is_complex for d in numbers]):
        return tf.complex64
    floats = [d for d in numbers if d.is_floating]
    if floats:
        names = [d.name for d in floats]
        if "bfloat16" in names and "float16" in names:
            names.append("float32")
        return tf.as_dtype(FLOATS[max([FLOATS.index(n) for n in names])])
    if real:
        return FLOATX
    if not numbers:
        return tf.int32 if whole else tf.bool
    if not all([d.is_integer for d in numbers]):
        return numbers[0]
    unsigned = max([0] + [d.size for d in numbers if d.is_unsigned])
    signed = max([0] + [d.size for d in numbers if not d.is_unsigned])
    if signed and unsigned == 8:
        return FLOATX
    if signed:
        return {1: tf.int8, 2: tf.int16, 4: tf.int32, 8: tf.int64}[max(signed, 2 * unsigned)]
    return {1: tf.uint8, 2: tf.uint16, 4: tf.uint32, 8: tf.uint32}[unsigned]


def operands(a, b, *more):
    """Two operands of one dtype, Python numbers in that of the other. more takes part in the choice of it."""
    a = a if is_number(a) else tensor(a)
    b = b if is_number(b) else tensor(b)
    dtype = result_type(a, b, *more)
    return tensor(a, dtype), tensor(b, dtype)


def strict_operands(a, b, *more):
    """Two operands of one dtype, where a Python number has its own: int32 or float32."""
    a, b = tensor(a), tensor(b)
    dtype = result_type(a, b, *more)
    return tensor(a, dtype), tensor(b, dtype)


def same_dtype(xs):
    """Tensors of one dtype."""
    xs = [x if is_number(x) else tensor(x) for x in xs]
    dtype = result_type(*xs)
    return [x if tf.is_tensor(x) and len({y.dtype.name for y in xs if tf.is_tensor(y)}) == 1 else tensor(x, dtype) for x in xs]


def floating(x):
    """A tensor of floats: what it is, or float32."""
    x = tensor(x)
    return tensor(x, result_type(x, 1.0))


def is_whole(x):
    """A tensor of integers or booleans."""
    return x.dtype.is_integer or x.dtype.is_bool


def float_of_whole(x):
    """A tensor of integers or booleans as float32, any other as it is."""
    x = tensor(x)
    return tf.cast(x, FLOATX) if is_whole(x) else x


def float_by_size(dtype):
    """A dtype, or the float that has room for its integers."""
    if dtype == tf.int64:
        return tf.float64
    return FLOATX if dtype.is_integer or dtype.is_bool else dtype


def summable(x):
    """A tensor in the dtype in which its elements are added up: small integers are widened."""
    x = tensor(x)
    return cast_values(x, summable_dtype(x.dtype))


def summable_dtype(dtype):
    if dtype in (tf.bool, tf.int8, tf.int16):
        return tf.int32
    return tf.uint32 if dtype in (tf.uint8, tf.uint16) else dtype


def axes(axis):
    """An option that is one axis or several, as a list; None for all."""
    return axis if axis is None or isinstance(axis, (list, tuple)) else [axis]


def shape_of(x):
    """The dimensions of a tensor, numbers where they are known and scalars elsewhere."""
    dynamic = tf.shape(x)
    return [dynamic[i] if n is None else n for i, n in enumerate(x.shape.as_list())]
