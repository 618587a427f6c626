"""tf.einsum and tf.tensordot."""

from tfsave import export, tf

# Stands for the dimensions of "..." while an equation is worked on.
_ELLIPSIS = "0"


@export("einsum", "linalg.einsum")
def einsum(equation, *inputs, **kwargs):
    """The product of tensors summed over indices, as "ij,jk->ik" says; keywords optimize="greedy", and name."""
    unknown = [key for key in kwargs if key not in ("name", "optimize")]
    if unknown:
        raise TypeError(f"einsum takes the keywords name and optimize, got {unknown[0]}")
    if kwargs.get("optimize", "greedy") != "greedy":
        raise ValueError(f"optimize is greedy, got {kwargs['optimize']!r}")
    with tf.name_scope(kwargs.get("name") or "einsum"):
        shapes = [None if x.shape.rank is None else x.shape.as_list() for x in inputs]
        terms, output = _parse(equation, len(inputs))
        if len(inputs) <= 2:
            return _contract(list(inputs), terms, output)
        sizes = _label_sizes(terms, shapes)
        terms, operands = list(terms), list(inputs)
        for first, second in _greedy_order(terms, output, sizes):
            # Positions in the list of what is left; the later one is the first operand, and the product goes last.
            pair = [operands.pop(second), operands.pop(first)]
            pair_terms = [terms.pop(second), terms.pop(first)]
            labels = pair_terms[0] + pair_terms[1]
            if terms:
                kept = [c for c in labels if c in output or any(c in term for term in terms)]
                product = "".join([c for i, c in enumerate(kept) if c not in kept[:i]])
            else:
                product = output
            operands.append(_contract(pair, pair_terms, product))
            terms.append(product)
        return operands[0]


def _contract(operands, terms, output):
    equation = f"{','.join(terms)}->{output}".replace(_ELLIPSIS, "...")
    return tf.raw_ops.Einsum(inputs=operands, equation=equation)


def _parse(equation, count):
    """The inputs' and the output's labels; without "->" the output has the labels that occur once, sorted."""
    text = equation.replace(" ", "")
    if _ELLIPSIS in text and "..." in text:
        raise ValueError(f"the equation {equation!r} holds the character {_ELLIPSIS!r}")
    text = text.replace("...", _ELLIPSIS)
    parts = text.split("->")
    terms = parts[0].split(",")
    labels = parts[0].replace(",", "")
    for c in labels + "".join(parts[1:]):
        if not (("a" <= c <= "z") or ("A" <= c <= "Z") or (c == _ELLIPSIS and "..." in equation)):
            raise ValueError(f"the equation {equation!r} holds the character {c!r}")
    if len(parts) > 2:
        raise ValueError(f"the equation {equation!r} has more than one ->")
    if len(terms) != count:
        raise ValueError(f"the equation {equation!r} is of {len(terms)} inputs, got {count}")
    if len(parts) == 1:
        return terms, "".join(sorted([c for c in labels if labels.count(c) == 1]))
    output = parts[1]
    for c in output:
        if output.count(c) > 1:
            raise ValueError(f"the equation {equation!r} has {c!r} twice in its output")
        if c != _ELLIPSIS and c not in labels:
            raise ValueError(f"the equation {equation!r} has {c!r} in its output and in no input")
    return terms, output


def _label_sizes(terms, shapes):
    """The size of each label, 1 where it is not known."""
    sizes = {c: 1 for term in terms for c in term}
    for term, shape in zip(terms, shapes):
        if shape is None:
            continue
        if _ELLIPSIS in term:
            start = term.index(_ELLIPSIS)
            end = start + len(shape) + 1 - len(term)
            if term.count(_ELLIPSIS) > 1 or end < start:
                raise ValueError(f"the labels {term.replace(_ELLIPSIS, '...')} do not fit the shape {shape}")
            inner = 1
            for size in shape[start:end]:
                inner *= size or 1
            shape = shape[:start] + [inner] + shape[end:]
        if len(term) != len(shape):
            raise ValueError(f"the labels {term} do not fit the shape {shape}")
        for c, size in zip(term, shape):
            if size is not None:
                sizes[c] = max(sizes[c], size)
    return sizes


def _key(labels):
    """A set of labels as a string."""
    return "".join(sorted([c for i, c in enumerate(labels) if c not in labels[:i]]))


def _volume(labels, sizes):
    total = 1
    for c in labels:
        total *= sizes[c]
    return total


def _greedy_order(terms, output, sizes):
    """The pairs to contract, as positions in the list of what is left.

    TensorFlow leaves the choice to opt_einsum's greedy path, and so the same pairs have to come out: products of equal
    index sets first, then always the pair whose contraction saves the most memory, then outer products, the smallest
    first. Tensors have ids in the order of their making. A candidate is found, with its cost, when the later one of
    its tensors is made, and only the best one is kept then.
    """
    keys = [_key(term) for term in terms]
    output = _key(output + "".join([c for c in keys[0] if all(c in key for key in keys)]))
    ids = {}
    steps = []
    made = len(terms)
    for i, key in enumerate(keys):
        if key in ids:
            steps.append((ids[key], i))
            ids[key] = made
            made += 1
        else:
            ids[key] = i

    def candidate(x, y):
        both = _key(x + y)
        uses = {c: len([key for key in ids if c in key]) for c in both if c not in output}
        kept = "".join([c for c in both if c in output or uses[c] >= (3 if c in x and c in y else 2)])
        cost = _volume(kept, sizes) - _volume(x, sizes) - _volume(y, sizes)
        first, second = (x, y) if ids[x] <= ids[y] else (y, x)
        return (cost, ids[second], ids[first], first, second, kept)

    def meet(x, y):
        return any(c in y and c not in output for c in x)

    queue = []
    ordered = sorted(ids, key=lambda key: ids[key])
    for c in _key("".join(ordered)):
        if c in output:
            continue
        users = [key for key in ordered if c in key]
        for i in range(len(users) - 1):
            queue.append(min([candidate(users[i], other) for other in users[i + 1 :]]))
    while queue:
        best = min(queue)
        queue.remove(best)
        x, y, kept = best[3:]
        if x not in ids or y not in ids:
            continue
        steps.append((ids.pop(x), ids.pop(y)))
        if kept in ids:
            steps.append((ids[kept], made))
            made += 1
        ids[kept] = made
        made += 1
        others = [key for key in ids if key != kept and meet(key, kept)]
        if others:
            queue.append(min([candidate(kept, other) for other in others]))

    def outer(labels, number):
        kept = "".join([c for c in labels if c in output])
        return (_volume(kept, sizes), number, kept)

    rest = sorted([outer(key, ids[key]) for key in ids])
    while len(rest) > 1:
        x, y = rest[0], rest[1]
        steps.append((min(x[1], y[1]), max(x[1], y[1])))
        rest = sorted(rest[2:] + [outer(_key(x[2] + y[2]), made)])
        made += 1
    return _positions(steps, len(terms))


def _positions(steps, count):
    """Pairs of ids as pairs of positions in the list of what is left."""
    left = list(range(count))
    pairs = []
    for step in steps:
        pair = sorted([left.index(step[0]), left.index(step[1])])
        left.pop(pair[1])
        left.pop(pair[0])
        left.append(count)
        count += 1
        pairs.append(pair)
    return pairs


@export("tensordot", "linalg.tensordot")
def tensordot(a, b, axes, name=None):
    """The product of a and b summed over the last axes of a and the first of b, or over a pair of lists of axes."""
    with tf.name_scope(name or "Tensordot") as scope:
        a = tf.convert_to_tensor(a, name="a")
        b = tf.convert_to_tensor(b, name="b")
        a_axes, b_axes = _contracted_axes(a, axes)
        a, a_free, a_static = _as_matrix(a, a_axes, False)
        b, b_free, b_static = _as_matrix(b, b_axes, True)
        product = tf.linalg.matmul(a, b)
        if isinstance(a_free, list) and isinstance(b_free, list):
            if product.shape.is_fully_defined() and product.shape.as_list() == a_free + b_free:
                return product
            return tf.reshape(product, a_free + b_free, name=scope)
        a_free = tf.convert_to_tensor(a_free, tf.int32)
        b_free = tf.convert_to_tensor(b_free, tf.int32)
        product = tf.reshape(product, tf.concat([a_free, b_free], 0), name=scope)
        if a_static is not None and b_static is not None:
            product.set_shape(a_static + b_static)
        return product


def _contracted_axes(a, axes):
    if isinstance(axes, int):
        if axes < 0:
            raise ValueError(f"axes is at least 0, got {axes}")
        rank = a.shape.rank
        if rank is None:
            rank = tf.rank(a)
            return tf.range(rank - axes, rank, dtype=tf.int32), tf.range(axes, dtype=tf.int32)
        if axes > rank:
            raise ValueError(f"axes is {axes}, and a has the rank {rank}")
        return list(range(rank - axes, rank)), list(range(axes))
    if isinstance(axes, (list, tuple)):
        if len(axes) != 2:
            raise ValueError(f"axes is an int or a pair, got {axes!r}")
        a_axes, b_axes = axes
        if isinstance(a_axes, int) and isinstance(b_axes, int):
            a_axes, b_axes = [a_axes], [b_axes]
        if len(a_axes) != len(b_axes):
            raise ValueError(f"axes names {len(a_axes)} axes of a and {len(b_axes)} of b")
        return a_axes, b_axes
    axes = tf.convert_to_tensor(axes, tf.int32, name="axes")
    return axes[0], axes[1]


def _product(sizes):
    total = 1
    for size in sizes:
        total *= size
    return total


def _as_matrix(x, axes, contracted_first):
    """x with its free and its contracted axes each made one; the free sizes; and those as far as known statically."""
    if x.shape.rank is not None and isinstance(axes, (list, tuple)):
        sizes = x.shape.as_list()
        axes = [i if i >= 0 else i + len(sizes) for i in axes]
        free = [i for i in range(len(sizes)) if i not in axes]
        static = [sizes[i] for i in free]
        if x.shape.is_fully_defined():
            shape = [_product(static), _product([sizes[i] for i in axes])]
            order = free + axes
            if contracted_first:
                order, shape = axes + free, shape[::-1]
            if order != list(range(len(sizes))):
                x = tf.transpose(x, order)
            if x.shape.as_list() != shape:
                x = tf.reshape(x, shape)
            return x, static, static
        axes = tf.convert_to_tensor(axes, tf.int32, name="axes")
        free = tf.convert_to_tensor(free, tf.int32, name="free")
        sizes = tf.shape(x)
    else:
        static = None
        sizes = tf.shape(x)
        rank = tf.rank(x)
        axes = tf.convert_to_tensor(axes, tf.int32, name="axes")
        axes = tf.raw_ops.Select(condition=axes >= 0, x=axes, y=axes + rank)
        free = tf.raw_ops.ListDiff(x=tf.range(rank), y=axes, out_idx=tf.int32)[0]
    free_sizes = tf.gather(sizes, free)
    contracted_sizes = tf.gather(sizes, axes)
    free_size = tf.math.reduce_prod(free_sizes)
    contracted_size = tf.math.reduce_prod(contracted_sizes)
    order, shape = [free, axes], [free_size, contracted_size]
    if contracted_first:
        order, shape = order[::-1], shape[::-1]
    order = tf.concat(order, 0)
    shape = tf.stack(shape)
    return tf.reshape(tf.transpose(x, order), shape), free_sizes, static
