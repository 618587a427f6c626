"""Compares the object graphs of two SavedModels."""

from suite import graphs, messages
from suite.saved import dotted


def compare(ours, theirs):
    return Comparison(ours, theirs).lines()


class Comparison:
    def __init__(self, ours, theirs):
        self.ours, self.theirs = ours, theirs
        self.pairs = {}  # our id → TensorFlow's
        self.back = {}
        self.found = []

    def lines(self):
        self._walk(0, 0, ())
        if not self.found:
            moved = [(a, b) for a, b in sorted(self.pairs.items()) if a != b]
            if moved:
                self.say((), f"objects are numbered otherwise: {moved[:6]} (ours, TensorFlow's)")
        extra = len(self.ours.objects.nodes) - len(self.theirs.objects.nodes)
        if extra and not self.found:
            self.say((), f"{len(self.ours.objects.nodes)} objects, TensorFlow's {len(self.theirs.objects.nodes)}")
        return self.found

    def say(self, path, text):
        self.found.append(f"{dotted(path)}: {text}")

    def differ(self, path, what, a, b):
        for line in messages.differ(a, b):
            self.say(path, f"{what}: {line}")

    def _walk(self, a, b, path):
        if a in self.pairs or b in self.back:
            if self.pairs.get(a) != b:
                self.say(path, "is the same object as another path in one of the two models only")
            return
        self.pairs[a], self.back[b] = b, a
        x, y = self.ours.objects.nodes[a], self.theirs.objects.nodes[b]
        if x.WhichOneof("kind") != y.WhichOneof("kind"):
            self.say(path, f"is a {x.WhichOneof('kind')}, TensorFlow's a {y.WhichOneof('kind')}")
            return
        names, want = ([c.local_name for c in n.children] for n in (x, y))
        if names != want:
            self.say(path, f"has children {names}, TensorFlow's {want}")
        theirs = {c.local_name: c.node_id for c in y.children}
        for child in x.children:
            if child.local_name in theirs:
                self._walk(child.node_id, theirs[child.local_name], path + (child.local_name,))
        self._fields(x, y, path)

    def _fields(self, x, y, path):
        kind = x.WhichOneof("kind")
        for name in ("dependencies", "slot_variables", "saveable_objects"):
            if len(getattr(x, name)) != len(getattr(y, name)):
                self.say(path, f"has {len(getattr(x, name))} {name}, TensorFlow's {len(getattr(y, name))}")
        if sorted(d.local_name for d in x.dependencies) != sorted(d.local_name for d in y.dependencies):
            self.say(path, "dependencies have other names than TensorFlow's")
        if sorted(x.saveable_objects) != sorted(y.saveable_objects):
            self.say(path, f"saveable objects are {sorted(x.saveable_objects)}, TensorFlow's {sorted(y.saveable_objects)}")
        if x.registered_name != y.registered_name:
            self.say(path, f"registered name {x.registered_name!r}, TensorFlow's {y.registered_name!r}")
        special = {"function": self._function, "bare_concrete_function": self._bare, "constant": self._constant}.get(kind)
        if special:
            special(x, y, path)
        else:
            self.differ(path, kind, getattr(x, kind), getattr(y, kind))

    def _function(self, x, y, path):
        a, b = x.function, y.function
        self.differ(path, "function_spec", a.function_spec, b.function_spec)
        if len(a.concrete_functions) != len(b.concrete_functions):
            self.say(path, f"{len(a.concrete_functions)} concrete functions, TensorFlow's {len(b.concrete_functions)}")
        for f, g in zip(a.concrete_functions, b.concrete_functions):
            self._concrete(f, g, path)

    def _bare(self, x, y, path):
        a, b = x.bare_concrete_function, y.bare_concrete_function
        if list(a.argument_keywords) != list(b.argument_keywords):
            self.say(path, f"keywords {list(a.argument_keywords)}, TensorFlow's {list(b.argument_keywords)}")
        if a.allowed_positional_arguments != b.allowed_positional_arguments:
            self.say(path, f"{a.allowed_positional_arguments} positional arguments, TensorFlow's {b.allowed_positional_arguments}")
        self.differ(path, "function_spec", a.function_spec, b.function_spec)
        self._concrete(a.concrete_function_name, b.concrete_function_name, path)

    def _concrete(self, our_name, their_name, path):
        f, g = (m.objects.concrete_functions.get(n) for m, n in ((self.ours, our_name), (self.theirs, their_name)))
        if f is None:
            self.say(path, f"concrete function {our_name} is not described")
            return
        if graphs.base_name(our_name) != graphs.base_name(their_name):
            self.say(path, f"concrete function {our_name}, TensorFlow's {their_name}")
        for name in ("canonicalized_input_signature", "output_signature"):
            self.differ(path, name, getattr(f, name), getattr(g, name))
        bound = [self.pairs.get(i, f"? {i}") for i in f.bound_inputs]
        if bound != list(g.bound_inputs):
            self.say(path, f"captures are objects {list(f.bound_inputs)}, in TensorFlow's numbers {bound}; "
                           f"TensorFlow's {list(g.bound_inputs)}")

    def _constant(self, x, y, path):
        a, b = ({n.name: n for n in m.graph.node}.get(s.constant.operation)
                for m, s in ((self.ours, x), (self.theirs, y)))
        if a is None:
            self.say(path, f"there is no node {x.constant.operation}")
            return
        self.differ(path, "constant", a.attr["value"], b.attr["value"])
