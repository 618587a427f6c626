from cases import b, f, i, product

ACTIVATIONS = (
    "relu leaky_relu relu6 softmax elu selu softplus softsign soft_shrink sparse_plus silu swish squareplus gelu celu tanh "
    "tanh_shrink hard_tanh hard_shrink sigmoid exponential hard_sigmoid log_sigmoid sparse_sigmoid hard_silu hard_swish linear "
    "mish log_softmax sparsemax"
).split()

CASES = [
    *product("layers.Dense(5, use_bias={bias})(a)", f(4), bias=(True, False)),
    *product("layers.Dense(5, use_bias={bias}, activation='relu')(a)", f(3, 4), bias=(True, False)),
    ("layers.Dense(5)(a)", f(None, 2, 4)),
    *product("layers.Dense(5, dtype={d!r})(a)", i(4), d=("float32", "mixed_float16")),
    ("layers.EinsumDense('ab,bc->ac', output_shape=7)(a)", i(6)),
    ("layers.Dense(5)(a)", f(2, 3, 2, 4)),
    *product("layers.Dense(6, activation={a!r})(a)", f(4), a=ACTIVATIONS),
    *product("layers.Activation({a!r})(a)", f(3, 6), a=ACTIVATIONS),
    ("layers.Activation('glu')(a)", f(3, 6), {"any_shape": True}),
    ("layers.Dense(5, activation=layers.LeakyReLU(0.1))(a)", f(4)),
    ("layers.Dense(5, activation=layers.PReLU())(a)", f(4)),
    ("layers.Activation(layers.ReLU(max_value=1.0))(a)", f(4)),
    *product("layers.Dense(5, activation='relu', dtype={d!r})(a)", f(4), d=("float16", "bfloat16", "float64", "mixed_float16", "mixed_bfloat16")),
    *product("layers.ReLU(max_value={m}, negative_slope={n}, threshold={t})(a)", f(4), m=(None, 1.0, 6.0), n=(0.0, 0.2), t=(0.0, 0.5)),
    *product("layers.LeakyReLU({n})(a)", f(4), n=(0.1, 0.3)),
    *product("layers.PReLU(shared_axes={x})(a)", f(4, 5, 3), x=(None, [1], [1, 2])),
    *product("layers.ELU({n})(a)", f(4), n=(1.0, 0.5)),
    *product("layers.Softmax(axis={x})(a)", f(4, 5), x=(-1, 1, [1, 2], [-1])),
    ("layers.Softmax()(a, mask=b)", [f(4, 5), b(4, 5)]),
    ("layers.Softmax(axis=[1, 2])(a, mask=b)", [f(4, 5), b(4, 5)]),
    ("layers.Softmax()(a, mask=b)", [f(4), f(4, low=0, high=1)]),
    ("layers.Identity()(a)", f(4)),
    ("layers.Identity()([a, b])", [f(4), f(3)]),
    *product("layers.EinsumDense({e!r}, {o}, {x})(a)", f(4, 6), e=("abc,cd->abd",), o=("output_shape=(None, 5)",), x=("bias_axes='d'", "bias_axes=None", "bias_axes='d', activation='relu'")),
    ("layers.EinsumDense('ab,bc->ac', output_shape=7, bias_axes='c')(a)", f(6)),
    ("layers.EinsumDense('...x,xy->...y', output_shape=7, bias_axes='y')(a)", f(4, 6)),
    ("layers.EinsumDense('abc,cde->abde', output_shape=(None, 2, 3), bias_axes='de')(a)", f(4, 6)),
    ("layers.EinsumDense('abcd,cde->abe', output_shape=(None, 5), bias_axes='e')(a)", f(4, 2, 3)),
    ("layers.EinsumDense('abc,bd->adc', output_shape=(7, None), bias_axes='d')(a)", f(4, 6)),
    *product("layers.Embedding(7, 3, mask_zero={m})(a)", i(4, high=7), m=(False, True)),
    ("layers.Embedding(7, 3)(a)", f(4, low=0, high=6)),
    ("layers.Embedding(7, 3)(a)", i(4, 2, high=7, dtype="int64")),
    ("layers.Embedding(7, 3, dtype='mixed_float16')(a)", i(4, high=7)),
    *product("layers.ReversibleEmbedding(7, 3, {o})(a, reverse=True)", f(4, 3), o=(
        "", "tie_weights=False", "tie_weights=False, logit_soft_cap=0.5", "dtype='mixed_float16'",
        "reverse_dtype='float64', dtype='mixed_float16'")),
    ("layers.ReversibleEmbedding(7, 3, tie_weights=False)(a)", i(4, high=7)),
    ("layers.GlobalAveragePooling1D()(layers.ReversibleEmbedding(7, 3, mask_zero=True)(a))", i(4, high=3)),
    ("e = layers.ReversibleEmbedding(7, 3)\nout = e(e(a), reverse=True)\n", i(4, high=7)),
    ("layers.Masking(0.5)(a)", f(4, 3)),
    ("layers.Masking()(a)", i(4, 3, high=2)),
]
