"""Compares debug/saved_model_debug_info.pb: which function of the user's code makes a node."""

import re

from tensorflow.core.framework import graph_debug_info_pb2


def read(model):
    """The message, None where there is no file."""
    file = model.directory / "debug" / "saved_model_debug_info.pb"
    return graph_debug_info_pb2.GraphDebugInfo.FromString(file.read_bytes()) if file.exists() else None


def compare(ours, theirs):
    a, b = read(ours), read(theirs)
    if a is None or b is None:
        return [f"there is {'no' if a is None else 'a'} file, of TensorFlow {'none' if b is None else 'one'}"]
    lines = []
    a, b = _makers(a, ours, "spec.yaml"), _makers(b, theirs, "reference.py")
    if not a:
        lines.append("no node of a body has a trace")
    for node in sorted(a.keys() | b.keys()):
        if a.get(node) != b.get(node):
            lines.append(f"{node[1]} of {node[0]} is made in {a.get(node)}, TensorFlow's in {b.get(node)}")
    return lines


def _makers(info, model, file):
    """The innermost function in the user's file, by the saved function's name without its number and the node.

    Left out are nodes that no code of a body makes, captures without a name of their own, and the results, which TensorFlow makes
    after the body has ended.
    """
    makers = {}
    saved = {f.signature.name for f in model.graph.library.function}
    for name, trace in info.name_to_trace_id.items():
        node, _, function = name.rpartition("@")
        frames = [info.frames_by_id[i] for i in info.traces_by_id[trace].frame_id]
        calls = [f.func for f in frames if info.files[f.file_index].endswith(file) and f.func not in ("<module>", "build")]
        if calls and function in saved and not re.fullmatch(r"\d+|(Identity|NoOp)(_\d+)?", node):
            makers[re.sub(r"_\d+$", "", function), node] = calls[-1]
    return makers
