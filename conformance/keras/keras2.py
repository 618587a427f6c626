"""Exports models that Keras 2 wrote, in all its file formats, and compares them with Keras 2.

    python conformance/keras/keras2.py [--tfsave BINARY] [--only TEXT] [-v]

Each model is written by tf_keras (the code base of Keras 2) as JSON with .h5 weights, as JSON with .weights.h5, as a whole .h5
and as a .keras archive; each export must give the same numbers, names of inputs and outputs, and variables. Closes with
"N passed, N failed".
"""

import argparse
import itertools
import os
import pathlib
import random
import re
import subprocess
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import json

import augmentations
import numpy as np
import tensorflow as tf
import tf_keras as keras
from tf_keras.src.engine.base_layer import TensorFlowOpLayer

from cases import b, f, i, s  # noqa: F401

L = keras.layers


class Ragged:
    def value(self, k):
        return tf.ragged.constant([[1.0, -2.0, 3.0], [], [4.0]])


class RowLengths:
    """The lengths of three rows of six values."""

    def value(self, k):
        return np.array([2, 0, 4], "int64")


def functional(make, *shapes, dtypes=None):
    inputs = [keras.Input(shape, dtype=d, name="in_" + "abcdefgh"[k]) for k, (shape, d) in enumerate(zip(shapes, dtypes or ["float32"] * len(shapes)))]
    return keras.Model(inputs if len(inputs) > 1 else inputs[0], make(*inputs))


def shared(a, b):
    d = L.Dense(4, activation="relu")
    return L.Dense(2)(L.Concatenate()([d(a), d(b)]))


def nested(a):
    x = keras.Input((4,))
    inner = keras.Model(x, [L.Dense(3)(x), L.Dense(2)(x)], name="inner")
    first = inner(a)
    second = inner(L.Dense(4)(a))
    return [first[0], second[1], L.Add()([first[1], second[1]])]


def nested_sequential(a):
    inner = keras.Sequential([L.Dense(3, activation="relu"), L.Dropout(0.3), L.Dense(2)], name="inner")
    return L.Add()([inner(a), inner(a)])


def deferred(a):
    inner = keras.Sequential([keras.Input((4,)), L.Dense(3)], name="first")
    outer = keras.Sequential([inner, L.BatchNormalization(), L.Dense(2)])
    return outer(a)


def tf_ops(a, b):
    x = tf.nn.relu(a) * 2.0 + b
    y = 1.0 - tf.math.reduce_mean(x, axis=-1, keepdims=True)
    z = tf.concat([x, -x / (tf.abs(y) + 1.0)], axis=-1)
    return tf.cast(z > 0.0, tf.float32) * z


def tf_more(a):
    x = tf.transpose(tf.reshape(a, [-1, 2, 3]), [0, 2, 1])
    x = tf.matmul(x, tf.constant([[1.0, 2.0], [3.0, 4.0]]))
    x = tf.stack([x, tf.square(x)], axis=1)
    y = tf.nn.softmax(x[:, 0]) ** 2.0
    p, q = tf.split(y, 2, axis=-1)
    return [p - q, tf.reduce_sum(x, axis=[1, 2]), tf.where(p > q, p, q), tf.clip_by_value(a, -0.5, 0.5), tf.expand_dims(a, 1)]


def slicing(a):
    return [a[:, 0], a[:, 1:3], a[:, ::2], a[:, 1:]]


def operators(a, b):
    return [a + b, a - b, a * b, a / b, a // b, a % b, -a, abs(a), a < b, a >= b, a == a, a**2, 2.0 - a, 3.0 / a, 2.0 * a + 1.0]


def masked(a):
    x = L.Embedding(10, 4, mask_zero=True)(a)
    x = L.Dropout(0.2)(x)
    x = L.LSTM(5, return_sequences=True)(x)
    return L.Dense(2)(L.GRU(3)(x))


def attention(a, b):
    return L.MultiHeadAttention(2, 3)(a, b, use_causal_mask=True)


def attention_options(a, b):
    x, scores = L.MultiHeadAttention(2, 3, value_dim=4, output_shape=5, dropout=0.1)(a, b, return_attention_scores=True)
    return [x, scores, L.MultiHeadAttention(2, 3, use_bias=False)(b, a, a), L.Attention(score_mode="concat")([a, b], use_causal_mask=True)]


def attention_masked(a):
    x = L.Embedding(9, 6, mask_zero=True)(a)
    y = L.MultiHeadAttention(2, 3)(x, x)
    x = L.LayerNormalization()(L.Add()([x, y]))
    y = L.MultiHeadAttention(2, 3)(x, x, use_causal_mask=True)
    z = L.AdditiveAttention()([x, y])
    return [L.GlobalAveragePooling1D()(y), L.GlobalAveragePooling1D()(z)]


def lookup(a, b):
    words, numbers = ["a", "b", "the cat"], [3, 5, 6]
    out = [L.StringLookup(vocabulary=words, num_oov_indices=n, mask_token=m)(a) for n in (1, 3) for m in (None, "")]
    out += [L.StringLookup(vocabulary=words, output_mode=m)(a) for m in ("multi_hot", "count")]
    out += [L.IntegerLookup(vocabulary=numbers, num_oov_indices=n)(b) for n in (1, 3)]
    out.append(L.StringLookup(vocabulary=words, invert=True)(b))
    out.append(L.Dense(2)(L.IntegerLookup(vocabulary=numbers, output_mode="tf_idf", idf_weights=[0.5, 1.0, 2.0])(b)))
    return out


def text(a):
    words = ["the", "cat", "sat", "the cat"]
    out = [L.TextVectorization(vocabulary=words, **k)(a) for k in ({}, {"ngrams": 2}, {"output_sequence_length": 3}, {"split": "character"})]
    out += [L.TextVectorization(vocabulary=words, output_mode=m, max_tokens=9, pad_to_max_tokens=p)(a) for m in ("multi_hot", "count") for p in (True, False)]
    return out + [L.TextVectorization(vocabulary=words, output_mode="tf_idf", idf_weights=[0.5, 1.0, 2.0, 3.0])(a)]


def learned(a):
    words, counts = L.TextVectorization(), L.TextVectorization(output_mode="tf_idf")
    words.adapt(["the cat sat", "on the mat"])
    counts.adapt(["the cat sat", "on the mat"])
    return [words(a), counts(a)]


class Sparse:
    def value(self, k):
        return tf.sparse.from_dense([[1.0, 0.0, -2.0, 3.0], [0.0, 0.0, 0.0, 0.0], [4.0, 0.0, 0.5, 0.0]])


def sparse_layers():
    a = keras.Input((4,), sparse=True)
    both = L.Concatenate()([L.Activation("tanh")(a), a])
    return keras.Model(a, [L.Dense(3)(a), both, L.Dense(2, activation="relu")(L.Concatenate()([a, a])), L.Dropout(0.1)(a), L.Discretization([0.0, 1.0])(a)])


def sparse_categories(a, b, c):
    counts = L.Hashing(5, output_mode="count", sparse=True)(a)
    hot = L.StringLookup(vocabulary=["a", "b"], output_mode="multi_hot", sparse=True)(a)
    return [
        counts, hot, L.Dense(2)(L.Concatenate()([counts, hot])),
        L.StringLookup(vocabulary=["a", "b"], idf_weights=[0.5, 2.0], output_mode="tf_idf", sparse=True)(a),
        L.CategoryEncoding(9, sparse=True)(b), L.CategoryEncoding(9, output_mode="count", sparse=True)(b, count_weights=c),
        L.CategoryEncoding(9, output_mode="one_hot", sparse=True)(b[:, 0]),
        L.Discretization([0.0, 1.0], output_mode="multi_hot", sparse=True)(c),
        L.TextVectorization(vocabulary=["a", "b"], split=None, output_mode="count", sparse=True)(a),
    ]


def categories(a, b, c):
    out = [L.Hashing(4)(a), L.Hashing(4, salt=3, mask_value="")(a), L.HashedCrossing(5)([a, b]), L.HashedCrossing(5, output_mode="one_hot")([a, b])]
    out += [L.CategoryEncoding(5, output_mode=m)(b) for m in ("one_hot", "multi_hot", "count")]
    return out + [L.Discretization([-1.0, 0.0, 1.5], output_mode=m)(c) for m in ("int", "multi_hot", "count")]


def images(a):
    out = [L.Resizing(4, 6, interpolation=n)(a) for n in ("bilinear", "nearest", "bicubic", "area", "lanczos3", "gaussian")]
    out += [L.Resizing(4, 6, crop_to_aspect_ratio=True)(a), L.CenterCrop(4, 4)(a), L.CenterCrop(12, 4)(a), L.RandomCrop(4, 6)(a)]
    random = [L.RandomFlip(), L.RandomRotation(0.1), L.RandomZoom(0.1), L.RandomContrast(0.1), L.RandomBrightness(0.1), L.RandomTranslation(0.1, 0.1)]
    return out + [layer(a) for layer in random + [L.RandomHeight(0.1), L.RandomWidth(0.1)]]


def augmented(a):
    """Changes of images that leave nothing to chance."""
    x = L.RandomZoom((0.2, 0.2), (-0.3, -0.3), fill_mode="constant")(L.RandomRotation((0.21, 0.21), interpolation="nearest")(a))
    x = L.RandomBrightness((0.1, 0.1))(L.RandomTranslation((0.2, 0.2), (-0.1, -0.1), fill_mode="wrap")(L.Conv2D(3, 2)(x)))
    x = L.RandomCrop(12, 5)(L.RandomRotation((0.1, 0.1))(x))
    return L.Conv2D(2, 1)(L.RandomWidth((-0.2, -0.2), interpolation="nearest")(L.RandomHeight((0.3, 0.3))(x)))


# Changes of images that draw random numbers.
RANDOM = (
    "RandomFlip(seed=3)", "RandomFlip('horizontal', seed=3)", "RandomFlip('vertical', seed=3)", "RandomRotation(0.2, seed=3)",
    "RandomZoom(0.3, seed=3)", "RandomZoom(0.3, 0.2, seed=3)", "RandomTranslation(0.3, (0.1, 0.2), seed=3)",
    "RandomContrast(0.8, seed=3)", "RandomContrast((0.2, 0.9), seed=3)", "RandomBrightness(0.3, seed=3)",
    "RandomCrop(4, 5, seed=3)",
)


def states(a):
    seq, h, c = L.LSTM(4, return_sequences=True, return_state=True)(a)
    return L.LSTM(4)(seq, initial_state=[h, c])


def bidirectional(a):
    x = L.Masking()(a)
    x = L.Bidirectional(L.LSTM(3, return_sequences=True))(x)
    return L.Bidirectional(L.GRU(2), merge_mode="sum")(x)


def rnn_options(a):
    """Each recurrent layer in all directions, in a loop and unrolled."""
    flags = [dict(go_backwards=g, return_sequences=s, unroll=u) for g in (False, True) for s in (False, True) for u in (False, True)]
    out = [layer(3, **options) for layer in (L.SimpleRNN, L.LSTM, L.GRU) for options in flags]
    out += [L.LSTM(3, implementation=1), L.LSTM(3, use_bias=False, activation="relu", recurrent_activation="hard_sigmoid"),
            L.LSTM(3, unit_forget_bias=False, dropout=0.3, recurrent_dropout=0.2), L.GRU(3, implementation=1, recurrent_dropout=0.2),
            L.GRU(3, reset_after=False, recurrent_activation="hard_sigmoid"), L.SimpleRNN(3, activation="softsign", use_bias=False)]
    return [layer(a) for layer in out]


def rnn_masked(a, b):
    x = L.Masking()(a)
    out = []
    for layer in (L.SimpleRNN, L.LSTM, L.GRU):
        for options in ({}, {"unroll": True}, {"go_backwards": True}, {"zero_output_for_mask": True}):
            out.append(layer(3, return_sequences=True, **options)(x))
        y, *states = layer(3, return_sequences=True, return_state=True)(x)
        out += [*states, layer(3)(y), layer(3)(a, mask=b > 0.0)]
    return out


def rnn_states(a, b, c):
    y, s = L.GRU(4, return_sequences=True, return_state=True)(a)
    out = [L.GRU(4)(y, initial_state=s), L.SimpleRNN(4)(a, initial_state=b), *L.LSTM(4, return_state=True)(a, initial_state=[b, c])]
    out += L.Bidirectional(L.LSTM(4, return_state=True))(a, initial_state=[b, c, c, b])
    out.append(L.RNN([L.LSTMCell(4), L.GRUCell(4)])(a, initial_state=[[b, c], b]))
    x = L.Masking()(a)
    return [*out, L.GRU(4, return_sequences=True)(x, initial_state=b), L.Bidirectional(L.GRU(4))(x, initial_state=[b, c])]


def rnn_cells(a):
    stack = L.StackedRNNCells([L.SimpleRNNCell(3), L.LSTMCell(4), L.GRUCell(2, reset_after=False)])
    out = [L.RNN(stack)(a), *L.RNN([L.LSTMCell(4), L.GRUCell(3)], return_state=True, unroll=True)(a)]
    out += L.RNN(L.StackedRNNCells([L.LSTMCell(4), L.LSTMCell(4)], reverse_state_order=True), return_state=True)(L.Masking()(a))
    return [*out, L.RNN(L.GRUCell(3), return_sequences=True, go_backwards=True)(a)]


def bidirectional_options(a):
    x = L.Masking()(a)
    out = []
    for merge in ("concat", "sum", "mul", "ave", None):
        for layer in (L.LSTM(3, return_sequences=True), L.GRU(3), L.SimpleRNN(3, return_sequences=True, return_state=True)):
            y = L.Bidirectional(layer, merge_mode=merge)(a)
            out += y if isinstance(y, (list, tuple)) else [y]
    out.append(L.Bidirectional(L.LSTM(3, return_sequences=True), backward_layer=L.GRU(2, return_sequences=True, go_backwards=True))(x))
    return [*out, L.LSTM(2)(L.Bidirectional(L.LSTM(3, return_sequences=True, name="named"))(x))]


def time_distributed(a, b):
    x = keras.Input((3, 2))
    inner = keras.Model(x, L.Add()([L.GRU(3)(x), L.LSTM(3)(x)]), name="inner")
    y, x = L.TimeDistributed(inner)(a), L.Masking()(b)
    seq = keras.Sequential([L.Dense(4, activation="relu"), L.Dropout(0.2), L.Dense(2)])
    out = [y, L.TimeDistributed(L.LSTM(2))(a), L.TimeDistributed(L.Conv1D(2, 2, activation="relu"))(a), L.TimeDistributed(seq)(b)]
    out.append(L.LSTM(2)(L.TimeDistributed(L.Dense(3))(x)))
    return [*out, L.LSTM(2)(L.TimeDistributed(L.Dense(3))(L.TimeDistributed(L.Masking())(a)[:, :, 0]))]


def batch_known(make, *shapes):
    inputs = [keras.Input(batch_shape=(3, *shape), name="in_" + "abc"[k]) for k, shape in enumerate(shapes)]
    return keras.Model(inputs if len(inputs) > 1 else inputs[0], make(*inputs))


def distributed_model(a):
    """Keras calls a model for each step by itself where it knows the batch."""
    def inner():
        x = keras.Input((2,))
        return keras.Model(x, L.BatchNormalization()(L.Dense(3)(x)))

    return [L.TimeDistributed(inner())(a), L.TimeDistributed(inner())(L.Masking()(a))]


def stateful(a):
    y = L.LSTM(3, stateful=True, return_sequences=True)(a)
    y = L.Bidirectional(L.GRU(3, stateful=True, return_sequences=True))(y)
    return L.RNN([L.SimpleRNNCell(2), L.LSTMCell(2)], stateful=True)(y)


class RaggedSequences:
    """Sequences of different lengths as an input."""

    def value(self, k):
        values = np.random.default_rng(100 + k).uniform(-2, 2, (9, 3)).astype("float32")
        return tf.RaggedTensor.from_row_lengths(values, [3, 1, 5])


def ragged_sequences():
    a = keras.Input((None, 3), ragged=True)
    y = L.TimeDistributed(L.Dense(4))(a)
    out = [L.LSTM(3)(a), L.GRU(3)(y), L.SimpleRNN(3, go_backwards=True)(a), y, L.RNN(L.LSTMCell(3), return_sequences=True)(y)]
    out += [L.GRU(3, return_sequences=True, go_backwards=True)(a), L.Bidirectional(L.LSTM(2))(L.LSTM(3, return_sequences=True)(a))]
    return keras.Model(a, [*out, L.Bidirectional(L.GRU(3, return_sequences=True), merge_mode="sum")(a)])


def conv_lstms(a):
    out = [L.ConvLSTM2D(2, 2, padding=p, return_sequences=s, go_backwards=g)(a) for p in ("valid", "same") for s in (False, True) for g in (False, True)]
    out += L.ConvLSTM2D(2, (2, 3), strides=2, return_state=True, use_bias=False)(a)
    return [*out, L.ConvLSTM2D(2, 2, dilation_rate=2, recurrent_activation="sigmoid")(a), L.Bidirectional(L.ConvLSTM2D(2, 2))(a)]


def distributed(a):
    return L.TimeDistributed(L.Dense(3, activation="tanh"))(L.Masking()(a))


def dict_outputs(a):
    return {"p": L.Dense(2, name="pp")(a), "q": L.Dense(3, name="qq")(a)}


def residual(a):
    x = L.Conv2D(4, 3, padding="same", use_bias=False)(a)
    x = L.ReLU(6.0)(L.BatchNormalization()(x))
    y = L.Conv2D(4, 1)(a)
    x = L.Add()([x, y])
    x = L.MaxPooling2D()(x)
    return L.Dense(3, activation="softmax")(L.GlobalAveragePooling2D()(x))


def frozen(a):
    inner = keras.Sequential([L.Dense(3, name="one"), L.BatchNormalization(name="two")], name="frozen")
    inner.trainable = False
    x = L.BatchNormalization()(a)
    return L.Dense(2)(inner(x))


def partly_frozen(a):
    x = keras.Input((4,))
    one, two = L.Dense(3, name="one"), L.BatchNormalization(name="two")
    one.trainable = False
    inner = keras.Model(x, L.Dense(2, name="three")(two(one(x))), name="partly")
    return inner(a)


def fixed(a):
    """training in the config, which counts before what the model is called with."""
    inner = keras.Sequential([keras.Input((8, 8, 3)), L.BatchNormalization(name="inside")], name="inner")
    x = L.BatchNormalization(name="off")(inner(a, training=False), training=False)
    return L.GlobalAveragePooling2D()(L.BatchNormalization(name="any")(L.BatchNormalization(name="on")(x, training=True)))


def same_twice(a):
    d = L.Dense(3, name="same")
    return [d(a), d(L.ReLU()(a))]


def activations(a):
    names = "relu elu selu softplus softsign tanh sigmoid hard_sigmoid exponential linear swish gelu mish softmax leaky_relu".split()
    out = []
    for n in names:
        try:
            out.append(L.Dense(2, activation=n)(a))
        except ValueError:
            pass
    out += [L.LeakyReLU(0.2)(a), L.PReLU()(a), L.ELU(0.7)(a), L.ThresholdedReLU(0.4)(a), L.Softmax()(a)]
    return out


NUMBERS = itertools.count()


def node(op, inputs, constants=None, **types):
    """The layer that TensorFlow 2.0 to 2.3 made for an op on symbolic tensors."""
    node_def = tf.compat.v1.NodeDef(op=op, name=op.lower())
    node_def.input.extend([f"x{k}" for k in range(4)])
    for k, v in types.items():
        attr = node_def.attr[k]
        if isinstance(v, tf.DType):
            attr.type = v.as_datatype_enum
        elif isinstance(v, bool):
            attr.b = v
        elif isinstance(v, int):
            attr.i = v
        elif isinstance(v, float):
            attr.f = v
        elif isinstance(v, bytes):
            attr.s = v
        elif v and isinstance(v[0], tf.DType):
            attr.list.type.extend([t.as_datatype_enum for t in v])
        else:
            attr.list.i.extend(v)
    return TensorFlowOpLayer(node_def.SerializeToString(), f"{op}_{next(NUMBERS)}", constants=constants)(inputs)


def op_layers(a):
    F, I = tf.float32, tf.int32
    x = node("AddV2", a, {1: np.float32(2.0)}, T=F)
    x = node("Sub", x, {0: np.array([1.0, 2.0, 3.0, 4.0], "float32")}, T=F)
    p, q = node("Split", x, {0: np.int32(1)}, T=F, num_split=2)
    y = node("ConcatV2", [p, node("LeakyRelu", q, T=F, alpha=0.3)], {2: np.int32(-1)}, T=F, N=2, Tidx=I)
    z = node("StridedSlice", y, {1: [0, 0], 2: [0, 2], 3: [1, 1]}, T=F, Index=I, begin_mask=1, end_mask=1, shrink_axis_mask=0)
    m = node("Mean", y, {1: np.int32(1)}, T=F, Tidx=I, keep_dims=True)
    r = node("Reshape", node("Squeeze", m, T=F, squeeze_dims=[1]), {1: [-1, 1, 1]}, T=F, Tshape=I)
    return [y, z, m, r, node("MatMul", [y, a], T=F, transpose_a=False, transpose_b=True), node("Cast", y, SrcT=F, DstT=tf.float16)]


def ragged_layers(a):
    x = a.with_values(a.values * 2.0)
    return [x.to_tensor(default_value=-1.0), a.row_lengths(), a.flat_values, tf.reduce_sum(a, axis=1), a[:, :2].to_tensor(), a.row_splits]


def class_methods(a, b):
    x = tf.RaggedTensor.from_row_lengths(a, b, validate=False)
    return [x.to_tensor(), tf.RaggedTensor.from_tensor(tf.stack([a, a], axis=1), padding=0.0).to_tensor()]


def more_lambdas(a, b):
    v1 = tf.compat.v1
    return [
        tf.boolean_mask(a, a[:, 0] > 0.0), tf.where(a > b, a, 0.0), tf.concat([a, np.ones((3, 4), "float32")], 0),
        tf.math.top_k(a, 2)[0], tf.linalg.matmul(a, b, transpose_b=True), a[:, tf.newaxis], tf.gather(a, [0, 1], axis=1), tf.nn.moments(a, [1])[0],
        tf.cast(tf.shape(a)[0], tf.float32) * a, keras.backend.sum(a), keras.backend.softmax(a), keras.activations.relu(a), tf.unstack(a, axis=1)[0],
        tf.split(a, 2, axis=1)[0], tf.sort(a, direction="DESCENDING"), tf.one_hot(tf.cast(a, tf.int32), 3, dtype=tf.float16),
        tf.stack([a, b]), v1.nn.softmax(a), v1.reduce_sum(a, 1, keep_dims=True), v1.expand_dims(a, dim=0), v1.where(a[:, 0] > 0.0, a, b),
        v1.argmax(a, dimension=1), tf.reshape(a, [-1, 2, 2]), tf.tile(a, [1, 2]), tf.pad(a, [[0, 0], [1, 1]]), tf.transpose(a), tf.math.maximum(a, 0.5), tf.linalg.norm(a, axis=-1),
        tf.nn.l2_normalize(a, axis=-1), tf.math.reduce_std(a, axis=0), tf.cumsum(a, axis=1), tf.reverse(a, [1]), tf.roll(a, 1, 1), tf.argsort(a), tf.math.divide_no_nan(a, b),
        tf.clip_by_value(a, -1.0, 1.0), tf.math.squared_difference(a, b), tf.math.reduce_euclidean_norm(a, axis=1), tf.image.resize(tf.reshape(a, [-1, 2, 2, 1]), [4, 4]),
        tf.squeeze(a[:, :1], axis=[1]), tf.repeat(a, 2, axis=1), tf.ones_like(a) + tf.zeros_like(b), tf.math.logical_and(a > 0.0, b > 0.0), tf.strings.as_string(tf.cast(a, tf.int32)), tf.nn.relu6(a), tf.tensordot(a, b, [[1], [1]]),
    ]


MODELS = {
    "op_layers": (lambda: functional(op_layers, (4,)), [f(4)]),
    "ragged_layers": (lambda: (lambda x: keras.Model(x, ragged_layers(x)))(keras.Input((None,), ragged=True, name="in_a")), [Ragged()]),
    "class_methods": (lambda: functional(class_methods, (), (), dtypes=["float32", "int64"]), [f(batch=6), RowLengths()]),
    "more_lambdas": (lambda: functional(more_lambdas, (4,), (4,)), [f(4), f(4)]),
    "dense": (lambda: functional(lambda a: L.Dense(5, name="out")(a), (4,)), [f(4)]),
    "sequential": (lambda: keras.Sequential([keras.Input((4,), name="x"), L.Dense(5, activation="relu"), L.Dense(3, name="y")]), [f(4)]),
    "sequential_no_input": (lambda: built(keras.Sequential([L.Dense(5, input_shape=(4,)), L.Dense(3)])), [f(4)]),
    "sequential_built": (lambda: built(keras.Sequential([L.Dense(5), L.Dense(3)]), (None, 4)), [f(4)]),
    "shared": (lambda: functional(shared, (4,), (4,)), [f(4), f(4)]),
    "nested": (lambda: functional(nested, (4,)), [f(4)]),
    "nested_sequential": (lambda: functional(nested_sequential, (4,)), [f(4)]),
    "deferred": (lambda: functional(deferred, (4,)), [f(4)]),
    "tf_ops": (lambda: functional(tf_ops, (4,), (4,)), [f(4), f(4)]),
    "tf_more": (lambda: functional(tf_more, (6,)), [f(6)]),
    "slicing": (lambda: functional(slicing, (5,)), [f(5)]),
    "operators": (lambda: functional(operators, (4,), (4,)), [f(4), f(4, low=0.5)]),
    "masked": (lambda: functional(masked, (6,), dtypes=["int32"]), [i(6, high=4)]),
    "masked_pooling": (lambda: functional(lambda a: L.GlobalAveragePooling1D()(L.Embedding(9, 3, mask_zero=True)(a)), (6,), dtypes=["int32"]), [i(6, high=3)]),
    "masked_merge": (lambda: functional(lambda a, b: L.GlobalAveragePooling1D()(L.Add()([L.Embedding(9, 3, mask_zero=True)(a), L.Embedding(9, 3, mask_zero=True)(b)])), (6,), (6,), dtypes=["int32", "int32"]), [i(6, high=3), i(6, high=3)]),
    "masked_concatenate": (lambda: functional(lambda a, b: L.GlobalAveragePooling1D()(L.Concatenate(axis=1)([L.Masking()(a), L.Masking()(b)])), (4, 3), (5, 3)), [i(4, 3, high=2, dtype="float32"), i(5, 3, high=2, dtype="float32")]),
    "masked_nested": (lambda: functional(masked_nested, (6,), dtypes=["int32"]), [i(6, high=3)]),
    "masked_sequential": (lambda: keras.Sequential([keras.Input((6,), dtype="int32"), L.Embedding(9, 3, mask_zero=True), L.Dropout(0.1), L.GlobalAveragePooling1D(), L.Dense(2)]), [i(6, high=3)]),
    "masked_softmax": (lambda: functional(lambda a: L.Softmax(axis=1)(a, mask=tf.greater(a, 0.0)), (6,)), [f(6)]),
    "attention": (lambda: functional(attention, (4, 6), (4, 6)), [f(4, 6), f(4, 6)]),
    "dot_attention": (lambda: functional(lambda a, b: L.Attention(use_scale=True)([a, b]), (4, 6), (5, 6)), [f(4, 6), f(5, 6)]),
    "additive_attention": (lambda: functional(lambda a, b: L.AdditiveAttention()([a, b]), (4, 6), (5, 6)), [f(4, 6), f(5, 6)]),
    "attention_options": (lambda: functional(attention_options, (4, 6), (5, 6)), [f(4, 6), f(5, 6)]),
    "attention_masked": (lambda: functional(attention_masked, (6,), dtypes=["int32"]), [i(6, high=3)]),
    "states": (lambda: functional(states, (5, 3)), [f(5, 3)]),
    "rnn": (lambda: functional(lambda a: L.SimpleRNN(4)(L.GRU(4, reset_after=False, return_sequences=True)(a)), (5, 3)), [f(5, 3)]),
    "cells": (lambda: functional(lambda a: L.RNN([L.LSTMCell(4), L.GRUCell(3)], return_sequences=True)(a), (5, 3)), [f(5, 3)]),
    "rnn_options": (lambda: functional(rnn_options, (4, 3)), [f(4, 3)]),
    "rnn_any_length": (lambda: functional(lambda a: [L.LSTM(3)(a), L.Bidirectional(L.GRU(3, return_sequences=True))(a), L.RNN(L.LSTMCell(2))(a), L.TimeDistributed(L.Dense(2))(a)], (None, 3)), [f(None, 3)]),
    "rnn_masked": (lambda: functional(rnn_masked, (5, 3), (5,)), [i(5, 3, high=2, dtype="float32"), f(5)]),
    "rnn_states": (lambda: functional(rnn_states, (5, 3), (4,), (4,)), [i(5, 3, high=2, dtype="float32"), f(4), f(4)]),
    "rnn_cells": (lambda: functional(rnn_cells, (5, 3)), [i(5, 3, high=2, dtype="float32")]),
    "bidirectional_options": (lambda: functional(bidirectional_options, (5, 3)), [i(5, 3, high=2, dtype="float32")]),
    "time_distributed": (lambda: functional(time_distributed, (4, 3, 2), (4, 3)), [i(4, 3, 2, high=2, dtype="float32"), i(4, 3, high=2, dtype="float32")]),
    "distributed_model": (lambda: batch_known(distributed_model, (4, 2)), [i(4, 2, high=2, dtype="float32")]),
    "stateful": (lambda: batch_known(stateful, (4, 2)), [f(4, 2)]),
    "conv_lstms": (lambda: functional(conv_lstms, (3, 5, 5, 2)), [f(3, 5, 5, 2)]),
    "conv_lstm_masked": (lambda: functional(lambda a, b: [L.ConvLSTM1D(2, 2, return_sequences=True)(a, mask=b > 0.0), L.ConvLSTM3D(2, 2)(L.Reshape((3, 4, 2, 2, 1))(a))], (3, 4, 4), (3,)), [f(3, 4, 4), f(3)]),
    "ragged_sequences": (ragged_sequences, [RaggedSequences()]),
    "time_major": (lambda: functional(lambda a: L.LSTM(3, time_major=True, return_sequences=True)(tf.transpose(a, [1, 0, 2])), (5, 3)), [f(5, 3)]),
    "bidirectional": (lambda: functional(bidirectional, (5, 3)), [i(5, 3, high=2, dtype="float32")]),
    "distributed": (lambda: functional(distributed, (5, 3)), [i(5, 3, high=2, dtype="float32")]),
    "conv_lstm": (lambda: functional(lambda a: L.ConvLSTM2D(3, 2)(a), (4, 5, 5, 2)), [f(4, 5, 5, 2)]),
    "dict_outputs": (lambda: functional(dict_outputs, (4,)), [f(4)]),
    "residual": (lambda: functional(residual, (8, 8, 3)), [f(8, 8, 3)]),
    "frozen": (lambda: functional(frozen, (4,)), [f(4)]),
    "partly_frozen": (lambda: functional(partly_frozen, (4,)), [f(4)]),
    "fixed": (lambda: functional(fixed, (8, 8, 3)), [f(8, 8, 3)]),
    "same_twice": (lambda: functional(same_twice, (4,)), [f(4)]),
    "activations": (lambda: functional(activations, (4,)), [f(4)]),
    "convolutions": (lambda: functional(lambda a: [L.DepthwiseConv2D(3)(a), L.SeparableConv2D(4, 3)(a), L.Conv2DTranspose(3, 3, strides=2)(a), L.Conv2D(4, 3, dilation_rate=2)(a), L.Cropping2D(1)(a), L.UpSampling2D(2)(a), L.ZeroPadding2D(1)(a)], (8, 8, 2)), [f(8, 8, 2)]),
    "normalization": (lambda: functional(lambda a: [L.BatchNormalization(axis=1)(a), L.LayerNormalization()(a), L.GroupNormalization(2)(a), L.UnitNormalization()(a)], (4, 6)), [f(4, 6)]),
    "reshaping": (lambda: functional(lambda a: [L.Flatten()(a), L.Reshape((6, -1))(a), L.Permute((2, 1))(a), L.Dot(axes=2)([a, a])], (4, 6)), [f(4, 6)]),
    "preprocessing": (lambda: functional(lambda a: L.Dense(2)(L.Rescaling(0.5, offset=1.0)(L.Normalization(mean=[1.0, 2.0, 3.0, 4.0], variance=[1.0, 2.0, 3.0, 4.0])(a))), (4,)), [f(4)]),
    "lookup": (lambda: functional(lookup, (4,), (4,), dtypes=["string", "int64"]), [s(4), i(4, high=9, dtype="int64")]),
    "text": (lambda: functional(text, (1,), dtypes=["string"]), [s(1)]),
    "learned": (lambda: functional(learned, (1,), dtypes=["string"]), [s(1)]),
    "categories": (lambda: functional(categories, (1,), (1,), (4,), dtypes=["string", "int64", "float32"]), [s(1), i(1, dtype="int64"), f(4)]),
    "sparse_layers": (sparse_layers, [Sparse()]),
    "sparse_categories": (lambda: functional(sparse_categories, (4,), (4,), (4,), dtypes=["string", "int64", "float32"]), [s(4), i(4, high=9, dtype="int64"), f(4)]),
    "images": (lambda: functional(images, (9, 8, 3)), [f(9, 8, 3, low=0, high=255)]),
    "augmented": (lambda: functional(augmented, (9, 8, 3)), [f(9, 8, 3, low=0, high=255)]),
    "images_of_any_size": (lambda: functional(lambda a: [L.Resizing(4, 6)(a), L.CenterCrop(4, 6)(a), L.CenterCrop(12, 6)(a)], (None, None, 3)), [f(9, 8, 3, low=0, high=255)]),
    "mobilenet": (lambda: keras.applications.MobileNetV2(weights=None, input_shape=(64, 64, 3), classifier_activation=None), [f(64, 64, 3, low=-1, high=1)]),
    "resnet": (lambda: keras.applications.ResNet50V2(weights=None, input_shape=(64, 64, 3), classifier_activation=None), [f(64, 64, 3, low=-1, high=1)]),
    "efficientnet": (lambda: keras.applications.EfficientNetB0(weights=None, input_shape=(64, 64, 3), classifier_activation=None), [f(64, 64, 3, low=0, high=255)]),
}


def masked_nested(a):
    x = keras.Input((6,), dtype="int32")
    inner = keras.Model(x, L.Dropout(0.1)(L.Embedding(9, 3, mask_zero=True)(x)), name="inner")
    y = keras.Input((6, 3))
    second = keras.Model(y, L.Dense(4)(y), name="second")
    return L.GlobalAveragePooling1D()(second(inner(a)))


def built(model, shape=None):
    if shape:
        model.build(shape)
    return model


def randomize(model):
    rng = np.random.default_rng(3)
    for v in model.weights:
        if not isinstance(v, tf.Variable) or None in v.shape or not v.dtype.is_floating:
            continue  # what lookups have learned
        if "kernel" not in v.name or len(model.weights) < 100:
            low = 0.5 if "variance" in v.name else -0.6
            v.assign(rng.uniform(low, 0.8, v.shape).astype(v.dtype.as_numpy_dtype) if v.dtype.is_floating else v)


def forms(model, work):
    """The files of a model: settings of keras: by the name of the form."""
    (work / "model.json").write_text(model.to_json())
    out = {}
    if not all(isinstance(v, tf.Variable) for v in model.weights):
        model.save(work / "model.keras")  # no other file has a vocabulary
        return {"keras": {"archive": "model.keras"}}
    if model.weights:
        model.save_weights(work / "old.h5")
        out["json and h5"] = {"config": "model.json", "weights": "old.h5"}
        model.save_weights(work / "new.weights.h5")
        out["json and weights.h5"] = {"config": "model.json", "weights": "new.weights.h5"}
        model.save_weights(work / "ckpt")
        out["json and checkpoint"] = {"config": "model.json", "weights": "ckpt"}
    else:
        out["json"] = {"config": "model.json"}
    model.save(work / "whole.h5")
    out["h5"] = {"archive": "whole.h5"}
    model.save(work / "model.keras")
    out["keras"] = {"archive": "model.keras"}
    return out


def check(name, tfsave, work):
    keras.backend.clear_session()
    keras.utils.set_random_seed(1)
    make, inputs = MODELS[name]
    model = make()
    randomize(model)
    values = [v if tf.is_tensor(v := x.value(k)) else tf.constant(v) for k, x in enumerate(inputs)]
    want = tf.nest.flatten(tf.function(lambda *x: model(list(x) if len(x) > 1 else x[0], training=False), autograph=False)(*values))
    lines = []
    for form, settings in forms(model, work).items():
        (work / "spec.json").write_text(json.dumps({"keras": settings}))
        run = subprocess.run([tfsave, "export", str(work / "spec.json"), str(work / "out")], capture_output=True, text=True)
        if run.returncode:
            text = run.stderr.replace(str(work) + "/", "").strip()
            lines.append(f"{form}: {text.splitlines()[0][:400]}")
            continue
        loaded = tf.saved_model.load(str(work / "out"))
        got = tf.nest.flatten(loaded(list(values) if len(values) > 1 else values[0]))
        if len(got) != len(want):
            lines.append(f"{form}: {len(got)} results instead of {len(want)}")
            continue
        for k, (g, w) in enumerate(zip(got, want)):
            if isinstance(w, tf.RaggedTensor):
                if g.nested_row_lengths()[0].numpy().tolist() != w.nested_row_lengths()[0].numpy().tolist():
                    lines.append(f"{form}: result {k} has other rows")
                g, w = g.flat_values, w.flat_values
            if isinstance(w, tf.SparseTensor):
                if not np.array_equal(g.indices, w.indices) or not np.array_equal(g.dense_shape, w.dense_shape):
                    lines.append(f"{form}: result {k} has other indices")
                g, w = g.values, w.values
            if g.shape != w.shape or g.dtype != w.dtype:
                lines.append(f"{form}: result {k} is {g.dtype.name}{g.shape} instead of {w.dtype.name}{w.shape}")
                continue
            if w.dtype == tf.string:
                if (g.numpy() != w.numpy()).any():
                    lines.append(f"{form}: result {k} has other strings")
                continue
            g, w = g.numpy().astype("float64"), w.numpy().astype("float64")
            difference = np.abs(g - w).max() / max(np.abs(w).max(), 1e-30)
            if not difference <= 1e-5:
                lines.append(f"{form}: result {k} differs by {difference:.3g}")
        if isinstance(values[0], (tf.RaggedTensor, tf.SparseTensor)):
            continue  # several tensors of a signature, whose names Keras does not give
        signature = loaded.signatures["serving_default"]
        names = sorted(signature.structured_input_signature[1]), sorted(signature.structured_outputs)
        seen = {}
        outputs = []
        for n in model.output_names:
            outputs.append(n if n not in seen else f"{n}_{seen[n]}")
            seen[n] = seen.get(n, 0) + 1
        python = lambda n: re.sub(r"\W", "_", n)  # noqa: E731
        if names != (sorted(map(python, model.input_names)), sorted(outputs)):
            lines.append(f"{form}: the signature has {names} instead of {(model.input_names, outputs)}")
    if name in TRAINED:
        lines += check_training(model, settings, values, tfsave, work)
    return lines


# Models that are trained too: what they do is no matter of chance.
TRAINED = ("dense", "residual", "frozen", "partly_frozen", "fixed", "same_twice", "conv_lstm", "augmented")


def check_training(model, settings, values, tfsave, work):
    """One call with training=True: results, gradients, variables."""
    (work / "spec.json").write_text(json.dumps({"keras": {**settings, "training": True}}))
    run = subprocess.run([tfsave, "export", str(work / "spec.json"), str(work / "out")], capture_output=True, text=True)
    if run.returncode:
        return [f"training: {run.stderr.splitlines()[0][:400]}"]
    loaded = tf.saved_model.load(str(work / "out"))
    ours = {}
    for v in model.weights:  # we put the name of a model before that of its layers, and that of a cell behind
        (ours[v.name],) = [e for e in loaded.variables if f"/{e.name}".replace("/conv_lstm_cell", "").endswith("/" + v.name)]
    lines = []
    trainable = sorted(v.name for v in model.trainable_weights)
    if sorted(n for n, e in ours.items() if any(e is t for t in loaded.trainable_variables)) != trainable:
        lines.append(f"training: trainable are {[v.name for v in loaded.trainable_variables]} instead of {trainable}")

    def run_once(f, variables):
        with tf.GradientTape() as tape:
            results = tf.nest.flatten(f(list(values) if len(values) > 1 else values[0], training=True))
            loss = tf.add_n([tf.reduce_mean(tf.square(y)) for y in results])
        return results + tape.gradient(loss, variables, unconnected_gradients="zero")

    want = run_once(model, model.trainable_weights) + model.weights
    got = run_once(loaded, [ours[v.name] for v in model.trainable_weights]) + [ours[v.name] for v in model.weights]
    for k, (g, w) in enumerate(zip(got, want)):
        difference = float(tf.reduce_max(tf.abs(g - w))) / max(float(tf.reduce_max(tf.abs(w))), 1)
        if not difference <= 1e-4:
            lines.append(f"training: number {k}{' ' + w.name if hasattr(w, 'assign') else ''} differs by {difference:.3g}")
    return lines


def check_random(code, tfsave, work):
    """The distribution of what a layer draws, as augmentations.py compares it."""
    x = keras.Input((9, 8, 3), name="x")
    keras.utils.set_random_seed(1)
    model = keras.Model(x, eval("L." + code)(x))
    (work / "model.json").write_text(model.to_json())
    (work / "spec.json").write_text(json.dumps({"keras": {"config": "model.json", "training": True}}))
    run = subprocess.run([tfsave, "export", str(work / "spec.json"), str(work / "out")], capture_output=True, text=True)
    if run.returncode:
        return [run.stderr.splitlines()[0][:400]]
    loaded = tf.saved_model.load(str(work / "out"))
    by_batch = "Crop" in code or "Contrast" in code
    calls, size = augmentations.BATCH if by_batch else augmentations.EACH
    lines = []
    for kind, images in (("one image", tf.repeat(augmentations.images_for((9, 8, 3), 1), size, axis=0)), ("images", augmentations.images_for((9, 8, 3), size))):
        want, got = [augmentations.samples(f, images, calls) for f in (augmentations.in_graph(model, True), lambda x: loaded(x, training=True))]
        lines += augmentations.compare_samples(kind, want, got, calls if by_batch else calls * size)
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tfsave", help="binary to test; built from the checkout unless given")
    parser.add_argument("--only", default="")
    parser.add_argument("--sample", type=int, help="as many models, the same ones each time")
    parser.add_argument("-v", action="store_true", dest="verbose")
    args = parser.parse_args()
    from common import build_tfsave, run_checks

    tfsave = args.tfsave or build_tfsave()
    names = [name for name in MODELS if args.only in name]
    if args.sample:
        names = random.Random(3).sample(names, min(args.sample, len(names)))
    checks = {name: lambda work, name=name: check(name, tfsave, work) for name in names}
    if not args.sample:
        checks |= {code: lambda work, code=code: check_random(code, tfsave, work) for code in RANDOM if args.only in code}
    return run_checks(checks, args.verbose)


if __name__ == "__main__":
    sys.exit(main())
