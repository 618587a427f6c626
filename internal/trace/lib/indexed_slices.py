"""tf.IndexedSlices: rows of a tensor that is zero elsewhere, as gradients of gather are."""

from tfsave import export, tf

INDEXED_SLICES_SPEC = 2  # TypeSpecProto.TypeSpecClass, protobuf/struct.proto


@export("IndexedSlices.__new__")
def new(values, indices, dense_shape=None):
    """values as the rows indices of a tensor of dense_shape."""
    return tf.internal.composite(
        "IndexedSlices", {"values": values, "indices": indices, "dense_shape": dense_shape}, {})


@export("IndexedSlices.dtype", property=True)
def dtype(self):
    """The dtype of the values."""
    return self.values.dtype


@export("IndexedSlices.name", property=True)
def name(self):
    """The name of the values."""
    return self.values.name


@export("IndexedSlices.shape", property=True)
def shape(self):
    """The static shape of the dense tensor."""
    if self.dense_shape is None:
        return tf.TensorShape(None)
    return tf.internal.constant_value_as_shape(self.dense_shape)


@export("IndexedSlices.__neg__")
def neg(self):
    """The same rows with negative values."""
    return new(-self.values, self.indices, self.dense_shape)


@export("IndexedSlices.__tensor__")
def to_tensor(self, dtype=None, name=None):
    """The dense tensor; rows that occur more than once are added."""
    if dtype is not None and dtype != self.dtype:
        raise ValueError(f"an IndexedSlices of {self.dtype.name} does not convert to {dtype.name}")
    if self.dense_shape is None:
        raise ValueError("an IndexedSlices without dense_shape does not convert to a tensor")
    return tf.raw_ops.UnsortedSegmentSum(
        data=self.values, segment_ids=self.indices, num_segments=self.dense_shape[0], name=name)


@export("IndexedSlicesSpec.__new__")
def spec(shape=None, dtype=tf.float32, indices_dtype=tf.int64, dense_shape_dtype=None, indices_shape=None):
    """The type of an IndexedSlices."""
    shape = tf.TensorShape(shape)
    dtype = tf.dtypes.as_dtype(dtype)
    indices_dtype = tf.dtypes.as_dtype(indices_dtype)
    if dense_shape_dtype is not None:
        dense_shape_dtype = tf.dtypes.as_dtype(dense_shape_dtype)
    indices_shape = tf.TensorShape(indices_shape).with_rank(1)
    return tf.internal.composite("IndexedSlicesSpec", {}, {
        "shape": shape,
        "dtype": dtype,
        "indices_dtype": indices_dtype,
        "dense_shape_dtype": dense_shape_dtype,
        "indices_shape": indices_shape,
        "type_spec_class": INDEXED_SLICES_SPEC,
        "type_state": (shape, dtype, indices_dtype, dense_shape_dtype, indices_shape),
    })


@export("IndexedSlices.__spec__")
def spec_of(self):
    """The type spec of an IndexedSlices."""
    indices_shape = self.indices.shape.merge_with(self.values.shape[:1])
    shape = tf.TensorShape([None]).concatenate(self.values.shape[1:])
    if self.dense_shape is None:
        return spec(shape, self.dtype, self.indices.dtype, None, indices_shape)
    shape = shape.merge_with(tf.internal.constant_value_as_shape(self.dense_shape))
    return spec(shape, self.dtype, self.indices.dtype, self.dense_shape.dtype, indices_shape)


@export("IndexedSlicesSpec.__components__")
def spec_components(self):
    """The specs of values, indices and, when there is one, dense_shape."""
    specs = [
        tf.TensorSpec(self.indices_shape.concatenate(self.shape[1:]), self.dtype),
        tf.TensorSpec(self.indices_shape, self.indices_dtype),
    ]
    if self.dense_shape_dtype is not None:
        specs.append(tf.TensorSpec([self.shape.rank], self.dense_shape_dtype))
    return specs


@export("IndexedSlicesSpec.__compose__")
def spec_compose(self, tensors):
    """An IndexedSlices of this type."""
    return new(*tensors)
