"""Counts: tf.math.bincount, histograms and tf.math.confusion_matrix."""

from tfsave import export, tf


@export("math.bincount")
def bincount(
    arr, weights=None, minlength=None, maxlength=None, dtype=tf.int32, name=None, axis=None, binary_output=False
):
    """How often each integer occurs in arr, or with axis=-1 in each of its rows; with weights, their sums."""
    with tf.name_scope(name or "bincount"):
        arr = tf.convert_to_tensor(arr, name="arr")
        if weights is not None:
            weights = tf.convert_to_tensor(weights, name="weights")
            if binary_output:
                raise ValueError("binary_output and weights exclude each other")
        if not arr.dtype.is_integer:
            arr = tf.cast(arr, tf.int32)
        if axis not in (None, 0, -1):
            raise ValueError(f"axis is 0 or -1, got {axis!r}")
        nonempty = tf.size(arr) > 0
        size = tf.cast(nonempty, arr.dtype) * (tf.math.reduce_max(arr) + 1)
        if minlength is not None:
            size = tf.raw_ops.Maximum(x=tf.convert_to_tensor(minlength, arr.dtype, name="minlength"), y=size)
        if maxlength is not None:
            size = tf.raw_ops.Minimum(x=tf.convert_to_tensor(maxlength, arr.dtype, name="maxlength"), y=size)
        if axis != -1:
            if weights is not None:
                weights = tf.reshape(weights, [-1])
            arr = tf.reshape(arr, [-1])
        if weights is None:
            weights = tf.constant([], dtype or arr.dtype)
        return tf.raw_ops.DenseBincount(input=arr, size=size, weights=weights, binary_output=binary_output)


@export("histogram_fixed_width_bins")
def histogram_fixed_width_bins(values, value_range, nbins=100, dtype=tf.int32, name=None):
    """The bin of each value, when value_range is divided into nbins equal bins; dtype is not used."""
    with tf.name_scope(name or "histogram_fixed_width_bins"):
        values = tf.convert_to_tensor(values, name="values")
        shape = tf.shape(values)
        values = tf.reshape(values, [-1])
        value_range = tf.convert_to_tensor(value_range, name="value_range")
        nbins = tf.convert_to_tensor(nbins, tf.int32, name="nbins")
        check = tf.debugging.Assert(tf.math.greater(nbins, 0), [f"nbins {nbins} must > 0"])
        nbins = tf.internal.with_dependencies([check], nbins)
        count = tf.cast(nbins, values.dtype)
        scaled = tf.math.truediv(values - value_range[0], value_range[1] - value_range[0], name="scaled_values")
        indices = tf.math.floor(count * scaled, name="indices")
        indices = tf.cast(tf.clip_by_value(indices, 0, count - 1), tf.int32)
        return tf.reshape(indices, shape)


@export("histogram_fixed_width")
def histogram_fixed_width(values, value_range, nbins=100, dtype=tf.int32, name=None):
    """How many values fall into each of nbins equal bins of value_range."""
    return tf.raw_ops.HistogramFixedWidth(
        values=values, value_range=value_range, nbins=nbins, dtype=dtype, name=name or "histogram_fixed_width"
    )


def _drop_last_of_longer(labels, predictions):
    """Removes a last dimension of size 1 from the one that has a dimension more than the other."""
    with tf.name_scope("remove_squeezable_dimensions"):
        predictions = tf.convert_to_tensor(predictions)
        labels = tf.convert_to_tensor(labels)
        ranks = (labels.shape.rank, predictions.shape.rank)
        if None not in ranks:
            if ranks[1] == ranks[0] + 1 and predictions.shape[-1] in (None, 1):
                predictions = tf.squeeze(predictions, [-1])
            elif ranks[0] == ranks[1] + 1 and labels.shape[-1] in (None, 1):
                labels = tf.squeeze(labels, [-1])
            return labels, predictions
        difference = tf.rank(predictions) - tf.rank(labels)
        if predictions.shape.rank is None or predictions.shape[-1] in (None, 1):
            squeezable = predictions
            predictions = tf.cond(
                tf.math.equal(1, difference), lambda: tf.squeeze(squeezable, [-1]), lambda: squeezable
            )
        if labels.shape.rank is None or labels.shape[-1] in (None, 1):
            longer = labels
            labels = tf.cond(tf.math.equal(-1, difference), lambda: tf.squeeze(longer, [-1]), lambda: longer)
        return labels, predictions


@export("math.confusion_matrix")
def confusion_matrix(labels, predictions, num_classes=None, weights=None, dtype=tf.int32, name=None):
    """How often, or with which weight, each label (row) meets each prediction (column)."""
    with tf.name_scope(name or "confusion_matrix"):
        labels, predictions = _drop_last_of_longer(
            tf.convert_to_tensor(labels, name="labels"), tf.convert_to_tensor(predictions, name="predictions")
        )
        predictions = tf.cast(predictions, tf.int64)
        labels = tf.cast(labels, tf.int64)
        check = tf.debugging.assert_non_negative(labels, message="`labels` contains negative values")
        labels = tf.internal.with_dependencies([check], labels)
        check = tf.debugging.assert_non_negative(predictions, message="`predictions` contains negative values")
        predictions = tf.internal.with_dependencies([check], predictions)
        if num_classes is None:
            num_classes = tf.math.maximum(tf.math.reduce_max(predictions), tf.math.reduce_max(labels)) + 1
        else:
            limit = tf.cast(num_classes, tf.int64)
            check = tf.debugging.assert_less(labels, limit, message="`labels` out of bound")
            labels = tf.internal.with_dependencies([check], labels)
            check = tf.debugging.assert_less(predictions, limit, message="`predictions` out of bound")
            predictions = tf.internal.with_dependencies([check], predictions)
        if weights is not None:
            weights = tf.convert_to_tensor(weights, name="weights")
            predictions.shape.assert_is_compatible_with(weights.shape)
            weights = tf.cast(weights, dtype)
        shape = tf.stack([num_classes, num_classes])
        indices = tf.stack([labels, predictions], axis=1)
        values = tf.internal.ones_like(predictions, dtype) if weights is None else weights
        return tf.scatter_nd(indices=indices, updates=values, shape=tf.cast(shape, tf.int64))
