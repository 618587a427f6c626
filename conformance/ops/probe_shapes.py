"""Writes internal/op/signatures.txt: what shapes go into and come out of most ops.

TensorFlow's shape inference is probed, not read: for each op, which ranks an input may
have, which inputs must have ranks and dimensions in common, and where in the outputs the
dimensions of the inputs, and the values of attributes, turn up. What comes out is a line in the
language of internal/op/signature.go, and it is kept only if internal/op, given that line,
agrees with TensorFlow on every one of a number of random nodes (compare_shapes.py). Ops that
are not that regular get no line: code in internal/op does them, and ops that it does are not probed.

    python conformance/ops/probe_shapes.py [--ops A,B] [--draws 300] [--seed 1]
"""

import argparse
import itertools
import json
import pathlib
import sys
import tempfile

import compare_shapes
import draws
import nodes

TABLE = nodes.ROOT / "internal" / "op" / "signatures.txt"
HEADER = """\
# How shapes go through ops, as measured with TensorFlow {version} by conformance/ops/probe_shapes.py.
# signature.go says what the lines mean.
"""
MAX_RANK = 5
# Sizes given to dimensions, large enough to be told from sizes that an op asks for or makes.
PRIMES = [101, 103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167, 173, 179, 181, 191, 193, 197,
          199, 211, 223, 227, 229, 233, 239, 241, 251, 257, 263, 269, 271, 277, 281, 283, 293, 307, 311, 313]
ATTR_PRIMES = [401, 409, 419, 421, 431, 433, 439, 443, 449, 457]


class Irregular(Exception):
    """The op has no signature in our language."""


class Probe:
    def __init__(self, op_def):
        self.op = op_def
        self.reference = nodes.Reference()
        drawer = draws.Drawer(op_def, 0, {})
        self.attrs = drawer.attrs(plain=True)
        for arg in [*op_def.input_arg, *op_def.output_arg]:
            if arg.number_attr:
                self.attrs[arg.number_attr] = max(2, self.attrs[arg.number_attr])
        self.types = nodes.input_types(op_def, self.attrs)
        self.owner = drawer.owners(self.attrs)

    def infer(self, shapes, attrs=None):
        """The output shapes, or None for a refusal."""
        attrs = attrs or self.attrs
        inputs = [{"dtype": t, "dims": s} for t, s in zip(self.types, shapes, strict=True)]
        outputs, error = self.reference.infer(self.op, {"attrs": attrs, "inputs": inputs})
        if error is not None:
            return None
        if any(handle for _, handle in outputs):
            raise Irregular("has handle data")
        return [dims for dims, _ in outputs]

    def accepts(self, **ranks_or_dims):
        """Whether inputs, named i0, i1, …, may have these shapes while the others are unknown."""
        shapes = [ranks_or_dims.get(f"i{i}") for i in range(len(self.types))]
        return self.infer(shapes) is not None

    def signature(self) -> str:
        if self.infer([None] * len(self.types)) is None:
            raise Irregular("unknown inputs are refused")
        self.find_ranks()
        self.find_groups()
        self.find_dims()
        return self.render()

    # Ranks

    def find_ranks(self):
        """least[i]: the least rank of input i; exact[i]: whether there is no other."""
        self.least, self.exact = [], []
        for i in range(len(self.types)):
            ranks = [r for r in range(MAX_RANK + 1) if self.accepts(**{f"i{i}": [-1] * r})]
            if not ranks or (len(ranks) > 1 and ranks != list(range(ranks[0], MAX_RANK + 1))):
                raise Irregular(f"input {i} has ranks {ranks}")
            self.least.append(ranks[0])
            self.exact.append(len(ranks) == 1)

    def find_groups(self):
        """group[i]: which inputs have leading dimensions in common; tail[i]: the dimensions after these."""
        n = len(self.types)
        self.group = [None if self.exact[i] else i for i in range(n)]
        self.tail = list(self.least)
        for i, j in itertools.combinations(range(n), 2):
            if self.exact[i] or self.exact[j]:
                continue
            base = max(self.least[i], self.least[j]) + 1
            fits = [d for d in (-2, -1, 0, 1, 2) if base + d >= self.least[j]
                    and self.accepts(**{f"i{i}": [-1] * base, f"i{j}": [-1] * (base + d)})]
            tried = [d for d in (-2, -1, 0, 1, 2) if base + d >= self.least[j]]
            if fits == tried:
                continue
            if len(fits) != 1:
                raise Irregular(f"ranks of inputs {i} and {j} differ by {fits}")
            if self.tail[j] - self.tail[i] != fits[0]:
                # One of them has a least rank that is only the other's.
                if self.group[j] != j:
                    raise Irregular(f"ranks of inputs {i} and {j}")
                if self.tail[i] + fits[0] < 0:
                    raise Irregular(f"ranks of inputs {i} and {j}")
                self.tail[j] = self.tail[i] + fits[0]
            old = self.group[j]
            self.group = [self.group[i] if g == old and g is not None else g for g in self.group]

    def ranks(self, lead) -> list[int]:
        return [self.tail[i] + (0 if self.exact[i] else lead) for i in range(len(self.types))]

    # Dimensions

    def find_dims(self):
        """classes: position (input, index from the end) -> class; constants: class -> size."""
        lead = 2
        ranks = self.ranks(lead)
        if any(r > 12 for r in ranks):
            raise Irregular("rank too high")
        positions = [(i, k) for i, r in enumerate(ranks) for k in range(r)]
        parent = {p: p for p in positions}

        def root(p):
            while parent[p] != p:
                p = parent[p]
            return p

        def shapes(sizes):
            return [[sizes.get((i, k), -1) for k in range(r)] for i, r in enumerate(ranks)]

        if self.infer(shapes({})) is None:
            raise Irregular("ranks do not fit together")
        self.constants = {}
        for p in positions:
            if self.infer(shapes({p: 101})) is None:
                sizes = [n for n in range(12) if self.infer(shapes({p: n})) is not None]
                if len(sizes) != 1:
                    raise Irregular(f"dimension {p} may be {sizes}")
                self.constants[p] = sizes[0]
        free = [p for p in positions if p not in self.constants]
        for p, q in itertools.combinations(free, 2):
            if root(p) != root(q) and self.infer(shapes({p: 101, q: 103})) is None:
                if self.infer(shapes({p: 101, q: 101})) is None:
                    raise Irregular(f"dimensions {p} and {q}")
                parent[root(q)] = root(p)
        self.classes = {p: root(p) for p in free}
        self.lead = lead
        for i, j in itertools.combinations(range(len(ranks)), 2):
            if self.group[i] is not None and self.group[i] == self.group[j]:
                for k in range(lead):
                    if self.classes.get((i, k)) != self.classes.get((j, k)) or (i, k) in self.constants:
                        raise Irregular(f"leading dimensions of inputs {i} and {j}")
        # Where ranks are independent and yet the dimensions have to do with each other, shapes are broadcast.
        groups = {}
        for i, g in enumerate(self.group):
            if g is not None:
                groups.setdefault(self.head(i), set()).add(g)
        self.broadcast = {head for head, found in groups.items() if len(found) > 1}

    def head(self, i):
        return tuple(self.classes[i, k] for k in range(self.lead) if (i, k) in self.classes)

    # Rendering

    def render(self) -> str:
        ranks = self.ranks(self.lead)
        sizes, values = {}, {}  # class -> size, size -> class
        for p, c in self.classes.items():
            if c not in sizes:
                sizes[c] = PRIMES[len(sizes)] if len(sizes) < len(PRIMES) else 1000 + 2 * len(sizes)
                values[sizes[c]] = c
        shapes = [[self.constants.get((i, k)) if (i, k) in self.constants else sizes[self.classes[i, k]]
                   for k in range(r)] for i, r in enumerate(ranks)]
        attrs, from_attr = dict(self.attrs), {}
        outputs = self.infer(shapes)
        if outputs is None:
            raise Irregular("fitting dimensions are refused")
        attrs, from_attr = self.attrs_in_outputs(shapes, outputs)
        outputs = self.infer(shapes, attrs)
        terms = [self.input_term(i, r) for i, r in enumerate(ranks)]
        out_terms = [self.output_term(o, dims, values, from_attr) for o, dims in enumerate(outputs)]
        self.mark_handles(terms, out_terms)
        terms = self.per_argument(self.op.input_arg, terms)
        out_terms = self.per_argument(self.op.output_arg, out_terms)
        return " ".join([*named(terms, out_terms)])

    def mark_handles(self, terms, out_terms):
        """Marks the outputs behind which is what is behind the first input of their shape."""
        for o, term in enumerate(out_terms):
            whole = [i for i, t in enumerate(terms) if isinstance(term, Term) and term.head is not None and not t.dims
                     and not term.dims and t.head == term.head]
            if not whole:
                continue
            types = [self.type_attr(self.op.input_arg, whole[0]), self.type_attr(self.op.output_arg, o)]
            if all(types):
                attrs = self.attrs | dict.fromkeys(types, nodes.VARIANT)
                inputs = [{"dtype": t, "dims": None} for t in nodes.input_types(self.op, attrs)]
                inputs[whole[0]] |= {"dims": [], "handle": [[1, [101]]]}
                given, error = self.reference.infer(self.op, {"attrs": attrs, "inputs": inputs})
                if error is None and given[o][1] == [[1, [101]]]:
                    term.mark = "^"

    def type_attr(self, args, i):
        """The attribute that is the dtype of tensor i of the arguments, if that may be a variant."""
        owners = [a for a in args for _ in nodes.arg_types([a], self.attrs)]
        for attr in self.op.attr:
            allowed = attr.allowed_values.list.type
            if attr.name == owners[i].type_attr and (not allowed or nodes.VARIANT in allowed):
                return attr.name
        return None

    def attrs_in_outputs(self, shapes, outputs):
        """Attributes with values that are found again in outputs, and what they are found by."""
        attrs, found = dict(self.attrs), {}
        counts = {a.number_attr for a in [*self.op.input_arg, *self.op.output_arg]}
        for n, a in enumerate(self.op.attr):
            if a.type == "int":
                if a.name in counts:
                    continue
                trial = ATTR_PRIMES[n % len(ATTR_PRIMES)]
            elif a.type == "shape":
                trial = [503 + n, 601 + n]
            elif a.type == "list(shape)" and attrs[a.name]:
                trial = [[503 + n + i, 601 + n + i] for i in range(len(attrs[a.name]))]
            else:
                continue
            changed = self.infer(shapes, {**attrs, a.name: trial})
            if changed is not None and changed != outputs:
                attrs[a.name] = trial
                found[json.dumps(trial)] = a.name
        return attrs, found

    def input_term(self, i, rank):
        dims = []
        for k in range(rank):
            if (i, k) in self.constants:
                dims.append(self.constants[i, k])
            else:
                dims.append(self.classes[i, k])
        if self.exact[i]:
            return Term(None, dims)
        if any(isinstance(d, int) for d in dims[: self.lead]):
            raise Irregular("constant leading dimensions")
        head = tuple(dims[: self.lead])
        return Term(head, dims[self.lead :], head in self.broadcast)

    def output_term(self, o, dims, values, from_attr):
        if dims is None:
            return "?"
        if name := from_attr.get(json.dumps(dims)):
            return f"@{name}"
        if len(dims) > max([*self.ranks(self.lead), 8]):
            raise Irregular(f"output of rank {len(dims)}")
        for text, name in from_attr.items():
            listed = json.loads(text)
            if isinstance(listed, list) and dims in listed:
                return f"@{name}"
        parts = []
        for d in dims:
            if d in values:
                parts.append(values[d])
            elif name := from_attr.get(str(d)):
                parts.append(f"@{name}")
            elif d == -1:
                parts.append("?")
            elif d < 100:
                parts.append(d)
            else:
                raise Irregular(f"output dimension {d}")
        for i, g in enumerate(self.group):
            if g is None:
                continue
            head = self.head(i)
            if tuple(parts[: self.lead]) == head:
                return Term(head, parts[self.lead :])
        return Term(None, parts)

    def per_argument(self, args, terms):
        """One term for each argument: those of a list must be the same."""
        out, rest = [], list(terms)
        for arg in args:
            n = len(nodes.arg_types([arg], self.attrs))
            mine, rest = rest[:n], rest[n:]
            if not mine:
                raise Irregular(f"{arg.name} is empty")
            out.append(mine)
        return out


class Term:
    """A shape: the classes of its leading dimensions, or None, and the others; a mark that stands before the former."""

    def __init__(self, head, dims, broadcast=False):
        self.head, self.dims, self.mark = head, dims, "~" if broadcast else ""

    def names(self):
        if self.head is not None:
            yield self.head
        yield from (d for d in self.dims if isinstance(d, tuple))


def named(inputs, outputs) -> list[str]:
    """Writes lists of terms, one list an argument, with a letter for all that occurs twice."""
    counts = {}
    for mine in [*inputs, *outputs]:
        # What the tensors of a list have in common occurs twice.
        for term in mine:
            if isinstance(term, Term):
                for name in term.names():
                    counts[name] = counts.get(name, 0) + 1
    letters = {}
    lower, upper = iter("mnkpqrstuvwxyzabcdefghijlo"), iter("SBTUVWXYZACDEFG")

    def letter(name, alphabet):
        if counts[name] < 2:
            return "?"
        if name not in letters:
            letters[name] = next(alphabet)
        return letters[name]

    def write(term):
        if not isinstance(term, Term):
            return term
        dims = [letter(d, lower) if isinstance(d, tuple) else str(d) for d in term.dims]
        if term.head is None:
            return f"[{','.join(dims)}]"
        head = letter(term.head, upper)
        if not dims:
            return term.mark + head
        return f"[{','.join([term.mark + head + '...', *dims])}]"

    words = []
    for side in (inputs, outputs):
        for mine in side:
            texts = {write(term) for term in mine}
            if len(texts) != 1:
                raise Irregular(f"the tensors of a list differ: {sorted(texts)}")
            words.append(texts.pop())
        if side is inputs:
            words.append("->")
    return words


def probe(op_def) -> tuple[str | None, str]:
    """The signature, or None and the reason."""
    def task(out):
        try:
            print(json.dumps([Probe(op_def).signature(), ""]), file=out)
        except Irregular as reason:
            print(json.dumps([None, str(reason)]), file=out)

    lines = nodes.forked(task)
    return json.loads(lines[0]) if lines else (None, draws.CRASH)


def write_table(path, table):
    lines = [f"{name} {text}\n" for name, text in sorted(table.items(), key=lambda item: item[0] + " ")]
    path.write_text(HEADER.format(version=nodes.tf.__version__) + "".join(lines))


def read_table() -> dict[str, str]:
    lines = [line for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split(" ", 1) for line in lines)


def in_code(names) -> set[str]:
    """The ops that internal/op has a shape function for, whatever the table says."""
    with tempfile.TemporaryDirectory() as folder:
        empty = pathlib.Path(folder) / TABLE.name
        empty.touch()
        program = compare_shapes.build_ours(folder, {TABLE: empty})
        answers = compare_shapes.ask_ours(program, [{"op": name, "attrs": {}, "inputs": []} for name in names])
    return {name for name, ours in zip(names, answers, strict=True) if ours["known"]}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ops", help="only these, separated by commas; the other lines stay")
    parser.add_argument("--draws", type=int, default=300, help="random nodes that a line must pass")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reasons", action="store_true", help="say why ops have no signature")
    args = parser.parse_args()

    registry = nodes.load_ops()
    names = args.ops.split(",") if args.ops else sorted(registry)
    table = read_table() if args.ops else {}
    reasons = {}
    code = in_code(names)
    for name in names:
        table.pop(name, None)
        if name in code:
            continue
        text, reason = probe(registry[name])
        if text is None:
            reasons[name] = reason
        else:
            table[name] = text
    candidates = [n for n in names if n in table]
    with tempfile.TemporaryDirectory() as folder:
        # The table is only replaced by lines that were checked.
        trial = pathlib.Path(folder) / TABLE.name
        write_table(trial, table)
        program = compare_shapes.build_ours(folder, {TABLE: trial})
        for i in range(0, len(candidates), 50):
            some = [registry[n] for n in candidates[i : i + 50]]
            for name, result in compare_shapes.compare(some, program, args.draws, args.seed).items():
                if result.mismatches:
                    reasons[name] = f"{table.pop(name)}: {min((m[0] for m in result.mismatches), key=len)}"
                elif result.accepted < args.draws / 20:
                    reasons[name] = f"{table.pop(name)}: only {result.accepted} draws accepted"
    write_table(TABLE, table)
    if args.reasons:
        for name, reason in sorted(reasons.items()):
            print(f"{name}: {reason}")
    print(f"{len(table)} signatures; {len(reasons)} ops have none")
    return 0


if __name__ == "__main__":
    sys.exit(main())
