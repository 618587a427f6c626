"""Reads variables/ with tensorflow-checkpoint-reader, which is Python alone, and prints the tensors.

    checkpoint_reader.py LIST     see suite/callfile.py
"""

import inspect
import pathlib
import sys

inspect.ArgSpec = getattr(inspect, "ArgSpec", inspect.FullArgSpec)  # the package is older than Python 3.11

from tensorflow_checkpoint_reader.py_checkpoint_reader import NewCheckpointReader

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from suite import callfile


def main():
    print("version tensorflow-checkpoint-reader")
    for line in pathlib.Path(sys.argv[1]).read_text().splitlines():
        name, directory, *_ = line.split(" ")
        print("\nmodel", name, flush=True)
        try:
            reader = NewCheckpointReader(directory + "/variables/variables")
            keys = sorted(k for k in reader.get_variable_to_shape_map() if k != callfile.OBJECT_GRAPH)
            callfile.show("variables", {k: reader.get_tensor(k) for k in keys})
        except Exception as e:
            print("error", " ".join(str(e).split()), flush=True)


if __name__ == "__main__":
    main()
