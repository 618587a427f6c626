import tensorflow as tf

INPUTS = {"observed": [[0, 1, 2, 1], [2], [0, 0, 1]]}


class Model(tf.Module):
    def __init__(self):
        self.transition = tf.constant([[-0.3, -1.4], [-0.9, -0.5]])
        self.emission = tf.constant([[-0.2, -1.8, -2.0], [-1.5, -0.6, -1.0]])

    @tf.function(input_signature=[tf.TensorSpec([None], tf.int32)])
    def decode(self, observed):
        scores = tf.gather(self.emission, observed, axis=1)
        n = tf.size(observed)
        current = scores[:, 0]
        back = tf.TensorArray(tf.int32, size=n, element_shape=[2])
        for t in tf.range(1, n):
            candidates = current[:, tf.newaxis] + self.transition
            back = back.write(t, tf.argmax(candidates, axis=0, output_type=tf.int32))
            current = tf.reduce_max(candidates, axis=0) + scores[:, t]
        state = tf.argmax(current, output_type=tf.int32)
        path = tf.TensorArray(tf.int32, size=n, element_shape=[], clear_after_read=False)
        path = path.write(n - 1, state)
        for t in tf.range(n - 1, 0, -1):
            state = back.read(t)[state]
            path = path.write(t - 1, state)
        return {"path": path.stack(), "score": tf.reduce_max(current)}


def build():
    return Model()
