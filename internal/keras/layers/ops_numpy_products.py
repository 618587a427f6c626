"""keras.ops: products of matrices and tensors (keras/src/ops/numpy.py, Keras 3.15)."""

from ops_numpy_arrays import numpy_Moveaxis
from ops_types import FLOATX, float_by_size, result_type, shape_of, strict_operands, tensor
from sparse import is_sparse, sparse_matmul
from tfsave import tf


def numpy_Matmul(x1, x2):
    a, b = tensor(x1), tensor(x2)
    first, second = a.shape.rank, b.shape.rank
    sparse = is_sparse(a) or is_sparse(b)
    if a.dtype == tf.int8 and b.dtype == tf.int8 and first != 1 and second != 1 and not sparse:
        return tf.matmul(a, b, output_type=tf.int32)
    to = result_type(a, b)
    compute = result_type(a, b, 1.0)
    a, b = tensor(a, compute), tensor(b, compute)
    if sparse:
        result = sparse_matmul(a, b)
    elif second == 1:
        result = tf.tensordot(a, b, axes=1)
    elif first == 1:
        result = tf.tensordot(a, b, axes=[[0], [-2]])
    elif second == 2 and first > 2:
        result = tf.tensordot(a, b, axes=[[-1], [0]])
    else:
        result = tf.matmul(a, b)
    return tensor(result, to)


def numpy_Dot(x1, x2):
    a, b = tensor(x1), tensor(x2)
    to = result_type(a, b)
    compute = result_type(to, 1.0)
    a, b = tensor(a, compute), tensor(b, compute)
    if a.shape.rank == 0 or b.shape.rank == 0:
        result = a * b
    elif b.shape.rank == 1:
        result = tf.tensordot(a, b, axes=[[-1], [-1]])
    else:
        result = tf.tensordot(a, b, axes=[[-1], [-2]])
    return tensor(result, to)


def numpy_Inner(x1, x2):
    a, b = tensor(x1), tensor(x2)
    to = result_type(a, b)
    compute = result_type(to, 1.0)
    a, b = tensor(a, compute), tensor(b, compute)
    scalar = a.shape.rank == 0 or b.shape.rank == 0
    return tensor(a * b if scalar else tf.tensordot(a, b, axes=[[-1], [-1]]), to)


def numpy_Vdot(x1, x2):
    return numpy_Dot(tf.reshape(tensor(x1), [-1]), tf.reshape(tensor(x2), [-1]))


def numpy_Outer(x1, x2):
    a, b = strict_operands(x1, x2)
    return tf.reshape(a, [-1, 1]) * tf.reshape(b, [-1])


TENSORDOT_DTYPES = ("int32", "int64", "float16", "float32", "float64", "bfloat16", "complex64")


def numpy_Tensordot(x1, x2, axes=2):
    a, b = tensor(x1), tensor(x2)
    to = result_type(a, b)
    compute = to if to.name in TENSORDOT_DTYPES else result_type(to, 1.0)
    return tensor(tf.tensordot(tensor(a, compute), tensor(b, compute), axes=axes), to)


def numpy_Einsum(*operands, subscripts):
    xs = [tensor(x) for x in operands]
    small = all([x.dtype == tf.int8 for x in xs])
    to = tf.int32 if small else result_type(*xs)
    compute = FLOATX if to.is_integer else to
    return tensor(tf.einsum(subscripts, *[tensor(x, compute) for x in xs]), to)


def numpy_Kron(x1, x2):
    a, b = strict_operands(x1, x2)
    for _ in range(b.shape.rank - a.shape.rank):
        a = tf.expand_dims(a, 0)
    for _ in range(a.shape.rank - b.shape.rank):
        b = tf.expand_dims(b, 0)
    sizes = list(zip(shape_of(a), shape_of(b)))
    left = tf.reshape(a, [n for m, _ in sizes for n in (m, 1)])
    right = tf.reshape(b, [n for _, m in sizes for n in (1, m)])
    return tf.reshape(left * right, [m * n for m, n in sizes])


def numpy_Cross(x1, x2, axisa=-1, axisb=-1, axisc=-1, axis=None):
    if axis is not None:
        axisa = axisb = axisc = axis
    a, b = strict_operands(x1, x2)
    a, b = numpy_Moveaxis(a, axisa, -1), numpy_Moveaxis(b, axisb, -1)
    flat = a.shape[-1] == 2 and b.shape[-1] == 2
    a, b = in_space(a), in_space(b)
    shape = tf.broadcast_dynamic_shape(tf.shape(a), tf.shape(b))
    static = tf.broadcast_static_shape(a.shape, b.shape)
    a, b = tf.broadcast_to(a, shape), tf.broadcast_to(b, shape)
    a.set_shape(static)
    b.set_shape(static)
    result = tf.linalg.cross(a, b)
    return result[..., 2] if flat else numpy_Moveaxis(result, -1, axisc)


def in_space(x):
    """Vectors of two or three dimensions as such of three."""
    if x.shape[-1] is None:
        raise ValueError(f"cross needs to know the last dimension of {x.shape}")
    return tf.pad(x, [[0, 0]] * (x.shape.rank - 1) + [[0, 1]]) if x.shape[-1] == 2 else x


def numpy_Corrcoef(x):
    x = tensor(x)
    x = x if x.dtype == tf.int64 else tensor(x, float_by_size(x.dtype))
    centered = x - tf.reduce_mean(x, axis=-1, keepdims=True)
    covariance = tf.matmul(centered, centered, adjoint_b=True) / (tf.cast(tf.shape(x)[-1], x.dtype) - 1)
    deviation = tf.sqrt(tf.linalg.diag_part(covariance))
    return tf.clip_by_value(covariance / tf.tensordot(deviation, deviation, axes=0), -1.0, 1.0)


def numpy_Correlate(x1, x2, mode="valid"):
    a, b = strict_operands(x1, x2)
    dtype = tf.float64 if a.dtype == tf.int64 else a.dtype if a.dtype in (tf.bfloat16, tf.float16, tf.float64) else tf.float32
    a, b = tensor(a, dtype), tensor(b, dtype)
    n, m = shape_of(a)[0], shape_of(b)[0]
    if mode != "valid":
        a = tf.pad(a, [[m - 1, m - 1]])
    result = tf.nn.conv1d(tf.reshape(a, [1, -1, 1]), tf.reshape(b, [-1, 1, 1]), stride=1, padding="VALID")
    result = tf.squeeze(result, axis=[0, 2])
    if mode != "same":
        return result
    size = max(n, m) if isinstance(n, int) and isinstance(m, int) else tf.maximum(n, m)
    return tf.slice(result, [(n + m - 1 - size) // 2], [size])


def numpy_Slogdet(x):
    sign, logarithm = tf.linalg.slogdet(tensor(x))
    return sign, logarithm
