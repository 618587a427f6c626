"""Draws function bodies: expressions and small programs over tensors and Python values.

What is drawn is mostly right: operands are of one dtype and of shapes that go together. Some of it is wrong on purpose, or
by chance, and TensorFlow tells.
"""

import random

# Shapes that all broadcast with each other.
SHAPES = [[2, 3], [2, 3], [3], [], [1, 3], [2, 1], [None, 3], [None, None], None]
FLOATS = ["float32", "float32", "float32", "float64", "float16"]
INTS = ["int32", "int32", "int64", "uint8", "int8"]


class Body:
    """Draws one body."""

    def __init__(self, seed, depth=3):
        self.rng = random.Random(seed)
        self.depth = depth
        self.names = {}  # dtype → names of tensors; "pyint", "pyfloat", "pybool" → names of Python values
        self.scalars = {}  # the same for tensors that are scalars
        self.inputs = []
        self.count = 0
        self.lines = []
        self.loops = 0

    # --- helpers

    def pick(self, *options):
        return self.rng.choice(options)

    def chance(self, p):
        return self.rng.random() < p

    def fresh(self, base="t"):
        self.count += 1
        return f"{base}{self.count}"

    def add(self, indent, line):
        self.lines.append("    " * indent + line)

    def define(self, name, dtype):
        if name not in self.names.setdefault(dtype, []):
            self.names[dtype].append(name)

    def scope(self):
        return {k: list(v) for k, v in self.names.items()}, {k: list(v) for k, v in self.scalars.items()}

    def leave(self, saved):
        """Forgets what a branch or a loop defined: most of the time it may not be used behind it."""
        if self.chance(0.9):
            self.names, self.scalars = saved

    # --- Python values

    def pyint(self, d=1):
        names = self.names.get("pyint", [])
        if names and self.chance(0.3):
            return self.rng.choice(names)
        if d > 0 and self.chance(0.35):
            return self.pick(
                lambda: f"({self.pyint(d - 1)} {self.pick('+', '-', '*', '//', '%')} {self.pick('2', '3', '5', '-2')})",
                lambda: f"len({self.pick('[1, 2, 3]', repr('abc'), 'self.names', '(1,)')})",
                lambda: f"({self.pyint(d - 1)} if {self.pybool(d - 1)} else {self.pyint(d - 1)})",
                lambda: f"{self.tensor(self.any_dtype(), 0)}.shape.rank",
                lambda: f"{self.tensor(self.any_dtype(), 0)}.shape[0]",
                lambda: f"int({self.pyfloat(0)})",
                lambda: f"max({self.pyint(d - 1)}, {self.pyint(0)})",
                lambda: f"sum(i * i for i in range({self.pick('2', '3')}))",
                lambda: f"[{self.pyint(0)}, {self.pyint(0)}][{self.pick('0', '1', '-1')}]",
            )()
        return self.pick("0", "1", "2", "3", "-1", "-2", "1", "2", "7", "100")

    def pyfloat(self, d=1):
        names = self.names.get("pyfloat", [])
        if names and self.chance(0.3):
            return self.rng.choice(names)
        if d > 0 and self.chance(0.3):
            return self.pick(
                lambda: f"({self.pyfloat(d - 1)} {self.pick('+', '-', '*', '/')} {self.pick('2', '0.5', '4.0')})",
                lambda: f"float({self.pyint(d - 1)})",
                lambda: "self.scale",
                lambda: "math.pi",
                lambda: f"round({self.pyfloat(0)}, 1)",
            )()
        return self.pick("0.0", "1.0", "0.5", "-1.5", "2.", "1e-3", "3.25")

    def pybool(self, d=1):
        if d > 0 and self.chance(0.6):
            return self.pick(
                lambda: f"{self.pyint(0)} {self.pick('<', '>', '==', '!=', '<=')} {self.pyint(0)}",
                lambda: f"not {self.pybool(d - 1)}",
                lambda: f"({self.pybool(d - 1)} {self.pick('and', 'or')} {self.pybool(d - 1)})",
                lambda: f"{self.tensor(self.any_dtype(), 0)}.dtype == tf.{self.any_dtype()}",
                lambda: f"{self.tensor(self.any_dtype(), 0)} is {self.pick('', 'not ')}None",
                lambda: f"isinstance({self.tensor(self.any_dtype(), 0)}, tf.Tensor)",
                lambda: f"{self.pyint(0)} in [1, 2, 3]",
            )()
        return self.pick("True", "False")

    # --- tensors

    def any_dtype(self):
        known = [k for k in self.names if not k.startswith("py") and k != "string"]
        if known and self.chance(0.6):
            return self.rng.choice(known)
        return self.pick(self.pick(*FLOATS), self.pick(*INTS), "bool", "float32", "float32", "int32")

    def literal(self, dtype):
        if dtype == "string":
            return self.pick("'a'", "'tensor'", "''")
        if dtype == "bool":
            return self.pick("True", "False")
        if dtype.startswith(("int", "uint")):
            return self.pyint(0) if self.chance(0.3) else self.pick("1", "2", "3", "5")
        if dtype.startswith(("float", "bfloat")):
            return self.pick(self.pyfloat(0), "1", "2", "0.5")
        return self.pick("1j", "2.0")

    def leaf(self, dtype):
        names = self.names.get(dtype, [])
        if names and self.chance(0.8):
            return self.rng.choice(names)
        if dtype == "float32" and self.chance(0.15):
            return "self.v"
        if dtype == "int32" and self.chance(0.1):
            return "self.w"
        if dtype == "int64" and self.chance(0.1):
            return "self.count"
        return self.pick(
            f"tf.constant({self.literal(dtype)}, tf.{dtype})",
            f"tf.constant([{self.literal(dtype)}, {self.literal(dtype)}, {self.literal(dtype)}], dtype=tf.{dtype})",
            f"tf.fill([2, 3], tf.constant({self.literal(dtype)}, tf.{dtype}))",
        )

    def scalar(self, dtype, d=1):
        """A tensor without dimensions."""
        names = self.scalars.get(dtype, [])
        if names and self.chance(0.5):
            return self.rng.choice(names)
        if dtype == "bool":
            x = self.any_dtype_number()
            return self.pick(
                lambda: f"tf.reduce_{self.pick('any', 'all')}({self.tensor('bool', d)})",
                lambda: f"(tf.reduce_{self.pick('sum', 'max', 'min')}({self.tensor(x, d)}) {self.pick('>', '<', '>=')} {self.literal(x)})",
                lambda: f"(tf.size({self.tensor(x, 0)}) {self.pick('>', '<', '==')} {self.pick('3', '2', '6')})",
            )()
        if dtype == "int32":
            return self.pick(
                lambda: f"tf.shape({self.tensor(self.any_dtype(), 0)})[{self.pick('0', '-1')}]",
                lambda: f"tf.size({self.tensor(self.any_dtype(), 0)})",
                lambda: f"tf.rank({self.tensor(self.any_dtype(), 0)})",
                lambda: f"tf.reduce_sum({self.tensor('int32', d)})",
                lambda: "tf.constant(3)",
            )()
        return f"tf.reduce_{self.pick('sum', 'max', 'min')}({self.tensor(dtype, d)})"

    def any_dtype_number(self):
        known = [k for k in self.names if not k.startswith("py") and k not in ("string", "bool")]
        if known and self.chance(0.6):
            return self.rng.choice(known)
        return self.pick("float32", "float32", "int32", "int64", "float64")

    def tensor(self, dtype, d=None):
        """An expression that is a tensor of a dtype, or converts to one."""
        d = self.depth if d is None else d
        if d <= 0 or self.chance(0.12):
            return self.leaf(dtype)
        if self.chance(0.02):  # a mistake
            return self.tensor(self.any_dtype(), d - 1)
        options = [self.shaped, self.shaped, self.choice, self.indexed]
        if dtype == "bool":
            options += [self.compared, self.compared, self.logical]
        elif dtype == "string":
            options += [self.text]
        else:
            options += [self.binary, self.binary, self.binary, self.function, self.function, self.reduced]
        return self.rng.choice(options)(dtype, d - 1)

    def operand(self, dtype, d):
        """An operand beside a tensor: now and then a Python value, a list, or of another dtype."""
        if self.chance(0.25):
            return self.literal(dtype)
        if self.chance(0.03):
            return self.pick("None", "'a'", "True", "[1, 2, 3]", "(0.5, 1.5, 2.5)", "1.5", "300", "-1", "[[1], [2]]", "2 ** 40", "1j")
        if self.chance(0.03):
            return self.tensor(self.any_dtype(), d)
        return self.tensor(dtype, d)

    def binary(self, dtype, d):
        floats = dtype.startswith("float")
        op = self.pick("+", "-", "*", "+", "-", "*", "/" if floats else "//", "//", "%", "**")
        if op in ("/", "//", "%") and not floats:
            return f"({self.tensor(dtype, d)} {op} {self.pick('2', '3', '5')})"
        if op == "**":
            return f"({self.tensor(dtype, d)} ** {self.pick('2', '2', '3', '0.5' if floats else '2')})"
        if op in ("//", "%"):
            return f"({self.tensor(dtype, d)} {op} {self.pick('2.0', '1.5', '-2.')})"
        if not floats and self.chance(0.2):
            op = self.pick("&", "|", "^")
        a, b = self.tensor(dtype, d), self.operand(dtype, d)
        if self.chance(0.3):
            a, b = b, a
        return f"({a} {op} {b})"

    def compared(self, _, d):
        x = self.any_dtype()
        if x == "bool":
            return f"({self.tensor(x, d)} {self.pick('==', '!=')} {self.operand(x, d)})"
        a, b = self.tensor(x, d), self.operand(x, d)
        if self.chance(0.2):
            a, b = b, a
        return f"({a} {self.pick('<', '>', '<=', '>=', '==', '!=')} {b})"

    def logical(self, _, d):
        a = self.tensor("bool", d)
        return self.pick(
            lambda: f"({a} {self.pick('&', '|', '^')} {self.operand('bool', d)})",
            lambda: f"(~{a})",
            lambda: f"(not {self.scalar('bool', d)})",
            lambda: f"({self.scalar('bool', d)} {self.pick('and', 'or')} {self.scalar('bool', d)})",
            lambda: f"tf.logical_{self.pick('and', 'or', 'xor')}({a}, {self.tensor('bool', d)})",
            lambda: f"tf.math.logical_not({a})",
            lambda: f"tf.math.is_nan({self.tensor('float32', d)})",
        )()

    def function(self, dtype, d):
        x = self.tensor(dtype, d)
        if dtype.startswith("float"):
            name = self.pick("tf.abs", "tf.exp", "tf.tanh", "tf.sigmoid", "tf.nn.relu", "tf.square", "tf.sign", "tf.floor", "tf.math.ceil",
                             "tf.round", "tf.negative", "tf.math.softplus", "tf.sin", "tf.cos", "tf.nn.elu", "tf.math.erf", "tf.identity",
                             "tf.stop_gradient", "tf.zeros_like", "tf.ones_like", "abs", "tf.nn.leaky_relu", "tf.math.log1p", "-", "+")
        else:
            name = self.pick("tf.abs", "tf.square", "tf.sign", "tf.negative", "tf.identity", "tf.zeros_like", "tf.ones_like", "abs", "-",
                             "tf.nn.relu", "~", "tf.stop_gradient", "tf.bitwise.invert")
        if name in "-+~":
            return f"({name}{x})"
        if self.chance(0.2):
            return self.pick(
                lambda: f"tf.{self.pick('maximum', 'minimum', 'add', 'subtract', 'multiply')}({x}, {self.operand(dtype, d)})",
                lambda: f"tf.clip_by_value({x}, {self.pick('0', '-1', '1')}, {self.pick('2', '3')})",
                lambda: f"tf.math.squared_difference({x}, {self.operand(dtype, d)})",
                lambda: f"tf.cumsum({x}, axis={self.pick('0', '-1')})",
                lambda: f"tf.add_n([{x}, {self.tensor(dtype, d)}])",
                lambda: f"tf.math.floormod({x}, {self.pick('3', '2')})",
                lambda: f"{self.pick('min', 'max')}({x}, {self.operand(dtype, d)})",
                lambda: f"sum([{x}, {self.tensor(dtype, d)}])",
                lambda: f"tf.math.divide_no_nan({x}, {self.operand(dtype, d)})",
                lambda: f"tf.linalg.matmul({x}, {self.tensor(dtype, d)}, transpose_b=True)",
                lambda: f"({x} @ tf.transpose({self.tensor(dtype, d)}))",
                lambda: f"tf.tensordot({x}, {self.tensor(dtype, d)}, 1)",
            )()
        return f"{name}({x})"

    def reduced(self, dtype, d):
        x = self.tensor(dtype, d)
        names = ["sum", "max", "min", "mean", "prod"]
        axis = self.pick("", "", ", axis=0", ", axis=-1", ", 0", ", axis=[0]", ", keepdims=True", ", -1, True", ", axis=None", ", axis=1", ", axis=[]")
        if self.chance(0.15):
            return f"tf.cast(tf.{self.pick('argmax', 'argmin')}({x}{self.pick('', ', axis=0', ', -1', ', output_type=tf.int32')}), tf.{dtype})"
        return f"tf.reduce_{self.pick(*names)}({x}{axis})"

    def shaped(self, dtype, d):
        x = self.tensor(dtype, d)
        return self.pick(
            lambda: f"tf.cast({self.tensor(self.any_dtype(), d)}, {self.pick('tf.' + dtype, repr(dtype))})",
            lambda: f"tf.cast({self.tensor(self.any_dtype(), d)}, tf.{dtype})",
            lambda: f"tf.reshape({x}, {self.pick('[-1]', '[1, -1]', '[-1, 3]', '(3, 1, -1)', '[2, 3]', '[]')})",
            lambda: f"tf.reshape({x}, [tf.shape({x})[0], -1])",
            lambda: f"tf.reshape({x}, tf.shape({self.tensor(dtype, d)}))",
            lambda: f"tf.reshape({x}, tf.concat([tf.shape({x}), [1]], 0))",
            lambda: f"tf.expand_dims({x}, {self.pick('0', '-1', '1')})",
            lambda: f"tf.squeeze(tf.expand_dims({x}, {self.pick('0', '-1')}){self.pick('', ', 0', ', axis=-1', ', [0]')})",
            lambda: f"tf.concat([{x}, {self.tensor(dtype, d)}], {self.pick('0', '-1', 'axis=0')})",
            lambda: f"tf.stack([{x}, {self.operand(dtype, d)}]{self.pick('', ', axis=1', ', -1')})",
            lambda: f"tf.transpose({x}{self.pick('', ', [1, 0]', ', perm=(0, 1)')})",
            lambda: f"tf.tile({x}, {self.pick('[2, 1]', '[1, 2]', '[2]')})",
            lambda: f"tf.gather({x}, {self.pick('0', '[0, 1]', '[0]', '[[0], [1]]')}{self.pick('', ', axis=-1')})",
            lambda: f"tf.broadcast_to({x}, {self.pick('[2, 3]', '[4, 2, 3]')})",
            lambda: f"tf.reverse({x}, [{self.pick('0', '-1')}])",
            lambda: f"tf.pad({x}, {self.pick('[[1, 0], [0, 2]]', '[[1, 1]]')})",
            lambda: f"tf.roll({x}, 1, {self.pick('0', '-1')})",
            lambda: f"tf.repeat({x}, 2, axis={self.pick('0', '-1', 'None')})",
            lambda: f"tf.boolean_mask({x}, {self.tensor('bool', d)})",
            lambda: f"tf.ensure_shape({x}, {self.pick('[2, 3]', '[None, 3]', '[3]', 'None')})",
            lambda: f"tf.convert_to_tensor({x})",
            lambda: f"tf.fill(tf.shape({x}), {self.scalar(dtype, d)})",
            lambda: f"tf.split({x}, {self.pick('1', '3', '[1, 2]')}, axis=-1)[0]",
            lambda: f"tf.unstack({x}, {self.pick('', 'num=', '')}{self.pick('2', '3')})[-1]",
            lambda: f"tf.one_hot({self.tensor('int32', d)}, {self.pick('3', '2')}, dtype=tf.{dtype})",
            lambda: f"tf.range({self.pick('3', '1, 4', '0, 6, 2')}, dtype=tf.{dtype})",
        )()

    def indexed(self, dtype, d):
        x = self.tensor(dtype, d)
        index = self.pick("0", "-1", "1", ":", "1:", ":-1", "::-1", "::2", "..., 0", ":, 0", "0, 1", "..., tf.newaxis", "tf.newaxis", "None, 0",
                          "0:1", ":, ::-1", "..., 1:", "1, :", "...", f"{self.scalar('int32', 0)} - 1", f"{self.scalar('int32', 0)} - 1:",
                          f":{self.scalar('int32', 0)}", f"{self.pyint(0)}", "-2:, 0", f"{self.scalar('int32', 0)} - 1, 0", "2:0:-1", "5:", ":100")
        return f"{x}[{index}]"

    def choice(self, dtype, d):
        a, b = self.tensor(dtype, d), self.operand(dtype, d)
        return self.pick(
            lambda: f"tf.where({self.tensor('bool', d)}, {a}, {b})",
            lambda: f"tf.where({self.tensor('bool', d)}, {a}, {b})",
            lambda: f"({a} if {self.scalar('bool', d)} else {b})",
            lambda: f"({a} if {self.pybool()} else {b})",
            lambda: f"tf.cond({self.scalar('bool', d)}, lambda: {a}, lambda: {b})",
            lambda: f"(lambda p: p {self.pick('+', '*', '-')} p)({a})" if dtype != "bool" else f"(lambda p: p)({a})",
            lambda: f"[{a}, {b}][{self.pick('0', '1', '-1')}]",
            lambda: f"dict(p={a}, q={b})['{self.pick('p', 'q')}']",
            lambda: f"{{'p': {a}}}['p']",
            lambda: f"tf.stack([{a} for _ in range(2)])[0]",
            lambda: f"tf.switch_case({self.scalar('int32', d)} % 2, [lambda: {a}, lambda: {a}])",
            lambda: f"tf.map_fn(lambda e: e, {a})",
            lambda: f"tf.function(lambda p: p)({a})",
        )()

    def text(self, _, d):
        x = self.tensor("string", d)
        return self.pick(
            lambda: f"tf.strings.lower({x})",
            lambda: f"tf.strings.upper({x})",
            lambda: f"tf.strings.join([{x}, {self.operand('string', d)}]{self.pick('', ', separator=' + repr('-'))})",
            lambda: f"({x} + {self.operand('string', d)})",
            lambda: f"tf.strings.as_string({self.tensor('int32', d)})",
            lambda: f"tf.strings.substr({x}, 0, 1)",
            lambda: f"tf.strings.strip({x})",
            lambda: f"tf.strings.regex_replace({x}, 'a', 'b')",
            lambda: f"tf.strings.reduce_join({x})",
        )()

    # --- statements

    def block(self, indent, n, in_function=True):
        start = len(self.lines)
        for _ in range(n):
            self.statement(indent)
        if len(self.lines) == start:
            self.add(indent, "pass")

    def assign(self, indent):
        dtype = self.any_dtype() if self.chance(0.9) else "string"
        known = self.names.get(dtype, [])
        name = self.rng.choice(known) if known and self.chance(0.4) else self.fresh()
        self.add(indent, f"{name} = {self.tensor(dtype)}")
        self.define(name, dtype)

    def augmented(self, indent):
        dtype = self.any_dtype_number()
        if names := self.names.get(dtype):
            self.add(indent, f"{self.rng.choice(names)} {self.pick('+=', '-=', '*=')} {self.operand(dtype, 1)}")
        else:
            self.assign(indent)

    def python_assign(self, indent):
        kind = self.pick("pyint", "pyfloat")
        known = self.names.get(kind, [])
        name = self.rng.choice(known) if known and self.chance(0.4) else self.fresh("p")
        self.add(indent, f"{name} = {self.pyint(2) if kind == 'pyint' else self.pyfloat(2)}")
        self.define(name, kind)

    def scalar_assign(self, indent):
        dtype = self.pick("bool", "int32", "float32")
        name = self.fresh("s")
        self.add(indent, f"{name} = {self.scalar(dtype)}")
        self.scalars.setdefault(dtype, []).append(name)
        self.define(name, dtype)

    def condition(self):
        return self.scalar("bool") if self.chance(0.7) else self.pybool(2)

    def branch(self, indent):
        dtype = self.any_dtype_number()
        known = self.names.get(dtype, [])
        target = self.rng.choice(known) if known and self.chance(0.7) else self.fresh()
        self.add(indent, f"if {self.condition()}:")
        saved = self.scope()
        self.inner(indent + 1, target, dtype)
        self.leave(saved)
        while self.chance(0.25):
            self.add(indent, f"elif {self.condition()}:")
            saved = self.scope()
            self.inner(indent + 1, target, dtype)
            self.leave(saved)
        if self.chance(0.75):
            self.add(indent, "else:")
            saved = self.scope()
            self.inner(indent + 1, target, dtype)
            self.leave(saved)
        self.define(target, dtype)

    def inner(self, indent, target, dtype):
        """A branch: it gives the target a value, most of the time."""
        if self.chance(0.4):
            self.block(indent, 1)
        if self.chance(0.12):
            self.jump(indent)
            return
        if self.chance(0.93):
            self.add(indent, f"{target} = {self.tensor(dtype, 2)}")
        else:
            self.add(indent, "pass")

    def jump(self, indent):
        options = [f"return {self.result()}"]
        if self.loops:
            options += ["break", "continue", "break", "continue"]
        self.add(indent, self.rng.choice(options))

    def counted_while(self, indent):
        i = self.fresh("i")
        start, limit = self.pick(("0", "3"), ("tf.constant(0)", "3"), ("0", self.scalar("int32")), ("tf.constant(0)", self.scalar("int32")))
        self.add(indent, f"{i} = {start}")
        self.define(i, "int32" if "tf" in start + limit else "pyint")
        saved = self.scope()
        self.add(indent, f"while {i} < {limit}{self.pick('', '', f' and {self.scalar(chr(98) + chr(111) + chr(111) + chr(108), 1)}')}:")
        self.add(indent + 1, f"{i} += 1")
        self.loop_body(indent + 1)
        self.leave(saved)

    def for_loop(self, indent):
        e = self.fresh("e")
        saved = self.scope()
        dtype = self.any_dtype_number()
        iterable, kind = self.pick(
            (f"tf.range({self.pick('3', self.scalar('int32'), '1, 4')})", "int32"),
            (self.tensor(dtype, 1), dtype),
            ("range(3)", "pyint"),
            (f"range({self.pyint()})", "pyint"),
            ("[1, 2]", "pyint"),
            (f"[{self.tensor(dtype, 1)}, {self.tensor(dtype, 1)}]", dtype),
            (f"range({self.scalar('int32')})", "int32"),
        )
        self.add(indent, f"for {e} in {iterable}:")
        self.define(e, kind)
        self.loop_body(indent + 1)
        self.leave(saved)
        if self.chance(0.1):
            self.define(e, kind)

    def loop_body(self, indent):
        self.loops += 1
        dtype = self.any_dtype_number()
        if names := self.names.get(dtype):
            self.add(indent, f"{self.rng.choice(names)} {self.pick('+=', '-=', '*=')} {self.operand(dtype, 1)}")
        self.block(indent, self.pick(0, 1, 1))
        if self.chance(0.3):
            self.add(indent, f"if {self.scalar('bool')}:")
            self.jump(indent + 1)
            if self.chance(0.5):
                self.block(indent, 1)
        if len(self.lines) and self.lines[-1].endswith(":"):
            self.add(indent, "pass")
        self.loops -= 1

    def nested(self, indent):
        f, dtype = self.fresh("f"), self.any_dtype_number()
        a, b = self.fresh("a"), self.fresh("b")
        saved, loops = self.scope(), self.loops
        default = self.literal(dtype)
        self.add(indent, self.pick("", "@tf.function") or f"def {f}({a}, {b}={default}):")
        if self.lines[-1].endswith("@tf.function"):
            self.add(indent, f"def {f}({a}, {b}={default}):")
        self.loops = 0
        self.define(a, dtype)
        self.define(b, dtype)
        self.block(indent + 1, self.pick(0, 1))
        if self.chance(0.3):
            self.add(indent + 1, f"if {self.condition()}:")
            self.add(indent + 2, f"return {self.tensor(dtype, 1)}")
        self.add(indent + 1, f"return {self.tensor(dtype, 2)}")
        self.names, self.scalars = saved
        self.loops = loops
        name = self.fresh()
        self.add(indent, f"{name} = {f}({self.tensor(dtype, 1)}{self.pick('', f', {self.operand(dtype, 1)}', f', {b}={self.tensor(dtype, 1)}')})")
        self.define(name, dtype)

    def containers(self, indent):
        dtype = self.any_dtype_number()
        name, other = self.fresh(), self.fresh()
        for line in self.pick(
            [f"l = [{self.tensor(dtype, 1)}]", f"l.append({self.tensor(dtype, 1)})", f"{name} = tf.add_n(l)"],
            [f"{name}, {other} = {self.tensor(dtype, 1)}, {self.tensor(dtype, 1)}"],
            [f"d = {{'a': {self.tensor(dtype, 1)}}}", f"d['b'] = d['a'] {self.pick('+', '*')} 2", f"{name} = d['b']"],
            [f"{name} = sum({self.tensor(dtype, 1)} for _ in range(2))"],
            [f"parts = [{self.tensor(dtype, 1)} * k for k in (1, 2)]", f"{name} = parts[1]"],
            [f"*_, {name} = [{self.tensor(dtype, 1)}, {self.tensor(dtype, 1)}]"],
            [f"{name}, {other} = tf.unstack({self.tensor(dtype, 1)}, 2)"],
            [f"{name} = [a + b for a, b in zip([{self.tensor(dtype, 1)}], [{self.tensor(dtype, 1)}])][0]"],
        ):
            self.add(indent, line)
        self.define(name, dtype)

    def state(self, indent):
        self.add(indent, self.pick(
            f"self.v.assign_{self.pick('add', 'sub')}({self.pick('[1., 2., 3.]', 'self.v * 2.', 'tf.ones([3])')})",
            f"self.count.assign({self.pick('5', 'self.count + 1', 'tf.cast(' + self.scalar('int32') + ', tf.int64)')})",
            f"self.w.assign(self.w * {self.pick('2', '3')})",
            f"{self.fresh()} = self.count.assign_add(1)",
            f"tf.debugging.assert_greater_equal(tf.constant(1), 0)",
            f"tf.debugging.Assert({self.scalar('bool')} or True, ['message'])",
        ))

    def statement(self, indent):
        options = [self.assign] * 6 + [self.augmented, self.python_assign, self.scalar_assign, self.containers, self.state]
        if indent < 4:
            options += [self.branch] * 3 + [self.counted_while, self.for_loop, self.for_loop, self.nested]
        self.rng.choice(options)(indent)

    def result(self):
        if not hasattr(self, "kinds"):
            self.kinds = self.pick(["float32"], [self.any_dtype()], [self.any_dtype()], [self.any_dtype(), self.any_dtype()])
            self.form = self.pick("tuple", "dict", "list")
        values = [self.tensor(k, 1) for k in self.kinds]
        if len(values) == 1:
            return values[0]
        if self.form == "dict":
            return "{" + ", ".join(f"'r{i}': {v}" for i, v in enumerate(values)) + "}"
        return ("({})" if self.form == "tuple" else "[{}]").format(", ".join(values))

    def draw(self):
        """The body and its inputs."""
        for i in range(self.pick(1, 2, 2, 3)):
            dtype = self.any_dtype() if self.chance(0.92) else "string"
            name, shape = "xyz"[i], self.pick(*SHAPES)
            self.inputs.append((name, dtype, shape))
            self.define(name, dtype)
            if shape == []:
                self.scalars.setdefault(dtype, []).append(name)
        if self.chance(0.35):  # one expression
            self.depth = 4
        else:
            self.depth = 2
            self.block(0, self.pick(1, 2, 2, 3, 4))
        self.add(0, f"return {self.result()}")
        return "\n".join(self.lines), self.inputs
