"""Times the reading commands beside TensorFlow's own, in one run.

    python conformance/reading/bench.py [--tfsave BINARY] [--gib 2]

`inspect` against `saved_model_cli show --all` of a small Keras model: seconds and memory. `verify` against reading the same files:
a checkpoint of so many GiB, which is made first. Each is the best of several runs; ratios are printed.
"""

import argparse
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "conformance"))

from measure import Run  # noqa: E402


def best(runs, *command):
    """(seconds, MiB) of the fastest run, and of the smallest."""
    done = [Run(command) for _ in range(runs)]
    return min(r.seconds for r in done), min(r.memory for r in done) / (1 << 20)


def read(path):
    start = time.perf_counter()
    buffer = bytearray(1 << 20)
    with open(path, "rb", buffering=0) as f:
        while f.readinto(buffer):
            pass
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tfsave", default=str(ROOT / "build" / "tfsave"))
    parser.add_argument("--gib", type=float, default=2)
    args = parser.parse_args()
    work = pathlib.Path(tempfile.mkdtemp())
    try:
        subprocess.run([sys.executable, str(ROOT / "conformance" / "corpus" / "make.py"), str(work), "keras_functional"],
                       check=True, capture_output=True)
        model = work / "keras_functional"
        cli = pathlib.Path(sys.executable).parent / "saved_model_cli"
        theirs, ours = best(3, cli, "show", "--all", "--dir", model), best(10, args.tfsave, "inspect", model)
        print(f"inspect          {ours[0]:8.3f} s {ours[1]:8.1f} MiB")
        print(f"saved_model_cli  {theirs[0]:8.3f} s {theirs[1]:8.1f} MiB   {theirs[0] / ours[0]:.0f} times the time, {theirs[1] / ours[1]:.0f} times the memory")
        script = f"""
import tensorflow as tf
m = tf.Module()
m.v = [tf.Variable(tf.random.normal([1 << 26])) for _ in range({int(args.gib * 4)})]
tf.saved_model.save(m, {str(work / "large")!r})
"""
        subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
        shard = work / "large" / "variables" / "variables.data-00000-of-00001"
        times = [(read(shard), best(1, args.tfsave, "verify", work / "large")) for _ in range(5)]
        reading, verifying = min(t[0] for t in times), min(t[1][0] for t in times)
        print(f"verify           {verifying:8.3f} s {min(t[1][1] for t in times):8.1f} MiB")
        print(f"reading the file {reading:8.3f} s                verify takes {verifying / reading:.2f} times that")
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
