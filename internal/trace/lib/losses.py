"""tf.nn: losses, cross-entropies foremost."""

from tfsave import export, tf


def _check_same_shape(labels, logits):
    if not labels.shape.is_compatible_with(logits.shape):
        raise ValueError(f"labels and logits have one shape, got {labels.shape} and {logits.shape}")


@export("nn.sigmoid_cross_entropy_with_logits")
def sigmoid_cross_entropy_with_logits(labels=None, logits=None, name=None):
    """The cross-entropy of independent labels with sigmoid(logits)."""
    if labels is None or logits is None:
        raise ValueError("sigmoid_cross_entropy_with_logits needs labels and logits")
    with tf.name_scope(name or "logistic_loss") as scope:
        logits = tf.convert_to_tensor(logits, name="logits")
        labels = tf.convert_to_tensor(labels, name="labels")
        _check_same_shape(labels, logits)
        # max(x, 0) - x * z + log(1 + exp(-abs(x))), written so that the gradient at 0 is right.
        zeros = tf.zeros_like(logits, dtype=logits.dtype)
        positive = logits >= zeros
        above_zero = tf.raw_ops.Select(condition=positive, x=logits, y=zeros)
        minus_size = tf.raw_ops.Select(condition=positive, x=-logits, y=logits)
        linear = above_zero - logits * labels
        return tf.math.add(linear, tf.math.log1p(tf.math.exp(minus_size)), name=scope)


@export("nn.weighted_cross_entropy_with_logits")
def weighted_cross_entropy_with_logits(labels, logits, pos_weight, name=None):
    """sigmoid_cross_entropy_with_logits where positive labels count pos_weight times."""
    with tf.name_scope(name or "logistic_loss") as scope:
        logits = tf.convert_to_tensor(logits, name="logits")
        labels = tf.convert_to_tensor(labels, name="labels")
        _check_same_shape(labels, logits)
        weight = 1 + (pos_weight - 1) * labels
        linear = (1 - labels) * logits
        soft = tf.math.log1p(tf.math.exp(-tf.math.abs(logits))) + tf.nn.relu(-logits)
        return tf.math.add(linear, weight * soft, name=scope)


def _to_matrix(logits):
    """logits with all dimensions but the last made one."""
    rank = tf.rank(logits)
    last = tf.slice(tf.shape(logits), [tf.math.subtract(rank, 1)], [1])
    matrix = tf.reshape(logits, tf.concat([[-1], last], 0))
    if logits.shape.rank is not None:
        rows = tf.TensorShape(logits.shape[:-1]).num_elements()
        if rows is not None:
            matrix.set_shape([rows, logits.shape[-1]])
    return matrix


def _move_to_end(x, axis, rank):
    order = [tf.range(axis), tf.range(axis + 1, rank), [axis]]
    return tf.transpose(x, tf.concat(order, 0))


@export("nn.softmax_cross_entropy_with_logits")
def softmax_cross_entropy_with_logits(labels, logits, axis=-1, name=None):
    """The cross-entropy of labels, which are probabilities, with softmax(logits)."""
    if axis is None:
        axis = -1
    with tf.name_scope(name or "softmax_cross_entropy_with_logits") as scope:
        logits = tf.convert_to_tensor(logits, name="logits")
        labels = tf.convert_to_tensor(labels, name="labels")
        narrow = logits.dtype in (tf.float16, tf.bfloat16)
        precise = tf.cast(logits, tf.float32) if narrow else logits
        labels = tf.cast(labels, precise.dtype)
        rank = tf.rank(precise)
        if axis != -1:
            precise = _move_to_end(precise, axis, rank)
            labels = _move_to_end(labels, axis, rank)
        input_shape = tf.shape(precise)
        precise = _to_matrix(precise)
        labels = _to_matrix(labels)
        cost, gradient = tf.raw_ops.SoftmaxCrossEntropyWithLogits(features=precise, labels=labels, name=scope)
        cost = tf.reshape(cost, tf.slice(input_shape, [0], [tf.math.subtract(rank, 1)]))
        if logits.shape.rank is not None:
            dims = logits.shape.as_list()
            del dims[axis]
            cost.set_shape(dims)
        return tf.cast(cost, logits.dtype) if narrow else cost


@export("nn.sparse_softmax_cross_entropy_with_logits")
def sparse_softmax_cross_entropy_with_logits(labels, logits, name=None):
    """The cross-entropy of labels, which are class numbers, with softmax(logits)."""
    if labels is None or logits is None:
        raise ValueError("sparse_softmax_cross_entropy_with_logits needs labels and logits")
    with tf.name_scope(name or "SparseSoftmaxCrossEntropyWithLogits"):
        labels = tf.convert_to_tensor(labels)
        logits = tf.convert_to_tensor(logits)
        narrow = logits.dtype == tf.float16
        precise = tf.cast(logits, tf.float32) if narrow else logits
        static_shape = labels.shape
        dynamic_shape = tf.shape(labels)
        rank = logits.shape.rank
        if rank == 0:
            raise ValueError("logits are not a scalar")
        if rank is not None and static_shape.rank not in (None, rank - 1):
            raise ValueError(f"labels have one dimension less than logits, got {static_shape} and {logits.shape}")
        known = static_shape.is_fully_defined() and logits.shape[:-1].is_fully_defined()
        if known and static_shape != logits.shape[:-1]:
            raise ValueError(f"labels have the shape of logits but the last, got {static_shape} and {logits.shape}")

        def cost_of(matrix, labels):
            cost, gradient = tf.raw_ops.SparseSoftmaxCrossEntropyWithLogits(features=matrix, labels=labels, name=name)
            return cost

        if rank == 2:
            cost = cost_of(precise, labels)
            return tf.cast(cost, tf.float16) if narrow else cost
        checks = []
        if not known:
            checks = [tf.debugging.assert_equal(tf.shape(labels), tf.shape(logits)[:-1])]
        with tf.control_dependencies(checks):
            classes = tf.shape(logits)[tf.rank(logits) - 1]
            precise = tf.reshape(precise, [-1, classes])
            labels = tf.reshape(labels, [-1])
            cost = tf.reshape(cost_of(precise, labels), dynamic_shape)
            cost.set_shape(static_shape)
            return tf.cast(cost, tf.float16) if narrow else cost


@export("nn.log_poisson_loss")
def log_poisson_loss(targets, log_input, compute_full_loss=False, name=None):
    """The negative log-likelihood of targets under a Poisson distribution with the mean exp(log_input)."""
    with tf.name_scope(name or "log_poisson_loss"):
        log_input = tf.convert_to_tensor(log_input, name="log_input")
        targets = tf.convert_to_tensor(targets, name="targets")
        if not targets.shape.is_compatible_with(log_input.shape):
            raise ValueError(f"targets and log_input have one shape, got {targets.shape} and {log_input.shape}")
        result = tf.math.exp(log_input) - log_input * targets
        if compute_full_loss:
            half = tf.constant(0.5, dtype=targets.dtype)
            two_pi = tf.constant(2 * tf.internal.pymath.pi, dtype=targets.dtype)
            stirling = targets * tf.math.log(targets) - targets
            stirling = stirling + half * tf.math.log(two_pi * targets)
            zeros = tf.zeros_like(targets, dtype=targets.dtype)
            ones = tf.internal.ones_like(targets)
            small = tf.math.logical_and(targets >= zeros, targets <= ones)
            result += tf.raw_ops.Select(condition=small, x=zeros, y=stirling)
        return result


@export("nn.scale_regularization_loss")
def scale_regularization_loss(regularization_loss):
    """The sum of a regularization loss; a saved function runs on one replica."""
    return tf.math.reduce_sum(regularization_loss) / 1


@export("nn.compute_average_loss")
def compute_average_loss(per_example_loss, sample_weight=None, global_batch_size=None):
    """The sum of the examples' losses, weighted, divided by the batch size."""
    loss = tf.convert_to_tensor(per_example_loss)
    dtype = loss.dtype
    rank = loss.shape.rank
    if rank == 0:
        raise ValueError("per_example_loss is a vector at least, got a scalar")
    checks = []
    if rank is None:
        checks = [
            tf.debugging.assert_greater_equal(
                tf.rank(loss),
                tf.cast(1, dtype=tf.int32),
                message="Invalid value passed for `per_example_loss`. Expected a tensor with at least rank 1.",
            )
        ]
    with tf.control_dependencies(checks):
        if sample_weight is not None:
            loss = _weigh(loss, tf.convert_to_tensor(sample_weight))
        loss = tf.cast(loss, dtype)
        if global_batch_size is None:
            global_batch_size = tf.shape(loss)[0] * 1
        tf.debugging.assert_scalar(global_batch_size, message="global_batch_size must be scalar.")
        tf.debugging.assert_integer(global_batch_size, message="global_batch_size must be an integer.")
        tf.debugging.assert_non_negative(global_batch_size, message="global_batch_size must be non-negative.")
        total = tf.math.reduce_sum(loss)
        return tf.math.divide_no_nan(total, tf.cast(global_batch_size, dtype))


def _weigh(loss, weight):
    """loss times weight, which may have one dimension more or less."""
    loss = tf.cast(loss, tf.float32)
    weight = tf.cast(weight, tf.float32)
    rank, weight_rank = loss.shape.rank, weight.shape.rank
    if weight_rank == 0:
        return tf.math.multiply(loss, weight)
    if rank is not None and weight_rank is not None:
        if weight_rank == rank + 1:
            weight = tf.squeeze(weight, [-1])
        elif weight_rank == rank - 1:
            weight = tf.expand_dims(weight, [-1])
        return tf.math.multiply(loss, weight)
    dynamic_rank = tf.rank(weight)
    difference = dynamic_rank - tf.rank(loss)

    def expand():
        return tf.cond(tf.math.equal(difference, -1), lambda: tf.expand_dims(weight, [-1]), lambda: weight)

    def adjust():
        return tf.cond(tf.math.equal(difference, 1), lambda: tf.squeeze(weight, [-1]), expand)

    weight = tf.cond(tf.math.equal(dynamic_rank, 0), lambda: weight, adjust)
    return tf.math.multiply(loss, weight)
