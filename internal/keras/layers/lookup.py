"""keras.layers: vocabularies, hashes and categories (keras/src/layers/preprocessing, Keras 3.15)."""

from base import constant, file_table, layer, new_layer, table
from ops_nn import nn_OneHot
from ops_numpy import numpy_Multiply
from ops_numpy_arrays import numpy_ExpandDims, numpy_Squeeze
from ops_numpy_reductions import numpy_Digitize
from sparse import cast_values, densified, is_sparse, with_shape, with_values
from tfsave import tf

LARGEST = 9223372036854775807  # where masked words go that are not to be counted


def encoding_of(mode, sparse, modes):
    """The option output_mode under its present name."""
    if sparse and mode == "int":
        raise ValueError("sparse=True needs an output_mode other than 'int'")
    mode = {"binary": "multi_hot", "tf-idf": "tf_idf"}.get(mode, mode)
    if mode not in modes:
        raise ValueError(f"output_mode is {mode!r}; want one of {', '.join(modes)}")
    return mode


def salt_pair(salt):
    return salt if salt is None else [salt, salt] if isinstance(salt, int) else list(salt)


def encode(x, mode, depth, dtype, keras2=False, weights=None, sparse=False):
    """Numbers of categories as vectors (encode_categorical_inputs, keras/src/utils/numerical_utils.py)."""
    if mode == "int":
        return cast_values(x, dtype)
    rank = x.shape.rank
    if rank == 0:
        x, rank = tf.expand_dims(x, -1), 1
    if keras2 and mode == "one_hot":
        if x.shape[-1] != 1:
            x, rank = numpy_ExpandDims(x, -1), rank + 1
        mode = "multi_hot"
    if rank <= 2 and mode in ("multi_hot", "count"):
        if sparse:
            return sparse_counts(x, mode == "multi_hot", depth, dtype, weights)
        result = tf.math.bincount(
            x, weights=weights, minlength=depth, maxlength=depth, dtype=dtype, axis=-1, binary_output=mode == "multi_hot"
        )
        result.set_shape([depth] if rank == 1 else [x.shape[0], depth])
        return tf.cast(result, dtype)
    if keras2:
        raise ValueError(f"output_mode {mode!r} takes tensors of at most 2 dimensions, not {x.shape}")
    if is_sparse(x):
        raise ValueError(f"output_mode {mode!r} takes no sparse tensor of shape {x.shape}")
    if mode == "one_hot" and rank > 1 and x.shape[-1] == 1:
        x = tf.squeeze(x, -1)
    axis = 1 if rank > 1 else 0
    x = tf.cast(x, tf.int64)
    if sparse:
        return sparse_vectors(x, mode, axis, depth, dtype, weights)
    if mode == "count" and weights is not None:
        return tf.reduce_sum(tf.one_hot(x, depth, dtype=weights.dtype) * tf.expand_dims(weights, -1), axis=axis)
    hot = tf.one_hot(x, depth, dtype=dtype)
    if mode == "multi_hot":
        return tf.reduce_max(hot, axis=axis)
    return tf.reduce_sum(hot, axis=axis) if mode == "count" else hot


def sparse_counts(x, binary, depth, dtype, weights):
    """How often each number is in each row of a tensor of at most two dimensions, or only whether."""
    counts = tf.sparse.bincount(x, weights=weights, minlength=depth, maxlength=depth, axis=-1, binary_output=binary)
    shape = [depth] if x.shape.rank == 1 else tf.stack([counts.dense_shape[0], depth])
    return tf.SparseTensor(counts.indices, tf.cast(counts.values, dtype), shape)


def sparse_vectors(x, mode, axis, depth, dtype, weights):
    """Vectors of numbers, or the largest or the sum of those along an axis, as a sparse tensor."""
    hot = nn_OneHot(x, depth, dtype=dtype if weights is None else weights.dtype, sparse=True)
    if mode == "one_hot":
        return hot
    static = x.shape.as_list()
    if mode == "multi_hot":
        result = tf.sparse.reduce_max(hot, axis=axis, output_is_sparse=True)
    else:
        if weights is not None:
            hot = hot * tf.expand_dims(weights, -1)
        result = tf.sparse.reduce_sum(hot, axis=axis, output_is_sparse=True)
    return with_shape(result, static[:axis] + static[axis + 1 :] + [depth])


LOOKUP_MODES = ("int", "one_hot", "multi_hot", "count", "tf_idf")


def StringLookup_config(
    max_tokens=None, num_oov_indices=1, mask_token=None, oov_token="[UNK]", vocabulary=None, idf_weights=None, invert=False,
    output_mode="int", pad_to_max_tokens=False, sparse=False, encoding="utf-8", salt=None, oov_method="floormod",
    vocabulary_size=None, has_input_vocabulary=None,
):
    """Words as numbers, or with invert numbers as words; the vocabulary is in the config or in the .keras archive."""
    changed = lookup_config(output_mode, sparse, salt, invert)
    changed["vocabulary_dtype"] = "string"
    return changed


def IntegerLookup_config(
    max_tokens=None, num_oov_indices=1, mask_token=None, oov_token=-1, vocabulary=None, vocabulary_dtype="int64",
    idf_weights=None, invert=False, output_mode="int", sparse=False, pad_to_max_tokens=False, oov_method="floormod", salt=None,
    vocabulary_size=None, has_input_vocabulary=None,
):
    """Numbers of a vocabulary as numbers from 0, or with invert the other way."""
    changed = lookup_config(output_mode, sparse, salt, invert)
    if isinstance(vocabulary, list):
        changed["vocabulary"] = [int(v) for v in vocabulary]
    return changed


def lookup_config(mode, sparse, salt, invert):
    mode = encoding_of(mode, sparse, LOOKUP_MODES)
    if invert and mode != "int":
        raise ValueError(f"invert=True needs output_mode 'int', not {mode!r}")
    return {"output_mode": mode, "salt": salt_pair(salt)}


def oov_start(c):
    """The number of the first word that is not in the vocabulary."""
    return 1 if c["mask_token"] is not None and c["output_mode"] == "int" else 0


def token_start(c):
    """The number of the first word of the vocabulary."""
    return oov_start(c) + c["num_oov_indices"]


def begins_special(c):
    """Whether the vocabulary begins with what stands for masks and unknown words."""
    special = [c["mask_token"]] * oov_start(c) + [c["oov_token"]] * c["num_oov_indices"]
    return c["vocabulary"][: len(special)] == special


def lookup_tokens(self):
    """The words of the vocabulary without those at its start that stand for masks and unknown words."""
    c = self.config
    vocabulary, first = c["vocabulary"], token_start(c)
    if not vocabulary:
        raise ValueError(
            f"layer {self.name!r} has no vocabulary: what adapt() learned is only in a .keras archive; "
            "name that under archive:, or give the layer the option vocabulary"
        )
    tokens = vocabulary[first:] if begins_special(c) else vocabulary
    numbers = {token: i for i, token in enumerate(tokens)}
    if len(numbers) < len(tokens):
        twice = [token for i, token in enumerate(tokens) if numbers[token] != i]
        raise ValueError(f"the vocabulary of layer {self.name!r} has {twice[0]!r} twice")
    for token, name in ((c["mask_token"], "mask_token"), (c["oov_token"] if c["invert"] else None, "oov_token")):
        if token is not None and token in numbers:
            raise ValueError(f"the vocabulary of layer {self.name!r} has its {name} {token!r} in the middle")
    if c["max_tokens"] is not None and first + len(tokens) > c["max_tokens"]:
        raise ValueError(f"the vocabulary of layer {self.name!r} has {first + len(tokens)} words, max_tokens is {c['max_tokens']}")
    return tokens


def lookup_build(self):
    c = self.config
    first = token_start(c)
    key, value = ("int64", c["vocabulary_dtype"]) if c["invert"] else (c["vocabulary_dtype"], "int64")
    default = c["oov_token"] if c["invert"] else oov_start(c) if c["num_oov_indices"] == 1 else -1
    if isinstance(c["vocabulary"], dict):
        if c["output_mode"] == "tf_idf":
            raise ValueError("output_mode 'tf_idf' takes no vocabulary from a file")
        return {"lookup_table": file_table(c["vocabulary"]["file"], first, key, value, default)}
    tokens = lookup_tokens(self)
    numbers = list(range(first, first + len(tokens)))
    keys, values = (numbers, tokens) if c["invert"] else (tokens, numbers)
    made = {"lookup_table": table(keys, values, key, value, default)}
    if c["output_mode"] == "tf_idf":
        made["idf_weights"] = constant(idf_weights(self, first, first + len(tokens)), "float32")
    return made


def idf_weights(self, first, size):
    """One weight for each number, also for those that are no words of the vocabulary."""
    c = self.config
    weights = c["idf_weights"]
    if weights is None:
        raise ValueError(f"layer {self.name!r} has output_mode 'tf_idf' and no idf_weights")
    if len(weights) == len(c["vocabulary"]) and not begins_special(c):
        weights = [sum(weights) / len(weights)] * first + weights
    elif len(weights) not in (size, c["max_tokens"] if c["pad_to_max_tokens"] else size):
        raise ValueError(f"layer {self.name!r} has {len(weights)} idf_weights for a vocabulary of {len(c['vocabulary'])}")
    if c["pad_to_max_tokens"] and c["max_tokens"] is not None:
        weights = weights + [0.0] * (c["max_tokens"] - len(weights))
    return weights


def StringLookup_build(self, input_shape=None):
    return lookup_build(self)


def IntegerLookup_build(self, input_shape=None):
    return lookup_build(self)


def StringLookup_call(self, inputs):
    return looked_up(self, inputs)


def IntegerLookup_call(self, inputs):
    # Keras 3 takes sparse numbers for dense ones, though not in a graph.
    return looked_up(self, inputs if self.keras2 else densified(inputs))


def looked_up(self, inputs):
    """The numbers of words, or the words of numbers, in the form of output_mode."""
    c = self.config
    key = tf.as_dtype("int64" if c["invert"] else c["vocabulary_dtype"])
    x = inputs if inputs.dtype == key else cast_values(inputs, key)
    if isinstance(x, tf.RaggedTensor):
        numbers = tf.ragged.map_flat_values(lambda values: looked_up_values(self, values), x)
    elif is_sparse(x):
        numbers = with_values(x, looked_up_values(self, x.values))
    else:
        numbers = looked_up_values(self, x)
    mode = c["output_mode"]
    if mode == "int":
        return numbers
    depth = c["max_tokens"] if c["pad_to_max_tokens"] else lookup_size(c)
    dtype = self.compute_dtype if self.keras2 else "int64"
    result = encode(numbers, "count" if mode == "tf_idf" else mode, depth, dtype, self.keras2, sparse=c["sparse"])
    if mode != "tf_idf":
        return result
    result = cast_values(result, self.idf_weights.dtype)
    if self.keras2 and is_sparse(result):
        return with_values(result, tf.gather(self.idf_weights, result.indices[:, -1]) * result.values)
    return numpy_Multiply(result, self.idf_weights)


def lookup_size(c):
    """How many numbers there are."""
    if isinstance(c["vocabulary"], dict):
        return token_start(c) + c["vocabulary"]["lines"]
    return len(c["vocabulary"]) + (0 if begins_special(c) else token_start(c))


def looked_up_values(self, x):
    c = self.config
    found = self.lookup_table.lookup(x)
    if c["mask_token"] is not None:
        masked, number = (0, c["mask_token"]) if c["invert"] else (c["mask_token"], 0 if c["output_mode"] == "int" else LARGEST)
        found = tf.where(tf.equal(x, tf.constant(masked, x.dtype)), tf.constant(number, found.dtype), found)
    if c["invert"]:
        return found
    if c["num_oov_indices"] == 0:
        places = tf.where(tf.equal(found, -1))
        message = tf.strings.format(
            "When `num_oov_indices=0` all inputs should be in vocabulary, "
            "found OOV values {}, consider setting `num_oov_indices=1`.",
            (tf.gather_nd(x, places),),
        )
        check = tf.debugging.Assert(tf.equal(tf.size(places), 0), [message])
        with tf.control_dependencies([check]):
            return tf.identity(found)
    if c["num_oov_indices"] > 1:
        if x.dtype.is_integer and c["oov_method"] != "farmhash":
            bucket = tf.math.floormod(x, c["num_oov_indices"])
        else:
            bucket = hashed(x, c["num_oov_indices"], c["salt"])
        bucket = tf.cast(bucket, tf.int64) + oov_start(c)
        found = tf.where(tf.equal(found, -1), bucket, found)
    return tf.identity(found)


def hashed(x, buckets, salt):
    """The hash bucket of strings; of numbers, that of their text."""
    if x.dtype.is_floating:
        x = tf.cast(x, tf.int64)
    if x.dtype != tf.string:
        x = tf.strings.as_string(x)
    if salt is not None:
        return tf.strings.to_hash_bucket_strong(x, buckets, salt)
    return tf.strings.to_hash_bucket_fast(x, buckets)


def TextVectorization_config(
    max_tokens=None, standardize="lower_and_strip_punctuation", split="whitespace", ngrams=None, output_mode="int",
    output_sequence_length=None, pad_to_max_tokens=False, vocabulary=None, idf_weights=None, sparse=False, ragged=False,
    encoding="utf-8", vocabulary_size=None, has_input_vocabulary=None,
):
    """Texts as numbers of their words; the vocabulary is in the config or in the .keras archive."""
    for option, value, values in (
        ("standardize", standardize, (None, "lower_and_strip_punctuation", "lower", "strip_punctuation")),
        ("split", split, (None, "whitespace", "character")),
    ):
        if value not in values:
            raise ValueError(f"{option} is a Python function, which tfsave does not run; want one of {values}")
    if isinstance(ngrams, int):
        ngrams = list(range(1, ngrams + 1))
    return {"ngrams": ngrams, "output_mode": encoding_of(output_mode, sparse, LOOKUP_MODES)}


def TextVectorization_build(self, input_shape=None):
    c = self.config
    options = ("max_tokens", "vocabulary", "idf_weights", "pad_to_max_tokens", "output_mode", "encoding", "sparse")
    config = new_layer("StringLookup", name="string_lookup", mask_token="", **{k: c[k] for k in options})
    return {"_lookup_layer": layer(config, input_shape)}


def TextVectorization_call(self, inputs):
    c = self.config
    x = inputs if inputs.dtype == tf.string else tf.cast(inputs, tf.string)
    if c["standardize"] in ("lower", "lower_and_strip_punctuation"):
        x = tf.strings.lower(x)
    if c["standardize"] in ("strip_punctuation", "lower_and_strip_punctuation"):
        x = tf.strings.regex_replace(x, r"[!\"#$%&()\*\+,-\./:;<=>?@\[\\\]^_`{|}~\']", "")
    if c["split"] is not None:
        if x.shape.rank > 1:
            if x.shape[-1] != 1:
                raise ValueError(f"layer {self.name!r} takes one text for each example, not texts of shape {x.shape}")
            x = tf.squeeze(x, axis=-1)
        x = tf.strings.split(x) if c["split"] == "whitespace" else tf.strings.unicode_split(x, "UTF-8")
    if c["ngrams"] is not None:
        x = tf.strings.ngrams(x, ngram_width=tuple(c["ngrams"]), separator=" ")
    numbers = self._lookup_layer(x)
    length = c["output_sequence_length"]
    if c["output_mode"] != "int":
        return numbers
    if isinstance(numbers, tf.RaggedTensor) and not c["ragged"]:
        shape = numbers.shape.as_list()
        shape[-1] = length
        return numbers.to_tensor(default_value=0, shape=shape)
    if length is None:
        return numbers
    cut = numbers[..., :length]
    if c["ragged"]:
        return cut
    shape = tf.shape(cut)
    padded = tf.pad(cut, tf.concat([tf.zeros([numbers.shape.rank - 1, 2], tf.int32), [[0, length - shape[-1]]]], 0))
    padded.set_shape(numbers.shape.as_list()[:-1] + [length])
    return padded


def CategoryEncoding_config(num_tokens=None, output_mode="multi_hot", sparse=False, max_tokens=None):
    """Numbers of categories as vectors of zeros and ones, or of counts."""
    mode = encoding_of(output_mode, sparse, ("count", "one_hot", "multi_hot"))
    if num_tokens is None and max_tokens is None:
        raise ValueError("num_tokens is missing")
    return {"output_mode": mode, "num_tokens": num_tokens if num_tokens is not None else max_tokens}


def CategoryEncoding_call(self, inputs, count_weights=None):
    c = self.config
    if count_weights is not None:
        if c["output_mode"] != "count":
            raise ValueError(f"count_weights are not used with output_mode {c['output_mode']!r}")
        count_weights = tf.cast(count_weights, self.compute_dtype)
    return encode(inputs, c["output_mode"], c["num_tokens"], self.compute_dtype, self.keras2, count_weights, c["sparse"])


def Hashing_config(num_bins, mask_value=None, salt=None, output_mode="int", sparse=False):
    """Hashes of strings and of whole numbers as categories."""
    return {"salt": salt_pair(salt), "output_mode": encoding_of(output_mode, sparse, ("int", "one_hot", "multi_hot", "count"))}


def Hashing_call(self, inputs):
    c = self.config
    mode = c["output_mode"]
    x = numpy_Squeeze(inputs, -1) if mode == "one_hot" and inputs.shape[-1] == 1 else inputs
    numbers = with_values(x, bins_of(c, x.values)) if is_sparse(x) else bins_of(c, x)
    return encode(numbers, mode, c["num_bins"], self.compute_dtype, self.keras2, sparse=c["sparse"])


def bins_of(c, x):
    """The bins of numbers or strings; the first is that of mask_value, where there is one."""
    if c["mask_value"] is None or c["num_bins"] == 1:
        return hashed(x, c["num_bins"], c["salt"])
    masked = tf.equal(x, c["mask_value"])
    numbers = hashed(x, c["num_bins"] - 1, c["salt"])
    return tf.where(masked, tf.zeros_like(numbers), numbers + 1)


def HashedCrossing_config(num_bins, output_mode="int", sparse=False):
    """The hash of several features together."""
    # Numbers are never sparse.
    return {"output_mode": encoding_of(output_mode, False, ("int", "one_hot"))}


def HashedCrossing_call(self, inputs):
    c = self.config
    rank = inputs[0].shape.rank
    if rank > 2 or rank == 2 and inputs[0].shape[-1] != 1:
        raise ValueError(f"layer {self.name!r} takes tensors of shape [batch] or [batch, 1], not {inputs[0].shape}")
    columns = list(inputs)
    for _ in range(2 - rank):
        columns = [tf.expand_dims(x, -1) for x in columns]
    x = tf.sparse.to_dense(tf.sparse.cross_hashed(columns, c["num_bins"]))
    if rank == 2:
        x.set_shape(inputs[0].shape)
    elif rank == 1:
        x.set_shape([inputs[0].shape[0], 1])
        x = tf.squeeze(x, 1)
    else:
        x = tf.reshape(x, [])
    return encode(x, c["output_mode"], c["num_bins"], self.compute_dtype, self.keras2, sparse=c["sparse"])


def Discretization_config(
    bin_boundaries=None, num_bins=None, epsilon=0.01, output_mode="int", sparse=False,
):
    """The number of the interval that a number lies in."""
    if bin_boundaries is None:
        raise ValueError(
            "bin_boundaries are missing: those that adapt() finds are in configs of Keras 3 only; "
            "write the layer's bin_boundaries into the config"
        )
    return {"output_mode": encoding_of(output_mode, sparse, ("int", "one_hot", "multi_hot", "count"))}


def Discretization_call(self, inputs):
    c = self.config
    x = cast_values(inputs, tf.float32) if inputs.dtype not in (tf.int32, tf.int64, tf.float32, tf.float64) else inputs
    numbers = numpy_Digitize(x, c["bin_boundaries"])
    mode = c["output_mode"]
    if self.keras2:
        dtype = "int64" if mode == "int" else self.compute_dtype
    else:
        dtype = "int32" if mode == "int" else self.compute_dtype
    return encode(numbers, mode, len(c["bin_boundaries"]) + 1, dtype, self.keras2, sparse=c["sparse"])
