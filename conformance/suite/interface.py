"""Compares what programs without the object graph see: MetaGraphDef's fields, SignatureDefs, the session, the command."""

import contextlib
import io

import numpy as np
import tensorflow as tf
from absl import flags
from absl.testing import flagsaver
from tensorflow.core.protobuf import fingerprint_pb2
from tensorflow.python.framework import op_def_registry
from tensorflow.python.saved_model import fingerprinting
from tensorflow.python.saved_model.pywrap_saved_model import fingerprinting as native
from tensorflow.python.tools import saved_model_cli

from suite import graphs, messages
from suite.calls import Outcome
from suite.draw import Draw


def signature_defs(ours, theirs):
    """SignatureDefs: keys, names, dtypes, shapes, methods; tensors may stand at nodes with other names."""
    a, b = ours.meta_graph.signature_def, theirs.meta_graph.signature_def
    if sorted(a) != sorted(b):
        return [f"keys {sorted(a)}, TensorFlow's {sorted(b)}"]
    lines = []
    for key in sorted(b):
        lines += [f"{key}: {line}" for line in messages.differ(a[key], b[key])]
    return lines


def _line(message):
    return " ".join(str(message).split())


def meta_info(ours, theirs):
    """Tags, collections, the saver, assets, ops, versions."""
    lines = []
    a, b = ours.meta_graph, theirs.meta_graph
    for name in ("tags", "stripped_default_attrs", "meta_graph_version"):
        if getattr(a.meta_info_def, name) != getattr(b.meta_info_def, name):
            lines.append(f"{name} {getattr(a.meta_info_def, name)}, TensorFlow's {getattr(b.meta_info_def, name)}")
    if [_line(x) for x in a.asset_file_def] != [_line(x) for x in b.asset_file_def]:
        lines.append(f"assets {a.asset_file_def}, TensorFlow's {b.asset_file_def}")
    if sorted(a.collection_def) != sorted(b.collection_def):
        lines.append(f"collections {sorted(a.collection_def)}, TensorFlow's {sorted(b.collection_def)}")
    if a.saver_def.version != b.saver_def.version or bool(a.saver_def.restore_op_name) != bool(b.saver_def.restore_op_name):
        lines.append(f"saver {_line(a.saver_def)}, TensorFlow's {_line(b.saver_def)}")
    if ours.graph.versions != theirs.graph.versions:
        lines.append(f"versions {_line(ours.graph.versions)}, TensorFlow's {_line(theirs.graph.versions)}")
    listed, called = [o.name for o in a.meta_info_def.stripped_op_list.op], ours.model.called_ops(ours.graph.node)
    used = called | {n.op for f in ours.graph.library.function for n in f.node_def}
    if listed != sorted(listed) or not called <= set(listed) <= used:
        lines.append(f"stripped_op_list {listed}, the main graph uses {sorted(called)}")
    aliases, want = (sorted((graphs.base_name(k), v) for k, v in m.meta_info_def.function_aliases.items()) for m in (a, b))
    if sorted(set(aliases)) != sorted(set(want)):  # a count: see compare_aliases
        lines.append(f"function_aliases {aliases}, TensorFlow's {want}")
    return lines


def stripped(ours):
    """No node may have an attribute that is equal to its default: older readers may not know it."""
    nodes = list(ours.graph.node) + [n for f in ours.graph.library.function for n in f.node_def]
    lines = []
    for node in nodes:
        definition = op_def_registry.get(node.op)
        for a in definition.attr if definition else ():
            if a.HasField("default_value") and a.name in node.attr and node.attr[a.name] == a.default_value:
                lines.append(f"{node.op} {node.name} has {a.name}, which is the default")
    return lines


def nodes(ours, theirs, exact_names=False, shapes=False):
    """The main graph and all functions that are objects, node by node; what only savers need apart."""
    models = [graphs.Model(s.graph, exact_names, shapes) for s in (ours, theirs)]
    lines, parts = [], []
    by_path = dict(ours.paths())
    for path, index in theirs.paths():
        if path in by_path:  # objects.compare tells the others
            for f, g in zip(_concrete(ours.objects.nodes[by_path[path]]), _concrete(theirs.objects.nodes[index])):
                lines += graphs.compare_functions(models[0], f, models[1], g)
    for saved, model in zip((ours, theirs), models):
        apart = saved.saver_nodes()
        parts.append(graphs.Nodes(model, [n for n in saved.graph.node if n.name not in apart]))
    lines += [f"main graph: {line}" for line in graphs.compare_nodes(models[0], parts[0], models[1], parts[1])]
    if exact_names and not lines:
        names, want = ([n.name for n in p.nodes.values()] for p in parts)
        if names != want:
            lines.append(f"main graph has nodes {names}, TensorFlow's {want}")
    return lines


def _concrete(node):
    if node.WhichOneof("kind") == "function":
        return list(node.function.concrete_functions)
    if node.WhichOneof("kind") == "bare_concrete_function":
        return [node.bare_concrete_function.concrete_function_name]
    return []


def fingerprint(ours):
    """The file is readable, and its hashes are those that TensorFlow computes."""
    read = fingerprinting.read_fingerprint(str(ours.directory))
    made = fingerprint_pb2.FingerprintDef.FromString(native.CreateFingerprintDef(str(ours.directory)))
    names = ("graph_def_program_hash", "signature_def_hash", "saved_object_graph_hash", "checkpoint_hash",
             "saved_model_checksum")
    return [f"{n} {getattr(read, n, None)}, TensorFlow computes {getattr(made, n)}" for n in names
            if getattr(read, n, None) is not None and getattr(read, n) != getattr(made, n)]


class Session:
    """A model in the TF1 loader, which knows graph, saver and init op only."""

    def __init__(self, saved):
        self.graph = tf.Graph()
        self.session = tf.compat.v1.Session(graph=self.graph)
        with self.graph.as_default():
            meta_graph = tf.compat.v1.saved_model.load(self.session, list(saved.meta_graph.meta_info_def.tags),
                                                       str(saved.directory))
        self.signatures = {k: d for k, d in meta_graph.signature_def.items() if k != "__saved_model_init_op"}

    def run(self, key, feeds):
        signature = self.signatures[key]
        return self.session.run({k: t.name for k, t in signature.outputs.items()},
                                {signature.inputs[k].name: v for k, v in feeds.items()})


def session(scenario, ours, theirs):
    """(differences, calls): every signature called in a session of each model, and what TensorFlow's gave."""
    lines, calls = [], []
    a, b = Session(ours), Session(theirs)
    for key, signature in sorted(b.signatures.items()):
        if any(not t.name for t in [*signature.inputs.values(), *signature.outputs.values()]):
            continue  # composite tensors have no name
        for round_ in range(len(scenario.SIZES)):
            draw = Draw(scenario, key, round_)
            feeds = {k: draw.tensor(k, tf.as_dtype(t.dtype), tf.TensorShape(t.tensor_shape)).numpy()
                     for k, t in sorted(signature.inputs.items())}
            theirs_ = Outcome(lambda: b.run(key, feeds))
            if theirs_.error is None:
                calls.append((key, feeds, theirs_.value))
            lines += [f"{key}: {line}" for line in
                      Outcome(lambda: a.run(key, feeds)).compare(theirs_, scenario.RTOL, scenario.ATOL)]
    return lines, calls


def command(verb, **options):
    """What saved_model_cli prints; it reads its arguments from absl's flags."""
    output = io.StringIO()
    arguments = [f"--{k}={v}" for k, v in options.items()]
    with flagsaver.flagsaver(), contextlib.redirect_stdout(output):
        flags.FLAGS(["saved_model_cli", *arguments])
        getattr(saved_model_cli, verb)()
    return output.getvalue()


def show(ours, theirs):
    """saved_model_cli show --all, of both."""
    # The ops come in the order of a set, and the saver's are among them; concrete functions come in any order.
    a, b = (sorted(line for line in command("show", dir=s.directory, all=True).splitlines()
                   if "contains the following ops" not in line) for s in (ours, theirs))
    return [f"{x!r}, TensorFlow's {y!r}" for x, y in zip(a, b) if x != y][:3] or \
        ([f"{len(a)} lines, TensorFlow's {len(b)}"] if len(a) != len(b) else [])


def run(scenario, saved, calls, work):
    """saved_model_cli run, against the session's outputs."""
    lines = []
    for key, feeds, outputs in [c for c in calls if c[1]][:1]:
        arrays = [np.asarray(v) for v in [*feeds.values(), *outputs.values()]]
        if any(v.dtype.kind not in "fiub" or not v.dtype.isbuiltin for v in arrays) or any("/" in k for k in outputs):
            continue  # what the command can not read or write
        folder = work / "cli" / scenario.name
        folder.mkdir(parents=True, exist_ok=True)
        inputs = []
        for i, (name, value) in enumerate(feeds.items()):
            np.save(folder / f"{i}.npy", value)
            inputs.append(f"{name}={folder / f'{i}.npy'}")
        command("run", dir=saved.directory, tag_set=",".join(saved.meta_graph.meta_info_def.tags), signature_def=key,
                inputs=";".join(inputs), outdir=folder, overwrite=True)
        for name, value in outputs.items():
            found = np.load(folder / f"{name}.npy")
            if not np.allclose(found, value, 1e-5, 1e-6, equal_nan=True):
                lines.append(f"{key}: {name} is {found}, the session gives {value}")
    return lines
