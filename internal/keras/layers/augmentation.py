"""keras.layers: random changes of images while training (keras/src/layers/preprocessing/image_preprocessing, Keras 3.15).

Without training they give the images as they are, in the dtype that they compute in.
"""

from tfsave import tf


def unchanged(self, images, training):
    """What such a layer gives without training."""
    if training:
        raise ValueError(f"layer {self.name!r} ({self.class_name}): random changes of images while training are not supported")
    return in_compute_dtype(self, images)


def in_compute_dtype(self, images):
    """Images in the dtype that a layer computes in; layers of this kind take whole numbers too."""
    if isinstance(images, dict):
        raise ValueError(f"layer {self.name!r} ({self.class_name}): images with labels or boxes are not supported; give it images alone")
    return images if images.dtype == tf.as_dtype(self.compute_dtype) else tf.cast(images, self.compute_dtype)


def AugMix_config(
    value_range=(0, 255), num_chains=3, chain_depth=3, factor=0.3, alpha=1.0, all_ops=True, interpolation="bilinear",
    seed=None, data_format=None, bounding_box_format=None,
):
    """Mixtures of changed images while training."""


def AugMix_call(self, images, training=False):
    return unchanged(self, images, training)


def CutMix_config(factor=1.0, seed=None, data_format=None, bounding_box_format=None):
    """Parts of other images while training."""


def CutMix_call(self, images, training=False):
    return unchanged(self, images, training)


def Equalization_config(value_range=(0, 255), bins=256, data_format=None, bounding_box_format=None):
    """All brightnesses equally often while training."""


def Equalization_call(self, images, training=False):
    return unchanged(self, images, training)


def MaxNumBoundingBoxes_config(max_number, fill_value=-1, data_format=None, bounding_box_format=None):
    """As many boxes for each image; images stay as they are."""


def MaxNumBoundingBoxes_call(self, images, training=False):
    return unchanged(self, images, training)


def MixUp_config(alpha=0.2, data_format=None, seed=None, bounding_box_format=None):
    """Images mixed with others while training."""


def MixUp_call(self, images, training=False):
    return unchanged(self, images, training)


def RandAugment_config(
    value_range=(0, 255), num_ops=2, factor=0.5, interpolation="bilinear", seed=None, data_format=None,
    bounding_box_format=None,
):
    """Some random changes while training."""


def RandAugment_call(self, images, training=False):
    return unchanged(self, images, training)


def RandomBrightness_config(factor, value_range=(0, 255), seed=None, data_format=None, bounding_box_format=None):
    """Another brightness while training."""


def RandomBrightness_call(self, images, training=False):
    return unchanged(self, images, training)


def RandomColorDegeneration_config(factor, value_range=(0, 255), data_format=None, seed=None, bounding_box_format=None):
    """Less colour while training."""


def RandomColorDegeneration_call(self, images, training=False):
    return unchanged(self, images, training)


def RandomColorJitter_config(
    value_range=(0, 255), brightness_factor=None, contrast_factor=None, saturation_factor=None, hue_factor=None,
    seed=None, data_format=None, bounding_box_format=None,
):
    """Other colours while training."""


def RandomColorJitter_call(self, images, training=False):
    return unchanged(self, images, training)


def RandomContrast_config(factor, value_range=(0, 255), seed=None, data_format=None, bounding_box_format=None):
    """Another contrast while training."""


def RandomContrast_call(self, images, training=False):
    return unchanged(self, images, training)


def RandomElasticTransform_config(
    factor=1.0, scale=1.0, interpolation="bilinear", fill_mode="reflect", fill_value=0.0, value_range=(0, 255), seed=None,
    data_format=None, bounding_box_format=None,
):
    """Distortions while training."""


def RandomElasticTransform_call(self, images, training=False):
    return unchanged(self, images, training)


def RandomErasing_config(
    factor=1.0, scale=(0.02, 0.33), fill_value=None, value_range=(0, 255), seed=None, data_format=None,
    bounding_box_format=None,
):
    """Holes while training."""


def RandomErasing_call(self, images, training=False):
    return unchanged(self, images, training)


def RandomFlip_config(mode="horizontal_and_vertical", seed=None, data_format=None, bounding_box_format=None):
    """Mirrored images while training."""


def RandomFlip_call(self, images, training=False):
    return unchanged(self, images, training)


def RandomGaussianBlur_config(
    factor=1.0, kernel_size=3, sigma=1.0, value_range=(0, 255), data_format=None, seed=None, bounding_box_format=None,
):
    """Blur while training."""


def RandomGaussianBlur_call(self, images, training=False):
    return unchanged(self, images, training)


def RandomGrayscale_config(factor=0.5, data_format=None, seed=None, bounding_box_format=None):
    """No colours while training."""


def RandomGrayscale_call(self, images, training=False):
    return unchanged(self, images, training)


def RandomHeight_config(factor, interpolation="bilinear", seed=None):
    """Another height while training (Keras 2)."""


def RandomHeight_call(self, images, training=False):
    return unchanged(self, images, training)


def RandomHue_config(factor, value_range=(0, 255), data_format=None, seed=None, bounding_box_format=None):
    """Another hue while training."""


def RandomHue_call(self, images, training=False):
    return unchanged(self, images, training)


def RandomInvert_config(factor=1.0, value_range=(0, 255), seed=None, data_format=None, bounding_box_format=None):
    """Negatives while training."""


def RandomInvert_call(self, images, training=False):
    return unchanged(self, images, training)


def RandomPerspective_config(
    factor=1.0, scale=1.0, interpolation="bilinear", fill_value=0.0, seed=None, data_format=None,
    bounding_box_format=None,
):
    """Another perspective while training."""


def RandomPerspective_call(self, images, training=False):
    return unchanged(self, images, training)


def RandomPosterization_config(factor, value_range=(0, 255), data_format=None, seed=None, bounding_box_format=None):
    """Fewer shades while training."""


def RandomPosterization_call(self, images, training=False):
    return unchanged(self, images, training)


def RandomRotation_config(
    factor, fill_mode="reflect", interpolation="bilinear", seed=None, fill_value=0.0, data_format=None,
    bounding_box_format=None,
):
    """Turned images while training."""


def RandomRotation_call(self, images, training=False):
    return unchanged(self, images, training)


def RandomSaturation_config(factor, value_range=(0, 255), data_format=None, seed=None, bounding_box_format=None):
    """Another saturation while training."""


def RandomSaturation_call(self, images, training=False):
    return unchanged(self, images, training)


def RandomSharpness_config(factor, value_range=(0, 255), data_format=None, seed=None, bounding_box_format=None):
    """Another sharpness while training."""


def RandomSharpness_call(self, images, training=False):
    return unchanged(self, images, training)


def RandomShear_config(
    x_factor=0.0, y_factor=0.0, interpolation="bilinear", fill_mode="reflect", fill_value=0.0, data_format=None,
    seed=None, bounding_box_format=None,
):
    """Sheared images while training."""


def RandomShear_call(self, images, training=False):
    return unchanged(self, images, training)


def RandomTranslation_config(
    height_factor, width_factor, fill_mode="reflect", interpolation="bilinear", seed=None, fill_value=0.0,
    data_format=None, bounding_box_format=None,
):
    """Moved images while training."""


def RandomTranslation_call(self, images, training=False):
    return unchanged(self, images, training)


def RandomWidth_config(factor, interpolation="bilinear", seed=None):
    """Another width while training (Keras 2)."""


def RandomWidth_call(self, images, training=False):
    return unchanged(self, images, training)


def RandomZoom_config(
    height_factor, width_factor=None, fill_mode="reflect", interpolation="bilinear", seed=None, fill_value=0.0,
    data_format=None, bounding_box_format=None,
):
    """Larger or smaller images while training."""


def RandomZoom_call(self, images, training=False):
    return unchanged(self, images, training)


def Solarization_config(
    addition_factor=0.0, threshold_factor=0.0, value_range=(0, 255), seed=None, data_format=None, bounding_box_format=None,
):
    """Bright pixels inverted while training."""


def Solarization_call(self, images, training=False):
    return unchanged(self, images, training)
