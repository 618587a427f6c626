import tensorflow as tf


class Model(tf.Module):
    @tf.function
    def attend(self, query, mask=None, mode='mean', options=None):
        options = options or {"scale": 1.0}
        scores = query * options.get("scale", 2.0)
        if mask is not None:
            scores = tf.where(mask, scores, tf.zeros_like(scores))
        if mode == "mean":
            return tf.reduce_mean(scores, axis=-1)
        elif mode in ("sum", "total"):
            return tf.reduce_sum(scores, axis=-1)
        raise ValueError(f"no mode {mode!r}")


def build():
    model = Model()
    x = tf.TensorSpec([None, 3], tf.float32)
    model.attend.get_concrete_function(x)
    model.attend.get_concrete_function(x, tf.TensorSpec([None, 3], tf.bool))
    model.attend.get_concrete_function(query=x, mode="total", options={"scale": 0.5})
    return model
