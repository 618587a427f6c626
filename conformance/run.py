"""Exports every scenario with tfsave, saves its twin with TensorFlow, and compares the two.

    python conformance/run.py [--tfsave BINARY | --self] [-v] [SCENARIO ...]

Prints a line for each difference and closes with "N passed, N failed". --self compares what TensorFlow saves with itself:
a test of the comparison. The exports and the calls that were made stay under build/conformance, for the other readers.
"""

import argparse
import collections
import concurrent.futures
import functools
import multiprocessing
import os
import pathlib
import subprocess
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.dont_write_bytecode = True

ROOT = pathlib.Path(__file__).resolve().parents[1]


def worker(work, tfsave, name):
    import logging

    from absl import logging as absl_logging

    from suite import checks

    absl_logging.set_verbosity(absl_logging.ERROR)
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    return checks.run(name, work, tfsave)


def build_tfsave():
    binary = ROOT / "build" / "tfsave"
    subprocess.run(["go", "build", "-o", str(binary), "./cmd/tfsave"], cwd=ROOT, check=True)
    return str(binary)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("scenarios", nargs="*")
    parser.add_argument("--tfsave", help="binary to test; built from the checkout unless given")
    parser.add_argument("--self", action="store_true", dest="itself", help="compare TensorFlow with itself")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "build" / "conformance")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("-v", action="store_true", dest="verbose", help="show every scenario with its time")
    args = parser.parse_args()
    tfsave = None if args.itself else os.path.abspath(args.tfsave or build_tfsave())

    from suite import names  # without TensorFlow: the workers load it

    scenarios = args.scenarios or names.all_scenarios()
    start = time.monotonic()
    reports = []
    run = functools.partial(worker, args.work.resolve(), tfsave)
    with concurrent.futures.ProcessPoolExecutor(min(args.workers, len(scenarios)), multiprocessing.get_context("spawn")) as pool:
        for name, future in [(n, pool.submit(run, n)) for n in scenarios]:
            try:
                report = future.result()
            except Exception as e:
                print(f"FAIL {name}: {type(e).__name__}: {e}", flush=True)
                reports.append(None)
                continue
            reports.append(report)
            show(report, args.verbose)
    return close(reports, time.monotonic() - start)


def show(report, verbose):
    for check, lines in report.found.items():
        for line in lines[:12]:
            print(f"FAIL {report.scenario}/{check}: {line[:1500]}", flush=True)
    if verbose:
        print(f"{report.scenario}: {len(report.found)} checks, {report.seconds:.1f} s", flush=True)


def close(reports, seconds):
    counts = collections.Counter()
    for report in reports:
        if report is None:
            counts[False] += 1
            continue
        for lines in report.found.values():
            counts[not lines] += 1
    ok = sum(1 for r in reports if r and not any(r.found.values()))
    skipped = sorted(f"{r.scenario}/{c}: {why}" for r in reports if r for c, why in r.skipped.items())
    print(f"{ok} of {len(reports)} scenarios are as TensorFlow's, in {seconds:.0f} s")
    for line in skipped:
        print(f"not compared: {line}")
    print(f"{counts[True]} passed, {counts[False]} failed")
    return 1 if counts[False] else 0


if __name__ == "__main__":
    sys.exit(main())
