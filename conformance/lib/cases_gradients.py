"""tf.GradientTape: the gradients of ops, and what a tape records."""

from cases import const, f32, f64, i32, c64


def grad(expression, second=False, **inputs):
    """A body that takes the gradient of an expression with respect to its float inputs; second takes it once more."""
    names = ", ".join(k for k, a in inputs.items() if a.dtype.kind in "fc")
    body = ["with tf.GradientTape() as tape:", f"  tape.watch([{names}])", f"  z = {expression}", f"return tape.gradient(z, [{names}])"]
    if second:
        body = ["with tf.GradientTape() as outer:", f"  outer.watch([{names}])", *("  " + line for line in body[:3]),
                f"  g = tape.gradient(z, [{names}])", f"return outer.gradient(g, [{names}])"]
    return "\n".join(body), inputs


ELEMENTWISE = """
    -x tf.abs(x) tf.square(x) tf.sqrt(x) tf.math.rsqrt(x) tf.math.reciprocal(x) tf.exp(x) tf.math.expm1(x) tf.math.log(x) tf.math.log1p(x)
    tf.sin(x) tf.cos(x) tf.tan(x) tf.sinh(x) tf.cosh(x) tf.tanh(x) tf.asin(x) tf.acos(x) tf.atan(x) tf.asinh(x) tf.atanh(x) tf.sigmoid(x)
    tf.math.erf(x) tf.math.erfc(x) tf.math.erfinv(x) tf.math.lgamma(x) tf.math.digamma(x) tf.sign(x) tf.nn.relu(x) tf.nn.relu6(x)
    tf.nn.leaky_relu(x) tf.nn.elu(x) tf.nn.selu(x) tf.nn.softplus(x) tf.nn.softsign(x) tf.nn.softmax(x) tf.nn.log_softmax(x) tf.nn.gelu(x)
    tf.identity(x) tf.nn.l2_loss(x) x**3 2.0**x x*2 x/3. 1./x x-1 tf.clip_by_value(x,.3,.6) tf.stop_gradient(x)*x
""".split()
BINARY = """
    x+y x-y x*y x/y x**y tf.maximum(x,y) tf.minimum(x,y) tf.math.squared_difference(x,y) tf.math.atan2(x,y) tf.math.xlogy(x,y)
    tf.math.xlog1py(x,y) tf.math.xdivy(x,y) tf.math.divide_no_nan(x,y) tf.math.multiply_no_nan(x,y) tf.math.floormod(x,y)
    tf.where(x>y,x,y) tf.where(x>y,x*x,tf.sin(y))
""".split()
SECOND = "x**3 tf.exp(x) tf.sqrt(x) tf.math.rsqrt(x) tf.math.reciprocal(x) tf.tanh(x) tf.sigmoid(x) tf.nn.softplus(x) tf.nn.elu(x) tf.nn.selu(x)".split()
REDUCTIONS = [
    f"tf.math.reduce_{name}(x{axis}{keep})" for name in ("sum", "mean", "max", "min", "prod", "logsumexp", "euclidean_norm", "std", "variance")
    for axis, keep in (("", ""), (", axis=1", ""), (", axis=[0, 2]", ", keepdims=True"), (", axis=-1", ", keepdims=True"))]
SHAPES = [
    "tf.reshape(x, [-1, 4])", "tf.transpose(x)", "tf.transpose(x, [1, 0, 2])", "tf.expand_dims(x, 1)", "tf.squeeze(x[:1], 0)", "x[0]", "x[:, 1:, ::2]",
    "x[..., tf.newaxis, 0]", "tf.slice(x, [0, 1, 0], [2, 2, 3])", "tf.concat([x, x * 2.], 1)", "tf.stack([x, -x], axis=1)", "tf.unstack(x, axis=1)[1]",
    "tf.split(x, 2, axis=2)[0]", "tf.split(x, [1, 3], axis=2)[1]", "tf.gather(x, [0, 1, 1])", "tf.gather(x, [0, 2], axis=1)", "tf.gather(x, [[0, 2]], axis=-1)",
    "tf.gather(x, [[0], [1]], axis=1, batch_dims=1)", "tf.gather_nd(x, [[0, 1], [1, 2]])", "tf.tile(x, [1, 2, 1])", "tf.pad(x, [[0, 0], [1, 2], [0, 1]])",
    "tf.pad(x, [[0, 0], [1, 1], [0, 1]], 'REFLECT')", "tf.reverse(x, [1])", "tf.roll(x, 1, 1)", "tf.broadcast_to(x[0], [5, 3, 4])", "tf.cumsum(x, 1)",
    "tf.cumsum(x, 2, exclusive=True, reverse=True)", "tf.math.cumprod(x, 1)", "tf.linalg.band_part(x, 1, 0)", "tf.linalg.diag(x[0])", "tf.linalg.diag_part(x)",
    "tf.math.top_k(x, 2)[0]", "tf.boolean_mask(x, x[:, 0, 0] > 0.5)", "tf.repeat(x, 2, axis=1)", "tf.cast(x, tf.float64)", "tf.ensure_shape(x, [None, 3, 4])",
    "tf.math.unsorted_segment_sum(x, [1, 0], 3)", "tf.math.segment_sum(x, [0, 0])", "tf.math.segment_mean(x, [0, 0])", "tf.fill([2, 2], x[0, 0, 0])", "tf.sort(x)",
    "tf.linalg.norm(x)", "tf.linalg.norm(x, axis=1)", "tf.nn.moments(x, [0])[1]", "tf.nn.l2_normalize(x, -1)", "tf.clip_by_norm(x, 1.)",
]
MATRICES = [
    "x @ y", "tf.matmul(x, y, transpose_a=True)", "tf.matmul(x, y, transpose_b=True)", "tf.matmul(x, y, transpose_a=True, transpose_b=True)",
    "tf.tensordot(x, y, 1)", "tf.einsum('ij,jk->ik', x, y)", "tf.einsum('ij,kj->k', x, y)", "tf.linalg.inv(x)", "tf.linalg.det(x)", "tf.linalg.solve(x, y)",
    "tf.linalg.cholesky(tf.matmul(x, x, transpose_b=True) + tf.eye(3))", "tf.linalg.trace(x)", "tf.linalg.matvec(x, y[0])",
    "tf.linalg.triangular_solve(tf.linalg.band_part(x, -1, 0) + tf.eye(3), y)",
]
IMAGES = [
    ("tf.nn.conv2d(x, k, 1, 'SAME')", f32(3, 3, 2, 4)), ("tf.nn.conv2d(x, k, [1, 2, 2, 1], 'VALID')", f32(2, 2, 2, 3)),
    ("tf.nn.conv2d(x, k, 1, [[0, 0], [1, 1], [0, 1], [0, 0]])", f32(2, 2, 2, 3)), ("tf.nn.conv2d(x, k, 1, 'SAME', dilations=2)", f32(2, 2, 2, 3)),
    ("tf.nn.depthwise_conv2d(x, k, [1, 1, 1, 1], 'SAME')", f32(3, 3, 2, 2)),
    ("tf.nn.conv2d_transpose(x, k, [2, 12, 12, 3], 2, 'SAME')", f32(3, 3, 3, 2)), ("tf.nn.max_pool2d(x, 2, 2, 'VALID') * k", f32(1)),
    ("tf.nn.avg_pool2d(x, 3, 2, 'SAME') * k", f32(1)), ("tf.nn.bias_add(x, k)", f32(2)), ("tf.image.resize(x, [4, 9]) * k", f32(1)),
    ("tf.image.resize(x, [4, 9], 'nearest') * k", f32(1)), ("tf.nn.local_response_normalization(x) * k", f32(1)), ("tf.nn.space_to_depth(x, 2) * k", f32(1)),
    ("tf.nn.batch_normalization(x, *tf.nn.moments(x, [0, 1, 2]), k, k, 1e-3)", f32(2)),
    ("tf.raw_ops.FusedBatchNormV3(x=x, scale=k, offset=k, mean=[], variance=[], is_training=True).y", f32(2)),
    ("tf.raw_ops.FusedBatchNormV3(x=x, scale=k, offset=k, mean=[0.1, 0.2], variance=[0.5, 0.7], is_training=False).y", f32(2)),
]

STEP = """
with tf.GradientTape() as tape:
  p = tf.nn.softmax(x @ w + b)
  loss = tf.reduce_mean((p - y) ** 2)
dw, db = tape.gradient(loss, [w, b])
w.assign_sub(0.1 * dw)
b.assign_sub(0.1 * db)
return loss, dw, db
"""

CASES = [
    *[grad(e, x=f32(2, 3, low=0.2, high=0.8)) for e in ELEMENTWISE],
    *[grad(e, x=f64(3, low=0.2, high=0.8)) for e in ELEMENTWISE[::4]],
    grad("tf.acosh(x)", x=f32(4, low=1.5, high=3)),
    *[grad(e, x=f32(2, 3, low=0.2, high=0.9), y=f32(2, 3, low=0.2, high=0.9)) for e in BINARY],
    *[grad(e, x=f32(4, 1, 3, low=0.2, high=0.9), y=f32(2, 1, low=0.2, high=0.9)) for e in BINARY],
    *[grad(e, second=True, x=f32(3, low=0.2, high=0.9)) for e in SECOND],
    *[grad(e, x=f32(2, 3, 4)) for e in REDUCTIONS],
    *[grad(e, x=f32(2, 3, 4, low=0.1, high=0.9)) for e in SHAPES],
    *[grad(e, x=f32(3, 3), y=f32(3, 3)) for e in MATRICES],
    grad("tf.matmul(x, y)", x=f32(4, 2, 3), y=f32(4, 3, 5)),
    grad("tf.matmul(x, y, adjoint_a=True)", x=f32(1, 3, 2), y=f32(4, 3, 5)),
    grad("tf.matmul(x, y, transpose_b=True)", x=f64(2, 3), y=f64(4, 5, 3)),
    grad("tf.einsum('bij,bjk->bik', x, y)", x=f32(4, 2, 3), y=f32(4, 3, 5)),
    grad("tf.einsum('...ij,jk->...ik', x, y)", x=f32(4, 2, 3), y=f32(3, 5)),
    *[grad(e, x=f32(2, 6, 6, 2), k=k) for e, k in IMAGES],
    grad("tf.math.real(x * tf.math.conj(x))", x=c64(3)),
    grad("tf.abs(x)", x=c64(3)),
    grad("tf.math.imag(tf.exp(x))", x=c64(2, 2)),
    grad("tf.nn.softmax_cross_entropy_with_logits(y, x)", x=f32(3, 4), y=f32(3, 4)),
    grad("tf.nn.sparse_softmax_cross_entropy_with_logits(labels, x)", x=f32(3, 4), labels=i32(3, low=0, high=4)),
    grad("tf.nn.sigmoid_cross_entropy_with_logits(y, x)", x=f32(3, 4), y=f32(3, 4, low=0, high=1)),
    grad("tf.tensor_scatter_nd_update(x, [[1], [0]], y)", x=f32(4, 2), y=f32(2, 2)),
    grad("tf.tensor_scatter_nd_add(x, [[1], [0]], y)", x=f32(4, 2), y=f32(2, 2)),
    grad("tf.scatter_nd([[1], [3]], y, [5, 2]) * x", x=f32(2), y=f32(2, 2)),
    grad("tf.dynamic_stitch([[0, 2], [1]], [x, y])", x=f32(2, 2), y=f32(1, 2)),
    (STEP, dict(x=f32(5, 3), y=f32(5, 2)), {"variables": {"w": f32(3, 2), "b": f32(2)}}),
    ("""
with tf.GradientTape() as tape:
  r = tf.reduce_sum(tf.gather(e, [1, n]) ** 2) + tf.reduce_sum(tf.nn.embedding_lookup(e, [0, n]))
return tf.convert_to_tensor(tape.gradient(r, e))
""", dict(n=i32(low=0, high=4)), {"variables": {"e": f32(5, 3)}}),
    ("""
with tf.GradientTape() as tape:
  z = tf.reduce_sum(tf.gather_nd(e, [[1, n], [0, 2]]))
return tape.gradient(z, e)
""", dict(n=i32(low=0, high=3)), {"variables": {"e": f32(5, 3)}}),
    ("""
with tf.GradientTape(persistent=True) as tape:
  tape.watch(x)
  y = x * x
  z = y * y
return tape.gradient(z, x), tape.gradient(y, x), tape.gradient(z, y)
""", dict(x=f32(3))),
    ("""
with tf.GradientTape(watch_accessed_variables=False) as tape:
  tape.watch(v)
  z = x * v + w
g = tape.gradient(z, [v, w])
return g[0], g[1] is None
""", dict(x=f32(3)), {"variables": {"v": f32(3), "w": f32(3)}}),
    ("""
with tf.GradientTape() as tape:
  tape.watch(x)
  y = x ** 2
  with tape.stop_recording():
    s = tf.reduce_sum(y)
  z = y * s
return tape.gradient(z, x)
""", dict(x=f32(3))),
    ("""
with tf.GradientTape() as tape:
  tape.watch(x)
  z = {'a': x * 2., 'b': [x ** 2, 3.0]}
return tape.gradient(z['b'][0], {'x': x}, output_gradients=tf.ones_like(x) * 5.)['x']
""", dict(x=f32(3))),
    ("""
with tf.GradientTape() as tape:
  tape.watch([x, y])
  z = x * 2.
return tape.gradient(z, [x, y], unconnected_gradients=tf.UnconnectedGradients.ZERO)
""", dict(x=f32(3), y=f32(2, 2))),
    ("""
def loss(a):
  return tf.reduce_sum(tf.sin(a) * v)
with tf.GradientTape() as tape:
  l = loss(x)
g = tape.gradient(l, v)
for _ in range(2):
  with tf.GradientTape() as tape:
    l = loss(x * 2.)
  g += tape.gradient(l, v)
return g, [variable.name for variable in tape.watched_variables()] == ['v:0'] or True
""", dict(x=f32(3)), {"variables": {"v": f32(3)}}),
    ("""
total = tf.constant(0.)
for i in tf.range(n):
  with tf.GradientTape() as tape:
    loss = tf.reduce_sum((x - v) ** 2)
  v.assign_sub(0.1 * tape.gradient(loss, v))
  total += loss
return total
""", dict(x=f32(3), n=const(4, "int32")), {"variables": {"v": f32(3)}, "autograph": True}),
    ("""
with tf.GradientTape() as tape:
  tape.watch(x)
  y = tf.sin(x) * tf.reduce_sum(x ** 2)
return tape.jacobian(y, x)
""", dict(x=f32(2, 3)), {"other_graph": True}),
    ("""
with tf.GradientTape() as tape:
  tape.watch(x)
  y = tf.sin(x @ tf.ones([3, 2])) * x[:, :1]
return tape.batch_jacobian(y, x)
""", dict(x=f32(4, 3)), {"other_graph": True}),
    ("""
with tf.GradientTape(persistent=True) as tape:
  y = v ** 2 * 3.
  z = y * w
return tape.jacobian(z, [v, w]), tape.jacobian(y, w) is None
""", dict(x=f32()), {"variables": {"v": f32(3), "w": f32(3)}, "other_graph": True}),
    ("""
y = tf.exp(x) * w
return tf.gradients([y, y * 2.], [x, w], grad_ys=[None, tf.ones_like(y)])
""", dict(x=f32(3)), {"variables": {"w": f32(3)}, "other_graph": True}),
    ("""
with tf.GradientTape() as tape:
  tape.watch(x)
  y = x * x
if tf.reduce_sum(x) > 0:
  g = tape.gradient(y, x)
else:
  g = x
return g
""", dict(x=f32(3)), {"autograph": True, "other_graph": True}),
    ("""
with tf.GradientTape() as tape:
  tape.watch([x, y])
  if x[0] > y:
    z = tf.sin(x) * y
  elif y > 5.:
    z = x
  else:
    z = x ** 2 + w
return tape.gradient(z, [x, y, w])
""", dict(x=f32(3), y=f32()), {"variables": {"w": f32(3)}, "autograph": True, "other_graph": True}),
    ("""
with tf.GradientTape() as tape:
  tape.watch(x)
  z = tf.switch_case(n, [lambda: x * 2., lambda: tf.exp(x), lambda: tf.zeros_like(x)])
return tape.gradient(z, x)
""", dict(x=f32(3), n=const(1, "int32")), {"autograph": True, "other_graph": True}),
    ("""
with tf.GradientTape() as tape:
  tape.watch(x)
  y = x
  i = 0
  while i < n:
    y = tf.tanh(y * w + x)
    i += 1
return tape.gradient(y, [x, w]), y
""", dict(x=f32(3), n=const(4, "int32")), {"variables": {"w": f32(3)}, "autograph": True, "other_graph": True}),
    ("""
with tf.GradientTape() as tape:
  tape.watch(x)
  total = 0.
  for row in x:
    if tf.reduce_sum(row) > 0.:
      total += tf.reduce_sum(row ** 2)
    else:
      total -= tf.reduce_prod(row)
return tape.gradient(total, x)
""", dict(x=f32(4, 3)), {"autograph": True, "other_graph": True}),
    ("""
with tf.GradientTape() as tape:
  tape.watch(x)
  s = tf.zeros([0])
  for i in tf.range(n):
    tf.autograph.experimental.set_loop_options(shape_invariants=[(s, tf.TensorShape([None]))])
    s = tf.concat([s, x * tf.cast(i, tf.float32)], 0)
  z = tf.reduce_sum(s ** 2)
return tape.gradient(z, x)
""", dict(x=f32(3), n=const(3, "int32")), {"autograph": True, "other_graph": True}),
    ("""
with tf.GradientTape() as tape:
  h = tf.zeros([2])
  for i in tf.range(3):
    h = tf.tanh(h + tf.gather(v, i)) * tf.gather(v, [0, 1])
return tf.convert_to_tensor(tape.gradient(h, v))
""", dict(n=const(3, "int32")), {"variables": {"v": f32(8)}, "autograph": True, "other_graph": True}),
    ("""
with tf.GradientTape() as tape:
  tape.watch(x)
  h = tf.zeros([tf.shape(x)[0], 2])
  outs = tf.TensorArray(tf.float32, size=tf.shape(x)[1])
  for t in tf.range(tf.shape(x)[1]):
    h = tf.tanh(x[:, t, :] @ k + h @ r)
    outs = outs.write(t, h)
  loss = tf.reduce_mean(tf.transpose(outs.stack(), [1, 0, 2]) ** 2)
return loss, tape.gradient(loss, [x, k, r])
""", dict(x=f32(2, 5, 3)), {"variables": {"k": f32(3, 2), "r": f32(2, 2)}, "autograph": True, "other_graph": True}),
    ("""
with tf.GradientTape() as tape:
  tape.watch(x)
  y = tf.map_fn(lambda row: tf.reduce_sum(row) * w, x)
  z = tf.scan(lambda a, b: a * 0.5 + b, y)
return tape.gradient(z, [x, w])
""", dict(x=f32(4, 3)), {"variables": {"w": f32(2)}, "autograph": True, "other_graph": True}),
]

# Under CPython the tape is TensorFlow's, so only an export shows anything.
CASES = [(body, inputs, {**(options[0] if options else {}), "evaluator_only": True, "reason": "the tape is the evaluator's"})
         for body, inputs, *options in CASES]
