"""Times of tfsave beside TensorFlow's and cp's, measured one after the other on this machine.

    python conformance/bench.py [--tfsave BINARY] [--gib 2]

Small models: a process of `tfsave export` against a Python process that builds and saves the same model, and against the call of
tf.saved_model.save alone. Large weights: safetensors to a SavedModel, against TensorFlow and `cp`, with the peak memory of
each process. Reading: `tfsave inspect` against `saved_model_cli show --all`.
"""

import argparse
import pathlib
import shutil
import statistics
import subprocess
import sys

from measure import Run

ROOT = pathlib.Path(__file__).resolve().parents[1]
HERE = ROOT / "conformance"
MIB = 1 << 20
TENSORS = 32  # of the large file

# Builds and saves a scenario's model; prints the seconds of the call alone, the best of five.
SAVE = """
import sys, time, pathlib
sys.path.insert(0, {here!r})
from suite.scenario import Scenario
scenario = Scenario({name!r}, pathlib.Path({work!r}))
best = 1e9
for _ in range({times}):
    start = time.perf_counter()
    scenario.save_reference()
    best = min(best, time.perf_counter() - start)
print(best)
"""

SAVE_LARGE = """
import tensorflow as tf
from safetensors.numpy import load_file
module = tf.Module()
for name, value in load_file({source!r}).items():
    setattr(module, name, tf.Variable(value, name=name))
tf.saved_model.save(module, {target!r})
"""


def median(command, times):
    return statistics.median(Run(command).seconds for _ in range(times))


def row(what, ours, theirs, name):
    print(f"{what:34} {shown(ours):>10}   {name:44} {shown(theirs):>10}   {theirs / ours:8.1f} ×", flush=True)


def shown(seconds):
    return f"{seconds * 1e3:.1f} ms" if seconds < 1 else f"{seconds:.2f} s"


def small(tfsave, work):
    for name, spec in (("adder", HERE / "scenarios/adder/spec.yaml"), ("digits", ROOT / "specs/digits/digits.yaml")):
        ours = median([tfsave, "export", "-q", str(spec), str(work / name)], 30)
        script = SAVE.format(here=str(HERE), name=name, work=str(work), times=1)
        whole = median([sys.executable, "-c", script], 3)
        call = float(Run([sys.executable, "-c", script.replace("range(1)", "range(5)")]).output.split()[-1])
        row(f"export {name}", ours, whole, "a process with tf.saved_model.save")
        row("", ours, call, "the call of tf.saved_model.save alone")


def reading(tfsave, work):
    model = work / "digits"
    ours = median([tfsave, "inspect", str(model)], 30)
    command = [str(pathlib.Path(sys.executable).with_name("saved_model_cli")), "show", "--dir", str(model), "--all"]
    row("inspect digits", ours, median(command, 3), "saved_model_cli show --all")


def large(tfsave, work, gib):
    import numpy as np
    from safetensors.numpy import save_file

    source, spec = work / "large.safetensors", work / "large.yaml"
    rows = int(gib * (1 << 30)) // TENSORS // 4 // 1024
    if shutil.disk_usage(work).free < 4 * gib * (1 << 30):
        sys.exit(f"{work} has no room for four files of {gib} GiB")
    value = np.random.default_rng(1).standard_normal((rows, 1024), dtype=np.float32)
    save_file({f"w{i}": value for i in range(TENSORS)}, source)
    spec.write_text("weights: [{file: large.safetensors}]\nmodule:\n  variables:\n" +
                    "".join(f"    w{i}: {{shape: [{rows}, 1024]}}\n" for i in range(TENSORS)))
    # Warm: the source is in the page cache for all three. Each result is removed, so that none profits from the last.
    runs = {}
    for name, command in {
        "cp": ["cp", str(source), str(work / "copy")],
        "cp and sync": ["sh", "-c", f"cp {source} {work / 'copy'} && sync {work / 'copy'}"],
        "tfsave": [tfsave, "export", "-q", str(spec), str(work / "large")],
        "TensorFlow": [sys.executable, "-c", SAVE_LARGE.format(source=str(source), target=str(work / "large_tf"))],
    }.items():
        tries = []
        for _ in range(3):
            for result in ("copy", "large", "large_tf"):
                path = work / result
                shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
            subprocess.run(["sync"], check=True)
            tries.append(Run(command))
        runs[name] = min(tries, key=lambda r: r.seconds)
    ours = runs["tfsave"]
    row(f"export {gib:g} GiB of safetensors", ours.seconds, runs["cp"].seconds, "cp")
    row("", ours.seconds, runs["cp and sync"].seconds, "cp and sync, as an export does")
    row("", ours.seconds, runs["TensorFlow"].seconds, "a process that loads, and tf.saved_model.save")
    print(f"{'peak memory':34} {ours.memory / MIB:6.0f} MiB   {'TensorFlow':44} {runs['TensorFlow'].memory / MIB:6.0f} MiB   "
          f"{runs['TensorFlow'].memory / ours.memory:8.1f} ×")
    print(f"tfsave takes {ours.seconds / runs['cp'].seconds:.2f} times as long as cp, "
          f"{ours.seconds / runs['cp and sync'].seconds:.2f} times as long as cp and sync")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tfsave", help="binary to measure; built from the checkout unless given")
    parser.add_argument("--gib", type=float, default=2.0, help="size of the large model")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "build" / "bench")
    args = parser.parse_args()
    if not args.tfsave:
        sys.path.insert(0, str(HERE))
        from run import build_tfsave
        args.tfsave = build_tfsave()
    tfsave, work = str(pathlib.Path(args.tfsave).resolve()), args.work.resolve()
    work.mkdir(parents=True, exist_ok=True)
    small(tfsave, work)
    reading(tfsave, work)
    large(tfsave, work, args.gib)
    shutil.rmtree(work)


if __name__ == "__main__":
    main()
