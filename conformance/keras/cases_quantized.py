from cases import f, i, product

# A layer whose model has been quantized.
INT8 = "m = keras.Model(a, {l}(a))\nm.quantize({q})\nout = m.layers[-1](a)"
MODES = ("'int8'",)
WEIGHTS = ("config=keras.quantizers.Int8QuantizationConfig(activation_quantizer=None)",)

CASES = [
    *product(INT8, f(8), l=("layers.Dense(6)", "layers.Dense(6, use_bias=False, activation='relu')", "layers.Dense(6, dtype='mixed_bfloat16')"), q=MODES + WEIGHTS),
    *product(INT8, f(4, 8), l=("layers.Dense(6)", "layers.EinsumDense('abc,cd->abd', output_shape=(None, 6), bias_axes='d')", "layers.EinsumDense('abc,cde->abde', output_shape=(None, 2, 3), bias_axes='de')"), q=MODES + WEIGHTS),
    *product(INT8, f(4, 2, 3), l=("layers.EinsumDense('abcd,cde->abe', output_shape=(None, 5), bias_axes='e')",), q=MODES + WEIGHTS),
    *product(INT8, f(4, 6), l=("layers.EinsumDense('abc,bd->adc', output_shape=(7, None), bias_axes='d')",), q=MODES),
    *product(INT8, i(4, high=7), l=("layers.Embedding(7, 3)", "layers.Embedding(7, 3, dtype='mixed_bfloat16')", "layers.ReversibleEmbedding(7, 3)"), q=MODES),
    *product("e = layers.ReversibleEmbedding(7, 3, tie_weights={t}, logit_soft_cap={s})\nm = keras.Model(a, e(e(a), reverse=True))\nm.quantize('int8')\nout = e(e(a), reverse=True)", i(4, high=7), t=(True, False), s=(None, 2.0)),
    ("d = layers.Dense(6)\ny = d(a)\nd.enable_lora(2)\nout = d(a)", f(8), {"any_names": True}),
]
