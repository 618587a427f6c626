import tensorflow as tf

INPUTS = {"n": [6, 1, 27]}


class Model(tf.Module):
    def next_collatz(self, n):
        return tf.where(n % 2 == 0, n // 2, 3 * n + 1)

    @tf.function(input_signature=[tf.TensorSpec([], tf.int32)])
    def steps(self, n):
        count = 0
        while n > 1:
            n = self.next_collatz(n)
            count += 1
        return {"count": count, "last": n}


def build():
    model = Model()
    return model, model.steps
