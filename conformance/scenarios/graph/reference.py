import pathlib

import tensorflow as tf

_FROZEN = pathlib.Path(__file__).with_name("frozen.pb")


class Model(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32)])
    def f(self, x):
        graph_def = tf.compat.v1.GraphDef.FromString(_FROZEN.read_bytes())
        del graph_def.node[0]  # the placeholder that x replaces: nothing reads it any more
        probs, = tf.graph_util.import_graph_def(graph_def, {"input:0": x}, ["softmax:0"], name="")
        return {"probs": probs}


def build():
    model = Model()
    return model, model.f
