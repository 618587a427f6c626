from cases import f, i, product, s

CASES = [
    *product("layers.Rescaling(scale={s}, offset={o})(a)", f(4, 3), s=(0.5, [1.0, 2.0, 0.5]), o=(0.0, 1.0, [0.0, 1.0, 2.0])),
    ("layers.Rescaling(1 / 255)(a)", i(4, 3, dtype="uint8", high=255)),
    *product("layers.Normalization(axis={x})(a)", f(4, 3), x=(-1, 1)),
    ("layers.Normalization(axis=None)(a)", f(3)),
    ("layers.Normalization(axis=(1, 2))(a)", f(4, 3)),
    *product("layers.Normalization(mean=[1.0, 2.0, 3.0], variance=[1.0, 4.0, 0.0], invert={i})(a)", f(4, 3), i=(False, True)),
    ("layers.Normalization(axis=None, mean=3.0, variance=2.0)(a)", f(3)),
]
