"""tf.case: nested conditionals, as TensorFlow 2.21 makes them (ops/control_flow_case.py)."""

from tfsave import export, tf


def _assert_at_most(predicates, n, message):
    stacked = tf.stack(predicates, name="preds_c")
    count = tf.math.reduce_sum(tf.cast(stacked, tf.int32), name="num_true_conds")
    condition = tf.math.less_equal(count, tf.constant(n, name="n_true_conds"))
    names = ", ".join([p.name for p in predicates])
    data = [f"{message}: more than {n} conditions ({names}) evaluated as True:", stacked]
    return tf.debugging.Assert(condition, data, summarize=len(predicates))


def _last_as_default(predicates, actions):
    # Without a default the last action is it, and checks that its predicate holds and no other does.
    others = predicates[:-1]

    def default():
        message = (
            f"Implementation error: selected default action #{len(others)} was called, "
            "but some of other predicates are True: "
        )
        none_true = ("Input error: None of conditions evaluated as True:", tf.stack(predicates, name="preds_c"))
        with tf.control_dependencies(
            [_assert_at_most(others, 0, message), tf.debugging.Assert(predicates[-1], none_true)]
        ):
            return actions[-1]()

    return default, others, actions[:-1]


def _pairs(pred_fn_pairs):
    pairs = list(pred_fn_pairs)
    for pair in pairs:
        if not isinstance(pair, (list, tuple)) or len(pair) != 2:
            raise TypeError(f"each element of pred_fn_pairs is a pair (predicate, function), got {pair}")
        if not isinstance(pair[0], tf.Tensor) or pair[0].dtype != tf.bool:
            raise TypeError(f"a predicate is a bool tensor, got {pair[0]}")
        if not callable(pair[1]):
            raise TypeError(f"a function was expected for the predicate {pair[0]}, got {pair[1]}")
    if not pairs:
        raise ValueError("pred_fn_pairs must not be empty")
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


@export("case")
def case(pred_fn_pairs, default=None, exclusive=False, strict=False, name="case"):
    """The result of the function of the first predicate that holds, else of default."""
    predicates, actions = _pairs(pred_fn_pairs)
    with tf.name_scope(name or "case"):
        if default is None:
            default, predicates, actions = _last_as_default(predicates, actions)

        def nested(i):
            if i == len(predicates):
                return default()
            return tf.cond(predicates[i], actions[i], lambda: nested(i + 1))

        if not exclusive:
            return nested(0)
        with tf.control_dependencies([_assert_at_most(predicates, 1, "Input error: exclusive=True")]):
            return nested(0)
