"""Draws functional models, and runs them through Keras and through exports of tfsave.

    python conformance/keras/random_models.py [--tfsave BINARY] [--count N] [--first SEED] [--quantized] [-v]

A model is drawn from its number: inputs of several kinds, layers, shared layers, models in models, merges, masks, keras.ops, precision,
and a structure of inputs and outputs. Each is exported from its archive, and from JSON with weights, loaded with TensorFlow and
called on random numbers: results must be Keras's, variables to the bit. With
--quantized they are quantized, each to a mode that is drawn too. A model that fails is drawn again by its number.
Closes with "N passed, N failed".
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import keras
import numpy as np
import tensorflow as tf
from keras import layers as L
from keras import ops

ACTIVATIONS = ("relu", "tanh", "sigmoid", "gelu", "silu", "elu", "softmax", "softplus", "selu", "hard_silu", "leaky_relu", None, None, None)


class Draw:
    """The drawing of one model."""

    def __init__(self, seed, quantized=False):
        self.rng = np.random.default_rng(seed)
        self.depth = 0
        self.quantized = quantized
        self.more = []  # sparse tensors that are outputs too

    def chance(self, p):
        return self.rng.uniform() < p

    def pick(self, items):
        return items[int(self.rng.integers(len(items)))]

    def number(self, low, high):
        return int(self.rng.integers(low, high))

    # --- models ---

    def model(self):
        inputs = [self.input() for _ in range(self.number(1, 4))]
        outputs = self.body(inputs, self.number(3, 14)) + self.more
        return keras.Model(self.structure(inputs), self.structure(outputs, outputs=True))

    def input(self):
        if self.chance(0.2):
            return keras.Input((self.number(3, 7),), **self.pick(({"sparse": True}, {"dtype": "string"})))
        kind = self.pick(("vector", "vector", "sequence", "image", "ids"))
        if kind == "ids":
            return keras.Input((self.number(3, 8),), dtype=self.pick(("int32", "int64")))
        shape = {"vector": 1, "sequence": 2, "image": 3}[kind]
        sizes = [self.number(3, 9) for _ in range(shape)]
        if kind == "image":
            sizes = [self.number(6, 10), self.number(6, 10), self.pick((1, 2, 3, 4))]
        if kind == "sequence" and self.chance(0.2):
            sizes[0] = None
        return keras.Input(sizes, dtype=self.pick(("float32",) * 8 + ("float16", "float64")))

    def body(self, inputs, steps):
        """Tensors that follow from the inputs, all of which are used."""
        tensors = [self.embedded(x) if "int" in x.dtype else self.sparse(x) if x.sparse or x.dtype == "string" else x for x in inputs]
        ends = list(tensors)  # what nothing has used yet
        for _ in range(steps):
            x = self.pick(ends) if self.chance(0.7) else self.pick(tensors)
            results = self.step(x, tensors)
            used = [id(x), *self.used]
            ends = [t for t in ends if id(t) not in used] + results
            tensors += results
        return ends

    def embedded(self, x):
        return L.Embedding(12, self.number(2, 6), mask_zero=self.chance(0.5))(x)

    # --- sparse tensors ---

    def sparse(self, x):
        """A dense tensor that follows from sparse ones."""
        if x.dtype == "string":
            x = self.encoded(x)
        tensors = [x]
        for _ in range(self.number(0, 5)):
            tensors.append(self.sparse_step(self.pick(tensors), tensors))
        if self.chance(0.4):
            self.more.append(tensors[-1])
        x = self.pick(tensors)
        return self.pick((
            lambda: L.Dense(self.number(2, 7), activation=self.pick(ACTIVATIONS))(x), lambda: ops.convert_to_tensor(x, sparse=False),
            lambda: L.Concatenate()([x, ops.cos(x)]), lambda: ops.exp(x) - 1.0, lambda: x + ops.cosh(x), lambda: ops.maximum(x, 0.1),
            lambda: L.Add()([ops.cos(x), x]), lambda: x @ np.ones((x.shape[-1], 3), "float32"), lambda: L.Dot(1)([x, ops.cos(x)]),
            lambda: L.Embedding(9, 3)(ops.abs(x)),
        ))()

    def encoded(self, x):
        mode = self.pick(("multi_hot", "count"))
        words = ["a", "b", "c", "d"]
        return ops.cast(self.pick((
            lambda: L.StringLookup(vocabulary=words, output_mode=mode, sparse=True)(x),
            lambda: L.Hashing(5, output_mode=mode, sparse=True)(x),
            lambda: L.TextVectorization(vocabulary=words, output_mode=mode, sparse=True, split=None)(x),
        ))(), "float32")

    def sparse_step(self, x, tensors):
        y = self.pick([t for t in tensors if t.shape == x.shape])
        return self.pick((
            lambda: x * 2.0, lambda: -x, lambda: x / 3.0, lambda: ops.sin(x), lambda: ops.square(x), lambda: ops.sqrt(ops.abs(x)),
            lambda: x + y, lambda: x - ops.tan(y), lambda: x * y, lambda: ops.maximum(x, y), lambda: L.Minimum()([x, y]),
            lambda: L.Concatenate()([x, y]), lambda: L.Dropout(0.2)(x), lambda: L.Activation("tanh")(x), lambda: L.Identity()(x),
            lambda: x * ops.cos(y), lambda: ops.divide(x, ops.cos(y)), lambda: L.Reshape((-1,))(L.Reshape((-1, 1))(x)), lambda: L.Multiply()([x, y]),
            lambda: ops.transpose(ops.transpose(x)), lambda: ops.squeeze(ops.expand_dims(x, 1), 1), lambda: L.Add()([x, y, x]),
        ))()

    def structure(self, tensors, outputs=False):
        """The tensors as they are, as a list, a dict, or one in the other."""
        if len(tensors) == 1 and self.chance(0.6):
            return tensors[0]
        form = self.pick(("list", "list", "dict", "nested"))
        if form == "list" or len(tensors) == 1 and form == "nested":
            return list(tensors)
        if form == "dict":
            return {f"k{i}": t for i, t in enumerate(tensors)} if outputs else {t.name: t for t in tensors}
        half = len(tensors) // 2
        first, second = tensors[:half], tensors[half:]
        if not outputs:
            return [list(first), list(second)]
        return {"first": list(first) if len(first) > 1 else first[0], "second": {f"s{i}": t for i, t in enumerate(second)}}

    # --- steps ---

    def step(self, x, tensors):
        """One layer, op or model on x, and on others where it takes several."""
        self.used = []
        if self.chance(0.06):
            policy = self.pick(("mixed_float16", "mixed_bfloat16", "float32", "float16", "float64"))
        else:
            policy = None
        previous = keras.config.dtype_policy()
        if policy:
            keras.config.set_dtype_policy(policy)
        try:
            result = self.pick(self.choices(x, tensors))()
        finally:
            keras.config.set_dtype_policy(previous)
        return [t for t in tf.nest.flatten(result)]

    def choices(self, x, tensors):
        rank = len(x.shape)
        out = [self.layer(x), self.op(x), self.op(x), self.layer(x), self.layer(x)]
        partners = [t for t in tensors if t.shape == x.shape and t is not x and t.dtype == x.dtype]
        if partners:
            y = self.pick(partners)
            merge = lambda: self.merge(x, y)  # noqa: E731
            out += [merge, merge]
        joinable = [t for t in tensors if len(t.shape) == rank and t.shape[:-1] == x.shape[:-1] and t is not x]
        if joinable:
            z = self.pick(joinable)
            out.append(lambda: self.also(z) or L.Concatenate()([x, z]))
        if rank == 3:
            others = [t for t in tensors if len(t.shape) == 3 and t.dtype == x.dtype]
            out.append(lambda: self.attention(x, self.pick(others)))
        if self.depth < 2:
            out += [lambda: self.nested(x), lambda: self.sequential(x)]
        out.append(lambda: self.shared(x, tensors))
        return out

    def also(self, t):
        self.used.append(id(t))

    def merge(self, x, y):
        self.also(y)
        kind = self.pick(("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "op", "where", "stack"))
        if kind == "op":
            return self.pick((lambda: x + y, lambda: x * y - 0.5, lambda: ops.maximum(x, y), lambda: ops.logaddexp(x, y), lambda: ops.hypot(x, y)))()
        if kind == "where":
            return ops.where(ops.greater(x, 0), x, y)
        if kind == "stack":
            return ops.mean(ops.stack([x, y], axis=-1), axis=-1)
        return getattr(L, kind)()([x, y])

    def attention(self, x, y):
        self.also(y)
        if y.shape[-1] == x.shape[-1] and self.chance(0.3):
            return L.Attention()([x, y])
        layer = L.MultiHeadAttention(self.number(1, 3), self.number(2, 5), use_bias=self.chance(0.8))
        if self.chance(0.3):
            out, scores = layer(x, y, return_attention_scores=True)
            return [out, ops.mean(scores, axis=1)]
        return layer(x, y, use_causal_mask=self.chance(0.2))

    def nested(self, x):
        """A functional model of its own, called on x, sometimes twice."""
        self.depth += 1
        shape = [n for n in x.shape[1:]]
        inner = keras.Input(shape, dtype=x.dtype)
        pair = self.chance(0.3)
        second = keras.Input(shape, dtype=x.dtype)
        inputs = [inner, second] if pair else [inner]
        outputs = self.body(inputs, self.number(1, 5))
        model = keras.Model({"p": inner, "q": second} if pair and self.chance(0.5) else inputs if pair else inner,
                            self.structure(outputs[:2], outputs=True))
        self.depth -= 1
        self.used = []
        argument = {"p": x, "q": x * 0.5} if isinstance(model.input, dict) else [x, x * 0.5] if pair else x
        results = tf.nest.flatten(model(argument))
        if self.chance(0.3):
            argument = tf.nest.map_structure(lambda t: ops.tanh(t), argument)
            results += tf.nest.flatten(model(argument))
        return results

    def sequential(self, x):
        parts = []
        current = x
        for _ in range(self.number(1, 4)):
            layer = self.any_layer(current)
            parts.append(layer)
            current = layer(current)
        fresh = [type(p).from_config(p.get_config()) for p in parts]
        if self.chance(0.5):
            fresh = [keras.Input(x.shape[1:], dtype=x.dtype), *fresh]
        return keras.Sequential(fresh)(x)

    def shared(self, x, tensors):
        """A layer that is called several times."""
        same = [t for t in tensors if t.shape == x.shape and t.dtype == x.dtype and t is not x]
        layer = self.any_layer(x)
        other = self.pick(same) if same else ops.tanh(x)
        self.also(other)
        return [layer(x), layer(other)]

    # --- layers ---

    def layer(self, x):
        return lambda: self.any_layer(x)(x)

    def dense(self, x):
        """A layer that can be quantized."""
        options = [lambda: L.Dense(self.number(1, 9), activation=self.pick(ACTIVATIONS), use_bias=self.chance(0.7))]
        if len(x.shape) == 3:
            options += [
                lambda: L.EinsumDense("abc,cd->abd", (None, self.number(2, 7)), bias_axes=self.pick((None, "d"))),
                lambda: L.EinsumDense("abc,cde->abde", (None, self.number(1, 4), self.number(2, 4)), activation=self.pick(ACTIVATIONS), bias_axes=self.pick(("de", "e"))),
                lambda: L.TimeDistributed(L.Dense(self.number(2, 5))),
            ]
        if len(x.shape) == 4 and None not in x.shape[2:]:
            options.append(lambda: L.EinsumDense("abcd,cde->abe", (None, self.number(2, 6)), bias_axes="e"))
        return self.pick(options)()

    def any_layer(self, x):
        rank = len(x.shape)
        if self.quantized and self.chance(0.5):
            return self.dense(x)
        options = [
            lambda: L.Dropout(0.2), lambda: L.BatchNormalization(epsilon=0.01), lambda: L.LayerNormalization(),
            lambda: L.Activation(self.pick([a for a in ACTIVATIONS if a])), lambda: L.LeakyReLU(0.1), lambda: L.PReLU() if None not in x.shape[1:] else L.ReLU(max_value=2.0),
            lambda: L.Dense(self.number(2, 7), activation=self.pick(ACTIVATIONS), use_bias=self.chance(0.8)), lambda: L.UnitNormalization(),
            lambda: L.Rescaling(0.5, offset=0.1), lambda: L.Identity(), lambda: L.GaussianNoise(0.1), lambda: L.RMSNormalization(), lambda: L.ELU(0.5),
        ]
        known = None not in x.shape[1:]
        if rank == 2:
            options += [lambda: L.RepeatVector(self.number(2, 5)), lambda: L.Reshape((-1, 1)), lambda: L.Reshape((1, -1))]
            if x.shape[1] and x.shape[1] % 2 == 0:
                options.append(lambda: L.Reshape((x.shape[1] // 2, 2)))
        if rank == 3:
            options += [
                lambda: L.Conv1D(self.number(1, 5), self.number(1, 4), padding=self.pick(("same", "causal")), activation=self.pick(ACTIVATIONS)),
                lambda: L.GlobalAveragePooling1D(), lambda: L.GlobalMaxPooling1D(), lambda: L.LSTM(self.number(2, 5), return_sequences=self.chance(0.5)),
                lambda: L.GRU(self.number(2, 5), return_sequences=self.chance(0.5)), lambda: L.SimpleRNN(self.number(2, 5)),
                lambda: L.Bidirectional(L.GRU(self.number(2, 4), return_sequences=self.chance(0.5))), lambda: L.Masking(),
                lambda: L.ZeroPadding1D(1), lambda: L.UpSampling1D(2), lambda: L.SpatialDropout1D(0.2), lambda: L.DepthwiseConv1D(2, padding="same"),
                lambda: L.SeparableConv1D(self.number(2, 4), 2, padding="same"), lambda: L.Conv1DTranspose(2, 2, strides=2),
                lambda: L.AveragePooling1D(2, padding="same"), lambda: L.MaxPooling1D(2, padding="same"),
            ]
            if known:
                options += [lambda: L.Flatten(), lambda: L.Permute((2, 1)), lambda: L.TimeDistributed(L.Dense(self.number(2, 4))), lambda: L.Reshape((-1,))]
        if rank == 4:
            kernel = lambda: (self.number(1, 4), self.number(1, 4))  # noqa: E731
            options += [
                lambda: L.Conv2D(self.number(1, 5), kernel(), padding="same", activation=self.pick(ACTIVATIONS), strides=self.pick((1, 1, 2))),
                lambda: L.Conv2D(self.number(1, 5), 2, padding="same", dilation_rate=2), lambda: L.DepthwiseConv2D(kernel(), padding="same"),
                lambda: L.SeparableConv2D(self.number(2, 5), kernel(), padding="same"), lambda: L.MaxPooling2D(2, padding="same"),
                lambda: L.AveragePooling2D(2, padding="same"), lambda: L.GlobalAveragePooling2D(), lambda: L.GlobalMaxPooling2D(keepdims=True),
                lambda: L.UpSampling2D(2, interpolation=self.pick(("nearest", "bilinear"))), lambda: L.ZeroPadding2D(((1, 0), (0, 2))),
                lambda: L.Conv2DTranspose(self.number(1, 4), 2, strides=2), lambda: L.GroupNormalization(1), lambda: L.SpatialDropout2D(0.2),
                lambda: L.Resizing(5, 4), lambda: L.Flatten(), lambda: L.Permute((3, 1, 2)), lambda: L.Reshape((-1, x.shape[-1])),
            ]
            if x.shape[1] > 3 and x.shape[2] > 3:
                options += [lambda: L.Cropping2D(((1, 0), (0, 1))), lambda: L.CenterCrop(3, 3)]
        return self.pick(options)()

    # --- keras.ops ---

    def op(self, x):
        rank, size = len(x.shape), x.shape[-1]
        options = [
            lambda: x * 2.0 + 1, lambda: 1.0 - x, lambda: -x, lambda: x / 3, lambda: ops.tanh(x), lambda: ops.abs(x), lambda: x**2 * 0.1, lambda: ops.sin(x),
            lambda: ops.exp(-ops.abs(x)), lambda: ops.log1p(ops.abs(x)), lambda: ops.sqrt(ops.abs(x) + 0.1), lambda: ops.clip(x, -1.0, 1.5), lambda: ops.softmax(x),
            lambda: ops.mean(x, axis=-1, keepdims=True) + x, lambda: x - ops.max(x, axis=-1, keepdims=True), lambda: ops.cumsum(x, axis=-1), lambda: ops.flip(x, axis=-1),
            lambda: ops.where(x > 0.2, x, 0.5), lambda: ops.cast(ops.cast(x, "float32") * 2, x.dtype), lambda: ops.maximum(x, 0.1), lambda: ops.gelu(x),
            lambda: x * np.linspace(0.5, 1.5, size).astype(x.dtype if x.dtype != "bfloat16" else "float32") if size else x + 1, lambda: ops.concatenate([x, x * 0.5], axis=-1), lambda: ops.roll(x, 1, axis=-1), lambda: ops.square(x),
            lambda: ops.normalize(x), lambda: ops.nan_to_num(x), lambda: ops.sum(x, axis=-1, keepdims=True), lambda: ops.var(x, axis=-1, keepdims=True), lambda: ops.sigmoid(x), lambda: ops.stop_gradient(x),
            lambda: ops.logsumexp(x, axis=-1, keepdims=True), lambda: ops.split(x, 1, axis=-1), lambda: ops.tile(x, [1] * (rank - 1) + [2]), lambda: ops.layer_normalization(x),
        ]
        if size:
            options += [
                lambda: ops.matmul(x, np.ones((size, 3), "float32")), lambda: ops.split(x, [1], axis=-1) if size > 1 else x, lambda: x[..., : max(size - 1, 1)], lambda: ops.take(x, [0, -1], axis=-1),
                lambda: ops.repeat(x, 2, axis=-1), lambda: ops.pad(x, [[0, 0]] * (rank - 1) + [[1, 0]]), lambda: ops.one_hot(ops.argmax(x, axis=-1), size),
                lambda: ops.unstack(x, axis=-1)[0][..., None], lambda: ops.top_k(x, min(2, size))[0], lambda: ops.einsum("...i,ij->...j", x, np.eye(size, dtype="float32")),
            ]
        if rank == 2:
            options += [lambda: ops.expand_dims(x, 1), lambda: ops.expand_dims(x, -1), lambda: x[:, None], lambda: ops.reshape(x, (-1, 1, size)) if size else x * 1]
        if rank == 3:
            options += [lambda: ops.mean(x, axis=1), lambda: x[:, 0], lambda: x[:, -1:], lambda: ops.swapaxes(x, 1, 2), lambda: ops.max(x, axis=(1,)), lambda: ops.transpose(x, (0, 2, 1)), lambda: x[:, ::2], lambda: ops.expand_dims(x, 2)]
        if rank == 4:
            options += [lambda: ops.mean(x, axis=(1, 2)), lambda: x[:, 0], lambda: ops.image.resize(x, (4, 5)), lambda: ops.max(x, axis=[1]), lambda: ops.average_pool(x, 2, padding="same"), lambda: x[:, :, 0, :], lambda: ops.moveaxis(x, -1, 1)]
        return self.pick(options)


def randomize(model, rng):
    for v in model.weights:
        if "seed" in v.path:
            continue
        low, high = (0.5, 1.5) if "variance" in v.path else (-0.7, 0.7)
        v.assign(rng.uniform(low, high, v.shape).astype("float32" if v.dtype == "bfloat16" else v.dtype))


def value(spec, rng):
    """Random numbers for an input."""
    shape = [3] + [4 if n is None else n for n in spec.shape[1:]]
    if "int" in spec.dtype:
        return tf.constant(rng.integers(0, 6, shape), spec.dtype)
    if spec.dtype == "string":
        return tf.constant(rng.choice(["a", "b", "c", "x"], shape))
    if spec.sparse:
        return tf.sparse.from_dense(tf.constant(rng.uniform(-1.5, 1.5, shape) * (rng.uniform(size=shape) < 0.5), spec.dtype))
    return tf.cast(tf.constant(rng.uniform(-1.5, 1.5, shape), tf.float32), spec.dtype)


def quantize(model, draw):
    """The model quantized, as Keras loads it again."""
    from keras.quantizers import AbsMaxQuantizer, Int4QuantizationConfig, Int8QuantizationConfig

    config = draw.pick((
        "int8", "int4", "float8", Int8QuantizationConfig(activation_quantizer=None), Int8QuantizationConfig(activation_quantizer=AbsMaxQuantizer(value_range=(-15, 15))),
        Int4QuantizationConfig(block_size=draw.number(1, 6)), Int4QuantizationConfig(block_size=-1), Int4QuantizationConfig(block_size=None, activation_quantizer=AbsMaxQuantizer()),
    ))
    mode = config if isinstance(config, str) else config.mode
    # The config of an attention layer does not tell how its sublayers are quantized.
    inner = [sub for layer in model._flatten_layers() if "Attention" in type(layer).__name__ for sub in layer._flatten_layers()]
    left = [layer for layer in model._flatten_layers() if draw.chance(0.1)]
    model.quantize(mode, config=None if isinstance(config, str) else config, filters=lambda layer: not (
        any(layer is other for other in inner + left) or mode == "int8" and layer.compute_dtype == "float16"))
    with tempfile.TemporaryDirectory() as folder:
        model.save(folder + "/model.keras")
        return keras.models.load_model(folder + "/model.keras")


def compute(model, rng):
    """What a model is called with, and what it gives then."""
    arguments = tf.nest.map_structure(lambda x: value(x, rng), model.input)
    return arguments, tf.nest.flatten(tf.function(lambda: model(arguments, training=False), autograph=False)())


def check(model, arguments, want, tfsave, work):
    """What differs, as lines."""
    model.save(work / "model.keras")
    (work / "model.json").write_text(model.to_json())
    forms = {"archive": {"archive": "model.keras"}, "json": {"config": "model.json"}}
    if model.weights:
        model.save_weights(work / "model.weights.h5")
        forms["json"]["weights"] = "model.weights.h5"
    # Keras adds the name scopes in which a layer was made, which no file tells: the last parts of names are compared.
    variables = sorted((v.path.split("/")[-1], np.asarray(v.numpy()).tobytes()) for v in model.weights if "seed" not in v.path)
    lines = []
    for form, settings in forms.items():
        (work / "spec.json").write_text(json.dumps({"keras": settings}))
        run = subprocess.run([tfsave, "export", str(work / "spec.json"), str(work / "out")], capture_output=True, text=True)
        if run.returncode:
            return lines + [f"{form}: " + re.sub(r"\n.*", "", run.stderr.replace(str(work) + "/", "").strip())[:500]]
        loaded = tf.saved_model.load(str(work / "out"))
        got = tf.nest.flatten(loaded(arguments))
        if len(got) != len(want):
            lines.append(f"{form}: {len(got)} results instead of {len(want)}")
            continue
        for i, (g, w) in enumerate(zip(got, want)):
            lines += [f"{form}: {line}" for line in compare(i, g, w)]
        ours = sorted((v.name.removesuffix(":0").split("/")[-1], v.numpy().tobytes()) for v in loaded.variables)
        if ours != variables:
            names = [n for n, _ in ours] == [n for n, _ in variables]
            lines.append(f"{form}: variables " + ("of other values" if names else f"{[n for n, _ in ours]} instead of {[n for n, _ in variables]}"))
        shutil.rmtree(work / "out")
    return lines


def precision(model):
    """The coarsest precision that anything of a model is computed in."""
    text = model.to_json()
    return 3e-2 if "bfloat16" in text else 5e-3 if "float16" in text else 1e-5


def compare(i, got, want, allowed=None):
    if isinstance(got, tf.SparseTensor) and isinstance(want, tf.SparseTensor):
        if not np.array_equal(got.indices, want.indices) or not np.array_equal(got.dense_shape, want.dense_shape):
            return [f"result {i} has the indices {got.indices.numpy().tolist()} instead of {want.indices.numpy().tolist()}"]
        got, want = got.values, want.values
    if type(got) is not type(want):
        return [f"result {i} is a {type(got).__name__} instead of a {type(want).__name__}"]
    if got.dtype != want.dtype or got.shape != want.shape:
        return [f"result {i} is {got.dtype.name}{got.shape} instead of {want.dtype.name}{want.shape}"]
    g, w = got.numpy().astype("float64"), want.numpy().astype("float64")
    if (np.isfinite(g) != np.isfinite(w)).any():
        return [f"result {i}: infinite or NaN at other places"]
    finite = np.isfinite(w)
    scale = max(np.abs(w[finite]).max(initial=0), 1e-30)
    difference = np.abs(g - w)[finite].max(initial=0) / scale
    return [f"result {i} differs by {difference:.3g} of the largest, {scale:.3g}"] if difference > TOLERANCE[0] else []


TOLERANCE = [1e-5]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tfsave", help="binary to test; built from the checkout unless given")
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--quantized", action="store_true")
    parser.add_argument("--keep", help="a folder for the files of the models that fail")
    parser.add_argument("-v", action="store_true", dest="verbose")
    args = parser.parse_args()
    from common import build_tfsave

    tf.get_logger().setLevel("ERROR")
    warnings.simplefilter("ignore")
    tfsave = args.tfsave or build_tfsave()
    passed = failed = 0
    for seed in range(args.first, args.first + args.count):
        keras.backend.clear_session()
        keras.utils.set_random_seed(seed)
        keras.config.set_dtype_policy("float32")
        model = None
        for attempt in range(20):  # some drawn steps are none that Keras can take
            try:
                draw, rng = Draw((seed, attempt), args.quantized), np.random.default_rng(seed)
                model = draw.model()
                randomize(model, rng)
                if args.quantized:
                    model = quantize(model, draw)
                arguments, want = compute(model, rng)
                break
            except Exception as e:
                if args.verbose:
                    print(f"{seed}: drawn again: {type(e).__name__}: {str(e)[:200]}")
                keras.backend.clear_session()
                model = None
        if model is None:
            print(f"{seed}: nothing could be drawn")
            continue
        TOLERANCE[0] = precision(model)
        work = pathlib.Path(tempfile.mkdtemp(prefix="random-"))
        try:
            lines = check(model, arguments, want, tfsave, work)
        except Exception as e:
            lines = [f"{type(e).__name__}: {str(e)[:400]}"]
        if lines and args.keep:
            shutil.copytree(work, pathlib.Path(args.keep) / str(seed), dirs_exist_ok=True)
        shutil.rmtree(work)
        for line in lines:
            print(f"FAIL {seed}: {line}", flush=True)
        if args.verbose and not lines:
            print(f"ok {seed}: {len(model.operations)} operations", flush=True)
        passed, failed = passed + (not lines), failed + bool(lines)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
