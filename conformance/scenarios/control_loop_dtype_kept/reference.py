import tensorflow as tf

INPUTS = {"n": [3, 0, 1]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([], tf.int32), tf.TensorSpec([], tf.float64)])
    def f(self, n, x):
        count, ratio, flag, name = 0, 1.5, False, "start"
        scale = x
        for i in tf.range(n):
            count += 1
            ratio *= 2
            flag = i > 1
            name = tf.strings.join([name, "+"])
            scale /= 2
        return count, ratio, flag, name, scale


def build():
    return Model()
