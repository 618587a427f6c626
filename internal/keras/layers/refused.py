"""Classes of Keras that are refused, and why.

The reasons stand in error messages ("layer 'x' is of class C, which is not supported: …") and in the tables of docs/keras.md.
An option that a class does not support is refused where its code reads it, by a ValueError whose text says "not supported";
the tables list those too.
"""

# Layers by their class, ops by module and class ("numpy_Abs").
REFUSED = {
    "FlaxLayer": "it runs a module of Flax, which is Python code",
    "JaxLayer": "it runs a function of JAX, which is Python code",
    "Lambda": "its function is Python bytecode, which tfsave does not run",
    "Layer": "it is a base class, which computes nothing",
    "TFSMLayer": "it runs another SavedModel",
    "TorchModuleWrapper": "it runs a module of PyTorch, which is Python code",
    "Wrapper": "it is a base class, which computes nothing",
}


def refused_classes():
    return REFUSED
