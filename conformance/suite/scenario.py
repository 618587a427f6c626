"""A scenario: the same model as a description (spec.yaml) and in Python (reference.py)."""

import contextlib
import importlib.util
import os
import pathlib
import shutil
import subprocess

import tensorflow as tf

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCENARIOS = ROOT / "conformance" / "scenarios"

# What a reference.py may set beside build().
SETTINGS = {
    "SPEC": None,  # the description, from the root of the checkout; spec.yaml beside reference.py unless said
    "INPUTS": {},  # argument name → a list of values, one a round, or a function of (rng, shape)
    "SIZES": [2, 3, 1],  # what unknown dimensions are, by round
    "RTOL": 1e-6,
    "ATOL": 1e-7,
    "VALUES": "equal",  # "free": the description draws values of its own
    "EXACT_NAMES": False,  # names of nodes are compared too
    "SKIP": {},  # a check or another reader → why it can not be done
}


class Scenario:
    def __init__(self, name, work):
        self.name = name
        self.folder = SCENARIOS / name
        self.export = work / "export" / name
        self.reference = work / "reference" / name
        self.calls = work / "calls" / f"{name}.txt"
        self.variables = work / "variables" / f"{name}.txt"
        source = self.folder / "reference.py"
        module_spec = importlib.util.spec_from_file_location(f"reference_{name}", source)
        self.module = importlib.util.module_from_spec(module_spec)
        module_spec.loader.exec_module(self.module)
        self.spec = ROOT / self.SPEC if self.SPEC else self.folder / "spec.yaml"
        unknown = [n for n in vars(self.module) if n.isupper() and not n.startswith("_") and n not in SETTINGS]
        if unknown:
            raise ValueError(f"{source} sets {', '.join(unknown)}; known are {', '.join(SETTINGS)}")

    def __getattr__(self, name):
        if name in SETTINGS:
            return getattr(self.module, name, SETTINGS[name])
        raise AttributeError(name)

    def build(self):
        """The object, the signatures and the options that tf.saved_model.save is given."""
        with contextlib.chdir(self.folder):  # paths of assets are those of the description
            built = self.module.build()
        parts = built if isinstance(built, tuple) else (built,)
        return parts + (None,) * (3 - len(parts))

    def save_reference(self):
        """Saves with TensorFlow; returns the object, which must live while its functions are compared."""
        module, signatures, options = self.build()
        shutil.rmtree(self.reference, ignore_errors=True)
        with contextlib.chdir(self.folder):
            tf.saved_model.save(module, str(self.reference), signatures, options)
        return module

    def run_export(self, tfsave, directory=None, environment=None, cwd=None):
        """Exports the description."""
        directory = directory or self.export
        directory.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(directory, ignore_errors=True)
        done = subprocess.run([tfsave, "export", "-q", str(self.spec), str(directory)], cwd=cwd,
                              env={**os.environ, **(environment or {})}, capture_output=True, text=True, timeout=120)
        if done.returncode:
            raise ExportFailed(done.stderr.strip() or f"exit code {done.returncode}")


class ExportFailed(Exception):
    """tfsave refused a description."""


