import tensorflow as tf

INPUTS = {"n": [16, 1, 5]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([], tf.int32)])
    def fizzbuzz(self, n):
        words = tf.TensorArray(tf.string, size=n)
        for i in tf.range(n):
            if i % 15 == 14:
                word = "FizzBuzz"
            elif i % 5 == 4:
                word = "Buzz"
            elif i % 3 == 2:
                word = "Fizz"
            else:
                word = tf.strings.as_string(i + 1)
            words = words.write(i, word)
        return words.stack()


def build():
    return Model()
