"""itertools of Python's library, as bodies can import it: iterators over lists made at once, so infinite ones are left out."""

from tfsave import export


@export("internal.itertools.chain.__new__")
def chain(*iterables):
    return chain_from_iterable(iterables)


@export("internal.itertools.chain.from_iterable")
def chain_from_iterable(iterable):
    return iter([x for part in iterable for x in part])


@export("internal.itertools.product")
def product(*iterables, repeat=1):
    rows = [[]]
    for pool in [list(i) for i in iterables] * repeat:
        rows = [[*row, x] for row in rows for x in pool]
    return iter([tuple(row) for row in rows])


def _choices(items, r, rest):
    """The choices of r items; rest gives what may follow an item, by its place."""
    rows = [([], list(range(len(items))))]
    for _ in range(r):
        rows = [([*row, i], rest(i, left)) for row, left in rows for i in left]
    return iter([tuple([items[i] for i in row]) for row, _ in rows])


@export("internal.itertools.permutations")
def permutations(iterable, r=None):
    items = list(iterable)
    return _choices(items, len(items) if r is None else r, lambda i, left: [j for j in left if j != i])


@export("internal.itertools.combinations")
def combinations(iterable, r):
    return _choices(list(iterable), r, lambda i, left: [j for j in left if j > i])


@export("internal.itertools.combinations_with_replacement")
def combinations_with_replacement(iterable, r):
    return _choices(list(iterable), r, lambda i, left: [j for j in left if j >= i])


@export("internal.itertools.accumulate")
def accumulate(iterable, func=None, *, initial=None):
    items = list(iterable)
    if initial is not None:
        items = [initial, *items]
    out = items[:1]
    for x in items[1:]:
        out.append(out[-1] + x if func is None else func(out[-1], x))
    return iter(out)


@export("internal.itertools.zip_longest")
def zip_longest(*iterables, fillvalue=None):
    lists = [list(i) for i in iterables]
    size = max([len(x) for x in lists], default=0)
    return iter([tuple([x[i] if i < len(x) else fillvalue for x in lists]) for i in range(size)])


@export("internal.itertools.repeat")
def repeat(object, times=None):
    if times is None:
        raise NotImplementedError("itertools.repeat without times does not end, and is not supported in a body")
    return iter([object] * times)


@export("internal.itertools.islice")
def islice(iterable, *bounds):
    return iter(list(iterable)[slice(*bounds)])


@export("internal.itertools.starmap")
def starmap(function, iterable):
    return iter([function(*args) for args in iterable])


@export("internal.itertools.takewhile")
def takewhile(predicate, iterable):
    out = []
    for x in iterable:
        if not predicate(x):
            break
        out.append(x)
    return iter(out)


@export("internal.itertools.dropwhile")
def dropwhile(predicate, iterable):
    out = []
    for x in iterable:
        if out or not predicate(x):
            out.append(x)
    return iter(out)


@export("internal.itertools.compress")
def compress(data, selectors):
    return iter([x for x, chosen in zip(data, selectors) if chosen])


@export("internal.itertools.pairwise")
def pairwise(iterable):
    items = list(iterable)
    return iter(list(zip(items, items[1:])))


@export("internal.itertools.groupby")
def groupby(iterable, key=None):
    out = []
    for x in iterable:
        k = x if key is None else key(x)
        if out and out[-1][0] == k:
            out[-1][1].append(x)
        else:
            out.append((k, [x]))
    return iter([(k, iter(group)) for k, group in out])


@export("internal.itertools.tee")
def tee(iterable, n=2):
    items = list(iterable)
    return tuple([iter(items) for _ in range(n)])
