"""tf.image: how alike images are, gradients and edges."""

from tfsave import export, tf


@export("image.total_variation")
def total_variation(images, name=None):
    """The sum of the differences of neighbours, of each image."""
    with tf.name_scope(name or "total_variation"):
        rank = images.shape.rank
        if rank == 3:
            down = images[1:, :, :] - images[:-1, :, :]
            right = images[:, 1:, :] - images[:, :-1, :]
            axes = None
        elif rank == 4:
            down = images[:, 1:, :, :] - images[:, :-1, :, :]
            right = images[:, :, 1:, :] - images[:, :, :-1, :]
            axes = [1, 2, 3]
        else:
            raise ValueError(f"images have 3 or 4 dimensions, got the shape {images.shape}")
        total = tf.math.reduce_sum(tf.math.abs(down), axis=axes)
        return total + tf.math.reduce_sum(tf.math.abs(right), axis=axes)


@export("image.image_gradients")
def image_gradients(image):
    """The differences of neighbours, down and to the right; 0 at the end."""
    if image.shape.rank != 4:
        raise ValueError(f"image is a batch, with 4 dimensions, got the shape {image.shape}")
    shape = tf.shape(image)
    batch, height, width, depth = tf.unstack(shape)
    down = image[:, 1:, :, :] - image[:, :-1, :, :]
    right = image[:, :, 1:, :] - image[:, :, :-1, :]
    last_row = tf.stack([batch, 1, width, depth])
    down = tf.reshape(tf.concat([down, tf.zeros(last_row, image.dtype)], 1), shape)
    last_column = tf.stack([batch, height, 1, depth])
    right = tf.reshape(tf.concat([right, tf.zeros(last_column, image.dtype)], 2), shape)
    return down, right


_SOBEL_DOWN = [[-1, -2, -1], [0, 0, 0], [1, 2, 1]]
_SOBEL_RIGHT = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]]


@export("image.sobel_edges")
def sobel_edges(image):
    """The Sobel gradients, down and to the right, in a last dimension of 2."""
    shape = tf.shape(image)
    kernels = [[[[a, b]] for a, b in zip(*rows)] for rows in zip(_SOBEL_DOWN, _SOBEL_RIGHT)]
    kernels = tf.constant(kernels, dtype=image.dtype)
    kernels = tf.tile(kernels, [1, 1, shape[-1], 1], name="sobel_filters")
    padded = tf.pad(image, [[0, 0], [1, 1], [1, 1], [0, 0]], mode="REFLECT")
    edges = tf.nn.depthwise_conv2d(padded, kernels, [1, 1, 1, 1], "VALID")
    edges = tf.reshape(edges, shape=tf.concat([shape, [2]], 0))
    edges.set_shape(image.shape.concatenate([2]))
    return edges


def _compatible_shapes(img1, img2):
    """The shapes of two images, and the checks that the last three dimensions are equal."""
    shape1, shape2 = img1.shape.with_rank_at_least(3), img2.shape.with_rank_at_least(3)
    if shape1.rank is not None and shape2.rank is not None:
        batches = zip(reversed(shape1.as_list()[:-3]), reversed(shape2.as_list()[:-3]))
        fit = all(a is None or b is None or a == b or a == 1 or b == 1 for a, b in batches)
        if not fit or not shape1[-3:].is_compatible_with(shape2[-3:]):
            raise ValueError(f"the images have the shapes {shape1} and {shape2}, which do not go together")
    shape1, shape2 = tf.shape_n([img1, img2])
    has_rank = tf.math.greater_equal(tf.size(shape1), 3)
    checks = [tf.debugging.Assert(has_rank, [shape1, shape2], summarize=10)]
    same = tf.math.reduce_all(tf.math.equal(shape1[-3:], shape2[-3:]))
    checks.append(tf.debugging.Assert(same, [shape1, shape2], summarize=10))
    return shape1, shape2, checks


@export("image.psnr")
def psnr(a, b, max_val, name=None):
    """The peak signal-to-noise ratio of two images, in decibel."""
    with tf.name_scope(name or "PSNR"):
        max_val = tf.cast(max_val, a.dtype)
        max_val = tf.image.convert_image_dtype(max_val, tf.float32)
        a = tf.image.convert_image_dtype(a, tf.float32)
        b = tf.image.convert_image_dtype(b, tf.float32)
        error = tf.math.reduce_mean(tf.math.squared_difference(a, b), [-3, -2, -1])
        peak = 20 * tf.math.log(max_val) / tf.math.log(10.0)
        ratio = tf.math.subtract(peak, 10 / tf.internal.pymath.log(10) * tf.math.log(error), name="psnr")
        shape1, shape2, checks = _compatible_shapes(a, b)
        with tf.control_dependencies(checks):
            return tf.identity(ratio)


def _gauss_kernel(size, sigma):
    """A square filter that sums to one."""
    coordinates = tf.cast(tf.range(size), sigma.dtype)
    coordinates -= tf.cast(size - 1, sigma.dtype) / 2.0
    g = tf.math.square(coordinates)
    g *= -0.5 / tf.math.square(sigma)
    g = tf.reshape(g, shape=[1, -1]) + tf.reshape(g, shape=[-1, 1])
    g = tf.reshape(g, shape=[1, -1])
    g = tf.nn.softmax(g)
    return tf.reshape(g, shape=[size, size, 1, 1])


def _ssim_per_channel(img1, img2, max_val, filter_size, filter_sigma, k1, k2, return_index_map=False):
    """The structural similarity of each channel, and its part without the luminance."""
    filter_size = tf.constant(filter_size, dtype=tf.int32)
    filter_sigma = tf.constant(filter_sigma, dtype=img1.dtype)
    shape1, shape2 = tf.shape_n([img1, img2])
    checks = [
        tf.debugging.Assert(
            tf.math.reduce_all(tf.math.greater_equal(shape[-3:-1], filter_size)), [shape, filter_size], summarize=8
        )
        for shape in (shape1, shape2)
    ]
    with tf.control_dependencies(checks):
        img1 = tf.identity(img1)
    kernel = _gauss_kernel(filter_size, filter_sigma)
    kernel = tf.tile(kernel, multiples=[1, 1, shape1[-1], 1])

    def local_mean(x):
        shape = tf.shape(x)
        x = tf.reshape(x, shape=tf.concat([[-1], shape[-3:]], 0))
        y = tf.nn.depthwise_conv2d(x, kernel, strides=[1, 1, 1, 1], padding="VALID")
        return tf.reshape(y, tf.concat([shape[:-3], tf.shape(y)[1:]], 0))

    c1 = (k1 * max_val) ** 2
    c2 = (k2 * max_val) ** 2
    mean1 = local_mean(img1)
    mean2 = local_mean(img2)
    product = mean1 * mean2 * 2.0
    squares = tf.math.square(mean1) + tf.math.square(mean2)
    luminance = (product + c1) / (squares + c1)
    mean_product = local_mean(img1 * img2) * 2.0
    mean_squares = local_mean(tf.math.square(img1) + tf.math.square(img2))
    c2 *= 1.0
    structure = (mean_product - product + c2) / (mean_squares - squares + c2)
    if return_index_map:
        return luminance * structure, structure
    axes = tf.constant([-3, -2], dtype=tf.int32)
    similarity = tf.math.reduce_mean(luminance * structure, axes)
    return similarity, tf.math.reduce_mean(structure, axes)


def _float_images(img1, img2, max_val):
    max_val = tf.cast(max_val, img1.dtype)
    max_val = tf.image.convert_image_dtype(max_val, tf.float32)
    img1 = tf.image.convert_image_dtype(img1, tf.float32)
    return img1, tf.image.convert_image_dtype(img2, tf.float32), max_val


@export("image.ssim")
def ssim(
    img1, img2, max_val, filter_size=11, filter_sigma=1.5, k1=0.01, k2=0.03, return_index_map=False
):
    """The structural similarity of two images, at most 1."""
    with tf.name_scope("SSIM"):
        img1 = tf.convert_to_tensor(img1, name="img1")
        img2 = tf.convert_to_tensor(img2, name="img2")
        shape1, shape2, checks = _compatible_shapes(img1, img2)
        with tf.control_dependencies(checks):
            img1 = tf.identity(img1)
        img1, img2, max_val = _float_images(img1, img2, max_val)
        similarity, structure = _ssim_per_channel(
            img1, img2, max_val, filter_size, filter_sigma, k1, k2, return_index_map
        )
        return tf.math.reduce_mean(similarity, [-1])


def _halve(images, tails, divisor):
    """images at half their size, padded to an even one first, and their last three dimensions."""
    flat = [tf.reshape(x, tf.concat([[-1], t], 0)) for x, t in zip(images, tails)]
    remainder = tails[0] % divisor

    def pad():
        padding = tf.expand_dims(remainder, -1)
        padding = tf.pad(padding, [[1, 0], [1, 0]])
        return [tf.pad(x, padding, mode="SYMMETRIC") for x in flat]

    odd = tf.math.reduce_any(tf.math.not_equal(remainder, 0))
    window = [1, 2, 2, 1]
    halves = [
        tf.raw_ops.AvgPool(value=x, ksize=window, strides=window, padding="VALID")
        for x in tf.cond(odd, pad, lambda: flat)
    ]
    return halves, [shape[1:] for shape in tf.shape_n(halves)]


@export("image.ssim_multiscale")
def ssim_multiscale(
    img1,
    img2,
    max_val,
    power_factors=(0.0448, 0.2856, 0.3001, 0.2363, 0.1333),
    filter_size=11,
    filter_sigma=1.5,
    k1=0.01,
    k2=0.03,
):
    """The product of the structural similarities of two images at several scales, to the power of a factor each."""
    with tf.name_scope("MS-SSIM"):
        img1 = tf.convert_to_tensor(img1, name="img1")
        img2 = tf.convert_to_tensor(img2, name="img2")
        shape1, shape2, checks = _compatible_shapes(img1, img2)
        with tf.control_dependencies(checks):
            img1 = tf.identity(img1)
        img1, img2, max_val = _float_images(img1, img2, max_val)
        images = [img1, img2]
        heads = [shape[:-3] for shape in (shape1, shape2)]
        tails = [shape[-3:] for shape in (shape1, shape2)]
        divisor = tf.constant([2, 2, 1], dtype=tf.int32)
        structures = []
        for scale in range(len(power_factors)):
            with tf.name_scope(f"Scale{scale}"):
                if scale > 0:
                    images, tails = _halve(images, tails, divisor)
                    images = [tf.reshape(x, tf.concat([h, t], 0)) for x, h, t in zip(images, heads, tails)]
                similarity, structure = _ssim_per_channel(*images, max_val, filter_size, filter_sigma, k1, k2)
                structures.append(tf.nn.relu(structure))
        factors = tf.stack(structures[:-1] + [tf.nn.relu(similarity)], axis=-1)
        product = tf.math.reduce_prod(tf.math.pow(factors, power_factors), [-1])
        return tf.math.reduce_mean(product, [-1])
