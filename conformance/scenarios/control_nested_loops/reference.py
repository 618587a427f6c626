import tensorflow as tf

INPUTS = {"n": [7, 0, 2], "m": [5, 3, 9]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([], tf.int32), tf.TensorSpec([], tf.int32)])
    def f(self, n, m):
        pairs = 0
        total = 0
        for i in tf.range(n):
            if i == 5:
                break
            for j in tf.range(m):
                if (i + j) % 2 == 0:
                    continue
                if j > 3:
                    break
                pairs += 1
                total += i * j
            total += 100
        return pairs, total


def build():
    return Model()
