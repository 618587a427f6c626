"""Writes the frozen graph of this scenario."""

import tensorflow as tf

with tf.Graph().as_default() as graph:
    x = tf.compat.v1.placeholder(tf.float32, [None, 2], name="input")
    w = tf.constant([[1., 2., 3.], [4., 5., 6.]], name="w")
    tf.nn.softmax(tf.nn.relu(tf.matmul(x, w, name="logits")), name="softmax")
with open("frozen.pb", "wb") as f:
    f.write(graph.as_graph_def().SerializeToString(deterministic=True))
