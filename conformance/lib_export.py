"""Runs the cases of the tf library (conformance/lib/cases_*.py) through `tfsave export`, and compares with TensorFlow.

    python conformance/lib_export.py [--all] [--only math,array] [--case TEXT] [--strict] [--tfsave BINARY] [-v]

Each case becomes a function of a description, once with the static shapes of its inputs and once with unknown dimensions. What
TensorFlow loads from the export is compared with the same body under tf.function: values, dtypes, static shapes of the
outputs, and the graphs node by node. Without --all a sample is drawn, the same in every run. Graphs that differ and shapes that
are known less are counted, with --strict they are failures. Closes with "N passed, N failed".
"""

import argparse
import collections
import concurrent.futures
import importlib
import json
import linecache
import logging
import multiprocessing
import os
import pathlib
import random
import re
import subprocess
import sys
import textwrap
import time
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(HERE), str(HERE / "lib")]
sys.dont_write_bytecode = True

import numpy as np
import tensorflow as tf

import cases
from check_lib import RANDOM
from suite import graphs, saved
from suite.numbers import differ

BATCH = 80  # functions a description
SAMPLE = 500  # cases without --all
VARIANTS = ("static", "unknown dims")

# name is that of the function in the description.
Case = collections.namedtuple("Case", "name stem body inputs options variant")


def collect(only, text):
    """The cases of all files."""
    found = []
    for path in sorted((HERE / "lib").glob("cases_*.py")):
        stem = path.stem.removeprefix("cases_")
        if only and stem not in only:
            continue
        cases.restart()
        for i, (body, inputs, *options) in enumerate(importlib.import_module(path.stem).CASES):
            if text and text not in body:
                continue
            options = options[0] if options else {}
            inputs = {k: np.asarray(a) for k, a in inputs.items()}
            fixed = options.get("static_only") or not any(a.ndim for a in inputs.values())
            for j, variant in enumerate(VARIANTS[:1] if fixed else VARIANTS):
                found.append(Case(f"f_{stem}_{i}_{j}", stem, statements(body), inputs, options, variant))
    return found


def statements(body):
    body = textwrap.dedent(body).strip()
    return body if "\n" in body or body.startswith("return ") else "return " + body


def json_value(array):
    """An array as the nested lists of a description."""
    if array.dtype == object:
        return json.loads(json.dumps(array.tolist(), default=lambda b: b.decode()))
    if array.dtype.kind == "c":
        return [json_value(a) for a in array] if array.ndim else str(complex(array)).strip("()")
    return array.tolist() if array.dtype.kind in "biuf" and array.dtype.isbuiltin else array.astype(np.float64).tolist()


def describe(batch, path):
    """Writes the description of a batch, a line a function; returns the case of each line."""
    lines, variables, of_line = [], [], {}
    for case in batch:
        prelude = ""
        for name, value in case.options.get("variables", {}).items():
            value = np.asarray(value)
            variables.append(f"{json.dumps(f'{case.name}_{name}')}: " + json.dumps(
                {"value": json_value(value), "dtype": dtype_name(value), "shape": list(value.shape), "name": name}))
            prelude += f"{name} = self.{case.name}_{name}\n"
        signature = [{"name": k, "dtype": dtype_name(a), "shape": list(a.shape) if case.variant == "static" else [None] * a.ndim}
                     for k, a in case.inputs.items()]
        of_line[len(lines) + 2] = case
        lines.append(f"{json.dumps(case.name)}: " + json.dumps({"input_signature": signature, "body": prelude + case.body}))
    path.write_text('{"signatures": {}, "module": {"functions": {\n' + ",\n".join(lines) + '\n},\n"variables": {\n' +
                    ",\n".join(variables) + "\n}}}\n")
    return of_line


def dtype_name(array):
    return "string" if array.dtype == object else array.dtype.name


def exports(tfsave, batch, folder, refused):
    """Exports a batch. Yields (cases, directory); refused gets the errors of the cases that are in no export."""
    folder.mkdir(parents=True, exist_ok=True)
    while batch:
        spec, model = folder / "spec.json", folder / "model"
        of_line = describe(batch, spec)
        done = subprocess.run([tfsave, "export", "-q", "--color", "never", str(spec), str(model)], capture_output=True, text=True,
                              timeout=300)
        if done.returncode == 0:
            yield batch, model
            return
        found = {}
        for line, message in re.findall(r"spec\.json:(\d+):\d+: (.*)", done.stderr):
            if int(line) in of_line:
                found.setdefault(of_line[int(line)].name, message)
        if not found and len(batch) == 1:
            found[batch[0].name] = done.stderr.strip()[-500:] or f"exit code {done.returncode}"
        if not found:  # an error without a place is looked for by halves
            yield from exports(tfsave, batch[::2], folder / "0", refused)
            yield from exports(tfsave, batch[1::2], folder / "1", refused)
            return
        refused.update(found)
        batch = [c for c in batch if c.name not in found]


class Outcome:
    """What was found out about one case: failures, shapes that are known less, whether the graphs are equal, how they differ."""

    def __init__(self, case):
        self.case, self.lines, self.shapes, self.equal, self.difference = case, [], [], None, []


def check_batch(tfsave, folder, batch):
    """The Outcomes of a batch."""
    outcomes = {c.name: Outcome(c) for c in batch}
    references = {c.name: Reference(c) for c in batch}
    refused = {}
    for present, directory in exports(tfsave, batch, folder, refused):
        try:
            loaded = tf.saved_model.load(str(directory))
        except Exception as e:
            if len(present) == 1:
                outcomes[present[0].name].lines.append(f"TensorFlow can not load the export: {brief(e)}")
                continue
            # One of them does it: halves tell which.
            for i, half in enumerate((present[::2], present[1::2])):
                outcomes.update({o.case.name: o for o in check_batch(tfsave, folder / f"load{i}", half)})
            continue
        theirs = save([references[c.name] for c in present], folder / "reference")
        graphs_of = theirs and Graphs(saved.Saved(directory), theirs)
        for case in present:
            compare(outcomes[case.name], getattr(loaded, case.name), references[case.name])
            if graphs_of and references[case.name].traced:
                graphs_of.compare(outcomes[case.name])
    for name, message in refused.items():
        if references[name].error is None:
            outcomes[name].lines.append(f"tfsave refuses: {message}")
        else:
            outcomes[name].equal = True
    return list(outcomes.values())


class Reference:
    """The body of a case under tf.function: traced, or the error that TensorFlow raised."""

    def __init__(self, case):
        source = f"def f({', '.join(case.inputs)}):\n" + textwrap.indent(case.body, "    ") + "\n"
        filename = f"<{case.name}>"
        linecache.cache[filename] = len(source), None, source.splitlines(True), filename  # AutoGraph reads it
        self.name = case.name
        self.variables = {n: tf.Variable(v, name=n) for n, v in case.options.get("variables", {}).items()}
        scope = {"tf": tf, **self.variables}
        exec(compile(source, filename, "exec"), scope)
        specs = [tf.TensorSpec(a.shape if case.variant == "static" else [None] * a.ndim, tf.as_dtype(dtype_name(a)), name=k)
                 for k, a in case.inputs.items()]
        self.function = tf.function(scope["f"], input_signature=specs)
        self.traced = self.error = None
        try:
            self.traced = self.function.get_concrete_function()
        except Exception as e:  # whatever the body raises
            self.error = e


def save(references, directory):
    """What TensorFlow saves for the functions of a batch, or None where it can not save them."""
    module = tf.Module()
    for r in references:
        if r.traced:
            setattr(module, r.name, r.function)
            setattr(module, r.name + "_variables", r.variables)
    try:
        tf.saved_model.save(module, str(directory), signatures={})
    except Exception as e:
        print(f"TensorFlow can not save the batch of {references[0].name}, graphs are not compared: {brief(e)}", flush=True)
        return None
    return saved.Saved(directory)


class Graphs:
    """The functions of an export and of TensorFlow's, to be compared node by node."""

    def __init__(self, ours, theirs):
        self.paths = [(model.objects.nodes, dict(model.paths())) for model in (ours, theirs)]
        self.without, self.shaped = ([graphs.Model(m.graph, shapes=shapes) for m in (ours, theirs)] for shapes in (False, True))

    def compare(self, outcome):
        ours, theirs = (nodes[paths[(outcome.case.name,)]].function.concrete_functions[0] for nodes, paths in self.paths)
        outcome.difference = graphs.compare_functions(self.without[0], ours, self.without[1], theirs)
        outcome.equal = not outcome.difference or bool(outcome.case.options.get("other_graph"))
        if not outcome.difference:
            outcome.shapes = graphs.compare_functions(self.shaped[0], ours, self.shaped[1], theirs)


def compare(outcome, restored, reference):
    """Compares a function of an export with the body under tf.function: structure, dtypes, shapes, values."""
    case, theirs = outcome.case, reference.traced
    if theirs is None:
        if isinstance(reference.error, tf.errors.OperatorNotAllowedInGraphError):
            return  # AutoGraph could not rewrite the body; its limits need not be ours
        outcome.lines.append(f"TensorFlow refuses, tfsave does not: {brief(reference.error)}")
        return
    ours = restored.concrete_functions[0]
    a, b = ours.structured_outputs, theirs.structured_outputs
    try:
        tf.nest.assert_same_structure(a, b, expand_composites=True)
    except (TypeError, ValueError) as e:
        outcome.lines.append(f"structure differs: {brief(e)}")
        return
    for i, (x, y) in enumerate(zip(flat(a), flat(b))):
        if not hasattr(y, "dtype"):
            continue
        # How much is known of outputs is compared in the graphs: a loaded function forgets it of the parts of composites.
        if x.dtype != y.dtype or not x.shape.is_compatible_with(y.shape):
            outcome.lines.append(f"output {i} is {x.dtype.name} {x.shape}, TensorFlow's {y.dtype.name} {y.shape}")
    if outcome.lines or case.options.get("trace_only"):
        return
    x, y = (run(f, case) for f in (restored, theirs))
    if isinstance(x, Exception) or isinstance(y, Exception):
        if type(x) is not type(y):
            outcome.lines.append(f"running: {brief(x)}, TensorFlow's {brief(y)}")
        return
    drawn = {n.op for n in theirs.function_def.node_def} & RANDOM
    for i, (p, q) in enumerate(zip(flat(x), flat(y))):
        if not tf.is_tensor(q) or q.dtype in (tf.resource, tf.variant):
            continue
        difference = None if drawn else differ(p.numpy(), q.numpy(), case.options.get("rtol", 1e-6), case.options.get("atol", 1e-8))
        if difference:
            outcome.lines.append(f"output {i} is {difference}")


def flat(value):
    return tf.nest.flatten(value, expand_composites=True)


def run(function, case):
    try:
        return function(*[tf.constant(a) for a in case.inputs.values()])
    except Exception as e:  # compared
        return e


def brief(error):
    if not isinstance(error, Exception):
        return "works"
    return f"{type(error).__name__}: {' '.join(str(error).split())[-240:]}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="all cases, not a sample")
    parser.add_argument("--only", help="files of cases, joined with commas")
    parser.add_argument("--case", help="only cases with this text")
    parser.add_argument("--strict", action="store_true", help="graphs that differ are failures")
    parser.add_argument("--tfsave", help="binary to test; built from the checkout unless given")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "build" / "lib_export")
    parser.add_argument("-v", action="store_true", dest="verbose", help="show how graphs differ")
    args = parser.parse_args()
    if not args.tfsave:
        from run import build_tfsave
        args.tfsave = build_tfsave()
    start = time.monotonic()
    chosen = collect(args.only.split(",") if args.only else None, args.case)
    if not (args.all or args.only or args.case) and len(chosen) > SAMPLE:
        chosen = random.Random(1).sample(chosen, SAMPLE)
    batches = [chosen[i:i + BATCH] for i in range(0, len(chosen), BATCH)]
    counts = collections.Counter()
    with concurrent.futures.ProcessPoolExecutor(min(2, len(batches)), multiprocessing.get_context("spawn")) as pool:
        futures = [pool.submit(worker, args.tfsave, args.work / str(i), batch) for i, batch in enumerate(batches)]
        for batch, future in zip(batches, futures):
            report(batch, future, args, counts)
    print(f"{len(chosen)} cases in {time.monotonic() - start:.0f} s; graphs: {counts['equal']} equal node by node, "
          f"{counts['differ']} differ; in {counts['shapes']} a static shape is known less, or more, than to TensorFlow")
    print(f"{counts['passed']} passed, {counts['failed']} failed")
    return 1 if counts["failed"] else 0


def worker(tfsave, folder, batch):
    warnings.simplefilter("ignore")
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    return check_batch(tfsave, folder, batch)


def report(batch, future, args, counts):
    try:
        outcomes = future.result()
    except Exception as e:
        print(f"FAIL batch of {batch[0].name}: {type(e).__name__}: {e}")
        counts["failed"] += len(batch)
        return
    for outcome in outcomes:
        case, lines = outcome.case, outcome.lines
        body = " ".join(case.body.removeprefix("return ").split())
        if outcome.equal is not None:
            counts["equal" if outcome.equal else "differ"] += 1
        counts["shapes"] += bool(outcome.shapes)
        if args.strict:
            lines = lines + outcome.shapes + (["graph differs"] if outcome.equal is False else [])
        elif outcome.shapes and args.verbose:
            print(f"shape: {case.stem} [{case.variant}] {body[:110]}")
            print("\n".join(f"    {line[:300]}" for line in outcome.shapes[:6]))
        if outcome.equal is False and args.verbose:
            print(f"graph differs: {case.stem} [{case.variant}] {body[:110]}")
            for line in outcome.difference[:6]:
                print(f"    {line[:300]}")
        for line in lines[:3]:
            print(f"FAIL {case.stem} [{case.variant}] {body[:110]}\n    {line[:400]}", flush=True)
        counts["failed" if lines else "passed"] += 1


if __name__ == "__main__":
    sys.exit(main())
