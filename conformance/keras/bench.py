"""Measures exports of Keras models, beside Keras's own, as whole processes on this machine.

    python conformance/keras/bench.py [--tfsave BINARY] [--times N] [--only NAME ...]

For each architecture a process makes its config and weights. Then the same files become SavedModels: by tfsave, by a Python process
that loads them and calls model.export, by one that calls tf.saved_model.save, each with its peak memory and the bytes that it
writes; beside them `cp` of the weights. Times are the median of N tries for tfsave and cp (five unless said), and one for Python.
"""

import argparse
import os
import pathlib
import shutil
import statistics
import subprocess
import sys

sys.dont_write_bytecode = True
ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "conformance"), str(ROOT / "conformance" / "keras")]

from common import build_tfsave

from bench import MIB, Run, shown

ARCHITECTURES = ["MobileNetV2", "ResNet50", "VGG16", "EfficientNetB0", "EfficientNetV2L"]

MAKE = """
import keras, pathlib
model = keras.applications.{name}(weights=None)
pathlib.Path({config!r}).write_text(model.to_json())
model.save_weights({weights!r})
"""

SAVE = """
import keras, pathlib, tensorflow as tf
model = keras.models.model_from_json(pathlib.Path({config!r}).read_text())
model.load_weights({weights!r})
{save}
"""


def size(path):
    return sum(f.stat().st_size for f in path.rglob("*") if f.is_file()) if path.is_dir() else path.stat().st_size


def measure(name, tfsave, times, work):
    config, weights, spec = work / f"{name}.json", work / f"{name}.weights.h5", work / f"{name}.yaml"
    Run([sys.executable, "-c", MAKE.format(name=name, config=str(config), weights=str(weights))])
    spec.write_text(f"keras: {{config: {config.name}, weights: {weights.name}, signatures_style: keras_export}}\n")
    out = work / "out"

    def run(command, tries):
        runs = []
        for _ in range(tries):
            shutil.rmtree(out) if out.is_dir() else out.unlink(missing_ok=True)
            subprocess.run(["sync"], check=True)
            runs.append(Run(command))
        return statistics.median(r.seconds for r in runs), max(r.memory for r in runs), size(out)

    def python(save):
        return [sys.executable, "-c", SAVE.format(config=str(config), weights=str(weights), save=save)]

    rows = {
        "tfsave export": run([tfsave, "export", "-q", str(spec), str(out)], times),
        "cp of the weights": run(["cp", str(weights), str(out)], times),
        "cp and sync": run(["sh", "-c", f"cp {weights} {out} && sync {out}"], times),
        "model.export": run(python(f"model.export({str(out)!r}, verbose=False)"), 1),
        "tf.saved_model.save": run(python(f"tf.saved_model.save(model, {str(out)!r})"), 1),
    }
    ours = rows["tfsave export"]
    print(f"{name}, weights of {size(weights) / 1e6:.1f} MB, load {os.getloadavg()[0]:.1f}")
    for what, (seconds, memory, written) in rows.items():
        print(f"  {what:20} {shown(seconds):>9} {seconds / ours[0]:7.2f} ×   {memory / MIB:6.0f} MiB   "
              f"{written / 1e6:8.2f} MB {written / ours[2]:5.2f} ×", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tfsave", help="binary to measure; built from the checkout unless given")
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--only", nargs="*", default=ARCHITECTURES)
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "build" / "bench-keras")
    args = parser.parse_args()
    tfsave = str(pathlib.Path(args.tfsave or build_tfsave()).resolve())
    for name in args.only:
        args.work.mkdir(parents=True, exist_ok=True)
        measure(name, tfsave, args.times, args.work.resolve())
        shutil.rmtree(args.work)


if __name__ == "__main__":
    main()
