"""Functions in dtypes and ranks that the files of their own do not have."""

import numpy as np

from cases import b, bf16, c64, c128, const, f32, f64, half, i32, i64, s, u8


def each(body, *inputs):
    return [(body, dict(x=x)) for x in inputs]


def square(make, *batch):
    """Matrices that have inverses, roots and logarithms."""
    x = make(*batch, 3, 3)
    return (x @ np.swapaxes(x, -1, -2) + 3 * np.eye(3)).astype(x.dtype)


FLOATS = (half(2), f64(2, 3, 2), bf16(3))

CASES = [
    # element by element
    *each("tf.nn.relu6(x)", *FLOATS), *each("tf.nn.crelu(x)", f64(4), half(2, 2, 3)), *each("tf.nn.silu(x)", f64(3), half(2, 2, 2)),
    *each("tf.stop_gradient(x)", i32(3), s(2, 2), f64()), *each("tf.guarantee_const(x)", i64(2, 2)),
    *each("tf.grad_pass_through(tf.abs)(x)", f64(2, 2)), *each("tf.recompute_grad(lambda a: a * 2)(x)", f64(4)),
    *each("tf.debugging.check_numerics(x, 'm')", f32(2, 2), f64(3)), *each("tf.math.logical_not(x)", b(3), b()),
    *each("tf.math.ndtri(x)", f64(2, 2, low=0.1, high=0.9)), *each("tf.math.reciprocal_no_nan(x)", f64(2, 2), c64(3)),
    ("tf.math.igamma(x, y)", dict(x=f64(2, 2, low=0.5, high=3), y=f64(2, low=0.5, high=3))),
    ("tf.math.zeta(x, y)", dict(x=f64(2, 2, low=1.5, high=3), y=f64(2, low=0.5, high=3))),
    ("tf.math.polygamma(x, y)", dict(x=const([[1.0, 2.0]], "float64"), y=f64(2, 1, low=0.5, high=3))),
    ("tf.math.betainc(x, x, y)", dict(x=f64(2, 2, low=0.5, high=3), y=f64(2, 2, low=0.1, high=0.9)), {"rtol": 1e-5}),
    ("tf.math.nextafter(x, y)", dict(x=f64(2, 2), y=f64(2, 2))), ("tf.realdiv(x, y)", dict(x=f64(2, 2), y=f64(2, low=1, high=2))),
    ("tf.truncatediv(x, y)", dict(x=i64(2, 3), y=i64(3, low=1, high=4))),
    ("tf.truncatemod(x, y)", dict(x=f32(2, 3), y=f32(3, low=1, high=4))),
    ("tf.bitwise.bitwise_or(x, y)", dict(x=i64(2, 3), y=i64(3))), ("tf.math.polyval([x, y, x], y)", dict(x=f64(), y=f64(2, 2))),
    ("tf.nn.log_poisson_loss(x, y, compute_full_loss=True)", dict(x=f64(4, low=0.5, high=2), y=f64(4))),
    *each("tf.saturate_cast(x, tf.uint8)", f64(2, 3, low=-400, high=400), i64(2, 2, low=-400, high=400)),
    # arrays
    *each("tf.ones(tf.shape(x), x.dtype) + x", i32(2), c64(2, 2)), *each("tf.shape_n([x, x])", s(2, 2), i64(3)),
    *each("tf.unique(x)", s(4), u8(5, low=0, high=3)), *each("tf.unique_with_counts(x, tf.int64)", s(4), i64(5, low=0, high=3)),
    *each("tf.meshgrid(x, x)", i64(3)), ("tf.meshgrid(x, y, indexing='ij')", dict(x=f64(), y=f64(2, 2))),
    *each("tf.space_to_batch_nd(x, [2, 2], [[0, 0], [0, 0]])", i32(1, 4, 4), f64(2, 4, 2, 3)),
    *each("tf.batch_to_space(x, [2, 2], [[0, 0], [0, 0]])", i32(4, 2, 2), f64(4, 2, 2, 3)),
    *each("tf.parallel_stack([x, x])", i64(3)), *each("tf.tuple([x, x + x])", f64(2, 2)),
    *each("tf.unravel_index(x, tf.constant([3, 4], x.dtype))", i64(3, low=0, high=12)),
    *each("tf.approx_top_k(x, 2)[0]", half(5), bf16(2, 2, 5)), *each("tf.math.approx_max_k(x, 2)[0]", half(5)),
    ("tf.case([(x > 0, lambda: x), (x < -5, lambda: x * 2)], default=lambda: -x)", dict(x=f64())),
    *each("tf.math.accumulate_n([x, x])", i32(3)), *each("tf.math.cumulative_logsumexp(x)", half(4), f64(2, 2, 2)),
    *each("tf.image.convert_image_dtype(x, tf.float64)", u8(2, 2), i32(4)),
    *each("tf.math.sobol_sample(2, x, dtype=tf.float64)", i32(low=3, high=5)),
    # matrices
    *each("tf.linalg.inv(x)", square(f64, 2), square(c64)), *each("tf.linalg.sqrtm(x)", square(c128)),
    *each("tf.linalg.logm(x)", square(c128)),
    *each("tf.linalg.eigvalsh(x)", square(f64, 2), square(c64)), *each("tf.linalg.normalize(x)", f64(3), f32(2, 2, 2)),
    *each("tf.linalg.lu_matrix_inverse(*tf.linalg.lu(x))", square(f64), square(f64, 2)),
    ("tf.linalg.banded_triangular_solve(x, y)", dict(x=f64(2, 2, 3, low=1, high=2), y=f64(2, 3, 1))),
    ("tf.linalg.eigh_tridiagonal(x, y)", dict(x=f64(4, low=3, high=4), y=f64(3))),
    # convolution and pooling
    *each("tf.nn.avg_pool1d(x, 2, 1, 'VALID')", f64(2, 5, 3), half(1, 4, 2)),
    *each("tf.nn.max_pool1d(x, 2, 1, 'VALID')", f64(2, 5, 3)),
    *each("tf.nn.depth_to_space(x, 2)", i32(1, 2, 2, 4), f64(1, 2, 2, 8)), *each("tf.image.sobel_edges(x)", f64(1, 4, 4, 2)),
    ("tf.nn.depthwise_conv2d(x, w, [1, 1, 1, 1], 'SAME')", dict(x=f64(1, 4, 4, 2), w=f64(2, 2, 2, 2))),
    ("tf.nn.separable_conv2d(x, w, p, [1, 1, 1, 1], 'SAME')", dict(x=f64(1, 4, 4, 2), w=f64(2, 2, 2, 1), p=f64(1, 1, 2, 3))),
    *each("tf.nn.isotonic_regression(x)[0]", f64(4), f64(2, 2, 3)),
    *each("tf.nn.sufficient_statistics(x, [0])", f64(4), half(2, 2, 2)),
    *each("tf.clip_by_global_norm([x, x * 2], 1.5)", f64(3), half(2, 2)),
    # images
    *each("tf.image.rgb_to_yuv(x)", f64(2, 2, 3), half(1, 2, 2, 3)), *each("tf.image.yuv_to_rgb(x)", f64(1, 2, 2, 3)),
    *each("tf.image.rgb_to_yiq(x)", f64(1, 2, 2, 3)), *each("tf.image.yiq_to_rgb(x)", f32(2, 2, 3)),
    *each("tf.image.hsv_to_rgb(x)", f64(1, 2, 2, 3, low=0, high=1)),
    *each("tf.image.image_gradients(x)", f64(1, 4, 4, 2)),
    *each("tf.image.extract_patches(x, [1, 2, 2, 1], [1, 1, 1, 1], [1, 1, 1, 1], 'VALID')", i32(1, 3, 3, 1)),
    *each("tf.image.random_brightness(x, 0.2)", f64(1, 2, 2, 3)), *each("tf.image.random_hue(x, 0.2)", u8(1, 2, 2, 3)),
    *each("tf.image.stateless_random_hue(x, 0.2, [1, 2])", f32(1, 2, 2, 3, low=0, high=1)),
    *each("tf.image.random_saturation(x, 0.5, 1.5)", u8(1, 2, 2, 3)),
    *each("tf.image.random_contrast(x, 0.5, 1.5)", u8(1, 2, 2, 3)),
    # signals
    *each("tf.signal.fft2d(x)", c128(3, 4)), *each("tf.signal.fft3d(x)", c128(2, 2, 3, 4)),
    *each("tf.signal.ifft2d(x)", c64(2, 3, 4)),
    *each("tf.signal.ifft3d(x)", c64(2, 3, 4)), *each("tf.signal.rfft2d(x)", f64(3, 4)),
    *each("tf.signal.rfft3d(x)", f64(2, 2, 3, 4)),
    *each("tf.signal.irfft2d(x)", c128(3, 3)), *each("tf.signal.irfft3d(x)", c128(2, 2, 3, 3)),
    *each("tf.signal.idct(x)", f64(4), f32(2, 2, 3)),
    *each("tf.signal.fftshift(x)", f64(4), c64(2, 2, 3)), *each("tf.signal.ifftshift(x)", f64(4), c64(2, 2, 3)),
    *each("tf.signal.hann_window(x, dtype=tf.float64)", i32(low=3, high=6)),
    *each("tf.signal.kaiser_window(x, 8., tf.float64)", i32(low=3, high=6)),
    *each("tf.signal.vorbis_window(x, tf.float64)", i32(low=3, high=6)),
    *each("tf.signal.linear_to_mel_weight_matrix(4, x, 8000, 80., 3000., dtype=tf.float64)", i32(low=8, high=12)),
    # checks
    *[(f"tf.debugging.assert_{name}(x)\nreturn x", dict(x=x)) for name, x in (
        ("integer", i64(2, 2)), ("negative", f32(2, 2, low=-2, high=-1)), ("non_negative", i64(2, 2, low=0)),
    ("non_positive", f64(2, 2, low=-2, high=0)),
        ("positive", i64(2, 2, low=1)), ("scalar", i32()))],
    *[(f"tf.debugging.assert_{name}(x, x)\nreturn x", dict(x=x)) for name, x in (
        ("equal", s(2, 2)), ("greater_equal", i64(3)), ("less_equal", i64(3)), ("near", f64(2, 2)))],
    ("tf.debugging.assert_none_equal(x, x + 1)\nreturn x", dict(x=i64(3))),
    *each("tf.debugging.assert_type(x, tf.int64)\nreturn x", i64(2, 2)), *each("tf.debugging.is_numeric_tensor(x)", s(2, 2), b()),
    # the parts of composites
    ("tf.RaggedTensor.from_row_lengths(x, [1, 0, 2]) * 2", dict(x=i64(3))),
    ("tf.RaggedTensor.from_row_starts(x, [0, 1, 1])", dict(x=f64(3, 2))),
    ("tf.RaggedTensor.from_row_limits(x, [1, 1, 3])", dict(x=s(3, 2))),
    ("tf.ragged.constant([[1.5], []], tf.float64) + x", dict(x=f64())),
    ("tf.ragged.stack([x, x], axis=1)", dict(x=i64(2, 2))), ("tf.sparse.from_dense(x)", dict(x=s(3))),
    ("tf.sparse.from_dense(x)", dict(x=i64(2, 1, 2))),
    ("tf.sets.size(tf.sparse.from_dense(x))", dict(x=i64(2, 2, 2, low=1, high=5))),
    # strings
    *each("tf.strings.strip(x)", s(2, 2), s()), *each("tf.strings.to_hash_bucket_fast(x, 7)", s(3), s()),
    *each("tf.strings.to_hash_bucket_strong(x, 7, [1, 2])", s(3)),
    *each("tf.strings.to_hash_bucket(x, 7)", s(2, 2)), *each("tf.strings.unicode_script(x)", i32(2, 2, low=60, high=90)),
]
