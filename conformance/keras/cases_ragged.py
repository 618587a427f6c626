"""Ragged tensors: layers and ops that take them. Keras does not say of its tensors that they are ragged."""

from cases import f, i, product, ragged, s

LOOSE = {"any_shape": True}
WORDS = "vocabulary=['a', 'b']"

CASES = [
    *product("layers.{x}", ragged(i(None)), LOOSE, x=(
        "Embedding(7, 3)(a)", "Embedding(7, 3, mask_zero=True)(a)", "GlobalAveragePooling1D()(layers.Embedding(7, 3)(a))", "IntegerLookup(vocabulary=[1, 2, 3])(a)",
        "CategoryEncoding(5)(a)", "CategoryEncoding(5, output_mode='count')(a)", "Hashing(4)(a)", "Identity()(a)", "Concatenate()([a, a])", "Add()([a, a])")),
    *product("{x}", ragged(i(None)), LOOSE, x=("a * 2", "a + a", "-a", "ops.cast(a, 'float32')", "ops.convert_to_tensor(a, ragged=False)", "ops.take(np.ones((7, 2), 'float32'), a, axis=0)", "ops.sum(layers.Embedding(7, 3)(a), axis=1)")),
    *product("layers.StringLookup(" + WORDS + "{o})(a)", ragged(s(None)), LOOSE, o=("", ", output_mode='multi_hot'", ", output_mode='one_hot'", ", output_mode='count', sparse=True", ", output_mode='multi_hot', sparse=True")),
    *product("layers.TextVectorization(" + WORDS + ", split=None{o})(a)", ragged(s(None)), LOOSE, o=("", ", ragged=True", ", output_mode='count', sparse=True")),
    ("layers.Embedding(7, 3)(layers.StringLookup(" + WORDS + ")(a))", ragged(s(None)), LOOSE),
    *product("{x}", ragged(f(None)), LOOSE, x=("ops.sin(a)", "ops.exp(a)", "ops.relu(a)", "ops.square(a)", "ops.expand_dims(a, -1)", "ops.where(a > 0, a, 0.0)", "a[:, :1]", "a[0]", "ops.clip(a, -1, 1)", "ops.round(a)", "ops.concatenate([a, a], axis=1)", "ops.stop_gradient(a)", "ops.digitize(a, np.array([0.0, 1.0]))")),
    *product("ops.{n}(a, axis=1)", ragged(f(None)), LOOSE, n=("sum", "mean", "max", "min", "cumsum")),
    *product("layers.{x}(a)", ragged(f(None)), LOOSE, x=("ReLU()", "Activation('relu')", "Activation('tanh')", "Dropout(0.1)", "Rescaling(2.0)", "Softmax()", "UnitNormalization()", "Discretization([0.0, 1.0])")),
    *product("layers.{n}()([a, a])", ragged(f(None)), LOOSE, n=("Add", "Multiply", "Subtract", "Average", "Maximum", "Concatenate")),
    *product("layers.{x}(a)", ragged(f(None, 3)), LOOSE, x=("GlobalAveragePooling1D()", "GlobalMaxPooling1D()", "LayerNormalization()", "Identity()", "Activation('gelu')")),
    *product("ops.{n}(a, axis=1)", ragged(f(None, 3)), LOOSE, n=("sum", "mean")),
]
