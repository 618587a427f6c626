"""Calls signatures and restored functions of two loaded models with the same inputs; gradients through them."""

import tensorflow as tf

from suite.draw import Draw
from suite.numbers import differ
from suite.saved import attribute, dotted


class Outcome:
    """What a call gave: a structure, or the error."""

    def __init__(self, call):
        self.value = self.error = None
        try:
            self.value = call()
        except Exception as e:  # whatever TensorFlow raises, ours must raise too
            self.error = e

    def compare(self, other, rtol, atol):
        """Differences of ours (self) from TensorFlow's."""
        if self.error or other.error:
            if type(self.error) is type(other.error):
                return []
            return [f"{_brief(self.error)}, TensorFlow's {_brief(other.error)}"]
        try:
            tf.nest.assert_same_structure(self.value, other.value, expand_composites=True)
        except (TypeError, ValueError) as e:
            return [f"another structure: {' '.join(str(e).split())[:300]}"]
        lines = []
        for i, (a, b) in enumerate(zip(*(tf.nest.flatten(v, expand_composites=True) for v in (self.value, other.value)))):
            if tf.is_tensor(a) and a.dtype == tf.resource:
                continue
            a, b = (v.numpy() if tf.is_tensor(v) or isinstance(v, tf.Variable) else v for v in (a, b))
            if a is None or isinstance(a, tf.IndexedSlices):
                continue
            difference = differ(a, b, rtol, atol)
            if difference:
                lines.append(f"output {i} is {difference}")
        return lines


def _brief(error):
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}" if error else "no error"


class Calls:
    """All calls of one scenario."""

    def __init__(self, scenario, ours, theirs, root, reference):
        self.scenario = scenario
        self.ours, self.theirs = ours, theirs
        self.root, self.reference = root, reference
        self.rounds = range(len(scenario.SIZES))

    def signatures(self):
        """Interfaces and outputs of the signatures, by key."""
        ours, theirs = self.root.signatures, self.reference.signatures
        if list(ours) != list(theirs):
            return [f"keys {list(ours)}, TensorFlow's {list(theirs)}"]
        lines = []
        for key in theirs:
            f, g = ours[key], theirs[key]
            for what in ("structured_input_signature", "structured_outputs"):
                a, b = getattr(f, what), getattr(g, what)
                if a != b:
                    lines.append(f"{key}: {what} {a}, TensorFlow's {b}")
            lines += self._rounds(key, f, g, g.structured_input_signature)
        return lines

    def functions(self):
        """Outputs of the functions and concrete functions among the attributes."""
        lines = []
        for path, index in self.theirs.paths():
            node = self.theirs.objects.nodes[index]
            kind = node.WhichOneof("kind")
            if "signatures" in path or kind not in ("function", "bare_concrete_function") \
                    or path[-1].startswith(("trace_", "_create_resource", "_initialize", "_destroy_resource")):
                continue
            try:
                f = attribute(self.root, path)
            except (AttributeError, KeyError, IndexError) as e:
                lines.append(f"{dotted(path)}: {e}")
                continue
            lines += self._function(path, f, attribute(self.reference, path))
        return lines

    def _function(self, path, f, g):
        if not hasattr(g, "concrete_functions"):  # a concrete function itself
            return self._rounds(dotted(path), f, g, g.structured_input_signature)
        lines = []
        if len(f.concrete_functions) != len(g.concrete_functions):
            return [f"{dotted(path)}: {len(f.concrete_functions)} traces, TensorFlow's {len(g.concrete_functions)}"]
        if not g.concrete_functions:
            return [f"{dotted(path)}: {line}" for line in Outcome(f).compare(Outcome(g), 0, 0)]
        for trace in g.concrete_functions:
            lines += self._rounds(dotted(path), f, g, trace.structured_input_signature)
        return lines

    def _rounds(self, name, f, g, signature):
        lines, errors = [], 0
        for round_ in self.rounds:
            args, kwargs = Draw(self.scenario, name, round_).structure(signature)
            theirs = Outcome(lambda: g(*args, **kwargs))
            lines += Outcome(lambda: f(*args, **kwargs)).compare(theirs, self.scenario.RTOL, self.scenario.ATOL)
            errors += theirs.error is not None
        if errors == len(self.rounds):
            lines.append(f"TensorFlow raised in every round: {_brief(theirs.error)}")
        return [f"{name}: {line}" for line in lines]

    def gradients(self):
        """Gradients of the float outputs of signatures and functions, for float inputs and trainable variables."""
        lines = []
        for key, g in self.reference.signatures.items():
            if key in self.root.signatures:
                lines += self._gradient(key, self.root.signatures[key], g, g.structured_input_signature)
        for path, index in self.theirs.paths():
            kind = self.theirs.objects.nodes[index].WhichOneof("kind")
            if kind != "function" or "signatures" in path or path[-1].startswith("_"):
                continue
            g = attribute(self.reference, path)
            try:
                f = attribute(self.root, path)
            except (AttributeError, KeyError, IndexError):
                continue  # functions() said so
            for trace in g.concrete_functions[:2]:
                lines += self._gradient(dotted(path), f, g, trace.structured_input_signature)
        return lines

    def _gradient(self, name, f, g, signature):
        args, kwargs = Draw(self.scenario, name, 0).structure(signature)
        a = Outcome(lambda: gradient(self.root, self.ours, f, args, kwargs))
        b = Outcome(lambda: gradient(self.reference, self.theirs, g, args, kwargs))
        return [f"{name}: {line}" for line in a.compare(b, self.scenario.RTOL * 10, self.scenario.ATOL * 10)]

    def variables(self):
        """Values, names and kinds of the variables; after the calls, so that assignments show."""
        lines = []
        for path, index in self.theirs.paths():
            if self.theirs.objects.nodes[index].WhichOneof("kind") != "variable":
                continue
            a, b = (attribute(r, path) for r in (self.root, self.reference))
            for what in ("name", "dtype", "trainable", "synchronization", "aggregation", "device"):
                if getattr(a, what) != getattr(b, what):
                    lines.append(f"{dotted(path)}: {what} {getattr(a, what)}, TensorFlow's {getattr(b, what)}")
            if str(a.shape) != str(b.shape):
                lines.append(f"{dotted(path)}: shape {a.shape}, TensorFlow's {b.shape}")
            difference = differ(a.numpy(), b.numpy(), self.scenario.RTOL, self.scenario.ATOL)
            if difference:
                lines.append(f"{dotted(path)} is {difference}")
        return lines

    def use_reference_values(self):
        """Gives our values to TensorFlow's variables, where the description draws its own."""
        for path, index in self.theirs.paths():
            if self.theirs.objects.nodes[index].WhichOneof("kind") == "variable":
                attribute(self.reference, path).assign(attribute(self.root, path))


def gradient(root, saved, f, args, kwargs):
    variables = [attribute(root, p) for p, i in saved.paths()
                 if saved.objects.nodes[i].WhichOneof("kind") == "variable" and saved.objects.nodes[i].variable.trainable]
    variables = [v for v in variables if v.dtype.is_floating or v.dtype.is_complex]
    inputs = [x for x in tf.nest.flatten((args, kwargs), expand_composites=True)
              if tf.is_tensor(x) and (x.dtype.is_floating or x.dtype.is_complex)]
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        outputs = [y for y in tf.nest.flatten(f(*args, **kwargs), expand_composites=True)
                   if tf.is_tensor(y) and (y.dtype.is_floating or y.dtype.is_complex)]
    if not outputs or not (inputs or variables):
        return []
    found = tape.gradient(outputs, inputs + variables)
    return ["none" if g is None else tf.convert_to_tensor(g) for g in found]


def compare_aliases(export, reference):
    """Functions under their aliases, as a program that asks for them loads them."""
    options = tf.saved_model.LoadOptions(experimental_load_function_aliases=True)
    a, b = (tf.saved_model.load(str(d), options=options) for d in (export, reference))
    if sorted(a.function_aliases) != sorted(b.function_aliases):
        return [f"aliases {sorted(a.function_aliases)}, TensorFlow's {sorted(b.function_aliases)}"]
    lines = []
    for name, g in b.function_aliases.items():
        f = a.function_aliases[name]
        # TensorFlow lists traces that it has dropped since, too; they have no signature.
        ours, theirs = ([c.structured_input_signature for c in getattr(x, "concrete_functions", x)
                         if c.structured_input_signature is not None] for x in (f, g))
        if not all(s in theirs for s in ours) or not all(s in ours for s in theirs):
            lines.append(f"{name}: concrete functions {ours}, TensorFlow's {theirs}")
    return lines
