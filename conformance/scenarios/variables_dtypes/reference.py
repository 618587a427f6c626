import tensorflow as tf

_VALUES = {
    "float16": [1.5, -2, float("inf")],
    "bfloat16": [1.5, -2, float("nan")],
    "float32": [1.5, -2.25, float("-inf")],
    "float64": [1.5, 0.1, 1e-300],
    "int8": [-128, 127],
    "int16": [-32768, 32767],
    "int32": [-2147483648, 2147483647],
    "int64": [-9223372036854775808, 9223372036854775807],
    "uint8": [0, 255],
    "uint16": [0, 65535],
    "uint32": [0, 4294967295],
    "uint64": [0, 18446744073709551615],
    "bool": [True, False, True],
    "string": ["word", "", "naïve"],
    "complex64": [1 + 2j, complex("-1.5j"), 3],
    "complex128": [0.1 - 2j, 1, 1e-300j],
}


def build():
    model = tf.Module()
    for dtype, value in _VALUES.items():
        setattr(model, f"v_{dtype}", tf.Variable(value, dtype=dtype, name=f"v_{dtype}"))
    return model
