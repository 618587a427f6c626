"""Compares our Python parser with CPython's ast module on real files.

    python conformance/parser/compare_ast.py [FILE_OR_FOLDER ...]

By default the files are those of the tf library (internal/trace/lib), of
conformance/ and of the TensorFlow that is installed, if one is. Trees must be
equal in every node, value and position; files with a match statement, which
our parser refuses, are skipped. Then checks that CPython agrees with the trees
and errors that the parser's own tests expect (internal/python/testdata). Needs
CPython 3.11 and Go.
"""

import ast
import importlib.util
import multiprocessing
import pathlib
import re
import subprocess
import sys
import tempfile
import warnings

ROOT = pathlib.Path(__file__).resolve().parents[2]
CHUNK = 40  # files a run of the Go program


class Ascii(str):
    """A string that ast.dump writes in ASCII."""

    def __repr__(self):
        return ascii(str(self))


def strip(node, in_fstring=False):
    """Removes from a tree what ours does not have."""
    for name in ("ctx", "kind", "type_comment", "type_ignores"):
        if name in node._fields and hasattr(node, name):
            delattr(node, name)
    if in_fstring and "lineno" in node._attributes:
        for name in node._attributes:
            delattr(node, name)
    for name, value in ast.iter_fields(node):
        if isinstance(value, str):
            setattr(node, name, Ascii(value))
        elif isinstance(value, ast.AST):
            strip(value, in_fstring or isinstance(node, ast.JoinedStr))
        elif isinstance(value, list):
            for i, item in enumerate(value):
                if isinstance(item, ast.AST):
                    strip(item, in_fstring or isinstance(node, ast.JoinedStr))
                elif isinstance(item, str):
                    value[i] = Ascii(item)


def expected(path):
    try:
        tree = ast.parse(path.read_bytes())
    except SyntaxError as e:
        return f"error {e.lineno}: {e.msg}"
    if any(isinstance(node, ast.Match) for node in ast.walk(tree)):
        return None
    strip(tree)
    return "ok " + ast.dump(tree, include_attributes=True)


def difference(ours, theirs):
    at = next((i for i, (a, b) in enumerate(zip(ours, theirs)) if a != b), min(len(ours), len(theirs)))
    return f"  ours:    …{ours[max(0, at - 150):at + 80]}\n  CPython: …{theirs[max(0, at - 150):at + 80]}"


def compare(job):
    """Returns the counts of equal and skipped files, and the differences."""
    program, paths = job
    sys.setrecursionlimit(20000)
    names = "".join(f"{path}\n" for path in paths)
    lines = subprocess.run([program], input=names, capture_output=True, text=True, check=True).stdout.splitlines()
    passed, skipped, failures = 0, 0, []
    for path, ours in zip(paths, lines, strict=True):
        theirs = expected(path)
        if theirs is None:
            skipped += 1
        elif ours == theirs or ours.startswith("error") and theirs.startswith("error"):
            passed += 1
        else:
            failures.append(f"FAIL {path}\n{difference(ours, theirs)}")
    return passed, skipped, failures


def python_files(args):
    if args:
        roots = [pathlib.Path(arg) for arg in args]
    else:
        roots = [ROOT / "internal/trace/lib", ROOT / "conformance"]
        spec = importlib.util.find_spec("tensorflow")
        if spec:
            roots += [pathlib.Path(p) for p in spec.submodule_search_locations]
        else:
            print("TensorFlow is not installed: its files are not compared")
    files = []
    for root in roots:
        files += sorted(root.rglob("*.py")) if root.is_dir() else [root]
    return files


def cases(name):
    """The cases of a file in internal/python/testdata: a text and what is expected of it."""
    for case in (ROOT / "internal/python/testdata" / name).read_text().removesuffix("\n").split("\n---\n"):
        source, *expected = case.split("\n=> ")
        if expected:
            yield source, expected


def check_tree(source, expected):
    tree = ast.parse(source)
    strip(tree)
    theirs = [ast.dump(statement) for statement in tree.body]
    return None if expected == theirs else "\n".join(theirs)


def check_error(source, expected):
    try:
        compile(source, "", "exec", ast.PyCF_ONLY_AST)
        compile(source, "", "exec")
        theirs = "accepts it"
    except SyntaxError as e:
        theirs = f"{e.lineno}:{e.offset} {e.msg}"
    if expected[1:]:
        ours = expected[1].removeprefix("CPython ")
    else:
        ours = re.sub("-[0-9:]+", "", expected[0], count=1)
    return None if ours == theirs else theirs


def main():
    if sys.version_info[:2] != (3, 11):
        sys.exit(f"needs CPython 3.11, whose trees ours are; this is {sys.version.split()[0]}")
    warnings.simplefilter("ignore", SyntaxWarning)
    warnings.simplefilter("ignore", DeprecationWarning)
    files = python_files(sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder:
        program = str(pathlib.Path(folder) / "parser")
        subprocess.run(["go", "build", "-o", program, "./conformance/parser"], cwd=ROOT, check=True)
        jobs = [(program, files[i : i + CHUNK]) for i in range(0, len(files), CHUNK)]
        passed = skipped = failed = 0
        with multiprocessing.Pool(2) as pool:
            for ok, skip, failures in pool.imap(compare, jobs):
                passed, skipped, failed = passed + ok, skipped + skip, failed + len(failures)
                for failure in failures:
                    print(failure)
    for name, check in (("trees.txt", check_tree), ("errors.txt", check_error)):
        for source, expected in cases(name):
            if theirs := check(source, expected):
                failed += 1
                print(f"FAIL {name}:\n{source}\n  CPython: {theirs}")
            else:
                passed += 1
    if skipped:
        print(f"{skipped} files with a match statement skipped")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
