"""The gradients of products and other functions of matrices."""

from tfsave import export, tf


@export("internal.gradient.MatMul")
def mat_mul(op, grad):
    """a @ b, either transposed."""
    a, b = tf.math.conj(op.inputs[0]), tf.math.conj(op.inputs[1])
    ta, tb = op.get_attr("transpose_a"), op.get_attr("transpose_b")
    grad_a = grad_b = None
    if tf.internal.gradient.needs(op, 0):
        if ta:
            grad_a = tf.raw_ops.MatMul(a=b, b=grad, transpose_a=tb, transpose_b=True, grad_a=True)
        else:
            grad_a = tf.raw_ops.MatMul(a=grad, b=b, transpose_b=not tb, grad_a=True)
    if tf.internal.gradient.needs(op, 1):
        if tb:
            grad_b = tf.raw_ops.MatMul(a=grad, b=a, transpose_a=True, transpose_b=ta, grad_b=True)
        else:
            grad_b = tf.raw_ops.MatMul(a=a, b=grad, transpose_a=not ta, grad_b=True)
    return grad_a, grad_b


@export("internal.gradient.BatchMatMulV2", "internal.gradient.BatchMatMulV3", "internal.gradient.BatchMatMul")
def batch_mat_mul(op, grad):
    """a @ b of batches that are broadcast, either the adjoint."""
    x, y = op.inputs[0], op.inputs[1]
    ax, ay = op.get_attr("adj_x"), op.get_attr("adj_y")
    if ax:
        grad_x = tf.matmul(y, grad, adjoint_a=ay, adjoint_b=True)
    else:
        grad_x = tf.matmul(grad, y, adjoint_a=False, adjoint_b=not ay)
    if ay:
        grad_y = tf.matmul(grad, x, adjoint_a=True, adjoint_b=ax)
    else:
        grad_y = tf.matmul(x, grad, adjoint_a=not ax, adjoint_b=False)
    known = x.shape.rank is not None and y.shape.rank is not None
    if known and x.shape[:-2].is_fully_defined() and x.shape[:-2].as_list() == y.shape[:-2].as_list():
        return grad_x, grad_y
    shape_x, shape_y = tf.shape(x), tf.shape(y)
    args = tf.raw_ops.BroadcastGradientArgs(s0=shape_x[:-2], s1=shape_y[:-2])
    grad_x = tf.reshape(tf.reduce_sum(grad_x, args.r0), shape_x)
    return grad_x, tf.reshape(tf.reduce_sum(grad_y, args.r1), shape_y)


@export("internal.gradient.Einsum")
def einsum(op, grad):
    """A sum of products by labels, where no label is repeated or left out of both sides."""
    equation = tf.internal.gradient.attr(op, "equation")
    sides, out = equation.split("->")
    labels = sides.split(",")
    if any([len(set_of(part)) != len(part.replace("...", "")) for part in labels + [out]]):
        raise NotImplementedError(f"the gradient of einsum {equation} with a repeated label is not supported")
    if len(labels) == 1:
        return [einsum_part(grad, out, [], [], labels[0], op.inputs[0])]
    a, b = labels
    conj = tf.math.conj
    grad_a = einsum_part(grad, out, [conj(op.inputs[1])], [b], a, op.inputs[0])
    grad_b = einsum_part(grad, out, [conj(op.inputs[0])], [a], b, op.inputs[1])
    return [grad_a, grad_b]


def set_of(labels):
    """The labels without repetitions."""
    out = []
    for label in labels.replace("...", ""):
        if label not in out:
            out.append(label)
    return out


def einsum_part(grad, out, others, other_labels, labels, x):
    """The gradient of one operand: labels that nothing else has were summed, and get their size back."""
    if "..." in labels or "..." in out or any(["..." in part for part in other_labels]):
        rank = x.shape.rank
        if rank is None:
            raise NotImplementedError("the gradient of einsum with an ellipsis needs tensors of known rank")
    missing = [label for label in labels.replace("...", "") if label not in out and not any([label in o for o in other_labels])]
    kept = labels
    for label in missing:
        kept = kept.replace(label, "")
    operands = [grad] + others
    value = tf.einsum(",".join([out] + other_labels) + "->" + with_ellipsis(kept, out, other_labels), *operands)
    shape = tf.shape(x)
    if missing:
        if "..." in labels:
            raise NotImplementedError("the gradient of einsum with an ellipsis and a summed label is not supported")
        for i, label in enumerate(labels):
            if label in missing:
                value = tf.expand_dims(value, i)
        return tf.broadcast_to(value, shape)
    if "..." in out:
        args = tf.raw_ops.BroadcastGradientArgs(s0=shape, s1=tf.shape(value))
        return tf.reshape(tf.reduce_sum(value, args.r0), shape)
    return value


def with_ellipsis(labels, out, others):
    """labels with an ellipsis in front if the other operands have one and it has none."""
    if "..." not in labels and "..." in out:
        return "..." + labels
    return labels


@export("internal.gradient.MatrixInverse")
def matrix_inverse(op, grad):
    """The inverse."""
    y = op.outputs[0]
    return -tf.matmul(y, tf.matmul(grad, y, adjoint_b=True), adjoint_a=True)


@export("internal.gradient.MatrixDeterminant")
def matrix_determinant(op, grad):
    """The determinant."""
    a, c = op.inputs[0], op.outputs[0]
    inverse = tf.linalg.inv(a, adjoint=True)
    scale = tf.reshape(grad * c, tf.concat([tf.shape(c), [1, 1]], 0))
    return scale * inverse


@export("internal.gradient.LogMatrixDeterminant")
def log_matrix_determinant(op, _, grad):
    """The logarithm of the determinant's size."""
    a, c = op.inputs[0], op.outputs[1]
    inverse = tf.linalg.inv(a, adjoint=True)
    return tf.reshape(grad, tf.concat([tf.shape(c), [1, 1]], 0)) * inverse


@export("internal.gradient.MatrixSolve")
def matrix_solve(op, grad):
    """The solution of a system."""
    a, y = op.inputs[0], op.outputs[0]
    adjoint = op.get_attr("adjoint")
    grad_b = tf.linalg.solve(a, grad, adjoint=not adjoint)
    grad_a = -tf.matmul(y, grad_b, adjoint_b=True) if adjoint else -tf.matmul(grad_b, y, adjoint_b=True)
    return grad_a, grad_b


@export("internal.gradient.Cholesky")
def cholesky(op, grad):
    """The lower triangle whose square is the matrix."""
    lower = op.outputs[0]
    count = tf.shape(lower)[-1]
    batch = tf.shape(lower)[:-2]
    identity = tf.eye(count, batch_shape=batch, dtype=lower.dtype)
    inverse = tf.linalg.triangular_solve(lower, identity)
    middle = tf.matmul(lower, grad, adjoint_a=True)
    middle = tf.linalg.set_diag(middle, 0.5 * tf.linalg.diag_part(middle))
    middle = tf.linalg.band_part(middle, -1, 0)
    out = tf.matmul(tf.matmul(inverse, middle, adjoint_a=True), inverse)
    out += tf.linalg.adjoint(out)
    return out * 0.5


@export("internal.gradient.MatrixTriangularSolve")
def triangular_solve(op, grad):
    """The solution of a triangular system."""
    a, y = op.inputs[0], op.outputs[0]
    adjoint, lower = op.get_attr("adjoint"), op.get_attr("lower")
    grad_b = tf.linalg.triangular_solve(a, grad, lower=lower, adjoint=not adjoint)
    grad_a = -tf.matmul(y, grad_b, adjoint_b=True) if adjoint else -tf.matmul(grad_b, y, adjoint_b=True)
    return tf.linalg.band_part(grad_a, -1, 0) if lower else tf.linalg.band_part(grad_a, 0, -1), grad_b
