"""keras.ops: rearrangement in the notation of einops (keras/src/ops/einops.py, Keras 3.15)."""

from ops_types import shape_of, tensor
from tfsave import tf


def einops_Rearrange(x, pattern, **axes_lengths):
    x = tensor(x)
    before, after = [einops_groups(side) for side in pattern.split("->")]
    if len(before) != x.shape.rank:
        raise ValueError(f"the pattern {pattern!r} is for {len(before)} dimensions, the tensor has {x.shape.rank}")
    sizes = dict(axes_lengths)
    for group, size in zip(before, shape_of(x)):
        unknown = [name for name in group if name not in sizes]
        if len(unknown) > 1:
            raise ValueError(f"the pattern {pattern!r} needs the lengths of all of {group} but one")
        for name in group:
            if name not in unknown:
                size = size // sizes[name]
        for name in unknown:
            sizes[name] = size
    axes = [name for group in before for name in group]
    x = tf.reshape(x, [sizes[name] for name in axes])
    x = tf.transpose(x, [axes.index(name) for group in after for name in group])
    merged = []
    for group in after:
        size = 1
        for name in group:
            size = size * sizes[name]
        merged.append(size)
    return tf.reshape(x, merged)


def einops_groups(side):
    """The axes of one side of a pattern: b (h w) is [["b"], ["h", "w"]]."""
    groups, inside = [], False
    for word in side.replace("(", " ( ").replace(")", " ) ").split():
        if word == "(":
            groups.append([])
        if word in ("(", ")"):
            inside = word == "("
        elif inside:
            groups[-1].append(word)
        else:
            groups.append([word])
    return groups
