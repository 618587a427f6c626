import tensorflow as tf

VALUES = "free"


class Model(tf.Module):
    def __init__(self):
        self.w = tf.Variable(tf.zeros([4, 5]), name="w")
        self.b = tf.Variable(tf.zeros([5]), name="b")

    @tf.function
    def func(self, x):
        return tf.nn.relu(x @ self.w + self.b)

    @tf.function
    def serve(self, x):
        y = self.func(x)
        return {"out": y}


def build():
    model = Model()
    signature = model.serve.get_concrete_function(tf.TensorSpec([None, 4], tf.float32, name="inp"))
    return model, {"serving_default": signature}, tf.saved_model.SaveOptions(function_aliases={"my_func": model.func})
