"""Nodes of one op each, as plain data, and what TensorFlow infers for them.

A node is a dict:
    op      the op's name
    attrs   name -> value, by the attribute's type: number, bool, str, dtype number, dims
            (None: unknown rank; -1: unknown dimension), {"dtype", "dims", "values"} for a
            tensor, the name of a function, or a list of these
    inputs  for each input a dict:
        dtype   number of the dtype
        dims    dims of the placeholder, unless it has one of:
        const   the values of a Const node, nested in no list, with its dims in `dims`
        partial the elements of an int vector of which the -1 are not known
        handle  what is behind a resource or variant: [[dtype, dims]] of a variable's or list's
                value, or of the keys and the values of a table

internal/op reads the same data in shapes.go.
"""

import faulthandler
import os
import pathlib
import resource
import signal
import traceback

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402
from tensorflow.core.framework import attr_value_pb2, op_def_pb2  # noqa: E402
from tensorflow.python.ops import handle_data_util  # noqa: E402

ROOT = pathlib.Path(__file__).parents[2]
# TensorFlow accepts a few nodes with dimensions below -1, which no shape can have.
NONSENSE = "TensorFlow infers what is no shape"

REFUSALS = (ValueError, TypeError, NotImplementedError, tf.errors.OpError)

RESOURCE, VARIANT = tf.resource.as_datatype_enum, tf.variant.as_datatype_enum
STRING, INT32, INT64 = (t.as_datatype_enum for t in (tf.string, tf.int32, tf.int64))


def load_ops() -> dict[str, op_def_pb2.OpDef]:
    data = (ROOT / "internal" / "op" / "registry.pb").read_bytes()
    return {op.name: op for op in op_def_pb2.OpList.FromString(data).op}


def shape_proto(dims):
    return tf.TensorShape(dims and [None if d < 0 else d for d in dims]).as_proto()


def tensor_proto(value):
    dtype = tf.as_dtype(value["dtype"])
    return tf.make_tensor_proto(value["values"], dtype, value["dims"])


def attr_proto(kind: str, value) -> attr_value_pb2.AttrValue:
    out = attr_value_pb2.AttrValue()
    elem = kind.removeprefix("list(").removesuffix(")")
    field = {"int": "i", "float": "f", "bool": "b", "string": "s", "type": "type",
             "shape": "shape", "tensor": "tensor", "func": "func"}[elem]
    convert = {
        "string": str.encode,
        "shape": shape_proto,
        "tensor": tensor_proto,
        "func": lambda name: attr_value_pb2.NameAttrList(name=name),
    }.get(elem, lambda v: v)
    if elem != kind:
        out.list.SetInParent()
        getattr(out.list, field).extend(convert(v) for v in value)
    elif elem in ("shape", "tensor", "func"):
        getattr(out, field).CopyFrom(convert(value))
    else:
        setattr(out, field, convert(value))
    return out


def input_types(op_def, attrs) -> list[int]:
    """The dtype numbers of the inputs of a node, lists spread out."""
    return arg_types(op_def.input_arg, attrs)


def arg_types(args, attrs) -> list[int]:
    types = []
    for arg in args:
        if arg.type_list_attr:
            types += attrs[arg.type_list_attr]
            continue
        dtype = attrs[arg.type_attr] if arg.type_attr else arg.type
        types += [dtype + (100 if arg.is_ref else 0)] * (attrs[arg.number_attr] if arg.number_attr else 1)
    return types


class Reference:
    """Asks TensorFlow, by creating nodes in a graph of its own."""

    def __init__(self):
        self.graph = tf.Graph()
        self.sources = {}

    def infer(self, op_def, node):
        """The outputs as (dims, handle data) pairs, or the error's text."""
        signal.alarm(10)  # a hang is taken for a crash
        try:
            made = self.make(op_def, node)
        except REFUSALS as error:
            return None, str(error)
        except IndexError:
            # A C++ exception passed through TensorFlow, which leaves the graph locked for ever.
            os.abort()
        try:
            return [output(t) for t in made.outputs], None
        except ValueError as error:
            return None, f"{NONSENSE}: {error}"

    def create(self, op_def, node):
        """The operation, None for a refusal."""
        try:
            return self.make(op_def, node)
        except REFUSALS:
            return None

    def make(self, op_def, node):
        kinds = {a.name: a.type for a in op_def.attr}
        attrs = {name: attr_proto(kinds[name], v) for name, v in node["attrs"].items()}
        with self.graph.as_default():
            inputs = [self.source(i, given) for i, given in enumerate(node["inputs"])]
            # A node's name, unlike an op's, does not start with _.
            return self.graph._create_op_internal(op_def.name, inputs, attrs=attrs, name="node")

    def source(self, i, given):
        # No two inputs of a node are the same tensor: inference would know that unknown dimensions are equal.
        key = repr((i, given))
        if key not in self.sources:
            self.sources[key] = self.make_source(given)
        return self.sources[key]

    def make_source(self, given):
        dtype = tf.as_dtype(given["dtype"])
        if "const" in given:
            return tf.constant(np.array(given["const"], dtype.as_numpy_dtype).reshape(given["dims"]), dtype)
        if "partial" in given:
            unknown = tf.raw_ops.Placeholder(dtype=dtype, shape=[])
            parts = [unknown if v < 0 else tf.constant(v, dtype) for v in given["partial"]]
            return tf.raw_ops.Pack(values=parts, axis=0)
        if "handle" in given:
            return self.handle(dtype, [(tf.as_dtype(t), tf.TensorShape(shape_proto(d))) for t, d in given["handle"]])
        if dtype._is_ref_dtype:
            return tf.raw_ops.VariableV2(dtype=dtype.base_dtype, shape=tf.TensorShape(shape_proto(given["dims"])))
        return tf.raw_ops.Placeholder(dtype=dtype, shape=tf.TensorShape(shape_proto(given["dims"])))

    def handle(self, dtype, behind):
        elem, shape = behind[-1]
        if len(behind) == 2:
            return tf.raw_ops.MutableHashTableOfTensorsV2(key_dtype=behind[0][0], value_dtype=elem, value_shape=shape)
        if dtype == tf.resource:
            return tf.raw_ops.VarHandleOp(dtype=elem, shape=shape)
        if shape.rank is None:
            dims = tf.constant(-1)
        else:
            dims = tf.constant([-1 if d is None else d for d in shape], tf.int32)
        return tf.raw_ops.TensorListReserve(element_shape=dims, num_elements=3, element_dtype=elem)


def output(t):
    dims = None if t.shape.rank is None else [-1 if d is None else d for d in t.shape]
    handle = []
    if t.dtype in (tf.resource, tf.variant):
        data = handle_data_util.get_resource_handle_data(t)
        if data.is_set:
            for part in data.shape_and_type:
                part_shape = None if part.shape.unknown_rank else [d.size for d in part.shape.dim]
                handle.append([part.dtype, part_shape])
    return dims, handle


def forked(task) -> list[str]:
    """The lines that a task printed to its argument in a child process, until its end or crash."""
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        faulthandler.disable()
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        status = 1
        try:
            with os.fdopen(write, "w") as out:
                task(out)
            status = 0
        except BaseException:
            failure = traceback.format_exc()
            os.write(1, failure.encode())
        finally:
            os._exit(status)
    os.close(write)
    with os.fdopen(read) as lines:
        # A crash may leave half a line.
        got = [line for line in lines if line.endswith("\n")]
    _, status = os.waitpid(child, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise SystemExit("the drawing process failed")
    return got
