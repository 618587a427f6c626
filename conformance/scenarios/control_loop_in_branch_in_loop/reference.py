import tensorflow as tf

INPUTS = {"target": [7, 100, 0]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None], tf.int32), tf.TensorSpec([], tf.int32)])
    def f(self, x, target):
        best = -1
        for v in x:
            if v > 0:
                k = 0
                found = False
                while k < v:
                    if k * v == target:
                        found = True
                        break
                    k += 1
                if found:
                    best = k
                    break
                best = tf.maximum(best, k + 100)
        return best


def build():
    return Model()
