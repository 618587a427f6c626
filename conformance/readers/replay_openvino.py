"""Replays recorded calls in OpenVINO, whose readers of protobuf and checkpoints and whose kernels are its own.

    replay_openvino.py LIST     see suite/callfile.py
"""

import pathlib
import sys

import numpy as np
import openvino as ov

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from suite import callfile

# Some processors compute in bfloat16 unless told otherwise.
CONFIG = {"INFERENCE_PRECISION_HINT": "f32"}


def replay(directory, calls):
    core = ov.Core()
    for key, feeds, outputs in calls:
        if key != "serving_default":
            continue  # OpenVINO mixes the tensors of other signatures
        model = core.read_model(directory)
        by_name = {name: port for port in model.inputs for name in port.names}
        ports = {port: feeds[name] for name, port in by_name.items() if name in feeds}
        # The plug-in wants ranks.
        model.reshape({port: ov.PartialShape(list(value.shape)) for port, value in ports.items()})
        compiled = core.compile_model(model, "CPU", CONFIG)
        result = compiled({compiled.input(next(iter(port.names))): _value(value) for port, value in ports.items()})
        found = {}
        for port in compiled.outputs:
            for name in port.names & outputs.keys():
                found[name] = _strings(result[port])
        callfile.show(key, found)


def _value(array):
    return np.array([e.decode() for e in array.ravel()]).reshape(array.shape) if array.dtype == object else array


def _strings(array):
    return np.array(array, dtype=object) if array.dtype.kind in "US" else array


def main():
    print("version", ov.__version__)
    for line in pathlib.Path(sys.argv[1]).read_text().splitlines():
        name, directory, calls, _ = line.split(" ")
        print("\nmodel", name, flush=True)
        try:
            replay(directory, callfile.read(pathlib.Path(calls).read_text()))
        except Exception as e:
            print("error", " ".join(str(e).split()), flush=True)


if __name__ == "__main__":
    main()
