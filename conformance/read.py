"""Loads what run.py exported in other readers, makes the same calls there, and compares the numbers.

    python conformance/read.py [--all] [--only NAME,...] [-v]

CI runs tensorflow-java 0.3.3 (TensorFlow 2.4.1) and OpenVINO. --all adds the C API, tensorflow-java 1.1.0, TensorFlow 2.12,
TFLite, and two readers of variables: tensorflow-checkpoint-reader and netron. A model whose export by TensorFlow itself a reader
can not load or compute either, is not compared there. Closes with "N passed, N failed".
"""

import argparse
import importlib.util
import os
import pathlib
import shutil
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
sys.dont_write_bytecode = True

from suite import callfile, numbers

ROOT = pathlib.Path(__file__).resolve().parents[1]
READERS = ROOT / "conformance" / "readers"
BUILD = ROOT / "build"
CACHE = ROOT / ".cache"


def java(profile, version):
    """The command of the Java reader, built by maven into build/ with its packages in .cache/."""
    if not shutil.which("mvn"):
        sys.exit("the Java reader needs a JDK and maven: mvn is not to be found")
    classpath = BUILD / f"java-{version}.classpath"
    options = [f"-P{profile}"] if profile else []
    subprocess.run(["mvn", "-q", "-B", *options, f"-Dmaven.repo.local={CACHE / 'm2'}", f"-Dmdep.outputFile={classpath}",
                    "compile", "dependency:build-classpath"], cwd=READERS / "java", check=True, stdin=subprocess.DEVNULL)
    return ["java", "-cp", f"{BUILD / f'java-{version}' / 'classes'}:{classpath.read_text().strip()}", "Replay"]


def c_api():
    """The command of the C program, compiled against the installed wheel."""
    wheel = pathlib.Path(importlib.util.find_spec("tensorflow").origin).parent
    program = BUILD / "replay"
    subprocess.run(["gcc", "-std=gnu11", "-O1", f"-I{wheel / 'include'}", "-o", str(program), str(READERS / "replay.c"),
                    f"-L{wheel}", f"-Wl,-rpath,{wheel}", "-l:libtensorflow_cc.so.2", "-l:libtensorflow_framework.so.2"], check=True)
    return [str(program)]


def old_tensorflow():
    """TensorFlow 2.12, the oldest wheel for this Python, in an environment of its own."""
    return [environment("tf212"), str(READERS / "replay_tf.py")]


def netron():
    """netron's files come as a Python package, and run in node."""
    if not shutil.which("node"):
        sys.exit("netron needs node, which is not to be found")
    package = next(pathlib.Path(environment("netron")).parents[1].glob("lib/python*/site-packages/netron"))
    (package / "package.json").write_text('{"type": "module"}')
    return ["node", str(READERS / "netron.mjs"), str(package)]


def environment(name):
    """The interpreter of a virtual environment in .cache/ with the packages of readers/requirements-NAME.txt."""
    requirements, folder = READERS / f"requirements-{name}.txt", CACHE / name
    stamp, python = folder / "requirements.txt", str(folder / "bin" / "python")
    if not stamp.exists() or stamp.read_text() != requirements.read_text():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "-r", str(requirements)], check=True)
        shutil.copy(requirements, stamp)
    return python


# name → (how to get the command, whether TensorFlow's own export of the same model is loadable there)
CI = {
    "tf2.4": (lambda: java("", "0.3.3"), False),
    "openvino": (lambda: [sys.executable, str(READERS / "replay_openvino.py")], True),
}
VARIABLES = {"checkpoint-reader", "netron"}  # readers of variables, that call nothing
ONE_SIGNATURE = {"openvino"}  # readers that know serving_default only
OTHERS = {
    "c-api": (c_api, True),
    "java-1.1": (lambda: java("modern", "1.1.0"), True),
    "tf2.12": (old_tensorflow, True),
    "checkpoint-reader": (lambda: [environment("checkpoint-reader"), str(READERS / "checkpoint_reader.py")], True),
    "netron": (netron, True),
    "tflite": (lambda: [sys.executable, str(READERS / "replay_tf.py"), "--lite"], True),
}


class Reader:
    def __init__(self, name, command, ask_reference, work):
        self.name, self.command, self.ask_reference, self.work = name, command, ask_reference, work
        self.passed = self.failed = 0
        self.calls = work / ("variables" if name in VARIABLES else "calls")
        self.skipped = {}
        self.tags = {}

    def ask(self, names, folder):
        """What the reader printed for the models of a folder."""
        models = self.work / f"{self.name}.list"
        models.write_text("".join(f"{n} {self.work / folder / n} {self.calls / f'{n}.txt'} {self.tags[n] or '-'}\n" for n in names))
        variables = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "0", "CUDA_VISIBLE_DEVICES": ""}
        done = subprocess.run([*self.command, str(models)], env=variables, capture_output=True, text=True, timeout=1800)
        found = callfile.results(done.stdout)
        missing = [n for n in names if n not in found]
        if missing:  # it died: the rest is asked again without the culprit
            last = [n for n in names if n in found][-1:]
            for n in last:
                found[n] = [], f"the reader died, exit code {done.returncode}: {done.stderr.strip()[-300:]}"
            if last and len(missing) < len(names):
                found.update(self.ask(missing, folder))
            else:
                sys.exit(f"{self.name} does not run: {done.stderr.strip()[-2000:]}")
        return found

    def run(self):
        expected, names = {}, []
        for path in sorted(self.calls.glob("*.txt")):
            name, text = path.stem, path.read_text()
            expected[name] = [c for c in callfile.read(text) if c[0] == "serving_default" or self.name not in ONE_SIGNATURE]
            self.tags[name], skip = callfile.head(text)
            if not expected[name]:
                skip[self.name] = "no serving_default"
            if self.name in skip:
                self.skipped[name] = skip[self.name]
            else:
                names.append(name)
        found = self.ask(names, "export")
        lines = {n: compare(expected[n], *found[n]) for n in names}
        wrong = [n for n in names if lines[n]]
        if wrong and self.ask_reference:
            reference = self.ask(wrong, "reference")
            for n in wrong:
                theirs = compare(expected[n], *reference[n])
                if theirs:
                    self.skipped[n] = f"TensorFlow's own export: {theirs[0][:160]}"
                    del lines[n]
        for name, found_lines in lines.items():
            self.failed += bool(found_lines)
            self.passed += not found_lines
            for line in found_lines[:3]:
                print(f"FAIL {self.name}/{name}: {line[:600]}", flush=True)


def compare(expected, found, error):
    """Differences of a reader's outputs from TensorFlow's."""
    if error:
        return [error]
    lines = []
    if len(found) != len(expected):
        lines.append(f"{len(found)} calls were answered, of {len(expected)}")
    for (key, _, outputs), (_, _, ours) in zip(expected, found):
        for name, value in outputs.items():
            if name not in ours:
                lines.append(f"{key}: no output {name}")
            else:
                difference = numbers.differ(ours[name], value, 1e-4, 1e-5)
                if difference:
                    lines.append(f"{key}: {name} is {difference}")
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--all", action="store_true", help="all readers, not only those of CI")
    parser.add_argument("--only", help="names of readers, joined with commas")
    parser.add_argument("--work", type=pathlib.Path, default=BUILD / "conformance")
    parser.add_argument("-v", action="store_true", dest="verbose", help="show what was not compared, and why")
    args = parser.parse_args()
    known = {**CI, **OTHERS}
    chosen = args.only.split(",") if args.only else list(known if args.all else CI)
    unknown = [n for n in chosen if n not in known]
    if unknown:
        sys.exit(f"no reader {', '.join(unknown)}; there are {', '.join(known)}")
    if not any((args.work / "calls").glob("*.txt")):
        sys.exit("nothing to read: run conformance/run.py first")
    passed = failed = 0
    for name in chosen:
        start = time.monotonic()
        make, ask_reference = known[name]
        reader = Reader(name, make(), ask_reference, args.work.resolve())
        reader.run()
        passed, failed = passed + reader.passed, failed + reader.failed
        print(f"{name}: {reader.passed} models give the same numbers, {reader.failed} do not, {len(reader.skipped)} not compared, "
              f"in {time.monotonic() - start:.0f} s", flush=True)
        if args.verbose:
            for model, why in sorted(reader.skipped.items()):
                print(f"  not compared: {model}: {why}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
