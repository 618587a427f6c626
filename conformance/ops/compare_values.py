"""Compares op.Evaluate with TensorFlow's kernels.

Nodes with constant inputs are drawn of the ops that occur in the arithmetic on shapes. Where
internal/op gives values, TensorFlow must give the same; where it gives none, nothing is said.

    python conformance/ops/compare_values.py [--ops A,B] [--draws 300] [--seed 1]
"""

import argparse
import json
import sys
import tempfile

import compare_shapes
import draws
import nodes
import numpy as np
import tensorflow as tf
from tensorflow.python.framework import errors

OPS = """
Abs Add AddV2 All Any BroadcastArgs BroadcastTo Cast Ceil Concat ConcatV2 Cumprod Cumsum Div EnsureShape Equal ExpandDims Fill
Floor FloorDiv FloorMod Gather GatherV2 Greater GreaterEqual Identity IdentityN InvertPermutation Less LessEqual ListDiff
LogicalAnd LogicalNot LogicalOr Max Maximum Min Minimum Mul Neg NotEqual OnesLike Pack Prod Range Rank RealDiv Reshape ReverseV2
Rint Round Select SelectV2 Shape ShapeN Sign Size Slice Split SplitV Sqrt Square SquaredDifference Squeeze StopGradient
StridedSlice Sub Sum Tile Transpose TruncateDiv TruncateMod Unpack ZerosLike
""".split()


def run(op_def, batch):
    """For each node the outputs by TensorFlow's kernel, None for a refusal, NO_KERNEL where there is none."""
    reference = nodes.Reference()
    made = [reference.create(op_def, node) for node in batch]
    config = tf.compat.v1.ConfigProto()
    config.graph_options.place_pruned_graph = True  # nodes without a kernel do not matter to the others
    with tf.compat.v1.Session(graph=reference.graph, config=config) as session:
        for operation in made:
            try:
                yield [np.asarray(out) for out in session.run(list(operation.outputs))] if operation else None
            except (errors.OpError, ValueError) as error:
                yield NO_KERNEL if "OpKernel" in str(error) else None


NO_KERNEL = []


def same(ours, theirs) -> bool:
    return theirs is not None and all(same_tensor(a, b) for a, b in zip(ours, theirs, strict=True))


def same_tensor(ours, theirs) -> bool:
    if ours["dims"] != list(theirs.shape):
        return False
    if theirs.dtype.kind not in "biuf":
        return True
    return np.array_equal([float(v) for v in ours["values"]], theirs.astype(np.float64).ravel(), equal_nan=True)


def compare(op_def, program, count, seed, out):
    """Prints what differs, then how many nodes were evaluated and how many of these differ."""
    ranks = draws.learn_ranks(op_def, nodes.Reference())
    drawer = draws.Drawer(op_def, seed, ranks, constant=True)
    batch = [drawer.node(n) for n in range(count)]
    batch = [n for n in batch if all("const" in i for i in n["inputs"])]
    answers = compare_shapes.ask_ours(program, batch)
    known = [(node, ours["values"]) for node, ours in zip(batch, answers, strict=True) if "values" in ours]
    differ = 0
    for (node, ours), theirs in zip(known, run(op_def, [node for node, _ in known]), strict=True):
        if theirs is not NO_KERNEL and not same(ours, theirs):
            differ += 1
            if differ <= 2:
                print(f"{op_def.name}: TensorFlow says {theirs}; we say {ours}\n    {json.dumps(node)}", file=out)
    print(json.dumps([len(known), differ]), file=out)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ops", help="only these, separated by commas")
    parser.add_argument("--draws", type=int, default=300, help="nodes drawn for each op")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()

    registry = nodes.load_ops()
    failed = evaluated = passed = 0
    with tempfile.TemporaryDirectory() as folder:
        program = compare_shapes.build_ours(folder)
        for name in args.ops.split(",") if args.ops else OPS:
            lines = nodes.forked(lambda out, op=registry[name]: compare(op, program, args.draws, args.seed, out))
            *shown, last = lines or ["[0, 0]"]
            print("".join(shown), end="")
            used, differ = json.loads(last)
            evaluated += used
            failed += differ > 0
            passed += differ == 0
            if used < args.draws / 50:
                print(f"{name}: only {used} nodes are evaluated")
    print(f"{evaluated} nodes evaluated")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
