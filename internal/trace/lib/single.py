"""Root functions of tf that give a raw op as it is."""

from tfsave import export, tf


@export("conv")
def conv(
    input,
    filter,
    strides,
    padding,
    explicit_paddings=[],
    data_format="CHANNELS_LAST",
    dilations=[],
    batch_dims=1,
    groups=1,
    name=None,
):
    """A convolution over any number of spatial dimensions."""
    return tf.raw_ops.Conv(
        input=input,
        filter=filter,
        strides=strides,
        padding=padding,
        explicit_paddings=explicit_paddings,
        data_format=data_format,
        dilations=dilations,
        batch_dims=batch_dims,
        groups=groups,
        name=name,
    )


@export("conv2d_backprop_filter_v2")
def conv2d_backprop_filter_v2(
    input,
    filter,
    out_backprop,
    strides,
    padding,
    use_cudnn_on_gpu=True,
    explicit_paddings=[],
    data_format="NHWC",
    dilations=[1, 1, 1, 1],
    name=None,
):
    """The gradient of a convolution with respect to its filter."""
    return tf.raw_ops.Conv2DBackpropFilterV2(
        input=input,
        filter=filter,
        out_backprop=out_backprop,
        strides=strides,
        padding=padding,
        use_cudnn_on_gpu=use_cudnn_on_gpu,
        explicit_paddings=explicit_paddings,
        data_format=data_format,
        dilations=dilations,
        name=name,
    )


@export("conv2d_backprop_input_v2")
def conv2d_backprop_input_v2(
    input,
    filter,
    out_backprop,
    strides,
    padding,
    use_cudnn_on_gpu=True,
    explicit_paddings=[],
    data_format="NHWC",
    dilations=[1, 1, 1, 1],
    name=None,
):
    """The gradient of a convolution with respect to its input."""
    return tf.raw_ops.Conv2DBackpropInputV2(
        input=input,
        filter=filter,
        out_backprop=out_backprop,
        strides=strides,
        padding=padding,
        use_cudnn_on_gpu=use_cudnn_on_gpu,
        explicit_paddings=explicit_paddings,
        data_format=data_format,
        dilations=dilations,
        name=name,
    )


@export("approx_top_k")
def approx_top_k(
    input,
    k,
    reduction_dimension=-1,
    recall_target=0.95,
    is_max_k=True,
    reduction_input_size_override=-1,
    aggregate_to_topk=True,
    name=None,
):
    """The k largest, or smallest, elements of a dimension and their indices, found approximately."""
    return tf.raw_ops.ApproxTopK(
        input=input,
        k=k,
        reduction_dimension=reduction_dimension,
        recall_target=recall_target,
        is_max_k=is_max_k,
        reduction_input_size_override=reduction_input_size_override,
        aggregate_to_topk=aggregate_to_topk,
        name=name,
    )


@export("ragged_fill_empty_rows")
def ragged_fill_empty_rows(value_rowids, values, nrows, default_value, name=None):
    """The values of a ragged tensor with one default value in each row that has none."""
    return tf.raw_ops.RaggedFillEmptyRows(
        value_rowids=value_rowids, values=values, nrows=nrows, default_value=default_value, name=name
    )


@export("ragged_fill_empty_rows_grad")
def ragged_fill_empty_rows_grad(reverse_index_map, grad_values, name=None):
    """The gradient of ragged_fill_empty_rows."""
    return tf.raw_ops.RaggedFillEmptyRowsGrad(
        reverse_index_map=reverse_index_map, grad_values=grad_values, name=name
    )


@export("edit_distance")
def edit_distance(hypothesis, truth, normalize=True, name="edit_distance"):
    """The Levenshtein distance of the sequences in two sparse tensors."""
    for sequences in (hypothesis, truth):
        if not isinstance(sequences, tf.SparseTensor):
            raise TypeError(f"edit_distance takes two SparseTensors, got {sequences!r}")
    return tf.raw_ops.EditDistance(
        hypothesis_indices=hypothesis.indices,
        hypothesis_values=hypothesis.values,
        hypothesis_shape=hypothesis.dense_shape,
        truth_indices=truth.indices,
        truth_values=truth.values,
        truth_shape=truth.dense_shape,
        normalize=normalize,
        name=name,
    )


@export("random_index_shuffle")
def random_index_shuffle(index, seed, max_index, rounds=4, name=None):
    """Where index goes in a permutation of 0 to max_index that seed chooses."""
    return tf.raw_ops.RandomIndexShuffle(index=index, seed=seed, max_index=max_index, rounds=rounds, name=name)


@export("timestamp")
def timestamp(name=None):
    """Seconds since 1970 when the op runs."""
    return tf.raw_ops.Timestamp(name=name)


@export("check_pinned")
def check_pinned(tensor, name=None):
    """The same value, which has to be in pinned memory."""
    return tf.raw_ops.CheckPinned(tensor=tensor, name=name)


@export("inside_function")
def inside_function():
    """Whether a function is being traced: always."""
    return True


@export("is_symbolic_tensor")
def is_symbolic_tensor(tensor):
    """Whether tensor is one of the graph that is being traced."""
    return isinstance(tensor, tf.Tensor)
