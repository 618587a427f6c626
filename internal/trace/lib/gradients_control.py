"""The gradients of calls, branches and loops: their functions are run once more, and the gradient goes through that."""

from tfsave import export, tf


def trainable(x):
    """Whether x can have a gradient: a number, the handle of a variable, or a list of tensors."""
    return x.dtype.is_floating or x.dtype.is_complex or x.dtype in (tf.resource, tf.variant)


def zeros(x):
    """Zeros for x; for a handle, zeros for the variable."""
    if x.dtype == tf.resource:
        return tf.zeros(tf.internal.handle_shape(x).as_list(), tf.internal.handle_dtype(x))
    if x.dtype == tf.variant:
        return tf.raw_ops.ZerosLike(x=x)
    return tf.internal.tape.zeros_like(x)


def dense(grad, x):
    """A gradient as a tensor, zeros where there is none."""
    return zeros(x) if grad is None else tf.convert_to_tensor(grad)


@export("internal.gradient.TensorListFromTensor")
def list_from_tensor(op, grad):
    """A list of the slices of a tensor."""
    x = op.inputs[0]
    out = tf.raw_ops.TensorListStack(
        input_handle=grad, element_shape=tf.shape(x)[1:], element_dtype=x.dtype, num_elements=x.shape[0] if x.shape.rank and x.shape[0] is not None else -1)
    out.set_shape(x.shape)
    return out, None


@export("internal.gradient.TensorListStack")
def list_stack(op, grad):
    """A tensor of the elements of a list."""
    return tf.raw_ops.TensorListFromTensor(tensor=grad, element_shape=op.inputs[1]), None


@export("internal.gradient.TensorListGetItem")
def list_get(op, grad):
    """An element of a list: a list of zeros but for that."""
    size = tf.raw_ops.TensorListLength(input_handle=op.inputs[0])
    empty = tf.raw_ops.TensorListReserve(element_shape=tf.shape(grad), num_elements=size, element_dtype=grad.dtype)
    return tf.raw_ops.TensorListSetItem(input_handle=empty, index=op.inputs[1], item=grad), None, None


@export("internal.gradient.TensorListSetItem")
def list_set(op, grad):
    """A list with another element."""
    index, item = op.inputs[1], op.inputs[2]
    rest = tf.raw_ops.TensorListSetItem(input_handle=grad, index=index, item=tf.zeros_like(item))
    return rest, None, tf.raw_ops.TensorListGetItem(
        input_handle=grad, index=index, element_shape=tf.shape(item), element_dtype=item.dtype)


@export("internal.gradient.TensorListReserve", "internal.gradient.EmptyTensorList")
def list_reserve(op, grad):
    """A list without elements."""
    return None, None


@export("internal.gradient.TensorListResize")
def list_resize(op, grad):
    """A list of another length."""
    size = tf.raw_ops.TensorListLength(input_handle=op.inputs[0])
    return tf.raw_ops.TensorListResize(input_handle=grad, size=size), None


@export("internal.gradient.PartitionedCall", "internal.gradient.StatefulPartitionedCall")
def call(op, *grads):
    """A call."""
    return tf.internal.vjp(op, "f", op.inputs, grads)


def chosen(op, grads, choose):
    """The gradients of a branch; choose makes the branch of functions that take an attribute and an index."""
    inputs = op.inputs[1:]
    wanted = [i for i, x in enumerate(inputs) if trainable(x)]

    def side(attr, index=None):
        def run():
            out = tf.internal.vjp(op, attr, inputs, grads, index)
            return [dense(out[i], inputs[i]) for i in wanted]

        return run

    out = [None] * len(op.inputs)
    if wanted:
        for i, grad in zip(wanted, choose(side)):
            out[i + 1] = grad
    return out


@export("internal.gradient.If", "internal.gradient.StatelessIf")
def branch(op, *grads):
    """One of two."""
    pred = tf.cast(op.inputs[0], tf.bool)
    return chosen(op, grads, lambda side: tf.cond(pred, side("then_branch"), side("else_branch")))


@export("internal.gradient.Case", "internal.gradient.StatelessCase")
def case(op, *grads):
    """One of many."""
    count = len(op.get_attr("branches"))
    return chosen(op, grads, lambda side: tf.switch_case(op.inputs[0], [side("branches", i) for i in range(count)]))


@export("internal.gradient.While", "internal.gradient.StatelessWhile")
def loop(op, *grads):
    """A loop: forwards once more, keeping the variables of every turn, then backwards over them."""
    inputs = op.inputs
    carried = [i for i, x in enumerate(inputs) if x.dtype != tf.resource]
    wanted = [i for i, x in enumerate(inputs) if trainable(x)]

    def everything(values):
        out = list(inputs)
        for i, value in zip(carried, values):
            out[i] = value
        return out

    def more(turn, values, kept):
        return tf.internal.replay(op, "cond", everything(values))[0]

    def forwards(turn, values, kept):
        kept = [array.write(turn, value) for array, value in zip(kept, values)]
        result = tf.internal.replay(op, "body", everything(values))
        return turn + 1, [result[i] for i in carried], kept

    arrays = [tf.TensorArray(inputs[i].dtype, size=0, dynamic_size=True, infer_shape=False, clear_after_read=False) for i in carried]
    first = [inputs[i] for i in carried]
    shapes = [tf.TensorShape([]), [op.outputs[i].shape for i in carried], [tf.TensorShape(None) for _ in arrays]]
    turns, _, arrays = tf.while_loop(more, forwards, [tf.constant(0), first, arrays], shape_invariants=shapes)

    def backwards(turn, sums):
        values = [array.read(turn) for array in arrays]
        for value, i in zip(values, carried):
            value.set_shape(op.outputs[i].shape)
        given = [None] * len(inputs)
        for i, grad in zip(wanted, sums):
            if inputs[i].dtype != tf.resource:
                given[i] = grad
        values = everything(values)
        result = tf.internal.vjp(op, "body", values, given)
        new = []
        for i, grad in zip(wanted, sums):
            if inputs[i].dtype == tf.resource:
                new.append(grad if result[i] is None else grad + tf.convert_to_tensor(result[i]))
            else:
                new.append(dense(result[i], values[i]))
        return turn - 1, new

    sums = [zeros(inputs[i]) if inputs[i].dtype == tf.resource else dense(grads[i], op.outputs[i]) for i in wanted]
    invariants = [tf.TensorShape([]), [s.shape if inputs[i].dtype == tf.resource else op.outputs[i].shape for i, s in zip(wanted, sums)]]
    _, sums = tf.while_loop(lambda turn, sums: turn >= 0, backwards, [turns - 1, sums], shape_invariants=invariants)
    out = [None] * len(inputs)
    for i, grad in zip(wanted, sums):
        out[i] = grad
    return out
