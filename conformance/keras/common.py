"""What the comparisons with Keras share."""

import pathlib
import shutil
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]


def build_tfsave():
    binary = ROOT / "build" / "tfsave"
    subprocess.run(["go", "build", "-o", str(binary), "./cmd/tfsave"], cwd=ROOT, check=True)
    return str(binary)


def run_checks(checks, verbose, before=lambda: None):
    """Runs checks, functions by name that take a folder and list what is wrong; gives the exit code.

    before is called before each. Closes with "N passed, N failed".
    """
    passed = failed = 0
    for name, check in checks.items():
        before()
        work = pathlib.Path(tempfile.mkdtemp(prefix="keras-"))
        try:
            lines = check(work)
        except Exception as e:
            lines = [f"{type(e).__name__}: {str(e)[:600]}"]
        finally:
            shutil.rmtree(work)
        for line in lines:
            print(f"FAIL {name}: {line}", flush=True)
        if verbose and not lines:
            print(f"ok {name}", flush=True)
        passed, failed = passed + (not lines), failed + bool(lines)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0
