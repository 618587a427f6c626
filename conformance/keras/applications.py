"""Exports every architecture of keras.applications from its config and random weights, and compares with Keras.

    python conformance/keras/applications.py [--tfsave BINARY] [--all | NAME ...]

Without names: one architecture of each family, at a reduced input size. --all takes all of them at their own size. The
logits of an export must be those of Keras up to 1e-5 of the largest, its variables the same to the bit. Prints a table and
closes with "N passed, N failed".
"""

import argparse
import gc
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

# One of each family, with a size at which it still has all its parts.
FAMILIES = {
    "VGG16": 64, "ResNet50": 64, "ResNet50V2": 64, "InceptionV3": 96, "DenseNet121": 64, "MobileNet": 64,
    "MobileNetV2": 64, "MobileNetV3Small": 64, "EfficientNetB0": 64, "EfficientNetV2B0": 64, "EfficientNetV2S": 64,
    "Xception": 96, "NASNetMobile": 64, "InceptionResNetV2": 96, "ConvNeXtTiny": 64,
}


def architectures():
    import keras

    return sorted(n for n, f in vars(keras.applications).items() if callable(f) and n[0].isupper())


def randomize(model, rng):
    """Weights that let the numbers through: statistics away from their first values."""
    for v in model.weights:
        shape, name = tuple(v.shape), v.path.split("/")[-1]
        if name in ("moving_variance", "variance"):
            v.assign(rng.uniform(0.5, 1.5, shape))
        elif name in ("moving_mean", "mean"):
            v.assign(rng.normal(0, 0.1, shape))
        elif name == "gamma":
            v.assign(rng.uniform(0.8, 1.2, shape))
        elif name in ("beta", "bias"):
            v.assign(rng.normal(0, 0.05, shape))
        elif name.startswith("variable"):
            v.assign(rng.uniform(0.2, 0.6, shape))
    for layer in model.layers:
        if hasattr(layer, "finalize_state"):
            layer.finalize_state()


def compare(name, size, tfsave, work):
    """A row of the table, and what is wrong."""
    import keras
    import numpy as np
    import tensorflow as tf

    keras.backend.clear_session()
    keras.utils.set_random_seed(1)
    options = {} if size is None else {"input_shape": (size, size, 3)}
    model = getattr(keras.applications, name)(weights=None, classifier_activation=None, **options)
    rng = np.random.default_rng(0)
    randomize(model, rng)
    config, weights, out = work / f"{name}.json", work / f"{name}.weights.h5", work / name
    config.write_text(model.to_json())
    model.save_weights(weights)
    spec = work / f"{name}.yaml"
    spec.write_text(f"keras: {{config: {config.name}, weights: {weights.name}}}\n")
    start = time.monotonic()
    run = subprocess.run([tfsave, "export", str(spec), str(out)], capture_output=True, text=True)
    seconds = time.monotonic() - start
    if run.returncode:
        return [name, "", "", "", ""], run.stderr.strip()[:2000] or f"exit status {run.returncode}"
    shape = [1] + [d or size or 224 for d in model.input_shape[1:]]
    scale = 255 if name.startswith(("Eff", "ConvNeXt", "MobileNetV3")) else 1
    x = tf.constant(rng.uniform(0, scale, shape).astype("float32"))
    loaded = tf.saved_model.load(str(out))
    signature = loaded.signatures["serving_default"]
    (name_of_input,) = signature.structured_input_signature[1]
    (got,) = signature(**{name_of_input: x}).values()
    want = tf.function(lambda x: model(x, training=False), autograph=False)(x)
    difference = float(np.abs(got.numpy() - want.numpy()).max() / np.abs(want.numpy()).max())
    wrong = []
    if not difference <= 1e-5:
        wrong.append(f"the logits differ by {difference:.3g} of the largest")
    exported = {v.name.removesuffix(":0"): v for v in loaded.variables}
    for v in model.weights:
        # Keras adds the name scopes in which a model was made, which no config has.
        path = v.path if v.path in exported else re.sub(r"/variable_\d+$", "/variable", "/".join(v.path.split("/")[-2:]))
        e = exported.pop(path, None)
        if e is None:
            wrong.append(f"there is no variable {v.path}")
        elif e.numpy().tobytes() != v.numpy().tobytes():
            wrong.append(f"variable {v.path} has other bytes")
    if exported:
        wrong.append(f"{len(exported)} variables too many, the first is {next(iter(exported))}")
    size_of = sum(f.stat().st_size for f in out.rglob("*") if f.is_file())
    row = [name, len(model.layers), len(model.weights), f"{size_of / 1e6:.2f}", f"{1000 * seconds:.0f}", f"{difference:.2g}"]
    return row, "; ".join(wrong[:5])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--tfsave", help="binary to test; built from the checkout unless given")
    args = parser.parse_args()
    from common import build_tfsave

    tfsave = args.tfsave or build_tfsave()
    if args.all:
        chosen = [(n, None) for n in architectures()]
    elif args.names:
        chosen = [(n, None) for n in args.names]
    else:
        chosen = list(FAMILIES.items())
    print(f"{'architecture':20} {'layers':>6} {'variables':>9} {'MB':>8} {'ms':>6} difference")
    passed = failed = 0
    for name, size in chosen:
        work = pathlib.Path(tempfile.mkdtemp(prefix="applications-"))
        try:
            row, wrong = compare(name, size, tfsave, work)
        except Exception as e:
            row, wrong = [name, "", "", "", "", ""], f"{type(e).__name__}: {str(e)[:500]}"
        finally:
            shutil.rmtree(work)
        print("{:20} {:>6} {:>9} {:>8} {:>6} {}".format(*(row + [""] * 6)[:6]), flush=True)
        if wrong:
            print(f"FAIL {name}: {wrong}", flush=True)
        passed, failed = passed + (not wrong), failed + bool(wrong)
        gc.collect()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
