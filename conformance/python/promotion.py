"""Compares how Python values become tensors: each operator, with a tensor of each dtype on one side and a value on the other.

    python conformance/python/promotion.py [--sample N] [--only TEXT] [-v]

An expression must be refused where TensorFlow refuses it; else its dtype, shape, value and nodes are compared.
"""

import argparse
import collections
import itertools
import math
import pathlib
import random
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "fuzz"))

import batch
import tensorflow as tf
from tensorflow.python.framework import func_graph

DTYPES = ["float16", "bfloat16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
          "bool", "complex64", "complex128", "string"]
VALUES = ["1", "-1", "0", "3", "200", "-200", "70000", "2 ** 31", "2 ** 40", "2 ** 63", "2 ** 64 - 1", "2 ** 64", "1.5", "2.0", "-0.5",
          "1e300", "float('inf')", "True", "False", "1j", "(1.5 + 2j)", "'a'", "b'a'", "None", "[1, 2]", "[1.5, 2]", "[2, 1.5]",
          "[True, False]", "[1, True]", "['a', 'b']", "['a', b'b']", "[1, 'a']", "[1, 2 ** 40]", "[1, 1j]", "[[1], [2]]", "[[1, 2], [3]]",
          "(1, 2)", "[]", "[None]", "[[]]", "{'a': 1}", "range(2)", "tf.int32", "x.shape", "[x[0], 1]", "[x[0], 1.5]", "[x, 2]"]
OPERATORS = ["+", "-", "*", "/", "//", "%", "**", "@", "&", "|", "^", "<", "<=", ">", ">=", "==", "!=", "<<", ">>"]
# {v}: the value. What stands here is tried for each dtype and value.
FORMS = ["tf.constant({v}, tf.{d})", "tf.cast({v}, tf.{d})", "tf.convert_to_tensor({v}, tf.{d})",
         "tf.convert_to_tensor({v}, dtype_hint=tf.{d})", "tf.maximum(x, {v})", "tf.where([True, False], x, {v})",
         "tf.where([True, False], {v}, x)", "tf.stack([x, {v}])", "tf.concat([x, {v}], 0)", "tf.add({v}, x)", "tf.add_n([x, {v}])",
         "tf.fill([2], tf.constant({v}, tf.{d}))", "tf.identity([x, {v}])"]
# The same for every dtype of x.
ALONE = ["tf.constant({v})", "tf.convert_to_tensor({v})", "tf.identity({v})", "tf.fill([2], {v})", "tf.stack([{v}, {v}])",
         "tf.stack([{v}, 1.5])", "tf.abs({v})", "tf.size({v})", "tf.shape({v})", "tf.reshape({v}, [-1])", "tf.zeros_like({v})",
         "tf.ones_like({v})", "tf.reduce_sum({v})", "tf.constant({v}, shape=[2])", "tf.strings.join([{v}, 'z'])", "tf.expand_dims({v}, 0)", "tf.constant([{v}, {v}])", "tf.constant([{v}, 1])", "tf.constant([{v}, 2.5])"]
UNARY = ["-x", "~x", "+x", "abs(x)", "x + x", "x / x", "x // x", "x ** x", "x % x", "x == x",
         "x < x", "x & x", "tf.cast(x, tf.float32)", "tf.cast(x, tf.int32)", "tf.cast(x, tf.bool)", "tf.cast(x, tf.string)", "tf.cast(x, tf.complex64)"]


def expressions():
    """(dtype of x, expression) for everything that is tried."""
    for dtype in DTYPES:
        operators = OPERATORS if dtype in ("float32", "int32", "bool", "string") else ["+", "/", "//", "**", "&", "<", "=="]
        for operator, value in itertools.product(operators, VALUES):
            yield dtype, f"x {operator} {value}"
            yield dtype, f"{value} {operator} x"
        for form, value in itertools.product(FORMS, VALUES):
            yield dtype, form.format(v=value, d=dtype)
        for expression in UNARY:
            yield dtype, expression
    for form, value in itertools.product(ALONE, VALUES):
        yield "float32", form.format(v=value)


def refused(dtype, expression):
    """The error of TensorFlow for an expression, or None."""
    with func_graph.FuncGraph("try").as_default():
        x = tf.compat.v1.placeholder(tf.as_dtype(dtype), [2])
        try:
            value = eval(expression, {"tf": tf, "math": math, "x": x})  # of this file
            if not isinstance(value, tf.Tensor):
                tf.convert_to_tensor(value)
        except Exception as e:  # whatever TensorFlow raises
            return e
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="only expressions with this text in 'dtype: expression'")
    parser.add_argument("--sample", type=int, help="that many of them, the same in every run")
    parser.add_argument("--tfsave", help="binary to test; built from the checkout unless given")
    parser.add_argument("--work", type=pathlib.Path, default=batch.ROOT / "build" / "promotion")
    parser.add_argument("-v", action="store_true", dest="verbose", help="show what both sides say of what is refused")
    args = parser.parse_args()
    tfsave = args.tfsave or batch.build_tfsave()
    args.work.mkdir(parents=True, exist_ok=True)
    tried = [(d, e) for d, e in expressions() if args.only in f"{d}: {e}"]
    if args.sample and args.sample < len(tried):
        tried = random.Random(1).sample(tried, args.sample)
    names = {f"f{i}": pair for i, pair in enumerate(tried)}
    cases = {n: batch.Case(f"return {e}", [("x", d, [2])]) for n, (d, e) in names.items()}
    ours = batch.export(cases, args.work, tfsave)
    failed, passed, both = [], 0, collections.defaultdict(list)
    for name, (dtype, expression) in names.items():
        theirs = refused(dtype, expression)
        if (theirs is None) != (name not in ours):
            said = f"we refuse: {ours[name]}" if name in ours else f"TensorFlow refuses: {batch.brief(theirs)}"
            failed.append(f"{dtype}: {expression}: {said}")
        elif theirs is None:
            both[dtype].append(expression)
        else:
            passed += 1
            if args.verbose:
                print(f"{dtype}: {expression}: {ours[name]} | {batch.brief(theirs)}")
    # What both accept is run in groups, and one by one where a group differs.
    groups = {f"g{i}": (d, chunk) for i, (d, chunk) in enumerate(
        (d, e[k:k + 60]) for d, e in both.items() for k in range(0, len(e), 60))}
    number = 0
    while groups:
        number += 1
        cases = {n: batch.Case("return [" + ", ".join(e) + "]", [("x", d, [2])]) for n, (d, e) in groups.items()}
        results = batch.Batch(cases, args.work, tfsave, f"promotion_{number}").results()
        again = {}
        for name, result in results.items():
            dtype, chunk = groups[name]
            if not result.kind and result.accepted:
                passed += len(chunk)
            elif len(chunk) == 1:
                failed.append(f"{dtype}: {chunk[0]}: {result.kind}: {result.detail}")
            else:
                half = (len(chunk) + 1) // 2
                again[name + "a"], again[name + "b"] = (dtype, chunk[:half]), (dtype, chunk[half:])
        groups = again
    for line in failed:
        print("FAIL " + line)
    print(f"{passed} passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
