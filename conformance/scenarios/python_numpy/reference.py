import numpy as np
import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 4], tf.float32), tf.TensorSpec([None], tf.int32)])
    def f(self, x, n):
        table = np.zeros((5, 4), dtype=np.float32)
        table[:, 0::2] = np.arange(5)[:, np.newaxis] / 2 ** np.arange(0, 4, 2)
        table[:, 1::2] = table[:, ::2][:, ::-1] * -1
        mask = np.tril(np.ones((4, 4), dtype=bool))
        scale = np.sqrt(16) / x.shape[-1]
        wide = np.array([1.0, 2.0, 3.0, 4.0])
        order = np.argsort([3, 1, 2, 0])
        total = tf.zeros_like(x)
        for i, row in enumerate(np.eye(4, dtype=x.dtype.as_numpy_dtype)):
            total += row * x * i
        low = np.finfo(np.float32).min
        return {
            "table": tf.constant(table), "added": x + table[:1], "left": wide * x, "cast": x * wide, "mask": tf.where(mask, x[:, None], low),
            "scale": tf.constant(scale), "scaled": x * scale, "dtype": tf.constant(np.float32(2) * 3), "sum": tf.constant(wide.sum()),
            "gathered": tf.gather(x, order, axis=1), "shaped": tf.reshape(x, [-1, np.prod(x.shape[1:])]), "ints": n * np.array([2]),
            "truncated": n * np.float64(2.5), "where": tf.gather(x, np.where(wide > 2)[0], axis=1), "total": total,
            "indexed": x[:, np.int64(1)], "mean": tf.constant(np.mean([1, 2])), "weighted": x @ np.outer(wide, [1, -1]).astype(np.float32),
        }


def build():
    return Model()
