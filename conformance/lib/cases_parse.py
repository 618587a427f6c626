"""Cases of tf.io.parse_example and its relatives."""

import tensorflow as tf

from cases import const


def feature(values):
    if isinstance(values[0], bytes):
        return tf.train.Feature(bytes_list=tf.train.BytesList(value=values))
    if isinstance(values[0], float):
        return tf.train.Feature(float_list=tf.train.FloatList(value=values))
    return tf.train.Feature(int64_list=tf.train.Int64List(value=values))


def example(**features):
    return tf.train.Example(features=tf.train.Features(
        feature={k: feature(v) for k, v in features.items()})).SerializeToString(deterministic=True)


def sequence(context, **lists):
    return tf.train.SequenceExample(
        context=tf.train.Features(feature={k: feature(v) for k, v in context.items()}),
        feature_lists=tf.train.FeatureLists(feature_list={
            k: tf.train.FeatureList(feature=[feature(v) for v in vs]) for k, vs in lists.items()}),
    ).SerializeToString(deterministic=True)


TWO = const([
    example(a=[1, 2], b=[b"x"], c=[0.5, 1.5, 2.5], i=[0, 3], v=[1.0, 2.0], s=[0, 2, 3], n=[2, 1], w=[0, 0, 1]),
    example(a=[3, 4], b=[b"y", b"z"], c=[4.5], i=[2], v=[3.0], s=[0, 1], n=[1], w=[0]),
], "string")
ONE = const(TWO[0], "string")
SEQ = const([
    sequence({"a": [1], "b": [b"p", b"q"]}, f=[[1.0, 2.0], [3.0, 4.0]], g=[[1], [2, 3]]),
    sequence({"a": [2], "b": [b"r"]}, f=[[5.0, 6.0]], g=[[4]]),
], "string")

FIXED = "tf.io.FixedLenFeature"
FEATURES = [
    "{'a': tf.io.FixedLenFeature([2], tf.int64)}",
    "{'a': tf.io.FixedLenFeature(shape=(2,), dtype=tf.int64), 'm': tf.io.FixedLenFeature([], tf.string, default_value='d')}",
    "{'m m': tf.io.FixedLenFeature([2, 2], tf.float32, [[1, 2], [3, 4]])}",
    "{'b': tf.io.VarLenFeature(tf.string), 'c': tf.io.VarLenFeature(tf.float32)}",
    "{'b': tf.io.FixedLenSequenceFeature([], tf.string, allow_missing=True)}",
    "{'c': tf.io.FixedLenSequenceFeature([], tf.float32, allow_missing=True, default_value=7.0), 'a': tf.io.VarLenFeature(tf.int64)}",
    "{'sp': tf.io.SparseFeature('i', 'v', tf.float32, 10)}",
    "{'sp': tf.io.SparseFeature(['i'], 'v', tf.float32, [10], already_sorted=True), 'b': tf.io.VarLenFeature(tf.string)}",
    "{'b': tf.io.RaggedFeature(tf.string)}",
    "{'r': tf.io.RaggedFeature(tf.float32, value_key='c', row_splits_dtype=tf.int64)}",
]
RAGGED = [
    "{'r': tf.io.RaggedFeature(tf.float32, 'c', [tf.io.RaggedFeature.RowLengths('n')])}",
    "{'r': tf.io.RaggedFeature(tf.float32, 'c', [tf.io.RaggedFeature.RowLengths('n')], validate=True)}",
    "{'r': tf.io.RaggedFeature(tf.float32, 'c', [tf.io.RaggedFeature.RowSplits('s')])}",
    "{'r': tf.io.RaggedFeature(tf.float32, 'c', [tf.io.RaggedFeature.ValueRowIds('w')], row_splits_dtype=tf.int64)}",
    "{'r': tf.io.RaggedFeature(tf.int64, 'a', [tf.io.RaggedFeature.UniformRowLength(2)])}",
    "{'r': tf.io.RaggedFeature(tf.int64, 'a', [tf.io.RaggedFeature.UniformRowLength(1), tf.io.RaggedFeature.UniformRowLength(2)])}",
]
CONTEXT = "{'a': tf.io.FixedLenFeature([], tf.int64), 'b': tf.io.VarLenFeature(tf.string)}"
LISTS = "{'f': tf.io.FixedLenSequenceFeature([2], tf.float32), 'g': tf.io.VarLenFeature(tf.int64)}"

CASES = [
    *[(f"tf.io.parse_example(x, {f})", dict(x=TWO)) for f in FEATURES + RAGGED],
    *[(f"tf.io.parse_example(x, {f}, name='n')", dict(x=ONE)) for f in FEATURES[:4]],
    *[(f"tf.io.parse_single_example(x, {f})", dict(x=ONE)) for f in FEATURES + RAGGED],
    ("tf.io.parse_single_example(x, {'a': tf.io.FixedLenFeature([2], tf.int64)})", dict(x=TWO), {"raises": True}),
    ("tf.io.parse_example(x, {'a': tf.io.FixedLenFeature([None], tf.int64)})", dict(x=TWO), {"raises": True}),
    ("tf.io.parse_example(x, {})", dict(x=TWO), {"raises": True}),
    ("tf.io.parse_example(x, {'b': tf.io.FixedLenSequenceFeature([], tf.string)})", dict(x=TWO), {"raises": True}),
    (f"tf.io.parse_sequence_example(x, {CONTEXT}, {LISTS})", dict(x=SEQ)),
    (f"tf.io.parse_sequence_example(x, sequence_features={LISTS}, name='n')", dict(x=SEQ)),
    ("tf.io.parse_sequence_example(x, {'b': tf.io.RaggedFeature(tf.string)}, {'g': tf.io.RaggedFeature(tf.int64)})", dict(x=SEQ)),
    (f"tf.io.parse_single_sequence_example(x, {CONTEXT}, {LISTS})", dict(x=const(SEQ[0], "string"))),
    ("tf.io.parse_single_sequence_example(x, {'b': tf.io.RaggedFeature(tf.string)}, "
     "{'g': tf.io.RaggedFeature(tf.int64), 'h': tf.io.FixedLenSequenceFeature([], tf.int64, allow_missing=True)})",
     dict(x=const(SEQ[0], "string"))),
]
