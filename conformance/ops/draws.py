"""Draws nodes at random: attributes, ranks, dimensions, unknowns, constant inputs.

A draw is useful when TensorFlow accepts it about as often as not. So the ranks that
each input may have are found out first, dimensions come from a small pool that
changes from draw to draw, and ops that need more than that have a hint in hints.py.
"""

import json
import math
import random

import hints
import nodes

FLOAT, DOUBLE = 1, 2
ORDINARY = [1, 3, 9, 10, 7, 2, 4, 19, 14, 6, 8, 18]
SIZED = {3, 9, 1, 2, 10, 7, 4, 6, 5}  # dtypes that constants are drawn of
CONST_INT = {nodes.INT32, nodes.INT64}


class Drawer:
    def __init__(self, op_def, seed, ranks, constant=False):
        self.constant = constant  # all inputs are constants
        self.op = op_def
        self.seed = seed
        self.ranks = ranks  # argument -> ranks that it is drawn of
        self.hint = hints.HINTS.get(op_def.name, {})
        self.random = random.Random(op_def.name)

    def owners(self, attrs):
        """For each input of a node the name of the argument it belongs to."""
        names = []
        for arg in self.op.input_arg:
            names += [arg.name] * len(nodes.arg_types([arg], attrs))
        return names

    # Attributes

    def attrs(self, plain=False) -> dict:
        """Values of all attributes; plain: defaults, or the simplest there is."""
        attrs, lengths = {}, {}
        hinted = self.hint.get("attrs", {})
        if self.hint.get("node") and not plain:
            return {}
        for a in self.op.attr:
            if a.name in hinted:
                attrs[a.name] = hinted[a.name](self.random)
            elif a.HasField("default_value") and (plain or self.random.random() < 0.5):
                attrs[a.name] = from_proto(a.type, a.default_value)
            else:
                attrs[a.name] = self.attr(a, attrs, lengths, plain)
            if a.type.startswith("list("):
                lengths.setdefault(len(attrs[a.name]), 0)
        if fix := self.hint.get("fix"):
            fix(self.random, attrs)
        return attrs

    def attr(self, a, attrs, lengths, plain):
        if a.type.startswith("list("):
            return self.list_attr(a, attrs, lengths, plain)
        r = self.random
        if a.type == "int":
            low = a.minimum if a.has_minimum else 0
            return low if plain else r.choice([low, low + 1, low + 2, low + 3, 1, 2, -1] if not a.has_minimum else range(low, low + 4))
        return self.element(a, plain)

    def element(self, a, plain):
        r = self.random
        kind = a.type.removeprefix("list(").removesuffix(")")
        if kind == "int":
            return 1 if plain else r.choice([1, 1, 2, 3, 0, -1])
        if kind == "float":
            return 0.5
        if kind == "bool":
            return False if plain else r.random() < 0.5
        if kind == "string":
            allowed = [s.decode() for s in a.allowed_values.list.s]
            if allowed:
                return allowed[0] if plain else r.choice(allowed)
            return "a"
        if kind == "type":
            allowed = list(a.allowed_values.list.type) or ORDINARY
            if allowed is ORDINARY and not plain and r.random() < 0.1:
                return r.choice([nodes.RESOURCE, nodes.VARIANT])
            known = [t for t in ORDINARY if t in allowed] or allowed
            return known[0] if plain else r.choice(known[:3] + known[:2] + known)
        if kind == "shape":
            return None if plain else self.dims(r.choice([None, 0, 1, 2, 3]), [1, 2, 3])
        if kind == "tensor":
            dims = [2] if plain else self.dims(r.randint(0, 3), [0, 1, 2, 3], unknown=0)
            return {"dtype": 1, "dims": dims, "values": [0.5] * math.prod(dims)}
        return "a_function"

    def list_attr(self, a, attrs, lengths, plain):
        r = self.random
        low = a.minimum if a.has_minimum else 0
        if plain:
            n = max(low, *lengths) if lengths else max(low, 1)
        elif lengths and r.random() < 0.9:
            n = r.choice(list(lengths))
        else:
            n = r.randint(low, low + 3)
        return [self.element(a, plain) for _ in range(max(n, low))]

    # Inputs

    def node(self, number) -> dict:
        """The node of that number: it depends on nothing but op, seed, ranks and number."""
        r = self.random
        r.seed(f"{self.op.name}/{self.seed}/{number}")
        if make := self.hint.get("node"):
            return {"op": self.op.name, **make(r, self)}
        attrs = self.attrs()
        pool = r.choice([[2], [3], [1, 2], [2, 3], [1, 2, 3], [2, 3, 4, 5], [0, 1, 2]])
        unknown = 0 if self.constant else r.choice([0, 0, 0.1, 0.3])
        common = r.randint(0, 4)
        types = nodes.input_types(self.op, attrs)
        inputs = []
        for i, (dtype, arg) in enumerate(zip(types, self.owners(attrs))):
            if arg in self.hint.get("inputs", {}):
                given = self.hint["inputs"][arg](r, attrs, inputs)
                if "dims" not in given:
                    given["dims"] = [len(given["const"])] if "const" in given else None
                inputs.append({"dtype": dtype, **given})
                continue
            ranks = self.ranks.get(arg, list(range(6)))
            rank = common if common in ranks and r.random() < 0.5 else r.choice(ranks)
            if r.random() < 0.03:
                rank = r.randint(0, 5)
            if r.random() < unknown:
                rank = None
            inputs.append(self.given(dtype, self.dims(rank, pool, unknown), pool))
        return {"op": self.op.name, "attrs": attrs, "inputs": inputs}

    def dims(self, rank, pool, unknown=0.2):
        if rank is None:
            return None
        return [-1 if self.random.random() < unknown else self.random.choice(pool) for _ in range(rank)]

    def given(self, dtype, dims, pool) -> dict:
        r = self.random
        if dtype in (nodes.RESOURCE, nodes.VARIANT) and r.random() < 0.6:
            handle = [[r.choice([1, 3, 1]), self.dims(r.choice([None, 0, 1, 2, 3]), pool)]]
            if dtype == nodes.RESOURCE and r.random() < 0.3:
                handle.insert(0, [r.choice([7, 9]), []])  # a table: keys and values
                handle[1] = [handle[1][0], handle[1][1] or []]
            return {"dtype": dtype, "handle": handle, "dims": []}
        if dims is None or -1 in dims or dtype not in SIZED:
            return {"dtype": dtype, "dims": dims}
        n = math.prod(dims)
        if self.constant and n <= 64:
            return {"dtype": dtype, "dims": dims, "const": self.values(dtype, n, pool)}
        if n > 12 or r.random() < (0.3 if dtype in CONST_INT else 0.7):
            return {"dtype": dtype, "dims": dims}
        if dtype in CONST_INT and len(dims) == 1 and n > 0 and r.random() < 0.25:
            return {"dtype": dtype, "dims": dims, "partial": [r.choice([-1, *pool]) for _ in range(n)]}
        return {"dtype": dtype, "dims": dims, "const": self.values(dtype, n, pool)}

    def values(self, dtype, n, pool):
        r = self.random
        if dtype == nodes.STRING:
            return ["a"] * n
        if dtype == 10:
            return [r.random() < 0.5 for _ in range(n)]
        style = r.choice(["dims", "dims", "axes", "order", "small"])
        if style == "order":
            return r.sample(range(n), n)
        choices = {"dims": [*pool, *pool, -1], "axes": [-3, -2, -1, 0, 1, 2], "small": [0, 1, 2]}[style]
        if dtype == 4:
            choices = [abs(v) for v in choices]
        return [r.choice(choices) for _ in range(n)]


def learn_ranks(op_def, reference) -> dict[str, list[int]]:
    """For each input of the definition, the ranks that are accepted while the others are unknown."""
    drawer = Drawer(op_def, 0, {})
    attrs = drawer.attrs(plain=True)
    types = nodes.input_types(op_def, attrs)
    unknown = [{"dtype": t, "dims": None} for t in types]
    ranks = {}
    for i, arg in enumerate(drawer.owners(attrs)):
        if arg in ranks:
            continue
        accepted = []
        for rank in range(6):
            inputs = list(unknown)
            inputs[i] = {"dtype": types[i], "dims": [-1] * rank}
            _, error = reference.infer(op_def, {"attrs": attrs, "inputs": inputs})
            if error is None:
                accepted.append(rank)
        ranks[arg] = accepted or list(range(6))
    return ranks


def answers(op_def, count, seed):
    """Yields (node, outputs, error) for the numbers below count, by TensorFlow in a process of its own.

    TensorFlow's inference crashes on some nodes; such draws yield (node, None, CRASH).
    """
    ranks, number = None, 0
    while number < count:
        lines = nodes.forked(lambda out, ranks=ranks, number=number: work(op_def, count, seed, ranks, number, out))
        for line in lines:
            found = json.loads(line)
            if isinstance(found, dict):
                ranks = found
                continue
            yield found
            number += 1
        if number < count and ranks is not None:
            yield Drawer(op_def, seed, ranks).node(number), None, CRASH
            number += 1
        elif ranks is None:
            ranks = {}  # it crashed while learning: draw of all ranks


CRASH = "TensorFlow crashes"


def work(op_def, count, seed, ranks, number, out):
    reference = nodes.Reference()
    if ranks is None:
        ranks = learn_ranks(op_def, reference)
        print(json.dumps(ranks), file=out, flush=True)
    drawer = Drawer(op_def, seed, ranks)
    for n in range(number, count):
        node = drawer.node(n)
        print(json.dumps([node, *reference.infer(op_def, node)]), file=out, flush=True)


def from_proto(kind, value):
    field = value.WhichOneof("value")
    if kind.startswith("list("):
        elem = kind[5:-1]
        name = {"int": "i", "float": "f", "bool": "b", "string": "s", "type": "type", "shape": "shape",
                "tensor": "tensor", "func": "func"}[elem]
        return [plain_value(elem, v) for v in getattr(value.list, name)]
    return plain_value(kind, getattr(value, field))


def plain_value(kind, v):
    if kind == "string":
        return v.decode("latin-1")
    if kind == "shape":
        return None if v.unknown_rank else [d.size for d in v.dim]
    if kind == "tensor":
        array = nodes.tf.make_ndarray(v)
        return {"dtype": v.dtype, "dims": list(array.shape), "values": array.ravel().tolist()}
    if kind == "func":
        return v.name
    if kind == "float" and not math.isfinite(v):
        return 1.0  # JSON has no infinity
    return v
