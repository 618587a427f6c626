"""The module `tfsave` under CPython: the tf.* library over the real tf.raw_ops.

Library files import `export` and `tf` from it. Here `tf` finds the library's own functions first and then only
what the evaluator implements in Go; anything else is an AttributeError, so a file cannot lean on TensorFlow by accident.
"""

import ast
import collections
import importlib.util
import inspect
import math
import pathlib
import sys
import types

import tensorflow as tf
from tensorflow.python.framework import ops, tensor_util
from tensorflow.python.ops.resource_variable_ops import BaseResourceVariable

import composite

LIBRARY = pathlib.Path(__file__).resolve().parents[2] / "internal" / "trace" / "lib"

# What the evaluator implements itself, by its name below tf.
PRIMITIVES = set("""
    convert_to_tensor constant get_static_value name_scope control_dependencies device is_tensor executing_eagerly
    as_dtype dtypes.as_dtype DType dtypes.DType TensorShape Tensor Variable RaggedTensor SparseTensor sparse.SparseTensor
    IndexedSlices TensorSpec RaggedTensorSpec SparseTensorSpec newaxis
    cond switch_case while_loop map_fn scan foldl foldr function custom_gradient GradientTape UnconnectedGradients
    nest.flatten nest.pack_sequence_as nest.map_structure nest.assert_same_structure nest.is_nested
""".split())

# The primitives through which composites go.
_CROSSING = {
    "while_loop": composite.looping,
    "cond": lambda f: composite.branching(f, merge=True),
    "case": composite.branching,
    "switch_case": composite.branching,
}

# What a library file may use of Python's builtins.
BUILTINS = set("""
    len range enumerate zip min max sum abs sorted reversed any all isinstance int float bool str complex bytes list dict
    tuple set map filter slice iter type callable getattr hasattr repr round divmod None True False Ellipsis
    ValueError TypeError NotImplementedError KeyError LookupError
""".split())

exports = composite.exports  # public name below tf -> function
origin = {}  # public name below tf -> file stem
problems = []  # files that did not load, or leave the subset


def export(*names, property=False):
    def register(function):
        # AutoGraph never rewrites TensorFlow's own functions, so it must not rewrite these.
        function = composite.dispatching(names, tf.autograph.experimental.do_not_convert(function))
        if property:
            composite.properties.update(names)
        for name in names:
            if name in exports:
                problems.append(f"{_loading}.py: {name} is exported by {origin[name]}.py too")
            exports[name] = function
            origin[name] = _loading
        return function

    return register


def _static_value(tensor):
    value = tensor_util.constant_value(tensor) if tf.is_tensor(tensor) else tensor
    return value.tolist() if hasattr(value, "tolist") else value


_pymath = types.SimpleNamespace(**{
    name: getattr(math, name)
    for name in "sqrt log exp pow sin cos pi inf nan ceil floor isnan".split()
})

_internal = {
    "internal.static_value": _static_value,
    "internal.constant_value_as_shape": tensor_util.constant_value_as_shape,
    "internal.namedtuple": collections.namedtuple,
    "internal.pymath": _pymath,
    "internal.composite": composite.composite,
    "internal.colocate_with": ops.colocate_with,
    "is_tensor": composite.is_tensor,
}


def _real(path):
    value = tf
    for part in path.split("."):
        value = getattr(value, part)
    return value


class _ClassProxy(type):
    """A primitive class whose constructors are library functions: isinstance asks the real class."""

    def __instancecheck__(cls, value):
        return isinstance(value, cls.real)

    def __call__(cls, *args, **kwargs):
        return cls.real(*args, **kwargs)

    def __getattr__(cls, name):
        path = f"{cls.path}.{name}"
        if path in exports:
            return exports[path]
        return getattr(cls.real, name)


class Namespace:
    """tf, or a namespace below it."""

    def __init__(self, path=""):
        self._path = path

    def __getattr__(self, name):
        path = f"{self._path}.{name}" if self._path else name
        value = self._find(path, name)
        setattr(self, name, value)
        return value

    def _find(self, path, name):
        if path + ".__new__" in exports:
            return composite.type_object(path)
        if path in exports:
            return exports[path]
        if path in _internal:
            return _internal[path]
        inner = any(known.startswith(path + ".") for known in exports)
        if path in PRIMITIVES:
            real = _real(path)
            if inner:
                return _ClassProxy(name, (), {"real": real, "path": path})
            if inspect.isclass(real) or not callable(real):
                return real
            return composite.dispatching((path,), _CROSSING.get(path, lambda f: f)(real))
        if self._path == "raw_ops":
            return _real(path)
        if self._path in ("", "dtypes") and isinstance(getattr(_real("dtypes"), name, getattr(tf, name, None)), tf.DType):
            return _real(path)
        if inner or path == "raw_ops" or any(known.startswith(path + ".") for known in PRIMITIVES | _internal.keys()):
            return Namespace(path)
        raise AttributeError(f"tf.{path} is not in the library")


overlay = Namespace()


class _AutographModule(types.ModuleType):
    """The overlay for bodies that AutoGraph rewrites.

    Its loops take only TensorFlow's own TensorArray, and it knows its directives by their identity in a module.
    """

    TensorArray = tf.TensorArray
    autograph = tf.autograph

    def __getattr__(self, name):
        return getattr(overlay, name)


for_autograph = _AutographModule("tf")


def load():
    """Loads every library file; what is wrong with one is added to problems."""
    global _loading
    module = types.ModuleType("tfsave")
    module.export, module.dispatch, module.tf = export, composite.dispatch, overlay
    sys.modules["tfsave"] = module
    for file in sorted(LIBRARY.glob("*.py")):
        _loading = file.stem
        try:
            _check_subset(file)
            spec = importlib.util.spec_from_file_location("tfsave_lib_" + file.stem, file)
            spec.loader.exec_module(importlib.util.module_from_spec(spec))
        except Exception as e:  # someone may be half-way through an edit: the other files still count
            problems.append(f"{file.name}: {e!r}")


_REFUSED = (ast.Try, ast.ClassDef, ast.Global, ast.Nonlocal, ast.Yield, ast.YieldFrom, ast.Await, ast.AsyncFunctionDef)


def _check_subset(file):
    """Reports what the evaluator's Python does not have."""
    tree = ast.parse(file.read_text(), file.name)
    where = lambda node: f"{file.name}:{node.lineno}"
    top = set(BUILTINS) | {"dispatch", "export", "tf"}
    for i, node in enumerate(tree.body):
        if i == 0 and isinstance(node, ast.Expr):
            continue
        if isinstance(node, ast.ImportFrom) and node.module == "tfsave":
            continue
        if isinstance(node, ast.FunctionDef):
            top.add(node.name)
        elif isinstance(node, ast.Assign) and all(isinstance(t, ast.Name) for t in node.targets):
            top.update(t.id for t in node.targets)
        else:
            problems.append(f"{where(node)}: {type(node).__name__} at top level")
    for node in ast.walk(tree):
        if isinstance(node, _REFUSED):
            problems.append(f"{where(node)}: {type(node).__name__} is not in the subset")
        if isinstance(node, (ast.Import, ast.ImportFrom)) and node not in tree.body:
            problems.append(f"{where(node)}: import inside a function")
        if isinstance(node, ast.Attribute) and node.attr.startswith("_"):
            problems.append(f"{where(node)}: private attribute {node.attr}")
    for function in tree.body:
        if not isinstance(function, ast.FunctionDef):
            continue
        local, used = set(), []
        for n in ast.walk(function):
            if isinstance(n, ast.arg):
                local.add(n.arg)
            elif isinstance(n, ast.FunctionDef):
                local.add(n.name)
            elif isinstance(n, ast.Name):
                used.append(n)
                if isinstance(n.ctx, ast.Store):
                    local.add(n.id)
        known = local | top
        for n in used:
            if n.id not in known:
                problems.append(f"{where(n)}: {n.id} is neither defined here nor a builtin of the subset")


# Which library function stands behind a tensor's operator.
_OPERATORS = {
    "__add__": "add", "__radd__": "radd", "__sub__": "sub", "__rsub__": "rsub", "__mul__": "mul", "__rmul__": "rmul",
    "__truediv__": "truediv", "__rtruediv__": "rtruediv", "__floordiv__": "floordiv", "__rfloordiv__": "rfloordiv",
    "__mod__": "mod", "__rmod__": "rmod", "__pow__": "pow", "__rpow__": "rpow", "__matmul__": "matmul",
    "__rmatmul__": "rmatmul", "__and__": "and_", "__rand__": "rand", "__or__": "or_", "__ror__": "ror", "__xor__": "xor",
    "__rxor__": "rxor", "__eq__": "eq", "__ne__": "ne", "__lt__": "lt", "__le__": "le", "__gt__": "gt", "__ge__": "ge",
    "__neg__": "neg", "__invert__": "invert", "__abs__": "abs", "__getitem__": "getitem",
}


class operators:
    """While entered, tensors' operators are the library's."""

    def __enter__(self):
        self.saved = {}
        for dunder, name in _OPERATORS.items():
            function = exports.get("internal.operators." + name)
            if function is not None:
                self.saved[dunder] = getattr(tf.Tensor, dunder)
                setattr(tf.Tensor, dunder, _forwarder(function, self.saved[dunder]))

    def __exit__(self, *_):
        for dunder, function in self.saved.items():
            setattr(tf.Tensor, dunder, function)


def _forwarder(function, real):
    def forward(self, *args):
        if any(isinstance(a, composite.Composite) for a in args):
            return NotImplemented
        # Eager tensors, and operands of other types, are TensorFlow's business.
        if tf.inside_function() and not any(isinstance(a, (tf.RaggedTensor, BaseResourceVariable)) for a in args):
            return function(self, *args)
        return real(self, *args)

    return forward


def describe(function):
    return inspect.signature(inspect.unwrap(function))
