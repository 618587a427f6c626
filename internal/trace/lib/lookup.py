"""The methods of lookup tables. tf.lookup's classes are objects of a model; the evaluator calls these with their parts.

A table that was made outside of a graph has no name, so TensorFlow 2.21 calls the scopes None_….
"""

from tfsave import export, tf


def _check_dtype(keys, key_dtype):
    if keys.dtype != key_dtype:
        raise TypeError(f"the keys of this table are {key_dtype.name}, got {keys.dtype.name}")


# StaticHashTable.


@export("internal.table.lookup")
def lookup(handle, keys, default_value, key_dtype, name=None):
    """The values of keys, which may be ragged or sparse."""
    composite = isinstance(keys, (tf.SparseTensor, tf.RaggedTensor))
    key_values = keys.values if composite else keys
    _check_dtype(keys, key_dtype)
    with tf.name_scope(name or "None_Lookup"):
        values = tf.raw_ops.LookupTableFindV2(table_handle=handle, keys=key_values, default_value=default_value)
    values.set_shape(key_values.shape)
    return keys.with_values(values) if composite else values


@export("internal.table.size")
def size(handle, name=None):
    """The number of entries."""
    with tf.name_scope(name or "None_Size"):
        return tf.raw_ops.LookupTableSizeV2(table_handle=handle)


@export("internal.table.export")
def export_entries(handle, key_dtype, value_dtype, name=None):
    """All keys, and their values in the same order."""
    with tf.name_scope(name or "None_Export"):
        result = tf.raw_ops.LookupTableExportV2(table_handle=handle, Tkeys=key_dtype, Tvalues=value_dtype)
    result.values.set_shape(result.keys.shape)
    return result.keys, result.values


# StaticVocabularyTable: handle is that of the table inside, None when there are buckets only.


@export("internal.vocabulary_table.lookup")
def vocabulary_lookup(handle, keys, default_value, key_dtype, table_key_dtype, num_oov_buckets, name=None):
    """The ids of keys; those that are not in the table get an id by their hash, after the table's."""
    _check_dtype(keys, key_dtype)
    composite = isinstance(keys, (tf.SparseTensor, tf.RaggedTensor))
    values = keys.values if composite else keys
    if handle is not None and table_key_dtype == tf.int64:
        values = tf.cast(values, tf.int64)
    with tf.name_scope(name or "None_Lookup"):
        text = values if values.dtype == tf.string else tf.strings.as_string(values)
        buckets = tf.strings.to_hash_bucket_fast(text, num_buckets=num_oov_buckets, name="hash_bucket")
        if handle is None:
            ids = buckets
        else:
            ids = lookup(handle, values, default_value, table_key_dtype)
            shifted = tf.math.add(buckets, size(handle))
            known = tf.math.not_equal(ids, default_value)
            ids = tf.where(known, ids, shifted)
    return keys.with_values(ids) if composite else ids


@export("internal.vocabulary_table.size")
def vocabulary_size(handle, num_oov_buckets, name=None):
    """The number of entries and buckets."""
    with tf.name_scope(name or "None_Size"):
        count = tf.convert_to_tensor(0, dtype=tf.int64) if handle is None else size(handle)
        return count + num_oov_buckets


# MutableHashTable and DenseHashTable.


@export("internal.mutable_table.lookup")
def mutable_lookup(handle, keys, default_value, key_dtype, name=None):
    """The values of keys."""
    with tf.name_scope(name or "None_lookup_table_find"):
        keys = tf.convert_to_tensor(keys, dtype=key_dtype, name="keys")
        with tf.internal.colocate_with(handle):
            return tf.raw_ops.LookupTableFindV2(table_handle=handle, keys=keys, default_value=default_value)


@export("internal.mutable_table.size")
def mutable_size(handle, name=None):
    """The number of entries."""
    with tf.name_scope(name or "None_Size"), tf.internal.colocate_with(handle):
        return tf.raw_ops.LookupTableSizeV2(table_handle=handle)


@export("internal.mutable_table.insert")
def insert(handle, keys, values, key_dtype, value_dtype, name=None):
    """Adds entries, or replaces those with the same keys."""
    with tf.name_scope(name or "None_lookup_table_insert"):
        keys = tf.convert_to_tensor(keys, key_dtype, name="keys")
        values = tf.convert_to_tensor(values, value_dtype, name="values")
        with tf.internal.colocate_with(handle):
            return tf.raw_ops.LookupTableInsertV2(table_handle=handle, keys=keys, values=values)


@export("internal.mutable_table.remove")
def remove(handle, keys, key_dtype, name=None):
    """Removes the entries with these keys."""
    _check_dtype(keys, key_dtype)
    with tf.name_scope(name or "None_lookup_table_remove"):
        return tf.raw_ops.LookupTableRemoveV2(table_handle=handle, keys=keys)


@export("internal.mutable_table.export")
def mutable_export(handle, key_dtype, value_dtype, name=None):
    """All keys, and their values in the same order."""
    with tf.name_scope(name or "None_lookup_table_export_values"), tf.internal.colocate_with(handle):
        result = tf.raw_ops.LookupTableExportV2(table_handle=handle, Tkeys=key_dtype, Tvalues=value_dtype)
        return result.keys, result.values
