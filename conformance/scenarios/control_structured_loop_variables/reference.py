import tensorflow as tf

INPUTS = {"n": [3, 0, 5]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32), tf.TensorSpec([], tf.int32)])
    def f(self, x, n):
        state = {"sum": x, "parts": (x * 0., [tf.constant(0)])}
        for i in tf.range(n):
            total, (product, [count]) = state["sum"], state["parts"]
            state = {"sum": total + 1., "parts": (product + total, [count + i])}
        result = tf.while_loop(lambda i, s: i < n, lambda i, s: (i + 1, {"a": s["b"], "b": s["a"] + s["b"]}), (0, {"a": x, "b": x}))
        return state["sum"], state["parts"][0], state["parts"][1][0], result[1]["a"]


def build():
    return Model()
