"""Files of quantized Keras models, beside what Keras makes of them.

    python conformance/keras/quantized.py [--tfsave BINARY] [--only TEXT] [--sample N] [-v]

layers.py has each layer in each mode. Here are models that were quantized with data (GPTQ, AWQ), archives, legacy .h5 files,
checkpoints, and variables by their names in .npz and safetensors; layers with LoRA; policies of sublayers; a config without weights;
and the files that Keras writes but cannot load, which must be refused. Closes with "N passed, N failed".
"""

import argparse
import functools
import json
import os
import pathlib
import random
import subprocess
import sys
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import numpy as np
import tensorflow as tf
from common import build_tfsave, run_checks
from keras.quantizers import AbsMaxQuantizer, AWQConfig, GPTQConfig, Int4QuantizationConfig, Int8QuantizationConfig

import keras

L = keras.layers
WORDS = 20
MODES = {
    "int8": "int8", "int8 weights": Int8QuantizationConfig(activation_quantizer=None), "int4": "int4", "int4 blocks": Int4QuantizationConfig(block_size=3),
    "int4 columns": Int4QuantizationConfig(block_size=-1), "int4 inputs": Int4QuantizationConfig(block_size=None, activation_quantizer=AbsMaxQuantizer()), "float8": "float8",
}


def text_model():
    x = keras.Input((8,), dtype="int32", name="x")
    embedding = L.Embedding(WORDS, 6, name="embedding")
    block = keras.Sequential([
        keras.Input((8, 6)), L.Dense(7, "gelu", name="up"), L.Dense(5, use_bias=False, name="down"),
        L.EinsumDense("abc,cde->abde", (None, 2, 4), bias_axes="de", name="heads"), L.EinsumDense("abcd,cde->abe", (None, 6), bias_axes="e", name="out"),
    ], name="block")
    y = L.GlobalAveragePooling1D()(L.LayerNormalization()(block(embedding(x))))
    return keras.Model(x, L.Dense(3, name="head")(y)), embedding, block


def attention_model(**options):
    x = keras.Input((4, 6), name="x")
    y = L.MultiHeadAttention(2, 3, name="attention", **options)(x, x)
    return keras.Model(x, L.Dense(3, name="head")(y))


def quantized(model, mode):
    model.quantize(mode) if isinstance(mode, str) else model.quantize(config=mode)
    return model


def calibrated(mode, **options):
    """A model that GPTQ or AWQ has quantized: what is in its block; the head keeps its kernel."""
    model, embedding, block = text_model()
    model.get_quantization_layer_structure = lambda mode: {"pre_block_layers": [embedding], "sequential_blocks": [block]}
    rng = np.random.default_rng(5)
    config = {"gptq": GPTQConfig, "awq": AWQConfig}[mode](
        dataset=[rng.integers(0, WORDS, (1, 8)) for _ in range(6)], tokenizer=lambda text: text, num_samples=6, sequence_length=8, **options)
    model.quantize(mode, config=config, filters="^(up|down|heads|out)$")
    return model


def inputs(model):
    rng = np.random.default_rng(2)
    shape = (5,) + model.inputs[0].shape[1:]
    if "int" in model.inputs[0].dtype:
        return tf.constant(rng.integers(0, WORDS, shape), tf.int32)
    return tf.constant(rng.uniform(-2, 2, shape), tf.float32)


def export(work, settings):
    (work / "spec.json").write_text(json.dumps({"keras": settings}))
    return subprocess.run([TFSAVE[0], "export", str(work / "spec.json"), str(work / "out")], capture_output=True, text=True)


TFSAVE = [""]


def same(work, model, settings):
    """What an export gives otherwise than the model."""
    run = export(work, settings)
    if run.returncode:
        return ["export: " + run.stderr.replace(str(work) + "/", "").strip()[:500]]
    loaded = tf.saved_model.load(str(work / "out"))
    x = inputs(model)
    got, want = loaded(x), tf.function(lambda x: model(x, training=False), autograph=False)(x)
    lines = []
    if got.dtype != want.dtype or got.shape != want.shape or not np.allclose(got, want, rtol=1e-5, atol=1e-6):
        lines.append(f"{got.dtype.name}{got.shape} instead of {want.dtype.name}{want.shape}: {np.abs(got - want).max()}")
    ours = sorted((v.name.removesuffix(":0").split("/")[-1], v.numpy().tobytes()) for v in loaded.variables)
    keras_own = sorted((v.path.split("/")[-1], np.asarray(v.numpy()).tobytes()) for v in model.weights if "lora" not in v.path)
    if ours != keras_own:
        lines.append(f"variables {[n for n, _ in ours]} instead of {[n for n, _ in keras_own]}")
    return lines


def refused(work, settings, *texts):
    run = export(work, settings)
    missing = [t for t in texts if t not in run.stderr]
    return [f"exit {run.returncode}: {run.stderr[:400]}"] if not run.returncode or missing else []


def fails(function, *args):
    try:
        function(*args)
    except Exception:
        return []
    return ["Keras can do it"]


def by_names(work, model):
    """The weights by the paths of their variables, in two formats."""
    from safetensors.numpy import save_file

    values = {v.path: np.asarray(v.numpy()) for v in model.weights}
    np.savez(work / "w.npz", **values)
    save_file(values, work / "w.safetensors")
    (work / "m.json").write_text(model.to_json())
    return [f"{name}: {line}" for name in ("w.npz", "w.safetensors") for line in same(work, model, {"config": "m.json", "weights": name})]


def archive(mode, work):
    model = quantized(text_model()[0], mode)
    model.save(work / "m.keras")
    model = keras.models.load_model(work / "m.keras")
    return same(work, model, "m.keras") + by_names(work, model)


def legacy(mode, work):
    model = quantized(text_model()[0], mode)
    model.save(work / "m.h5")
    return same(work, keras.models.load_model(work / "m.h5"), {"weights": "m.h5"})


def checkpoint(mode, work):
    model = quantized(text_model()[0], mode)
    tf.train.Checkpoint(model=model).write(str(work / "checkpoint"))
    (work / "m.json").write_text(model.to_json())
    return same(work, model, {"config": "m.json", "weights": "checkpoint"})


def lora(mode, work):
    model = quantized(text_model()[0], mode)
    rng = np.random.default_rng(3)
    for layer in model._flatten_layers():
        if hasattr(layer, "enable_lora") and layer.name != "up":
            layer.enable_lora(2, lora_alpha=3)
    for v in model.weights:
        if "lora" in v.path:
            v.assign(rng.uniform(-0.5, 0.5, v.shape))
    model.save(work / "m.keras")
    return same(work, keras.models.load_model(work / "m.keras"), "m.keras")


def fresh(mode, work):
    """A config without weights: the kernels are zeros, and what belongs to them is as Keras makes it."""
    x = keras.Input((8,), name="x")
    model = keras.Model(x, L.Dense(5, name="dense", dtype=f"{mode}_from_float32", bias_initializer="ones")(x))
    (work / "m.json").write_text(model.to_json())
    model.layers[-1].is_gptq_calibrated = True
    return same(work, model, {"config": "m.json"})


def grouped(mode, options, work):
    """Keras saves no zero points. The variables have them, and so have files of an earlier Keras, which the last loads."""
    model = calibrated(mode, **options)
    lines = by_names(work, model)
    model.save(work / "m.keras")
    lines += fails(keras.models.load_model, work / "m.keras")
    lines += refused(work, "m.keras", "has no zero points of layer", f"which Keras 3.15 does not save for {mode}")
    save_whole(model, work / "m.keras")
    return lines + same(work, keras.models.load_model(work / "m.keras"), "m.keras")


def save_whole(model, file):
    """Saves a model whose quantized layers save all that they load."""

    def save_own_variables(layer, store):
        names = [n for n in layer.variable_serialization_spec[layer.quantization_mode] if getattr(layer, "_" + n, getattr(layer, n, None)) is not None]
        for i, name in enumerate(names):
            store[str(i)] = getattr(layer, "_" + name, getattr(layer, name, None))

    for layer in model._flatten_layers():
        if type(layer) in (L.Dense, L.EinsumDense) and layer.quantization_mode:
            layer.save_own_variables = functools.partial(save_own_variables, layer)
    model.save(file)


def policies(work):
    """Keras loads a model with a DTypePolicyMap, which it cannot save if that is for int8 or int4."""
    policy = keras.dtype_policies.get
    model = attention_model(dtype=keras.dtype_policies.DTypePolicyMap(None, {
        "attention/(query|key)": policy("int8_from_float32"), "attention/value": policy("int4/3_from_float32")}))
    rng = np.random.default_rng(3)
    for v in model.weights:
        if not v.path.endswith("g_idx"):
            v.assign(rng.integers(-100, 100, v.shape) if v.dtype == "int8" else rng.uniform(0.5, 1.5, v.shape))
    lines = fails(model.save, work / "m.keras") + by_names(work, model)
    save_whole(model, work / "m.keras")
    return lines + same(work, keras.models.load_model(work / "m.keras"), "m.keras")


def silent(mode, work):
    """The config of an attention layer does not tell that its sublayers are quantized."""
    quantized(attention_model(), mode).save(work / "m.keras")
    lines = fails(keras.models.load_model, work / "m.keras")
    return lines + refused(work, "m.keras", '(EinsumDense) quantized, of which the config says nothing; Keras cannot load it either')


def spectral(mode, work):
    x = keras.Input((8,), name="x")
    quantized(keras.Model(x, L.SpectralNormalization(L.Dense(5), name="spectral")(x)), mode).save(work / "m.keras")
    return fails(keras.models.load_model, work / "m.keras") + refused(work, "m.keras", 'layer "spectral" (SpectralNormalization)', "is not supported, nor by Keras")


CHECKS = {
    **{f"archive {name}": functools.partial(archive, mode) for name, mode in MODES.items()},
    **{f"legacy {name}": functools.partial(legacy, mode) for name, mode in MODES.items() if name != "float8"},
    **{f"checkpoint {name}": functools.partial(checkpoint, mode) for name, mode in MODES.items()},
    **{f"LoRA {name}": functools.partial(lora, mode) for name, mode in MODES.items() if name != "float8"},
    **{f"no weights {mode}": functools.partial(fresh, mode) for mode in ("int8", "int4/3", "int4/-1", "gptq/4/3")},
    **{f"gptq {o}": functools.partial(grouped, "gptq", o) for o in (
        {"group_size": 4}, {"group_size": -1}, {"weight_bits": 8, "group_size": 3}, {"weight_bits": 2, "symmetric": True}, {"group_size": 3, "activation_order": True})},
    **{f"awq {o}": functools.partial(grouped, "awq", o) for o in ({"group_size": 4}, {"group_size": -1})},
    "policies of sublayers": policies,
    **{f"attention {name}": functools.partial(silent, mode) for name, mode in MODES.items()},
    **{f"spectral {name}": functools.partial(spectral, MODES[name]) for name in ("int8", "int4")},
}


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tfsave", help="binary to test; built from the checkout unless given")
    parser.add_argument("--only", help="checks of which the name holds the text")
    parser.add_argument("--sample", type=int)
    parser.add_argument("-v", action="store_true", dest="verbose")
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    TFSAVE[0] = args.tfsave or build_tfsave()

    def before():
        keras.backend.clear_session()
        keras.config.disable_interactive_logging()
        keras.utils.set_random_seed(1)

    names = [name for name in CHECKS if (args.only or "") in name]
    if args.sample:
        names = random.Random(7).sample(names, min(args.sample, len(names)))
    return run_checks({name: CHECKS[name] for name in names}, args.verbose, before)


if __name__ == "__main__":
    sys.exit(main())
