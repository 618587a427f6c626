"""What other programs make of exports of Keras models, and what descriptions make of Keras models.

    python conformance/keras/exports.py [--tfsave BINARY] [--all] [--only TEXT] [-v]

Exports load in Keras's TFSMLayer, convert with TFLite and read with OpenVINO, with the numbers of Keras; variables/ restores as a
checkpoint; the names of signatures are those of model.export; a model works as a module that bodies call, and a module with
hand-written functions takes the variables of a subclass of keras.Model. --all takes architectures of keras.applications too. Closes
with "N passed, N failed".
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import numpy as np
import tensorflow as tf
from applications import randomize
from common import build_tfsave, run_checks

import keras

L = keras.layers
BATCH = 3


def mlp():
    x = keras.Input((6,), name="x")
    y = L.BatchNormalization()(L.Dense(8, "gelu")(x))
    return keras.Model(x, L.Dense(3, "softmax", name="out")(y))


def convolutions():
    x = keras.Input((16, 16, 3), name="x")
    y = L.ReLU(6.0)(L.BatchNormalization()(L.Conv2D(8, 3, strides=2, padding="same", use_bias=False)(x)))
    y = L.Add()([L.DepthwiseConv2D(3, padding="same")(y), y])
    y = L.MaxPooling2D()(L.SeparableConv2D(8, 3, padding="same", activation="silu")(y))
    return keras.Model(x, L.Dense(4)(L.GlobalAveragePooling2D()(y)))


def upsampling():
    x = keras.Input((8, 8, 2), name="x")
    y = L.Conv2DTranspose(4, 3, strides=2, padding="same", activation="leaky_relu")(x)
    y = L.Conv2D(2, 3, padding="same")(L.UpSampling2D(2, interpolation="bilinear")(y))
    return keras.Model(x, L.Cropping2D(1)(L.ZeroPadding2D(2)(y)))


def sequence():
    x = keras.Input((10, 4), name="x")
    y = L.Conv1D(6, 3, padding="causal", activation="relu")(x)
    return keras.Model(x, L.Dense(2)(L.GlobalMaxPooling1D()(L.LayerNormalization()(y))))


def recurrent():
    x = keras.Input((5, 3), name="x", batch_size=BATCH)
    return keras.Model(x, L.GRU(3, unroll=True)(L.LSTM(4, return_sequences=True, unroll=True)(x)))


def transformer():
    x = keras.Input((6, 8), name="x")
    y = L.LayerNormalization()(L.Add()([x, L.MultiHeadAttention(2, 4)(x, x)]))
    return keras.Model(x, L.Add()([y, L.Dense(8)(L.Dense(16, "gelu")(y))]))


def two_inputs():
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    return keras.Model([a, b], {"sum": L.Dense(2)(L.Concatenate()([a, b])), "product": L.Multiply()([a, b])})


def nested():
    x, i = keras.Input((4,), name="x"), keras.Input((4,))
    inner = keras.Model(i, L.Dense(4, "tanh")(i), name="inner")
    return keras.Model(x, [inner(x), inner(inner(x))])


def stack():
    layers = [L.AveragePooling2D(2), L.Flatten(), L.Dense(3, "elu"), L.Reshape((3, 1))]
    return keras.Sequential([keras.Input((4, 4, 1), name="x"), *layers])


def segments():
    x = keras.Input((8,), name="x")
    y = L.GroupNormalization(2)(L.PReLU()(L.Dense(8, "softplus")(x)))
    return keras.Model(x, L.Dot(1, normalize=True)([y, L.UnitNormalization()(x)]))


def sparse():
    """An input that is dense in the signature, an output that is sparse there."""
    x = keras.Input((6,), name="x", sparse=True)
    bins = L.Discretization([0.2, 0.5], output_mode="count", sparse=True)(x)
    return keras.Model(x, {"scores": L.Dense(3)(x), "bins": bins, "sum": L.Dense(2)(bins), "double": x * 2.0})


MODELS = [sparse, mlp, convolutions, upsampling, sequence, recurrent, transformer, two_inputs, nested, stack, segments]
ARCHITECTURES = ("ConvNeXtTiny", "DenseNet121", "EfficientNetB0", "EfficientNetV2B0", "InceptionV3", "MobileNetV2",
                 "MobileNetV3Small", "NASNetMobile", "ResNet50", "VGG16")


def export(settings, tfsave, work, name="out"):
    (work / f"{name}.json").write_text(json.dumps(settings))
    run = subprocess.run([tfsave, "export", str(work / f"{name}.json"), str(work / name)], capture_output=True, text=True)
    if run.returncode:
        raise RuntimeError(run.stderr.replace(str(work) + "/", "").strip()[:600])
    return str(work / name)


def files(model, work):
    (work / "model.json").write_text(model.to_json())
    model.save_weights(work / "model.weights.h5")
    return {"config": "model.json", "weights": "model.weights.h5"}


def values(model):
    rng = np.random.default_rng(4)
    return [rng.uniform(0.1, 1, (BATCH, *t.shape[1:])).astype("float32") for t in model.inputs]


def call(model, x):
    """The results of a model, by the names of a signature of model.export."""
    y = tf.function(lambda x: model(x), autograph=False)([tf.constant(v) for v in x] if len(x) > 1 else tf.constant(x[0]))
    y = y if isinstance(y, dict) else {f"output_{i}": v for i, v in enumerate(tf.nest.flatten(y))}
    return {k: dense(v) for k, v in y.items()}


def dense(x):
    return (tf.sparse.to_dense(x) if isinstance(x, tf.SparseTensor) else x).numpy()


def differences(what, got, want, tolerance=2e-5):
    if sorted(got) != sorted(want):
        return [f"{what}: results {sorted(got)} instead of {sorted(want)}"]
    lines = []
    for name, w in want.items():
        g = np.asarray(got[name])
        if g.shape != w.shape:
            lines.append(f"{what}: {name} has the shape {g.shape} instead of {w.shape}")
        elif not (d := np.abs(g - w).max() / np.abs(w).max()) <= tolerance:
            lines.append(f"{what}: {name} differs by {d:.3g} of the largest")
    return lines


def signatures(path):
    loaded = tf.saved_model.load(path)
    facts = {}
    for key, s in loaded.signatures.items():
        both = s.structured_input_signature[1], s.structured_outputs
        facts[key] = [sorted((n, type(t).__name__, str(t.shape), t.dtype.name) for n, t in m.items()) for m in both]
    return facts


def tflite(path, inputs):
    """The signature in TFLite's interpreter."""
    converter = tf.lite.TFLiteConverter.from_saved_model(path)
    converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS, tf.lite.OpsSet.SELECT_TF_OPS]
    return tf.lite.Interpreter(model_content=converter.convert()).get_signature_runner("serving_default")(**inputs)


def openvino(path, inputs, names):
    """The model in OpenVINO, whose results are told by the names of the tensors of the signature."""
    import openvino as ov

    model = ov.Core().compile_model(ov.convert_model(path), "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    if not model.outputs:  # as where one of them is sparse
        raise ValueError("OpenVINO reads no outputs")
    results = model({i: next(v for k, v in inputs.items() if any(k in n for n in i.names)) for i in model.inputs})
    return {next(n for n in names if n in o.names): results[o] for o in model.outputs}


def check_model(model, tfsave, work):
    randomize(model, np.random.default_rng(1))
    settings = files(model, work)
    model = keras.models.model_from_json(model.to_json())
    model.load_weights(work / "model.weights.h5")
    x = values(model)
    want = call(model, x)
    inputs = {t.name: v for t, v in zip(model.inputs, x)}
    path = export({"keras": {**settings, "signatures_style": "keras_export"}}, tfsave, work)
    model.export(str(work / "keras"), verbose=False)
    lines = []
    if signatures(path) != signatures(str(work / "keras")):
        lines.append(f"signatures {signatures(path)} instead of {signatures(str(work / 'keras'))}")
    # Only a signature of one input takes it by position.
    for endpoint in ("serve",) if len(x) > 1 else ("serve", "serving_default"):
        got = L.TFSMLayer(path, call_endpoint=endpoint)(x if len(x) > 1 else x[0])
        got = got if isinstance(got, dict) else {f"output_{i}": y for i, y in enumerate(tf.nest.flatten(got))}
        lines += differences(f"TFSMLayer, {endpoint}", {n: dense(y) for n, y in got.items()}, want)
    loaded = tf.saved_model.load(path)
    before = [v.numpy() for v in loaded.variables]
    for v in loaded.variables:
        v.assign(tf.zeros_like(v))
    tf.train.Checkpoint(root=loaded).restore(str(work / "out/variables/variables")).expect_partial()
    if not all((v.numpy() == b).all() for v, b in zip(loaded.variables, before)):
        lines.append("variables/ does not restore as a checkpoint")
    names = list(want)
    for reader, read in (("TFLite", lambda p: tflite(p, inputs)), ("OpenVINO", lambda p: openvino(p, inputs, names))):
        try:
            lines += differences(reader, read(path), want, 1e-4)
        except Exception as e:
            try:
                read(str(work / "keras"))
            except Exception:
                print(f"  {reader} does not take Keras's own export either: {str(e).strip().splitlines()[0][:200]}")
            else:
                lines.append(f"{reader}: {type(e).__name__}: {str(e)[:300]}")
    return lines


def check_module(tfsave, work):
    """A Keras model as a module with functions around it."""
    model = mlp()
    randomize(model, np.random.default_rng(1))
    settings = files(model, work)
    dense = model.layers[1].name
    inputs = [{"name": "x", "shape": [None, 6], "dtype": "float32"}]
    body = f"return {{'y': self.call(x), 'hidden': self.encoder.{dense}(x), 'kernel': self.encoder.{dense}.kernel}}"
    path = export({
        "module": {
            "modules": {"encoder": {"keras": settings}},
            "variables": {"scale": {"value": 0.5}},
            "functions": {
                "call": {"args": ["x", {"name": "training", "default": False}],
                         "body": "return self.encoder(x, training=training) * self.scale"},
                "serve": {"input_signature": inputs, "body": body},
                "learn": {"input_signature": inputs, "body": "return self.call(x, training=True)"},
            },
        },
        "signatures": {"serving_default": "serve", "learn": "learn"},
    }, tfsave, work)
    loaded = tf.saved_model.load(path)
    x = tf.constant(values(model)[0])
    lines = differences("serve", loaded.signatures["serving_default"](x=x),
                        {"y": model(x).numpy() * 0.5, "hidden": model.layers[1](x).numpy(),
                         "kernel": model.layers[1].kernel.numpy()})
    lines += differences("learn", loaded.signatures["learn"](x=x), {"output_0": model(x, training=True).numpy() * 0.5})
    statistics = next(layer for layer in model.layers if isinstance(layer, L.BatchNormalization))
    ours = getattr(loaded.encoder, statistics.name)
    return lines + differences("moving statistics", {"mean": ours.moving_mean, "variance": ours.moving_variance},
                               {"mean": statistics.moving_mean.numpy(), "variance": statistics.moving_variance.numpy()})


class Subclass(keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = L.Dense(8, activation="relu")
        self.blocks = [L.Dense(8), L.Dense(8)]
        self.scale = self.add_weight(shape=(8,), name="scale")

    def call(self, x):
        x = self.hidden(x)
        for block in self.blocks:
            x = x + block(x)
        return x * self.scale


CALL = """
x = tf.nn.relu(x @ self.hidden.kernel + self.hidden.bias)
for block in self.blocks:
  x = x + (x @ block.kernel + block.bias)
return x * self.scale
"""


def check_subclass(tfsave, work):
    """A module with the variables of a subclass, whose call is written by hand."""
    model = Subclass()
    x = tf.constant(np.random.default_rng(2).normal(size=(3, 4)).astype("float32"))
    want = model(x)
    for v in model.weights:
        v.assign(np.random.default_rng(3).normal(size=v.shape))
    want = model(x).numpy()
    model.save_weights(work / "subclass.weights.h5")

    def dense(inputs):
        return {"variables": {"kernel": {"shape": [inputs, 8]}, "bias": {"shape": [8]}}}

    path = export({
        "weights": [{"file": "subclass.weights.h5", "rename": {
            "hidden/vars/0": "hidden.kernel", "hidden/vars/1": "hidden.bias", "vars/0": "scale",
            "blocks/dense/vars/0": "blocks.0.kernel", "blocks/dense/vars/1": "blocks.0.bias",
            "blocks/dense_1/vars/0": "blocks.1.kernel", "blocks/dense_1/vars/1": "blocks.1.bias"}}],
        "module": {
            "variables": {"scale": {"shape": [8]}},
            "modules": {"hidden": dense(4), "blocks": [dense(8), dense(8)]},
            "functions": {
                "call": {"args": ["x"], "body": CALL},
                "serve": {"input_signature": [{"name": "x", "shape": [None, 4], "dtype": "float32"}],
                          "body": "return {'y': self.call(x)}"},
            },
        },
    }, tfsave, work)
    return differences("serve", tf.saved_model.load(path).signatures["serving_default"](x=x), {"y": want})


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tfsave", help="binary to test; built from the checkout unless given")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("-v", action="store_true", dest="verbose")
    args = parser.parse_args()
    tfsave = args.tfsave or build_tfsave()
    checks = {make.__name__: lambda work, make=make: check_model(make(), tfsave, work) for make in MODELS}
    if args.all:
        checks |= {name: lambda work, name=name: check_model(
            getattr(keras.applications, name)(weights=None, input_shape=(96, 96, 3), classifier_activation=None), tfsave, work)
            for name in ARCHITECTURES}
    checks |= {"module": lambda work: check_module(tfsave, work), "subclass": lambda work: check_subclass(tfsave, work)}

    def before():
        keras.backend.clear_session()
        keras.utils.set_random_seed(1)

    return run_checks({name: check for name, check in checks.items() if args.only in name}, args.verbose, before)


if __name__ == "__main__":
    sys.exit(main())
