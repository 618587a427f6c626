import tensorflow as tf


def build():
    model = tf.Module()
    model.zeros = tf.Variable(tf.zeros([2, 3]), name="zeros")
    model.ones = tf.Variable(tf.ones([3], tf.int32), name="ones")
    model.constant = tf.Variable(tf.fill([2, 2], tf.constant(0.25, tf.float64)), name="constant")
    model.identity = tf.Variable(tf.eye(3), name="identity")
    model.scaled = tf.Variable(2.5 * tf.eye(2, 3), name="scaled")
    model.half = tf.Variable(tf.ones([4], tf.float16), name="half")
    model.bfloat = tf.Variable(tf.fill([4], tf.constant(3, tf.bfloat16)), name="bfloat")
    model.no = tf.Variable([False, False], name="no")
    return model
