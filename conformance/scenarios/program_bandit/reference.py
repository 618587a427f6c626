import tensorflow as tf

INPUTS = {"arm": [-1, 1, 2]}


class Model(tf.Module):
    def __init__(self):
        self.pulls = tf.Variable([1, 1, 1], name="pulls", dtype=tf.int32, trainable=False)
        self.rewards = tf.Variable([0.5, 0.2, 0.9], name="rewards", trainable=False)

    @tf.function(input_signature=[tf.TensorSpec([], tf.int32), tf.TensorSpec([], tf.float32)])
    def choose(self, arm, reward):
        if arm >= 0:
            self.pulls.scatter_nd_add([[arm]], [1])
            self.rewards.scatter_nd_add([[arm]], [tf.abs(reward)])
        counts = tf.cast(self.pulls, tf.float32)
        total = tf.reduce_sum(counts)
        bounds = self.rewards / counts + tf.sqrt(2. * tf.math.log(total) / counts)
        return {"arm": tf.argmax(bounds), "bounds": bounds, "pulls": self.pulls}


def build():
    return Model()
