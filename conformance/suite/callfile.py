"""Calls of signatures as a text that readers in any language take apart with a split at the blanks.

    tags TAG,TAG
    skip READER REASON
    call KEY
    in KEY TENSOR DTYPE DIMS DATA
    out KEY TENSOR DTYPE DIMS DATA

KEY and TENSOR are hexadecimal UTF-8, DTYPE is a number of DataType, DIMS are joined with commas ("-" for a scalar). DATA is the
tensor's bytes in hexadecimal ("-" for none); of strings each element in hexadecimal after an x, joined with commas.
"""

import math

import ml_dtypes
import numpy as np

STRING = 7
OBJECT_GRAPH = "_CHECKPOINTABLE_OBJECT_GRAPH"

# numpy types by number of DataType; what a reader without TensorFlow can decode.
NUMPY = {
    1: np.float32, 2: np.float64, 3: np.int32, 4: np.uint8, 5: np.int16, 6: np.int8, 8: np.complex64, 9: np.int64,
    10: np.bool_, 14: ml_dtypes.bfloat16, 17: np.uint16, 18: np.complex128, 19: np.float16, 22: np.uint32, 23: np.uint64,
    24: ml_dtypes.float8_e5m2, 25: ml_dtypes.float8_e4m3fn, 29: ml_dtypes.int4, 30: ml_dtypes.uint4,
}
_NUMBERS = {np.dtype(t): n for n, t in NUMPY.items()}


def hexed(text):
    return text.encode().hex() or "-"


def unhexed(text):
    return "" if text == "-" else bytes.fromhex(text).decode()


def encode(array):
    """DTYPE DIMS DATA of an array."""
    array = np.asarray(array)
    if array.dtype.kind in "OSU":
        array = array.astype(object)
        data = ",".join("x" + (e if isinstance(e, bytes) else e.encode()).hex() for e in array.ravel())
        dtype = STRING
    else:
        data, dtype = np.ascontiguousarray(array).tobytes().hex(), _NUMBERS[array.dtype]
    return f"{dtype} {','.join(map(str, array.shape)) or '-'} {data or '-'}"


def decode(dtype, dims, data):
    shape = [] if dims == "-" else [int(d) for d in dims.split(",")]
    data = "" if data == "-" else data
    if int(dtype) == STRING:
        flat = [bytes.fromhex(e[1:]) for e in data.split(",")] if math.prod(shape) else []
        return np.array(flat, dtype=object).reshape(shape)
    return np.frombuffer(bytes.fromhex(data), NUMPY[int(dtype)]).reshape(shape).copy()


def write(path, saved, calls, skip):
    """calls are (signature key, inputs, outputs) in the order in which they were made on a fresh model.

    skip gives the reason why a reader can not load the model."""
    lines = [f"tags {','.join(saved.meta_graph.meta_info_def.tags)}"]
    lines += [f"skip {reader} {reason}" for reader, reason in skip.items()]
    for key, feeds, outputs in calls:
        signature = saved.meta_graph.signature_def[key]
        lines.append(f"call {hexed(key)}")
        for word, tensors, infos in (("in", feeds, signature.inputs), ("out", outputs, signature.outputs)):
            lines += [f"{word} {hexed(k)} {hexed(infos[k].name)} {encode(v)}" for k, v in sorted(tensors.items())]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")


def write_variables(path, tensors):
    """The tensors of a checkpoint, as what a call of "variables" gives."""
    lines = [f"call {hexed('variables')}"] + [f"out {hexed(k)} - {encode(v)}" for k, v in sorted(tensors.items())]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")


def read(text):
    """The calls of a file: [(signature key, {input: array}, {output: array})]."""
    calls = []
    for line in text.splitlines():
        word, key, *rest = line.split(" ")
        if word == "call":
            calls.append((unhexed(key), {}, {}))
        elif word in ("in", "out"):
            calls[-1][1 if word == "in" else 2][unhexed(key)] = decode(*rest[1:])
    return calls


def head(text):
    """(tags, {reader: reason}) of a file."""
    tags, skip = "", {}
    for line in text.splitlines():
        word, _, rest = line.partition(" ")
        if word == "tags":
            tags = rest
        elif word == "skip":
            reader, _, reason = rest.partition(" ")
            skip[reader] = reason
    return tags, skip


def results(text):
    """{model: ([(key, {}, outputs)], error or None)} of what a reader printed."""
    found = {}
    for part in text.split("\nmodel ")[1:]:
        name, _, rest = part.partition("\n")
        error = [line[6:] for line in rest.splitlines() if line.startswith("error ")]
        try:
            found[name] = read(rest), error[0] if error else None
        except ValueError as e:  # of an array whose bytes are not as many as its shape takes
            found[name] = [], str(e)
    return found


def show(key, outputs):
    """Prints the outputs of a call, as a reader does."""
    print(f"call {hexed(key)}")
    for name, value in outputs.items():
        print(f"out {hexed(name)} - {encode(value)}")
