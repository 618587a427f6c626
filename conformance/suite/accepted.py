"""Differences between our files and TensorFlow's that are meant, each with its reason."""

# (op or "", attribute, reason): attributes of nodes that are not compared. "" is any op.
ATTRS = [
    ("VarHandleOp", "debug_name", "TensorFlow 2.4 refuses it; names the variable in profiles only"),
    ("AssignVariableOp", "validate_shape", "TensorFlow 2.4 does not know it"),
    ("HashTableV2", "shared_name", "TensorFlow counts, or draws a name with a uuid in it"),
    ("", "_class", "holds the numbers that TensorFlow counts"),
]

# (attribute, reason): attributes of functions that are not compared.
FUNCTION_ATTRS = [
]


def attr(op, name):
    return any(name == n and o in ("", op) for o, n, _ in ATTRS)


def function_attr(name):
    return any(name == n for n, _ in FUNCTION_ATTRS)


def arg_attr(name, value):
    # The name of a captured variable is a number that TensorFlow counts.
    return name == "_user_specified_name" and value.s.isdigit()


def leftover(node):
    """Whether TensorFlow wrote the node in vain: tf.reshape(x, []) first makes the list a float tensor, then an integer one."""
    return node.op == "Const" and node.name.rpartition("/")[2] == "shape" and node.attr["dtype"].type == 1
