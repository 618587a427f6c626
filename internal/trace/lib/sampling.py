"""tf.nn, tf.random: candidate sampling, and the losses over sampled classes."""

from tfsave import export, tf


@export("random.uniform_candidate_sampler")
def uniform_candidate_sampler(true_classes, num_true, num_sampled, unique, range_max, seed=None, name=None):
    """Classes drawn with equal probabilities, and the expected counts of the true and of the drawn classes."""
    seed1, seed2 = tf.internal.random_seeds(seed)
    return tf.raw_ops.UniformCandidateSampler(
        true_classes=true_classes,
        num_true=num_true,
        num_sampled=num_sampled,
        unique=unique,
        range_max=range_max,
        seed=seed1,
        seed2=seed2,
        name=name,
    )


@export("random.log_uniform_candidate_sampler")
def log_uniform_candidate_sampler(true_classes, num_true, num_sampled, unique, range_max, seed=None, name=None):
    """Classes drawn with probabilities that fall with their number, as those of words sorted by frequency."""
    seed1, seed2 = tf.internal.random_seeds(seed)
    return tf.raw_ops.LogUniformCandidateSampler(
        true_classes=true_classes,
        num_true=num_true,
        num_sampled=num_sampled,
        unique=unique,
        range_max=range_max,
        seed=seed1,
        seed2=seed2,
        name=name,
    )


@export("random.learned_unigram_candidate_sampler", "nn.learned_unigram_candidate_sampler")
def learned_unigram_candidate_sampler(true_classes, num_true, num_sampled, unique, range_max, seed=None, name=None):
    """Classes drawn with the frequencies seen so far."""
    if range_max > 2147483647:
        raise ValueError(f"range_max fits in an int32, got {range_max}")
    seed1, seed2 = tf.internal.random_seeds(seed)
    return tf.raw_ops.LearnedUnigramCandidateSampler(
        true_classes=true_classes,
        num_true=num_true,
        num_sampled=num_sampled,
        unique=unique,
        range_max=range_max,
        seed=seed1,
        seed2=seed2,
        name=name,
    )


@export("random.fixed_unigram_candidate_sampler", "nn.fixed_unigram_candidate_sampler")
def fixed_unigram_candidate_sampler(
    true_classes,
    num_true,
    num_sampled,
    unique,
    range_max,
    vocab_file="",
    distortion=1.0,
    num_reserved_ids=0,
    num_shards=1,
    shard=0,
    unigrams=(),
    seed=None,
    name=None,
):
    """Classes drawn with given probabilities."""
    seed1, seed2 = tf.internal.random_seeds(seed)
    return tf.raw_ops.FixedUnigramCandidateSampler(
        true_classes=true_classes,
        num_true=num_true,
        num_sampled=num_sampled,
        unique=unique,
        range_max=range_max,
        vocab_file=vocab_file,
        distortion=distortion,
        num_reserved_ids=num_reserved_ids,
        num_shards=num_shards,
        shard=shard,
        unigrams=unigrams,
        seed=seed1,
        seed2=seed2,
        name=name,
    )


@export("random.all_candidate_sampler", "nn.all_candidate_sampler")
def all_candidate_sampler(true_classes, num_true, num_sampled, unique, seed=None, name=None):
    """All classes."""
    seed1, seed2 = tf.internal.random_seeds(seed)
    return tf.raw_ops.AllCandidateSampler(
        true_classes=true_classes,
        num_true=num_true,
        num_sampled=num_sampled,
        unique=unique,
        seed=seed1,
        seed2=seed2,
        name=name,
    )


@export("nn.compute_accidental_hits")
def compute_accidental_hits(true_classes, sampled_candidates, num_true, seed=None, name=None):
    """Where a drawn class is a true one: example, position, and a weight that is the lowest float."""
    seed1, seed2 = tf.internal.random_seeds(seed)
    return tf.raw_ops.ComputeAccidentalHits(
        true_classes=true_classes,
        sampled_candidates=sampled_candidates,
        num_true=num_true,
        seed=seed1,
        seed2=seed2,
        name=name,
    )


def _sum_rows(x):
    columns = tf.shape(x)[1]
    ones = tf.ones(tf.stack([columns, 1]), x.dtype)
    return tf.reshape(tf.linalg.matmul(x, ones), [-1])


def _sampled_logits(
    weights,
    biases,
    labels,
    inputs,
    num_sampled,
    num_classes,
    num_true,
    sampled_values,
    remove_accidental_hits,
    seed,
    name,
):
    """Logits of the true and the drawn classes beside each other, corrected by their log-probabilities, and labels."""
    with tf.name_scope(name or "compute_sampled_logits"):
        if labels.dtype != tf.int64:
            labels = tf.cast(labels, tf.int64)
        flat_labels = tf.reshape(labels, [-1])
        if sampled_values is None:
            sampled_values = log_uniform_candidate_sampler(labels, num_true, num_sampled, True, num_classes, seed)
        sampled, true_count, sampled_count = [tf.stop_gradient(v) for v in sampled_values]
        sampled = tf.cast(sampled, tf.int64)

        ids = tf.concat([flat_labels, sampled], 0)
        rows = tf.nn.embedding_lookup(weights, ids)
        if rows.dtype != inputs.dtype:
            rows = tf.cast(rows, inputs.dtype)
        true_rows = tf.slice(rows, [0, 0], tf.stack([tf.shape(flat_labels)[0], -1]))
        sampled_rows = tf.slice(rows, tf.stack([tf.shape(flat_labels)[0], 0]), [-1, -1])
        sampled_logits = tf.linalg.matmul(inputs, sampled_rows, transpose_b=True)
        bias = tf.nn.embedding_lookup(biases, ids)
        if bias.dtype != inputs.dtype:
            bias = tf.cast(bias, inputs.dtype)
        true_bias = tf.slice(bias, [0], tf.shape(flat_labels))
        sampled_bias = tf.slice(bias, tf.shape(flat_labels), [-1])

        width = tf.shape(true_rows)[1:2]
        per_example = tf.concat([[-1, num_true], width], 0)
        products = tf.math.multiply(tf.expand_dims(inputs, 1), tf.reshape(true_rows, per_example))
        products = tf.reshape(products, tf.concat([[-1], width], 0))
        true_logits = tf.reshape(_sum_rows(products), [-1, num_true])
        true_logits += tf.reshape(true_bias, [-1, num_true])
        sampled_logits += sampled_bias
        if remove_accidental_hits:
            sampled_logits += _hit_weights(labels, sampled, num_true, num_sampled, sampled_logits.dtype)
        true_logits -= tf.math.log(true_count)
        sampled_logits -= tf.math.log(sampled_count)
        logits = tf.concat([true_logits, sampled_logits], 1)
        targets = [tf.internal.ones_like(true_logits) / num_true, tf.zeros_like(sampled_logits)]
        return logits, tf.concat(targets, 1)


def _hit_weights(labels, sampled, num_true, num_sampled, dtype):
    """A matrix that is very negative where a drawn class is a true one, else 0."""
    examples, positions, weights = compute_accidental_hits(labels, sampled, num_true)
    examples = tf.reshape(examples, [-1, 1])
    positions = tf.reshape(tf.cast(positions, tf.int32), [-1, 1])
    indices = tf.concat([examples, positions], 1, "sparse_indices")
    shape = tf.concat([tf.shape(labels)[:1], tf.expand_dims(num_sampled, 0)], 0)
    if weights.dtype != dtype:
        weights = tf.cast(weights, dtype)
    return tf.raw_ops.SparseToDense(
        sparse_indices=indices,
        output_shape=shape,
        sparse_values=weights,
        default_value=0.0,
        validate_indices=False,
    )


@export("nn.nce_loss")
def nce_loss(
    weights,
    biases,
    labels,
    inputs,
    num_sampled,
    num_classes,
    num_true=1,
    sampled_values=None,
    remove_accidental_hits=False,
    name="nce_loss",
):
    """The noise-contrastive estimation loss of each example."""
    logits, targets = _sampled_logits(
        weights,
        biases,
        labels,
        inputs,
        num_sampled,
        num_classes,
        num_true,
        sampled_values,
        remove_accidental_hits,
        None,
        name,
    )
    return _sum_rows(tf.nn.sigmoid_cross_entropy_with_logits(targets, logits, name="sampled_losses"))


@export("nn.sampled_softmax_loss")
def sampled_softmax_loss(
    weights,
    biases,
    labels,
    inputs,
    num_sampled,
    num_classes,
    num_true=1,
    sampled_values=None,
    remove_accidental_hits=True,
    seed=None,
    name="sampled_softmax_loss",
):
    """The softmax cross-entropy of each example over its true classes and a drawn sample of the others."""
    logits, targets = _sampled_logits(
        weights,
        biases,
        labels,
        inputs,
        num_sampled,
        num_classes,
        num_true,
        sampled_values,
        remove_accidental_hits,
        seed,
        name,
    )
    targets = tf.stop_gradient(targets, name="labels_stop_gradient")
    return tf.nn.softmax_cross_entropy_with_logits(targets, logits)
