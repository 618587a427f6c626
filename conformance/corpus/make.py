"""Writes SavedModels of every kind with TensorFlow, for the reading commands to be tried on.

    python conformance/corpus/make.py OUT [NAME...]

A model is a function below; its folder is OUT/NAME. The same release of TensorFlow gives the same facts each time, though
not the same bytes. It runs with TensorFlow 1.15 and later; models that a release or its Keras cannot make are left out, and named.
"""

import os
import pathlib
import shutil
import sys
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import numpy as np
import tensorflow as tf

v1 = tf.compat.v1
v1.enable_v2_behavior()
MODELS = {}


def model(build):
    MODELS[build.__name__] = build
    return build


def spec(*shape, dtype=tf.float32, name=None):
    return tf.TensorSpec(shape, dtype, name=name)


def function(*signature, **kwargs):
    return tf.function(input_signature=list(signature), **kwargs)


def save(module, out, **kwargs):
    tf.saved_model.save(module, str(out), **kwargs)


def text_file(folder, name, *lines):
    path = pathlib.Path(folder) / name
    path.write_text("".join(line + "\n" for line in lines))
    return str(path)


def seeded(*shape):
    n = int(np.prod(shape))
    return ((np.arange(n, dtype=np.float32) * 37 % 101) / 101 - 0.5).reshape(shape)


# tf.Module: functions and signatures.

class Dense(tf.Module):
    def __init__(self, inputs, outputs, name=None):
        super().__init__(name=name)
        self.w = tf.Variable(seeded(inputs, outputs), name="w")
        self.b = tf.Variable(tf.zeros([outputs]), name="b")

    @tf.function
    def __call__(self, x):
        return tf.nn.relu(x @ self.w + self.b)


@model
def adder(out, tmp):
    m = tf.Module()
    m.add = function(tf.TensorSpec(None, tf.float32, name="x"))(lambda x: x + x + 1.0)
    save(m, out)


@model
def empty(out, tmp):
    save(tf.Module(), out)


@model
def dense(out, tmp):
    m = Dense(4, 3)
    save(m, out, signatures=m.__call__.get_concrete_function(spec(None, 4, name="x")))


@model
def two_signatures(out, tmp):
    m = Dense(4, 3)
    double = function(spec(None, name="x"))(lambda x: {"twice": 2 * x, "thrice": 3 * x})
    m.double = double
    save(m, out, signatures={"serving_default": m.__call__.get_concrete_function(spec(None, 4, name="x")), "double": double})


@model
def many_outputs(out, tmp):
    m = tf.Module()
    m.f = function(spec(None, name="x"))(lambda x: [x * float(i) for i in range(12)])
    save(m, out)


@model
def odd_names(out, tmp):
    m = tf.Module()
    m.f = function(spec(2, name="A-b"), spec(2, name="A/D"), spec(2, name="2x"))(lambda a, b, c: {"out put/é": a + b + c})
    save(m, out, signatures={"foo:bar": m.f})


@model
def nested_arguments(out, tmp):
    m = tf.Module()
    m.f = tf.function(lambda p, q: (p[0] + p[1], {"a": q["u"], "b": q["v"]}))
    m.f.get_concrete_function([spec(2), spec(2)], {"u": spec(3), "v": spec(3)})
    m.g = function([spec(2, name="a"), spec(2, name="b")], {"u": spec(3, name="u"), "v": spec(3, name="v")})(
        lambda p, q: p[0] + q["u"][0])
    save(m, out)


@model
def literal_arguments(out, tmp):
    m = tf.Module()

    @tf.function
    def f(x, training=False, mode="fast", n=2, scale=None, *, key=1.5):
        return x * float(n) if training else x + key
    m.f = f
    for kwargs in ({}, {"training": True}, {"mode": "slow", "n": 3}, {"key": 2.5}):
        f.get_concrete_function(spec(None, name="x"), **kwargs)
    save(m, out)


@model
def untraced(out, tmp):
    m = tf.Module()
    m.f = tf.function(lambda x: x)
    save(m, out)


@model
def aliases(out, tmp):
    m = tf.Module()
    m.f = tf.function(lambda x: x + 1)
    m.f.get_concrete_function(spec(None))
    m.f.get_concrete_function(spec(None, dtype=tf.int32))
    m.serve = function(spec(None, name="x"))(lambda x: m.f(x) * 2.0)
    save(m, out, signatures={"serving_default": m.serve.get_concrete_function()},
         options=tf.saved_model.SaveOptions(function_aliases={"my_func": m.f}))


@model
def signature_default(out, tmp):
    m = tf.Module()
    x = tf.constant(2.0)

    @tf.function
    def f(a, b=x):
        return a + b
    m.f = f
    save(m, out, signatures=f.get_concrete_function(spec(name="a"), spec(name="b")))


@model
def jit_and_devices(out, tmp):
    m = tf.Module()

    @function(spec(None, name="x"))
    def f(x):
        with tf.device("/device:GPU:0"):
            return x * 2.0
    m.f = f
    m.g = tf.function(lambda x: x + 1.0, jit_compile=True) if "jit_compile" in tf.function.__code__.co_varnames else f
    if m.g is not f:
        m.g.get_concrete_function(spec(3))
    save(m, out)


@model
def no_return(out, tmp):
    m = tf.Module()
    m.v = tf.Variable(1.0)

    @tf.function(input_signature=[])
    def bump():
        m.v.assign_add(1.0)
    m.bump = bump
    save(m, out)


@model
def gradients(out, tmp):
    m = tf.Module()
    m.v = tf.Variable(2.0)

    @function(spec(name="x"))
    def f(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x * x * m.v
        return tape.gradient(y, x)
    m.f = f
    save(m, out)


@model
def custom_gradient(out, tmp):
    @tf.custom_gradient
    def double(x):
        return 2.0 * x, lambda dy: 3.0 * dy
    m = tf.Module()
    m.f = function(spec(name="x"))(lambda x: double(x))
    options = {}
    try:
        options["options"] = tf.saved_model.SaveOptions(experimental_custom_gradients=True)
    except TypeError:
        pass
    save(m, out, **options)


# Object graphs.

@model
def nested_modules(out, tmp):
    m = tf.Module()
    m.encoder = tf.Module()
    m.encoder.dense = Dense(3, 3)
    m.decoder = m.encoder
    m.layers = [Dense(2, 2), Dense(2, 1)]
    m.table = {"a": tf.Variable(1.0), "b": tf.Variable([1, 2])}
    m.pair = (tf.Variable(1.0), tf.Variable(2.0))
    m.f = function(spec(None, 3, name="x"))(lambda x: m.encoder.dense(x))
    save(m, out)


@model
def cycle(out, tmp):
    m = tf.Module()
    m.child = tf.Module()
    m.child.parent = m
    m.child.v = tf.Variable([1.0, 2.0])
    m.f = function(spec(2, name="x"))(lambda x: x + m.child.v)
    save(m, out)


@model
def empty_containers(out, tmp):
    m = tf.Module()
    m.none, m.nothing = [], {}
    m.v = tf.Variable(1)
    save(m, out)


@model
def escaped_names(out, tmp):
    m = tf.Module()
    m.d = {"a/b": tf.Variable(1.0), ".s": tf.Variable(2.0), "a.b": tf.Variable(3.0), "ü": tf.Variable(4.0)}
    save(m, out)


@model
def same_names(out, tmp):
    m = tf.Module()
    m.a, m.b, m.c = (tf.Variable(float(i), name="same") for i in range(3))
    m.f = function(spec(name="x"))(lambda x: x + m.a + 10 * m.b + 100 * m.c)
    save(m, out)


@model
def checkpoint_root(out, tmp):
    save(tf.train.Checkpoint(v=tf.Variable(seeded(3))), out)


@model
def captured_constant(out, tmp):
    m = tf.Module()
    c = tf.constant(seeded(3, 2))
    m.f = function(spec(None, 3, name="x"))(lambda x: x @ c)
    save(m, out)


@model
def large_constant(out, tmp):
    m = tf.Module()
    m.f = function(spec(None, 300, name="x"))(lambda x: x @ tf.constant(seeded(300, 200)))
    save(m, out)


# Variables.

@model
def dtypes(out, tmp):
    m = tf.Module()
    m.v = {}
    for t in (tf.float16, tf.bfloat16, tf.float32, tf.float64, tf.int8, tf.int16, tf.int32, tf.int64, tf.uint8, tf.uint16,
              tf.uint32, tf.uint64, tf.complex64, tf.complex128):
        m.v[t.name] = tf.Variable(tf.cast([[1, 2, 3], [4, 5, 6]], t), name=t.name)
    m.v["bool"] = tf.Variable([True, False], name="bool")
    m.v["string"] = tf.Variable(["a", "", "ccc", "é\0x"], name="string")
    m.v["scalar"] = tf.Variable(1.0)
    m.v["empty"] = tf.Variable(tf.zeros([0, 3]))
    save(m, out)


@model
def special_floats(out, tmp):
    m = tf.Module()
    m.v = tf.Variable([1.0, np.inf, -np.inf, np.nan, -0.0, 1e-40])
    save(m, out)


@model
def unknown_shapes(out, tmp):
    m = tf.Module()
    m.v = tf.Variable(tf.zeros([2, 3]), shape=[None, 3])
    m.w = tf.Variable(tf.zeros([2]), shape=tf.TensorShape(None))
    m.f = function(spec(3, name="x"))(lambda x: tf.reduce_sum(m.v * x) + tf.reduce_sum(m.w))
    save(m, out)


@model
def untrainable(out, tmp):
    m = tf.Module()
    m.a = tf.Variable(1.0, trainable=False, synchronization=tf.VariableSynchronization.ON_READ,
                      aggregation=tf.VariableAggregation.MEAN)
    m.b = tf.Variable(1.0)
    save(m, out)


@model
def variable_devices(out, tmp):
    m = tf.Module()
    with tf.device("CPU:0"):
        m.v = tf.Variable([1.0])
    m.f = function(spec(1, name="x"))(lambda x: x + m.v)
    save(m, out, options=tf.saved_model.SaveOptions(experimental_variable_policy="save_variable_devices"))


@model
def many_variables(out, tmp):
    m = tf.Module()
    m.layers = [tf.Variable(seeded(i % 7 + 1), name=f"v{i}") for i in range(300)]
    save(m, out)


@model
def sharded_files(out, tmp):
    m = tf.Module()
    m.v = [tf.Variable(seeded(40, 50)) for _ in range(3)]
    m.f = function(spec(40, 50, name="x"))(lambda x: x + m.v[0] + m.v[1] + m.v[2])
    from tensorflow.python.checkpoint.sharding import sharding_policies
    save(m, out, options=tf.saved_model.SaveOptions(
        experimental_sharding_callback=sharding_policies.MaxShardSizePolicy(max_shard_size=8192)))


@model
def sharded_variable(out, tmp):
    from tensorflow.python.distribute import sharded_variable as sv
    m = tf.Module()
    m.s = sv.ShardedVariable([tf.Variable(seeded(2, 3), name="s/part_0"), tf.Variable(seeded(3, 3), name="s/part_1")], name="s")
    save(m, out)


@model
def optimizer_slots(out, tmp):
    m = tf.train.Checkpoint(v=tf.Variable([1.0, 2.0]))
    m.opt = v1.train.AdamOptimizer(0.1)
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(m.v * m.v)
    m.opt.apply_gradients([(tape.gradient(loss, m.v), m.v)])
    save(m, out)


# Resources: tables, assets, datasets.

@model
def asset(out, tmp):
    m = tf.Module()
    m.file = tf.saved_model.Asset(text_file(tmp, "words.txt", "one", "two"))
    m.f = tf.function(lambda: tf.io.read_file(m.file.asset_path), input_signature=[])
    save(m, out)


@model
def same_asset_names(out, tmp):
    m = tf.Module()
    m.files = []
    for i in range(3):
        os.makedirs(f"{tmp}/{i}")
        m.files.append(tf.saved_model.Asset(text_file(f"{tmp}/{i}", "v.txt", str(i % 2))))
    save(m, out)


@model
def table_values(out, tmp):
    m = tf.Module()
    m.t = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(["a", "b"], tf.constant([1, 2], tf.int64)), -1)
    m.f = function(tf.TensorSpec([None], tf.string, name="k"))(lambda k: m.t.lookup(k))
    save(m, out)


@model
def table_file(out, tmp):
    m = tf.Module()
    path = text_file(tmp, "vocab.txt", "a", "b", "c")
    m.t = tf.lookup.StaticHashTable(tf.lookup.TextFileInitializer(
        path, tf.string, tf.lookup.TextFileIndex.WHOLE_LINE, tf.int64, tf.lookup.TextFileIndex.LINE_NUMBER), -1)
    m.f = function(tf.TensorSpec([None], tf.string, name="k"))(lambda k: m.t.lookup(k))
    save(m, out)


@model
def vocabulary_table(out, tmp):
    m = tf.Module()
    m.t = tf.lookup.StaticVocabularyTable(tf.lookup.KeyValueTensorInitializer(["a", "b"], tf.constant([0, 1], tf.int64)), 3)
    m.f = function(tf.TensorSpec([None], tf.string, name="k"))(lambda k: m.t.lookup(k))
    save(m, out)


@model
def mutable_table(out, tmp):
    m = tf.Module()
    m.t = tf.lookup.experimental.MutableHashTable(tf.string, tf.float32, 0.0) if hasattr(
        tf.lookup.experimental, "MutableHashTable") else tf.lookup.experimental.DenseHashTable(
            tf.string, tf.float32, 0.0, "", "-")
    m.t.insert(["a"], [1.0])
    m.f = function(tf.TensorSpec([None], tf.string, name="k"))(lambda k: m.t.lookup(k))
    save(m, out)


@model
def dataset(out, tmp):
    m = tf.Module()
    m.data = tf.data.Dataset.range(5).map(lambda x: x * 2)

    @tf.function(input_signature=[])
    def total():
        return m.data.reduce(tf.constant(0, tf.int64), lambda a, b: a + b)
    m.total = total
    save(m, out)


@model
def dataset_in_function(out, tmp):
    m = tf.Module()

    @function(tf.TensorSpec([None], tf.int64, name="x"))
    def f(x):
        data = tf.data.Dataset.from_tensor_slices(x).map(lambda v: v + 1).batch(2)
        return data.reduce(tf.constant(0, tf.int64), lambda a, b: a + tf.reduce_sum(b))
    m.f = f
    save(m, out)


# Control flow and other bodies.

@model
def control_flow(out, tmp):
    m = tf.Module()

    @function(spec(None, name="x"), tf.TensorSpec([], tf.int32, name="n"))
    def f(x, n):
        if tf.reduce_sum(x) > 0:
            y = x * 2.0
        else:
            y = x - 1.0
        for i in tf.range(n):
            y += tf.cast(i, tf.float32)
        while tf.reduce_sum(y) > 100:
            y /= 2.0
        return tf.switch_case(n, [lambda: y, lambda: y + 1, lambda: y + 2])
    m.f = f
    save(m, out)


@model
def stateful_control_flow(out, tmp):
    m = tf.Module()
    m.v = tf.Variable(0.0)

    @function(spec(name="x"))
    def f(x):
        if x > 0:
            m.v.assign_add(x)
        for _ in tf.range(3):
            tf.print("value", m.v)
            m.v.assign(m.v * 2.0)
        return m.v.read_value()
    m.f = f
    save(m, out)


@model
def map_and_scan(out, tmp):
    m = tf.Module()
    m.f = function(spec(None, 2, name="x"))(lambda x: tf.map_fn(lambda r: r * 2, x) + tf.scan(lambda a, b: a + b, x))
    save(m, out)


@model
def ragged(out, tmp):
    m = tf.Module()
    m.f = tf.function(lambda x: x + 1.0, input_signature=[tf.RaggedTensorSpec([None, None], tf.float32)])
    m.g = function(tf.TensorSpec([None], tf.string, name="s"))(lambda s: tf.strings.split(s))
    save(m, out, signatures={"g": m.g})


@model
def sparse(out, tmp):
    m = tf.Module()
    m.f = function(spec(None, 3, name="x"))(lambda x: {"s": tf.sparse.from_dense(x)})
    m.g = tf.function(lambda s: tf.sparse.to_dense(s), input_signature=[tf.SparseTensorSpec([None, 3], tf.float32)])
    save(m, out, signatures={"serving_default": m.f})


@model
def random(out, tmp):
    m = tf.Module()
    m.f = function(tf.TensorSpec([2], tf.int32, name="seed"))(lambda seed: tf.random.stateless_normal([2], seed))
    m.g = tf.function(lambda: tf.random.normal([3]), input_signature=[])
    m.generator = tf.random.Generator.from_seed(1)
    m.h = tf.function(lambda: m.generator.normal([2]), input_signature=[])
    save(m, out)


@model
def strings(out, tmp):
    m = tf.Module()
    m.f = function(tf.TensorSpec([None], tf.string, name="s"))(
        lambda s: tf.strings.join([tf.strings.lower(s), tf.constant("\0é\n"), tf.strings.as_string(tf.strings.length(s))]))
    save(m, out)


@model
def image_decoder(out, tmp):
    m = tf.Module()
    m.f = function(tf.TensorSpec([None], tf.string, name="jpeg"))(lambda s: tf.map_fn(
        lambda b: tf.image.resize(tf.io.decode_jpeg(b, 3), [8, 8]), s, fn_output_signature=tf.float32))
    save(m, out)


@model
def examples(out, tmp):
    m = tf.Module()
    m.f = function(tf.TensorSpec([None], tf.string, name="examples"))(lambda s: tf.io.parse_example(
        s, {"a": tf.io.FixedLenFeature([2], tf.float32), "b": tf.io.VarLenFeature(tf.int64)})["a"])
    save(m, out)


@model
def scopes(out, tmp):
    m = tf.Module()

    @function(spec(None, name="x"))
    def f(x):
        with tf.name_scope("outer"):
            with tf.name_scope("inner"):
                y = tf.nn.relu(x)
            return tf.exp(y)
    m.f = f
    save(m, out)


@model
def asserts(out, tmp):
    m = tf.Module()

    @function(spec(None, name="x"))
    def f(x):
        tf.debugging.assert_positive(x)
        return tf.debugging.check_numerics(x, "bad")
    m.f = f
    save(m, out)


# Options.

@model
def extra_tags(out, tmp):
    m = tf.Module()
    m.f = function(spec(name="x"))(lambda x: x)
    save(m, out, options=tf.saved_model.SaveOptions(extra_tags=["gpu", "tpu"]))


@model
def debug_info(out, tmp):
    m = tf.Module()
    m.f = function(spec(name="x"))(lambda x: tf.exp(x) + 1.0)
    save(m, out, options=tf.saved_model.SaveOptions(save_debug_info=True))


@model
def no_saver(out, tmp):
    m = Dense(2, 2)
    save(m, out, signatures=m.__call__.get_concrete_function(spec(None, 2, name="x")),
         options=tf.saved_model.SaveOptions(experimental_skip_saver=True))


@model
def stripped_debug(out, tmp):
    m = tf.Module()

    @function(spec(None, name="x"))
    def f(x):
        tf.print(x)
        return tf.debugging.check_numerics(x, "bad")
    m.f = f
    save(m, out, options=tf.saved_model.SaveOptions(experimental_debug_stripper=True))


@model
def extra_assets(out, tmp):
    adder(out, tmp)
    (out / "assets.extra").mkdir()
    (out / "assets.extra" / "tf_serving_warmup_requests").write_bytes(b"")


@model
def saved_again(out, tmp):
    dense(pathlib.Path(tmp) / "first", tmp)
    save(tf.saved_model.load(str(pathlib.Path(tmp) / "first")), out)


@model
def text_format(out, tmp):
    from google.protobuf import text_format as text
    from tensorflow.core.protobuf import saved_model_pb2
    control_flow(out, tmp)
    proto = saved_model_pb2.SavedModel.FromString((out / "saved_model.pb").read_bytes())
    (out / "saved_model.pb").unlink()
    (out / "saved_model.pbtxt").write_text(text.MessageToString(proto, as_utf8=True))


# TensorFlow 1: sessions and the builder.

def session_model(out, build, **kwargs):
    """Saves what build makes: a dict of signatures; kwargs go to the builder."""
    with v1.Graph().as_default(), v1.Session() as session:
        signatures = build()
        session.run(v1.global_variables_initializer())
        session.run(v1.tables_initializer())
        builder = v1.saved_model.Builder(str(out))
        builder.add_meta_graph_and_variables(session, kwargs.pop("tags", ["serve"]), signatures, **kwargs)
        builder.save()


def predict(inputs, outputs, method="tensorflow/serving/predict"):
    info = v1.saved_model.build_tensor_info
    return v1.saved_model.build_signature_def(
        {k: info(v) for k, v in inputs.items()}, {k: info(v) for k, v in outputs.items()}, method)


def half_plus_two():
    x = v1.placeholder(tf.float32, [None, 1], name="x")
    a = v1.get_variable("a", initializer=0.5, use_resource=False)
    b = v1.get_variable("b", initializer=2.0, use_resource=False)
    y = v1.add(a * x, b, name="y")
    return {"serving_default": predict({"x": x}, {"y": y}),
            "regress": predict({"inputs": x}, {"outputs": y}, "tensorflow/serving/regress")}


@model
def v1_ref_variables(out, tmp):
    session_model(out, half_plus_two)


@model
def v1_stripped(out, tmp):
    session_model(out, half_plus_two, strip_default_attrs=True)


@model
def v1_resource_variables(out, tmp):
    def build():
        x = v1.placeholder(tf.float32, [None, 3], name="x")
        w = v1.get_variable("layer/w", initializer=seeded(3, 2), use_resource=True)
        return {"serving_default": predict({"x": x}, {"y": tf.matmul(x, w)})}
    session_model(out, build)


@model
def v1_table_and_asset(out, tmp):
    path = text_file(tmp, "vocab.txt", "a", "b")

    def build():
        file = tf.constant(path, name="asset_path")
        v1.add_to_collection(v1.GraphKeys.ASSET_FILEPATHS, file)
        table = tf.lookup.StaticHashTable(tf.lookup.TextFileInitializer(
            file, tf.string, tf.lookup.TextFileIndex.WHOLE_LINE, tf.int64, tf.lookup.TextFileIndex.LINE_NUMBER), -1)
        k = v1.placeholder(tf.string, [None], name="k")
        return {"serving_default": predict({"k": k}, {"v": table.lookup(k)})}
    with v1.Graph().as_default(), v1.Session() as session:
        signatures = build()
        session.run(v1.tables_initializer())
        builder = v1.saved_model.Builder(str(out))
        builder.add_meta_graph_and_variables(
            session, ["serve"], signatures, assets_collection=v1.get_collection(v1.GraphKeys.ASSET_FILEPATHS),
            main_op=v1.tables_initializer())
        builder.save()


@model
def v1_two_meta_graphs(out, tmp):
    with v1.Graph().as_default(), v1.Session() as session:
        signatures = half_plus_two()
        session.run(v1.global_variables_initializer())
        builder = v1.saved_model.Builder(str(out))
        builder.add_meta_graph_and_variables(session, ["serve"], signatures)
        builder.add_meta_graph(["serve", "gpu"], signatures)
        builder.save()


@model
def v1_while_loop(out, tmp):
    def build():
        v1.disable_control_flow_v2()
        x = v1.placeholder(tf.float32, [], name="x")
        y = v1.while_loop(lambda v: v < 100.0, lambda v: v * 2.0, [x])
        z = v1.cond(y > 5.0, lambda: y + 1.0, lambda: y - 1.0)
        return {"serving_default": predict({"x": x}, {"z": z})}
    session_model(out, build)
    v1.enable_control_flow_v2()


@model
def v1_sharded(out, tmp):
    with v1.Graph().as_default(), v1.Session() as session:
        signatures = half_plus_two()
        session.run(v1.global_variables_initializer())
        builder = v1.saved_model.Builder(str(out))
        builder.add_meta_graph_and_variables(session, ["serve"], signatures, saver=v1.train.Saver(sharded=True))
        builder.save()


@model
def v1_partitioned(out, tmp):
    def build():
        x = v1.placeholder(tf.float32, [None, 6], name="x")
        with v1.variable_scope("p", partitioner=v1.fixed_size_partitioner(3)):
            w = v1.get_variable("w", [6, 4], initializer=v1.ones_initializer())
        return {"serving_default": predict({"x": x}, {"y": tf.matmul(x, w)})}
    session_model(out, build)


@model
def v1_sparse(out, tmp):
    def build():
        s = v1.sparse_placeholder(tf.float32, [None, 3], name="s")
        return {"serving_default": predict({"s": s}, {"d": v1.sparse_tensor_to_dense(s)})}
    session_model(out, build)


@model
def v1_function(out, tmp):
    from tensorflow.python.framework import function as defun

    def build():
        @defun.Defun(tf.float32)
        def square(x):
            return x * x
        x = v1.placeholder(tf.float32, [], name="x")
        return {"serving_default": predict({"x": x}, {"y": square(x) + v1.gradients(square(x), x)[0]})}
    session_model(out, build)


@model
def v1_text(out, tmp):
    with v1.Graph().as_default(), v1.Session() as session:
        signatures = half_plus_two()
        session.run(v1.global_variables_initializer())
        builder = v1.saved_model.Builder(str(out))
        builder.add_meta_graph_and_variables(session, ["serve"], signatures)
        builder.save(as_text=True)


@model
def v1_simple_save(out, tmp):
    with v1.Graph().as_default(), v1.Session() as session:
        x = v1.placeholder(tf.float32, [None], name="x")
        v = v1.get_variable("v", initializer=3.0)
        session.run(v1.global_variables_initializer())
        v1.saved_model.simple_save(session, str(out), {"x": x}, {"y": x * v})


# Keras.

def keras_model():
    keras = tf.keras
    x = keras.Input((8,), name="features")
    y = keras.layers.Dense(6, activation="relu", name="hidden")(x)
    y = keras.layers.BatchNormalization(name="norm")(y)
    y = keras.layers.Dropout(0.5)(y)
    return keras.Model(x, keras.layers.Dense(2, activation="softmax", name="probabilities")(y))


def keras_export(m, out):
    (m.export if hasattr(m, "export") else m.save)(str(out))


@model
def keras_functional(out, tmp):
    keras_export(keras_model(), out)


@model
def keras_trained(out, tmp):
    m = keras_model()
    m.compile("adam", "sparse_categorical_crossentropy")
    m.fit(seeded(16, 8), np.arange(16) % 2, epochs=1, verbose=0)
    keras_export(m, out)


@model
def keras_saved_by_tf(out, tmp):
    """Keras 3 restores other variables than those that the signature reads: session loaders fail to run it."""
    save(keras_model(), out)


@model
def keras_sequential_conv(out, tmp):
    keras = tf.keras
    keras_export(keras.Sequential([
        keras.Input((12, 12, 1)), keras.layers.Conv2D(4, 3, activation="relu"), keras.layers.MaxPooling2D(),
        keras.layers.DepthwiseConv2D(3), keras.layers.Flatten(), keras.layers.Dense(10)]), out)


@model
def keras_recurrent(out, tmp):
    keras = tf.keras
    keras_export(keras.Sequential([
        keras.Input((None,), dtype="int32"), keras.layers.Embedding(20, 4), keras.layers.LSTM(3, return_sequences=True),
        keras.layers.GRU(3), keras.layers.Dense(1)]), out)


@model
def keras_two_inputs(out, tmp):
    keras = tf.keras
    a, b = keras.Input((3,), name="left"), keras.Input((3,), name="right")
    keras_export(keras.Model({"left": a, "right": b}, {
        "sum": keras.layers.Add()([a, b]), "product": keras.layers.Multiply()([a, b])}), out)


@model
def keras_attention(out, tmp):
    keras = tf.keras
    x = keras.Input((5, 8))
    y = keras.layers.MultiHeadAttention(2, 4)(x, x)
    keras_export(keras.Model(x, keras.layers.LayerNormalization()(y)), out)


@model
def keras_lambda(out, tmp):
    keras = tf.keras
    x = keras.Input((3,))
    keras_export(keras.Model(x, keras.layers.Lambda(lambda v: v * 2.0, output_shape=(3,))(x)), out)


@model
def keras_preprocessing(out, tmp):
    keras = tf.keras
    norm = keras.layers.Normalization()
    norm.adapt(seeded(10, 3))
    lookup = keras.layers.StringLookup(vocabulary=["a", "b"])
    x, s = keras.Input((3,), name="x"), keras.Input((1,), dtype="string", name="s")
    keras_export(keras.Model([x, s], [norm(x), lookup(s)]), out)


@model
def keras_subclass(out, tmp):
    class Subclass(tf.keras.Model):
        def __init__(self):
            super().__init__()
            self.d = tf.keras.layers.Dense(3)

        def call(self, x, training=False):
            return self.d(x)
    m = Subclass()
    m(tf.zeros([1, 2]))
    keras_export(m, out)


@model
def keras_archive(out, tmp):
    keras = tf.keras
    m = keras_model()
    archive = keras.export.ExportArchive()
    archive.track(m)
    archive.add_endpoint("serve", lambda x: m(x, training=False), [tf.TensorSpec([None, 8], tf.float32)])
    archive.add_endpoint("features", lambda x: m.layers[1](x), [tf.TensorSpec([None, 8], tf.float32)])
    archive.write_out(str(out))


def main():
    root = pathlib.Path(sys.argv[1])
    made, left_out = 0, []
    for name in sys.argv[2:] or MODELS:
        out = root / name
        shutil.rmtree(out, ignore_errors=True)
        with tempfile.TemporaryDirectory() as tmp:
            try:
                tf.keras.backend.clear_session()
                MODELS[name](out, tmp)
                made += 1
            except Exception as e:  # noqa: BLE001 (an older release lacks the option, say)
                shutil.rmtree(out, ignore_errors=True)
                left_out.append(f"{name}: {type(e).__name__}: {str(e).splitlines()[0] if str(e) else ''}")
    for line in left_out:
        print("left out", line, file=sys.stderr)
    print(f"TensorFlow {tf.__version__}: {made} models in {root}")


if __name__ == "__main__":
    main()
