import tensorflow as tf

RTOL = 1e-5


class Model(tf.Module):
    def __init__(self):
        self.state = tf.Variable([[0.0], [0.0]], name="state", trainable=False)
        self.covariance = tf.Variable([[1.0, 0.0], [0.0, 1.0]], name="covariance", trainable=False)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
    def track(self, z):
        a = tf.constant([[1., 1.], [0., 1.]])
        h = tf.constant([[1., 0.]])
        x, p = self.state.read_value(), self.covariance.read_value()
        for measured in z:
            x = a @ x
            p = a @ p @ tf.transpose(a) + 0.01 * tf.eye(2)
            s = h @ p @ tf.transpose(h) + 0.5
            gain = tf.transpose(tf.linalg.solve(s, h @ p))
            x = x + gain * (measured - h @ x)
            p = (tf.eye(2) - gain @ h) @ p
        self.state.assign(x)
        self.covariance.assign(p)
        return {"position": x[0, 0], "speed": x[1, 0], "certainty": tf.linalg.det(p)}


def build():
    return Model()
