"""Layers that change images at random while training, for training.py.

EXACT has options that leave nothing to chance: what Keras gives in a graph, the export must give. RANDOM has ranges: the same images
go through both many times, and random sums of the pixels of what comes out must have the same distribution; so must, in a batch of
one image, the share of results that are the same. Seeds are given, so that each run draws the same numbers.
"""

import numpy as np
import tensorflow as tf
from cases import product

import keras

L = keras.layers
IMAGE, FIRST, OPEN = (9, 8, 3), (3, 9, 8), (None, None, 3)
FILL = ("reflect", "wrap", "nearest", "constant")

EXACT = [
    *product("RandomRotation((0.1, 0.1), fill_mode={f!r}, fill_value=7.0, interpolation={i!r})", IMAGE, f=FILL, i=("bilinear", "nearest")),
    *product("RandomTranslation((0.2, 0.2), ({w}, {w}), fill_mode={f!r}, fill_value=7.0)", IMAGE, f=FILL, w=(0.3, -0.25, 0.0)),
    *product("RandomZoom(({h}, {h}), {w}, fill_mode={f!r})", IMAGE, f=("reflect", "constant"), h=(0.3, -0.4), w=(None, (0.1, 0.1))),
    *product("{r}, interpolation='nearest')", IMAGE, r=("RandomZoom((0.3, 0.3)", "RandomTranslation((0.2, 0.2), (0.1, 0.1)", "RandomShear(0.0, 0.0")),
    *product("{r}, {o}data_format='channels_first')", FIRST, o=("", "seed=3, "), r=("RandomRotation((0.1, 0.1)", "RandomZoom((0.3, 0.3)", "RandomTranslation((0.2, 0.2), (0.1, 0.1)")),
    *product("{r})", OPEN, r=("RandomRotation((0.1, 0.1)", "RandomZoom((0.3, 0.3)", "RandomTranslation((0.2, 0.2), (0.1, 0.1)", "RandomBrightness((0.3, 0.3)", "RandomPosterization((3, 3)")),
    *product("RandomBrightness(({f}, {f}){o})", IMAGE, f=(0.3, -0.2), o=("", ", value_range=(0, 200)", ", value_range=(50, 300)", ", dtype='mixed_float16'")),
    *product("RandomContrast((0.0, 0.0){o})", IMAGE, o=("", ", value_range=(20, 200)", ", dtype='mixed_float16'")),
    ("RandomContrast(0.0, data_format='channels_first')", FIRST),
    *product("RandomHue((0.0, 0.0){o})", IMAGE, o=("", ", value_range=(0, 300)")),
    *product("RandomSaturation(({f}, {f}){o})", IMAGE, f=(0.3, 0.7, -0.5), o=("", ", value_range=(0, 1)")),
    *product("RandomColorDegeneration(({f}, {f}){o})", IMAGE, f=(0.3, 0.7), o=("", ", value_range=(0, 150)", ", dtype='mixed_float16'")),
    *product("RandomSharpness(({f}, {f}){o})", IMAGE, f=(0.0, 0.3, 1.0), o=("", ", value_range=(0, 150)")),
    *product("Random{r}, data_format='channels_first')", FIRST, r=("Saturation((0.3, 0.3)", "ColorDegeneration((0.3, 0.3)", "Sharpness((0.3, 0.3)", "Posterization((3, 3)", "Hue((0.0, 0.0)", "Grayscale(1.0", "GaussianBlur((1.0, 1.0), sigma=(0.5, 0.5)")),
    *product("RandomGrayscale({f})", IMAGE, f=(0.0, 1.0)),
    *product("RandomInvert((1.0, 1.0){o})", IMAGE, o=("", ", value_range=(0, 300)")),
    *product("RandomPosterization(({f}, {f}){o})", IMAGE, f=(1, 3, 8), o=("", ", value_range=(0, 300)")),
    ("RandomPosterization(2)", IMAGE),
    *product("Solarization(0.0, (0.0, 0.0){o})", IMAGE, o=("", ", value_range=(0, 300)")),
    *product("RandomGaussianBlur((1.0, 1.0), kernel_size={k}, sigma=({s}, {s}))", IMAGE, k=(3, (5, 5)), s=(0.5, 1.0)),
    *product("RandomErasing((1.0, 1.0), scale=(1.0, 1.0), fill_value={v})", IMAGE, v=(7.0, (1.0, 2.0, 300.0))),
    ("RandomErasing((0.0, 0.0))", IMAGE), ("RandomPerspective((1.0, 1.0), scale=0.0)", IMAGE), ("RandomPerspective((0.0, 0.0))", IMAGE),
    ("RandomElasticTransform((0.0, 0.0))", IMAGE), ("RandomElasticTransform(scale=0.0)", IMAGE),
    *product("RandomCrop({s})", IMAGE, s=("4, 12", "12, 12", "9, 8", "12, 3", "9, 4")), ("RandomCrop(12, 3, data_format='channels_first')", FIRST),
    ("RandomColorJitter(brightness_factor=(0.1, 0.1), contrast_factor=(0.0, 0.0), saturation_factor=(0.4, 0.4), hue_factor=(0.0, 0.0))", IMAGE),
    ("RandomColorJitter((0, 300), brightness_factor=(-0.1, -0.1), data_format='channels_first')", FIRST),
    ("RandomColorJitter(contrast_factor=(0.0, 0.0), data_format='channels_first')", FIRST),
    ("RandAugment(num_ops=0)", IMAGE), ("AugMix(chain_depth=0)", IMAGE), ("MaxNumBoundingBoxes(3)", IMAGE), ("AutoContrast()", IMAGE),
    ("ContrastLimitedAdaptiveHistogramEqualization()", IMAGE),
    ("Pipeline([L.RandomBrightness((0.1, 0.1)), L.Rescaling(0.5), L.RandomZoom((0.2, 0.2))])", IMAGE),
]

# The number of calls, and of images in each. Layers that draw once for a batch need more calls.
EACH, BATCH = (20, 64), (300, 4)

RANDOM = [
    *product("RandomFlip({m!r}, seed=5)", (IMAGE, EACH), m=("horizontal", "vertical", "horizontal_and_vertical")),
    ("RandomFlip(seed=5, data_format='channels_first')", (FIRST, EACH)), ("RandomFlip(seed=5)", (OPEN, EACH)),
    ("RandomRotation(0.3, seed=5)", (IMAGE, EACH)), ("RandomRotation((0.1, 0.2), seed=5, fill_mode='constant')", (IMAGE, EACH)),
    ("RandomTranslation(0.3, (0.1, 0.4), seed=5)", (IMAGE, EACH)),
    *product("RandomZoom({z}, seed=5)", (IMAGE, EACH), z=("0.4", "0.4, 0.2", "(-0.5, -0.2)")),
    *product("RandomShear({s}, seed=5)", (IMAGE, EACH), s=("(0.0, 0.4), (0.2, 0.5)", "0.3")),
    *product("RandomContrast({f}, seed=5)", (IMAGE, EACH), f=(0.8, (0.2, 0.9))),
    *product("RandomBrightness({f}, seed=5)", (IMAGE, EACH), f=(0.3, (-0.5, 0.1))),
    *product("RandomCrop({s}, seed=5)", (IMAGE, BATCH), s=("4, 5", "8, 7")), ("RandomCrop(4, 5, seed=5, data_format='channels_first')", (FIRST, BATCH)),
    *product("RandomHue({f}, seed=5)", (IMAGE, EACH), f=(0.5, (0.2, 1.0))), ("RandomSaturation(0.5, seed=5)", (IMAGE, EACH)),
    ("RandomColorDegeneration(0.5, seed=5)", (IMAGE, EACH)), ("RandomSharpness(0.8, seed=5)", (IMAGE, EACH)),
    *product("RandomGrayscale({f}, seed=5)", (IMAGE, EACH), f=(0.5, 0.2)), *product("RandomInvert({f}, seed=5)", (IMAGE, EACH), f=(1.0, 0.4)),
    ("RandomPosterization((2, 6), seed=5)", (IMAGE, EACH)), *product("Solarization({f}, seed=5)", (IMAGE, EACH), f=("0.3, 0.8", "(0.1, 0.3), (0.2, 0.5)")),
    ("RandomGaussianBlur(0.8, kernel_size=5, sigma=(0.2, 1.0), seed=5)", (IMAGE, BATCH)),
    *product("RandomErasing({o}seed=5)", (IMAGE, EACH), o=("", "0.5, scale=(0.1, 0.9), fill_value=3.0, ")),
    ("RandomErasing(seed=5, data_format='channels_first')", (FIRST, EACH)),
    *product("RandomPerspective({o}seed=5)", (IMAGE, EACH), o=("", "0.6, scale=0.5, fill_value=9.0, interpolation='nearest', ")),
    *product("RandomElasticTransform({o}, seed=5)", ((40, 30, 1), BATCH), o=("1.0", "(1.0, 1.0), scale=(0.5, 1.0), fill_mode='constant'")),
    *product("CutMix({o}seed=5)", (IMAGE, EACH), o=("", "(0.9, 1.0), ")), ("CutMix(seed=5, data_format='channels_first')", (FIRST, EACH)),
    *product("MixUp({o}seed=5)", (IMAGE, EACH), o=("", "2.0, ")),
    ("RandomColorJitter((0, 255), 0.3, 0.5, 0.4, 0.3, seed=5)", (IMAGE, EACH)),
    ("RandAugment(seed=5)", (IMAGE, BATCH)), ("RandAugment(num_ops=1, factor=(0.0, 0.0), seed=5)", (IMAGE, (1200, 2))),
    *product("AugMix({o}seed=5)", (IMAGE, (150, 4)), o=("", "all_ops=False, num_chains=2, chain_depth=1, ")),
    ("Pipeline([L.RandomFlip(seed=5), L.RandomBrightness(0.2, seed=6)])", (IMAGE, EACH)),
]


def images_for(shape, count, seed=3):
    """Smooth images from 0 to 255, and the size for dimensions that are open."""
    shape = tuple(n or k for n, k in zip(shape, (9, 8, 3)))
    rng = np.random.default_rng(seed)
    values = rng.uniform(0, 255, (count, *shape))
    for axis in (1, 2, 3):
        values = (values + np.roll(values, 1, axis)) / 2
    return tf.constant(np.clip(255 * (values - 60) / 135, 0, 255).astype("float32"))


def both(code, shape, export, work):
    """The layer as a model in Keras, as a function of training, and its export."""
    keras.utils.set_random_seed(1)
    x = keras.Input(shape, name="x")
    model = keras.Model(x, eval("L." + code)(x))
    signature = [tf.TensorSpec((None, *shape))]

    def call(training):
        if code.startswith("AugMix") and training:  # draws its changes anew in each call only where there is no graph
            return lambda x: model(x, training=True)
        return tf.function(lambda x: model(x, training=training), input_signature=signature, autograph=False)

    return call, export(model, work), model


def check_exact(code, shape, export, work):
    call, loaded, model = both(code, shape, export, work)
    x = images_for(shape, 5)
    lines = []
    for training in (True, False):
        want, got = call(training)(x), loaded(x, training=training)
        if got.shape != want.shape or got.dtype != want.dtype:
            return [f"{got.dtype.name} {got.shape} instead of {want.dtype.name} {want.shape}"]
        apart = np.abs(np.float64(got) - np.float64(want)).max() / 255
        if apart > (2e-3 if want.dtype == tf.float16 else 1e-5):
            lines.append(f"training={training}: differs by {apart:.3g} of the largest")
    if not code.startswith("AugMix"):
        want = call(True).get_concrete_function().structured_outputs.shape
        got = loaded.__call__.get_concrete_function(tf.TensorSpec((None, *shape)), training=True).structured_outputs.shape
        if not all(w is None or g == w for g, w in zip(got, want)):  # we may know more
            lines.append(f"static shape {got} instead of {want}")
    return lines


def samples(f, x, calls):
    """Random sums of each image that f gives in many calls, and the share of images that are the one before them."""
    rng = np.random.default_rng(11)
    weights, sums, same = None, [], []
    for _ in range(calls):
        y = np.float64(f(x)).reshape(x.shape[0], -1)
        if weights is None:
            weights = rng.normal(size=(y.shape[1], 8)) * (rng.uniform(size=(y.shape[1], 8)) < 0.3)
        sums.append(y @ weights)
        same.append(np.mean([np.abs(a - b).max() < 1e-3 for a, b in zip(y, y[1:])]))
    return np.concatenate(sums), np.mean(same)


def check_random(code, shape_and_size, export, work):
    shape, (calls, size) = shape_and_size
    call, loaded, _ = both(code, shape, export, work)
    lines = []
    for kind, x in (("one image", tf.repeat(images_for(shape, 1), size, axis=0)), ("images", images_for(shape, size))):
        (want, want_same), (got, got_same) = samples(call(True), x, calls), samples(lambda x: loaded(x, training=True), x, calls)
        if abs(want_same - got_same) > 0.08:
            lines.append(f"{kind}: {got_same:.3f} instead of {want_same:.3f} of the results are the one before")
        independent = calls if size < 10 else calls * size
        for i in range(want.shape[1]):
            a, b = np.sort(want[:, i]), np.sort(got[:, i])
            # The largest distance of the two distribution functions (Kolmogorov and Smirnov); numbers that are the same up to rounding count as equal.
            step = 1e-4 * max(np.abs(a).max(), 1)
            at = np.concatenate([a, b]) + step
            distance = np.abs(np.searchsorted(a, at) - np.searchsorted(b, at)).max() / len(a)
            if distance > 1.95 * np.sqrt(2 / independent):
                lines.append(f"{kind}: the distribution of sum {i} is {distance:.3f} away, of {independent} draws")
    return lines[:4]
