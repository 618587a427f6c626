from cases import f, i, product

# A layer whose model has been quantized.
QUANTIZED = "m = keras.Model(a, {l}(a))\nm.quantize({q})\nout = m.layers[-1](a)"
INT8 = ("'int8'", "config=keras.quantizers.Int8QuantizationConfig(activation_quantizer=None)")
INT8_OF = "config=keras.quantizers.Int8QuantizationConfig(activation_quantizer=keras.quantizers.AbsMaxQuantizer({options}))"
INT8_MORE = tuple(INT8_OF.format(options=o) for o in ("value_range=(-7, 7)", "epsilon=0.01, axis=(1, 2)", "output_dtype='int16', value_range=(-900, 900)", "output_dtype='float32'", "value_range=(0, 255), output_dtype='uint8'"))
INT4 = ("'int4'",) + tuple(f"config=keras.quantizers.Int4QuantizationConfig(block_size={b})" for b in (1, 3, -1))
INT4_INPUTS = ("config=keras.quantizers.Int4QuantizationConfig(block_size=None, activation_quantizer=keras.quantizers.AbsMaxQuantizer())",)
FLOAT8 = ("'float8'",)
# GPTQ and AWQ, which need data to quantize a model; what Keras builds for one that has been quantized. It does not save their zero points.
GROUPED = "l = {l}\nout = l(a)\nl.is_gptq_calibrated = l.is_awq_calibrated = True"
GROUPED_DENSE = ("layers.Dense(5, dtype='{q}_from_float32')", "layers.Dense(1, use_bias=False, activation='relu', dtype='{q}_from_float32')", "layers.Dense(4, dtype='{q}_from_mixed_bfloat16')")
GROUPED_EINSUM = (
    "layers.EinsumDense('abc,cd->abd', output_shape=(None, 5), bias_axes='d', dtype='{q}_from_float32')",
    "layers.EinsumDense('abc,cde->abde', output_shape=(None, 3, 3), bias_axes='de', dtype='{q}_from_float32')",
)
GPTQ = ("gptq/4/-1", "gptq/4/3", "gptq/8/3", "gptq/2/2", "gptq/3/-1", "awq/4/-1", "awq/4/3")

# A layer whose sublayers have policies of their own. Keras loads such a model, but cannot save it.
MAP = "get = keras.dtype_policies.get\np = keras.dtype_policies.DTypePolicyMap({d}, {{k: get(v) for k, v in {m}.items()}})\nout = {l}"

DENSE = (
    "layers.Dense(6)", "layers.Dense(5, use_bias=False, activation='relu')", "layers.Dense(6, dtype='mixed_bfloat16')", "layers.Dense(1, activation=layers.LeakyReLU())",
)
EINSUM = (
    "layers.EinsumDense('abc,cd->abd', output_shape=(None, 6), bias_axes='d')", "layers.EinsumDense('abc,cde->abde', output_shape=(None, 3, 3), bias_axes='de')",
    "layers.EinsumDense('abc,bd->adc', output_shape=(7, None), bias_axes='d')",
)
EINSUM4 = (
    "layers.EinsumDense('abcd,cde->abe', output_shape=(None, 5), bias_axes='e')", "layers.EinsumDense('abcd,ecd->abe', output_shape=(None, 5))",
    "layers.EinsumDense('abcd,bce->abe', output_shape=(4, 5))",
)
IDS = ("layers.Embedding(7, 5)", "layers.Embedding(7, 3, dtype='mixed_bfloat16')", "layers.ReversibleEmbedding(7, 4)", "layers.ReversibleEmbedding(7, 5, tie_weights=False)")
REVERSE = "e = layers.ReversibleEmbedding(7, 5, tie_weights={t}, logit_soft_cap={s})\nm = keras.Model(a, e(e(a), reverse=True))\nm.quantize({q})\nout = e(e(a), reverse=True)"

CASES = [
    *product(QUANTIZED, f(8), l=DENSE, q=INT8 + INT4 + INT4_INPUTS + FLOAT8),
    *product(QUANTIZED, f(4, 8), l=DENSE[:1] + EINSUM, q=INT8 + INT4 + INT4_INPUTS + FLOAT8),
    *product(QUANTIZED, f(4, 2, 3), l=EINSUM4[:2], q=INT8 + INT4 + INT4_INPUTS + FLOAT8),
    *product(QUANTIZED, f(4, 2, 3), l=EINSUM4[2:], q=INT4 + FLOAT8),
    *product(QUANTIZED, f(4, 8), l=("layers.EinsumDense('...x,xy->...y', output_shape=(5,), activation='tanh')",), q=FLOAT8),  # Keras quantizes none with an ellipsis to the others
    *product(QUANTIZED, f(8), l=DENSE[:1], q=INT8_MORE[:1] + INT8_MORE[2:]),
    *product(QUANTIZED, f(4, 8), l=("layers.Dense(6)",) + EINSUM[:1], q=INT8_MORE[:2]),
    *product(QUANTIZED, i(8), l=DENSE[:1], q=INT8[:1] + INT4 + FLOAT8),
    *product(QUANTIZED, i(4, high=7), l=IDS, q=INT8[:1] + INT4 + INT4_INPUTS),
    *product(QUANTIZED, i(4, high=7, dtype="uint8"), l=IDS[:1], q=("'int8'", "'int4'")),
    *product(QUANTIZED, f(8), l=tuple(f"layers.Dense(5, dtype='{p}')" for p in ("float16", "bfloat16", "float64", "mixed_float16")), q=INT4[::2] + INT4_INPUTS + FLOAT8),
    *product(REVERSE, i(4, high=7), t=(True, False), s=(None, 2.0), q=INT8[:1] + INT8_MORE[1:2] + INT4 + INT4_INPUTS),
    *product(QUANTIZED, f(4, 8), l=("layers.TimeDistributed(layers.Dense(5))", "keras.Sequential([layers.Dense(5), layers.Dense(4, activation=layers.LeakyReLU())])"), q=INT8[:1] + INT4 + FLOAT8),
    *product(QUANTIZED, f(3, 4, 8), l=("layers.TimeDistributed(layers.EinsumDense('abc,cde->abde', output_shape=(None, 3, 3), bias_axes='de'))",), q=INT8[:1] + INT4[1:3] + FLOAT8),
    *product(QUANTIZED, i(3, 4, high=7), l=("layers.TimeDistributed(layers.Embedding(7, 5))",), q=("'int8'", "'int4'")),
    *product(QUANTIZED, f(8), l=("layers.SpectralNormalization(layers.Dense(5))",), q=FLOAT8, options={"any_names": True}),
    *product("layers.Dense(5, dtype=keras.dtype_policies.QuantizedFloat8DTypePolicy('float8', '{p}', amax_history_length=3))(a)", f(8), p=("float32", "mixed_bfloat16")),
    *product("layers.Dense(5, dtype='{q}_from_{p}')(a)", f(8), q=("int8", "int4/-1", "int4/3", "float8"), p=("float32", "mixed_bfloat16")),
    *[c for l in GROUPED_DENSE for q in GPTQ for c in product(GROUPED, f(8), {"npz": True}, l=(l.format(q=q),))],
    *[c for l in GROUPED_EINSUM for q in GPTQ for c in product(GROUPED, f(4, 8), {"npz": True}, l=(l.format(q=q),))],
    *[c for q in GPTQ for c in product(GROUPED, f(4, 2, 3), {"npz": True}, l=(f"layers.EinsumDense('abcd,cde->abe', output_shape=(None, 7), dtype='{q}_from_float32')",))],
    *[c for d, t in (("None", "float32"), ("'mixed_bfloat16'", "mixed_bfloat16")) for c in product(MAP, f(4, 8), {"npz": True}, d=(d,), m=(
        f"{{'att/query': 'int8_from_{t}', 'att/value': 'int4/3_from_{t}'}}", f"{{'att/.*': 'int8_from_{t}'}}", f"{{'.*/(query|key)': 'float8_from_{t}'}}", f"{{'att/attention_output': 'int4/-1_from_{t}', 'other': 'int8_from_{t}'}}",
    ), l=("layers.MultiHeadAttention(2, 3, name='att', dtype=p)(a, a)", "layers.GroupQueryAttention(3, 2, 1, name='att', dtype=p)(a, a)"))],
    *product(MAP, f(4, 8), {"npz": True}, d=("None", "'int8_from_float32'"), m=("{'d': 'int4/3_from_float32'}", "{'d': 'float8_from_float32'}", "{'e': 'int4/3_from_float32'}"), l=("layers.Dense(5, name='d', dtype=p)(a)",)),
    ("d = layers.Dense(6)\ny = d(a)\nd.enable_lora(2)\nout = d(a)", f(8), {"any_names": True}),
]
