"""Cases of internal/trace/lib/image_metrics.py."""

from cases import f32, f64, u8

LOOSE = dict(rtol=1e-4, atol=1e-5)

CASES = [
    ("tf.image.total_variation(x)", dict(x=f32(4, 5, 3)), LOOSE),
    ("tf.image.total_variation(x, name='t')", dict(x=f64(2, 4, 5, 3))),
    ("tf.image.total_variation(x)", dict(x=f32(4, 5)), dict(raises=True)),
    ("tf.image.image_gradients(x)", dict(x=f32(2, 4, 5, 3))),
    ("tf.image.image_gradients(x)", dict(x=f64(1, 4, 5, 1))),
    ("tf.image.image_gradients(x)", dict(x=f64(4, 5, 1)), dict(raises=True)),
    ("tf.image.sobel_edges(x)", dict(x=f32(2, 4, 5, 3)), LOOSE),
    ("tf.image.sobel_edges(x)", dict(x=f64(1, 4, 5, 1)), LOOSE),
    ("tf.image.psnr(x, y, max_val=1.0)", dict(x=f32(2, 4, 5, 3), y=f32(2, 4, 5, 3)), LOOSE),
    ("tf.image.psnr(x, y, 255, name='p')", dict(x=u8(4, 5, 3), y=u8(4, 5, 3)), LOOSE),
    ("tf.image.psnr(x, y, 255)", dict(x=u8(4, 5, 3), y=u8(4, 6, 3)), dict(raises=True)),
    ("tf.image.ssim(x, y, max_val=1.0)", dict(x=f32(2, 12, 13, 3), y=f32(2, 12, 13, 3)), LOOSE),
    ("tf.image.ssim(x, y, 255, filter_size=5, filter_sigma=1.0, k1=0.02, k2=0.05)", dict(x=u8(8, 9, 3), y=u8(8, 9, 3)), LOOSE),
    ("tf.image.ssim(x, y, 1.0, filter_size=5, return_index_map=True)", dict(x=f32(2, 8, 9, 3), y=f32(1, 8, 9, 3)), LOOSE),
    ("tf.image.ssim_multiscale(x, y, 255, filter_size=3)", dict(x=u8(2, 50, 51, 1), y=u8(2, 50, 51, 1)), LOOSE),
    ("tf.image.ssim_multiscale(x, y, 1.0, power_factors=(0.5, 0.5), filter_size=4)", dict(x=f32(12, 15, 3, low=0), y=f32(12, 15, 3, low=0)), LOOSE),
]
