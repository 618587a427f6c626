import tensorflow as tf

INPUTS = {"edges": [[[0, 1], [1, 2], [2, 0]], [[0, 0], [1, 0]], [[2, 1]]], "graph": [[0, 0, 1]]}


class Model(tf.Module):
    def __init__(self):
        self.w = tf.Variable([[0.5, -0.5, 1.0], [1.0, 0.25, 0.0]], name="w")

    @tf.function(input_signature=[
        tf.TensorSpec([3, 2], tf.float32), tf.TensorSpec([None, 2], tf.int32), tf.TensorSpec([3], tf.int32),
    ])
    def f(self, nodes, edges, graph):
        source, target = tf.unstack(edges, axis=1)
        messages = tf.gather(nodes, source) @ self.w
        arrived = tf.math.unsorted_segment_sum(messages, target, tf.shape(nodes)[0])
        degree = tf.math.bincount(target, minlength=3, maxlength=3, dtype=tf.float32)
        states = tf.nn.relu(arrived / tf.sqrt(tf.maximum(degree, 1.))[:, tf.newaxis] + nodes @ self.w)
        return {"states": states, "graphs": tf.math.segment_mean(states, graph)}


def build():
    return Model()
