"""Writes the models in golden/ with TensorFlow 2.21: python golden.py golden

Each model is the Python twin of golden/<name>/spec.yaml.
"""

import os
import shutil
import sys
import tempfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tensorflow as tf

TS = tf.TensorSpec
f32 = tf.float32


def adder():
    class Adder(tf.Module):
        @tf.function(input_signature=[TS(None, f32)])
        def add(self, x):
            return x + x + 1.0

    return Adder(), None, None


def alias():
    class Alias(tf.Module):
        def __init__(self):
            self.w = tf.Variable(tf.ones([4, 5]), name="w")
            self.b = tf.Variable(tf.zeros([5]), name="b")

        @tf.function
        def func(self, x):
            return tf.nn.relu(x @ self.w + self.b)

        @tf.function
        def serve(self, x):
            y = self.func(x)
            return {"out": y}

    m = Alias()
    sig = {"serving_default": m.serve.get_concrete_function(TS([None, 4], f32, name="inp"))}
    return m, sig, tf.saved_model.SaveOptions(function_aliases={"my_func": m.func})


def state():
    class State(tf.Module):
        def __init__(self):
            self.c = tf.Variable(0, name="c", dtype=tf.int64)
            self.w = tf.Variable([1.0, 2.0], name="w")
            self.k = tf.constant([3.0, 4.0])

        @tf.function(input_signature=[TS([None, 2], f32, name="A-b"), TS([], tf.int64)])
        def f(self, x, n):
            self.c.assign_add(n)
            self.w.assign(self.w * 2.0)
            y = x * self.w + self.k
            return [y, self.c, x]

        @tf.function(input_signature=[])
        def reset(self):
            self.c.assign(0)

    m = State()
    return m, m.f, None


def nested():
    class Leaf(tf.Module):
        def __init__(self, value):
            self.k = tf.Variable(value, name="k")

        @tf.function(input_signature=[TS([], f32)])
        def scale(self, x):
            return self.k * x

    class Root(tf.Module):
        def __init__(self):
            self.enc = Leaf([1.0, 2.0])
            self.dec = self.enc
            self.layers = [Leaf([1.0, 2.0, 3.0]), Leaf([4.0])]
            self.child = tf.Module()
            self.child.parent = self
            self.d = {"z/y": tf.Variable(1.0, name="same"), "a.b": tf.Variable([5, 6], name="same", trainable=False)}
            self.el = []
            self.ed = {}
            self._private = tf.Variable([True, False], name="scope/flag")

        @tf.function(input_signature=[TS([], f32)])
        def zeta(self, x):
            return self.enc.scale(x) * self.d["z/y"]

        @tf.function(input_signature=[TS([], f32)])
        def Alpha(self, x):
            return x * self.layers[1].k

        @tf.function(input_signature=[TS([], f32)])
        def __call__(self, x):
            return x + self.layers[0].k

        @tf.function(input_signature=[TS([], f32)])
        def _under(self, x):
            return x

    return Root(), None, None


def traces():
    class Traces(tf.Module):
        @tf.function
        def f(self, x, training=False, mode=None):
            return x + 1 if training else x

        @tf.function
        def kw(self, x, *, scale=2.0, label="n"):
            return x * scale

        @tf.function
        def va(self, *args):
            return args[0] + args[1]

        @tf.function
        def kws(self, x, **kwargs):
            return x + kwargs["extra"]

        @tf.function
        def struct(self, d, t):
            return t[0] + d["a"][1]

        @tf.function(input_signature=[TS([2], f32)])
        def none(self, x):
            x + 1.0

        @tf.function(input_signature=[TS([2], f32)])
        def outs(self, x):
            return x, {"k": x + 1.0, "a": [x, None]}

        @tf.function
        def untraced(self, x):
            return x

        @tf.function(jit_compile=False, input_signature=[TS([2], f32), TS([], f32)])
        def sig(self, a, b, c=3):
            return {"s": a + b, "d": a - b}

    m = Traces()
    m.f.get_concrete_function(TS([None], f32))
    m.f.get_concrete_function(TS([None], f32), True)
    m.f.get_concrete_function(TS([2, 2], tf.int32), training=False, mode="m")
    m.f.get_concrete_function(TS([2, 2], tf.int32), False, 2.5)
    m.kw.get_concrete_function(TS([], f32))
    m.kw.get_concrete_function(TS([], f32, name="other"), scale=TS([], f32), label="k")
    m.va.get_concrete_function(TS([], f32), TS([], f32, name="second"))
    m.kws.get_concrete_function(TS([], f32), extra=TS([], f32))
    m.struct.get_concrete_function({"b": TS([], f32), "a": [1, TS([], f32)]}, (TS([], f32), 7))
    return m, {"b_sig": m.sig, "a_sig": m.sig, "f": m.f.get_concrete_function(TS([None], f32), True)}, None


def tables(path):
    class Tables(tf.Module):
        def __init__(self):
            self.vocab = tf.saved_model.Asset(path)
            self.lookup = tf.lookup.StaticHashTable(
                tf.lookup.TextFileInitializer(self.vocab.asset_path, tf.string, tf.lookup.TextFileIndex.WHOLE_LINE, tf.int64,
                                              tf.lookup.TextFileIndex.LINE_NUMBER), -1)
            self.inline = tf.lookup.StaticHashTable(
                tf.lookup.KeyValueTensorInitializer(tf.constant([1, 2], tf.int64), tf.constant([0.5, 1.5])), 0.0)

        @tf.function(input_signature=[TS([None], tf.string)])
        def ids(self, words):
            return self.lookup.lookup(words)

        @tf.function(input_signature=[TS([None], tf.int64)])
        def score(self, i):
            return self.inline.lookup(i)

        @tf.function(input_signature=[])
        def text(self):
            return tf.io.read_file(self.vocab)

    m = Tables()
    return m, {"ids": m.ids, "text": m.text}, None


def buckets(path):
    class Buckets(tf.Module):
        def __init__(self):
            self.vocab = tf.saved_model.Asset(path)
            self.table = tf.lookup.StaticVocabularyTable(
                tf.lookup.TextFileInitializer(self.vocab.asset_path, tf.string, tf.lookup.TextFileIndex.WHOLE_LINE, tf.int64,
                                              tf.lookup.TextFileIndex.LINE_NUMBER), 3)

        @tf.function(input_signature=[TS([None], tf.string)])
        def ids(self, words):
            return self.table.lookup(words)

    m = Buckets()
    return m, m.ids, None


def composite():
    class Composite(tf.Module):
        @tf.function(input_signature=[tf.RaggedTensorSpec([None, None], f32)])
        def ragged(self, r):
            return {"r": r * 2.0, "row": r.row_splits}

        @tf.function(input_signature=[tf.SparseTensorSpec([None, 3], f32)])
        def sparse(self, s):
            return s

    m = Composite()
    return m, {"ragged": m.ragged, "sparse": m.sparse}, None


def variables():
    m = tf.Module()
    m.f16 = tf.Variable(tf.constant([1, 2], tf.float16), name="f16")
    m.bf16 = tf.Variable(tf.constant([1, 2], tf.bfloat16), name="bf16")
    m.f64 = tf.Variable(tf.constant(0.5, tf.float64), name="f64")
    m.c64 = tf.Variable(tf.constant([1 + 2j], tf.complex64), name="c64")
    m.s = tf.Variable(["ab", ""], name="s", trainable=False)
    m.empty = tf.Variable(tf.zeros([0, 3]), name="empty")
    m.unknown = tf.Variable([1.0, 2.0], shape=tf.TensorShape(None), name="unknown")
    m.partial = tf.Variable([[1, 2]], shape=[None, 2], name="partial")
    m.u8 = tf.Variable(tf.constant([1, 2], tf.uint8), name="u8", synchronization=tf.VariableSynchronization.ON_READ,
                       aggregation=tf.VariableAggregation.MEAN)
    m.b = tf.Variable(True, name="b", synchronization=tf.VariableSynchronization.NONE, trainable=True)
    return m, None, None


def keys():
    class Keys(tf.Module):
        @tf.function(input_signature=[TS([2], f32, name="A/D"), TS([], f32, name="2x")])
        def f(self, a, b):
            return {"out put/é": a * b, "b": a, "a": b}

        @tf.function(input_signature=[TS([], f32)])
        def one(self, x):
            return x

        @tf.function
        def g(self, x, y):
            return [x, x + y]

    m = Keys()
    sigs = {"foo:bar": m.f, "a b/c:é": m.one, "": m.one,
            "z": m.g.get_concrete_function(TS([], f32, name="second"), TS([], f32, name="first"))}
    return m, sigs, None


def consts():
    class Consts(tf.Module):
        def __init__(self):
            self.fill = tf.constant(3.0, shape=[2, 2])
            self.text = tf.constant(["a", "b"])
            self.v = tf.Variable(1.0, name="v")

        @tf.function(input_signature=[TS([2], f32)])
        def f(self, x):
            return x * self.v + self.fill

        @tf.function(input_signature=[TS([2], tf.string)])
        def g(self, x):
            return tf.strings.join([x, self.text])

        @tf.function(input_signature=[TS([2], f32)])
        def h(self, x):
            return self.f(x) + self.fill

    m = Consts()
    return m, {"h": m.h, "g": m.g}, None


def empty():
    return tf.Module(), None, None


def main(dest):
    vocab = os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden", "vocab.txt")
    models = {f.__name__: f for f in [adder, alias, state, nested, traces, composite, variables, keys, consts, empty]}
    models["tables"] = lambda: tables(vocab)
    models["buckets"] = lambda: buckets(vocab)
    for name, make in sorted(models.items()):
        obj, signatures, options = make()
        with tempfile.TemporaryDirectory() as tmp:
            tf.saved_model.save(obj, tmp, signatures, options)
            for file, to in [("saved_model.pb", None), ("fingerprint.pb", None), ("variables/variables.index", "variables.index"),
                             ("variables/variables.data-00000-of-00001", "variables.data")]:
                shutil.copyfile(os.path.join(tmp, file), os.path.join(dest, name, to or file))


main(sys.argv[1])
