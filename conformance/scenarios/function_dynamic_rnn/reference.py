import tensorflow as tf


class Model(tf.Module):
    def __init__(self):
        self.kernel = tf.Variable([[0.5, -0.25], [0.1, 0.3]], name="kernel")

    def cell(self, x, state):
        return tf.tanh(x @ self.kernel + state)

    @tf.function(input_signature=[tf.TensorSpec([None, None, 2], tf.float32)])
    def run(self, sequences):
        def dynamic_rnn(step, input_data, initial_state):
            input_data = tf.transpose(input_data, [1, 0, 2])
            max_seq_len = tf.shape(input_data)[0]
            states = tf.TensorArray(tf.float32, size=max_seq_len)
            state = initial_state
            for i in tf.range(max_seq_len):
                state = step(input_data[i], state)
                states = states.write(i, state)
            return tf.transpose(states.stack(), [1, 0, 2])

        return dynamic_rnn(self.cell, sequences, tf.zeros([tf.shape(sequences)[0], 2]))


def build():
    model = Model()
    return model, model.run
