"""keras.layers: attention (keras/src/layers/attention, Keras 3.15)."""

from activations import masked_softmax
from base import cast, layer, new_layer, variable
from tfsave import tf

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def MultiHeadAttention_config(
    num_heads, key_dim, value_dim=None, dropout=0.0, use_bias=True, output_shape=None, attention_axes=None,
    sliding_window=None, flash_attention=None, kernel_initializer="glorot_uniform", bias_initializer="zeros",
    use_gate=False, seed=None, softmax_robust_masking=False, query_shape=None, key_shape=None, value_shape=None,
):
    """Attention of several heads, each with projections of its own."""
    if flash_attention:
        raise ValueError("flash_attention is not supported: TensorFlow has none")
    if output_shape is not None:
        output_shape = list(output_shape) if isinstance(output_shape, (list, tuple)) else [output_shape]
    if isinstance(attention_axes, int):
        attention_axes = [attention_axes]
    return {"value_dim": value_dim or key_dim, "output_shape": output_shape or None, "attention_axes": attention_axes}


def MultiHeadAttention_build(self, query_shape, value_shape, key_shape=None):
    c = self.config
    key_shape = key_shape or value_shape
    heads = [c["num_heads"], c["key_dim"]]
    values = [c["num_heads"], c["value_dim"]]
    result = c["output_shape"] or [query_shape[-1]]
    made = {
        "query_dense": projection(self, "query", query_shape, 1, heads),
        "key_dense": projection(self, "key", key_shape, 1, heads),
    }
    if c["use_gate"]:
        made["_gate_dense"] = projection(self, "gate", query_shape, 1, values, activation="sigmoid")
    made["value_dense"] = projection(self, "value", value_shape, 1, values)
    made["output_dense"] = projection(self, "attention_output", list(query_shape[:-1]) + values, 2, result)
    return made


def projection(self, name, shape, bound, output, activation=None):
    """An EinsumDense over the last dimensions of a shape: bound is how many of them it sums over."""
    free = len(shape) - bound
    inputs = LETTERS[: len(shape)]
    results = LETTERS[len(shape) : len(shape) + len(output)]
    equation = inputs + "," + inputs[free:] + results + "->" + inputs[:free] + results
    return einsum_dense(self, name, equation, [None] * (free - 1) + output, results, shape, activation)


def einsum_dense(self, name, equation, output_shape, bias_axes, shape, activation=None):
    """A projection of an attention layer, with the initializers of that layer."""
    c = self.config
    config = new_layer(
        "EinsumDense", name=name, dtype=self.dtype_policy, equation=equation, output_shape=output_shape,
        bias_axes=bias_axes if c["use_bias"] else None, activation=activation,
        kernel_initializer=c["kernel_initializer"], bias_initializer=c["bias_initializer"],
    )
    return layer(config, shape)


def MultiHeadAttention_call(
    self, query, value, key=None, query_mask=None, value_mask=None, key_mask=None, attention_mask=None,
    return_attention_scores=False, training=False, use_causal_mask=False,
):
    key = value if key is None else key
    mask, causal = attention_masks(
        self, query, value, query_mask, value_mask, key_mask, attention_mask, use_causal_mask
    )
    gate = self._gate_dense(query) if self.config["use_gate"] else None
    query, key, value = self.query_dense(query), self.key_dense(key), self.value_dense(value)
    rank = query.shape.rank
    axes = self.config["attention_axes"]
    axes = list(range(1, rank - 2)) if axes is None else [a if a >= 0 else rank - 1 + a for a in axes]
    heads = multi_head(self, query, key, value, mask, causal, axes, self.config["key_dim"], return_attention_scores, training)
    output, scores = heads
    output = self.output_dense(output if gate is None else output * gate)
    return (output, scores) if return_attention_scores else output


def attention_masks(self, query, value, query_mask, value_mask, key_mask, attention_mask, use_causal_mask):
    """All masks as one of [batch, query, value], or None and True where there is nothing but the causal one."""
    window = self.config["sliding_window"]
    if use_causal_mask and not self.keras2 and window is None:
        if query_mask is None and value_mask is None and key_mask is None and attention_mask is None:
            return None, True
    masks = []
    if query_mask is not None:
        masks.append(tf.expand_dims(tf.cast(query_mask, tf.bool), -1))
    for m in (value_mask, key_mask):
        if m is not None:
            masks.append(tf.expand_dims(tf.cast(m, tf.bool), -2))
    if use_causal_mask:
        masks.append(causal_mask(query, value))
    if window is not None:
        near = tf.abs(positions(query, 1) - positions(value, 2)) < window
        masks.append(near)
    result = None if attention_mask is None else tf.cast(attention_mask, tf.bool)
    if not masks:
        return result, False
    merged = masks[0]
    for m in masks[1:]:
        merged = tf.logical_and(merged, m)
    return merged if result is None else tf.logical_and(result, merged), False


def positions(x, axis):
    """0, 1, … for the steps of a sequence, along one axis of [1, query, value]."""
    steps = tf.range(length(x, 1))
    return tf.reshape(steps, [1, -1, 1] if axis == 1 else [1, 1, -1])


def length(x, axis):
    return tf.shape(x)[axis] if x.shape[axis] is None else x.shape[axis]


def causal_mask(query, value):
    """[1, query, value]: no step sees a later one."""
    return positions(query, 1) >= positions(value, 2)


def multi_head(self, query, key, value, mask, causal, axes, key_dim, with_scores, training):
    """The attention of projected tensors over axes: the result, and the scores where they were computed for it.

    Without dropout and scores it is computed as ops.dot_product_attention does, with a softmax in float32.
    """
    dropout = self.config["dropout"]
    scale = 1.0 / float(key_dim) ** 0.5
    rank = query.shape.rank
    if not self.keras2 and dropout == 0 and not with_scores and rank == 4:
        return dot_product_attention(query, key, value, None, for_heads(mask, 4, 1), scale, causal), None
    if causal:
        mask = causal_mask(query, value)
    product, combine = attention_equations(rank, axes)
    scores = tf.einsum(product, key, query * tf.cast(scale, query.dtype))
    adding = self.keras2 and not self.config["softmax_robust_masking"]
    scores = masked_softmax(scores, for_heads(mask, rank - 1 + len(axes), len(axes)), list(range(-len(axes), 0)), adding)
    dropped = tf.nn.dropout(scores, rate=dropout, seed=self.config["seed"]) if training and dropout > 0 else scores
    return tf.einsum(combine, dropped, value), scores


def for_heads(mask, rank, axes):
    """A mask of the rank of scores: the dimensions that it lacks stand before those of queries and values."""
    if mask is not None:
        for _ in range(rank - mask.shape.rank):
            mask = tf.expand_dims(mask, -2 * axes - 1)
    return mask


def attention_equations(rank, axes):
    """The einsums of [batch…, steps…, heads, size]: key and query to scores of [batch…, heads, steps…, steps…], and back."""
    query = LETTERS[:rank]
    key = "".join([LETTERS[rank + axes.index(i)] if i in axes else query[i] for i in range(rank)])
    kept = "".join([query[i] for i in range(rank - 1) if i not in axes])
    scores = kept + "".join([query[i] for i in axes]) + "".join([key[i] for i in axes])
    return f"{key},{query}->{scores}", f"{scores},{key}->{query}"


def dot_product_attention(query, key, value, bias, mask, scale, causal):
    """keras.ops.dot_product_attention (keras/src/backend/tensorflow/nn.py)."""
    groups = query.shape[2] // key.shape[2]
    if key.shape[2] > 1 and groups > 1:
        key, value = repeat_heads(key, groups), repeat_heads(value, groups)
    logits = tf.einsum("BTNH,BSNH->BNTS", query, key)
    if logits.dtype in (tf.float16, tf.bfloat16):
        logits = tf.cast(logits, tf.float32)
    logits = logits * tf.cast(scale, logits.dtype)
    if bias is not None:
        logits = logits + tf.cast(bias, logits.dtype)
    if causal:
        lower = tf.linalg.band_part(tf.ones(tf.shape(logits)[2:], tf.bool), -1, 0)[None, None]
        mask = lower if mask is None else tf.logical_and(mask, lower)
    if mask is not None:
        shown = tf.logical_and(tf.ones_like(logits, dtype=tf.bool), mask)
        logits = tf.where(shown, logits, tf.constant(-0.7 * 3.38953e38, logits.dtype))
    return tf.einsum("BNTS,BSNH->BTNH", tf.cast(tf.nn.softmax(logits, axis=-1), key.dtype), value)


def repeat_heads(x, times):
    """Each head of [batch, steps, heads, size] several times."""
    shape = tf.shape(x)
    tiled = tf.tile(tf.expand_dims(x, 3), [1, 1, 1, times, 1])
    result = tf.reshape(tiled, [shape[0], shape[1], x.shape[2] * times, x.shape[3]])
    result.set_shape([x.shape[0], x.shape[1], x.shape[2] * times, x.shape[3]])
    return result


def GroupedQueryAttention_config(
    head_dim, num_query_heads, num_key_value_heads, dropout=0.0, use_bias=True, sliding_window=None, flash_attention=None,
    kernel_initializer="glorot_uniform", bias_initializer="zeros", use_gate=False, seed=None,
):
    """Attention whose keys and values are shared by several heads; `GroupQueryAttention` in keras.layers."""
    if flash_attention:
        raise ValueError("flash_attention is not supported: TensorFlow has none")
    if num_query_heads % num_key_value_heads != 0:
        raise ValueError(f"num_key_value_heads={num_key_value_heads} does not divide num_query_heads={num_query_heads}")


def GroupedQueryAttention_build(self, query_shape, value_shape, key_shape=None):
    c = self.config
    queries, values = [None, c["num_query_heads"], c["head_dim"]], [None, c["num_key_value_heads"], c["head_dim"]]
    made = {
        "_query_dense": einsum_dense(self, "query", "bqm,muh->bquh", queries, "uh", query_shape),
        "_key_dense": einsum_dense(self, "key", "bkm,mvh->bkvh", values, "vh", key_shape or value_shape),
    }
    if c["use_gate"]:
        made["_gate_dense"] = einsum_dense(self, "gate", "bqm,muh->bquh", queries, "uh", query_shape, "sigmoid")
    made["_value_dense"] = einsum_dense(self, "value", "bkm,mvh->bkvh", values, "vh", value_shape)
    made["_output_dense"] = einsum_dense(
        self, "attention_output", "bquh,uhm->bqm", [None, query_shape[-1]], "m", [None] + queries
    )
    return made


def GroupedQueryAttention_call(
    self, query, value, key=None, query_mask=None, value_mask=None, key_mask=None, attention_mask=None,
    return_attention_scores=False, training=False, use_causal_mask=False,
):
    c = self.config
    key = value if key is None else key
    mask, causal = attention_masks(
        self, query, value, query_mask, value_mask, key_mask, attention_mask, use_causal_mask
    )
    gate = self._gate_dense(query) if c["use_gate"] else None
    times = c["num_query_heads"] // c["num_key_value_heads"]
    query = self._query_dense(query)
    key, value = repeat_heads(self._key_dense(key), times), repeat_heads(self._value_dense(value), times)
    output, scores = multi_head(self, query, key, value, mask, causal, [1], c["head_dim"], return_attention_scores, training)
    output = self._output_dense(output if gate is None else output * gate)
    return (output, scores) if return_attention_scores else output


def Attention_config(use_scale=False, score_mode="dot", dropout=0.0, seed=None, causal=False):
    """Attention by dot products, or by `score_mode="concat"`."""
    if score_mode not in ("dot", "concat"):
        raise ValueError(f"score_mode is {score_mode!r}; want dot or concat")


def Attention_build(self, input_shape):
    c = self.config
    return {
        "scale": variable([], "ones") if c["use_scale"] else None,
        "concat_score_weight": variable([], "ones") if c["score_mode"] == "concat" else None,
    }


def Attention_call(
    self, inputs, mask=None, training=False, return_attention_scores=False, use_causal_mask=False,
):
    query, key = inputs[0], inputs[-1]
    scale = cast(self, self.scale) if self.config["use_scale"] else None
    if self.config["score_mode"] == "concat":
        x = tf.expand_dims(query, -2) + tf.expand_dims(key, -3)
        x = tf.tanh(x if scale is None else scale * x)
        scores = cast(self, self.concat_score_weight) * tf.reduce_sum(x, axis=-1)
    else:
        scores = tf.matmul(query, key, transpose_b=True)
        scores = scores if scale is None else scores * scale
    return attend(self, inputs, mask, scores, training, return_attention_scores, use_causal_mask)


def AdditiveAttention_config(use_scale=True, dropout=0.0, seed=None, causal=False):
    """Attention by sums: scale · tanh(query + key)."""


def AdditiveAttention_build(self, input_shape):
    return {"scale": variable([input_shape[0][-1]]) if self.config["use_scale"] else None}


def AdditiveAttention_call(
    self, inputs, mask=None, training=False, return_attention_scores=False, use_causal_mask=False,
):
    x = tf.tanh(tf.expand_dims(inputs[0], -2) + tf.expand_dims(inputs[-1], -3))
    x = cast(self, self.scale) * x if self.config["use_scale"] else x
    return attend(self, inputs, mask, tf.reduce_sum(x, axis=-1), training, return_attention_scores, use_causal_mask)


def attend(self, inputs, mask, scores, training, return_attention_scores, use_causal_mask):
    """The values of inputs, weighted by scores. mask is one for the query and one for the value."""
    c = self.config
    query_mask, value_mask = (mask[0], mask[1]) if mask is not None else (None, None)
    shown = value_mask
    if use_causal_mask or c["causal"]:
        shown = positions(inputs[0], 1) >= positions(inputs[-1], 2)
        if value_mask is not None:
            shown = tf.logical_and(tf.expand_dims(value_mask, -2), shown)
    if shown is not None:
        hidden = tf.logical_not(shown)
        hidden = tf.expand_dims(hidden, -2) if hidden.shape.rank == 2 else hidden
        far = tf.cast(65504.0 if scores.dtype == tf.float16 else 1e9, scores.dtype)
        scores = tf.where(hidden, scores - far, scores)
    weights = tf.nn.softmax(scores, axis=-1)
    if training and c["dropout"] > 0:
        weights = tf.nn.dropout(weights, rate=c["dropout"], seed=c["seed"])
    result = tf.matmul(weights, inputs[1])
    if query_mask is not None:
        result = tf.where(tf.expand_dims(query_mask, -1), result, tf.zeros_like(result))
    return (result, weights) if return_attention_scores else result


def first_mask(inputs, mask):
    return None if mask is None else mask[0]


def Attention_compute_mask(self, inputs, mask=None):
    return first_mask(inputs, mask)


def AdditiveAttention_compute_mask(self, inputs, mask=None):
    return first_mask(inputs, mask)
