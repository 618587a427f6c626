from cases import f, i, product

RANDOM = (
    "AugMix()", "CutMix()", "MixUp()", "RandAugment()", "RandomBrightness(0.2)", "RandomColorDegeneration(0.2)", "RandomColorJitter(brightness_factor=0.1)",
    "RandomContrast(0.2)", "RandomElasticTransform()", "RandomErasing()", "RandomFlip('horizontal', seed=1)", "RandomGaussianBlur()",
    "RandomHue(0.2)", "RandomInvert()", "RandomPerspective()", "RandomPosterization(2)", "RandomRotation(0.2)", "RandomSaturation(0.2)",
    "RandomSharpness(0.2)", "RandomShear(0.2, 0.2)", "RandomTranslation(0.2, 0.2)", "RandomZoom(0.2)", "Solarization(0.2, 0.3)", "MaxNumBoundingBoxes(3)",
)
IMAGE = f(9, 8, 3, low=0, high=255)

CASES = [
    *product("layers.{r}(a)", IMAGE, r=RANDOM),
    *product("layers.{r}(a)", i(9, 8, 3, dtype="uint8", high=255), r=RANDOM + ("Resizing(4, 5)", "CenterCrop(4, 5)", "AutoContrast()")),
    *product("layers.{r}(a)", f(9, 8, 3, low=0, high=255, dtype="float16"), r=("Equalization()", "RandomGrayscale()", "RandomFlip()")),
    *product("layers.Dense(2)(layers.{r}(a))", IMAGE, r=("RandomFlip(dtype='mixed_float16')", "RandomZoom(0.1, seed=3)")),
    ("layers.RandomCrop(4, 4)(a)", IMAGE, {"any_shape": True}),  # Keras crops only while training
    ("layers.Conv2D(2, 3)(layers.Dropout(0.1)(layers.RandomFlip()(a)))", IMAGE, {"archive": True}),
    *product("layers.Resizing({h}, {w}, interpolation={n!r}{o})(a)", IMAGE, h=(4, 12), w=(5,), n=("bilinear", "nearest", "bicubic", "lanczos3", "lanczos5"), o=("", ", antialias=True")),
    *product("layers.Resizing({s}, {o}=True)(a)", IMAGE, s=("4, 4", "12, 5", "3, 16"), o=("crop_to_aspect_ratio", "pad_to_aspect_ratio")),
    ("layers.Resizing(6, 12, pad_to_aspect_ratio=True, fill_value=7.5)(a)", IMAGE),
    *product("layers.Resizing(4, 6, {o}=True, data_format='channels_first')(a)", f(3, 9, 8), o=("crop_to_aspect_ratio", "pad_to_aspect_ratio", "antialias")),
    *product("layers.Resizing(4, 6{o})(a)", f(None, None, 3), o=("", ", crop_to_aspect_ratio=True", ", pad_to_aspect_ratio=True", ", dtype='float16'")),
    *product("layers.CenterCrop({s})(a)", IMAGE, s=("4, 4", "9, 5", "5, 8", "3, 6", "12, 4", "12, 16")),
    *product("layers.CenterCrop({s}, data_format='channels_first')(a)", f(3, 9, 8), s=("4, 4", "12, 4")),
    *product("layers.CenterCrop(3, 4{o})(a)", f(None, None, 3), o=("", ", dtype='mixed_float16'")),
    *product("layers.AutoContrast({o})(a)", IMAGE, o=("", "value_range=(0, 300)", "dtype='float64'")),
    ("layers.AutoContrast(value_range=(0, 1))(a)", f(9, 8, 3, low=0, high=1)),
    ("layers.AutoContrast()(a * 0)", f(5, 5, 3)),
    *product("layers.ContrastLimitedAdaptiveHistogramEqualization({o})(a)", IMAGE, o=("", "tile_grid_size=(3, 4)", "tile_grid_size=(2, 3), clip_limit=1.5", "clip_limit=0", "value_range=(0, 300)", "dtype='mixed_float16'")),
    ("layers.ContrastLimitedAdaptiveHistogramEqualization(tile_grid_size=(2, 2), value_range=(0, 1), clip_limit=40.0)(a)", f(12, 10, 1, low=0, high=1)),
    ("layers.ContrastLimitedAdaptiveHistogramEqualization(tile_grid_size=(2, 2), data_format='channels_first')(a)", f(3, 9, 8, low=0, high=255)),
    ("layers.ContrastLimitedAdaptiveHistogramEqualization(tile_grid_size=(2, 2))(a)", i(9, 8, 3, dtype="uint8", high=255)),
    ("layers.Pipeline([layers.RandomFlip(), layers.Rescaling(0.5), layers.CenterCrop(4, 4)])(a)", IMAGE),
    *product("layers.MelSpectrogram(fft_length=64, sequence_stride=16, num_mel_bins=8{o})(a)", f(200), {"rtol": 1e-4}, o=("", ", power_to_db=False", ", sequence_length=32", ", window='hamming', mag_exp=1.0", ", sampling_rate=8000, min_freq=50.0, max_freq=3000.0", ", top_db=20.0, ref_power=2.0, min_power=1e-5")),
    ("layers.MelSpectrogram(fft_length=64, sequence_stride=16, num_mel_bins=8)(a)", f(3, 200), {"rtol": 1e-4, "any_shape": True}),
    ("layers.MelSpectrogram(fft_length=64, sequence_stride=16, num_mel_bins=8, dtype='mixed_float16')(a)", f(200), {"rtol": 1e-2}),
    *product("layers.STFTSpectrogram({m!r}, frame_length=32{o})(a)", f(100, 2), m=("log", "magnitude", "psd", "real", "imag", "angle", "stft"), o=("", ", expand_dims=True")),
    *product("layers.STFTSpectrogram(frame_length=30{o})(a)", f(100, 2), o=(", frame_step=7", ", fft_length=64", ", window='hamming'", ", window=None", ", scaling=None", ", padding='same'", ", periodic=True", ", dtype='mixed_float16'")),
]
