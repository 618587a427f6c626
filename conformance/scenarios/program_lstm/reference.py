import tensorflow as tf

INPUTS = {"lengths": [[3, 1], [0, 5, 2], [2]]}


class Model(tf.Module):
    def __init__(self):
        self.kernel = tf.Variable([[0.5, -0.2, 0.1, 0.3, 0.2, -0.1, 0.4, 0.0], [0.1, 0.3, -0.4, 0.2, 0.0, 0.5, -0.3, 0.1]], name="kernel")
        self.recurrent = tf.Variable([[0.2, 0.1, 0.0, -0.1, 0.3, 0.2, -0.2, 0.1], [-0.3, 0.2, 0.1, 0.4, 0.0, 0.1, 0.2, -0.2]], name="recurrent")
        self.bias = tf.Variable([0.0, 0.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0], name="bias")

    @tf.function(input_signature=[tf.TensorSpec([None, 5, 2], tf.float32), tf.TensorSpec([None], tf.int32)])
    def encode(self, x, lengths):
        batch = tf.shape(x)[0]
        h = c = tf.zeros([batch, 2])
        outputs = []
        mask = tf.sequence_mask(lengths, 5)
        for t in range(5):
            gates = x[:, t] @ self.kernel + h @ self.recurrent + self.bias
            i, forget, g, o = tf.split(gates, 4, axis=-1)
            new_c = tf.sigmoid(forget) * c + tf.sigmoid(i) * tf.tanh(g)
            new_h = tf.sigmoid(o) * tf.tanh(new_c)
            keep = mask[:, t, tf.newaxis]
            h, c = tf.where(keep, new_h, h), tf.where(keep, new_c, c)
            outputs.append(h)
        return {"outputs": tf.stack(outputs, axis=1), "state": tf.concat([h, c], -1)}


def build():
    return Model()
