import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.count = tf.Variable(0, dtype=tf.int64, trainable=False, name="count")

    @tf.function
    def step(self):
        return self.count.assign_add(1)

    @tf.function(input_signature=[tf.TensorSpec([], tf.int64)])
    def serve(self, by):
        first = self.step()
        self.count.assign_add(by)
        second = self.step()
        return {"first": first, "second": second}


def build():
    model = Model()
    return model, model.serve
