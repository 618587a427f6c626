"""Classes of Keras that are refused, and why.

The reasons stand in error messages ("layer 'x' is of class C, which is not supported: …") and in the tables of docs/keras.md.
An option that a class does not support is refused where its code reads it, by a ValueError whose text says "not supported",
"needs to know" or "tfsave does not run"; the tables list those too.
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
    "math_SegmentReduction": "it is a base class, which computes nothing",
    **{
        op: "it calls a function that is Python code"
        for op in (
            "core_AssociativeScan", "core_Cond", "core_ForiLoop", "core_Map", "core_Scan", "core_Switch", "core_VectorizedMap",
            "core_WhileLoop", "linalg_JVP",
        )
    },
}


def refused_classes():
    return REFUSED
