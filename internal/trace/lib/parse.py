"""tf.io.parse_example and its relatives: features from serialized Example and SequenceExample messages."""

from tfsave import export, tf


# Feature descriptions: what to make of a key.


@export("io.FixedLenFeature.__new__")
def fixed_len(shape, dtype, default_value=None):
    """A tensor of a known shape."""
    return tf.internal.composite("io.FixedLenFeature", {}, {"shape": shape, "dtype": dtype, "default_value": default_value})


@export("io.FixedLenSequenceFeature.__new__")
def fixed_len_sequence(shape, dtype, allow_missing=False, default_value=None):
    """Any number of tensors of a known shape, padded to the longest in the batch."""
    return tf.internal.composite("io.FixedLenSequenceFeature", {}, {
        "shape": shape, "dtype": dtype, "allow_missing": allow_missing, "default_value": default_value})


@export("io.VarLenFeature.__new__")
def var_len(dtype):
    """Any number of values, as a SparseTensor."""
    return tf.internal.composite("io.VarLenFeature", {}, {"dtype": dtype})


@export("io.SparseFeature.__new__")
def sparse(index_key, value_key, dtype, size, already_sorted=False):
    """A SparseTensor from the keys of its indices and values."""
    return tf.internal.composite("io.SparseFeature", {}, {
        "index_key": index_key, "value_key": value_key, "dtype": dtype, "size": size, "already_sorted": already_sorted})


@export("io.RaggedFeature.__new__")
def ragged(dtype, value_key=None, partitions=(), row_splits_dtype=tf.int32, validate=False):
    """A RaggedTensor from the keys of its values and row partitions."""
    if value_key is not None and not (isinstance(value_key, str) and value_key):
        raise ValueError(f"value_key must be a str and not empty, got {value_key}")
    dtype = tf.dtypes.as_dtype(dtype)
    if dtype not in (tf.int64, tf.float32, tf.string):
        raise ValueError(f"dtype must be int64, float32 or string, got {dtype.name}")
    row_splits_dtype = tf.dtypes.as_dtype(row_splits_dtype)
    if row_splits_dtype not in (tf.int32, tf.int64):
        raise ValueError(f"row_splits_dtype must be int32 or int64, got {row_splits_dtype.name}")
    if not isinstance(partitions, (list, tuple)):
        raise TypeError(f"partitions must be a list, got {partitions}")
    kinds = (
        tf.io.RaggedFeature.RowSplits, tf.io.RaggedFeature.RowLengths, tf.io.RaggedFeature.RowStarts,
        tf.io.RaggedFeature.RowLimits, tf.io.RaggedFeature.ValueRowIds, tf.io.RaggedFeature.UniformRowLength)
    if not all([isinstance(p, kinds) for p in partitions]):
        raise TypeError("partitions must be a list of tf.io.RaggedFeature.RowSplits, RowLengths, …")
    if not isinstance(validate, bool):
        raise TypeError(f"validate must be a bool, got {validate}")
    return tf.internal.composite("io.RaggedFeature", {}, {
        "dtype": dtype, "value_key": value_key, "partitions": tuple(partitions), "row_splits_dtype": row_splits_dtype,
        "validate": validate})


@export("io.RaggedFeature.RowSplits.__new__")
def row_splits(key):
    """A partition by the row splits under key."""
    return tf.internal.composite("io.RaggedFeature.RowSplits", {}, {"key": key})


@export("io.RaggedFeature.RowLengths.__new__")
def row_lengths(key):
    """A partition by the row lengths under key."""
    return tf.internal.composite("io.RaggedFeature.RowLengths", {}, {"key": key})


@export("io.RaggedFeature.RowStarts.__new__")
def row_starts(key):
    """A partition by the row starts under key."""
    return tf.internal.composite("io.RaggedFeature.RowStarts", {}, {"key": key})


@export("io.RaggedFeature.RowLimits.__new__")
def row_limits(key):
    """A partition by the row limits under key."""
    return tf.internal.composite("io.RaggedFeature.RowLimits", {}, {"key": key})


@export("io.RaggedFeature.ValueRowIds.__new__")
def value_row_ids(key):
    """A partition by the row numbers under key."""
    return tf.internal.composite("io.RaggedFeature.ValueRowIds", {}, {"key": key})


@export("io.RaggedFeature.UniformRowLength.__new__")
def uniform_row_length(length):
    """A partition in rows of one length."""
    return tf.internal.composite("io.RaggedFeature.UniformRowLength", {}, {"length": length})


# What goes into the ops.


def _parameters(features, kinds):
    """The keys, types and shapes that the ops want, from feature descriptions. Order is that of sorted keys."""
    p = {
        "sparse": {},  # key → dtype
        "ragged": {},  # key → (dtype of the values, dtype of the splits)
        "dense": {},  # key → dict of dtype, shape, default (None: no default), has_default
    }
    for key in sorted(features or {}):
        feature = features[key]
        if not isinstance(feature, kinds):
            raise ValueError(f"this kind of feature is not supported here: {feature} under {key}")
        if not feature.dtype:
            raise ValueError(f"the feature {key} has no dtype")
        dtype = tf.dtypes.as_dtype(feature.dtype)
        if isinstance(feature, tf.io.VarLenFeature):
            _add(p["sparse"], key, dtype)
        elif isinstance(feature, tf.io.SparseFeature):
            if not feature.index_key or not feature.value_key:
                raise ValueError(f"the feature {key} needs index_key and value_key")
            index_keys = [feature.index_key] if isinstance(feature.index_key, str) else feature.index_key
            for index_key in sorted(index_keys):
                _add(p["sparse"], index_key, tf.int64)
            _add(p["sparse"], feature.value_key, dtype)
        elif isinstance(feature, tf.io.RaggedFeature):
            _add(p["ragged"], feature.value_key or key, (dtype, feature.row_splits_dtype))
            for partition in feature.partitions:
                if not isinstance(partition, tf.io.RaggedFeature.UniformRowLength):
                    _add(p["ragged"], partition.key, (tf.int64, feature.row_splits_dtype))
        else:
            if feature.shape is None:
                raise ValueError(f"the feature {key} has no shape")
            shape = tf.TensorShape(feature.shape)
            has_default = feature.default_value is not None
            if isinstance(feature, tf.io.FixedLenSequenceFeature):
                has_default = has_default or feature.allow_missing
            elif not shape.is_fully_defined():
                raise ValueError(f"the shape of the feature {key} must be known, got {shape}")
            p["dense"][key] = {
                "dtype": dtype, "shape": shape, "default": feature.default_value, "has_default": has_default}
    for kind, other in (("dense", "sparse"), ("dense", "ragged"), ("ragged", "sparse")):
        common = [key for key in p[kind] if key in p[other]]
        if common:
            raise ValueError(f"the keys {common} are both {kind} and {other}")
    return p


def _add(known, key, value):
    if key in known and known[key] != value:
        raise ValueError(f"the key {key} is used with different dtypes")
    known[key] = value


def _dense_defaults(dense):
    return [_dense_default(key, d["shape"], d["dtype"], d["default"]) for key, d in dense.items()]


def _dense_default(key, shape, dtype, default):
    """The tensor that stands for a missing value: empty when there must be one."""
    if shape.rank is not None and shape.rank > 0 and shape[0] is None:
        if default is None:
            return tf.convert_to_tensor("" if dtype == tf.string else 0, dtype=dtype)
        default = tf.convert_to_tensor(default, dtype=dtype, name="padding_" + _node_name(key))
        return tf.reshape(default, [])
    if default is None:
        return tf.constant([], dtype=dtype)
    if isinstance(default, tf.Tensor):
        return default
    return tf.reshape(tf.convert_to_tensor(default, dtype=dtype, name="key_" + _node_name(key)), shape)


def _node_name(key):
    allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-/"
    return "".join([c if c in allowed else "_" for c in key])


# What comes out of them.


def _sparse_tensors(indices, values, shapes):
    return [tf.SparseTensor(i, v, s) for i, v, s in zip(indices, values, shapes)]


def _ragged_tensors(serialized, values, row_splits, inner_splits=None):
    if inner_splits is not None:
        values = [tf.RaggedTensor.from_row_splits(v, s, validate=False) for v, s in zip(values, inner_splits)]
    if serialized.shape.rank == 0:
        return list(values)
    return [tf.RaggedTensor.from_row_splits(v, s, validate=False) for v, s in zip(values, row_splits)]


def _by_key(p, sparse_tensors, dense_tensors, ragged_tensors):
    keys = list(p["sparse"]) + list(p["dense"]) + list(p["ragged"])
    return dict(zip(keys, sparse_tensors + list(dense_tensors) + ragged_tensors))


def _features(features, tensors):
    """The tensors by key of their features: sparse and ragged ones are put together from several."""
    result = {key: tensor for key, tensor in tensors.items() if key in features}
    for key in sorted(features):
        feature = features[key]
        if isinstance(feature, tf.io.SparseFeature):
            if isinstance(feature.index_key, str):
                ids = tensors[feature.index_key]
            else:
                ids = [tensors[index_key] for index_key in feature.index_key]
            result[key] = tf.internal.sparse.merge(
                ids, tensors[feature.value_key], feature.size, feature.already_sorted)
        elif isinstance(feature, tf.io.RaggedFeature):
            result[key] = _ragged_feature(key, feature, tensors)
    return result


def _ragged_feature(key, feature, tensors):
    rt = tensors[feature.value_key or key]
    if not isinstance(rt, tf.RaggedTensor):
        for partition in reversed(feature.partitions):
            rt = _partitioned(rt, partition, tensors, feature.row_splits_dtype, feature.validate)
        return rt
    outer_splits = None
    if rt.ragged_rank > 1:
        outer_splits = rt.row_splits
        rt = rt.values
    for partition in reversed(feature.partitions):
        rt = _partitioned_batch(rt, partition, tensors, key, feature.validate, outer_splits)
    if outer_splits is None:
        return rt
    return tf.RaggedTensor.from_row_splits(rt, outer_splits, validate=feature.validate)


def _partitioned(values, partition, tensors, dtype, validate):
    """values of one example with a partition around them."""
    kind = tf.io.RaggedFeature
    if isinstance(partition, kind.UniformRowLength):
        if isinstance(values, tf.RaggedTensor):
            length = tf.convert_to_tensor(partition.length, dtype=dtype)
            return tf.RaggedTensor.from_uniform_row_length(values, length, validate=validate)
        return tf.reshape(values, tf.concat([[-1, partition.length], tf.shape(values)[1:]], axis=0))
    encoding = tf.cast(tensors[partition.key], dtype)
    if isinstance(partition, kind.RowSplits):
        return tf.RaggedTensor.from_row_splits(values, encoding, validate=validate)
    if isinstance(partition, kind.RowLengths):
        return tf.RaggedTensor.from_row_lengths(values, encoding, validate=validate)
    if isinstance(partition, kind.RowStarts):
        return tf.RaggedTensor.from_row_starts(values, encoding, validate=validate)
    if isinstance(partition, kind.RowLimits):
        return tf.RaggedTensor.from_row_limits(values, encoding, validate=validate)
    return tf.RaggedTensor.from_value_rowids(values, encoding, validate=validate)


def _partitioned_batch(rt, partition, tensors, key, validate, outer_splits):
    """The values of a batch, a row per example, with a partition inside each row."""
    kind = tf.io.RaggedFeature
    if isinstance(partition, kind.UniformRowLength):
        if rt.ragged_rank > 1:
            length = tf.convert_to_tensor(partition.length, rt.row_splits.dtype)
            inner = tf.RaggedTensor.from_uniform_row_length(rt.values, length, validate=validate)
            return tf.RaggedTensor.from_row_splits(inner, rt.row_splits // length, validate=validate)
        values = tf.reshape(rt.values, tf.concat([[-1, partition.length], tf.shape(rt.values)[1:]], axis=0))
        return tf.RaggedTensor.from_row_splits(values, rt.row_splits // partition.length, validate=validate)

    encoding = tensors[partition.key]
    if encoding.dtype != rt.row_splits.dtype:
        encoding = tf.cast(encoding, rt.row_splits.dtype)
    checks = []
    if outer_splits is not None:
        if validate:
            message = f"Feature {key}: values and partitions are not aligned"
            checks.append(tf.debugging.assert_equal(outer_splits, encoding.row_splits, message=message))
        encoding = encoding.values
    with tf.control_dependencies(checks):
        if isinstance(partition, (kind.RowSplits, kind.RowLimits)):
            if isinstance(partition, kind.RowSplits):
                encoding = encoding[:, 1:]
            limits = encoding.values + tf.repeat(rt.row_starts(), encoding.row_lengths())
            return encoding.with_values(tf.RaggedTensor.from_row_limits(rt.values, limits, validate=validate))
        if isinstance(partition, kind.RowStarts):
            starts = encoding.values + tf.repeat(rt.row_starts(), encoding.row_lengths())
            return encoding.with_values(tf.RaggedTensor.from_row_starts(rt.values, starts, validate=validate))
        if isinstance(partition, kind.RowLengths):
            inner = tf.RaggedTensor.from_row_lengths(rt.values, encoding.values, validate=validate)
            return encoding.with_values(inner)
        nrows = tf.math.maximum(tf.math.reduce_max(encoding + 1, axis=1), 0)
        rowids = encoding.values + tf.repeat(tf.math.cumsum(nrows, exclusive=True), encoding.row_lengths())
        inner = tf.RaggedTensor.from_value_rowids(rt.values, rowids, validate=validate)
        return tf.RaggedTensor.from_row_lengths(inner, nrows, validate=validate)


# The functions.


@export("io.parse_example")
def parse_example(serialized, features, example_names=None, name=None):
    """The features of a batch of serialized Examples, by key."""
    if not features:
        raise ValueError("features must not be empty")
    kinds = (tf.io.VarLenFeature, tf.io.SparseFeature, tf.io.FixedLenFeature, tf.io.FixedLenSequenceFeature,
             tf.io.RaggedFeature)
    with_length = {}
    for key, feature in features.items():
        if isinstance(feature, tf.io.FixedLenSequenceFeature):
            if not feature.allow_missing:
                raise ValueError(f"the FixedLenSequenceFeature {key} must have allow_missing")
            feature = fixed_len_sequence(
                [None] + list(feature.shape), feature.dtype, feature.allow_missing, feature.default_value)
        with_length[key] = feature
    p = _parameters(with_length, kinds)
    with tf.name_scope(name or "ParseExample"):
        serialized = tf.convert_to_tensor(serialized, name="serialized")
        if p["ragged"] and serialized.shape.rank is None:
            raise ValueError("serialized must have a statically known rank for ragged features")
        out = tf.raw_ops.ParseExampleV2(
            serialized=serialized,
            names=[] if example_names is None else example_names,
            sparse_keys=list(p["sparse"]),
            dense_keys=list(p["dense"]),
            ragged_keys=list(p["ragged"]),
            dense_defaults=_dense_defaults(p["dense"]),
            num_sparse=len(p["sparse"]),
            sparse_types=list(p["sparse"].values()),
            ragged_value_types=[value for value, _ in p["ragged"].values()],
            ragged_split_types=[splits for _, splits in p["ragged"].values()],
            dense_shapes=[d["shape"] for d in p["dense"].values()],
            name=name,
        )
        ragged_tensors = _ragged_tensors(serialized, out.ragged_values, out.ragged_row_splits)
        sparse_tensors = _sparse_tensors(out.sparse_indices, out.sparse_values, out.sparse_shapes)
        tensors = _by_key(p, sparse_tensors, out.dense_values, ragged_tensors)
    return _features(with_length, tensors)


def _scalar(serialized):
    """serialized, checked to be a scalar."""
    if serialized.shape.rank is None:
        is_scalar = tf.math.equal(tf.rank(serialized), 0)
        check = tf.debugging.Assert(is_scalar, ["Input serialized must be a scalar"], name="SerializedIsScalar")
        with tf.name_scope("serializedDependencies") as scope:
            with tf.internal.colocate_with(serialized), tf.control_dependencies([check]):
                result = tf.raw_ops.Identity(input=serialized, name=scope)
        result.set_shape([])
        return result
    if serialized.shape.rank != 0:
        raise ValueError(f"serialized must be a scalar, got shape {serialized.shape}")
    return serialized


@export("io.parse_single_example")
def parse_single_example(serialized, features, example_names=None, name=None):
    """The features of one serialized Example, by key."""
    if not features:
        raise ValueError("features must not be empty")
    with tf.name_scope(name or "ParseSingleExample"):
        serialized = _scalar(tf.convert_to_tensor(serialized, name="serialized"))
        return parse_example(serialized, features, example_names, name)


def _sequence_parameters(context_features, sequence_features):
    if not context_features and not sequence_features:
        raise ValueError("give context_features or sequence_features")
    context = _parameters(context_features, (tf.io.VarLenFeature, tf.io.FixedLenFeature, tf.io.RaggedFeature))
    lists = _parameters(sequence_features, (tf.io.VarLenFeature, tf.io.FixedLenSequenceFeature, tf.io.RaggedFeature))
    for key, d in lists["dense"].items():
        if d["default"] is not None:
            raise ValueError(f"the feature {key} of a sequence must not have a default value")
    return context, lists


def _parse_sequence(serialized, context, lists, debug_name, name):
    with tf.name_scope(name or "ParseSequenceExample"):
        serialized = tf.convert_to_tensor(serialized, name="serialized")
        if (context["ragged"] or lists["ragged"]) and serialized.shape.rank is None:
            raise ValueError("serialized must have a statically known rank for ragged features")
        out = tf.raw_ops.ParseSequenceExampleV2(
            serialized=serialized,
            debug_name=[] if debug_name is None else debug_name,
            context_sparse_keys=list(context["sparse"]),
            context_dense_keys=list(context["dense"]),
            context_ragged_keys=list(context["ragged"]),
            feature_list_sparse_keys=list(lists["sparse"]),
            feature_list_dense_keys=list(lists["dense"]),
            feature_list_ragged_keys=list(lists["ragged"]),
            feature_list_dense_missing_assumed_empty=[d["has_default"] for d in lists["dense"].values()],
            context_dense_defaults=_dense_defaults(context["dense"]),
            Ncontext_sparse=len(context["sparse"]),
            Nfeature_list_sparse=len(lists["sparse"]),
            Nfeature_list_dense=len(lists["dense"]),
            context_sparse_types=list(context["sparse"].values()),
            context_ragged_value_types=[value for value, _ in context["ragged"].values()],
            context_ragged_split_types=[splits for _, splits in context["ragged"].values()],
            context_dense_shapes=[d["shape"] for d in context["dense"].values()],
            feature_list_dense_types=[d["dtype"] for d in lists["dense"].values()],
            feature_list_sparse_types=list(lists["sparse"].values()),
            feature_list_ragged_value_types=[value for value, _ in lists["ragged"].values()],
            feature_list_ragged_split_types=[splits for _, splits in lists["ragged"].values()],
            feature_list_dense_shapes=[d["shape"] for d in lists["dense"].values()],
            name=name,
        )
        context_ragged = _ragged_tensors(serialized, out.context_ragged_values, out.context_ragged_row_splits)
        lists_ragged = _ragged_tensors(
            serialized, out.feature_list_ragged_values, out.feature_list_ragged_outer_splits,
            out.feature_list_ragged_inner_splits)
        context_sparse = _sparse_tensors(
            out.context_sparse_indices, out.context_sparse_values, out.context_sparse_shapes)
        lists_sparse = _sparse_tensors(
            out.feature_list_sparse_indices, out.feature_list_sparse_values, out.feature_list_sparse_shapes)
        return (
            _by_key(context, context_sparse, out.context_dense_values, context_ragged),
            _by_key(lists, lists_sparse, out.feature_list_dense_values, lists_ragged),
            dict(zip(lists["dense"], out.feature_list_dense_lengths)),
        )


@export("io.parse_sequence_example")
def parse_sequence_example(serialized, context_features=None, sequence_features=None, example_names=None, name=None):
    """The features of a batch of serialized SequenceExamples, the lists of features, and their lengths."""
    context, lists = _sequence_parameters(context_features, sequence_features)
    with tf.name_scope(name or "ParseSequenceExample"):
        context_out, lists_out, lengths = _parse_sequence(serialized, context, lists, example_names, name)
        if context["ragged"]:
            context_out = _features(context_features, context_out)
        if lists["ragged"]:
            lists_out = _features(sequence_features, lists_out)
        return context_out, lists_out, lengths


@export("io.parse_single_sequence_example")
def parse_single_sequence_example(serialized, context_features=None, sequence_features=None, example_name=None, name=None):
    """The features and the lists of features of one serialized SequenceExample."""
    context, lists = _sequence_parameters(context_features, sequence_features)
    with tf.name_scope(name or "ParseSingleSequenceExample"):
        with tf.name_scope(name or "ParseSingleExample"):
            serialized = _scalar(tf.convert_to_tensor(serialized, name="serialized"))
        context_out, lists_out, _ = _parse_sequence(serialized, context, lists, example_name, name)
        if context["ragged"]:
            context_out = _features(context_features, context_out)
        if lists["ragged"]:
            lists_out = _features(sequence_features, lists_out)
        return context_out, lists_out
