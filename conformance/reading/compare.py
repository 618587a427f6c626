"""Holds what tfsave reads against TensorFlow's own messages and readers.

    python conformance/reading/compare.py [--tfsave BINARY] [--work DIR] [MODEL_DIR ...]

Without models it writes those of conformance/corpus/make.py first. For each model every fact of `inspect --format json` is
compared with the SavedModel message and the checkpoint as TensorFlow reads them, `--format pbtxt` with the protobuf library's
text, the values and statistics of `variables` with NumPy's, and `verify` and `scan` must find what is known to be there, and no
more. It prints a line for each difference and closes with "N passed, N failed".
"""

import argparse
import collections
import json
import math
import os
import pathlib
import subprocess
import sys
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
sys.dont_write_bytecode = True

import numpy as np
import tensorflow as tf
from google.protobuf import text_format
from tensorflow.core.protobuf import fingerprint_pb2, saved_model_pb2
from tensorflow.python.framework import dtypes

ROOT = pathlib.Path(__file__).resolve().parents[2]
INIT_OP = "__saved_model_init_op"
OBJECT_GRAPH = "_CHECKPOINTABLE_OBJECT_GRAPH"

# What verify and scan are to find in the models of the corpus. Keras 3, of TensorFlow 2.16, saves what session loaders cannot run.
VERIFY = {"keras_saved_by_tf": {"saver.not-restored"}, "no_saver": {"saver.missing"}}
BEFORE_KERAS_3 = {"keras_saved_by_tf": set()}
SCAN = {"asset": {"asset-read"}, "keras_lambda": None}  # None: depends on the release of Keras


class Model:
    def __init__(self, tfsave, directory):
        self.tfsave, self.directory = tfsave, pathlib.Path(directory)
        self.differences = []
        self.facts = 0
        binary = self.directory / "saved_model.pb"
        self.proto = saved_model_pb2.SavedModel()
        if binary.exists():
            self.proto.ParseFromString(binary.read_bytes())
        else:
            text_format.Parse((self.directory / "saved_model.pbtxt").read_text(), self.proto)

    def run(self, *args, ok=(0,)):
        done = subprocess.run([self.tfsave, *args], capture_output=True, check=False)
        if done.returncode not in ok:
            self.differences.append(f"tfsave {' '.join(map(str, args))}: exit code {done.returncode}: {done.stderr.decode()[:300]}")
        return done.stdout

    def equal(self, what, got, want):
        self.facts += 1
        if got != want:
            self.differences.append(f"{what}: got {str(got)[:300]}, want {str(want)[:300]}")


def dtype(number):
    try:
        return dtypes.as_dtype(number).name
    except TypeError:
        return "invalid" if number == 0 else f"dtype({number})"


def shape(proto):
    return None if proto.unknown_rank else [None if d.size < 0 else d.size for d in proto.dim]


def tensor_info(info):
    encoding = info.WhichOneof("encoding")
    out = {"tensor": info.name if encoding == "name" else "", "dtype": dtype(info.dtype),
           "shape": shape(info.tensor_shape) if info.HasField("tensor_shape") else None}
    if encoding == "coo_sparse":
        s = info.coo_sparse
        out["components"] = [s.values_tensor_name, s.indices_tensor_name, s.dense_shape_tensor_name]
    elif encoding == "composite_tensor":
        out["components"] = [c.name for c in info.composite_tensor.components]
    return out


def ours(info):
    out = dict(info)
    if "components" in out:
        out["components"] = [c["tensor"] for c in out["components"]]
    return out


def structure(v):
    """A StructuredValue as docs/inspect.md describes it."""
    kind = v.WhichOneof("kind")
    value = getattr(v, kind) if kind else None
    if kind in (None, "none_value"):
        return None
    if kind in ("int64_value", "string_value", "bool_value"):
        return value
    if kind == "float64_value":
        return value if math.isfinite(value) else {"float": {"inf": "+Inf", "-inf": "-Inf", "nan": "NaN"}[str(value)]}
    if kind == "tensor_shape_value":
        return {"tensor_shape": shape(value)}
    if kind == "tensor_dtype_value":
        return {"tensor_dtype": dtype(value)}
    if kind in ("tensor_spec_value", "bounded_tensor_spec_value"):
        out = {"dtype": dtype(value.dtype), "shape": shape(value.shape)}
        if value.name:
            out["name"] = value.name
        return out
    if kind == "type_spec_value":
        return {"type_spec": value.type_spec_class_name, "state": structure(value.type_state)}
    if kind in ("list_value", "tuple_value"):
        return [structure(x) for x in value.values]
    if kind == "dict_value":
        return {"dict": {k: structure(x) for k, x in value.fields.items()}}
    if kind == "named_tuple_value":
        return {"namedtuple": value.name, "fields": {p.key: structure(p.value) for p in value.values}}
    return {"tensor": {"dtype": dtype(value.dtype), "shape": shape(value.tensor_shape)}}


def places(objects):
    """(path, id) of every object, breadth first, each once."""
    if not objects.nodes:
        return []
    queue, seen, out = collections.deque([("", 0)]), {0}, []
    while queue:
        path, index = queue.popleft()
        out.append((path, index))
        for child in objects.nodes[index].children:
            if child.node_id not in seen:
                seen.add(child.node_id)
                queue.append((f"{path}.{child.local_name}" if path else child.local_name, child.node_id))
    return out


KINDS = {"asset": "asset", "function": "function", "variable": "variable", "bare_concrete_function": "concrete_function",
         "constant": "constant", "resource": "resource", "captured_tensor": "captured_tensor", None: "unknown"}
CONTAINERS = {"trackable_list_wrapper": "list", "trackable_dict_wrapper": "dict", "trackable_tuple_wrapper": "tuple",
              "signature_map": "signatures"}


def object_kind(node):
    kind = node.WhichOneof("kind")
    return CONTAINERS.get(node.user_object.identifier, "module") if kind == "user_object" else KINDS[kind]


def compare_graph(m, got, graph):
    info = graph.meta_info_def
    for key, want in (
            ("tags", list(info.tags)), ("tensorflow_version", info.tensorflow_version), ("tensorflow_git_version", info.tensorflow_git_version),
            ("stripped_default_attrs", info.stripped_default_attrs), ("producer", graph.graph_def.versions.producer),
            ("min_consumer", graph.graph_def.versions.min_consumer), ("function_aliases", dict(info.function_aliases)),
            ("nodes", len(graph.graph_def.node)),
            ("asset_files", [{"tensor": a.tensor_info.name, "file": a.filename} for a in graph.asset_file_def])):
        m.equal(key, got[key], want)
    m.equal("signature keys", sorted(got["signatures"]), sorted(k for k in graph.signature_def if k != INIT_OP))
    for key, s in graph.signature_def.items():
        if key == INIT_OP:
            m.equal("init_op", got.get("init_op"), s.outputs[INIT_OP].name.partition(":")[0])
            continue
        have = got["signatures"].get(key, {"inputs": {}, "outputs": {}})
        m.equal(f"method of {key}", have.get("method_name"), s.method_name)
        m.equal(f"inputs of {key}", {k: ours(v) for k, v in have["inputs"].items()}, {k: tensor_info(v) for k, v in s.inputs.items()})
        m.equal(f"outputs of {key}", {k: ours(v) for k, v in have["outputs"].items()}, {k: tensor_info(v) for k, v in s.outputs.items()})
        defaults = {k: {"dtype": dtype(v.dtype), "shape": shape(v.tensor_shape)} for k, v in getattr(s, "defaults", {}).items()}
        m.equal(f"defaults of {key}", have.get("defaults", {}), defaults)
    functions = graph.graph_def.library.function
    m.equal("library", [(f["name"], f["nodes"], f.get("stateful", False)) for f in got["library"]],
            sorted((f.signature.name, len(f.node_def), f.signature.is_stateful) for f in functions))
    nodes = list(graph.graph_def.node) + [n for f in functions for n in f.node_def]
    m.equal("ops", {o["name"]: o["count"] for o in got["ops"]}, dict(collections.Counter(n.op for n in nodes)))
    m.equal("devices", got["devices"], dict(collections.Counter(n.device for n in nodes if n.device)))
    constants = sorted((len(n.attr["value"].tensor.tensor_content) for n in nodes if n.op == "Const" and n.attr["value"].tensor.tensor_content),
                       reverse=True)
    if constants and constants[0] >= 1024:
        m.equal("largest constant", got["constants"][0]["bytes"] >= constants[0], True)
    saver = graph.saver_def if graph.HasField("saver_def") else None
    m.equal("saver", got["saver"] and (got["saver"]["filename_tensor"], got["saver"]["save_tensor"], got["saver"]["restore_op"], got["saver"]["version"]),
            saver and (saver.filename_tensor_name, saver.save_tensor_name, saver.restore_op_name, saver.version))
    m.equal("collections", got["collections"], {k: len(getattr(c, c.WhichOneof("kind")).value) if c.WhichOneof("kind") else 0
                                                for k, c in graph.collection_def.items()})
    compare_objects(m, got, graph.object_graph_def)


def compare_objects(m, got, objects):
    at = places(objects)
    paths = {index: path for path, index in at}
    m.equal("objects", [(o["path"], o["id"], o["kind"]) for o in got["objects"]], [(p, i, object_kind(objects.nodes[i])) for p, i in at])
    for o in got["objects"]:
        if o["kind"] == "variable":
            v = objects.nodes[o["id"]].variable
            m.equal(f"variable {o['path']}", (o["dtype"], o["shape"], o["trainable"], o.get("name", ""), o.get("device", "")),
                    (dtype(v.dtype), shape(v.shape), v.trainable, v.name, v.device))
    want = []
    for path, index in sorted(at):
        node = objects.nodes[index]
        if node.WhichOneof("kind") != "function":
            continue
        concrete = []
        for name in node.function.concrete_functions:
            f = objects.concrete_functions[name]
            args, kwargs = f.canonicalized_input_signature.tuple_value.values
            concrete.append({"name": name, "args": structure(args), "kwargs": structure(kwargs)["dict"], "outputs": structure(f.output_signature),
                             "captures": [paths.get(i, f"#{i}") for i in f.bound_inputs]})
        want.append((path, concrete))
    have = [(f["name"], [{"kwargs": {}, **c} for c in f["concrete_functions"]]) for f in got["functions"]]
    m.equal("functions", have, want)


def compare_variables(m, report):
    prefix = m.directory / "variables" / "variables"
    if not prefix.with_suffix(".index").exists():
        m.equal("variables", report["variables"], [])
        return
    reader = tf.train.load_checkpoint(str(prefix))
    shapes, types = reader.get_variable_to_shape_map(), reader.get_variable_to_dtype_map()
    keys = sorted(k for k in shapes if k != OBJECT_GRAPH)
    m.equal("variable names", [v["name"] for v in report["variables"]], sorted(keys, key=lambda k: k.encode()))
    for v in report["variables"]:
        t = types[v["name"]]
        m.equal(v["name"], (v["dtype"], v["shape"]), (t.name, shapes[v["name"]]))
        if t not in (tf.string, tf.variant):
            m.equal(f"bytes of {v['name']}", v["bytes"], math.prod(v["shape"]) * t.size)
    m.equal("totals", (report["totals"]["variables"], report["totals"]["parameters"]), (len(keys), sum(math.prod(shapes[k]) for k in keys)))
    with tempfile.TemporaryDirectory() as tmp:
        path = os.path.join(tmp, "all.npz")
        numeric = [k for k in keys if types[k] not in (tf.variant,)]
        m.run("variables", "--quiet", "--extract", path, m.directory, *numeric) if numeric else None
        arrays = np.load(path) if numeric else {}
        for k in numeric:
            want, have = reader.get_tensor(k), arrays[k.removesuffix("/.ATTRIBUTES/VARIABLE_VALUE")]
            if types[k] == tf.string:
                m.equal(f"value of {k}", have.tolist(), np.asarray(want, dtype=object).tolist() if np.asarray(want).size else have.tolist())
            else:
                m.equal(f"value of {k}", (have.shape, have.tobytes()), (want.shape, want.tobytes()))
    stats = json.loads(m.run("variables", "--format", "json", "--stats", m.directory))["variables"]
    for v in stats:
        if "stats" not in v:
            continue
        x = np.asarray(reader.get_tensor(v["name"]))
        x = (np.abs(x) if x.dtype.kind == "c" else x).astype(np.float64).ravel()
        finite = x[np.isfinite(x)]
        want = (x.size, int((x == 0).sum()), int(np.isnan(x).sum()), int(np.isinf(x).sum()), *(
            (finite.min(), finite.max(), finite.mean(), finite.std()) if finite.size else (0, 0, 0, 0)))
        have = tuple(v["stats"][k] for k in ("count", "zeros", "nan", "inf", "min", "max", "mean", "std"))
        m.equal(f"statistics of {v['name']}", have[:6] + tuple(np.isclose(have[6:], want[6:], rtol=1e-9, atol=1e-12)), want[:6] + (True, True))


def compare_fingerprint(m, report):
    path = m.directory / "fingerprint.pb"
    if not path.exists():
        m.equal("fingerprint", report["fingerprint"], None)
        return
    want = fingerprint_pb2.FingerprintDef.FromString(path.read_bytes())
    for field in ("saved_model_checksum", "graph_def_program_hash", "signature_def_hash", "saved_object_graph_hash", "checkpoint_hash"):
        m.equal(field, report["fingerprint"][field], str(getattr(want, field)))
    m.equal("uuid", report["fingerprint"]["uuid"], want.uuid)


def compare(tfsave, directory):
    m = Model(tfsave, directory)
    report = json.loads(m.run("inspect", "--format", "json", directory) or b"null")
    if report is None:
        return m
    m.equal("schema_version", report["schema_version"], 1)
    m.equal("kind", report["kind"], "SavedModel")
    m.equal("graphs", len(report["meta_graphs"]), len(m.proto.meta_graphs))
    for got, graph in zip(report["meta_graphs"], m.proto.meta_graphs):
        compare_graph(m, got, graph)
    compare_variables(m, report)
    compare_fingerprint(m, report)
    for folder, key in (("assets", "assets"), ("assets.extra", "extra_assets")):
        files = sorted((p.relative_to(m.directory / folder).as_posix(), p.stat().st_size) for p in (m.directory / folder).rglob("*") if p.is_file())
        m.equal(folder, [(f["name"], f["bytes"]) for f in report.get(key, [])], files)
    text = m.run("inspect", "--format", "pbtxt", directory).decode()
    m.equal("text form", text, text_format.MessageToString(m.proto))
    m.run("inspect", directory)
    name = m.directory.name
    found = json.loads(m.run("verify", "--format", "json", "--quiet", directory, ok=(0, 1)) or b'{"findings": []}')["findings"]
    version = tuple(int(x) for x in m.proto.meta_graphs[0].meta_info_def.tensorflow_version.split(".")[:2])
    known = VERIFY | (BEFORE_KERAS_3 if version < (2, 16) else {})
    m.equal("verify", {f["id"] for f in found if f["severity"] != "info"}, known.get(name, set()))
    scanned = json.loads(m.run("scan", "--format", "json", "--quiet", directory, ok=(0, 1)) or b'{"findings": []}')["findings"]
    if SCAN.get(name, set()) is not None:
        m.equal("scan", {f["rule"] for f in scanned}, SCAN.get(name, set()))
    m.equal("diff with itself", m.run("diff", "--quiet", directory, directory), b"")
    return m


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", nargs="*", type=pathlib.Path)
    parser.add_argument("--tfsave", help="binary to test; built from the checkout unless given")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "build" / "conformance" / "corpus")
    parser.add_argument("-v", action="store_true", dest="verbose", help="show every model with the number of its facts")
    args = parser.parse_args()
    tfsave = args.tfsave
    if not tfsave:
        tfsave = str(ROOT / "build" / "tfsave")
        subprocess.run(["go", "build", "-o", tfsave, "./cmd/tfsave"], cwd=ROOT, check=True)
    models = args.models
    if not models:
        made = subprocess.run([sys.executable, str(ROOT / "conformance" / "corpus" / "make.py"), str(args.work)], capture_output=True, check=False)
        print(made.stdout.decode().splitlines()[-1] if made.stdout else made.stderr.decode()[-2000:])
        models = sorted(p for p in args.work.iterdir() if p.is_dir())
    passed = failed = facts = 0
    for directory in models:
        m = compare(tfsave, directory)
        facts += m.facts
        passed, failed = (passed, failed + 1) if m.differences else (passed + 1, failed)
        if args.verbose:
            print(f"{directory.name}: {m.facts} facts")
        for d in m.differences:
            print(f"{directory.name}: {d}")
    print(f"{facts} facts compared")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
