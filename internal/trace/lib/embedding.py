"""tf.nn: embedding lookups."""

from tfsave import export, tf


def _clip(embeddings, ids, max_norm):
    """embeddings with norms of at most max_norm, over the dimensions that ids do not have."""
    if max_norm is None:
        return embeddings
    ids_rank, rank = tf.convert_to_tensor(ids).shape.rank, tf.convert_to_tensor(embeddings).shape.rank
    if ids_rank and rank:
        return tf.clip_by_norm(embeddings, max_norm, axes=list(range(ids_rank, rank)))
    return tf.clip_by_norm(embeddings, max_norm, axes=tf.range(ids_rank or tf.rank(ids), rank or tf.rank(embeddings)))


@export("nn.embedding_lookup")
def embedding_lookup(params, ids, max_norm=None, name=None):
    """The rows of params that ids name; a list of params is one table, cut into parts of about equal size."""
    params = _tables(params)
    with tf.name_scope(name or "embedding_lookup") as scope:
        if not any(isinstance(p, tf.Variable) for p in params):
            params = [
                tf.convert_to_tensor(p, name="params" if len(params) == 1 else f"params_{i}")
                for i, p in enumerate(params)
            ]
        ids = tf.convert_to_tensor(ids, name="ids")
        if len(params) > 1:
            return _partitioned_lookup(params, ids, max_norm, scope)
        with tf.internal.colocate_with(params[0]):
            found = _clip(tf.gather(params[0], ids, name=scope), ids, max_norm)
        return tf.identity(found)


def _tables(params):
    if params is None or (isinstance(params, (list, tuple)) and not params):
        raise ValueError("params are at least one tensor, got none")
    return list(params) if isinstance(params, list) else [params]


def _partitioned_lookup(params, ids, max_norm, name):
    flat = tf.reshape(ids, [-1])
    positions = tf.range(tf.size(flat))
    part, local = _partition(params, flat)
    part = tf.cast(part, tf.int32)
    local_ids = tf.dynamic_partition(local, part, len(params))
    positions = tf.dynamic_partition(positions, part, len(params))
    rows = []
    for table, wanted in zip(params, local_ids):
        with tf.device(None), tf.internal.colocate_with(table):
            rows.append(tf.gather(table, wanted))
    result = tf.raw_ops.ParallelDynamicStitch(indices=positions, data=rows, name=name)
    row_shape = params[0].shape[1:]
    for table in params[1:]:
        row_shape = row_shape.merge_with(table.shape[1:])
    dynamic = row_shape
    if not row_shape.is_fully_defined():
        with tf.internal.colocate_with(params[0]):
            dynamic = tf.shape(params[0])
        dynamic = dynamic[1:]
    result = tf.reshape(result, tf.concat([tf.shape(ids), dynamic], 0))
    result.set_shape(ids.shape.concatenate(row_shape))
    return _clip(result, ids, max_norm)


def _partition(params, ids):
    """The part of each id, and its row there; the first parts have a row more when the sizes differ."""
    count = len(params)
    sizes = [p.shape[0] if p.shape.rank else None for p in params]
    if None not in sizes and sum(sizes):
        total = tf.constant(sum(sizes), ids.dtype)
    else:
        for i, table in enumerate(params):
            if sizes[i] is None:
                with tf.internal.colocate_with(table):
                    sizes[i] = tf.shape(table)[0]
        total = tf.math.reduce_sum(tf.cast(tf.stack(sizes), ids.dtype))
    rows = total // count
    larger = total % count
    part = tf.math.maximum(ids // (rows + 1), (ids - larger) // rows)
    in_larger = part < larger
    local = tf.raw_ops.Select(condition=in_larger, x=ids % (rows + 1), y=(ids - larger) % rows)
    return part, local


_COMBINERS = ("mean", "sqrtn", "sum")


@export("nn.embedding_lookup_sparse")
def embedding_lookup_sparse(
    params, sp_ids, sp_weights, combiner=None, max_norm=None, name=None, allow_fast_lookup=False
):
    """The mean, sum or sum over root of the count of the rows of params that each row of sp_ids names."""
    combiner = combiner or "mean"
    if combiner not in _COMBINERS:
        raise ValueError(f"combiner is one of {_COMBINERS}, got {combiner!r}")
    params = _tables(params)
    if not isinstance(sp_ids, tf.SparseTensor):
        raise TypeError(f"sp_ids is a SparseTensor, got {sp_ids!r}")
    if sp_weights is not None and not isinstance(sp_weights, tf.SparseTensor):
        raise TypeError(f"sp_weights is None or a SparseTensor, got {sp_weights!r}")
    with tf.name_scope(name or "embedding_lookup_sparse") as scope:
        segment_ids = tf.convert_to_tensor(sp_ids.indices[:, 0], name="segment_ids")
        ids = sp_ids.values
        is_tensor = len(params) == 1 and not isinstance(params[0], tf.Variable)
        if is_tensor:
            params = [tf.convert_to_tensor(params[0], name="params")]
        # TensorFlow takes whole tables when they are on the device of the ids, which a variable never is in a graph.
        whole = is_tensor and max_norm is None and (allow_fast_lookup or sp_weights is None)
        if whole:
            rows = params[0]
        else:
            unique, ids = tf.unique(ids)
            rows = embedding_lookup(params, unique, max_norm=max_norm)
        if sp_weights is not None:
            return _combine_weighted(rows, ids, segment_ids, sp_weights.values, combiner, scope)
        if segment_ids.dtype not in (tf.int32, tf.int64):
            segment_ids = tf.cast(segment_ids, tf.int32)
        op = {
            "sum": tf.raw_ops.SparseSegmentSum,
            "mean": tf.raw_ops.SparseSegmentMean,
            "sqrtn": tf.raw_ops.SparseSegmentSqrtN,
        }[combiner]
        sparse_gradient = whole and not allow_fast_lookup
        return op(data=rows, indices=ids, segment_ids=segment_ids, sparse_gradient=sparse_gradient, name=scope)


def _combine_weighted(rows, ids, segment_ids, weights, combiner, name):
    if segment_ids.dtype != tf.int32:
        segment_ids = tf.cast(segment_ids, tf.int32)
    rows = tf.gather(rows, ids)
    dtype = rows.dtype
    if dtype in (tf.float16, tf.bfloat16):
        rows = tf.cast(rows, tf.float32)
    if weights.dtype != rows.dtype:
        weights = tf.cast(weights, rows.dtype)
    inner = tf.expand_dims(tf.rank(rows) - 1, 0)
    weights_shape = tf.shape(weights)
    ones = tf.ones(inner, dtype=weights_shape.dtype)
    static_shape = weights.shape
    weights = tf.reshape(weights, tf.concat([weights_shape, ones], 0))
    if rows.shape.rank is not None:
        weights.set_shape(static_shape.concatenate([1] * (rows.shape.rank - 1)))
    rows *= weights
    if combiner == "sum":
        result = tf.math.segment_sum(rows, segment_ids, name=name)
    else:
        total = tf.math.segment_sum(rows, segment_ids)
        if combiner == "mean":
            divisor = tf.math.segment_sum(weights, segment_ids)
        else:
            divisor = tf.math.sqrt(tf.math.segment_sum(tf.math.pow(weights, 2), segment_ids))
        result = tf.math.divide_no_nan(total, divisor, name=name)
    return tf.cast(result, dtype) if result.dtype != dtype else result


@export("nn.safe_embedding_lookup_sparse")
def safe_embedding_lookup_sparse(
    embedding_weights,
    sparse_ids,
    sparse_weights=None,
    combiner="mean",
    default_id=None,
    max_norm=None,
    name=None,
    allow_fast_lookup=False,
):
    """embedding_lookup_sparse without invalid ids and weights; empty rows give default_id's embedding, or zeros."""
    dtype = None if sparse_weights is None else sparse_weights.dtype
    tables = [
        t if isinstance(t, tf.Variable) and dtype in (None, t.dtype) else tf.convert_to_tensor(t, dtype=dtype)
        for t in _tables(embedding_weights)
    ]
    with tf.name_scope(name or "embedding_lookup") as scope:
        shape = sparse_ids.dense_shape
        known_rank = shape.shape[0]
        rank = tf.size(shape) if known_rank is None else known_rank
        rows = tf.math.reduce_prod(tf.slice(shape, [0], [rank - 1]))
        sparse_ids = tf.sparse.reshape(sparse_ids, [rows, tf.gather(shape, rank - 1)])
        if sparse_weights is not None:
            sparse_weights = tf.SparseTensor(sparse_ids.indices, sparse_weights.values, sparse_ids.dense_shape)
        sparse_ids, sparse_weights = _prune(sparse_ids, sparse_weights, combiner)
        sparse_ids, is_empty = tf.sparse.fill_empty_rows(sparse_ids, default_id or 0)
        if sparse_weights is not None:
            sparse_weights, unused = tf.sparse.fill_empty_rows(sparse_weights, 1.0)
        result = embedding_lookup_sparse(
            tables,
            sparse_ids,
            sparse_weights,
            combiner,
            max_norm,
            None if default_id is None else scope,
            allow_fast_lookup,
        )
        if default_id is None:
            is_empty = tf.reshape(is_empty, [-1, 1])
            is_empty = tf.tile(is_empty, tf.stack([1, tf.shape(result)[1]]))
            result = tf.raw_ops.Select(condition=is_empty, x=tf.zeros_like(result), y=result, name=scope)
        outer = tf.slice(tf.cast(shape, tf.int32), [0], [rank - 1])
        final = tf.reshape(result, tf.concat([outer, tf.slice(tf.shape(result), [1], [-1])], 0))
        outer_shape = tf.TensorShape(None if known_rank is None else [None] * (known_rank - 1))
        final.set_shape(outer_shape.concatenate(result.shape[1:]))
        return final


def _prune(ids, weights, combiner):
    """ids that are not negative, with their weights; without weights that are not positive, unless these are summed."""
    valid = tf.math.greater_equal(ids.values, 0)
    if weights is None:
        return tf.sparse.retain(ids, valid), None
    valid = tf.math.logical_and(valid, tf.internal.ones_like(weights.values, tf.bool))
    ids = tf.sparse.retain(ids, valid)
    weights = tf.sparse.retain(weights, valid)
    if combiner != "sum":
        positive = tf.math.greater(weights.values, 0)
        ids = tf.sparse.retain(ids, positive)
        weights = tf.sparse.retain(weights, positive)
    return ids, weights
