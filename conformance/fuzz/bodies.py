"""Differential fuzz of function bodies: draws programs, and compares what TensorFlow and tfsave make of them.

    python conformance/fuzz/bodies.py [--seed 1] [--count 1000] [--batch 150] [--show KIND]

Prints each body that differs, cut down to what is needed, and closes with "N passed, N failed".
"""

import argparse
import collections
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import batch
import draw


def removed(body):
    """The body with one statement, or the frame of one, left out, in all ways."""
    lines = body.split("\n")
    indents = [len(line) - len(line.lstrip()) for line in lines]
    for i in range(len(lines) - 1, -1, -1):
        end = i + 1
        while end < len(lines) and indents[end] > indents[i]:
            end += 1
        yield "\n".join(lines[:i] + lines[end:])
        if end > i + 1:
            inner = [line[4:] for line in lines[i + 1:end]]
            yield "\n".join(lines[:i] + inner + lines[end:])


def minimal(case, result, check, budget):
    """The smallest body found that differs in the same way, and how."""
    again = True
    while again and budget > 0:
        again = False
        for body in removed(case.body):
            if "return" not in body:
                continue
            budget -= 1
            if budget <= 0:
                break
            smaller = case._replace(body=body)
            found = check(smaller)
            if found and found.kind == result.kind:
                case, result, again = smaller, found, True
                break
    return case, result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--batch", type=int, default=150)
    parser.add_argument("--tfsave", help="binary to test; built from the checkout unless given")
    parser.add_argument("--no-nodes", action="store_true", help="do not compare the nodes of the graphs")
    parser.add_argument("--tries", type=int, default=25, help="how many smaller bodies are tried for each that differs")
    parser.add_argument("--most", type=int, default=20, help="how many differences are cut down and shown")
    parser.add_argument("--work", type=pathlib.Path, default=batch.ROOT / "build" / "fuzz")
    args = parser.parse_args()
    tfsave = args.tfsave or batch.build_tfsave()
    counts, accepted, shown, number = collections.Counter(), 0, 0, 0
    start = time.monotonic()

    def check(case):
        nonlocal number
        number += 1
        try:
            return batch.Batch({"f": case}, args.work, tfsave, number, compare_nodes=not args.no_nodes).results()["f"]
        except SyntaxError:
            return None

    for first in range(args.seed, args.seed + args.count, args.batch):
        cases = {}
        for seed in range(first, min(first + args.batch, args.seed + args.count)):
            cases[f"f{seed}"] = batch.Case(*draw.Body(seed).draw())
        number += 1
        results = batch.Batch(cases, args.work, tfsave, number, compare_nodes=not args.no_nodes).results()
        for name, result in results.items():
            counts[result.kind] += 1
            accepted += result.accepted
            if not result.kind:
                continue
            shown += 1
            if shown > args.most:
                continue
            case, result = minimal(cases[name], result, check, args.tries)
            inputs = ", ".join(f"{n}: {d} {s}" for n, d, s in case.inputs)
            print(f"FAIL seed {name[1:]} {result.kind}: {result.detail}\n    ({inputs})\n" + "\n".join("    " + l for l in case.body.split("\n")),
                  flush=True)
    passed, failed = counts[""], sum(counts.values()) - counts[""]
    print(f"{passed + failed} bodies in {time.monotonic() - start:.0f} s, {accepted} accepted by TensorFlow; "
          + (", ".join(f"{n} {kind}" for kind, n in sorted(counts.items()) if kind) or "no difference"))
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
