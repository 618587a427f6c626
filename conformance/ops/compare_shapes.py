"""Compares the shape inference of internal/op with TensorFlow's own.

For each op random nodes are drawn and given to both. Shapes must be equal, and so must be
what is known of the tensors behind resources and variants; where one refuses, the other must
(the wording is free). Of an op without a shape function we must say nothing: unknown shapes
pass for any, and are counted apart.

    python conformance/ops/compare_shapes.py [--ops A,B] [--draws 200] [--seed 1] [--sample N]
"""

import argparse
import collections
import json
import pathlib
import random
import subprocess
import sys
import tempfile

import draws
import nodes


def build_ours(folder, replaced=None) -> pathlib.Path:
    """Builds the program that answers for internal/op, with some files replaced by others."""
    folder = pathlib.Path(folder)
    program, overlay = folder / "ops", folder / "overlay.json"
    overlay.write_text(json.dumps({"Replace": {str(a): str(b) for a, b in (replaced or {}).items()}}))
    subprocess.run(["go", "build", "-overlay", overlay, "-o", program, "./conformance/ops"], cwd=nodes.ROOT, check=True)
    return program


def ask_ours(program, batch) -> list[dict]:
    lines = "".join(json.dumps(node) + "\n" for node in batch)
    done = subprocess.run([program], input=lines, stdout=subprocess.PIPE, text=True, check=True)
    return [json.loads(line) for line in done.stdout.splitlines()]


def mismatch(theirs, error, ours) -> str | None:
    """Says how the two answers differ."""
    if error is not None:
        return None if "error" in ours else f"TensorFlow refuses: {error.split(' for ')[0][:200]}; we say {ours.get('shapes', [])}"
    if "error" in ours:
        return f"TensorFlow says {[dims for dims, _ in theirs]}; we refuse: {ours['error']}"
    shapes = [dims for dims, _ in theirs]
    if shapes != ours.get("shapes", []):
        return f"TensorFlow says {shapes}; we say {ours.get('shapes', [])}"
    handles = [handle for _, handle in theirs]
    if handles != ours.get("handles", []):
        return f"TensorFlow says {handles} are behind the outputs; we say {ours.get('handles', [])}"
    return None


class Comparison:
    """The outcome for one op."""

    def __init__(self):
        self.draws = self.accepted = self.unusable = 0
        self.known = True
        self.mismatches = []


def compare(ops, program, count, seed) -> dict[str, Comparison]:
    results, batch, expected = {}, [], []
    for op_def in ops:
        result = results[op_def.name] = Comparison()
        for node, outputs, error in draws.answers(op_def, count, seed):
            if error is not None and error.startswith((draws.CRASH, nodes.NONSENSE)):
                result.unusable += 1
                continue
            batch.append(node)
            expected.append((outputs, error))
    for node, (theirs, error), ours in zip(batch, expected, ask_ours(program, batch), strict=True):
        result = results[node["op"]]
        result.draws += 1
        result.accepted += error is None
        result.known = ours["known"]
        if ours["known"] and (found := mismatch(theirs, error, ours)):
            result.mismatches.append((found, node))
    return results


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ops", help="only these, separated by commas")
    parser.add_argument("--draws", type=int, default=200, help="nodes drawn for each op")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample", type=int, help="only so many ops, chosen by the seed")
    parser.add_argument("--show", type=int, default=2, help="mismatches shown for an op")
    parser.add_argument("--rare", type=float, help="also list ops of which fewer than this share of draws was accepted")
    args = parser.parse_args()

    registry = nodes.load_ops()
    names = args.ops.split(",") if args.ops else sorted(registry)
    if args.sample:
        names = sorted(random.Random(args.seed).sample(names, min(args.sample, len(names))))
    with tempfile.TemporaryDirectory() as folder:
        program = build_ours(folder)
        results = {}
        for i in range(0, len(names), 50):
            results |= compare([registry[n] for n in names[i : i + 50]], program, args.draws, args.seed)
    return report(results, args)


def report(results, args) -> int:
    known = {name: r for name, r in results.items() if r.known}
    failed = {name: r for name, r in known.items() if r.mismatches}
    for name, r in failed.items():
        print(f"{name}: {len(r.mismatches)} of {r.draws} draws differ")
        for found, node in sorted(r.mismatches, key=lambda m: len(str(m)))[: args.show]:
            print(f"    {found}\n        {json.dumps(node)}")
    if args.rare is not None:
        for name, r in known.items():
            if r.accepted < args.rare * r.draws:
                print(f"{name}: {r.accepted} of {r.draws} draws are accepted")
    total = collections.Counter()
    for r in known.values():
        total.update(draws=r.draws, accepted=r.accepted, mismatches=len(r.mismatches))
    print(
        f"{len(known)} of {len(results)} ops have a shape function; {total['draws']} draws, "
        f"{total['accepted']} accepted by TensorFlow, {total['mismatches']} mismatches"
    )
    print(f"{len(known) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
