#!/usr/bin/env bash
# Makes the virtual environment of the conformance suite: .venv in the checkout, or the folder that VENV names.
# PYTHON names the interpreter. Does nothing where the environment is as conformance/requirements.txt says.
set -euo pipefail
cd "$(dirname "$0")/.."

python=${PYTHON:-python3}
venv=${VENV:-.venv}
requirements=conformance/requirements.txt

# tf_keras asks for the package tensorflow, of which tensorflow-cpu is the smaller form.
without_dependencies() {
	"$venv/bin/python" -c 'import importlib.util, sys; sys.exit(importlib.util.find_spec("tf_keras") is None)' ||
		"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --retries 5 --no-deps tf_keras==2.21.0
}

if cmp -s "$requirements" "$venv/requirements.txt"; then
	without_dependencies
	exit 0
fi
if ! command -v "$python" >/dev/null; then
	echo "conformance/setup.sh: no $python: the conformance suite needs Python 3.11 (PYTHON names the interpreter)" >&2
	exit 1
fi
if ! "$python" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))'; then
	echo "conformance/setup.sh: $python is $("$python" --version 2>&1); wanted is 3.11 to 3.13, with its modules venv and ensurepip" >&2
	exit 1
fi
echo "making $venv with TensorFlow (about 2 GB)" >&2
"$python" -m venv --clear "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --retries 5 -r "$requirements"
without_dependencies
cp "$requirements" "$venv/requirements.txt"
