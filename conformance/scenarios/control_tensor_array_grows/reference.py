import tensorflow as tf

SKIP = {"tf2.4": "arrays that grow have an attribute of TensorFlow 2.12"}
INPUTS = {"limit": [50, 2, 1000]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([], tf.int32)])
    def fibonacci(self, limit):
        numbers = tf.TensorArray(tf.int32, size=2, dynamic_size=True, clear_after_read=False)
        numbers = numbers.write(0, 0)
        numbers = numbers.write(1, 1)
        i = 2
        while numbers.read(i - 1) + numbers.read(i - 2) < limit:
            numbers = numbers.write(i, numbers.read(i - 1) + numbers.read(i - 2))
            i += 1
        return {"numbers": numbers.stack(), "size": numbers.size()}


def build():
    return Model()
