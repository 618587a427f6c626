import tensorflow as tf


class Model(tf.Module):
    sizes = [1, 2, 3]  # on the class: an object would track them
    names = {"b": 2.0, "a": 1.0}

    @tf.function(input_signature=[tf.TensorSpec([None, 3], tf.float32)])
    def f(self, x):
        parts = [x[:, i] * float(n) for i, n in enumerate(self.sizes)]
        total = parts[0]
        for p in parts[1:]:
            total += p
        n = 3
        while n > 0:
            total = total - n
            n -= 1
            if n == 1:
                break
        scaled = {name: total * value for name, value in self.names.items()}
        pairs = [(a, b) for a in range(3) for b in range(a) if (a + b) % 2]
        for a, b in zip([1., 2.], (3., 4.)):
            total = total + a * b
        else:
            total = total * 1.5
        return {"total": total, "a": scaled["a"], "b": scaled["b"], "pairs": tf.constant(pairs)}


def build():
    return Model()
