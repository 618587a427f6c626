"""Composite values of the library under CPython: what internal/trace/lib/README.md says about them.

A type is a Python class made on first use, named after the library functions exported below its name.
"""

import functools
import inspect

import tensorflow as tf
from tensorflow.python.util import nest
from tensorflow.python.ops.ragged.row_partition import RowPartition, _row_partition_factory_key

exports = {}  # public name below tf -> function; shared with overlay.py
properties = set()  # the exports that are properties
handlers = {}  # (type name, public name) -> (handler, whether it gets the function)
_types = {}  # type name -> class


class _Type(type):
    """The class of the type objects."""

    def __call__(cls, *args, **kwargs):
        return exports[cls.path + ".__new__"](*args, **kwargs)

    def __getattr__(cls, name):
        path = f"{cls.path}.{name}"
        found = type_object(path) or exports.get(path)
        if found is None:
            raise AttributeError(f"tf.{path} is not in the library")
        return found


class Composite(metaclass=_Type):
    """A value of any composite type."""

    path = None  # set by type_object

    def __getattr__(self, name):
        if name in self.components:
            return self.components[name]
        if name in self.static:
            return self.static[name]
        path = f"{self.path}.{name}"
        if path not in exports:
            raise AttributeError(f"tf.{self.path} has no attribute {name}")
        if path in properties:
            return exports[path](self)
        return functools.partial(exports[path], self)

    def __repr__(self):
        return f"tf.{self.path}({self.components or self.static})"

    __hash__ = object.__hash__


def composite(type_name, components, static):
    cls = type_object(type_name)
    if cls is None:
        raise ValueError(f"no library function is exported as {type_name}.__new__")
    value = object.__new__(cls)
    value.components, value.static = dict(components), dict(static)
    return value


def type_object(path):
    """The class for a type name or an alias of one, None when there is no such type."""
    new = exports.get(path + ".__new__")
    if new is None:
        return None
    # The first name under which the constructor was exported is the type's.
    name = next(n for n, f in exports.items() if f is new).removesuffix(".__new__")
    if name not in _types:
        methods = {n.rpartition(".")[2]: f for n, f in exports.items()
                   if n.startswith(name + ".__") and n.endswith("__") and n.rpartition(".")[2] not in _NOT_METHODS}
        _types[name] = _Type(name.rpartition(".")[2], (Composite,), {"path": name, **methods})
    return _types[name]


_NOT_METHODS = {"__new__", "__spec__", "__components__", "__compose__", "__tensor__"}


def is_tensor(x):
    """tf.is_tensor, which is true for the composites that are made of tensors."""
    if isinstance(x, Composite):
        return f"{x.path}.__spec__" in exports
    return tf.is_tensor(x)


def dispatch(type_name, *names, pass_function=False):
    """Registers a function that takes the place of public functions for arguments of a type."""

    def register(handler):
        handler = tf.autograph.experimental.do_not_convert(handler)
        for name in names:
            handlers[type_name, name] = handler, pass_function
        return handler

    return register


def dispatching(names, function):
    """function, made to ask the handlers of the types among its arguments first."""

    @functools.wraps(function)
    def call(*args, **kwargs):
        for value in _composites(list(args) + list(kwargs.values())):
            for name in names:
                if (value.path, name) in handlers:
                    handler, pass_function = handlers[value.path, name]
                    return handler(call, *args, **kwargs) if pass_function else handler(*args, **kwargs)
        return function(*args, **kwargs)

    call.__signature__ = inspect.signature(function)
    return call


def _composites(values):
    for value in values:
        if isinstance(value, Composite):
            yield value
        elif isinstance(value, (list, tuple)):
            yield from (item for item in value if isinstance(item, Composite))


def _parts(value):
    """value with the tensors of a composite, as a tuple, in its place."""
    if not isinstance(value, Composite):
        return value
    return tuple(t for t in tf.nest.flatten(list(value.components.values())) if t is not None)


def _pack(structure):
    return tf.nest.map_structure(_parts, structure)


def _specs(structure):
    return tf.nest.map_structure(
        lambda x: exports[x.path + ".__spec__"](x) if isinstance(x, Composite) else None, structure)


def _common(a, b):
    merge = a and exports.get(a.path + ".__common__")
    return merge(a, b) if merge else a


def _unpack(specs, packed):
    """packed, which _pack made, with composites of the types that specs has in their places."""
    flat = tf.nest.flatten(specs)
    values = nest.flatten_up_to(specs, packed, check_types=False)
    return tf.nest.pack_sequence_as(
        specs, [exports[s.path + ".__compose__"](s, list(v)) if s else v for s, v in zip(flat, values)])


def branching(function, merge=False):
    """tf.cond, tf.case or tf.switch_case with composites as results of the functions among its arguments."""

    @functools.wraps(function)
    def call(*args, **kwargs):
        results = []

        def wrap(value):
            if not callable(value):
                return value

            def branch():
                results.append(value())
                return _pack(results[-1])

            return branch

        args, kwargs = tf.nest.map_structure(wrap, (list(args), kwargs))
        packed = function(*args, **kwargs)
        if not any(isinstance(x, Composite) for x in tf.nest.flatten(results)):
            return packed
        specs = _specs(results[0])
        if merge:
            specs = tf.nest.map_structure(_common, specs, _specs(results[1]))
        return _unpack(specs, packed)

    return call


def looping(function):
    """tf.while_loop with composites among its variables."""

    @functools.wraps(function)
    def call(cond, body, loop_vars, shape_invariants=None, *args, **kwargs):
        if not any(isinstance(x, Composite) for x in tf.nest.flatten(loop_vars)):
            return function(cond, body, loop_vars, shape_invariants, *args, **kwargs)
        many = isinstance(loop_vars, (list, tuple)) and len(loop_vars) > 1
        after = list(loop_vars)

        def wrap(f, keep):
            def wrapped(*values):
                result = f(*_unpack(_specs(list(loop_vars)), list(values)))
                if keep:
                    after[:] = result if many or isinstance(result, (list, tuple)) else [result]
                    result = _pack(type(loop_vars)(after))
                return result

            return wrapped

        if shape_invariants is not None:
            shape_invariants = tf.nest.map_structure(_invariant, list(loop_vars), list(shape_invariants))
            shape_invariants = type(loop_vars)(shape_invariants)
        packed = function(wrap(cond, False), wrap(body, True), _pack(loop_vars), shape_invariants, *args, **kwargs)
        return _unpack(_specs(type(loop_vars)(after)), packed if many else [packed])

    return call


def _invariant(variable, shape):
    """The shape invariants for the tensors of a composite."""
    if not isinstance(variable, Composite):
        return shape
    if isinstance(shape, Composite):
        return tuple(s.shape for s in exports[shape.path + ".__components__"](shape))
    parts = _parts(variable)
    return (shape,) if len(parts) == 1 else tuple(t.shape for t in parts)


def to_real(value):
    """A result with TensorFlow's own composites in place of ours. Adds no nodes to the graph."""
    if isinstance(value, dict):
        return type(value)((k, to_real(v)) for k, v in value.items())
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*map(to_real, value))
    if isinstance(value, (list, tuple)):
        return type(value)(map(to_real, value))
    if not isinstance(value, Composite):
        return value
    c = value.components
    if value.path == "RaggedTensor":
        ragged = c["flat_values"]
        for partition in reversed(value.static["row_partitions"]):
            ragged = tf.RaggedTensor(ragged, RowPartition(**partition, internal=_row_partition_factory_key), internal=True)
        return ragged
    if value.path == "SparseTensor":
        return tf.SparseTensor(c["indices"], c["values"], c["dense_shape"])
    if value.path == "TensorArray":
        return c["flow"]
    if value.path == "IndexedSlices":
        return tf.IndexedSlices(c["values"], c["indices"], c["dense_shape"])
    raise TypeError(f"a body may not return a {value.path}")


def _convert(value, dtype=None, name=None, as_ref=False):
    convert = exports.get(f"{value.path}.__tensor__")
    if convert is None:
        raise TypeError(f"a {value.path} does not convert to a tensor")
    return convert(value, dtype, name)


tf.register_tensor_conversion_function(Composite, _convert)
