"""Runs every Keras layer in all its options through Keras and through an export of tfsave, and compares the two.

    python conformance/keras/layers.py [--tfsave BINARY] [--sample N] [--only TEXT ...] [-v]

The cases are in cases_*.py: an expression with the inputs a, b, … as Keras tensors, and the inputs. A model of it gets random
weights; its config and weights are exported, loaded with TensorFlow and called on random numbers. Values, dtypes, static shapes
and names of variables must be Keras's. --sample takes N cases, the same ones each time. Prints what differs and closes with
"N passed, N failed".
"""

import argparse
import collections
import importlib
import json
import os
import pathlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
sys.dont_write_bytecode = True
HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))


def load_cases():
    from cases import Case

    out = []
    for path in sorted(HERE.glob("cases_*.py")):
        if path.stem == "cases_ops":  # run by ops.py
            continue
        for c in importlib.import_module(path.stem).CASES:
            out.append(Case(path.stem.removeprefix("cases_"), *c))
    return out


def build(case):
    """The Keras model of a case, with random weights."""
    import keras
    import numpy as np
    import tensorflow as tf

    keras.backend.clear_session()
    keras.utils.set_random_seed(1)
    inputs = [x.input(n) for n, x in zip("abcdefgh", case.inputs)]
    names = {"keras": keras, "layers": keras.layers, "ops": keras.ops, "np": np, "tf": tf, "Model": keras.Model,
             "Sequential": keras.Sequential, "Input": keras.Input}
    names.update(zip("abcdefgh", inputs))
    if "\n" in case.code:
        exec(case.code, names)
        outputs = names["out"]
    else:
        outputs = eval(case.code, names)
    model = keras.Model(inputs if len(inputs) > 1 else inputs[0], outputs)
    rng = np.random.default_rng(3)
    for v in model.weights:
        if "seed_generator" in v.path or v.path.endswith("/g_idx"):
            continue
        low = 0.5 if "variance" in v.path or "stddev" in v.path else -1
        whole = -100 if v.dtype == "int8" else 0
        value = rng.uniform(low, 1.5, v.shape) if "float" in v.dtype else rng.integers(whole, 5, v.shape)
        v.assign(value.astype("float32") if v.dtype == "bfloat16" else value.astype(v.dtype))
    for layer in model._flatten_layers():
        if hasattr(layer, "finalize_state"):
            layer.finalize_state()
    return model


def check(case, tfsave, work):
    """What differs, as a list of lines; and the seconds of the export."""
    import keras
    import numpy as np
    import tensorflow as tf

    model = build(case)
    (work / "model.json").write_text(model.to_json())
    settings = {"config": "model.json"}
    if case.options.get("npz"):
        np.savez(work / "weights.npz", **{v.path: v for v in model.weights})
        settings["weights"] = "weights.npz"
    elif model.weights:
        model.save_weights(work / "model.weights.h5")
        settings["weights"] = "model.weights.h5"
    if case.options.get("archive"):
        model.save(work / "model.keras")
        settings = {"archive": "model.keras"}
    if case.options.get("settings"):
        settings.update(case.options["settings"])
    (work / "spec.json").write_text(json.dumps({"keras": settings}))
    out = work / "out"
    start = time.monotonic()
    run = subprocess.run([tfsave, "export", str(work / "spec.json"), str(out)], capture_output=True, text=True)
    seconds = time.monotonic() - start
    if run.returncode:
        text = run.stderr.replace(str(work) + "/", "").strip()
        return ["export: " + re.sub(r"\n.*", "", text)[:600]], seconds
    values = [x.tensor(i) for i, x in enumerate(case.inputs)]
    want = lambda *x: model(list(x) if len(x) > 1 else x[0], training=False)  # noqa: E731
    if not case.options.get("eager"):
        want = tf.function(want, autograph=False)
    calls = case.options.get("calls", 1)
    flat_want = []
    for _ in range(calls):
        result = want(*values)
        flat_want += tf.nest.flatten([result[k] for k in sorted(result)] if isinstance(result, dict) else result)
    loaded = tf.saved_model.load(str(out))
    flat_got = []
    for _ in range(calls):
        flat_got += tf.nest.flatten(loaded(list(values) if len(values) > 1 else values[0]))
    lines = []
    if len(flat_got) != len(flat_want):
        return [f"{len(flat_got)} results instead of {len(flat_want)}"], seconds
    specs = tf.nest.flatten(loaded.signatures["serving_default"].structured_outputs)
    for i, (g, w) in enumerate(zip(flat_got, flat_want)):
        lines += compare(i, g, w, case)
    if not case.options.get("any_shape"):
        static = sorted((tf.TensorShape(t.shape) for t in tf.nest.flatten(model.outputs)), key=str)
        ours = sorted((s.shape for s in specs), key=str)
        # Where Keras does not know a dimension, we may.
        if not all(o.rank == k.rank and all(d is None or d == e for d, e in zip(k, o)) for o, k in zip(ours, static)):
            lines.append(f"static shapes {list(map(str, ours))} instead of {list(map(str, static))}")
    names = collections.Counter(v.name.removesuffix(":0") for v in loaded.variables)
    # Keras adds the name scopes in which a layer was made.
    expected = collections.Counter(v.path for v in model.weights if "seed_generator" not in v.path)
    if names != expected and not case.options.get("any_names"):
        lines.append(f"variables {sorted(names - expected)} instead of {sorted(expected - names)}")
    return lines, seconds


def compare(i, got, want, case):
    import numpy as np
    import tensorflow as tf

    if type(got) is not type(want):
        return [f"result {i} is a {type(got).__name__} instead of a {type(want).__name__}"]
    if isinstance(want, tf.RaggedTensor):
        if got.ragged_rank != want.ragged_rank or not all(map(np.array_equal, got.nested_row_splits, want.nested_row_splits)):
            return [f"result {i} has the rows {got.nested_row_splits} instead of {want.nested_row_splits}"]
        got, want = got.flat_values, want.flat_values
    if isinstance(want, tf.SparseTensor):
        if not np.array_equal(got.indices, want.indices) or not np.array_equal(got.dense_shape, want.dense_shape):
            return [f"result {i} has the indices {got.indices.numpy().tolist()} instead of {want.indices.numpy().tolist()}"]
        got, want = got.values, want.values
    if got.dtype != want.dtype:
        return [f"result {i} is {got.dtype.name} instead of {want.dtype.name}"]
    if got.shape != want.shape:
        return [f"result {i} has the shape {got.shape} instead of {want.shape}"]
    g, w = got.numpy(), want.numpy()
    if want.dtype in (tf.string, tf.bool) or want.dtype.is_integer:
        return [] if (g == w).all() else [f"result {i}: {g.flatten()[:4]} instead of {w.flatten()[:4]}"]
    g, w = g.astype("float64"), w.astype("float64")
    if (np.isnan(g) != np.isnan(w)).any():
        return [f"result {i}: NaN at other places"]
    scale = max(np.nanmax(np.abs(np.where(np.isfinite(w), w, 0)), initial=0), 1e-30)
    both = np.isfinite(g) & np.isfinite(w)
    if (g[~both & ~np.isnan(g)] != w[~both & ~np.isnan(w)]).any():
        return [f"result {i}: infinite at other places"]
    difference = np.abs(g - w)[both].max(initial=0) / scale
    allowed = case.options.get("rtol", {tf.float16: 2e-3, tf.bfloat16: 2e-2}.get(want.dtype, 1e-5))
    if difference > allowed:
        return [f"result {i} differs by {difference:.3g} of the largest, {scale:.3g}"]
    return []


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tfsave", help="binary to test; built from the checkout unless given")
    parser.add_argument("--sample", type=int)
    parser.add_argument("--only", nargs="*", default=[], help="cases of which the family or the code holds the text")
    parser.add_argument("-v", action="store_true", dest="verbose")
    args = parser.parse_args()
    from common import build_tfsave

    tfsave = args.tfsave or build_tfsave()
    cases = load_cases()
    for text in args.only:
        cases = [c for c in cases if text == c.family or text in c.code]
    if args.sample:
        cases = random.Random(7).sample(cases, min(args.sample, len(cases)))
    import logging

    import tensorflow as tf

    tf.get_logger().setLevel(logging.ERROR)
    passed = failed = 0
    total = 0.0
    for case in cases:
        work = pathlib.Path(tempfile.mkdtemp(prefix="layers-"))
        try:
            lines, seconds = check(case, tfsave, work)
            total += seconds
        except Exception as e:
            lines = [f"{type(e).__name__}: {str(e)[:400]}"]
        finally:
            shutil.rmtree(work)
        for line in lines:
            print(f"FAIL {case.family}: {case.code.strip()}: {line}", flush=True)
        if args.verbose and not lines:
            print(f"ok {case.family}: {case.code.strip()}", flush=True)
        passed, failed = passed + (not lines), failed + bool(lines)
    print(f"{passed} passed, {failed} failed ({1000 * total / max(len(cases), 1):.0f} ms an export)")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
