"""functools, operator and copy of Python's library, as bodies can import them."""

from tfsave import export, tf


@export("internal.functools.partial")
def partial(func, /, *args, **keywords):
    def call(*more, **changed):
        return func(*args, *more, **{**keywords, **changed})

    return call


@export("internal.functools.reduce")
def reduce(function, iterable, *initial):
    rest = iter([*initial, *iterable])
    items = list(rest)
    if not items:
        raise TypeError("reduce() of empty iterable with no initial value")
    value = items[0]
    for item in items[1:]:
        value = function(value, item)
    return value


@export("internal.functools.wraps")
def wraps(wrapped, assigned=None, updated=None):
    return lambda wrapper: wrapper


@export("internal.functools.lru_cache")
def lru_cache(maxsize=128, typed=False):
    if callable(maxsize):
        return cache(maxsize)
    return cache


@export("internal.functools.cache")
def cache(user_function):
    known = {}

    def call(*args, **kwargs):
        key = (args, tuple(kwargs.items()))
        if key not in known:
            known[key] = user_function(*args, **kwargs)
        return known[key]

    return call


@export("internal.operator.add")
def add(a, b):
    return a + b


@export("internal.operator.sub")
def sub(a, b):
    return a - b


@export("internal.operator.mul")
def mul(a, b):
    return a * b


@export("internal.operator.truediv")
def truediv(a, b):
    return a / b


@export("internal.operator.floordiv")
def floordiv(a, b):
    return a // b


@export("internal.operator.mod")
def mod(a, b):
    return a % b


@export("internal.operator.pow")
def power(a, b):
    return a**b


@export("internal.operator.matmul")
def matmul(a, b):
    return a @ b


@export("internal.operator.and_")
def and_(a, b):
    return a & b


@export("internal.operator.or_")
def or_(a, b):
    return a | b


@export("internal.operator.xor")
def xor(a, b):
    return a ^ b


@export("internal.operator.lt")
def lt(a, b):
    return a < b


@export("internal.operator.le")
def le(a, b):
    return a <= b


@export("internal.operator.gt")
def gt(a, b):
    return a > b


@export("internal.operator.ge")
def ge(a, b):
    return a >= b


@export("internal.operator.eq")
def eq(a, b):
    return a == b


@export("internal.operator.ne")
def ne(a, b):
    return a != b


@export("internal.operator.neg")
def neg(a):
    return -a


@export("internal.operator.not_")
def not_(a):
    return not a


@export("internal.operator.getitem")
def getitem(a, b):
    return a[b]


@export("internal.operator.contains")
def contains(a, b):
    return b in a


@export("internal.operator.itemgetter")
def itemgetter(item, /, *items):
    if not items:
        return lambda obj: obj[item]
    return lambda obj: tuple([obj[i] for i in (item, *items)])


@export("internal.operator.attrgetter")
def attrgetter(attr, /, *attrs):
    def get(obj, path):
        for name in path.split("."):
            obj = getattr(obj, name)
        return obj

    if not attrs:
        return lambda obj: get(obj, attr)
    return lambda obj: tuple([get(obj, a) for a in (attr, *attrs)])


@export("internal.copy.copy")
def copy(x):
    if isinstance(x, (list, dict, set)):
        return x.copy()
    return x


@export("internal.copy.deepcopy")
def deepcopy(x, memo=None):
    if isinstance(x, dict):
        return {k: deepcopy(v) for k, v in x.items()}
    if isinstance(x, list):
        return [deepcopy(v) for v in x]
    if isinstance(x, tuple):
        items = [deepcopy(v) for v in x]
        return type(x)(*items) if hasattr(x, "_fields") else tuple(items)
    if isinstance(x, set):
        return x.copy()
    if isinstance(x, (tf.Tensor, tf.Variable)):
        raise NotImplementedError("copy.deepcopy of a tensor or variable is not supported")
    return x
