import tensorflow as tf


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32)])
    def f(self, x):
        running = tf.scan(lambda a, row: a + row, x, initializer=tf.constant([1., -1.]))
        backwards = tf.scan(lambda a, row: a * 0.5 + row, x, reverse=True)
        fibonacci, _ = tf.scan(lambda a, _: (a[1], a[0] + a[1]), x[:, 0], initializer=(0., 1.))
        count = tf.foldl(lambda n, _: n + 1, x, initializer=0)
        horner = tf.foldr(lambda a, row: a * 2. + tf.reduce_sum(row), x, initializer=0.)
        return {"running": running, "backwards": backwards, "fibonacci": fibonacci, "count": count, "horner": horner}


def build():
    return Model()
