"""Compares the tf.* library (internal/trace/lib) with TensorFlow's own functions, under CPython.

Every case of cases_*.py is traced twice, with the library over tf.raw_ops and with the real tf, for static input
shapes, for unknown dimensions and for unknown ranks. Values, dtypes, static shapes and graphs are compared.
Signatures are compared with inspect.signature. Without --all, --only or --case every case has one variant besides the
static one, and of those that AutoGraph rewrites, which takes long, every third is run: the same in every run.

    python check_lib.py [--all] [--only math,array] [--case TEXT] [--strict] [--names] [-v]
"""

import argparse
import collections
import difflib
import functools
import importlib
import inspect
import linecache
import os
import pathlib
import sys
import textwrap
import time
import traceback
import zlib

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
sys.dont_write_bytecode = True

import numpy as np
import tensorflow as tf

import cases
import composite
import coverage
import graphs
import overlay

HERE = pathlib.Path(__file__).resolve().parent

# Ops whose values differ from run to run.
RANDOM = {"RandomUniform", "RandomUniformInt", "RandomStandardNormal", "TruncatedNormal", "RandomShuffle", "Multinomial",
          "RandomGamma", "RandomPoisson", "RandomPoissonV2", "ParameterizedTruncatedNormal", "RandomCrop",
          "StatefulUniform", "StatefulUniformInt", "StatefulStandardNormalV2", "StatefulTruncatedNormal",
          "FixedUnigramCandidateSampler", "LogUniformCandidateSampler", "UniformCandidateSampler",
          "LearnedUnigramCandidateSampler", "AllCandidateSampler", "ThreadUnsafeUnigramCandidateSampler",
          "SampleDistortedBoundingBox", "SampleDistortedBoundingBoxV2", "StatefulRandomBinomial", "NonDeterministicInts",
          "Timestamp"}

Traced = collections.namedtuple("Traced", "function error")

# pair is the body over the library and over TensorFlow. variables are two dicts by name: each side has its own.
Case = collections.namedtuple("Case", "body inputs options variables pair")


def case_of(body, inputs, options=None):
    inputs = {name: np.asarray(a) for name, a in inputs.items()}
    options = options or {}
    values = options.get("variables", {})
    variables = [{name: tf.Variable(value, name=name) for name, value in values.items()} for _ in range(2)]
    return Case(body, inputs, options, variables, compile_body(body, inputs, options, variables))


def compile_body(body, inputs, options, variables):
    """The two functions of a case: over the library, and over TensorFlow."""
    body = textwrap.dedent(body).strip()
    if "\n" not in body and not body.startswith("return "):
        body = "return " + body
    source = f"def f({', '.join(inputs)}):\n" + textwrap.indent(body, "    ")
    linecache.cache["<case>"] = len(source), None, source.splitlines(True), "<case>"  # AutoGraph reads it
    autograph = options.get("autograph", False)
    pair = []
    for module, mine in zip((overlay.for_autograph if autograph else overlay.overlay, tf), variables):
        scope = {"tf": module, **mine}
        exec(compile(source, "<case>", "exec"), scope)
        body = scope["f"]
        if module is overlay.overlay:
            body = functools.wraps(body)(lambda *args, f=body: composite.to_real(f(*args)))
        pair.append(tf.function(body, autograph=autograph))
    return pair


def trace(traced, specs, ours):
    tf.compat.v1.reset_default_graph()
    try:
        if not ours:
            return Traced(traced.get_concrete_function(*specs), None)
        with overlay.operators():
            return Traced(traced.get_concrete_function(*specs), None)
    except Exception as e:  # whatever a body raises is compared, not handled
        return Traced(None, e)


def flatten(result):
    return tf.nest.flatten(result, expand_composites=True)


def values(traced, inputs):
    try:
        return [t.numpy() if hasattr(t, "numpy") else t for t in flatten(traced.function(*inputs))], None
    except Exception as e:
        return None, e


def same_value(a, b, rtol, atol):
    a, b = np.asarray(a), np.asarray(b)
    if a.shape != b.shape:
        return False
    if a.dtype.kind in "fcV":  # V: bfloat16 and other small floats
        wide = np.complex128 if a.dtype.kind == "c" else np.float64
        return np.allclose(a.astype(wide), b.astype(wide), rtol=rtol, atol=atol, equal_nan=True)
    return np.array_equal(a, b)


def compare(case, specs, report):
    """Traces both sides with specs. Returns how alike the graphs are: "equal", "renamed", "differs" or None on failure."""
    options = case.options
    ours, theirs = (trace(f, specs, i == 0) for i, f in enumerate(case.pair))
    if theirs.error is not None:
        if report.variant == "static" and not options.get("raises"):
            report(f"TensorFlow refuses the case: {short(theirs.error)}")
            return None
        if ours.error is None:
            report(f"TensorFlow refuses, we do not: {short(theirs.error)}")
            return None
        return "equal"
    if ours.error is not None:
        report(f"we refuse, TensorFlow does not: {short(ours.error)}")
        return None

    left, right = ours.function.structured_outputs, theirs.function.structured_outputs
    try:
        tf.nest.assert_same_structure(left, right, check_types=False, expand_composites=True)
    except (ValueError, TypeError) as e:
        report(f"structure differs: {short(e)}")
        return None
    ok = True
    for i, (x, y) in enumerate(zip(flatten(left), flatten(right))):
        if not isinstance(y, (tf.Tensor, tf.TensorSpec)):
            if x != y:
                report(f"output {i} is {x!r}, want {y!r}")
                ok = False
            continue
        if x.dtype != y.dtype or dims(x.shape) != dims(y.shape):
            report(f"output {i} is {x.dtype.name} {x.shape}, want {y.dtype.name} {y.shape}")
            ok = False
    if not ok:
        return None

    alike = "equal"
    if (graphs.nodes(ours.function.graph) != graphs.nodes(theirs.function.graph)
            or graphs.functions(ours.function.graph) != graphs.functions(theirs.function.graph)):
        alike = "renamed"
        a, b = graphs.canonical(ours.function.graph), graphs.canonical(theirs.function.graph)
        if (sorted(k for k, _ in a) != sorted(k for k, _ in b)
                or graphs.library(ours.function.graph) != graphs.library(theirs.function.graph)):
            alike = "renamed" if options.get("other_graph") else "differs"
    if options.get("trace_only") or (alike == "equal" and report.variant != "static"):
        return alike

    b, b_error = values(theirs, list(case.inputs.values()))
    # Equal graphs have equal values.
    a, a_error = (b, b_error) if alike == "equal" else values(ours, list(case.inputs.values()))
    if (a_error is None) != (b_error is None):
        report(f"running: ours {short(a_error)}, TensorFlow's {short(b_error)}")
        return None
    if b_error is not None:
        if not options.get("raises") and report.variant == "static":
            report(f"the case fails in TensorFlow: {short(b_error)}")
            return None
        return alike
    if any(op.type in RANDOM for op in theirs.function.graph.get_operations()):
        return alike
    for i, (x, y) in enumerate(zip(a, b)):
        if not same_value(x, y, options.get("rtol", 1e-6), options.get("atol", 1e-8)):
            report(f"output {i} has the value {x!r}, want {y!r}")
            return None
    return alike


def dims(shape):
    return None if shape.rank is None else shape.as_list()


def short(error):
    if error is None:
        return "works"
    return f"{type(error).__name__}: {str(error).strip().splitlines()[0][:200] if str(error).strip() else ''}"


def specs_of(inputs, variant):
    shapes = {"static": lambda a: a.shape, "unknown dims": lambda a: [None] * a.ndim, "unknown rank": lambda a: None}
    return [tf.TensorSpec(shapes[variant](a), tf.string if a.dtype == object else tf.as_dtype(a.dtype), name=name)
            for name, a in inputs.items()]


class Report:
    """Collects what is said about one case."""

    def __init__(self, variant):
        self.variant, self.lines = variant, []

    def __call__(self, line):
        self.lines.append(line)


def graph_difference(case, specs):
    lines = []
    ours, theirs = (trace(f, specs, i == 0) for i, f in enumerate(case.pair))
    a, b = graphs.canonical(ours.function.graph), graphs.canonical(theirs.function.graph)
    lines += ["    ours   " + graphs.show(op) for op in graphs.only_in(a, b)]
    lines += ["    theirs " + graphs.show(op) for op in graphs.only_in(b, a)]
    if not lines:
        names = [[n[0] for n in graphs.nodes(f.function.graph)] for f in (ours, theirs)]
        marks = {"- ": "    ours   ", "+ ": "    theirs "}
        lines = [marks[d[:2]] + d[2:] for d in difflib.ndiff(*names) if d[:2] in marks]
    return lines


def run_cases(stem, args):
    cases.restart()
    module = importlib.import_module("cases_" + stem)
    count = collections.Counter()
    for entry in module.CASES:
        if args.case and args.case not in entry[0]:
            continue
        drawn = not (args.all or args.only or args.case) and zlib.crc32(entry[0].encode())
        if drawn and entry[2:] and entry[2].get("autograph") and drawn % 3:
            continue
        case = case_of(*entry)
        if case.options.get("evaluator_only"):
            continue
        variants = ["static", "unknown dims", "unknown rank"]
        if case.options.get("static_only") or not case.inputs:
            variants = variants[:1]
        elif drawn:
            del variants[1 + drawn % 2]
        worst, failed = "equal", False
        for variant in variants:
            report, specs = Report(variant), specs_of(case.inputs, variant)
            alike = compare(case, specs, report)
            if alike == "differs" or (alike == "renamed" and args.names):
                count[alike + " variants"] += 1
                head = "graph differs" if alike == "differs" else "names or order differ"
                print(f"{head}: cases_{stem} [{variant}] {one_line(case.body)}")
                if args.verbose:
                    print("\n".join(graph_difference(case, specs)))
                failed |= args.strict
            if alike is None:
                failed = True
                for line in report.lines:
                    print(f"FAIL cases_{stem} [{variant}] {one_line(case.body)}\n    {line}")
                if args.verbose:
                    debug(case, specs)
            elif alike == "differs" or worst == "equal":
                worst = alike
        count["failed" if failed else "passed"] += 1
        count[worst] += 1
    return count


def debug(case, specs):
    """Prints where the library raised, without TensorFlow's own frames."""
    error = trace(case.pair[0], specs, True).error
    if error is not None:
        frames = [f for f in traceback.extract_tb(error.__traceback__) if str(overlay.LIBRARY) in f.filename]
        print("".join(traceback.format_list(frames)), end="")


def one_line(body):
    return " ".join(body.split())[:160]


def check_signatures(stems):
    """Compares each exported function's parameters with TensorFlow's; returns how many differ, and prints them."""
    count = collections.Counter()
    for name, function in sorted(overlay.exports.items()):
        if overlay.origin[name] not in stems or name.startswith("internal.") or name in composite.properties:
            continue
        if name.endswith(".__new__"):
            name_of_real = name.removesuffix(".__new__")
        elif name.endswith("__"):
            continue  # an operator, or the evaluator's way into a type
        else:
            name_of_real = name
        real = coverage.resolve(name_of_real)
        if real is None:
            print(f"FAIL {overlay.origin[name]}.py: tf.{name} does not exist in TensorFlow")
            count["failed"] += 1
            continue
        want, have = inspect.signature(real), inspect.signature(function)
        if parameters(want) != parameters(have):
            print(f"FAIL {overlay.origin[name]}.py: tf.{name}{have}, want {want}")
            count["failed"] += 1
        else:
            count["passed"] += 1
    return count


def check_names():
    """The committed list of TensorFlow's public names, from which docs/tf-api.md is made, is that of this TensorFlow."""
    have, want = coverage.NAMES.read_text().splitlines(), coverage.names().splitlines()
    lines = [d for d in difflib.unified_diff(have, want, lineterm="", n=0) if d[:2] not in ("--", "++", "@@")]
    for line in lines:
        print(f"FAIL {coverage.NAMES.name} (coverage.py --write makes it): {line}")
    return collections.Counter(failed=len(lines), passed=not lines)


def parameters(signature):
    """Names, kinds and defaults; a default that is a function counts by its name."""
    return [(p.name, p.kind, getattr(p.default, "__qualname__", None) or repr(p.default))
            for p in signature.parameters.values()]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="all variants of all cases")
    parser.add_argument("--only", default="", help="library files, comma separated, without .py")
    parser.add_argument("--case", help="only cases whose body holds this text")
    parser.add_argument("--strict", action="store_true", help="a graph that differs is a failure")
    parser.add_argument("--names", action="store_true", help="report node names and order that differ")
    parser.add_argument("-v", "--verbose", action="store_true")
    args = parser.parse_args()
    sys.path.insert(0, str(HERE))

    overlay.load()
    for problem in overlay.problems:
        print("FAIL", problem)
    tf.config.optimizer.set_experimental_options({"disable_meta_optimizer": True})  # it takes longer than what it optimizes
    start = time.time()
    only = set(filter(None, args.only.split(",")))
    known = {f.stem for f in overlay.LIBRARY.glob("*.py")}
    with_cases = {f.stem.removeprefix("cases_") for f in HERE.glob("cases_*.py")}
    total = collections.Counter(failed=0 if only else len(overlay.problems))
    total += check_signatures(only or known)
    if not only:
        total += check_names()
    for stem in sorted((only or with_cases) & with_cases):
        total += run_cases(stem, args)
    print(f"graphs of cases: {total['equal']} equal to the letter, {total['renamed']} equal up to names and order, "
          f"{total['differs']} differ")
    print(f"{total['passed']} passed, {total['failed']} failed, in {time.time() - start:.1f} s")
    return 1 if total["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
