"""Runs many function bodies through TensorFlow and through tfsave, in one module and one description, and compares them.

Compared are: whether the body is refused, the structure, dtypes and static shapes of what it returns, the values for
several inputs, and the nodes of the graph, up to renaming.
"""

import collections
import importlib.util
import json
import logging
import os
import pathlib
import re
import resource
import shutil
import subprocess
import sys
import textwrap
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "conformance"))

import numpy as np
import tensorflow as tf
from absl import logging as absl_logging

from suite import graphs, numbers
from suite.saved import Saved

resource.setrlimit(resource.RLIMIT_AS, (10 << 30, resource.RLIM_INFINITY))  # a drawn shape may be huge
warnings.filterwarnings("ignore", category=RuntimeWarning)
absl_logging.set_verbosity(absl_logging.ERROR)
logging.getLogger("tensorflow").setLevel(logging.CRITICAL)
tf.autograph.set_verbosity(0)

# inputs are (name, dtype, shape) with None for an unknown dimension; shape None for an unknown rank.
Case = collections.namedtuple("Case", "body inputs")

# What a comparison found: kind is "" where both are alike, else refused, accepted, crashed, structure, types, values or
# nodes. same_error is for bodies that both refuse.
Result = collections.namedtuple("Result", "kind detail accepted")

# Objects that bodies find below self: name → (dtype, value).
VARIABLES = {"v": ("float32", [0.5, -1.0, 2.0]), "w": ("int32", [1, -2, 3]), "count": ("int64", 7)}
CONSTANTS = {"scale": 0.25, "names": ["a", "b"]}

WORDS = [b"tensor", b"flow", b"", b"a b", "naïve".encode(), b"Zebra", b"x1", b"42"]


def build_tfsave():
    binary = ROOT / "build" / "tfsave"
    subprocess.run(["go", "build", "-o", str(binary), "./cmd/tfsave"], cwd=ROOT, check=True)
    return str(binary)


def describe(cases):
    """The description as text, with a line for each function, and the number of the first of these lines."""
    head = {"variables": {k: {"dtype": d, "value": v} for k, (d, v) in VARIABLES.items()}, "constants": CONSTANTS}
    lines = ['{"module": {', *(f'"{k}": {json.dumps(v)},' for k, v in head.items()), '"functions": {']
    for name, case in cases.items():
        spec = {"input_signature": [{"name": n, "dtype": d, **({} if s is None else {"shape": s})} for n, d, s in case.inputs],
                "body": case.body}
        lines.append(f'"{name}": {json.dumps(spec)},')
    lines[-1] = lines[-1].rstrip(",")
    return "\n".join([*lines, "}}, \"signatures\": {}}"]), len(head) + 3


def export(cases, work, tfsave):
    """Exports the cases; returns those that were refused, by name, with the message."""
    refused = {}
    for _ in range(3):
        left = {n: c for n, c in cases.items() if n not in refused}
        shutil.rmtree(work / "export", ignore_errors=True)
        if not left:
            return refused
        text, first = describe(left)
        (work / "spec.json").write_text(text)
        done = subprocess.run([tfsave, "export", "-q", str(work / "spec.json"), str(work / "export")], capture_output=True, text=True,
                              timeout=600)
        if done.returncode == 0:
            return refused
        names = list(left)
        found = re.findall(r"spec\.json:(\d+):\d+: (.*)", done.stderr)
        for line, message in found:
            if message not in ("called from here", "traced for this"):
                refused.setdefault(names[int(line) - first], message)
        if not found or done.returncode != 2:
            raise RuntimeError(f"tfsave export: exit code {done.returncode}\n{done.stderr[-6000:]}")
    raise RuntimeError("tfsave refuses other functions each time")


def reference(cases, work, number):
    """A module with the functions under tf.function; those that TensorFlow refuses, by name, with the error."""
    source = ["import math", "import numpy as np", "import tensorflow as tf", "self = None"]
    for name, case in cases.items():
        source.append(f"def {name}({', '.join(n for n, _, _ in case.inputs)}):\n" + textwrap.indent(case.body, "    "))
    path = work / f"reference_{number}.py"
    path.write_text("\n".join(source) + "\n")
    loader = importlib.util.spec_from_file_location(f"reference_{number}", path)
    module = importlib.util.module_from_spec(loader)
    sys.modules[loader.name] = module
    loader.loader.exec_module(module)
    root = tf.Module()
    for name, (dtype, value) in VARIABLES.items():
        setattr(root, name, tf.Variable(value, dtype=dtype, name=name))
    for name, value in CONSTANTS.items():
        setattr(root, name, value)
    module.self = root
    refused = {}
    for name, case in cases.items():
        signature = [tf.TensorSpec(s, tf.as_dtype(d), name=n) for n, d, s in case.inputs]
        function = tf.function(getattr(module, name), input_signature=signature)
        try:
            function.get_concrete_function()
        except Exception as e:  # whatever TensorFlow raises for a body, we must refuse it
            refused[name] = e
            continue
        setattr(root, name, function)
    return root, refused


def draw(rng, dtype, shape, round_):
    """An input; unknown dimensions and ranks differ from round to round."""
    shape = [[2, 3], [3], []][round_ % 3] if shape is None else [(2, 3, 1)[round_ % 3] if d is None else d for d in shape]
    if dtype == "string":
        return tf.constant(rng.choice(np.array(WORDS, dtype=object), shape), tf.string)
    kind = tf.as_dtype(dtype)
    if dtype == "bool":
        return tf.constant(rng.integers(0, 2, shape).astype(bool))
    if kind.is_complex:
        return tf.constant((rng.normal(size=shape) + 1j * rng.normal(size=shape)).astype(kind.as_numpy_dtype))
    if kind.is_floating:
        return tf.constant(np.round(rng.normal(size=shape) * 2, 2), kind)
    return tf.constant(rng.integers(0 if kind.is_unsigned else -4, 6, shape), kind)


def call(root, name, arguments):
    """What a function gives for arguments, variables included, from the variables' first values."""
    for variable, (dtype, value) in VARIABLES.items():
        getattr(root, variable).assign(tf.constant(value, dtype))
    try:
        result = getattr(root, name)(*arguments)
    except Exception as e:
        return None, e
    return [result, {k: getattr(root, k).read_value() for k in VARIABLES}], None


def brief(error):
    return f"{type(error).__name__}: {' '.join(str(error).split())[-300:]}" if error else "no error"


class Batch:
    """One run of many cases, given by name."""

    def __init__(self, cases, work, tfsave, number, rounds=3, compare_nodes=True, rtol=2e-6, atol=1e-6):
        self.cases, self.rounds, self.compare_nodes, self.rtol, self.atol = cases, rounds, compare_nodes, rtol, atol
        work.mkdir(parents=True, exist_ok=True)
        tf.keras.backend.clear_session()
        self.theirs, self.their_refusals = reference(cases, work, number)
        self.our_refusals = export(cases, work, tfsave)
        accepted = [n for n in cases if n not in self.their_refusals]
        self.saved = None
        if accepted and (work / "export").exists():
            self.ours = tf.saved_model.load(str(work / "export"))
            if compare_nodes:
                shutil.rmtree(work / "reference", ignore_errors=True)
                tf.saved_model.save(self.theirs, str(work / "reference"), signatures={})
                self.saved = Saved(work / "export"), Saved(work / "reference")

    def results(self):
        return {name: self.result(name) for name in self.cases}

    def result(self, name):
        ours, theirs = self.our_refusals.get(name), self.their_refusals.get(name)
        if theirs is not None:
            if ours is None:
                return Result("accepted", f"TensorFlow refuses: {brief(theirs)}", False)
            return Result("", f"{ours} | {brief(theirs)}", False)
        if ours is not None:
            return Result("refused", ours, True)
        ours, theirs = (getattr(root, name) for root in (self.ours, self.theirs))
        a, b = ours.concrete_functions[0].structured_outputs, theirs.get_concrete_function().structured_outputs
        if (difference := structures(a, b)) is not None:
            return Result(*difference, True)
        for round_ in range(self.rounds):
            rng = np.random.default_rng([round_, len(self.cases[name].inputs)])
            arguments = [draw(rng, d, s, round_) for _, d, s in self.cases[name].inputs]
            if (difference := self.values(name, arguments)) is not None:
                return Result("values", difference + " for " + ", ".join(
                    f"{n}={a.numpy().tolist()}" for (n, _, _), a in zip(self.cases[name].inputs, arguments)), True)
        if self.saved:
            if lines := self.nodes(name):
                return Result("nodes", "\n  ".join(lines[:8]), True)
        return Result("", "", True)

    def values(self, name, arguments):
        a, a_error = call(self.ours, name, arguments)
        b, b_error = call(self.theirs, name, arguments)
        if a_error or b_error:
            return None if type(a_error) is type(b_error) else f"{brief(a_error)}, TensorFlow's {brief(b_error)}"
        for x, y in zip(tf.nest.flatten(a, expand_composites=True), tf.nest.flatten(b, expand_composites=True)):
            if x is None and y is None:
                continue
            if (difference := numbers.differ(x.numpy(), y.numpy(), self.rtol, self.atol)) is not None:
                return difference
        return None

    def nodes(self, name):
        names = [self.concrete(saved, name) for saved in self.saved]
        return graphs.compare_functions(self.saved[0].model, names[0], self.saved[1].model, names[1])

    @staticmethod
    def concrete(saved, name):
        for child in saved.objects.nodes[0].children:
            if child.local_name == name:
                return saved.objects.nodes[child.node_id].function.concrete_functions[0]
        raise KeyError(name)


def specs(value):
    """The specs of the tensors in a structure; of composites what a SavedModel keeps."""
    value = tf.nest.map_structure(lambda x: x._type_spec if isinstance(x, tf.__internal__.CompositeTensor) else x, value)
    return tf.nest.flatten(value, expand_composites=True)


def structures(a, b):
    """How two structures of specs differ, as (kind, detail), or None."""
    try:
        tf.nest.assert_same_structure(a, b, expand_composites=True)
    except (TypeError, ValueError) as e:
        return "structure", f"{a}, TensorFlow's {b}: {' '.join(str(e).split())[:200]}"
    for x, y in zip(specs(a), specs(b)):
        if x is None and y is None:
            continue
        if x.dtype != y.dtype or x.shape.rank != y.shape.rank or (x.shape.rank is not None and x.shape.as_list() != y.shape.as_list()):
            return "types", f"{x.dtype.name} {x.shape}, TensorFlow's {y.dtype.name} {y.shape}"
    return None
