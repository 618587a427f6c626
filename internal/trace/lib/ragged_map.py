"""tf.map_fn over ragged tensors, or with ragged results: each row travels as a variant, as in ops/map_fn.py of TensorFlow 2.21."""

from tfsave import dispatch, export, tf


@export("internal.ragged.to_variant")
def to_variant(value, batched_input):
    """A RaggedTensor or tensor as a variant, or with batched_input each row of it."""
    if not isinstance(value, tf.RaggedTensor):
        return tf.raw_ops.RaggedTensorToVariant(rt_nested_splits=[], rt_dense_values=value, batched_input=batched_input)
    with tf.name_scope("RaggedToVariant"):
        return tf.raw_ops.RaggedTensorToVariant(
            rt_nested_splits=value.nested_row_splits, rt_dense_values=value.flat_values, batched_input=batched_input)


@export("internal.ragged.from_variant")
def from_variant(variant, spec):
    """The value of type spec, a RaggedTensorSpec, from its variant."""
    with tf.name_scope("RaggedFromVariant"):
        result = tf.raw_ops.RaggedTensorFromVariant(
            encoded_ragged=variant, input_ragged_rank=-1, output_ragged_rank=max(spec.ragged_rank, 0), Tvalues=spec.dtype,
            Tsplits=spec.row_splits_dtype)
        value = tf.RaggedTensor.from_nested_row_splits(
            result.output_dense_values, result.output_nested_splits, validate=False)
    return tf.internal.ragged.with_static_shape(value, spec)


def _row_spec(spec):
    return tf.RaggedTensorSpec(spec.shape[1:], spec.dtype, spec.ragged_rank - 1, spec.row_splits_dtype)


def _batch_spec(spec, size):
    shape = tf.TensorShape([size]).concatenate(spec.shape)
    return tf.RaggedTensorSpec(shape, spec.dtype, spec.ragged_rank + 1, spec.row_splits_dtype)


@dispatch("RaggedTensor", "map_fn", pass_function=True)
@dispatch("RaggedTensorSpec", "map_fn", pass_function=True)
def map_fn(function, fn, elems, dtype=None, parallel_iterations=None, back_prop=True, swap_memory=False, infer_shape=True,
           name=None, fn_output_signature=None):
    """tf.map_fn with the ragged among its elements and results as variants."""
    flat = tf.nest.flatten(elems)
    row_specs = [
        _row_spec(tf.RaggedTensorSpec.from_value(e)) if isinstance(e, tf.RaggedTensor) else None for e in flat]
    if fn_output_signature is None:
        fn_output_signature = dtype
    if fn_output_signature is not None:
        structure = fn_output_signature
        results = tf.nest.flatten(structure)
    else:
        structure = elems
        results = [
            tf.RaggedTensorSpec(None, e.dtype, e.ragged_rank - 1, e.row_splits.dtype)
            if isinstance(e, tf.RaggedTensor) else tf.TensorSpec(None, e.dtype) for e in flat]

    def on_rows(row):
        row = [v if spec is None else from_variant(v, spec) for v, spec in zip(tf.nest.flatten(row), row_specs)]
        out = tf.nest.flatten(fn(tf.nest.pack_sequence_as(elems, row)))
        if len(out) != len(results):
            raise ValueError(f"fn must return {len(results)} values, got {len(out)}")
        out = [to_variant(v, False) if isinstance(spec, tf.RaggedTensorSpec) else v for v, spec in zip(out, results)]
        return tf.nest.pack_sequence_as(structure, out)

    dense = [tf.TensorSpec(None, tf.variant) if isinstance(spec, tf.RaggedTensorSpec) else spec for spec in results]
    with tf.name_scope(name or "map") as scope:
        batches = [to_variant(e, True) if isinstance(e, tf.RaggedTensor) else e for e in flat]
        mapped = function(
            on_rows, tf.nest.pack_sequence_as(elems, batches), parallel_iterations=parallel_iterations,
            back_prop=back_prop, swap_memory=swap_memory, infer_shape=infer_shape, name=scope,
            fn_output_signature=tf.nest.pack_sequence_as(structure, dense))
        values = [
            from_variant(v, _batch_spec(spec, v.shape[0])) if isinstance(spec, tf.RaggedTensorSpec) else v
            for v, spec in zip(tf.nest.flatten(mapped), results)]
    return tf.nest.pack_sequence_as(structure, values)
