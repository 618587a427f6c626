"""tf.strings. Functions whose result has rows of different lengths give a RaggedTensor."""

from tfsave import dispatch, export, tf


@export("strings.as_string", "as_string")
def as_string(input, precision=-1, scientific=False, shortest=False, width=-1, fill="", name=None):
    """Numbers and booleans as text."""
    return tf.raw_ops.AsString(
        input=input, precision=precision, scientific=scientific, shortest=shortest, width=width, fill=fill, name=name)


@export("strings.format")
def format(template, inputs, placeholder="{}", summarize=3, name=None):
    """template with the placeholders replaced by the tensors."""
    if tf.is_tensor(inputs):
        inputs = [inputs]
    if template.count(placeholder) != len(inputs):
        raise ValueError(f"the template has {template.count(placeholder)} placeholders, inputs has {len(inputs)} tensors")
    return tf.raw_ops.StringFormat(
        inputs=inputs, template=template, placeholder=placeholder, summarize=summarize, name=name)


@export("strings.join")
def join(inputs, separator="", name=None):
    """Strings put together elementwise."""
    return tf.raw_ops.StringJoin(inputs=inputs, separator=separator, name=name)


@export("strings.length")
def length(input, unit="BYTE", name=None):
    """Lengths in bytes or UTF-8 characters."""
    return tf.raw_ops.StringLength(input=input, unit=unit, name=name)


@export("strings.lower")
def lower(input, encoding="", name=None):
    """Upper case letters as lower case."""
    return tf.raw_ops.StringLower(input=input, encoding=encoding, name=name)


@export("strings.upper")
def upper(input, encoding="", name=None):
    """Lower case letters as upper case."""
    return tf.raw_ops.StringUpper(input=input, encoding=encoding, name=name)


@export("strings.strip")
def strip(input, name=None):
    """Without white space at both ends."""
    return tf.raw_ops.StringStrip(input=input, name=name)


@export("strings.substr")
def substr(input, pos, len, unit="BYTE", name=None):
    """len bytes or characters from pos on."""
    return tf.raw_ops.Substr(input=input, pos=pos, len=len, unit=unit, name=name)


@export("strings.regex_full_match")
def regex_full_match(input, pattern, name=None):
    """Whether a whole string matches an RE2 pattern."""
    if isinstance(pattern, (str, bytes)):
        return tf.raw_ops.StaticRegexFullMatch(input=input, pattern=pattern, name=name)
    return tf.raw_ops.RegexFullMatch(input=input, pattern=pattern, name=name)


@export("strings.regex_replace")
def regex_replace(input, pattern, rewrite, replace_global=True, name=None):
    """What matches an RE2 pattern, replaced."""
    if isinstance(pattern, (str, bytes)) and isinstance(rewrite, (str, bytes)):
        return tf.raw_ops.StaticRegexReplace(
            input=input, pattern=pattern, rewrite=rewrite, replace_global=replace_global, name=name)
    return tf.raw_ops.RegexReplace(
        input=input, pattern=pattern, rewrite=rewrite, replace_global=replace_global, name=name)


@export("strings.to_number")
def to_number(input, out_type=tf.float32, name=None):
    """Numbers from text."""
    return tf.raw_ops.StringToNumber(string_tensor=input, out_type=out_type, name=name)


@export("strings.to_hash_bucket")
def to_hash_bucket(input, num_buckets, name=None):
    """A hash below num_buckets; not the same on every platform."""
    return tf.raw_ops.StringToHashBucket(string_tensor=input, num_buckets=num_buckets, name=name)


@export("strings.to_hash_bucket_fast")
def to_hash_bucket_fast(input, num_buckets, name=None):
    """A hash (FarmHash) below num_buckets."""
    return tf.raw_ops.StringToHashBucketFast(input=input, num_buckets=num_buckets, name=name)


@export("strings.to_hash_bucket_strong")
def to_hash_bucket_strong(input, num_buckets, key, name=None):
    """A keyed hash (SipHash) below num_buckets."""
    return tf.raw_ops.StringToHashBucketStrong(input=input, num_buckets=num_buckets, key=key, name=name)


@export("strings.unicode_script")
def unicode_script(input, name=None):
    """The ICU script code of each code point."""
    return tf.raw_ops.UnicodeScript(input=input, name=name)


@export("strings.unicode_transcode")
def unicode_transcode(input, input_encoding, output_encoding, errors="replace", replacement_char=65533,
                      replace_control_characters=False, name=None):
    """Strings from one encoding to another."""
    return tf.raw_ops.UnicodeTranscode(
        input=input, input_encoding=input_encoding, output_encoding=output_encoding, errors=errors,
        replacement_char=replacement_char, replace_control_characters=replace_control_characters, name=name)


@export("strings.unsorted_segment_join")
def unsorted_segment_join(inputs, segment_ids, num_segments, separator="", name=None):
    """The strings of each segment put together."""
    return tf.raw_ops.UnsortedSegmentJoin(
        inputs=inputs, segment_ids=segment_ids, num_segments=num_segments, separator=separator, name=name)


@export("strings.reduce_join")
def reduce_join(inputs, axis=None, keepdims=False, separator="", name=None):
    """The strings of the reduced dimensions put together, the last of the axes fastest."""
    with tf.name_scope("ReduceJoin"):
        inputs = tf.convert_to_tensor(inputs)
        if axis is None:
            rank = inputs.shape.rank
            if rank is None:
                axis = tf.range(tf.rank(inputs) - 1, -1, -1)
            else:
                axis = tf.constant(list(range(rank - 1, -1, -1)), dtype=tf.int32)
        return tf.raw_ops.ReduceJoin(
            inputs=inputs, reduction_indices=axis, keep_dims=keepdims, separator=separator, name=name)


@export("strings.bytes_split")
def bytes_split(input, name=None):
    """The bytes of each string."""
    with tf.name_scope(name or "StringsByteSplit"):
        input = tf.internal.ragged.convert(input, name="input")
        if isinstance(input, tf.RaggedTensor):
            return input.with_flat_values(bytes_split(input.flat_values))
        rank = input.shape.rank
        if rank is None:
            raise ValueError("input must have a statically known rank")
        if rank == 0:
            return bytes_split(tf.stack([input]))[0]
        if rank > 1:
            return bytes_split(tf.RaggedTensor.from_tensor(input))
        result = tf.raw_ops.StringSplit(input=input, delimiter="", skip_empty=False)
        return _rows(result)


def _rows(split):
    """The result of a split op as a RaggedTensor."""
    return tf.RaggedTensor.from_value_rowids(
        values=split.values, value_rowids=split.indices[:, 0], nrows=split.shape[0], validate=False)


@export("strings.split")
def split(input, sep=None, maxsplit=-1, name=None):
    """The parts of each string between separators, or between runs of white space."""
    with tf.name_scope(name or "StringSplit"):
        input = tf.internal.ragged.convert(input, dtype=tf.string, name="input")
        if isinstance(input, tf.RaggedTensor):
            return input.with_flat_values(split(input.flat_values, sep, maxsplit))
        rank = input.shape.rank
        if rank == 0:
            return split(tf.stack([input]), sep, maxsplit)[0]
        if rank is not None and rank > 1:
            return split(tf.RaggedTensor.from_tensor(input), sep, maxsplit)
        sep = tf.convert_to_tensor("" if sep is None else sep, dtype=tf.string)
        input = tf.convert_to_tensor(input, dtype=tf.string)
        result = tf.raw_ops.StringSplitV2(input=input, sep=sep, maxsplit=maxsplit)
        result.indices.set_shape([None, 2])
        result.values.set_shape([None])
        result.shape.set_shape([2])
        return _rows(result)


@export("strings.unicode_encode")
def unicode_encode(input, output_encoding, errors="replace", replacement_char=65533, name=None):
    """Rows of code points as strings."""
    with tf.name_scope(name or "UnicodeEncode"):
        input = tf.internal.ragged.convert(input)
        rank = input.shape.rank
        if rank is None:
            raise ValueError("input must have a statically known rank")
        if rank == 0:
            raise ValueError("input must have rank 1 or more")
        again = lambda x: unicode_encode(x, output_encoding, errors, replacement_char)
        if isinstance(input, tf.RaggedTensor):
            if input.flat_values.shape.rank > 1:
                return input.with_flat_values(again(input.flat_values))
            if input.ragged_rank > 1:
                return input.with_values(again(input.values))
            return tf.raw_ops.UnicodeEncode(
                input_values=input.values, input_splits=input.row_splits, output_encoding=output_encoding,
                errors=errors, replacement_char=replacement_char)
        if rank == 2:
            return again(tf.RaggedTensor.from_tensor(input))
        if rank > 2:
            flat = again(tf.reshape(input, tf.stack([-1, tf.shape(input)[-1]])))
            return tf.reshape(flat, input.shape[:-1])
        row = tf.RaggedTensor.from_row_splits(
            input, tf.stack([0, tf.shape(input, out_type=tf.int32)[0]]), validate=False)
        return tf.reshape(again(row), [])


@export("strings.unicode_decode")
def unicode_decode(input, input_encoding, errors="replace", replacement_char=65533, replace_control_characters=False,
                   name=None):
    """The code points of each string."""
    with tf.name_scope(name or "UnicodeDecode"):
        return _decode(input, input_encoding, errors, replacement_char, replace_control_characters, False)


@export("strings.unicode_decode_with_offsets")
def unicode_decode_with_offsets(input, input_encoding, errors="replace", replacement_char=65533,
                                replace_control_characters=False, name=None):
    """The code points of each string, and the byte where each begins."""
    with tf.name_scope(name or "UnicodeDecodeWithOffsets"):
        return _decode(input, input_encoding, errors, replacement_char, replace_control_characters, True)


@export("strings.unicode_split")
def unicode_split(input, input_encoding, errors="replace", replacement_char=65533, name=None):
    """The characters of each string."""
    with tf.name_scope(name or "UnicodeSplit"):
        codepoints = _decode(input, input_encoding, errors, replacement_char, False, False)
        return unicode_encode(
            _each_alone(codepoints), output_encoding=input_encoding, errors=errors, replacement_char=replacement_char)


@export("strings.unicode_split_with_offsets")
def unicode_split_with_offsets(input, input_encoding, errors="replace", replacement_char=65533, name=None):
    """The characters of each string, and the byte where each begins."""
    with tf.name_scope(name or "UnicodeSplitWithOffsets"):
        codepoints, offsets = _decode(input, input_encoding, errors, replacement_char, False, True)
        chars = unicode_encode(
            _each_alone(codepoints), output_encoding=input_encoding, errors=errors, replacement_char=replacement_char)
        return chars, offsets


def _decode(input, input_encoding, errors, replacement_char, replace_control_characters, with_offsets):
    input = tf.internal.ragged.convert(input, name="input")
    rank = input.shape.rank
    if rank is None:
        raise ValueError("input must have a statically known rank")
    if rank > 1:
        if not isinstance(input, tf.RaggedTensor):
            input = tf.RaggedTensor.from_tensor(input, ragged_rank=rank - 1)
        elif input.ragged_rank < rank - 1:
            inner = tf.RaggedTensor.from_tensor(input.flat_values, ragged_rank=rank - input.ragged_rank - 1)
            input = input.with_flat_values(inner)
    flat = tf.reshape(input.flat_values if isinstance(input, tf.RaggedTensor) else input, [-1])
    op = tf.raw_ops.UnicodeDecodeWithOffsets if with_offsets else tf.raw_ops.UnicodeDecode
    result = op(
        input=flat, input_encoding=input_encoding, errors=errors, replacement_char=replacement_char,
        replace_control_characters=replace_control_characters)

    def shaped(values):
        if rank == 0:
            return values
        rows = tf.RaggedTensor.from_row_splits(values, result.row_splits, validate=False)
        return input.with_flat_values(rows) if rank > 1 else rows

    codepoints = shaped(result.char_values)
    return (codepoints, shaped(result.char_to_byte_starts)) if with_offsets else codepoints


def _each_alone(codepoints):
    """A row per code point; TensorFlow calls the ragged function for dense ones too, which shows in the names."""
    if isinstance(codepoints, tf.RaggedTensor):
        return tf.expand_dims(codepoints, -1)
    with tf.name_scope("RaggedExpandDims"):
        return tf.expand_dims(codepoints, -1)


@export("strings.ngrams")
def ngrams(data, ngram_width, separator=" ", pad_values=None, padding_width=None, preserve_short_sequences=False,
           name=None):
    """Runs of ngram_width strings of each row, put together."""
    with tf.name_scope(name or "StringNGrams"):
        pads = pad_values if isinstance(pad_values, (list, tuple)) else (pad_values, pad_values)
        if pad_values is not None and not (isinstance(pads[0], (str, bytes)) and isinstance(pads[1], (str, bytes))):
            raise TypeError(f"pad_values must be a str, a pair of str, or None, got {pad_values}")
        if padding_width is not None and padding_width < 1:
            raise ValueError(f"padding_width must be above 0, got {padding_width}")
        if padding_width is not None and pad_values is None:
            raise ValueError("padding_width needs pad_values")
        again = lambda x: ngrams(x, ngram_width, separator, pad_values, padding_width, preserve_short_sequences, name)

        data = tf.internal.ragged.convert(data, name="data", dtype=tf.string)
        dense_shape = None
        if not isinstance(data, tf.RaggedTensor):
            dense_shape = tf.concat([tf.shape(data)[:-1], [-1]], axis=0)
            if data.shape.rank is None:
                raise ValueError("data must have a statically known rank")
            if data.shape.rank == 0:
                raise ValueError("data must have rank 1 or more")
            if data.shape.rank == 1:
                return again(tf.RaggedTensor.from_row_starts(data, [0], validate=False))[0]
            data = tf.RaggedTensor.from_tensor(data, ragged_rank=data.shape.rank - 1)
        if data.ragged_rank > 1:
            output = data.with_values(again(data.values))
        else:
            widths = ngram_width if isinstance(ngram_width, (list, tuple)) else [ngram_width]
            if any([width < 1 for width in widths]):
                raise ValueError(f"ngram_width must be above 0, got {ngram_width}")
            if pad_values is None:
                padding_width = 0
            elif padding_width is None:
                padding_width = -1
            result = tf.raw_ops.StringNGrams(
                data=data.flat_values, data_splits=data.row_splits, separator=separator, ngram_widths=widths,
                left_pad="" if pad_values is None else pads[0], right_pad="" if pad_values is None else pads[1],
                pad_width=padding_width, preserve_short_sequences=preserve_short_sequences)
            output = tf.RaggedTensor.from_row_splits(
                values=result.ngrams, row_splits=result.ngrams_splits, validate=False)
        return output if dense_shape is None else tf.reshape(output.flat_values, dense_shape)


@dispatch("RaggedTensor", "strings.join")
def ragged_join(inputs, separator="", name=None):
    """Ragged strings put together elementwise."""
    with tf.name_scope(name or "RaggedStringJoin"):
        return tf.ragged.map_flat_values(join, inputs, separator)


@dispatch("RaggedTensor", "strings.format")
def ragged_format(template, inputs, placeholder="{}", summarize=3, name=None):
    """template with the placeholders replaced by tensors, ragged ones as nested lists."""
    if tf.is_tensor(inputs):
        inputs = [inputs]
    parts = template.split(placeholder)
    if len(inputs) != len(parts) - 1:
        raise ValueError(f"the template has {len(parts) - 1} placeholders, inputs has {len(inputs)} tensors")
    with tf.name_scope(name or "StringFormat"):
        pieces = [tf.constant(parts[0])]
        for value, part in zip(inputs, parts[1:]):
            if isinstance(value, tf.RaggedTensor):
                pieces.append(_ragged_text(value, summarize))
            else:
                pieces.append(format("{}", [value], summarize=summarize))
            pieces.append(tf.constant(part))
        return reduce_join(pieces)


def _ragged_text(rt, summarize):
    if summarize is not None and not (isinstance(summarize, int) and (summarize == -1 or summarize > 0)):
        raise ValueError(f"summarize must be -1 or an int above 0, got {summarize}")
    with tf.name_scope("AsString"):
        if rt.shape.rank is None:
            raise ValueError("a RaggedTensor to format must have a statically known rank")
        if rt.dtype == tf.string:
            escaped = regex_replace(rt.flat_values, "(['\\\\])", "\\\\\\1")
            return _row_text(rt.with_flat_values("'" + escaped + "'"), summarize)
        return _row_text(rt.with_flat_values(as_string(rt.flat_values)), summarize)


def _row_text(value, summarize):
    """Nested lists of strings as one string."""
    if value.shape.rank == 1:
        pieces = value
    else:
        pieces = tf.map_fn(
            lambda row: _row_text(row, summarize), value, fn_output_signature=tf.TensorSpec(None, tf.string))
    if summarize not in (-1, None):
        pieces = tf.cond(
            tf.internal.ragged.nrows(value) <= 2 * summarize,
            lambda: pieces,
            lambda: tf.concat([pieces[:summarize], ["..."], pieces[-summarize:]], axis=0))
    return "[" + reduce_join(pieces, separator=", ") + "]"
