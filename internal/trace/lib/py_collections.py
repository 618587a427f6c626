"""collections, string and re of Python's library, as bodies can import them."""

from tfsave import export, tf


@export("internal.collections.namedtuple")
def namedtuple(typename, field_names):
    return tf.internal.namedtuple(typename, field_names)


@export("internal.collections.OrderedDict")
def OrderedDict(*args, **kwargs):
    return dict(*args, **kwargs)


@export("internal.collections.defaultdict")
def defaultdict(default_factory=None, *args, **kwargs):
    return tf.internal.defaultdict(default_factory, dict(*args, **kwargs))


@export("internal.collections.Counter")
def Counter(iterable=(), **kwargs):
    counts = tf.internal.defaultdict(int, {}, counter=True)
    if isinstance(iterable, dict):
        counts.update(iterable)
    else:
        for x in iterable:
            counts[x] += 1
    for k, n in kwargs.items():
        counts[k] += n
    return counts


@export("internal.re.escape")
def escape(pattern):
    return "".join(["\\" + c if c in "()[]{}?*+-|^$\\.&~# \t\n\r\v\f" else c for c in pattern])
