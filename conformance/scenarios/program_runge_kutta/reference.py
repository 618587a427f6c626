import tensorflow as tf

INPUTS = {"steps": [4, 1, 0], "dt": [0.1, 0.5, 0.2]}


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([2], tf.float32), tf.TensorSpec([], tf.int32), tf.TensorSpec([], tf.float32)])
    def solve(self, y0, steps, dt):
        def pendulum(t, y):
            return tf.stack([y[1], -tf.sin(y[0]) + 0.1 * tf.cos(t)])

        def rk4(f, t, y, h):
            k1 = f(t, y)
            k2 = f(t + h / 2., y + h / 2. * k1)
            k3 = f(t + h / 2., y + h / 2. * k2)
            k4 = f(t + h, y + h * k3)
            return y + h / 6. * (k1 + 2. * k2 + 2. * k3 + k4)

        y, t = y0, tf.constant(0.)
        points = tf.TensorArray(tf.float32, size=steps + 1, element_shape=[2]).write(0, y0)
        for i in tf.range(steps):
            y = rk4(pendulum, t, y, dt)
            t += dt
            points = points.write(i + 1, y)
        return points.stack()


def build():
    return Model()
