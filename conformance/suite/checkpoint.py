"""Compares variables/: keys, values, object graph and bytes; restores it into the Python object."""

import pathlib

import tensorflow as tf

from suite.numbers import differ


def compare(ours, theirs, free_values):
    """Differences of two checkpoints. With free_values the description draws values of its own."""
    lines = []
    a, graph_a = ours.checkpoint()
    b, graph_b = theirs.checkpoint()
    if sorted(a) != sorted(b):
        lines.append(f"keys {sorted(a)}, TensorFlow's {sorted(b)}")
    for key in sorted(set(a) & set(b)):
        if free_values:
            if a[key].dtype != b[key].dtype or a[key].shape != b[key].shape:
                lines.append(f"{key}: {a[key].dtype} {a[key].shape}, TensorFlow's {b[key].dtype} {b[key].shape}")
        else:
            difference = differ(a[key], b[key])
            if difference:
                lines.append(f"{key}: {difference}")
    if graph_a != graph_b:
        lines.append(f"object graphs differ: {_first_difference(graph_a, graph_b)}")
    listed, want = (sorted(p.name for p in (m.directory / "variables").iterdir()) for m in (ours, theirs))
    if listed != want:
        lines.append(f"files {listed}, TensorFlow's {want}")
    elif not free_values and not lines:
        for name in want:
            if (ours.directory / "variables" / name).read_bytes() != (theirs.directory / "variables" / name).read_bytes():
                lines.append(f"{name} has other bytes")
    return lines


def _first_difference(a, b):
    for i, (x, y) in enumerate(zip(a.nodes, b.nodes)):
        if x != y:
            return f"object {i}: {' '.join(str(x).split())}, TensorFlow's {' '.join(str(y).split())}"
    return f"{len(a.nodes)} objects, TensorFlow's {len(b.nodes)}"


def restore(ours, module):
    """Restores our variables into a fresh Python object."""
    tensors, graph = ours.checkpoint()
    try:
        status = tf.train.Checkpoint(root=module).read(ours.prefix)
        status.assert_existing_objects_matched()
        status.assert_consumed()
    except AssertionError as e:
        return [f"tf.train.Checkpoint: {e}"]
    lines = []
    for key, variable in _variables(module, graph):
        difference = differ(variable.numpy(), tensors[key])
        if difference:
            lines.append(f"{key} was restored as {difference} (the stored one)")
    return lines


def _variables(module, graph):
    """(key, variable) of all variables of a Python object, by the paths in a checkpoint's object graph."""
    objects = {0: module}
    for i, node in enumerate(graph.nodes):
        keys = [a.checkpoint_key for a in node.attributes if a.name == "VARIABLE_VALUE"]
        if keys and isinstance(objects.get(i), tf.Variable):
            yield keys[0], objects[i]
        children = objects[i]._trackable_children() if hasattr(objects.get(i), "_trackable_children") else {}
        for child in node.children:
            objects.setdefault(child.node_id, children.get(child.local_name))


def files(directory):
    root = pathlib.Path(directory)
    return {str(p.relative_to(root)): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}
