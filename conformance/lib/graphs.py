"""Compares the graphs of two functions node by node, up to renaming."""

import re

# A counter at the end of a function name, or of a custom gradient's, differs from run to run.
_COUNTER = re.compile(r"_?\d+$|(?<=-)\d+$")


def _attr(value):
    kind = value.WhichOneof("value")
    if kind == "func":
        return "func:" + _COUNTER.sub("", value.func.name)
    if kind == "s" and value.s.startswith(b"CustomGradient-"):
        return "CustomGradient"
    if kind == "list" and value.list.func:
        return "funcs:" + ",".join(_COUNTER.sub("", f.name) for f in value.list.func)
    return value.SerializeToString(deterministic=True)


def _attrs(op, names):
    """The attributes of op; _class holds node names, without which only its presence counts."""
    found = [(k, _attr(v) if k != "_class" or names else True) for k, v in op.node_def.attr.items()
             if not k.startswith("_") or k in ("_class", "_gradient_op_type")]
    return tuple(sorted(found))


def nodes(graph):
    """The nodes by name, in order of creation: what must be equal for graphs that are the same to the letter."""
    return [(op.name, op.type, _attrs(op, True), tuple(i.name for i in op.inputs),
             tuple(sorted(c.name for c in op.control_inputs))) for op in graph.get_operations()]


def functions(graph):
    """The nodes by name, in order, of the functions in the graph's library. Arguments count by position: the name of
    one that stands for a variable has a counter."""
    found = []
    for f in graph.as_graph_def().library.function:
        arguments = {a.name: i for i, a in enumerate(f.signature.input_arg)}
        nodes = [(n.name, n.op, tuple(str(arguments.get(i, i)) for i in n.input)) for n in f.node_def]
        found.append((_COUNTER.sub("", f.signature.name), nodes))
    return sorted(found)


def canonical(graph):
    """(key, op) for every node, where key holds the node and all that it depends on, and no name but a Placeholder's."""
    keys = {}
    for op in graph.get_operations():
        name = _COUNTER.sub("", op.name) if op.type == "Placeholder" else ""
        inputs = tuple((keys.get(i.op.name, i.op.name), i.value_index) for i in op.inputs)
        controls = tuple(sorted(keys.get(c.name, 0) for c in op.control_inputs))
        keys[op.name] = hash((op.type, name, _attrs(op, False), inputs, controls))
    return [(keys[op.name], op) for op in graph.get_operations()]


def library(graph):
    """Function names without their counters, with the multiset of the nodes' (op, number of inputs)."""
    return sorted((_COUNTER.sub("", f.signature.name), sorted((n.op, len(n.input)) for n in f.node_def))
                  for f in graph.as_graph_def().library.function)


def only_in(a, b):
    """The ops of a whose keys b does not have, as many times as they are missing."""
    left = [key for key, _ in b]
    missing = []
    for key, op in a:
        if key in left:
            left.remove(key)
        else:
            missing.append(op)
    return missing


def show(op):
    text = f"{op.type} {op.name}({', '.join(i.name for i in op.inputs)})"
    attrs = {k: " ".join(str(v).split()) for k, v in op.node_def.attr.items() if not k.startswith("_")}
    return text + " " + ", ".join(f"{k}={v[:90]}" for k, v in sorted(attrs.items()))
