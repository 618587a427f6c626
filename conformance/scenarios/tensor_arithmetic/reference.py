import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([2, 2], tf.float32), tf.TensorSpec([2, 2], tf.float32)])
    def f(self, a, b):
        return {
            "add": tf.add(a, b), "multiply": tf.multiply(a, b), "matmul": tf.matmul(a, b), "plus": a + b, "times": a * b,
            "at": a @ b, "max": tf.reduce_max(a), "argmax": tf.math.argmax(a), "softmax": tf.nn.softmax(a),
            "converted": tf.convert_to_tensor([1, 2, 3]), "lists": tf.reduce_max([1.5, 2.5]),
            "where": tf.argmax([[3, 1], [1, 7]], axis=1, output_type=tf.int32),
        }


def build():
    return Model()
