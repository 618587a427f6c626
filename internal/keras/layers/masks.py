"""Masks: which steps of a sequence count. See masks.go for how they go from layer to layer."""

from tfsave import tf

# Classes that let a mask pass as it is: those with supports_masking and the compute_mask of Layer
# (keras/src/layers, Keras 3.15).
PASS_MASK = (
    "Activation", "ActivityRegularization", "AlphaDropout", "BatchNormalization", "Dense", "Dropout", "ELU",
    "GaussianDropout", "GaussianNoise", "GroupNormalization", "GroupedQueryAttention", "Identity", "LayerNormalization",
    "LeakyReLU", "MultiHeadAttention", "Normalization", "PReLU", "ReLU", "Rescaling", "Softmax", "SpatialDropout1D",
    "SpatialDropout2D", "SpatialDropout3D", "ThresholdedReLU", "UnitNormalization",
)


def mask_passing_classes():
    return PASS_MASK


def merged_mask(self, inputs, mask):
    """The mask of inputs that are merged element by element. Keras 2 wants all of them, Keras 3 one."""
    if mask is None:
        return None
    if self.keras2:
        known = [m for m in mask if m is not None]
        if not known:
            return None
        result = known[0]
        for m in known[1:]:
            result = tf.logical_and(result, m)
        return result
    if None in mask:
        return None
    result = mask[0]
    for m in mask[1:]:
        result = tf.logical_or(result, m)
    return result


def Add_compute_mask(self, inputs, mask=None):
    return merged_mask(self, inputs, mask)


def Subtract_compute_mask(self, inputs, mask=None):
    return merged_mask(self, inputs, mask)


def Multiply_compute_mask(self, inputs, mask=None):
    return merged_mask(self, inputs, mask)


def Average_compute_mask(self, inputs, mask=None):
    return merged_mask(self, inputs, mask)


def Maximum_compute_mask(self, inputs, mask=None):
    return merged_mask(self, inputs, mask)


def Minimum_compute_mask(self, inputs, mask=None):
    return merged_mask(self, inputs, mask)


def Concatenate_compute_mask(self, inputs, mask=None):
    if mask is None or all([m is None for m in mask]):
        return None
    masks = []
    for x, m in zip(inputs, mask):
        if m is None:
            m = tf.ones_like(x, dtype=tf.bool)
        elif m.shape.rank < x.shape.rank:
            m = tf.expand_dims(m, -1)
            if not self.keras2:
                m = tf.logical_or(m, tf.zeros_like(x, dtype=tf.bool))
        masks.append(m)
    joined = tf.concat(masks, axis=self.config["axis"])
    return tf.reduce_all(joined, axis=-1) if self.keras2 else tf.reduce_any(joined, axis=-1)


def Dot_compute_mask(self, inputs, mask=None):
    return None


def GlobalAveragePooling1D_compute_mask(self, inputs, mask=None):
    return None
