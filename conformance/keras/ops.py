"""Runs every op of keras.ops through Keras and through an export of tfsave, and compares the two.

    python conformance/keras/ops.py [--tfsave BINARY] [--sample N] [--only TEXT ...] [-v]

The cases are in cases_ops.py. Those with the same inputs are the outputs of one functional model; where that cannot be exported, or
does not compute, each of them is tried by itself. A case that Keras does not compute is left out. Values, dtypes and static shapes must be
Keras's. Prints what differs and closes with the number of classes and of cases.
"""

import argparse
import collections
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import keras
import numpy as np
import tensorflow as tf

from cases import Case
from cases_ops import CASES
from layers import compare

MODULES = "numpy nn core math image linalg einops".split()
GROUP = 60


def classes():
    """The op classes of keras.ops: (module, class)."""
    out = []
    for module in MODULES:
        names = vars(getattr(__import__("keras.src.ops", fromlist=[module]), module))
        for name, value in names.items():
            if isinstance(value, type) and issubclass(value, keras.Operation) and value.__module__ == f"keras.src.ops.{module}":
                out.append((module, name))
    return sorted(set(out) - {("math", "SegmentReduction")})  # a base class


def inputs_of(case):
    return [x.input(n) for n, x in zip("abcdefgh", case.inputs)]


def evaluate(case, inputs):
    """The outputs of a case, as a list."""
    names = {"keras": keras, "layers": keras.layers, "ops": keras.ops, "np": np}
    names.update(zip("abcdefgh", inputs))
    if "b_index" in case.code:
        names["b_index"] = keras.ops.cast(keras.ops.sum(names["a"] * 0) + 1, "int32")
    return [x for x in tf.nest.flatten(eval(case.code, names)) if not isinstance(x, (int, float))]


def build(cases):
    """The model of cases, and its outputs by case."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(1)
    inputs = inputs_of(cases[0])
    outputs = [evaluate(c, inputs) for c in cases]
    return keras.Model(inputs if len(inputs) > 1 else inputs[0], [x for xs in outputs for x in xs]), outputs


def run(cases, values):
    """The model of cases, and the outputs with what Keras gives for them, by case."""
    model, outputs = build(cases)
    argument = values if len(values) > 1 else values[0]
    try:
        flat = tf.function(lambda: model(argument, training=False), autograph=False)()
    except Exception:
        flat = model(argument, training=False)  # some ops of Keras want eager tensors
    flat = [x if tf.is_tensor(x) else tf.constant(x) for x in tf.nest.flatten(flat)]
    return model, [[(x, flat.pop(0)) for x in xs] for xs in outputs]


def computed(cases, values):
    """The cases that Keras builds and computes; and the errors of the others."""
    inputs, good, errors = inputs_of(cases[0]), [], []
    for c in cases:
        try:
            evaluate(c, inputs)
            evaluate(c, values)
            good.append(c)
        except Exception as e:
            errors.append(f"{c.code}: {type(e).__name__}: {str(e).strip()[:150]}")
    return good, errors


def together(cases, values):
    """The cases that a model of Keras computes; and the errors of the others."""
    good, errors = [], []
    for c in cases:
        try:
            run([c], values)
            good.append(c)
        except Exception as e:
            errors.append(f"Keras does not compute {c.code}: {type(e).__name__}: {str(e).strip()[:150]}")
    return good, errors


def export(model, tfsave):
    work = pathlib.Path(tempfile.mkdtemp(prefix="ops-"))
    (work / "model.json").write_text(model.to_json())
    (work / "spec.json").write_text(json.dumps({"keras": {"config": "model.json"}}))
    done = subprocess.run([tfsave, "export", str(work / "spec.json"), str(work / "out")], capture_output=True, text=True)
    if done.returncode:
        return None, re.sub(r"\n.*", "", done.stderr.replace(str(work) + "/", "").strip())[:500]
    try:
        return tf.saved_model.load(str(work / "out")), None
    finally:
        subprocess.run(["rm", "-rf", str(work)])


def check(cases, model, results, values, tfsave):
    """What differs: lines by case."""
    try:
        loaded, error = export(model, tfsave)
        if not error:
            flat = tf.nest.flatten(loaded(values if len(values) > 1 else values[0]))
            specs = [s.shape for s in tf.nest.flatten(loaded.__call__.concrete_functions[0].structured_outputs)]
    except Exception as e:
        error = f"{type(e).__name__}: {str(e)[:300]}"
    if error:
        if len(cases) == 1:
            return {cases[0]: [error]}
        out = {}
        for c in cases:
            out.update(check([c], *run([c], values), values, tfsave))
        return out
    out = {}
    for case, pairs in zip(cases, results):
        lines = out[case] = []
        for k, (symbolic, want) in enumerate(pairs):
            got, shape = flat.pop(0), specs.pop(0)
            lines += compare(k, got, want, case)
            known = tf.TensorShape(symbolic.shape)
            # Where Keras does not know a dimension, we may.
            fits = shape.rank == known.rank and all(d is None or d == e or e is None and not lines for d, e in zip(known, shape))
            if not case.options.get("any_shape") and not known.is_compatible_with(want.shape):
                continue  # Keras is wrong about it
            if not case.options.get("any_shape") and not (fits and all(e is not None for d, e in zip(known, shape) if d is not None)):
                lines.append(f"result {k} has the static shape {shape} instead of {known}")
    return out


def used(model):
    return {(op["module"].removeprefix("keras.src.ops."), op["class_name"]) for op in json.loads(model.to_json())["config"]["layers"] if op["module"].startswith("keras.src.ops.")}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tfsave", help="binary to test; built from the checkout unless given")
    parser.add_argument("--sample", type=int, help="so many groups of cases")
    parser.add_argument("--only", nargs="*", default=[], help="cases whose code holds the text")
    parser.add_argument("-v", action="store_true", dest="verbose")
    args = parser.parse_args()
    from common import build_tfsave

    tf.get_logger().setLevel("ERROR")
    tfsave = args.tfsave or build_tfsave()
    groups = collections.defaultdict(list)
    for c in CASES:
        case = Case("ops", *c)
        if all(text in case.code for text in args.only):
            groups[str(case.inputs)].append(case)
    parts = [cases[k : k + GROUP] for cases in groups.values() for k in range(0, len(cases), GROUP)]
    if args.sample:
        parts = random.Random(7).sample(parts, min(args.sample, len(parts)))
    passed = failed = left = 0
    seen, good = set(), set()
    for cases in parts:
        values = [x.tensor(k) for k, x in enumerate(cases[0].inputs)]
        cases, errors = computed(cases, values)
        left += len(errors)
        if args.verbose:
            for e in errors:
                print("Keras does not compute " + e.replace("\n", " "))
        try:
            model, results = run(cases, values) if cases else (None, None)
        except Exception:
            cases, errors = together(cases, values)
            left += len(errors)
            if args.verbose:
                print(*errors, sep="\n")
            model, results = run(cases, values) if cases else (None, None)
        if not cases:
            continue
        lines = check(cases, model, results, values, tfsave)
        for case in cases:
            for line in lines[case]:
                print(f"FAIL {case.code} {[x.dtype for x in case.inputs]}: {line}", flush=True)
            failed, passed = failed + bool(lines[case]), passed + (not lines[case])
        seen |= used(model)
        for case in cases if any(lines.values()) else []:
            if not lines[case]:
                good |= used(build([case])[0])
        if not any(lines.values()):
            good |= used(model)
    if args.verbose:
        print("without a case:", " ".join(f"{m}.{n}" for m, n in classes() if (m, n) not in seen))
    print(f"{len(good)} of {len(classes())} classes, {len(seen)} tried; {passed} passed, {failed} failed; {left} that Keras does not compute")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
