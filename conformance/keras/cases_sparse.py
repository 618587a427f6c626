"""Sparse tensors: layers that give them, and layers that take them."""

from cases import f, i, product, s, sparse

LOOSE = {"any_shape": True}  # Keras calls what these layers give dense, or knows less of it than they do
EAGER = {"any_shape": True, "eager": True}  # of an unknown batch Keras computes these outside of a graph only
# The config of a CategoryEncoding does not say that it is sparse.
ENCODED = "l = layers.CategoryEncoding(5, {x}, sparse=True)\nconfig = l.get_config() | {{'sparse': True}}\nl.get_config = lambda: config\n"
WORDS = "vocabulary=['a', 'b', 'c']"
BINS = "[-1.0, 0.0, 1.5]"

CASES = [
    # what gives sparse tensors
    *product(ENCODED + "out = l(a)", i(4, dtype="int64"), x=("dtype='int64'", "dtype='int32', output_mode='count'")),
    *product(ENCODED + "out = l(a)", i(4), EAGER, x=("output_mode='one_hot'", "output_mode='multi_hot'", "output_mode='count'")),
    *product(ENCODED + "out = l(a)", i(1), EAGER, x=("output_mode='one_hot'", "output_mode='multi_hot'")),
    *product(ENCODED + "out = l(a)", i(), EAGER, x=("output_mode='one_hot'", "output_mode='multi_hot'")),
    *product(ENCODED + "out = l(a)", i(2, 3), EAGER, x=("output_mode='one_hot'", "output_mode='multi_hot'", "output_mode='count'")),
    *product(ENCODED + "out = l(a, count_weights=b)", [i(4), f(4)], EAGER, x=("output_mode='count'",)),
    *product(ENCODED + "out = l(a, count_weights=b)", [i(2, 3), f(2, 3)], EAGER, x=("output_mode='count'",)),
    *product(ENCODED + "out = l(a)", sparse(i(4)), EAGER, x=("output_mode='count'", "output_mode='multi_hot'")),
    *product("layers.CategoryEncoding(5, output_mode={m!r})(a)", sparse(i(4)), m=("multi_hot", "count")),
    *product("layers.Discretization(" + BINS + ", output_mode={m!r}, sparse=True)(a)", f(4), LOOSE, m=("multi_hot", "count")),
    *product("layers.Discretization(" + BINS + ", output_mode={m!r}, sparse=True)(a)", sparse(f(4)), LOOSE, m=("multi_hot", "count")),
    *product("layers.Discretization(" + BINS + ", output_mode={m!r}, sparse=True)(a)", f(), LOOSE, m=("multi_hot", "count")),
    *product("layers.Discretization(" + BINS + ", output_mode={m!r}, sparse=True)(a)", f(4, batch=3), LOOSE, m=("one_hot", "multi_hot", "count")),
    *product("layers.Discretization(" + BINS + ", output_mode={m!r}, sparse=True)(a)", f(2, 3), EAGER, m=("one_hot", "multi_hot", "count")),
    *product("layers.Discretization(" + BINS + ")(a)", sparse(f(4))),
    *product("layers.Hashing(4, output_mode={m!r}, sparse=True{o})(a)", s(4), LOOSE, m=("multi_hot", "count"), o=("", ", mask_value='a'", ", salt=3")),
    *product("layers.Hashing(4, output_mode={m!r}, sparse=True)(a)", s(1), EAGER, m=("one_hot", "multi_hot", "count")),
    *product("layers.Hashing(4, output_mode={m!r}, sparse=True)(a)", s(2, 3), EAGER, m=("one_hot", "multi_hot", "count")),
    *product("layers.Hashing(4, output_mode={m!r}, sparse=True)(a)", sparse(s(4)), LOOSE, m=("multi_hot", "count")),
    *product("layers.Hashing(4{o})(a)", sparse(s(4)), LOOSE, o=("", ", mask_value='a'")),
    *product("layers.HashedCrossing(5, output_mode={m!r}, sparse=True)([a, b])", [s(1), i(1)], EAGER, m=("int", "one_hot")),
    *product("layers.HashedCrossing(5, output_mode='one_hot', sparse=True)([a, b])", [s(), i()], EAGER),
    *product("layers.StringLookup(" + WORDS + ", output_mode={m!r}, sparse=True{o})(a)", s(4), LOOSE, m=("multi_hot", "count"), o=("", ", pad_to_max_tokens=True, max_tokens=9")),
    *product("layers.StringLookup(" + WORDS + ", output_mode={m!r}, sparse=True)(a)", s(4), EAGER, m=("one_hot", "multi_hot", "count")),
    *product("layers.StringLookup(" + WORDS + ", output_mode={m!r}, sparse=True)(a)", s(2, 3), EAGER, m=("one_hot", "multi_hot", "count")),
    *product("layers.StringLookup(" + WORDS + ", output_mode={m!r}, sparse=True)(a)", sparse(s(4)), LOOSE, m=("multi_hot", "count")),
    *product("layers.StringLookup(" + WORDS + "{o})(a)", sparse(s(4)), LOOSE, o=("", ", mask_token=''", ", num_oov_indices=3")),
    *product("layers.StringLookup(" + WORDS + ", invert=True)(a)", sparse(i(4)), LOOSE),
    *product("layers.StringLookup(" + WORDS + ", idf_weights=[1.0, 2.0, 3.0], output_mode='tf_idf', sparse=True)(a)", s(), LOOSE),
    *product("layers.IntegerLookup(vocabulary=[1, 2, 3], output_mode={m!r}, sparse=True)(a)", i(4, dtype="int64"), LOOSE, m=("multi_hot", "count")),
    *product("layers.IntegerLookup(vocabulary=[1, 2, 3])(a)", sparse(i(4, dtype="int64")), EAGER),
    *product("layers.TextVectorization(" + WORDS + ", output_mode={m!r}, sparse=True{o})(a)", s(1), LOOSE, m=("multi_hot", "count"), o=("", ", ngrams=2")),
    *product("layers.TextVectorization(" + WORDS + ", output_mode={m!r}, sparse=True, split=None)(a)", s(4), LOOSE, m=("multi_hot", "count")),
    *product("layers.TextVectorization(" + WORDS + ", ragged=True{o})(a)", s(1), LOOSE, o=("", ", output_sequence_length=2")),
    # what takes them
    *product("layers.Dense(3{o})(a)", sparse(f(4)), o=("", ", use_bias=False", ", activation='relu'", ", activation=layers.PReLU()", ", dtype='float64'", ", dtype='float16'", ", dtype='mixed_bfloat16'")),
    ("layers.Dense(3)(a)", sparse(i(4))),
    ("layers.Dense(3)(ops.transpose(a))", sparse(f(4, batch=3))),
    *product("layers.Activation({n!r})(a)", sparse(f(4)), n=("tanh", "linear", "exponential")),
    *product("layers.{n}(a)", sparse(f(4)), n=("Dropout(0.2)", "GaussianNoise(0.1)", "Identity()", "Flatten()", "Reshape((2, 2))", "Reshape((-1, 1))", "Reshape((4,))", "Permute((1,))", "Discretization([0.0, 1.0])", "Embedding(5, 3)")),
    *product("layers.{n}(a)", sparse(f(3, 4)), n=("Flatten()", "Reshape((-1,))", "Reshape((2, -1))", "Permute((2, 1))", "Embedding(5, 3)", "Identity()", "Flatten('channels_first')")),
    *product("layers.Embedding(5, 3{o})(a)", sparse(i(4)), o=("", ", dtype='mixed_float16'")),
    ("layers.Embedding(5, 3)(a)", sparse(i(4, low=-5))),
    ("layers.GlobalAveragePooling1D()(layers.Embedding(5, 3)(a))", sparse(i(4))),
    *product("layers.{n}()([a, b])", [sparse(f(4)), sparse(f(4))], n=("Add", "Subtract", "Multiply", "Maximum", "Minimum", "Concatenate")),
    *product("layers.{n}()([a, b])", [sparse(f(4)), f(4)], n=("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate")),
    *product("layers.{n}()([a, b])", [f(4), sparse(f(4))], n=("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate")),
    *product("layers.{n}()([a, ops.sin(a)])", sparse(f(4)), n=("Add", "Subtract", "Multiply", "Maximum", "Minimum", "Concatenate")),
    *product("layers.Average()([a, {x}])", sparse(f(4)), LOOSE, x=("ops.sin(a)", "ops.copy(a)")),
    *product("layers.{n}()([a, b, c])", [sparse(f(4)), sparse(f(4)), f(4)], n=("Add", "Multiply", "Concatenate")),
    *product("layers.{n}()([a, b])", [sparse(f(2, 3)), sparse(f(2, 3))], n=("Add", "Multiply", "Concatenate")),
    ("layers.Concatenate(axis=1)([a, b])", [sparse(f(2, 3)), sparse(f(4, 3))]),
    *product("layers.Dot(1)([{x}])", [sparse(f(4)), f(4)], x=("a, b", "b, a", "a, ops.sin(a)")),
    *product("layers.Dot({x})([a, b])", [sparse(f(3, 4)), sparse(f(4, 5))], x=("(2, 1)", "(-1, 1)")),
    *product("layers.Dot((1, 2))([{x}])", [sparse(f(3, 4)), f(5, 3)], x=("a, b",)),
    # models
    ("layers.Dense(2)(layers.StringLookup(" + WORDS + ", output_mode='count', sparse=True)(a))", s(4)),
    ("layers.Dense(2)(layers.Concatenate()([layers.StringLookup(" + WORDS + ", output_mode='count', sparse=True)(a), layers.Hashing(6, output_mode='multi_hot', sparse=True, dtype='int64')(b)]))", [s(4), s(3)]),
    ("layers.Concatenate()([layers.StringLookup(" + WORDS + ", output_mode='count', sparse=True)(a), b])", [s(4), f(3)]),
    ("keras.Sequential([layers.Rescaling(2.0), layers.Dense(3)])(a)", sparse(f(4))),
    ("keras.Sequential([keras.Input((4,), sparse=True), layers.Identity(), layers.Dense(3)])(a)", sparse(f(4))),
    ("x = keras.Input((4,), sparse=True)\ninner = keras.Model(x, [x * 2.0, layers.Dense(2)(x)])\nout = inner(a)", sparse(f(4)), {"any_names": True}),
    ("x = keras.Input((4,))\ninner = keras.Model(x, layers.BatchNormalization()(x))\nout = inner(a)", sparse(f(4)), {"any_names": True}),
    ("x, y = keras.Input((4,), sparse=True), keras.Input((4,))\ninner = keras.Model([x, y], layers.Multiply()([x, y]))\nout = [inner([a, b]), inner([b, a])]", [sparse(f(4)), f(4)]),
    ("{'x': a, 'y': ops.sin(a), 'z': layers.Dense(2)(a)}", sparse(f(4))),
]
