"""Functions that call a function for each row of tensors: tf.map_fn, scan, foldl, foldr and vectorized_map.

They are loops over TensorArrays, as in ops/map_fn.py and ops/functional_ops.py of TensorFlow 2.21.
"""

from tfsave import dispatch, export, tf


def _check_callable(fn):
    if not callable(fn):
        raise TypeError(f"fn must be callable, got {fn}")


def _without_variables(structure):
    return tf.nest.map_structure(lambda e: tf.convert_to_tensor(e) if isinstance(e, tf.Variable) else e, structure)


def _static_rows(tensors):
    """The number of rows of the first tensor, None when it is not known; the others must not have another number."""
    first = tensors[0].shape.with_rank_at_least(1)[:1]
    for tensor in tensors[1:]:
        first.assert_is_compatible_with(tensor.shape.with_rank_at_least(1)[:1])
    return first[0]


def _stacked(array, rows):
    result = array.stack()
    result.set_shape(tf.TensorShape([rows]).concatenate(result.shape[1:]))
    return result


@export("map_fn")
def map_fn(fn, elems, dtype=None, parallel_iterations=None, back_prop=True, swap_memory=False, infer_shape=True,
           name=None, fn_output_signature=None):
    """fn of each row of elems, stacked. fn_output_signature has the dtypes or specs of what it returns."""
    if fn_output_signature is None:
        fn_output_signature = dtype
    _check_callable(fn)
    elems = _without_variables(elems)
    flat = tf.nest.flatten(elems)
    if not flat:
        raise ValueError("elems must hold at least one tensor")
    like = elems if fn_output_signature is None else fn_output_signature
    if any(_needs_variant(x) for x in flat + tf.nest.flatten(like)):
        return _map_flat(fn, elems, flat, like, parallel_iterations, back_prop, swap_memory, infer_shape, name)
    with tf.name_scope(name or "map"):
        flat = [tf.convert_to_tensor(e, name="elem") for e in flat]
        rows = _static_rows(flat)
        n = rows or tf.shape(flat[0])[0]
        inputs = [tf.TensorArray(e.dtype, size=n, dynamic_size=False) for e in flat]
        inputs = [a.unstack(e) for a, e in zip(inputs, flat)]
        i = tf.constant(0)
        specs = [tf.TensorSpec(None, e.dtype) for e in flat]
        if fn_output_signature is not None:
            specs = [s if isinstance(s, tf.TensorSpec) else tf.TensorSpec(None, s) for s in tf.nest.flatten(like)]
        outputs = [
            tf.TensorArray(s.dtype, size=n, dynamic_size=False, infer_shape=infer_shape, element_shape=s.shape)
            for s in specs]

        def compute(i, arrays):
            result = fn(tf.nest.pack_sequence_as(elems, [a.read(i) for a in inputs]))
            tf.nest.assert_same_structure(like, result)
            arrays = [a.write(i, value) for a, value in zip(arrays, tf.nest.flatten(result))]
            return i + 1, arrays

        unused_i, outputs = tf.while_loop(
            lambda i, unused_arrays: i < n, compute, (i, outputs), parallel_iterations=parallel_iterations or 10,
            back_prop=back_prop, swap_memory=swap_memory, maximum_iterations=n)
        results = [_stacked(a, rows) for a in outputs]
        for result, spec in zip(results, specs):
            result.set_shape(tf.TensorShape([rows]).concatenate(spec.shape))
        return tf.nest.pack_sequence_as(like, results)


def _needs_variant(x):
    return isinstance(x, (tf.RaggedTensor, tf.RaggedTensorSpec, tf.SparseTensor, tf.SparseTensorSpec))


def _map_flat(fn, elems, flat, like, parallel_iterations, back_prop, swap_memory, infer_shape, name):
    """tf.map_fn over the list flat, among which the composites are seen that some deeper structure hid."""

    def on_list(row):
        result = fn(tf.nest.pack_sequence_as(elems, row))
        tf.nest.assert_same_structure(like, result)
        return tf.nest.flatten(result)

    results = tf.map_fn(
        on_list, flat, parallel_iterations=parallel_iterations, back_prop=back_prop, swap_memory=swap_memory,
        infer_shape=infer_shape, name=name, fn_output_signature=[_row_signature(s) for s in tf.nest.flatten(like)])
    return tf.nest.pack_sequence_as(like, results)


def _row_signature(x):
    """The signature of a row of x, or x when it is a signature."""
    if isinstance(x, tf.RaggedTensor):
        return tf.RaggedTensorSpec(None, x.dtype, x.ragged_rank - 1, x.row_splits.dtype)
    if isinstance(x, tf.SparseTensor):
        return tf.SparseTensorSpec(None, x.dtype)
    return x.dtype if isinstance(x, tf.Tensor) else x


@dispatch("SparseTensor", "map_fn", pass_function=True)
@dispatch("SparseTensorSpec", "map_fn", pass_function=True)
def map_sparse(function, fn, elems, dtype=None, parallel_iterations=None, back_prop=True, swap_memory=False,
               infer_shape=True, name=None, fn_output_signature=None):
    """tf.map_fn with the sparse among its elements and results as variants."""
    flat = tf.nest.flatten(elems)
    like = dtype if fn_output_signature is None else fn_output_signature
    results = [_row_signature(s) for s in tf.nest.flatten(elems if like is None else like)]
    structure = elems if like is None else like

    def on_rows(row):
        row = [
            _from_variant(v, tf.SparseTensorSpec(e.shape[1:], e.dtype)) if isinstance(e, tf.SparseTensor) else v
            for v, e in zip(tf.nest.flatten(row), flat)]
        out = fn(tf.nest.pack_sequence_as(elems, row))
        tf.nest.assert_same_structure(structure, out)
        out = [
            tf.raw_ops.SerializeSparse(
                sparse_indices=v.indices, sparse_values=v.values, sparse_shape=v.dense_shape, out_type=tf.variant)
            if isinstance(s, tf.SparseTensorSpec) else v for v, s in zip(tf.nest.flatten(out), results)]
        return tf.nest.pack_sequence_as(structure, out)

    with tf.name_scope(name or "map") as scope:
        batches = [
            tf.raw_ops.SerializeManySparse(
                sparse_indices=e.indices, sparse_values=e.values, sparse_shape=e.dense_shape, out_type=tf.variant)
            if isinstance(e, tf.SparseTensor) else e for e in flat]
        dense = [tf.TensorSpec(None, tf.variant) if isinstance(s, tf.SparseTensorSpec) else s for s in results]
        mapped = function(
            on_rows, tf.nest.pack_sequence_as(elems, batches), parallel_iterations=parallel_iterations,
            back_prop=back_prop, swap_memory=swap_memory, infer_shape=infer_shape, name=scope,
            fn_output_signature=tf.nest.pack_sequence_as(structure, dense))
        values = [
            _from_variant(v, tf.SparseTensorSpec(v.shape[:1].concatenate(s.shape), s.dtype))
            if isinstance(s, tf.SparseTensorSpec) else v for v, s in zip(tf.nest.flatten(mapped), results)]
    return tf.nest.pack_sequence_as(structure, values)


def _from_variant(variant, spec):
    """The SparseTensor of a spec's type behind a variant."""
    parts = tf.raw_ops.DeserializeSparse(serialized_sparse=variant, dtype=spec.dtype)
    indices, dense_shape = parts.sparse_indices, parts.sparse_shape
    shape = spec.shape
    indices.set_shape([None, shape.rank])
    if shape.is_fully_defined():
        dense_shape = tf.convert_to_tensor(shape.as_list(), dtype=tf.int64, name="shape")
    elif shape.rank is not None and any(size is not None for size in shape.as_list()):
        pieces = tf.unstack(dense_shape, num=shape.rank)
        sizes = shape.as_list()
        dense_shape = tf.stack([
            piece if size is None else tf.constant(size, dense_shape.dtype) for piece, size in zip(pieces, sizes)])
    else:
        dense_shape.set_shape([shape.rank])
    return tf.SparseTensor(indices, parts.sparse_values, dense_shape)


@export("foldl")
def foldl(fn, elems, initializer=None, parallel_iterations=10, back_prop=True, swap_memory=False, name=None):
    """fn(accumulator, row) over the rows of elems, from the first."""
    _check_callable(fn)
    with tf.name_scope(name or "foldl"):
        n, arrays = _fold_inputs(elems)
        if initializer is None:
            a = tf.nest.map_structure(lambda array: array.read(0), arrays)
            i = tf.constant(1)
        else:
            a = initializer
            i = tf.constant(0)

        def compute(i, a):
            row = tf.nest.map_structure(lambda array: array.read(i), arrays)
            a = fn(a, row)
            return [i + 1, a]

        return tf.while_loop(
            lambda i, a: i < n, compute, [i, a], parallel_iterations=parallel_iterations, back_prop=back_prop,
            swap_memory=swap_memory, maximum_iterations=n)[1]


@export("foldr")
def foldr(fn, elems, initializer=None, parallel_iterations=10, back_prop=True, swap_memory=False, name=None):
    """fn(accumulator, row) over the rows of elems, from the last."""
    _check_callable(fn)
    with tf.name_scope(name or "foldr"):
        n, arrays = _fold_inputs(elems)
        if initializer is None:
            i = n - 1
            a = tf.nest.map_structure(lambda array: array.read(i), arrays)
        else:
            i = n
            a = initializer

        def compute(i, a):
            i = i - 1
            row = tf.nest.map_structure(lambda array: array.read(i), arrays)
            return [i, fn(a, row)]

        return tf.while_loop(
            lambda i, a: i > 0, compute, [i, a], parallel_iterations=parallel_iterations, back_prop=back_prop,
            swap_memory=swap_memory, maximum_iterations=n)[1]


def _fold_inputs(elems):
    """The number of rows and the arrays of them."""
    first = [tf.convert_to_tensor(e, name="elem") for e in tf.nest.flatten(elems)][0]
    n = first.shape[0] or tf.shape(first)[0]
    return n, tf.nest.map_structure(lambda e: tf.TensorArray(e.dtype, size=n, dynamic_size=False).unstack(e), elems)


@export("scan")
def scan(fn, elems, initializer=None, parallel_iterations=10, back_prop=True, swap_memory=False, infer_shape=True,
         reverse=False, name=None):
    """All the accumulators of fn(accumulator, row) over the rows of elems."""
    _check_callable(fn)
    like = elems if initializer is None else initializer
    flat = tf.nest.flatten(elems)
    with tf.name_scope(name or "scan"):
        flat = [tf.convert_to_tensor(e, name="elem") for e in flat]
        n = flat[0].shape[0]
        if n is None:
            n = tf.shape(flat[0])[0]
        inputs = [tf.TensorArray(e.dtype, size=n, dynamic_size=False, element_shape=e.shape[1:]) for e in flat]
        inputs = [a.unstack(e) for a, e in zip(inputs, flat)]
        if initializer is None:
            state = [a.read(n - 1 if reverse else 0) for a in inputs]
            i = 1
        else:
            state = [tf.convert_to_tensor(x) for x in tf.nest.flatten(initializer)]
            i = 0
        outputs = [
            tf.TensorArray(
                x.dtype, size=n, element_shape=x.shape if infer_shape else None, dynamic_size=False,
                infer_shape=infer_shape)
            for x in state]
        if initializer is None:
            outputs = [a.write(n - 1 if reverse else 0, x) for a, x in zip(outputs, state)]

        def compute(i, state, arrays):
            row = tf.nest.pack_sequence_as(elems, [a.read(i) for a in inputs])
            result = fn(tf.nest.pack_sequence_as(like, state), row)
            tf.nest.assert_same_structure(like, result)
            state = tf.nest.flatten(result)
            arrays = [a.write(i, x) for a, x in zip(arrays, state)]
            return i - 1 if reverse else i + 1, state, arrays

        def more(i, unused_state, unused_arrays):
            return i >= 0 if reverse else i < n

        unused_i, state, outputs = tf.while_loop(
            more, compute, (n - 1 - i if reverse else i, state, outputs), parallel_iterations=parallel_iterations,
            back_prop=back_prop, swap_memory=swap_memory, maximum_iterations=n)
        rows = _static_rows(flat)
        return tf.nest.pack_sequence_as(like, [_stacked(a, rows) for a in outputs])


@export("vectorized_map")
def vectorized_map(fn, elems, fallback_to_while_loop=True, warn=True):
    """fn of each row of elems, stacked. TensorFlow writes fn once for all rows; here it is a loop, with the same values.

    The first row is apart from the loop: what fn makes of it tells the loop what it collects.
    """
    elems = tf.nest.map_structure(tf.convert_to_tensor, _without_variables(elems))
    flat = tf.nest.flatten(elems)
    with tf.name_scope("vectorized_map"):
        sizes = [None if e.shape.rank is None else e.shape[0] for e in flat]
        known = None if any(size is None for size in sizes) else max(sizes)
        n = tf.math.reduce_max([tf.shape(e)[0] for e in flat]) if known is None else known

        def of_row(i):
            return fn(tf.nest.pack_sequence_as(elems, [_broadcast_row(e, i) for e in flat]))

        first = of_row(0)
        results = [tf.convert_to_tensor(x) for x in tf.nest.flatten(first)]
        arrays = [tf.TensorArray(x.dtype, size=n, element_shape=x.shape).write(0, x) for x in results]

        def compute(i, arrays):
            return i + 1, [a.write(i, x) for a, x in zip(arrays, tf.nest.flatten(of_row(i)))]

        unused_i, arrays = tf.while_loop(lambda i, unused_arrays: i < n, compute, (1, arrays))
        return tf.nest.pack_sequence_as(first, [_stacked(a, known) for a in arrays])


def _broadcast_row(x, i):
    """Row i of x, or its only row."""
    if x.shape[0] == 1:
        i = 0
    elif x.shape[0] is None:
        i = tf.where(tf.shape(x)[0] > 1, i, 0)
    return tf.gather(x, i)


@export("grad_pass_through")
def grad_pass_through(f):
    """f, with the gradient of the identity."""
    return tf.custom_gradient(lambda *args: (f(*args), lambda *grads: grads))


@export("recompute_grad")
def recompute_grad(f):
    """f: that it is computed again for its gradient saves memory and changes no number."""

    def forward(*args):
        return f(*args)

    return forward
