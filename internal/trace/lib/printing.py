"""tf.print."""

from tfsave import export, tf

# What makes the placeholder of a tensor different from the text around it: the digits that TensorFlow 2.21 appends.
_DIGITS = "945"


def _text(value, placeholder):
    """A printed value as Python shows it, with the placeholder for each tensor."""
    if isinstance(value, tf.SparseTensor):
        return f"'SparseTensor(indices={placeholder}, values={placeholder}, shape={placeholder})'"
    if tf.is_tensor(value):
        return placeholder
    if isinstance(value, list):
        return "[" + ", ".join([_text(v, placeholder) for v in value]) + "]"
    if isinstance(value, tuple):
        return "(" + ", ".join([_text(v, placeholder) for v in value]) + (",)" if len(value) == 1 else ")")
    if isinstance(value, dict):
        return "{" + ", ".join([f"{key!r}: {_text(value[key], placeholder)}" for key in sorted(value)]) + "}"
    return repr(value)


def _tensors(x):
    return (x.indices, x.values, x.dense_shape) if isinstance(x, tf.SparseTensor) else (x,)


@export("print")
def print_(*inputs, **kwargs):
    """Prints tensors and Python values when it runs; keywords output_stream="file://…", summarize, sep, end, name."""
    unknown = [key for key in kwargs if key not in ("output_stream", "name", "summarize", "sep", "end")]
    if unknown:
        raise ValueError(f"print takes the keywords output_stream, name, summarize, sep and end, got {unknown[0]}")
    stream = kwargs.get("output_stream", "stderr")
    if not isinstance(stream, str) or (stream != "stderr" and not stream.startswith("file://")):
        raise ValueError(f"output_stream is file:// and a path, got {stream!r}")
    name = kwargs.get("name")
    first = inputs[0] if len(inputs) == 1 else None
    if isinstance(first, tf.Tensor) and first.dtype == tf.string and first.shape.rank == 0:
        line = first
    else:
        plain = " ".join([_text(x, "''") for x in inputs])
        placeholder = "{}"
        for digit in _DIGITS:
            if placeholder in plain:
                placeholder += digit
        parts = [x if isinstance(x, str) else _text(x, placeholder) for x in inputs]
        line = tf.strings.format(
            kwargs.get("sep", " ").join(parts),
            [t for x in tf.nest.flatten(list(inputs)) if tf.is_tensor(x) for t in _tensors(x)],
            placeholder=placeholder,
            summarize=kwargs.get("summarize", 3),
            name=name + "_format" if name else None,
        )
    return tf.raw_ops.PrintV2(input=line, output_stream=stream, name=name, end=kwargs.get("end", "\n"))
