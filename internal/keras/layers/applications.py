"""Private layers of keras.applications (keras/src/applications, Keras 3.15)."""

from base import cast, variable
from tfsave import tf


def LayerScale_config(init_values, projection_dim):
    """A factor for each channel (ConvNeXt)."""


def LayerScale_build(self, input_shape):
    c = self.config
    init = {"class_name": "Constant", "config": {"value": c["init_values"]}}
    return {"gamma": variable([c["projection_dim"]], init, name="variable")}


def LayerScale_call(self, inputs):
    return inputs * cast(self, self.gamma)


def CustomScaleLayer_config(scale):
    """The first input and a part of the second (InceptionResNetV2)."""


def CustomScaleLayer_call(self, inputs):
    return inputs[0] + inputs[1] * self.config["scale"]
