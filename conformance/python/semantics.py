"""Runs the snippets of internal/trace/testdata/python under CPython, which is the judge of what they give.

    python conformance/python/semantics.py            # exit status 1 where a result is not CPython's
    python conformance/python/semantics.py --write    # put CPython's results in

A case of those files is the body of a function, or one expression, followed by a line "#=> " with the repr of what it
returns, or "#=> raises" and the type of the exception. The tests of the evaluator run the same files.
"""

import argparse
import ast
import collections
import contextlib
import copy
import functools
import io
import itertools
import math
import operator
import pathlib
import re
import string
import sys
import types
import warnings

import numpy as np

SNIPPETS = pathlib.Path(__file__).resolve().parents[2] / "internal" / "trace" / "testdata" / "python"
MARK = "#=> "


def cases(text):
    """The cases of a file as (lines before the case, its source, the recorded result)."""
    head, body = [], []
    for line in text.splitlines():
        if line.startswith(MARK):
            yield head, "\n".join(body), line[len(MARK):]
            head, body = [], []
        elif not body and (not line.strip() or line.startswith("#")):
            head.append(line)
        else:
            body.append(line)
    if body:
        yield head, "\n".join(body), None


def compiled(source):
    """A function with the body; what a lone expression gives is returned."""
    tree = ast.parse(source)
    if len(tree.body) == 1 and isinstance(tree.body[0], ast.Expr):
        tree.body[0] = ast.Return(tree.body[0].value)
    arguments = ast.arguments(posonlyargs=[], args=[], kwonlyargs=[], kw_defaults=[], defaults=[])
    function = ast.FunctionDef("case", arguments, tree.body, [])
    module = ast.fix_missing_locations(ast.Module([function], []))
    tf = types.SimpleNamespace(name_scope=lambda name: contextlib.nullcontext(name))
    scope = {m.__name__: m for m in (collections, copy, functools, itertools, math, operator, re, string)} | {"np": np, "tf": tf}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SyntaxWarning)
        exec(compile(module, "<case>", "exec"), scope)
    return scope["case"]


def result(source):
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            return repr(compiled(source)())
    except Exception as e:  # what a snippet raises is its result
        return f"raises {type(e).__name__}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    passed = failed = 0
    for path in sorted(SNIPPETS.glob("*.txt")):
        out = []
        for head, source, recorded in cases(path.read_text()):
            got = result(source)
            out += [*head, source, MARK + got]
            if got == recorded:
                passed += 1
                continue
            failed += 1
            if not args.write:
                print(f"{path.name}: CPython gives {got}, recorded is {recorded}:\n{source}")
        if args.write:
            path.write_text("\n".join(out) + "\n")
    if args.write:
        print(f"{passed + failed} results written, {failed} of them new")
        return 0
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
