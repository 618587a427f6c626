"""Writes internal/keras/testdata: configs of small models, and one model's weights in every form that Keras writes.

Run: python conformance/goldens/keras_models.py            (Keras 3.15, TensorFlow 2.21)
     python conformance/goldens/keras_models.py keras2     (tf_keras 2.21)

Variable i of the model with weights has the values i, i + 1/16, i + 2/16, ….
"""

import json
import os
import pathlib
import shutil
import sys
import zipfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import h5py
import numpy as np
import tensorflow as tf

KERAS2 = "keras2" in sys.argv
if KERAS2:
    import tf_keras as keras
else:
    import keras

L = keras.layers
OUT = pathlib.Path(__file__).parents[2] / "internal/keras/testdata"


def functional():
    x = keras.Input((4,), name="x")
    y = L.Dense(3, activation="relu", name="hidden")(x)
    return keras.Model(x, L.Dense(2, name="out")(L.Dropout(0.5, name="drop")(y)), name="functional")


def sequential():
    layers = [L.Conv2D(2, 3, name="conv"), L.BatchNormalization(name="bn"), L.Flatten(name="flat"),
              L.Dense(2, name="class/es" if KERAS2 else "classes")]
    return keras.Sequential([keras.Input((6, 6, 1), name="image"), *layers], name="sequential")


def shared():
    """A layer that is called with what a layer listed after it gives."""
    x = keras.Input((4,), name="x")
    same = L.Dense(4, name="same")
    y = same(x)
    z = same(L.ReLU(name="relu")(y))
    return keras.Model(x, [L.Add(name="sum")([y, z]), z], name="shared")


def nested():
    """Both ways of counting the calls of a nested model."""
    i = keras.Input((4,), name="i")
    inner = keras.Model(i, L.Dense(4, name="dense")(i), name="inner")
    stack = keras.Sequential([keras.Input((4,), name="j"), L.Dense(4, name="dense")], name="stack")
    x = keras.Input((4,), name="x")
    once = inner(x)
    twice = inner(L.ReLU(name="relu")(once))
    return keras.Model(x, [once, twice, stack(twice), stack(x)], name="nested")


def dicts():
    a, b = keras.Input((2,), name="a"), keras.Input((2,), name="b")
    outputs = {"sum": L.Add(name="add")([a, b]), "first": L.Dense(1, name="dense")(a)}
    return keras.Model({"left": a, "right": b}, outputs, name="dicts")


def policies():
    x = keras.Input((4,), name="x")
    y = L.Dense(4, name="half", dtype="mixed_float16")(x)
    y = L.BatchNormalization(name="bn", dtype="mixed_float16")(y)
    return keras.Model(x, L.Dense(2, name="double", dtype="float64")(y), name="policies")


def literals():
    """Numbers that are no JSON, arrays, subscripts."""
    x = keras.Input((4, 3), name="x")
    y = keras.ops.add(x, np.array([[1.0], [np.inf], [-np.inf], [0.5]], "float32"))
    y = 1.0 / y[:, ::2, None, 0] - x[:, ::2, 1:2][..., 0:1] * float("inf")
    return keras.Model(x, L.Masking(mask_value=float("nan"), name="masking")(y), name="literals")


def training():
    x = keras.Input((4,), name="x")
    bn = L.BatchNormalization(name="frozen")
    bn.trainable = False
    y = L.Dropout(0.3, name="always")(bn(x), training=True)
    return keras.Model(x, L.BatchNormalization(name="never")(y, training=False), name="training")


def masks():
    x = keras.Input((5,), dtype="int32", name="ids")
    y = L.Embedding(7, 3, mask_zero=True, name="embedding")(x)
    y = L.Dropout(0.1, name="drop")(y)
    return keras.Model(x, L.GlobalAveragePooling1D(name="mean")(y), name="masks")


def given_masks():
    """A mask that a call is given goes through nested models."""
    x, m = keras.Input((5, 2), name="x"), keras.Input((5,), dtype="bool", name="m")
    y = L.GRU(2, return_sequences=True, name="first")(x, mask=m)
    y = keras.Sequential([keras.Input((5, 2), name="i"), L.Dropout(0.1, name="drop"), L.Dense(2, name="dense")], name="inner")(y)
    return keras.Model([x, m], L.LSTM(2, name="last")(y), name="given_masks")


def recurrent():
    """Layers that give states and take them, keep them, and hold other layers."""
    x = keras.Input(batch_shape=(2, 3, 2), name="x")
    y, h, c = L.LSTM(2, return_sequences=True, return_state=True, name="encoder")(x)
    y = L.RNN([L.LSTMCell(2, name="one"), L.GRUCell(3, name="two")], return_sequences=True, name="stack")(y, initial_state=[[h, c], L.Dense(3, name="state")(h)])
    y = L.Bidirectional(L.GRU(2, stateful=True, return_sequences=True, name="gru"), name="both")(y)
    return keras.Model(x, L.TimeDistributed(L.Dense(1, name="dense"), name="each")(y), name="recurrent")


def functions():
    """Functions of TensorFlow on the tensors of Keras 2."""
    x = keras.Input((4,), name="x")
    y = tf.nn.relu(x) * 2.0 + 1.0
    z = tf.concat([y[:, 1:3], 3.0 - y], axis=-1)
    return keras.Model(x, tf.where(z > 0.5, z, tf.square(z)), name="functions")


def nodes():
    """Nodes of graphs as layers, as TensorFlow 2.0 to 2.3 made them."""
    from tf_keras.src.engine.base_layer import TensorFlowOpLayer

    def node(inputs, op, constants=None, **attrs):
        node_def = tf.compat.v1.NodeDef(op=op, name=op, attr=attrs, input=["a", "b", "c"])
        return TensorFlowOpLayer(node_def.SerializeToString(), op, constants)(inputs)

    value, f32, i32 = tf.compat.v1.AttrValue, tf.float32.as_datatype_enum, tf.int32.as_datatype_enum
    x = keras.Input((4,), name="x")
    y = node(x, "Sub", {0: np.array([1.0, 2.0, 3.0, 4.0], "float32")}, T=value(type=f32))
    p, q = node(y, "Split", {0: np.int32(1)}, T=value(type=f32), num_split=value(i=2))
    z = node(q, "LeakyRelu", T=value(type=f32), alpha=value(f=0.25))
    return keras.Model(x, node([z, p], "ConcatV2", {2: np.int32(-1)}, T=value(type=f32), N=value(i=2), Tidx=value(type=i32)), name="nodes")


def ragged():
    """Properties and methods of ragged tensors of Keras 2."""
    x = keras.Input((None,), ragged=True, name="x")
    n = keras.Input((), dtype="int64", name="n")
    y = tf.RaggedTensor.from_row_lengths(x.with_values(x.values * 2.0).flat_values, n, validate=False)
    return keras.Model([x, n], y.to_tensor(default_value=-1.0), name="ragged")


def sparse():
    """Sparse tensors into and out of models."""
    i, j = keras.Input((4,), name="i", sparse=True), keras.Input((4,), name="j")
    inner = keras.Model([i, j], L.Multiply(name="product")([i, j]), name="inner")
    dense = keras.Sequential([keras.Input((4,), name="k"), L.ReLU(name="relu")], name="dense")
    x, y = keras.Input((4,), name="x", sparse=True), keras.Input((4,), name="y")
    return keras.Model([x, y], [inner([x, y]), dense(x), L.Dense(2, name="out")(keras.ops.sin(x))], name="sparse")


def operations():
    """Ops of keras.ops: options, constants, subscripts, several results, scalars."""
    x = keras.Input((4,), name="x")
    p, q = keras.ops.split(x, [1], axis=-1)
    y = keras.ops.where(1.0 - x[:, None, ..., 1:] > 0.5, np.array([1.0, 2.0, 3.0], "float32"), 0)
    return keras.Model(x, keras.ops.mean(y, axis=1, keepdims=True) * q + keras.ops.clip(p, 0.0, np.inf), name="operations")


def weighted():
    x = keras.Input((3,), name="x")
    i = keras.Input((4,), name="i")
    inner = keras.Model(i, L.Dense(2, name="deep")(L.BatchNormalization(name="bn")(i)), name="inner")
    y = inner(L.Dense(4, name="first")(x))
    return keras.Model(x, L.Dense(1, use_bias=False, name="last")(y), name="weighted")


def fill(model):
    for i, v in enumerate(model.weights):
        v.assign((i + np.arange(np.prod(v.shape)).reshape(v.shape) / 16).astype("float32"))


def without_build(config):
    """What Keras does not need to read the model again, taken out: less to commit."""
    if isinstance(config, dict):
        return {k: without_build(v) for k, v in config.items() if k not in ("build_config", "compile_config")}
    return [without_build(v) for v in config] if isinstance(config, list) else config


def write_configs(models, where):
    where.mkdir(parents=True, exist_ok=True)
    for make in models:
        keras.backend.clear_session()
        config = without_build(json.loads(make().to_json()))
        (where / f"{make.__name__}.json").write_text(json.dumps(config, indent=1) + "\n")


def main():
    if KERAS2:
        write_configs([functional, sequential, shared, nested, dicts, training, masks, recurrent, functions, nodes, ragged], OUT / "keras2")
        keras.backend.clear_session()
        model = weighted()
        fill(model)
        model.save(OUT / "weights/keras2.h5")
        model.save(OUT / "weights/keras2.keras")
        model.save_weights(OUT / "weights/keras2_weights.h5")
        shutil.rmtree(OUT / "weights/keras2_checkpoint", ignore_errors=True)
        model.save_weights(OUT / "weights/keras2_checkpoint/model")
        return
    write_configs([functional, sequential, shared, nested, dicts, policies, literals, training, masks, given_masks, recurrent, sparse, operations], OUT / "keras3")
    where = OUT / "weights"
    where.mkdir(parents=True, exist_ok=True)
    keras.backend.clear_session()
    model = weighted()
    fill(model)
    (where / "weighted.json").write_text(model.to_json() + "\n")
    model.save(where / "model.keras")
    with zipfile.ZipFile(where / "model.keras") as z:
        z.extractall(where / "unpacked")
    model.save_weights(where / "model.weights.h5")
    with h5py.File(where / "model.weights.h5", "a") as f:  # as the first versions of Keras 3 wrote
        f["layers/dense/seed_generator/vars/0"] = np.array([1, 2], "uint32")
    model.save_weights(where / "sharded.weights.json", max_shard_size=80 / 1024**3)
    model.save(where / "legacy.h5")
    names = {v.path: v.numpy() for v in model.weights}
    np.savez(where / "model.npz", **names)
    from safetensors.numpy import save_file

    save_file({n.replace("/", "."): v for n, v in names.items()}, where / "model.safetensors")
    tf.train.Checkpoint(model=model).write(str(where / "checkpoint/model"))
    tf.saved_model.save(model, str(where / "saved_model"))
    shutil.rmtree(where / "saved_model/assets")
    for name in ("saved_model.pb", "fingerprint.pb"):
        (where / "saved_model" / name).unlink()


if __name__ == "__main__":
    main()
