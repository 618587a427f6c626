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
    *product("RandomRotation(({a}, {a}), interpolation={i!r})", IMAGE, a=(0.25, 0.5, -0.25), i=("bilinear", "nearest")),
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

# Images with labels, boxes and masks, where Keras's models can have them.
FORMATS = ("xyxy", "yxyx", "xywh", "center_xywh", "center_yxhw", "rel_xyxy", "rel_yxyx", "rel_xywh", "rel_center_xywh")
ALL, FLAT = ("labels", "boxes", "masks"), ("labels", "masks")
PARTS = [
    *product("RandomTranslation(({h}, {h}), (-0.2, -0.2), bounding_box_format={f!r})", ALL, h=(0.3,), f=FORMATS),
    *product("RandomZoom(({h}, {h}), (-0.1, -0.1), bounding_box_format={f!r})", ALL, h=(0.3, -0.3), f=("xyxy", "rel_xywh", "center_xywh")),
    *product("RandomRotation((0.1, 0.1), bounding_box_format={f!r})", ALL, f=("xyxy", "rel_xywh")),
    *product("RandomPerspective((1.0, 1.0), scale=0.0, bounding_box_format={f!r})", ALL, f=("xyxy", "rel_xywh")),
    *product("RandomShear(0.0, 0.0, bounding_box_format={f!r})", ALL, f=("xyxy", "rel_xywh")),
    *product("MaxNumBoundingBoxes({n}, bounding_box_format='xyxy')", ALL, n=(1, 3, 6)),
    *product("{r}, bounding_box_format='xyxy')", ALL, r=("RandomBrightness((0.1, 0.1)", "RandomContrast(0.0", "RandomPosterization((3, 3)", "RandomInvert((1.0, 1.0)", "RandomErasing((0.0, 0.0)", "RandomSharpness((0.5, 0.5)", "Solarization(0.0", "AutoContrast(value_range=(0, 255)", "RandomHue(0.0", "RandomSaturation((0.3, 0.3)", "RandomColorJitter(brightness_factor=(0.1, 0.1)", "RandomGaussianBlur((0.0, 0.0)")),
    *product("{r}, bounding_box_format='xyxy')", ALL, r=("RandAugment(num_ops=0", "AugMix(chain_depth=0")), ("RandomElasticTransform(scale=0.0)", FLAT),
    ("RandomZoom((0.3, 0.3), data_format='channels_first', bounding_box_format='xyxy')", ALL),
    ("Pipeline([L.RandomBrightness((0.1, 0.1), bounding_box_format='xyxy'), L.RandomTranslation((0.3, 0.3), (0.0, 0.0), bounding_box_format='yxyx')])", ("labels", "boxes")),
]

RANDOM_PARTS = [
    *product("{r}seed=5, bounding_box_format='xyxy')", ALL, r=("RandomFlip('horizontal', ", "RandomFlip('vertical', ", "RandomRotation(0.3, ", "RandomTranslation(0.3, 0.2, ", "RandomZoom(0.3, 0.2, ", "RandomShear(0.3, 0.2, ", "RandomPerspective((1.0, 1.0), scale=0.5, ", "RandAugment(num_ops=3, ")),
    *product("{r}seed=5)", FLAT, r=("RandomFlip(", "AugMix(chain_depth=2, ", "RandomElasticTransform((1.0, 1.0), scale=(0.8, 1.0), ", "RandomHue(0.2, ")),
    *product("{r}seed=5)", ("labels",), r=("MixUp(", "MixUp(2.0, ", "CutMix((0.5, 1.0), ")), ("CutMix(seed=5)", FLAT),
    *product("RandomFlip(seed=5, bounding_box_format={f!r})", ALL, f=("rel_xyxy", "center_xywh")),
    ("RandomRotation(0.3, seed=5, data_format='channels_first', bounding_box_format='yxyx')", ALL),
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

    def call(training):
        if code.startswith("AugMix") and training:  # draws its changes anew in each call only where there is no graph
            return lambda x: model(x, training=True)
        return in_graph(model, training)

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


def parts(code, names):
    """The layer as a model in Keras that takes a dict of images and what belongs to them, and data for it."""
    first, relative = "channels_first" in code, "rel_" in code
    rng = np.random.default_rng(4)
    corner, size = rng.uniform(0.0, 0.6, (3, 4, 2)), rng.uniform(0.1, 0.5, (3, 4, 2))
    boxes = np.concatenate([corner, corner + size if "xyxy" in code or "yxyx" in code else size], axis=-1) * (1 if relative else 8)
    data = {
        "images": images_for(FIRST if first else IMAGE, 3), "labels": rng.uniform(0, 1, (3, 5)), "boxes": boxes,
        "numbers": rng.integers(0, 9, (3, 4)), "masks": rng.integers(0, 4, (3, *((1, 9, 8) if first else (9, 8, 1)))),
    }
    data = {name: tf.constant(np.float32(value)) for name, value in data.items() if name in ("images", *names) or name == "numbers" and "boxes" in names}
    inputs = {name: keras.Input(value.shape[1:], name=name) for name, value in data.items()}
    tree = {key: inputs[name] for key, name in (("images", "images"), ("labels", "labels"), ("segmentation_masks", "masks")) if name in inputs}
    if "boxes" in names:
        tree["bounding_boxes"] = {"boxes": inputs["boxes"], "labels": inputs["numbers"]}
    keras.utils.set_random_seed(1)
    return keras.Model(inputs, eval("L." + code)(tree)), data


def flat_parts(result):
    """The parts of a result by name."""
    boxes = result.get("bounding_boxes", {})
    return {k: v for k, v in result.items() if k != "bounding_boxes"} | {f"bounding_boxes.{k}": v for k, v in boxes.items()}


def in_graph(model, training):
    """The call of a model as a function in which the size of the batch is open."""
    signature = tf.nest.map_structure(lambda x: tf.TensorSpec((None, *x.shape[1:])), model.input)
    return tf.function(lambda x: model(x, training=training), input_signature=[signature], autograph=False)


def check_parts(code, names, export, work):
    model, data = parts(code, names)
    loaded = export(model, work)
    lines = []
    for training in (True, False):
        want = flat_parts(in_graph(model, training)(data))
        got = flat_parts(loaded(data, training=training))
        if set(got) != set(want):
            return [f"the parts {sorted(got)} instead of {sorted(want)}"]
        for name, w in want.items():
            g = got[name]
            if g.shape != w.shape or g.dtype != w.dtype:
                lines.append(f"training={training}: {name} is {g.dtype.name} {g.shape} instead of {w.dtype.name} {w.shape}")
            elif not np.allclose(g, w, rtol=1e-5, atol=1e-3 if name == "images" else 1e-5):
                lines.append(f"training={training}: {name} differ by {np.abs(g - w).max():.3g}")
    return lines


def check_random_parts(code, names, export, work):
    model, data = parts(code, names)
    loaded = export(model, work)
    size, calls = 3, 300
    if "Mix" not in code:
        data = {name: tf.repeat(value[:1], size, axis=0) for name, value in data.items()}

    def joined(f):
        def call(x):
            result = flat_parts(f(x))
            scales = {"images": 1 / 255, "bounding_boxes.boxes": 1 / 4}
            return np.concatenate([np.float64(v).reshape(v.shape[0], -1) * scales.get(k, 1) for k, v in sorted(result.items())], axis=1)

        return call

    want = (lambda x: model(x, training=True)) if "AugMix" in code else in_graph(model, True)
    independent = calls if code.startswith(("RandAugment", "AugMix", "RandomElastic")) else calls * size
    return compare_samples("", samples(joined(want), data, calls), samples(joined(lambda x: loaded(x, training=True)), data, calls), independent)


def samples(f, x, calls):
    """Random sums of each image that f gives in many calls, and the share of images that are the one before them."""
    rng = np.random.default_rng(11)
    weights, sums, same = None, [], []
    for _ in range(calls):
        y = np.float64(f(x))
        y = y.reshape(y.shape[0], -1)
        if weights is None:
            weights = rng.normal(size=(y.shape[1], 8)) * (rng.uniform(size=(y.shape[1], 8)) < 0.3)
        sums.append(y @ weights)
        same.append(np.mean([np.abs(a - b).max() < 1e-3 for a, b in zip(y, y[1:])]))
    return np.concatenate(sums), np.mean(same)


def compare_samples(kind, wanted, given, independent):
    """What differs in two samples, of so many independent draws."""
    (want, want_same), (got, got_same) = wanted, given
    lines = []
    if abs(want_same - got_same) > 0.08:
        lines.append(f"{kind}: {got_same:.3f} instead of {want_same:.3f} of the results are the one before")
    for i in range(want.shape[1]):
        a, b = np.sort(want[:, i]), np.sort(got[:, i])
        # The largest distance of the two distribution functions (Kolmogorov and Smirnov); what is the same up to rounding counts as equal.
        at = np.concatenate([a, b]) + 1e-4 * max(np.abs(a).max(), 1)
        distance = np.abs(np.searchsorted(a, at) - np.searchsorted(b, at)).max() / len(a)
        if distance > 1.95 * np.sqrt(2 / independent):
            lines.append(f"{kind}: the distribution of sum {i} is {distance:.3f} away, of {independent} draws")
    return lines[:4]


def check_random(code, shape_and_size, export, work):
    shape, (calls, size) = shape_and_size
    call, loaded, _ = both(code, shape, export, work)
    lines = []
    for kind, x in (("one image", tf.repeat(images_for(shape, 1), size, axis=0)), ("images", images_for(shape, size))):
        want, got = samples(call(True), x, calls), samples(lambda x: loaded(x, training=True), x, calls)
        lines += compare_samples(kind, want, got, calls if size < 10 else calls * size)
    return lines


CHECKS = [
    *[(check_exact, *case) for case in EXACT], *[(check_random, *case) for case in RANDOM],
    *[(check_parts, *case) for case in PARTS], *[(check_random_parts, *case) for case in RANDOM_PARTS],
]
