"""Trains exports that were made with training: true, beside the Keras models that they came from.

    python conformance/keras/training.py [--tfsave BINARY] [--only TEXT] [--sample N] [-v]

Each model takes a few steps of gradient descent in Keras, and the same in what tf.saved_model.load gives for its export: losses,
gradients and all variables, the moving statistics of batch normalization included, must stay together. Layers that draw random
numbers are compared by the share, mean and deviation of what they give, those that change images as augmentations.py says. Closes with "N passed, N failed".
"""

import argparse
import json
import os
import pathlib
import random
import subprocess
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import augmentations
import numpy as np
import tensorflow as tf
from common import build_tfsave, run_checks

import keras

L = keras.layers


def sequential(shape, *layers):
    return lambda: keras.Sequential([keras.Input(shape, name="x"), *(layer() for layer in layers)])


def nested():
    x = keras.Input((4,), name="x")
    inner_x = keras.Input((5,))
    inner = keras.Model(inner_x, L.BatchNormalization(name="inside")(L.Dense(5, name="deep")(inner_x)), name="inner")
    y = inner(L.BatchNormalization(momentum=0.9, name="first")(L.Dense(5, name="d")(x)))
    return keras.Model(x, L.Dense(2, name="out")(y))


def frozen():
    """A frozen model in a model, and a frozen layer: neither their variables nor their statistics move."""
    model = nested()
    model.get_layer("inner").trainable = False
    model.get_layer("d").trainable = False
    return model


def fixed():
    """training is given in the config; what the model is called with counts for all."""
    x = keras.Input((4,), name="x")
    inner = keras.Sequential([keras.Input((4,)), L.BatchNormalization(name="inside")], name="inner")
    y = inner(L.BatchNormalization(name="off")(x, training=False), training=False)
    return keras.Model(x, L.Dense(2, name="out")(L.BatchNormalization(name="on")(y, training=True)))


def shared():
    x = keras.Input((4,), name="x")
    bn, dense = L.BatchNormalization(momentum=0.8, name="bn"), L.Dense(4, activation="tanh", name="dense")
    return keras.Model(x, L.Add()([bn(dense(x)), bn(dense(bn(x)))]))


def masked():
    x = keras.Input((5, 3), name="x")
    y = L.BatchNormalization(name="bn")(L.Masking(0.0)(x))
    return keras.Model(x, L.Dense(2, name="out")(y))


def wrapped():
    x = keras.Input((3, 4), name="x")
    y = L.TimeDistributed(L.BatchNormalization(name="each"), name="wrapper")(x)
    return keras.Model(x, L.Bidirectional(L.LSTM(3, name="lstm"), trainable=False, name="both")(y))


def two_outputs():
    x, z = keras.Input((4,), name="x"), keras.Input((4,), name="z")
    y = L.BatchNormalization(name="bn")(L.Concatenate()([x, z]))
    return keras.Model({"x": x, "z": z}, {"p": L.Dense(2, name="p")(y), "q": L.Dense(3, name="q")(y)})


def pictures():
    """Changes of images, which leave nothing to chance, before and after layers with variables."""
    changes = keras.Sequential([L.RandomRotation((0.1, 0.1)), L.RandomZoom((0.2, 0.2)), L.RandomBrightness((0.1, 0.1))], name="changes")
    layers = [changes, L.Rescaling(0.1), L.Conv2D(4, 3, activation="relu"), L.BatchNormalization(), L.RandomTranslation((0.2, 0.2), (0.1, 0.1))]
    return keras.Sequential([keras.Input((10, 10, 3), name="x"), *layers, L.MaxPooling2D(), L.Flatten(), L.Dense(3)])


def mixed():
    layers = [L.Dense(6, dtype="mixed_float16"), L.BatchNormalization(dtype="mixed_float16"), L.Dense(2)]
    return keras.Sequential([keras.Input((4,), name="x"), *layers])


def quantized(mode, **options):
    """A model of which some layers are quantized; gradients reach those before them."""

    def make():
        x = keras.Input((4, 6), name="x")
        y = L.Dense(6, name="first")(x)
        y = L.BatchNormalization(name="bn")(L.Dense(5, "tanh", name="quantized", **options)(y))
        y = L.EinsumDense("abc,cde->abde", (None, 2, 3), bias_axes="de", name="quantized_heads", **options)(L.Dense(7, name="middle")(y))
        y = L.EinsumDense("abcd,cde->abe", (None, 4), name="quantized_out", **options)(L.LayerNormalization()(y))
        model = keras.Model(x, y)
        model.quantize(**mode, filters="^quantized")
        return model

    return make


Q = keras.quantizers
MODELS = {
    "dense": sequential((4,), lambda: L.Dense(6, "gelu"), lambda: L.Dense(3)),
    "convolutions": sequential((8, 8, 3), lambda: L.Conv2D(4, 3), L.BatchNormalization, lambda: L.DepthwiseConv2D(3), L.ReLU,
                               lambda: L.SeparableConv2D(4, 2), L.GlobalAveragePooling2D),
    "axis": sequential((3, 4), lambda: L.BatchNormalization(axis=1, scale=False), lambda: L.Dense(2)),
    "renorm": sequential((4,), lambda: L.BatchNormalization(renorm=True, renorm_momentum=0.8,
                         renorm_clipping={"rmin": 0.3, "rmax": 3.0, "dmax": 5.0}), lambda: L.Dense(2)),
    "renorm_unscaled": sequential((4,), lambda: L.BatchNormalization(renorm=True, scale=False, center=False), lambda: L.Dense(2)),
    "normalizations": sequential((6,), L.LayerNormalization, lambda: L.Dense(6), lambda: L.GroupNormalization(2),
                                 L.RMSNormalization),
    "spectral": sequential((4,), lambda: L.SpectralNormalization(L.Dense(3), power_iterations=2), lambda: L.Dense(2)),
    "spectral_convolution": sequential((5, 5, 2), lambda: L.SpectralNormalization(L.Conv2D(3, 2)), L.Flatten),
    "recurrent": sequential((5, 3), lambda: L.GRU(4, return_sequences=True), lambda: L.LSTM(3)),
    "recurrent_unrolled": sequential((5, 3), lambda: L.SimpleRNN(4, return_sequences=True, unroll=True),
                                     lambda: L.GRU(3, reset_after=False, unroll=True)),
    "recurrent_any_length": sequential((None, 3), L.Masking, lambda: L.Bidirectional(L.LSTM(4, return_sequences=True)),
                                       lambda: L.GRU(3)),
    "cells": sequential((5, 3), lambda: L.RNN([L.LSTMCell(4), L.GRUCell(3)], return_sequences=True),
                        lambda: L.TimeDistributed(L.Dense(2))),
    "convolutional_lstm": sequential((4, 5, 2), lambda: L.ConvLSTM1D(3, 2), L.BatchNormalization, L.Flatten),
    "embedding": sequential((6,), lambda: L.Embedding(9, 4, mask_zero=True), lambda: L.LSTM(3)),
    "attention": lambda: (lambda x: keras.Model(x, L.MultiHeadAttention(2, 3)(x, x)))(keras.Input((4, 6), name="x")),
    "nested": nested, "frozen": frozen, "fixed": fixed, "shared": shared, "masked": masked, "wrapped": wrapped,
    "two_outputs": two_outputs, "mixed": mixed, "pictures": pictures,
    "int8": quantized({"mode": "int8"}), "int8_weights": quantized({"config": Q.Int8QuantizationConfig(activation_quantizer=None)}),
    "int8_mixed": quantized({"mode": "int8"}, dtype="mixed_bfloat16"), "int4": quantized({"mode": "int4"}),
    "int4_columns": quantized({"config": Q.Int4QuantizationConfig(block_size=-1)}),
    "int4_inputs": quantized({"config": Q.Int4QuantizationConfig(block_size=None, activation_quantizer=Q.AbsMaxQuantizer())}),
    "float8": quantized({"mode": "float8"}), "float8_mixed": quantized({"mode": "float8"}, dtype="mixed_bfloat16"),
}

# Layers that draw random numbers, and the shape of one example.
RANDOM = {
    "dropout": (lambda: L.Dropout(0.3), (50, 8)),
    "dropout_noise_shape": (lambda: L.Dropout(0.4, noise_shape=(None, 1, 8)), (50, 8)),
    "spatial": (lambda: L.SpatialDropout1D(0.5), (6, 40)),
    "spatial2": (lambda: L.SpatialDropout2D(0.25), (6, 5, 40)),
    "gaussian_dropout": (lambda: L.GaussianDropout(0.3), (50, 8)),
    "gaussian_noise": (lambda: L.GaussianNoise(0.7), (50, 8)),
    "alpha": (lambda: L.AlphaDropout(0.2), (50, 8)),
    "half": (lambda: L.Dropout(0.3, dtype="mixed_float16"), (50, 8)),
    "simple_rnn": (lambda: L.SimpleRNN(8, dropout=0.3, recurrent_dropout=0.4, return_sequences=True), (6, 8)),
    "lstm": (lambda: L.LSTM(8, dropout=0.5, return_sequences=True), (6, 8)),
    "lstm_recurrent": (lambda: L.LSTM(8, recurrent_dropout=0.5, unroll=True, return_sequences=True), (6, 8)),
    "gru": (lambda: L.GRU(8, dropout=0.3, recurrent_dropout=0.4, reset_after=False, return_sequences=True), (6, 8)),
    "cells": (lambda: L.RNN([L.GRUCell(8, dropout=0.3), L.LSTMCell(8, recurrent_dropout=0.5)], return_sequences=True), (6, 16)),
    "convolutional_lstm": (lambda: L.ConvLSTM1D(4, 2, dropout=0.4, recurrent_dropout=0.4, return_sequences=True), (4, 6, 8)),
    "always": (lambda: L.Dropout(0.3), (50, 8)),
}


def export(model, tfsave, work):
    (work / "model.json").write_text(model.to_json())
    settings = {"config": "model.json", "training": True}
    if model.weights:
        model.save_weights(work / "model.weights.h5")
        settings["weights"] = "model.weights.h5"
    (work / "spec.json").write_text(json.dumps({"keras": settings}))
    run = subprocess.run([tfsave, "export", str(work / "spec.json"), str(work / "out")], capture_output=True, text=True)
    if run.returncode:
        raise RuntimeError(run.stderr.replace(str(work) + "/", "").strip()[:600])
    return tf.saved_model.load(str(work / "out"))


def inputs_of(model, rng):
    """Random numbers; some steps of sequences are zeros."""
    def value(t):
        shape = (16, *(d or 7 for d in t.shape[1:]))
        if any(isinstance(layer, L.Embedding) for layer in model.layers):
            return tf.constant(rng.integers(0, 5, shape).astype("float32"))
        x = rng.normal(size=shape)
        if len(shape) == 3:
            x = np.where(rng.uniform(size=(*shape[:-1], 1)) < 0.2, 0, x)
        return tf.constant(x.astype("float32"))

    return tf.nest.map_structure(value, model.inputs[0] if len(model.inputs) == 1 else model.input)


def difference(got, want):
    """The largest difference, beside the largest number."""
    got, want = np.asarray(tf.cast(got, tf.float32)), np.asarray(tf.cast(want, tf.float32))
    return float(np.abs(got - want).max(initial=0) / max(1, np.abs(want).max(initial=0)))


def gradients(f, x, variables):
    """The loss of a model, and its gradients."""
    with tf.GradientTape() as tape:
        results = tf.nest.flatten(f(x, training=True))
        value = tf.add_n([tf.reduce_mean(tf.square(tf.cast(y, tf.float32))) for y in results])
    return value, tape.gradient(value, variables)


def check_model(make, tfsave, work):
    keras.utils.set_random_seed(1)
    model = make()
    rng = np.random.default_rng(5)
    for v in model.weights:
        if v.path.endswith(("moving_mean", "moving_variance")):
            v.assign(rng.uniform(0.5, 1.5, v.shape))
    loaded = export(model, tfsave, work)
    # Of a model that comes from a config, as ours does.
    model = keras.models.model_from_json(model.to_json())
    model.load_weights(work / "model.weights.h5")
    ours = {}
    for v in model.weights:  # we put the name of a model or a wrapper before that of its layers
        (ours[v.path],) = [e for e in loaded.variables if f"/{e.name.removesuffix(':0')}".endswith("/" + v.path)]
    trainable = {v.path for v in model.trainable_variables}
    listed = {id(v) for v in loaded.trainable_variables}
    lines = [f"variable {path} is {'' if e.trainable else 'not '}trainable" for path, e in ours.items()
             if e.trainable != (path in trainable)]
    lines += [f"variable {path} in trainable_variables" for path, e in ours.items() if (id(e) in listed) != (path in trainable)]
    tolerance = max({"float16": 1e-2, "bfloat16": 3e-2}.get(layer.compute_dtype, 1e-4) for layer in model.layers)
    train = tf.function(lambda x: gradients(model, x, [v.value for v in model.trainable_variables]), autograph=False)
    for step in range(3):
        if lines:
            return lines[:5]
        x = inputs_of(model, rng)
        (want, wants), (got, gots) = train(x), gradients(loaded, x, [ours[v.path] for v in model.trainable_variables])
        if difference(got, want) > tolerance:
            return [f"step {step}: the loss is {float(got)} instead of {float(want)}"]
        for v, w, g in zip(model.trainable_variables, wants, gots):
            if (w is None) != (g is None):
                lines.append(f"step {step}: there is {'a' if w is None else 'no'} gradient of {v.path}")
            elif w is not None:
                w, g = tf.convert_to_tensor(w), tf.convert_to_tensor(g)
                if difference(g, w) > tolerance:
                    lines.append(f"step {step}: the gradient of {v.path} differs by {difference(g, w):.3g}")
                v.assign_sub(0.05 * w)
                ours[v.path].assign_sub(0.05 * g)
        lines += [f"step {step}: variable {v.path} differs by {difference(ours[v.path], v):.3g}" for v in model.weights
                  if difference(ours[v.path], v) > tolerance]
    x = inputs_of(model, rng)
    # Layers that change images do so in Keras unless they are told not to.
    still = {"training": False} if any(layer.name == "changes" for layer in model.layers) else {}
    for want, got in ((model(x, **still), loaded(x)), (model(x, training=True), loaded(x, training=True))):
        pairs = zip(tf.nest.flatten(got), tf.nest.flatten(want))
        apart = max(difference(g, w) for g, w in pairs)
        if apart > 10 * tolerance:
            lines.append(f"after training a result differs by {apart:.3g}")
    return lines


def check_random(name, make, shape, tfsave, work):
    keras.utils.set_random_seed(1)
    x = keras.Input(shape, name="x")
    layer = make()
    model = keras.Model(x, layer(x, training=True) if name == "always" else layer(x))
    loaded = export(model, tfsave, work)
    value = tf.constant(np.random.default_rng(3).normal(1.0, 1.0, (600, *shape)).astype("float32"))

    def facts(y):
        y = np.asarray(tf.cast(y, tf.float32))
        zero = (y == 0).astype("float32")
        return np.array([zero.mean(), y.mean(), y.std(), zero.mean(1).std(), zero.mean(-1).std()])

    # A layer that is called with training=True in the config draws at inference too.
    calls = [{}, {"training": True}] if name == "always" else [{"training": True}]
    lines = []
    for options in calls:
        want, got = facts(model(value, **options)), facts(loaded(value, **options))
        if not np.allclose(want, got, atol=0.06):
            lines.append(f"share of zeros, mean, deviation {got} instead of {want}")
        if (np.asarray(loaded(value, **options)) == np.asarray(loaded(value, **options))).all():
            lines.append("two calls give the same")
    if name != "always" and difference(loaded(value), model(value)) > 1e-5:
        lines.append("it does something at inference")
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tfsave", help="binary to test; built from the checkout unless given")
    parser.add_argument("--only", default="")
    parser.add_argument("--sample", type=int, help="only so many cases of augmentations.py, the same ones each time")
    parser.add_argument("-v", action="store_true", dest="verbose")
    args = parser.parse_args()
    tfsave = args.tfsave or build_tfsave()
    checks = {name: lambda work, make=make: check_model(make, tfsave, work) for name, make in MODELS.items()}
    checks |= {f"random_{name}": lambda work, name=name, make=make, shape=shape: check_random(name, make, shape, tfsave, work)
               for name, (make, shape) in RANDOM.items()}

    def load(model, work):
        return export(model, tfsave, work)

    cases = augmentations.CHECKS
    if args.sample:
        cases = random.Random(7).sample(cases, args.sample)
    checks |= {f"{code} {given}": lambda work, check=check, code=code, given=given: check(code, given, load, work)
               for check, code, given in cases}
    return run_checks({name: check for name, check in checks.items() if args.only in name}, args.verbose, keras.backend.clear_session)


if __name__ == "__main__":
    sys.exit(main())
