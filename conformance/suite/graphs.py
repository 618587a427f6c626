"""Compares functions and graphs node by node, up to renaming.

A node's key is a digest of its op, device and attributes and of the keys of all that it depends on, so nodes with equal
keys compute the same from the same. Two graphs are equal when they have the same keys the same number of times.
"""

import collections
import hashlib
import re

from tensorflow.python.framework import op_def_registry

from suite import accepted, messages

# The number at the end of a function name, or of a custom gradient's, differs from run to run.
_NUMBER = re.compile(r"_?\d+$")


def base_name(name):
    return _NUMBER.sub("", name)


# Attributes that say what was known of shapes.
SHAPES = {"_output_shapes", "_input_shapes"}


class Model:
    """The functions of a GraphDef, and what is known of each.

    exact_names: names of nodes and arguments count. shapes: what shape inference found counts.
    """

    def __init__(self, graph_def, exact_names=False, shapes=False):
        self.functions = {f.signature.name: f for f in graph_def.library.function}
        self.exact_names = exact_names
        self.ignored = set() if shapes else SHAPES
        self.reported = set()  # names of functions whose differences were told
        self._seen = {}

    def function(self, name):
        """The Function of a name; TensorFlow refuses recursion, so this ends."""
        if name not in self._seen:
            self._seen[name] = Function(self, self.functions[name])
        return self._seen[name]

    def called_ops(self, nodes):
        """The ops of nodes and of the functions that they call; like TensorFlow 2.21 not those of branches and loops."""
        found, done, queue = set(), set(), list(nodes)
        while queue:
            node = queue.pop()
            found.add(node.op)
            for name in _called(node) if "PartitionedCall" in node.op else ():
                if name not in done:
                    done.add(name)
                    queue.extend(self.functions[name].node_def)
        return found


def _digest(*parts):
    return hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()


def _attr(model, value):
    kind = value.WhichOneof("value")
    if kind == "func":
        return "func", model.function(value.func.name).key if value.func.name in model.functions else value.func.name
    if kind == "list" and value.list.func:
        return "funcs", tuple(model.function(f.name).key for f in value.list.func)
    if kind == "s" and value.s.startswith(b"CustomGradient-"):
        return "CustomGradient"
    return value.SerializeToString(deterministic=True)


def attrs(model, node):
    """The attributes of a node by name, without those that are equal to the op's default."""
    definition = op_def_registry.get(node.op)
    defaults = {a.name: a.default_value for a in definition.attr if a.HasField("default_value")} if definition else {}
    return {name: _attr(model, value) for name, value in node.attr.items()
            if name not in model.ignored and not accepted.attr(node.op, name) and value != defaults.get(name)}


class Nodes:
    """Keys of the nodes of a graph, or of a function's body."""

    def __init__(self, model, nodes, arguments=()):
        self.model = model
        self.nodes = {n.name: n for n in nodes if not accepted.leftover(n)}
        self.keys = {a: f"argument {i}" for i, a in enumerate(arguments)}
        for node in _in_order(self.nodes):
            self.keys[node.name] = self._key(node)

    def _key(self, node):
        controls = tuple(sorted(self.keys.get(i[1:], i) for i in node.input if i.startswith("^")))
        name = node.name if self.model.exact_names or node.op == "Placeholder" else ""
        return _digest(node.op, name, node.device, sorted(attrs(self.model, node).items()),
                       [self.tensor(i) for i in node.input if not i.startswith("^")], controls)

    def tensor(self, text):
        """The key of a tensor: node, output and index, as they stand in an input."""
        name, _, rest = text.partition(":")
        if rest and not rest.strip("0:"):
            rest = ""  # a:0 is a
        return self.keys.get(name, f"missing {name}"), rest

    def counts(self):
        return collections.Counter(self.keys[n] for n in self.nodes)

    def shown(self, node):
        texts = [f"{k}={messages.brief(node.attr[k])}" for k in sorted(attrs(self.model, node))]
        device = f" on {node.device}" if node.device else ""
        return f"{node.op} {node.name}({', '.join(node.input)}){device} {', '.join(texts)}"


def _in_order(nodes):
    """The nodes so that each comes after what it depends on; a loop in the graph keeps the order it has."""
    done, order = set(), []
    for start in nodes.values():
        stack = [(start, False)]
        while stack:
            node, ready = stack.pop()
            if ready:
                order.append(node)
                continue
            if node.name in done:
                continue
            done.add(node.name)
            stack.append((node, True))
            names = [i.lstrip("^").partition(":")[0] for i in node.input]
            stack.extend((nodes[n], False) for n in reversed(names) if n in nodes and n not in done)
    return order


class Function:
    """The key of a FunctionDef, and its parts."""

    def __init__(self, model, proto):
        self.proto = proto
        signature = proto.signature
        self.nodes = Nodes(model, proto.node_def, [a.name for a in signature.input_arg])
        self.inputs = [(a.type, a.is_ref) for a in signature.input_arg]
        self.outputs = [(a.type, self.nodes.tensor(proto.ret[a.name])) for a in signature.output_arg]
        self.controls = sorted(self.nodes.keys.get(n, n) for n in proto.control_ret.values())
        self.stateful = signature.is_stateful
        self.attrs = {k: _attr(model, v) for k, v in proto.attr.items()
                      if k not in model.ignored and not accepted.function_attr(k)}
        self.names = ([a.name for a in signature.input_arg], [a.name for a in signature.output_arg])
        self.args = [self._arg(model, i) for i in range(len(signature.input_arg))]
        self.key = _digest(self.inputs, self.outputs, self.controls, self.stateful, sorted(self.attrs.items()), self.args,
                           sorted(self.nodes.counts().items()), self.names if model.exact_names else None)

    def _arg(self, model, index):
        """The attributes and handle data of an argument."""
        attributes = self.proto.arg_attr[index].attr if index in self.proto.arg_attr else {}
        found = {k: " ".join(str(v).split()) for k, v in attributes.items()
                 if k not in model.ignored and not accepted.arg_attr(k, v)}
        handle = self.proto.signature.input_arg[index].handle_data
        if handle:
            found["handle_data"] = " ".join(" ".join(str(h).split()) for h in handle)
        return sorted(found.items())


def compare_functions(ours, our_name, theirs, their_name, depth=0):
    """Differences of two functions, as lines; the functions they call come with them."""
    if our_name not in ours.functions:
        return [f"function {our_name} is not in the library"]
    a, b = ours.function(our_name), theirs.function(their_name)
    if a.key == b.key or our_name in ours.reported:
        return []
    ours.reported.add(our_name)
    lines = []
    if a.inputs != b.inputs or a.stateful != b.stateful:
        lines.append(f"inputs are {a.inputs}, stateful: {a.stateful}; TensorFlow's {b.inputs}, {b.stateful}")
    for name in sorted(set(a.attrs) | set(b.attrs)):
        if a.attrs.get(name) != b.attrs.get(name):
            lines.append(f"attribute {name} is {messages.brief(a.proto.attr[name]) if name in a.attrs else 'absent'}, TensorFlow's "
                         f"{messages.brief(b.proto.attr[name]) if name in b.attrs else 'absent'}")
    for i, (x, y) in enumerate(zip(a.args, b.args)):
        if x != y:
            lines.append(f"argument {i} has {[p for p in x if p not in y]}, TensorFlow's {[p for p in y if p not in x]}")
    if ours.exact_names and a.names != b.names:
        lines.append(f"names of arguments and outputs are {a.names}, TensorFlow's {b.names}")
    lines += compare_nodes(ours, a.nodes, theirs, b.nodes, depth)
    if not lines and a.nodes.counts() == b.nodes.counts():  # then it is what leaves the function
        for what in ("outputs", "controls"):
            if getattr(a, what) != getattr(b, what):
                lines.append(f"{what} come from other nodes than TensorFlow's")
    where = base_name(our_name).removeprefix("__inference_")
    return [f"{where}: {line}" for line in lines]


def compare_nodes(ours, a, theirs, b, depth=0):
    only_a, only_b = a.counts() - b.counts(), b.counts() - a.counts()
    if not only_a and not only_b:
        return []
    roots_a, roots_b = _roots(a, only_a), _roots(b, only_b)
    lines = []
    # A call of a function that differs: the difference is in there.
    for node in list(roots_a):
        same = [n for n in roots_b if n.op == node.op and _called(n) and len(_called(n)) == len(_called(node))
                and n.device == node.device]
        if same and depth < 8:
            pairs = list(zip(_called(node), _called(same[0])))
            inner = [line for f, g in pairs for line in compare_functions(ours, f, theirs, g, depth + 1)]
            if inner or any(f in ours.reported for f, _ in pairs):
                roots_a.remove(node)
                roots_b.remove(same[0])
                lines += inner
    lines += [f"only here: {a.shown(n)}" for n in roots_a[:4]] + [f"only TensorFlow: {b.shown(n)}" for n in roots_b[:4]]
    return lines


def _called(node):
    """The names of the functions in a node's attributes."""
    found = []
    for _, value in sorted(node.attr.items()):
        kind = value.WhichOneof("value")
        if kind == "func":
            found.append(value.func.name)
        elif kind == "list":
            found += [f.name for f in value.list.func]
    return found


def _roots(nodes, only):
    """The nodes that differ although what they depend on does not; first in the graph first."""
    found = []
    only = dict(only)
    for node in nodes.nodes.values():
        key = nodes.keys[node.name]
        if only.get(key, 0) <= 0:
            continue
        inputs = [nodes.keys.get(i.lstrip("^").partition(":")[0]) for i in node.input]
        if not any(k in only for k in inputs):
            only[key] -= 1
            found.append(node)
    return found
