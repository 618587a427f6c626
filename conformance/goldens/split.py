"""Writes internal/reader/testdata/split: a SavedModel in chunks, and the same one in one piece; and
internal/scan/testdata/split_beside, a model of conformance/corpus/attacks.py in chunks beside a harmless one.

Run: python conformance/goldens/split.py [MODEL OUT [none]]   (TensorFlow 2.21, and the package brotli)

TensorFlow's public releases read such models (tools/proto_splitter/merge.cc), and do not write them; so this writes the file as
that reader wants it: Riegeli records, each a piece of the message, the last of them with what goes where. Pieces are cut as
tools/proto_splitter cuts messages of more than 2 GB: contents of constants, functions, the tail of the nodes, the whole graph.
That Merger::Read of TensorFlow 2.21 makes the same message of the file was tried with a program of its own. With a model, it
is split in the same way; "none" leaves the records as they are.
"""

import os
import pathlib
import shutil
import struct
import sys
import tempfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import brotli
import numpy as np
import tensorflow as tf
from tensorflow.core.framework import graph_pb2
from tensorflow.core.protobuf import saved_model_pb2

ROOT = pathlib.Path(__file__).parents[2]
OUT, ATTACKS = ROOT / "internal/reader/testdata/split", ROOT / "internal/scan/testdata"
BLOCK, BLOCK_HEADER, CHUNK_HEADER = 1 << 16, 24, 40
MASK = (1 << 64) - 1


def swap(x):
    return (x >> 32 | x << 32) & MASK


def rotate(x, n):
    return (x << n | x >> (32 - n)) & 0xFFFFFFFF if n else x


class Hash:
    """HighwayHash, 64 bits, with the key of the format."""

    ORDER = (3, 12, 2, 5, 14, 1, 15, 0, 11, 4, 10, 13, 9, 6, 8, 7)

    def __init__(self):
        key = list(struct.unpack("<4Q", b"Riegeli/records\n" * 2))
        self.mul0 = [0xDBE6D5D5FE4CCE2F, 0xA4093822299F31D0, 0x13198A2E03707344, 0x243F6A8885A308D3]
        self.mul1 = [0x3BD39E10CB0EF593, 0xC0ACF169B5F18A8C, 0xBE5466CF34E90C6C, 0x452821E638D01377]
        self.v0 = [m ^ k for m, k in zip(self.mul0, key)]
        self.v1 = [m ^ swap(k) for m, k in zip(self.mul1, key)]

    def mix(self, source, to):
        for i in (0, 2):
            b = struct.pack("<2Q", source[i], source[i + 1])
            low, high = struct.unpack("<2Q", bytes(b[k] for k in self.ORDER))
            to[i], to[i + 1] = (to[i] + low) & MASK, (to[i + 1] + high) & MASK

    def update(self, lanes):
        for i, x in enumerate(lanes):
            self.v1[i] = (self.v1[i] + self.mul0[i] + x) & MASK
            self.mul0[i] ^= (self.v1[i] & 0xFFFFFFFF) * (self.v0[i] >> 32)
            self.v0[i] = (self.v0[i] + self.mul1[i]) & MASK
            self.mul1[i] ^= (self.v0[i] & 0xFFFFFFFF) * (self.v1[i] >> 32)
        self.mix(self.v1, self.v0)
        self.mix(self.v0, self.v1)

    def digest(self, data):
        whole, rest = len(data) & ~31, data[len(data) & ~31:]
        for at in range(0, whole, 32):
            self.update(struct.unpack_from("<4Q", data, at))
        if rest:
            n = len(rest)
            self.v0 = [(v + (n << 32) + n) & MASK for v in self.v0]
            self.v1 = [rotate(v & 0xFFFFFFFF, n) | rotate(v >> 32, n) << 32 for v in self.v1]
            packet = bytearray(32)
            packet[:n & ~3] = rest[:n & ~3]
            tail = rest[n & ~3:]
            if n & 16:
                packet[28:] = rest[-4:]
            elif tail:
                packet[16:19] = tail[0], tail[len(tail) >> 1], tail[-1]
            self.update(struct.unpack("<4Q", packet))
        for _ in range(4):
            self.update([swap(self.v0[(i + 2) % 4]) for i in range(4)])
        return (self.v0[0] + self.v1[0] + self.mul0[0] + self.mul1[0]) & MASK


def varint(n):
    out = bytearray()
    while n > 127:
        out.append(n & 127 | 128)
        n >>= 7
    return bytes(out + bytes([n]))


class Writer:
    """A file of records, one chunk for each."""

    def __init__(self, compress):
        self.file, self.compress = bytearray(), compress
        self.chunk(b"s", b"", 0, 0)

    def end_of(self, begin, size, records):
        usable = BLOCK - BLOCK_HEADER
        end = begin + size + (size + (begin + usable - 1) % BLOCK) // usable * BLOCK_HEADER
        at = begin + records
        return max(end, at + max(0, -at % BLOCK - (usable - 1)))

    def chunk(self, kind, data, records, decoded):
        begin = len(self.file)
        head = struct.pack("<QQQQ", len(data), Hash().digest(data), kind[0] | records << 8, decoded)
        end = self.end_of(begin, CHUNK_HEADER + len(data), records)
        body = struct.pack("<Q", Hash().digest(head)) + head + data
        while body or len(self.file) < end:
            if len(self.file) % BLOCK == 0:
                at = struct.pack("<QQ", len(self.file) - begin, end - len(self.file))
                self.file += struct.pack("<Q", Hash().digest(at)) + at
            n = BLOCK - len(self.file) % BLOCK
            self.file += body[:n] if body else bytes(min(n, end - len(self.file)))
            body = body[n:]
        return begin

    def record(self, data):
        """The position of a record."""
        pack = (lambda b: varint(len(b)) + brotli.compress(b, quality=6)) if self.compress else bytes
        sizes = pack(varint(len(data)))
        return self.chunk(b"r", (b"b" if self.compress else b"\0") + varint(len(sizes)) + sizes + pack(data), 1, len(data))


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def index(tag):
    """A FieldIndex: a number is that of a field, a list has an index, a text is a key."""
    if isinstance(tag, str):
        return field(2, field(1, tag.encode()))
    return field(3, tag[0]) if isinstance(tag, list) else field(1, tag)


def pieces_of(m, least):
    """(tags, piece): m itself loses them, and is the first."""
    out, graph, tags = [], m.meta_graphs[0].graph_def, [2, [0], 2]

    def constants(nodes, tags):
        for i, n in enumerate(nodes):
            content = n.attr["value"].tensor.tensor_content if n.op == "Const" else b""
            if len(content) >= least:
                out.append(([*tags, [i], 5, "value", 8, 4], content))
                n.attr["value"].tensor.tensor_content = b""

    constants(graph.node, [*tags, 1])
    for i, f in enumerate(graph.library.function):
        constants(f.node_def, [*tags, 2, 1, [i], 3])
        if i % 2 == 0:
            out.append(([*tags, 2, 1, [i]], f.SerializeToString(deterministic=True)))
            f.Clear()
    half = len(graph.node) // 2
    tail = graph_pb2.GraphDef(node=graph.node[half:])
    del graph.node[half:]
    out.append((tags, tail.SerializeToString(deterministic=True)))
    # The graph as a whole comes before what goes into it.
    out.insert(0, (tags, graph.SerializeToString(deterministic=True)))
    m.meta_graphs[0].ClearField("graph_def")
    return [([], m.SerializeToString(deterministic=True)), *out]


def split(data, compress, least):
    m = saved_model_pb2.SavedModel.FromString(data)
    w = Writer(compress)
    chunks = fields = b""
    for i, (tags, piece) in enumerate(pieces_of(m, least)):
        kind = 2 if tags and tags[-1] == 4 else 1
        chunks += field(2, field(1, kind) + field(2, len(piece)) + field(3, w.record(piece)))
        if i:
            fields += field(2, b"".join(field(1, index(t)) for t in tags) + field(3, field(1, i)))
    w.record(field(1, field(1, 1)) + chunks + field(3, field(1, 0) + fields))
    return bytes(w.file)


def model():
    """A SavedModel with constants, functions and a variable."""
    m = tf.Module()
    m.v = tf.Variable([1.0, 2.0])
    m.c = tf.constant(np.random.default_rng(1).random([20, 20], np.float32))

    @tf.function(input_signature=[tf.TensorSpec([None, 20])])
    def f(x):
        row = tf.constant(np.arange(400, dtype=np.float32).reshape(20, 20))[0]
        return tf.cond(tf.reduce_sum(x) > 0, lambda: x @ m.c, lambda: x @ tf.transpose(m.c) + row) * m.v[0]

    m.f = f
    folder = tempfile.mkdtemp()
    tf.saved_model.save(m, folder)
    return pathlib.Path(folder)


def main():
    source, out = (pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])) if len(sys.argv) > 2 else (model(), OUT)
    data = (source / "saved_model.pb").read_bytes()
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(source / "variables", out / "chunks" / "variables")
    (out / "saved_model.pb").write_bytes(data)
    (out / "chunks" / "saved_model.cpb").write_bytes(split(data, "none" not in sys.argv, 1024))
    if out == OUT:
        beside = ATTACKS / "split_beside"
        beside.mkdir(exist_ok=True)
        shutil.copy(ATTACKS / "clean/saved_model.pb", beside)
        (beside / "saved_model.cpb").write_bytes(split((ATTACKS / "cond_branch/saved_model.pb").read_bytes(), True, 100))


if __name__ == "__main__":
    main()
