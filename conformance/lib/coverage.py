"""Which public functions of TensorFlow the library has."""

import inspect

import tensorflow as tf

NAMESPACES = ("", "math", "nn", "linalg", "strings", "bitwise", "signal", "image", "random", "io", "sparse", "ragged",
              "sets", "quantization", "lookup", "debugging", "dtypes", "autodiff", "audio", "nest", "feature_column")


def resolve(name):
    """The object that TensorFlow has under a name below tf, or None."""
    value = tf
    for part in name.split("."):
        value = getattr(value, part, None)
        if value is None:
            return None
    return value


def functions(namespace):
    """Names of the public functions of a namespace; classes, modules and constants are not functions."""
    module = resolve(namespace) if namespace else tf
    return sorted(name for name in dir(module)
                  if not name.startswith("_") and callable(getattr(module, name))
                  and not inspect.isclass(getattr(module, name)) and not isinstance(getattr(module, name), tf.DType))


def table(exports, primitives, verbose):
    """Prints a line per namespace: how many of its functions there are, and with verbose which are missing."""
    print(f"{'namespace':<14}{'functions':>10}{'present':>9}{'share':>7}")
    for namespace in NAMESPACES:
        dotted = namespace + "." if namespace else ""
        names = functions(namespace)
        missing = [n for n in names if dotted + n not in exports and dotted + n not in primitives]
        have = len(names) - len(missing)
        print(f"{'tf.' + namespace:<14}{len(names):>10}{have:>9}{100 * have // max(1, len(names)):>6}%")
        if verbose and missing:
            print("    without: " + " ".join(missing))
