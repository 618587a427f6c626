"""tf.random: random numbers that depend on a seed tensor only."""

from tfsave import export, tf

_PHILOX = 1
_THREEFRY = 2
_AUTO_SELECT = 3
_ALGORITHMS = {"philox": _PHILOX, "threefry": _THREEFRY, "autoselect": _AUTO_SELECT}


def _algorithm(alg):
    if alg is None:
        return _AUTO_SELECT
    if isinstance(alg, str):
        known = alg.strip().lower().replace("-", "").replace("_", "")
        if known not in _ALGORITHMS:
            raise ValueError(f"alg is philox, threefry or auto_select, got {alg!r}")
        return _ALGORITHMS[known]
    if isinstance(alg, int):
        return alg
    raise TypeError(f"alg is a str or an int, got {alg!r}")


def _uint64(low_high):
    """Two uint32 as one uint64."""
    low, high = tf.cast(low_high[0], tf.uint64), tf.cast(low_high[1], tf.uint64)
    return tf.bitwise.bitwise_or(low, tf.bitwise.left_shift(high, tf.constant(32, tf.uint64)))


def _key_and_counter(seed, alg):
    """The key, the counter and the number of the algorithm that ops of the second version take."""
    alg = _algorithm(alg)
    if alg == _AUTO_SELECT:
        key, counter = tf.raw_ops.StatelessRandomGetKeyCounter(seed=seed)
    elif alg == _PHILOX:
        # The seed is mixed by a generator with a fixed key, so that near seeds give unlike numbers.
        key = tf.constant([0x02461E293EC8F720], tf.uint64)
        mix = tf.raw_ops.StatelessRandomUniformFullIntV2(
            shape=[4], key=key, counter=tf.cast(seed, tf.uint64), dtype=tf.uint32, alg=_PHILOX
        )
        key = tf.reshape(_uint64(mix[:2]), [1])
        counter = tf.stack([0, _uint64(mix[2:])], axis=0)
    elif alg == _THREEFRY:
        key = tf.reshape(_uint64(tf.cast(seed, tf.uint32)), [1])
        counter = tf.zeros([1], tf.uint64)
    else:
        raise ValueError(f"alg is 1 (philox), 2 (threefry) or 3 (auto_select), got {alg}")
    return key, counter, alg


_UNIFORM_DTYPES = (tf.float16, tf.bfloat16, tf.float32, tf.float64, tf.int32, tf.int64, tf.uint32, tf.uint64)


@export("random.stateless_uniform")
def stateless_uniform(shape, seed, minval=0, maxval=None, dtype=tf.float32, name=None, alg="auto_select"):
    """Numbers from minval (included) to maxval (excluded); integers of the whole range when both are None."""
    dtype = tf.as_dtype(dtype)
    if dtype not in _UNIFORM_DTYPES:
        raise ValueError(f"dtype is one of {[d.name for d in _UNIFORM_DTYPES]}, got {dtype.name}")
    if dtype.is_integer:
        if (minval is None) != (maxval is None):
            raise ValueError(f"minval and maxval are both None or both given for {dtype.name}")
        if minval is not None and dtype.is_unsigned:
            raise ValueError(f"minval and maxval are None for {dtype.name}")
    elif maxval is None:
        maxval = 1
    with tf.name_scope(name or "stateless_random_uniform") as scope:
        shape = tf.internal.shape_argument(shape)
        if dtype.is_integer and minval is None:
            key, counter, alg = _key_and_counter(seed, alg)
            result = tf.raw_ops.StatelessRandomUniformFullIntV2(
                shape=shape, key=key, counter=counter, dtype=dtype, alg=alg, name=scope
            )
        else:
            minval = tf.convert_to_tensor(minval, dtype=dtype, name="min")
            maxval = tf.convert_to_tensor(maxval, dtype=dtype, name="max")
            key, counter, alg = _key_and_counter(seed, alg)
            if dtype.is_integer:
                result = tf.raw_ops.StatelessRandomUniformIntV2(
                    shape=shape, key=key, counter=counter, minval=minval, maxval=maxval, alg=alg, name=scope
                )
            else:
                unit = tf.raw_ops.StatelessRandomUniformV2(
                    shape=shape, key=key, counter=counter, dtype=dtype, alg=alg
                )
                result = tf.math.add(unit * (maxval - minval), minval, name=scope)
        tf.internal.keep_static_shape(result, shape)
        return result


def _stateless_normal(op, shape, seed, mean, stddev, dtype, name, alg):
    with tf.name_scope(name) as scope:
        shape = tf.internal.shape_argument(shape)
        mean = tf.convert_to_tensor(mean, dtype=dtype, name="mean")
        stddev = tf.convert_to_tensor(stddev, dtype=dtype, name="stddev")
        key, counter, alg = _key_and_counter(seed, alg)
        standard = op(shape=shape, key=key, counter=counter, dtype=dtype, alg=alg)
        result = tf.math.add(standard * stddev, mean, name=scope)
        tf.internal.keep_static_shape(result, shape)
        return result


@export("random.stateless_normal")
def stateless_normal(shape, seed, mean=0.0, stddev=1.0, dtype=tf.float32, name=None, alg="auto_select"):
    """Normally distributed numbers."""
    op = tf.raw_ops.StatelessRandomNormalV2
    return _stateless_normal(op, shape, seed, mean, stddev, dtype, name or "stateless_random_normal", alg)


@export("random.stateless_truncated_normal")
def stateless_truncated_normal(shape, seed, mean=0.0, stddev=1.0, dtype=tf.float32, name=None, alg="auto_select"):
    """Normally distributed numbers that are no further than two standard deviations from the mean."""
    op = tf.raw_ops.StatelessTruncatedNormalV2
    return _stateless_normal(op, shape, seed, mean, stddev, dtype, name or "stateless_truncated_normal", alg)


@export("random.stateless_parameterized_truncated_normal")
def stateless_parameterized_truncated_normal(
    shape, seed, means=0.0, stddevs=1.0, minvals=-2.0, maxvals=2.0, name=None
):
    """Normally distributed numbers between minvals and maxvals."""
    with tf.name_scope(name or "stateless_parameterized_truncated_normal"):
        shape_tensor = tf.internal.shape_argument(shape)
        means = tf.convert_to_tensor(means, name="means")
        stddevs = tf.convert_to_tensor(stddevs, name="stddevs")
        minvals = tf.convert_to_tensor(minvals, name="minvals")
        maxvals = tf.convert_to_tensor(maxvals, name="maxvals")
        result = tf.raw_ops.StatelessParameterizedTruncatedNormal(
            shape=shape_tensor, seed=seed, means=means, stddevs=stddevs, minvals=minvals, maxvals=maxvals
        )
        tf.internal.keep_static_shape(result, shape)
        return result


@export("random.stateless_binomial")
def stateless_binomial(shape, seed, counts, probs, output_dtype=tf.int32, name=None):
    """Binomially distributed numbers: how many of counts trials succeed, each with the probability probs."""
    with tf.name_scope(name or "stateless_random_binomial"):
        shape = tf.internal.shape_argument(shape)
        probs = tf.convert_to_tensor(probs, dtype_hint=tf.float32, name="probs")
        counts = tf.convert_to_tensor(counts, dtype_hint=probs.dtype, name="counts")
        result = tf.raw_ops.StatelessRandomBinomial(
            shape=shape, seed=seed, counts=counts, probs=probs, dtype=output_dtype
        )
        tf.internal.keep_static_shape(result, shape)
        return result


@export("random.stateless_gamma")
def stateless_gamma(shape, seed, alpha, beta=None, dtype=tf.float32, name=None):
    """Gamma distributed numbers; shape ends in that of alpha and beta together."""
    with tf.name_scope(name or "stateless_random_gamma"):
        shape = tf.internal.shape_argument(shape)
        alpha = tf.convert_to_tensor(alpha, dtype=dtype, name="alpha")
        beta = tf.convert_to_tensor(1 if beta is None else beta, name="beta", dtype=dtype)
        together = tf.broadcast_dynamic_shape(tf.shape(alpha), tf.shape(beta))
        alpha = tf.broadcast_to(alpha, together)
        key, counter, alg = _key_and_counter(seed, "auto_select")
        samples = tf.raw_ops.StatelessRandomGammaV3(shape=shape, key=key, counter=counter, alg=alg, alpha=alpha)
        result = tf.internal.at_least_smallest(samples / beta)
        tf.internal.keep_static_shape(result, shape)
        return result


@export("random.stateless_poisson")
def stateless_poisson(shape, seed, lam, dtype=tf.int32, name=None):
    """Poisson distributed numbers; shape ends in that of lam."""
    with tf.name_scope(name or "stateless_random_poisson"):
        shape = tf.internal.shape_argument(shape)
        result = tf.raw_ops.StatelessRandomPoisson(shape=shape, seed=seed, lam=lam, dtype=dtype)
        tf.internal.keep_static_shape(result, shape)
        return result


@export("random.stateless_categorical")
def stateless_categorical(logits, num_samples, seed, dtype=tf.int64, name=None):
    """Classes drawn with the probabilities softmax(logits), for each row."""
    with tf.name_scope(name or "stateless_categorical"):
        logits = tf.convert_to_tensor(logits, name="logits")
        dtype = tf.as_dtype(dtype) if dtype else tf.int64
        if dtype not in (tf.int32, tf.int64):
            raise ValueError(f"dtype is int32 or int64, got {dtype.name}")
        return tf.raw_ops.StatelessMultinomial(logits=logits, num_samples=num_samples, seed=seed, output_dtype=dtype)


@export("random.split", "random.experimental.stateless_split")
def split(seed, num=2, alg="auto_select"):
    """num new seeds."""
    seed = tf.convert_to_tensor(seed)
    return stateless_uniform([num, 2], seed, minval=None, maxval=None, dtype=seed.dtype, alg=alg)


@export("random.fold_in", "random.experimental.stateless_fold_in")
def fold_in(seed, data, alg="auto_select"):
    """A new seed from a seed and a number."""
    data = tf.convert_to_tensor(data)
    first = stateless_uniform([], seed, minval=None, maxval=None, dtype=data.dtype, alg=alg)
    return tf.stack([first, data])


@export("random.experimental.index_shuffle")
def index_shuffle(index, seed, max_index):
    """Where index goes in a random permutation of 0 ... max_index."""
    seed = tf.convert_to_tensor(seed)
    inner = 0 if seed.shape.rank is None else seed.shape.rank - 1
    seed = tf.pad(seed, [[1, 0]] + inner * [[0, 0]], constant_values=498247692)
    return tf.raw_ops.RandomIndexShuffle(index=index, seed=seed, max_index=max_index, rounds=4)


@export("random.experimental.stateless_shuffle")
def stateless_shuffle(value, seed, alg="auto_select", name=None):
    """The rows of value in random order."""
    with tf.name_scope(name or "stateless_shuffle"):
        key, counter, alg = _key_and_counter(seed, alg)
        return tf.raw_ops.StatelessShuffle(value=value, key=key, counter=counter, alg=alg)
