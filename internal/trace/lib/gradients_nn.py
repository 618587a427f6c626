"""The gradients of neural-network ops."""

from tfsave import export, tf

CONVOLUTION = ("strides", "padding", "use_cudnn_on_gpu", "explicit_paddings", "data_format", "dilations")
DEPTHWISE = ("strides", "padding", "explicit_paddings", "data_format", "dilations")
CONVOLUTION_3D = ("strides", "padding", "data_format", "dilations")
POOL = ("ksize", "strides", "padding", "data_format")
MAX_POOL = ("ksize", "strides", "padding", "explicit_paddings", "data_format")


def attrs(op, names):
    """Attributes of an op, to be given to another one."""
    return {name: tf.internal.gradient.attr(op, name) for name in names}


@export("internal.gradient.Relu")
def relu(op, grad):
    """max(x, 0)."""
    return tf.raw_ops.ReluGrad(gradients=grad, features=op.outputs[0])


@export("internal.gradient.ReluGrad")
def relu_grad(op, grad):
    """The gradient where x > 0."""
    x = op.inputs[1]
    return tf.raw_ops.ReluGrad(gradients=grad, features=x), tf.zeros_like(x)


@export("internal.gradient.Relu6")
def relu6(op, grad):
    """min(max(x, 0), 6)."""
    return tf.raw_ops.Relu6Grad(gradients=grad, features=op.outputs[0])


@export("internal.gradient.Relu6Grad")
def relu6_grad(op, grad):
    """The gradient where 0 < x < 6."""
    x = op.inputs[1]
    return tf.raw_ops.Relu6Grad(gradients=grad, features=x), tf.zeros_like(x)


@export("internal.gradient.LeakyRelu")
def leaky_relu(op, grad):
    """x, and alpha * x below zero."""
    return tf.raw_ops.LeakyReluGrad(gradients=grad, features=op.inputs[0], alpha=op.get_attr("alpha"))


@export("internal.gradient.LeakyReluGrad")
def leaky_relu_grad(op, grad):
    """The gradient, times alpha below zero."""
    x = op.inputs[1]
    return tf.raw_ops.LeakyReluGrad(gradients=grad, features=x, alpha=op.get_attr("alpha")), tf.zeros_like(x)


@export("internal.gradient.Elu")
def elu(op, grad):
    """x, and e ** x - 1 below zero."""
    return tf.raw_ops.EluGrad(gradients=grad, outputs=op.outputs[0])


@export("internal.gradient.EluGrad")
def elu_grad(op, grad):
    """The gradient of elu, by its result."""
    y = op.inputs[1]
    return tf.raw_ops.EluGrad(gradients=grad, outputs=y), tf.where(y < 0, grad * op.inputs[0], tf.zeros_like(y))


@export("internal.gradient.Selu")
def selu(op, grad):
    """elu, scaled."""
    return tf.raw_ops.SeluGrad(gradients=grad, outputs=op.outputs[0])


@export("internal.gradient.SeluGrad")
def selu_grad(op, grad):
    """The gradient of selu, by its result."""
    y = op.inputs[1]
    return tf.raw_ops.SeluGrad(gradients=grad, outputs=y), tf.where(y < 0.0, grad * op.inputs[0], tf.zeros_like(y))


@export("internal.gradient.Softplus")
def softplus(op, grad):
    """log(1 + e ** x)."""
    return grad * tf.sigmoid(op.inputs[0])


@export("internal.gradient.SoftplusGrad")
def softplus_grad(op, grad):
    """grad * sigmoid(x)."""
    dy, x = op.inputs[0], op.inputs[1]
    with tf.control_dependencies([grad]):
        d = tf.raw_ops.SoftplusGrad(gradients=grad, features=x)
        return d, grad * dy / (tf.exp(-x) + 2.0 + tf.exp(x))


@export("internal.gradient.Softsign")
def softsign(op, grad):
    """x / (1 + |x|)."""
    return tf.raw_ops.SoftsignGrad(gradients=grad, features=op.inputs[0])


@export("internal.gradient.Softmax")
def softmax(op, grad):
    """Shares that sum to one, by the result."""
    y = op.outputs[0]
    total = tf.reduce_sum(grad * y, -1, keepdims=True)
    return (grad - total) * y


@export("internal.gradient.LogSoftmax")
def log_softmax(op, grad):
    """The logarithms of the shares."""
    y = tf.exp(op.outputs[0])
    return grad - tf.reduce_sum(grad, -1, keepdims=True) * y


@export("internal.gradient.SoftmaxCrossEntropyWithLogits")
def softmax_cross_entropy(op, grad, grad_grad):
    """The loss and its gradient, of which the op made both."""
    logits, backprop = op.inputs[0], op.outputs[1]
    out = tf.expand_dims(grad, -1) * backprop
    shares = tf.nn.log_softmax(logits)
    if grad_grad is not None and not known_zero(grad_grad):
        y = tf.nn.softmax(logits)
        inner = tf.squeeze(tf.matmul(tf.expand_dims(grad_grad, 1), tf.expand_dims(y, 2)), [1, 2])
        out += (grad_grad - tf.expand_dims(inner, -1)) * y
    return out, tf.expand_dims(grad, -1) * -shares


def known_zero(x):
    """Whether a gradient is zero by its making."""
    return x.op.type in ("ZerosLike", "Zeros")


@export("internal.gradient.SparseSoftmaxCrossEntropyWithLogits")
def sparse_softmax_cross_entropy(op, grad, grad_grad):
    """The loss of class numbers, and its gradient."""
    logits, backprop = op.inputs[0], op.outputs[1]
    out = tf.expand_dims(grad, -1) * backprop
    if grad_grad is not None and not known_zero(grad_grad):
        y = tf.nn.softmax(logits)
        inner = tf.squeeze(tf.matmul(tf.expand_dims(grad_grad, 1), tf.expand_dims(y, 2)), [1, 2])
        out += (grad_grad - tf.expand_dims(inner, -1)) * y
    return out, None


@export("internal.gradient.BiasAdd")
def bias_add(op, grad):
    """A vector added along the channels."""
    return grad, tf.raw_ops.BiasAddGrad(out_backprop=grad, data_format=tf.internal.gradient.attr(op, "data_format"))


@export("internal.gradient.BiasAddGrad")
def bias_add_grad(op, grad):
    """The sum over all but the channels: repeated."""
    shape, size = tf.shape(op.inputs[0]), tf.shape(grad)
    if tf.internal.gradient.attr(op, "data_format") == "NCHW":
        expanded = tf.concat([tf.ones_like(shape[:1]), size, tf.ones_like(shape[2:])], 0)
        times = tf.concat([shape[:1], [1], shape[2:]], 0)
    else:
        expanded = tf.concat([tf.ones_like(shape[:-1]), size], 0)
        times = tf.concat([shape[:-1], [1]], 0)
    return tf.tile(tf.reshape(grad, expanded), times)


@export("internal.gradient.Conv2D")
def conv2d(op, grad):
    """A convolution."""
    x, kernel = op.inputs[0], op.inputs[1]
    kept = attrs(op, CONVOLUTION)
    shapes = tf.raw_ops.ShapeN(input=[x, kernel])
    return (
        tf.raw_ops.Conv2DBackpropInput(input_sizes=shapes[0], filter=kernel, out_backprop=grad, **kept),
        tf.raw_ops.Conv2DBackpropFilter(input=x, filter_sizes=shapes[1], out_backprop=grad, **kept))


@export("internal.gradient.Conv2DBackpropInput")
def conv2d_backprop_input(op, grad):
    """A transposed convolution."""
    kernel, dy = op.inputs[1], op.inputs[2]
    kept = attrs(op, CONVOLUTION)
    return (
        None,
        tf.raw_ops.Conv2DBackpropFilter(input=grad, filter_sizes=tf.shape(kernel), out_backprop=dy, **kept),
        tf.raw_ops.Conv2D(input=grad, filter=kernel, **kept))


@export("internal.gradient.Conv2DBackpropFilter")
def conv2d_backprop_filter(op, grad):
    """The gradient of a convolution by its kernel."""
    x, dy = op.inputs[0], op.inputs[2]
    kept = attrs(op, CONVOLUTION)
    return (
        tf.raw_ops.Conv2DBackpropInput(input_sizes=tf.shape(x), filter=grad, out_backprop=dy, **kept),
        None,
        tf.raw_ops.Conv2D(input=x, filter=grad, **kept))


@export("internal.gradient.DepthwiseConv2dNative")
def depthwise_conv2d(op, grad):
    """A convolution of each channel by itself."""
    x, kernel = op.inputs[0], op.inputs[1]
    kept = attrs(op, DEPTHWISE)
    return (
        tf.raw_ops.DepthwiseConv2dNativeBackpropInput(
            input_sizes=tf.shape(x), filter=kernel, out_backprop=grad, **kept),
        tf.raw_ops.DepthwiseConv2dNativeBackpropFilter(
            input=x, filter_sizes=tf.shape(kernel), out_backprop=grad, **kept))


@export("internal.gradient.Conv3D")
def conv3d(op, grad):
    """A convolution in three dimensions."""
    x, kernel = op.inputs[0], op.inputs[1]
    kept = attrs(op, CONVOLUTION_3D)
    shapes = tf.raw_ops.ShapeN(input=[x, kernel])
    return (
        tf.raw_ops.Conv3DBackpropInputV2(input_sizes=shapes[0], filter=kernel, out_backprop=grad, **kept),
        tf.raw_ops.Conv3DBackpropFilterV2(input=x, filter_sizes=shapes[1], out_backprop=grad, **kept))


@export("internal.gradient.MaxPool")
def max_pool(op, grad):
    """The largest of each window."""
    return tf.raw_ops.MaxPoolGrad(
        orig_input=op.inputs[0], orig_output=op.outputs[0], grad=grad, **attrs(op, MAX_POOL))


@export("internal.gradient.MaxPool3D")
def max_pool_3d(op, grad):
    """The largest of each window in three dimensions."""
    return tf.raw_ops.MaxPool3DGrad(orig_input=op.inputs[0], orig_output=op.outputs[0], grad=grad, **attrs(op, POOL))


@export("internal.gradient.AvgPool")
def avg_pool(op, grad):
    """The mean of each window."""
    return tf.raw_ops.AvgPoolGrad(orig_input_shape=tf.shape(op.inputs[0]), grad=grad, **attrs(op, POOL))


@export("internal.gradient.AvgPool3D")
def avg_pool_3d(op, grad):
    """The mean of each window in three dimensions."""
    return tf.raw_ops.AvgPool3DGrad(orig_input_shape=tf.shape(op.inputs[0]), grad=grad, **attrs(op, POOL))


@export("internal.gradient.LRN")
def local_response_normalization(op, grad):
    """Each element by the squares of its neighbours."""
    return tf.raw_ops.LRNGrad(
        input_grads=grad, input_image=op.inputs[0], output_image=op.outputs[0],
        **attrs(op, ("depth_radius", "bias", "alpha", "beta")))


@export("internal.gradient.FusedBatchNormV3")
def fused_batch_norm(op, grad, *_):
    """Batch normalization."""
    x, scale = op.inputs[0], op.inputs[1]
    training = op.get_attr("is_training")
    data_format = tf.internal.gradient.attr(op, "data_format")
    if not training and data_format == "NCHW":
        raise NotImplementedError("the gradient of FusedBatchNormV3 in inference and of data_format NCHW is not supported")
    result = tf.raw_ops.FusedBatchNormGradV3(
        y_backprop=grad, x=x, scale=scale,
        reserve_space_1=op.outputs[3] if training else op.inputs[3],
        reserve_space_2=op.outputs[4] if training else op.inputs[4],
        reserve_space_3=op.outputs[5], epsilon=op.get_attr("epsilon"), data_format=data_format, is_training=training)
    return result[0], result[1], result[2], None, None


@export("internal.gradient.ResizeBilinear")
def resize_bilinear(op, grad):
    """An image of another size."""
    return tf.raw_ops.ResizeBilinearGrad(
        grads=grad, original_image=op.inputs[0], **attrs(op, ("align_corners", "half_pixel_centers"))), None


@export("internal.gradient.ResizeNearestNeighbor")
def resize_nearest(op, grad):
    """An image of another size, by the nearest pixels."""
    x = op.inputs[0]
    size = x.shape[1:3] if x.shape.rank is not None and x.shape[1:3].is_fully_defined() else tf.shape(x)[1:3]
    if isinstance(size, tf.TensorShape):
        size = size.as_list()
    return tf.raw_ops.ResizeNearestNeighborGrad(
        grads=grad, size=size, **attrs(op, ("align_corners", "half_pixel_centers"))), None
