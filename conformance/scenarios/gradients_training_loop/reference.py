import tensorflow as tf

INPUTS = {"learning_rate": [0.1, 0.01, 0.5]}


class Model(tf.Module):
    def __init__(self):
        self.w = tf.Variable(5.0, name="w")
        self.b = tf.Variable(0.0, name="b")

    def predict(self, x):
        return self.w * x + self.b

    @tf.function(input_signature=[
        tf.TensorSpec([4], tf.float32), tf.TensorSpec([4], tf.float32), tf.TensorSpec([], tf.float32),
    ])
    def train(self, x, y, learning_rate):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(y - self.predict(x)))
        variables = {"w": self.w, "b": self.b}
        gradients = tape.gradient(loss, variables)
        clipped, norm = tf.clip_by_global_norm(list(gradients.values()), 5.)
        for variable, gradient in zip(variables.values(), clipped):
            variable.assign_sub(learning_rate * gradient)
        return {"loss": loss, "norm": norm, "w": self.w.read_value(), "b": self.b.read_value()}


def build():
    model = Model()
    return model, model.train
