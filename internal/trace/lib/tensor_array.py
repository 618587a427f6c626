"""tf.TensorArray: a list of tensors that loops read and write, kept in a variant as in ops/tensor_array_ops.py of TensorFlow 2.21.

The variant is the component `flow`. Arrays are values: what writes returns a new one. All arrays that come of one share
what is known of the shape of an element, so a write in one branch tells the other what its elements are.
"""

from tfsave import export, tf

TENSOR_ARRAY_SPEC = 4  # TypeSpecProto.TypeSpecClass, protobuf/struct.proto


@export("TensorArray.__new__")
def new(dtype, size=None, dynamic_size=None, clear_after_read=None, tensor_array_name=None, handle=None, flow=None,
        infer_shape=True, element_shape=None, colocate_with_first_write_call=True, name=None):
    """An array of size elements, or the one behind the variant flow. What only TensorFlow 1 used is ignored."""
    if handle is not None:
        raise ValueError("an array has no handle in TensorFlow 2, pass flow")
    if flow is None and size is None:
        raise ValueError("an array needs a size or a flow")
    if flow is not None and size is not None:
        raise ValueError("size does not go with flow")
    if flow is not None and element_shape is not None:
        raise ValueError("element_shape does not go with flow")
    if flow is not None and (not tf.is_tensor(flow) or flow.dtype != tf.variant):
        raise TypeError(f"flow must be a variant tensor, got {flow}")
    with tf.name_scope(name or "TensorArrayV2") as scope:
        if flow is None:
            flow = tf.raw_ops.TensorListReserve(
                element_shape=_shape_input(element_shape), num_elements=size, element_dtype=dtype, name=scope)
    return _array(flow, tf.dtypes.as_dtype(dtype), [tf.TensorShape(element_shape)], dynamic_size, infer_shape, size)


def _array(flow, dtype, shared_shape, dynamic_size, infer_shape, given_size):
    return tf.internal.composite("TensorArray", {"flow": flow}, {
        "dtype": dtype,
        "shared_shape": shared_shape,  # a list of one: the element shape
        "dynamic_size": dynamic_size,
        "infer_shape": infer_shape,
        "given_size": given_size,  # None when the array came as a flow
        "handle": None,
    })


def _with_flow(array, flow):
    with tf.name_scope("TensorArrayV2"):  # a name that TensorFlow uses up, too
        return _array(flow, array.dtype, array.shared_shape, array.dynamic_size, array.infer_shape, array.given_size)


def _shape_input(shape):
    """A static shape as the input element_shape of an op: -1 for what is unknown."""
    if tf.is_tensor(shape):
        return shape
    if isinstance(shape, tf.TensorShape):
        shape = None if shape.rank is None else shape.as_list()
    if shape is None:
        return -1
    if isinstance(shape, int) or not shape:
        return tf.convert_to_tensor(shape, dtype=tf.int32)
    return [-1 if size is None else size for size in shape]


def _value(array, value):
    value = tf.convert_to_tensor(value, dtype_hint=array.dtype, name="value")
    if value.dtype != array.dtype:
        raise TypeError(f"an array of {array.dtype.name} does not take a {value.dtype.name}")
    return value


def _learn(array, shape):
    """Notes the shape of an element that is written."""
    if not shape.is_compatible_with(array.element_shape):
        raise ValueError(f"the array has elements of shape {array.element_shape}, got one of shape {shape}")
    if array.infer_shape:
        array.shared_shape[0] = array.element_shape.merge_with(shape)


@export("TensorArray.element_shape", property=True)
def element_shape(self):
    """The static shape of an element."""
    return self.shared_shape[0]


@export("TensorArray.identity")
def identity(self):
    """The same array, after the control dependencies."""
    return _with_flow(self, tf.identity(self.flow))


@export("TensorArray.grad")
def grad(self, source, flow=None, name=None):
    """Not supported, as in TensorFlow 2."""
    raise NotImplementedError("an array has no gradient array in TensorFlow 2")


@export("TensorArray.read")
def read(self, index, name=None):
    """The element at index."""
    with tf.name_scope(name or "TensorArrayV2Read"):
        return tf.raw_ops.TensorListGetItem(
            input_handle=self.flow, index=index, element_shape=_shape_input(self.element_shape),
            element_dtype=self.dtype, name=name)


@export("TensorArray.write")
def write(self, index, value, name=None):
    """The array with value at index."""
    with tf.name_scope(name or "TensorArrayV2Write"):
        value = _value(self, value)
        _learn(self, value.shape)
        flow = tf.raw_ops.TensorListSetItem(
            input_handle=self.flow, index=index, item=value, resize_if_index_out_of_bounds=bool(self.dynamic_size),
            name=name)
        return _with_flow(self, flow)


@export("TensorArray.stack")
def stack(self, name=None):
    """The elements as one tensor of one rank more."""
    with tf.name_scope(name or "TensorArrayV2Stack"):
        size = None
        if not self.dynamic_size and self.given_size is not None:
            size = tf.internal.static_value(self.given_size)
        return tf.raw_ops.TensorListStack(
            input_handle=self.flow, element_shape=_shape_input(self.element_shape), element_dtype=self.dtype,
            num_elements=-1 if size is None else size)


@export("TensorArray.gather")
def gather(self, indices, name=None):
    """The elements at indices as one tensor."""
    return tf.raw_ops.TensorListGather(
        input_handle=self.flow, indices=indices, element_shape=_shape_input(self.element_shape),
        element_dtype=self.dtype, name=name)


@export("TensorArray.concat")
def concat(self, name=None):
    """The elements joined along their first dimension, in which they may differ."""
    shape = None if self.element_shape.rank is None else [-1] + self.element_shape.as_list()[1:]
    return tf.raw_ops.TensorListConcatV2(
        input_handle=self.flow, element_dtype=self.dtype, element_shape=_shape_input(shape),
        leading_dims=tf.convert_to_tensor([], dtype=tf.int64), name=name)[0]


@export("TensorArray.unstack")
def unstack(self, value, name=None):
    """An array of the rows of value."""
    with tf.name_scope(name or "TensorArrayUnstack"):
        value = _value(self, value)
        _learn(self, value.shape[1:])
        flow = tf.raw_ops.TensorListFromTensor(tensor=value, element_shape=_shape_input(value.shape[1:]))
        return _with_flow(self, flow)


@export("TensorArray.scatter")
def scatter(self, indices, value, name=None):
    """The array with the rows of value at indices."""
    with tf.name_scope(name or "TensorArrayScatter"):
        value = _value(self, value)
        _learn(self, value.shape[1:])
        flow = tf.raw_ops.TensorListScatterIntoExistingList(input_handle=self.flow, tensor=value, indices=indices)
        return _with_flow(self, flow)


@export("TensorArray.split")
def split(self, value, lengths, name=None):
    """An array of pieces of value, of lengths along its first dimension."""
    with tf.name_scope(name or "TensorArraySplit"):
        value = _value(self, value)
        lengths = tf.cast(lengths, tf.int64)
        known = tf.internal.static_value(lengths)
        if value.shape.rank is not None and isinstance(known, list) and min(known) == max(known):
            _learn(self, tf.TensorShape([known[0]]).concatenate(value.shape[1:]))
        flow = tf.raw_ops.TensorListSplit(
            tensor=value, element_shape=_shape_input(self.element_shape), lengths=lengths, name=name)
        return _with_flow(self, flow)


@export("TensorArray.size")
def size(self, name=None):
    """The number of elements, an int32 tensor."""
    if not self.dynamic_size and self.given_size is not None:
        return tf.convert_to_tensor(self.given_size, dtype=tf.int32)
    return tf.raw_ops.TensorListLength(input_handle=self.flow, name=name)


@export("TensorArray.close")
def close(self, name=None):
    """An operation that does nothing."""
    return tf.raw_ops.NoOp(name=name)


@export("TensorArraySpec.__new__")
def spec(element_shape=None, dtype=tf.float32, dynamic_size=False, infer_shape=True):
    """The type of an array."""
    return _spec([tf.TensorShape(element_shape)], tf.dtypes.as_dtype(dtype), dynamic_size, infer_shape, None)


def _spec(shared_shape, dtype, dynamic_size, infer_shape, given_size):
    return tf.internal.composite("TensorArraySpec", {}, {
        "dtype": dtype,
        "dynamic_size": dynamic_size,
        "infer_shape": infer_shape,
        "shared_shape": shared_shape,  # in a loop the arrays go on sharing it, and know the size
        "given_size": given_size,
        "type_spec_class": TENSOR_ARRAY_SPEC,
        "type_state": (shared_shape[0], dtype, dynamic_size, infer_shape),
    })


@export("TensorArraySpec.from_value")
def spec_from_value(value):
    """The type of an array."""
    return spec(value.element_shape, value.dtype, value.dynamic_size, value.infer_shape)


@export("TensorArray.__spec__")
def spec_of(self):
    """The type of an array, and what its kin share."""
    return _spec(self.shared_shape, self.dtype, self.dynamic_size, self.infer_shape, self.given_size)


@export("TensorArraySpec.__common__")
def spec_common(self, other):
    """The type of what is an array of one type or the other."""
    if self.dtype != other.dtype or self.dynamic_size != other.dynamic_size:
        raise TypeError(f"no type fits both an array of {self.dtype.name} and one of {other.dtype.name}")
    a, b = self.shared_shape[0], other.shared_shape[0]
    common = None
    if a.rank is not None and a.rank == b.rank:
        common = [m if m == n else None for m, n in zip(a.as_list(), b.as_list())]
    return spec(common, self.dtype, self.dynamic_size, self.infer_shape and other.infer_shape)


@export("TensorArraySpec.__components__")
def spec_components(self):
    """The spec of the variant."""
    return [tf.TensorSpec([], tf.variant)]


@export("TensorArraySpec.__compose__")
def spec_compose(self, tensors):
    """An array of this type."""
    with tf.name_scope("TensorArrayV2"):
        return _array(tensors[0], self.dtype, self.shared_shape, self.dynamic_size, self.infer_shape, self.given_size)
