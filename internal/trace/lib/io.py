"""tf.io: files, raw bytes, CSV, base64 and serialized tensors. Examples are in parse.py, images in image_codec.py."""

from tfsave import export, tf


@export("io.read_file")
def read_file(filename, name=None):
    """The content of a file, as a string."""
    return tf.raw_ops.ReadFile(filename=filename, name=name)


@export("io.write_file")
def write_file(filename, contents, name=None):
    """Writes a file."""
    return tf.raw_ops.WriteFile(filename=filename, contents=contents, name=name)


@export("io.matching_files")
def matching_files(pattern, name=None):
    """The names of the files that match a pattern, sorted."""
    return tf.raw_ops.MatchingFiles(pattern=pattern, name=name)


@export("io.serialize_tensor")
def serialize_tensor(tensor, name=None):
    """A tensor as a serialized TensorProto."""
    return tf.raw_ops.SerializeTensor(tensor=tensor, name=name)


@export("io.parse_tensor")
def parse_tensor(serialized, out_type, name=None):
    """A tensor from a serialized TensorProto."""
    return tf.raw_ops.ParseTensor(serialized=serialized, out_type=out_type, name=name)


@export("io.encode_base64")
def encode_base64(input, pad=False, name=None):
    """Strings as web-safe base64."""
    return tf.raw_ops.EncodeBase64(input=input, pad=pad, name=name)


@export("io.decode_base64")
def decode_base64(input, name=None):
    """Strings from web-safe base64."""
    return tf.raw_ops.DecodeBase64(input=input, name=name)


@export("io.decode_compressed")
def decode_compressed(bytes, compression_type="", name=None):
    """Strings from GZIP or ZLIB."""
    return tf.raw_ops.DecodeCompressed(bytes=bytes, compression_type=compression_type, name=name)


@export("io.decode_raw")
def decode_raw(input_bytes, out_type, little_endian=True, fixed_length=None, name=None):
    """The bytes of strings as numbers."""
    if fixed_length is not None:
        return tf.raw_ops.DecodePaddedRaw(
            input_bytes=input_bytes, fixed_length=fixed_length, out_type=out_type, little_endian=little_endian, name=name)
    return tf.raw_ops.DecodeRaw(bytes=input_bytes, out_type=out_type, little_endian=little_endian, name=name)


@export("io.decode_csv")
def decode_csv(records, record_defaults, field_delim=",", use_quote_delim=True, na_value="", select_cols=None, name=None):
    """The columns of CSV lines, one tensor each."""
    if select_cols is not None:
        if any([a >= b for a, b in zip(select_cols, select_cols[1:])]):
            raise ValueError(f"select_cols must be strictly increasing, got {select_cols}")
        if select_cols[0] < 0:
            raise ValueError(f"select_cols must not be negative, got {select_cols}")
        if len(select_cols) != len(record_defaults):
            raise ValueError(f"select_cols has {len(select_cols)} columns, record_defaults {len(record_defaults)}")
    return tf.raw_ops.DecodeCSV(
        records=records, record_defaults=record_defaults, field_delim=field_delim, use_quote_delim=use_quote_delim,
        na_value=na_value, select_cols=[] if select_cols is None else select_cols, name=name)


@export("io.decode_json_example")
def decode_json_example(json_examples, name=None):
    """Serialized Examples from their JSON form."""
    return tf.raw_ops.DecodeJSONExample(json_examples=json_examples, name=name)


@export("io.decode_proto")
def decode_proto(bytes, message_type, field_names, output_types, descriptor_source="local://", message_format="binary",
                 sanitize=False, name=None):
    """Fields of serialized protocol buffer messages."""
    return tf.raw_ops.DecodeProtoV2(
        bytes=bytes, message_type=message_type, field_names=field_names, output_types=output_types,
        descriptor_source=descriptor_source, message_format=message_format, sanitize=sanitize, name=name)


@export("io.encode_proto")
def encode_proto(sizes, values, field_names, message_type, descriptor_source="local://", name=None):
    """Serialized protocol buffer messages from fields."""
    return tf.raw_ops.EncodeProto(
        sizes=sizes, values=values, field_names=field_names, message_type=message_type,
        descriptor_source=descriptor_source, name=name)


@export("io.serialize_sparse")
def serialize_sparse(sp_input, out_type=tf.string, name=None):
    """A SparseTensor as three serialized tensors."""
    return tf.raw_ops.SerializeSparse(
        sparse_indices=sp_input.indices, sparse_values=sp_input.values, sparse_shape=sp_input.dense_shape,
        out_type=out_type, name=name)


@export("io.serialize_many_sparse")
def serialize_many_sparse(sp_input, out_type=tf.string, name=None):
    """The slices of a SparseTensor's outermost dimension, each as three serialized tensors."""
    return tf.raw_ops.SerializeManySparse(
        sparse_indices=sp_input.indices, sparse_values=sp_input.values, sparse_shape=sp_input.dense_shape,
        out_type=out_type, name=name)


@export("io.deserialize_many_sparse")
def deserialize_many_sparse(serialized_sparse, dtype, rank=None, name=None):
    """A SparseTensor from its serialized slices."""
    result = tf.raw_ops.DeserializeManySparse(serialized_sparse=serialized_sparse, dtype=dtype, name=name)
    result.sparse_indices.set_shape([None, rank])
    result.sparse_shape.set_shape([rank])
    return tf.SparseTensor(result.sparse_indices, result.sparse_values, result.sparse_shape)
