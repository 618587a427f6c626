"""tf.nn: connectionist temporal classification.

The loss over dense labels is a forward-backward pass over a state machine with, for each of the labels and for the
start, two states: one for its duration and one for the blanks after it. States are in log-probabilities.
"""

from tfsave import export, tf

def _dim(tensor, i):
    return tensor.shape[i] or tf.shape(tensor)[i]


@export("nn.ctc_greedy_decoder")
def ctc_greedy_decoder(inputs, sequence_length, merge_repeated=True, blank_index=None):
    """The most likely label at each time, without blanks: a sparse tensor in a list, and the log-probabilities."""
    indices, values, shape, log_probability = tf.raw_ops.CTCGreedyDecoder(
        inputs=inputs,
        sequence_length=sequence_length,
        merge_repeated=merge_repeated,
        blank_index=-1 if blank_index is None else blank_index,
    )
    return [tf.SparseTensor(indices, values, shape)], log_probability


@export("nn.ctc_beam_search_decoder")
def ctc_beam_search_decoder(inputs, sequence_length, beam_width=100, top_paths=1):
    """The most likely label sequences: a list of sparse tensors, and their log-probabilities."""
    indices, values, shapes, log_probability = tf.raw_ops.CTCBeamSearchDecoder(
        inputs=inputs,
        sequence_length=sequence_length,
        beam_width=beam_width,
        top_paths=top_paths,
        merge_repeated=False,
    )
    return [tf.SparseTensor(*path) for path in zip(indices, values, shapes)], log_probability


@export("nn.collapse_repeated")
def collapse_repeated(labels, seq_length, name=None):
    """labels without those that equal the one before, and the new lengths."""
    with tf.name_scope(name or "collapse_repeated_labels"):
        labels = tf.convert_to_tensor(labels, name="labels")
        seq_length = tf.convert_to_tensor(seq_length, name="seq_length")
        first = tf.internal.ones_like(labels[:, :1], tf.bool)
        kept = tf.concat([first, tf.math.not_equal(labels[:, 1:], labels[:, :-1])], axis=1)
        kept = tf.math.logical_and(kept, tf.sequence_mask(seq_length, maxlen=_dim(labels, 1)))
        new_length = tf.math.reduce_sum(tf.cast(kept, tf.int32), axis=1)
        longest = tf.math.reduce_max(new_length)
        filled = tf.sequence_mask(new_length, maxlen=longest)
        flat_labels = tf.reshape(labels, [-1])
        flat_kept = tf.reshape(kept, [-1])
        flat_filled = tf.reshape(filled, [-1])
        positions = tf.range(_dim(flat_filled, 0))
        flat = tf.scatter_nd(
            indices=tf.expand_dims(tf.boolean_mask(positions, flat_filled), axis=1),
            updates=tf.boolean_mask(flat_labels, flat_kept),
            shape=tf.shape(flat_filled),
        )
        collapsed = tf.reshape(flat, [_dim(labels, 0), longest])
        return collapsed, tf.cast(new_length, seq_length.dtype)


@export("nn.ctc_unique_labels")
def ctc_unique_labels(labels, name=None):
    """The distinct labels of each row, filled with zeros, and where each label is among them."""
    with tf.name_scope(name or "ctc_unique_labels"):
        labels = tf.convert_to_tensor(labels, name="labels")

        def unique(row):
            distinct, positions = tf.unique(row)
            padded = tf.pad(distinct, [[0, _dim(positions, 0) - _dim(distinct, 0)]])
            return [tf.cast(padded, tf.int64), positions]

        return tf.map_fn(unique, labels, dtype=[tf.int64, tf.int32])


@export("nn.ctc_loss")
def ctc_loss(
    labels, logits, label_length, logit_length, logits_time_major=True, unique=None, blank_index=None, name=None
):
    """The negative log-probability of the labels of each example."""
    if isinstance(labels, tf.SparseTensor):
        return _sparse_loss(labels, logits, logit_length, logits_time_major, blank_index)
    return _dense_loss(labels, logits, label_length, logit_length, logits_time_major, unique, blank_index or 0, name)


def _is_narrow(dtype):
    return dtype in (tf.float16, tf.bfloat16)


def _sparse_loss(labels, logits, logit_length, time_major, blank_index):
    if blank_index is None:
        raise ValueError("blank_index is needed for labels that are a SparseTensor")
    if blank_index < 0:
        blank_index += _dim(logits, 2)
    logits = tf.convert_to_tensor(logits, name="logits")
    # CTCLoss takes the last class for the blank.
    parts = [logits[:, :, :blank_index], logits[:, :, blank_index + 1 :], logits[:, :, blank_index : blank_index + 1]]
    logits = tf.concat(parts, axis=2)
    values = tf.raw_ops.Select(condition=labels.values < blank_index, x=labels.values, y=labels.values - 1)
    logits = tf.convert_to_tensor(logits, name="logits")
    if not time_major:
        logits = tf.transpose(logits, [1, 0, 2])
    dtype = logits.dtype
    if _is_narrow(dtype):
        logits = tf.cast(logits, tf.float32)
    loss, gradient = tf.raw_ops.CTCLoss(
        inputs=logits, labels_indices=labels.indices, labels_values=values, sequence_length=logit_length
    )
    return tf.cast(loss, dtype) if _is_narrow(dtype) else loss


def _dense_loss(labels, logits, label_length, logit_length, time_major, unique, blank_index, name):
    with tf.name_scope(name or "ctc_loss_dense"):
        logits = tf.convert_to_tensor(logits, name="logits")
        labels = tf.convert_to_tensor(labels, name="labels")
        label_length = tf.convert_to_tensor(label_length, name="label_length")
        logit_length = tf.convert_to_tensor(logit_length, name="logit_length")
        dtype = logits.dtype
        if _is_narrow(dtype):
            logits = tf.cast(logits, tf.float32)
        if not time_major:
            logits = tf.transpose(logits, perm=[1, 0, 2])
        if blank_index != 0:
            if blank_index < 0:
                blank_index += _dim(logits, 2)
            blank = logits[:, :, blank_index : blank_index + 1]
            logits = tf.concat([blank, logits[:, :, :blank_index], logits[:, :, blank_index + 1 :]], axis=2)
            labels = tf.raw_ops.Select(condition=labels < blank_index, x=labels + 1, y=labels)
        arguments = [logits, labels, label_length, logit_length]
        if unique:
            distinct, positions = unique
            if blank_index != 0:
                distinct = _shift_distinct(distinct, positions, blank_index)
            arguments.extend([distinct, positions])

        def forward(logits, labels, label_length, logit_length, *unique):
            loss, gradient = _loss_and_gradient(logits, labels, label_length, logit_length, unique)

            def grad(upstream):
                by_logits = tf.reshape(upstream, [1, -1, 1]) * gradient
                return [by_logits] + [None] * (len(arguments) - 1)

            return loss, grad

        loss = tf.custom_gradient(forward)(*arguments)
        return tf.cast(loss, dtype) if _is_narrow(dtype) else loss


def _shift_distinct(distinct, positions, blank_index):
    """The distinct labels once the blank is class 0; what fills the rows stays 0."""
    distinct = tf.raw_ops.Select(condition=distinct < blank_index, x=distinct + 1, y=distinct)
    count = tf.math.reduce_max(positions, axis=1) + 1
    mask = tf.sequence_mask(count, _dim(distinct, 1))
    return tf.raw_ops.Select(condition=mask, x=distinct, y=tf.zeros_like(distinct))


def _loss_and_gradient(logits, labels, label_length, logit_length, unique):
    """The loss, and its gradient for logits. Blank is class 0."""
    classes = _dim(logits, 2)
    class_log_probs = tf.nn.log_softmax(logits)
    state_log_probs = _class_to_state(labels, classes, class_log_probs)
    transitions = _transitions(labels)
    initial, final = _initial_and_final(label_length, _dim(labels, 1))
    posteriors, log_likelihood = _forward_backward(
        tf.math.log(transitions), initial, final, state_log_probs, logit_length
    )
    if unique:
        class_posteriors = _state_to_unique_class(labels, classes, posteriors, unique)
    else:
        class_posteriors = _state_to_class(labels, classes, posteriors)
    gradient = tf.math.exp(class_log_probs) - tf.math.exp(class_posteriors)
    mask = tf.sequence_mask(logit_length, _dim(logits, 0), tf.float32)
    mask = tf.expand_dims(tf.transpose(mask, perm=[1, 0]), axis=2)
    return -log_likelihood, gradient * mask


def _transitions(labels):
    """The probability, 0 or 1, of going to each state (second dimension) from each state (last dimension)."""
    with tf.name_scope("ctc_state_trans"):
        batch, length = _dim(labels, 0), _dim(labels, 1)
        count = length + 1
        states = 2 * count
        label_states = tf.range(count)
        blank_states = label_states + count
        # From the start to the first label, from blanks to the next label, from labels to their blanks.
        blank_to_label = tf.stack([label_states[1:], blank_states[:-1]], 1)
        label_to_blank = tf.stack([blank_states, label_states], 1)
        indices = tf.concat([[[1, 0]], blank_to_label, label_to_blank], 0)
        common = tf.scatter_nd(indices, tf.ones([_dim(indices, 0)]), shape=[states, states])
        common += tf.eye(states)
        # From a label to the next one, unless it is the same.
        indices = tf.stack([tf.zeros_like(label_states[2:]), label_states[2:], label_states[1:-1]], 1)
        indices = tf.tile(tf.expand_dims(indices, 0), [batch, 1, 1])
        example = tf.expand_dims(tf.range(batch), 1) * [1, 0, 0]
        indices += tf.expand_dims(example, 1)
        repeated = tf.math.equal(labels[:, :-1], labels[:, 1:])
        allowed = 1.0 - tf.cast(repeated, tf.float32)
        return tf.expand_dims(common, 0) + tf.scatter_nd(indices, allowed, [batch, states, states])


def _initial_and_final(label_length, longest):
    """The log-probabilities of starting and of ending in each state."""
    batch = _dim(label_length, 0)
    count = longest + 1
    states = 2 * count
    log_0 = tf.cast(tf.math.log(tf.cast(0, tf.float64) + 1e-307), tf.float32)
    initial = tf.one_hot(
        indices=tf.zeros([batch], dtype=tf.int32), depth=states, on_value=0.0, off_value=log_0, axis=1
    )
    last_label = tf.one_hot(label_length, depth=count, axis=0)
    final = tf.ones([2, 1, batch]) * last_label
    final = tf.reshape((1.0 - final) * log_0, [states, batch])
    return initial, tf.transpose(final)


def _class_to_state(labels, classes, log_probs):
    """The log-probability of each state's class, at each time."""
    blank = tf.tile(log_probs[:, :, :1], [1, 1, _dim(labels, 1) + 1])
    chosen = tf.expand_dims(tf.one_hot(labels, depth=classes), axis=0)
    log_probs = tf.expand_dims(log_probs, axis=2)
    label = tf.math.reduce_sum(log_probs * chosen, axis=3)
    return tf.pad(tf.concat([label, blank], axis=2), [[0, 0], [0, 0], [1, 0]], constant_values=tf.math.log(0.0))


def _split_states(labels, states):
    count = _dim(labels, 1) + 1
    return states[:, :, 1:count], states[:, :, count:]


def _state_to_class(labels, classes, states):
    """The log-probability of each class, at each time."""
    label_states, blank_states = _split_states(labels, states)
    chosen = tf.one_hot(labels - 1, depth=classes - 1, on_value=0.0, off_value=tf.math.log(0.0))
    chosen = tf.expand_dims(chosen, axis=0)
    label_states = tf.expand_dims(label_states, axis=3)
    label = tf.math.reduce_logsumexp(label_states + chosen, axis=2)
    blank = tf.math.reduce_logsumexp(blank_states, axis=2, keepdims=True)
    return tf.concat([blank, label], axis=-1)


def _state_to_unique_class(labels, classes, states, unique):
    """_state_to_class that sums the states of equal labels first; unique is from ctc_unique_labels."""
    label_states, blank_states = _split_states(labels, states)
    distinct, positions = unique
    length = _dim(labels, 1)
    with tf.name_scope("sum_states"):
        chosen = tf.one_hot(
            positions, depth=_dim(label_states, 2), on_value=0.0, off_value=tf.math.log(0.0), axis=1
        )
        summed = tf.math.reduce_logsumexp(tf.expand_dims(label_states, axis=2) + chosen, axis=-1)
    frames, batch = _dim(states, 0), _dim(states, 1)
    rows = tf.reshape(tf.transpose(summed, perm=[1, 2, 0]), [batch * length, frames])
    offset = tf.range(batch, dtype=distinct.dtype) * classes
    indices = tf.reshape(distinct + tf.expand_dims(offset, axis=-1), [-1, 1])
    shape = [batch * classes, frames]
    values = tf.reshape(tf.scatter_nd(indices=indices, updates=rows, shape=shape), [batch, classes, frames])
    present = tf.scatter_nd(indices=indices, updates=tf.internal.ones_like(rows, tf.bool), shape=shape)
    present = tf.reshape(present, [batch, classes, frames])
    absent = tf.fill(tf.shape(values), tf.math.log(0.0))
    values = tf.raw_ops.Select(condition=present, x=values, y=absent)
    label = tf.transpose(values, [2, 0, 1])[:, :, 1:]
    blank = tf.math.reduce_logsumexp(blank_states, axis=2, keepdims=True)
    return tf.concat([blank, label], axis=-1)


def _forward_backward(transitions, initial, final, observed, sequence_length):
    """The log-probabilities of the states given all that was observed, and the log-likelihood of that."""
    backwards = tf.transpose(transitions, [0, 2, 1])

    def forward(state, log_probs):
        state = tf.expand_dims(state, axis=1) + transitions
        state = tf.math.reduce_logsumexp(state, axis=-1)
        state += log_probs
        return [state - tf.math.reduce_logsumexp(state, axis=-1, keepdims=True)]

    def backward(state, total, log_probs, mask):
        state = tf.expand_dims(state + log_probs, axis=1) + backwards
        state = tf.math.reduce_logsumexp(state, axis=-1)
        scale = tf.math.reduce_logsumexp(state, axis=-1, keepdims=True)
        state -= scale
        total += tf.squeeze(scale, axis=[-1]) * mask
        # After the end of a sequence the state stays the final one.
        wide = tf.expand_dims(mask, axis=1)
        return [state * wide + final * (1.0 - wide), total]

    mask = tf.sequence_mask(sequence_length, _dim(observed, 0), tf.float32)
    mask = tf.transpose(mask, perm=[1, 0])
    ahead = _scan(forward, [observed], [initial], reverse=False)[0]
    behind, total = _scan(backward, [observed, mask], [final, tf.zeros([_dim(observed, 1)])], reverse=True)
    posteriors = ahead[1:] + behind[1:]
    posteriors -= tf.math.reduce_logsumexp(posteriors, axis=2, keepdims=True)
    posteriors += tf.math.log(tf.expand_dims(mask, axis=2))
    return posteriors, behind[0, :, 0] + total[0]


def _scan(step, sequences, initial, reverse):
    """What step makes of the initial states along sequences: all states, the initial ones included."""
    length = tf.shape(sequences[0])[0]
    first = length - 1 if reverse else tf.constant(0)
    histories = []
    for state in initial:
        empty = tf.raw_ops.Empty(shape=tf.concat([[length + 1], tf.shape(state)], 0), dtype=state.dtype, init=True)
        at = first + 1 if reverse else first
        histories.append(tf.raw_ops.TensorScatterAdd(tensor=empty, indices=[[at]], updates=[state]))
    count = len(initial)

    def body(i, *values):
        states = step(*values[count:], *[tf.gather(s, i) for s in sequences])
        at = i if reverse else i + 1
        histories = [
            tf.raw_ops.TensorScatterUpdate(tensor=history, indices=[[at]], updates=[state])
            for history, state in zip(values, states)
        ]
        for value, before in zip(histories + states, values):
            value.set_shape(before.shape)
        return [i - 1 if reverse else i + 1, *histories, *states]

    results = tf.while_loop(
        lambda i, *unused: i >= 0 if reverse else i < length, body, [first, *histories, *initial]
    )
    return results[1 : 1 + count]
