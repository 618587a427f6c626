import collections
import functools
import itertools
import operator
import re
import string

import tensorflow as tf

INPUTS = {"t": [["a-b.c", "x"], ["(q)", "", "r!"], ["p"]]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 4], tf.float32), tf.TensorSpec([None], tf.string)])
    def f(self, x, t):
        Stats = collections.namedtuple("Stats", ["mean", "size"])
        columns = tf.unstack(x, axis=1)
        pairs = [a * b for a, b in itertools.combinations(columns, 2)]
        total = functools.reduce(operator.add, itertools.chain(columns, pairs))
        rows = functools.partial(tf.reduce_sum, axis=-1, keepdims=True)
        stats = Stats(mean=tf.reduce_mean(x), size=tf.size(x))
        groups = collections.defaultdict(list)
        for i, column in enumerate(columns):
            groups["even" if i % 2 == 0 else "odd"].append(column)
        grid = [i * 10 + j for i, j in itertools.product(range(2), repeat=2)]
        steps = list(itertools.accumulate([1, 2, 3], operator.mul))

        @functools.lru_cache(maxsize=None)
        def power(n):
            return x if n == 1 else power(n // 2) * power(n - n // 2)

        clean = tf.strings.regex_replace(t, "[%s]" % re.escape(string.punctuation), "")
        largest = max([("a", 1), ("b", 3)], key=operator.itemgetter(1))
        return {
            "total": total, "rows": rows(x), "mean": stats.mean, "size": stats._asdict()["size"], "power": power(5), "clean": clean,
            "grid": tf.constant(grid), "steps": tf.constant(steps), "largest": tf.constant(largest[0]),
            **{name: tf.add_n(group) for name, group in groups.items()},
        }


def build():
    return Model()
