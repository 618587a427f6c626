"""What the comparisons with Keras share."""

import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]


def build_tfsave():
    binary = ROOT / "build" / "tfsave"
    subprocess.run(["go", "build", "-o", str(binary), "./cmd/tfsave"], cwd=ROOT, check=True)
    return str(binary)
