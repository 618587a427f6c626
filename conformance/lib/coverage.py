"""The public names of TensorFlow, and which of its functions the library has.

    python coverage.py --write      # internal/trace/genapi/names.txt, of which docs/tf-api.md is made
"""

import inspect
import pathlib
import sys
import types

import tensorflow as tf

NAMES = pathlib.Path(__file__).resolve().parents[2] / "internal" / "trace" / "genapi" / "names.txt"
HEADER = f"""\
# The public functions and classes of TensorFlow {tf.__version__}, as conformance/lib/coverage.py --write lists them; of modules
# whose functions no body can use, only the module.
"""
# Modules of which only the name is listed.
CLOSED = set("""
    compat config data distribute errors estimator experimental feature_column initializers keras lite losses metrics mlir
    optimizers profiler queue raw_ops saved_model summary sysconfig test tpu train types
""".split())


def resolve(name):
    """The object that TensorFlow has under a name below tf, or None."""
    value = tf
    for part in name.split("."):
        value = getattr(value, part, None)
        if value is None:
            return None
    return value


def public(module=tf, prefix=""):
    """Yields (kind, name below tf, value) of functions, classes and closed modules, in the order of names."""
    for name in sorted(dir(module)):
        value, path = getattr(module, name), prefix + name
        if name.startswith("_"):
            continue
        if isinstance(value, types.ModuleType):
            if not prefix and name in CLOSED:
                yield "module", path, value
            elif value.__name__.startswith("tensorflow._api.v2."):  # others are there by accident
                yield from public(value, path + ".")
        elif inspect.isclass(value):
            yield "class", path, value
        elif callable(value) and not isinstance(value, tf.DType):
            yield "function", path, value


def arguments(function):
    """The arguments of a function with their defaults, as one writes them."""
    parameters = [p.replace(annotation=p.empty) for p in inspect.signature(function).parameters.values()]
    return str(inspect.Signature([p.replace(default=Shown(p.default)) if p.default is not p.empty else p for p in parameters]))


class Shown:
    """A default value, whose repr is what one writes."""

    def __init__(self, value):
        self.value = value

    def __repr__(self):
        if self.value is None or isinstance(self.value, (bool, int, float, str, tuple, list)):
            return repr(self.value)
        if isinstance(self.value, tf.DType):
            return "tf." + self.value.name
        return getattr(self.value, "__name__", "...")


def names():
    """The text of names.txt."""
    lines = [f"{kind} {name}{arguments(value) if kind == 'function' else ''}\n" for kind, name, value in public()]
    return HEADER + "".join(lines)


if __name__ == "__main__":
    if sys.argv[1:] != ["--write"]:
        sys.exit(__doc__)
    NAMES.write_text(names())
