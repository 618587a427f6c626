"""What the random draws need to know of single ops to be accepted often enough.

HINTS maps an op to a dict:
    attrs   attribute -> function(random) -> value
    fix     function(random, attrs) that makes attributes fit each other
    inputs  argument -> function(random, attrs, earlier inputs) -> input without its dtype
    node    function(random, drawer) -> {"attrs", "inputs"}: the whole node
"""

EQUATIONS = ["ab,bc->ac", "abc,cd->abd", "...ab,...bc->...ac", "ij->ji", "...i->...", "a,b->ab", "aab->ab", "bhwc,hkc->bhk",
             "a...,b...->ab...", "ab->", "ab,cd", "a1->a", "i...j->...", "ab,ab,ab->ab", "...,...->...", "ab->abc"]


def small(n, choices=(1, 1, 2, 3)):
    """A list of n small numbers, now and then one that is refused."""
    return lambda r: [r.choice([0, -1]) if r.random() < 0.02 else r.choice(choices) for _ in range(n if r.random() < 0.98 else n + 1)]


def window(n):
    """For each dimension of a data format: 1 for batch and channels, mostly."""
    def draw(r):
        values = small(n)(r)
        if r.random() < 0.9:
            values[0] = values[-1] = 1
        return values
    return draw


def paddings(n):
    def fix(r, attrs):
        if "explicit_paddings" not in attrs:
            return
        if attrs.get("padding") == "EXPLICIT" and r.random() < 0.95:
            channel_first = attrs.get("data_format", "NHWC").startswith("NC")
            values = [r.randint(0, 2) for _ in range(2 * n)]
            channel = 1 if channel_first else n - 1
            if r.random() < 0.95:
                values[:2] = values[2 * channel : 2 * channel + 2] = [0, 0]
            attrs["explicit_paddings"] = values
        elif r.random() < 0.97:
            attrs["explicit_paddings"] = []
    return fix


def images(rank, low=1, high=9):
    """An input of the given rank, of sizes that windows fit into."""
    def draw(r, attrs, inputs):
        if r.random() < 0.05:
            return {"dims": None}
        return {"dims": [-1 if r.random() < 0.1 else r.randint(low, high) for _ in range(rank)]}
    return draw


def channels_of(attrs, dims):
    if dims is None:
        return 1
    return dims[1 if attrs.get("data_format", "").startswith("NC") or attrs.get("data_format") == "CHANNELS_FIRST" else -1]


def filters(rank):
    """A filter whose channels divide those of the images before."""
    def draw(r, attrs, inputs):
        if r.random() < 0.05:
            return {"dims": None}
        channels = channels_of(attrs, inputs[0]["dims"])
        into = r.choice([channels, channels, 1, 2]) if channels > 0 else r.randint(1, 4)
        sizes = [r.choice([1, 2, 3, -1]) if r.random() < 0.9 else 0 for _ in range(rank - 2)]
        return {"dims": [*sizes, into, r.choice([1, 2, 4, 6, -1])]}
    return draw


def padded(attrs_of_window, rank, **more):
    return {"attrs": {name: window(rank) for name in attrs_of_window}, "fix": paddings(rank), **more}


def formats(*names):
    return lambda r: r.choice(names)


IMAGE_FORMATS = formats("NHWC", "NCHW", "NHWC", "NCHW", "NHWC")


def conv(rank, *formats_, **more):
    return {
        "attrs": {"strides": window(rank), "dilations": window(rank), "data_format": formats(*formats_)},
        "fix": paddings(rank) if rank == 4 else None,
        "inputs": {"input": images(rank), "filter": filters(rank), **more},
    }


def const(low, high, n=None):
    """A constant vector of n, or a scalar, of values between low and high."""
    def draw(r, attrs, inputs):
        values = [r.randint(low, high) for _ in range(n or 1)]
        return {"const": values, "dims": [n] if n else []}
    return draw


def sometimes(draw, otherwise):
    return lambda r, attrs, inputs: draw(r, attrs, inputs) if r.random() < 0.7 else otherwise(r, attrs, inputs)


def unknown_vector(n):
    return lambda r, attrs, inputs: {"dims": r.choice([[n], [n], [-1], None])}


HINTS = {
    "Einsum": {"attrs": {"equation": lambda r: r.choice(EQUATIONS), "N": lambda r: r.choice([1, 2, 2, 2, 3])}},
    "Conv2D": conv(4, "NHWC", "NCHW"),
    "Conv3D": conv(5, "NDHWC", "NCDHW"),
    "DepthwiseConv2dNative": conv(4, "NHWC", "NCHW"),
    "AvgPool": padded(["ksize", "strides"], 4, inputs={"value": images(4)}),
    "MaxPool": padded(["ksize", "strides"], 4, inputs={"input": images(4)}),
    "MaxPoolWithArgmax": padded(["ksize", "strides"], 4, inputs={"input": images(4)}),
    "AvgPool3D": padded(["ksize", "strides"], 5, inputs={"input": images(5)}),
    "MaxPool3D": padded(["ksize", "strides"], 5, inputs={"input": images(5)}),
    "MaxPoolV2": {"inputs": {"input": images(4), "ksize": sometimes(const(1, 3, 4), unknown_vector(4)),
                             "strides": sometimes(const(1, 3, 4), unknown_vector(4))}},
    "FractionalAvgPool": {"attrs": {"pooling_ratio": lambda r: [1.0, r.choice([1.5, 2.0]), 1.7, 1.0]}},
    "FractionalMaxPool": {"attrs": {"pooling_ratio": lambda r: [1.0, r.choice([1.5, 2.0]), 1.7, 1.0]}},
    "ExtractImagePatches": {"attrs": {"ksizes": window(4), "strides": window(4), "rates": window(4)}, "inputs": {"images": images(4)}},
    "ExtractVolumePatches": {"attrs": {"ksizes": window(5), "strides": window(5)}, "inputs": {"input": images(5)}},
    "Dilation2D": {"attrs": {"strides": window(4), "rates": window(4)},
                   "inputs": {"input": images(4), "filter": lambda r, a, i: {"dims": [r.randint(1, 3), r.randint(1, 3), (i[0]["dims"] or [2])[-1]]}}},
}
for name in ("FusedPadConv2D", "FusedResizeAndPadConv2D"):
    HINTS[name] = {"attrs": {"strides": window(4)}, "inputs": {
        "input": images(4),
        "size": sometimes(const(3, 9, 2), unknown_vector(2)),
        "paddings": lambda r, a, i: {"const": [r.randint(0, 2) for _ in range(8)], "dims": [4, 2]} if r.random() < 0.7 else {"dims": [4, 2]},
        "filter": lambda r, a, i: {"dims": [r.randint(1, 3), r.randint(1, 3), r.choice([-1, -1, 1, 2, 3]), r.choice([1, 2, -1])]},
    }}
for name in ("MaxPoolGradGrad", "MaxPoolGradGradWithArgmax"):
    HINTS[name] = padded(["ksize", "strides"], 4)
HINTS["MaxPool3DGradGrad"] = padded(["ksize", "strides"], 5)
for name in ("SpaceToBatchND", "BatchToSpaceND"):
    HINTS[name] = {"inputs": {
        "input": lambda r, a, i: {"dims": [-1 if r.random() < 0.1 else r.choice([4, 6, 8, 12]) for _ in range(r.randint(3, 4))]},
        "block_shape": sometimes(const(1, 2, 2), unknown_vector(2)),
        "paddings": lambda r, a, i: {"const": [r.choice([0, 0, 1, 2]) for _ in range(4)], "dims": [2, 2]} if r.random() < 0.7 else {"dims": [2, 2]},
        "crops": lambda r, a, i: {"const": [r.choice([0, 0, 1, 2]) for _ in range(4)], "dims": [2, 2]} if r.random() < 0.7 else {"dims": [2, 2]},
    }}
for name in ("SpaceToBatch", "BatchToSpace", "SpaceToDepth", "DepthToSpace"):
    HINTS[name] = {
        "attrs": {"block_size": lambda r: r.choice([1, 2, 2, 2, 3])},
        "inputs": {"input": lambda r, a, i: {"dims": [-1 if r.random() < 0.1 else r.choice([4, 8, 12]) for _ in range(4)]},
                   "paddings": lambda r, a, i: {"const": [r.choice([0, 0, 1, 2]) for _ in range(4)], "dims": [2, 2]} if r.random() < 0.7 else {"dims": [2, 2]},
                   "crops": lambda r, a, i: {"const": [r.choice([0, 0, 1, 2]) for _ in range(4)], "dims": [2, 2]} if r.random() < 0.7 else {"dims": [2, 2]}},
    }


def ragged_types(r, attrs):
    n = attrs["num_row_partition_tensors"]
    kinds = ["VALUE_ROWIDS", "ROW_SPLITS"]
    types = [r.choice(kinds) for _ in range(n)]
    if n > 1 and r.random() < 0.6:
        types[:2] = ["FIRST_DIM_SIZE", "VALUE_ROWIDS"]
    attrs["row_partition_types"] = types


HINTS["RaggedTensorToTensor"] = {"fix": ragged_types, "inputs": {
    "shape": lambda r, a, i: r.choice([{"dims": [], "const": [-1]}, {"dims": None}, {"dims": [2]}, {"dims": [2], "const": [-1, r.choice([2, -1])]},
                                       {"dims": [3], "const": [2, -1, 3]}]),
    "values": lambda r, a, i: {"dims": r.choice([[4], [-1], [5, 3], None, [4, -1], [2, 2, 2]])},
    "default_value": lambda r, a, i: {"dims": r.choice([[], [], [1], None, [3]])},
}}


def feature_counts(r, attrs):
    """Numbers of features that fit the lists, mostly."""
    sparse, dense, ragged = r.randint(0, 2), r.randint(0, 2), r.randint(0, 2)
    types = [1, 7, 9]
    attrs["sparse_types"] = [r.choice(types) for _ in range(sparse)]
    attrs["Tdense"] = [r.choice(types) for _ in range(dense)]
    attrs["dense_shapes"] = [r.choice([[], [2], [3, 2], [-1, 2], [-1], None, [2, -1]][: 5 if r.random() < 0.9 else 7]) for _ in range(dense)]
    if "ragged_value_types" in attrs:
        attrs["ragged_value_types"] = [r.choice(types) for _ in range(ragged)]
        attrs["ragged_split_types"] = [r.choice([3, 9]) for _ in range(ragged)]
    for name, n in (("num_sparse", sparse), ("Nsparse", sparse), ("Ndense", dense)):
        if name in attrs:
            attrs[name] = n if r.random() < 0.95 else n + 1
    for name, n in (("sparse_keys", sparse), ("dense_keys", dense)):
        if name in attrs:
            attrs[name] = ["a"] * n


for name in ("ParseExample", "ParseExampleV2", "ParseSingleExample"):
    HINTS[name] = {"fix": feature_counts}
for name in ("QuantizedAvgPool", "QuantizedMaxPool"):
    HINTS[name] = {"attrs": {"ksize": window(4), "strides": window(4)}, "inputs": {"input": images(4)}}
HINTS["QuantizedConv2D"] = {"attrs": {"strides": window(4), "dilations": window(4)}, "inputs": {"input": images(4), "filter": filters(4)}}
HINTS["TridiagonalMatMul"] = {"inputs": {name: lambda r, a, i: {"dims": r.choice([[1, 3], [1, -1], None, [2, 1, 3], [-1, 1, 3]])}
                                       for name in ("superdiag", "maindiag", "subdiag")}
                              | {"rhs": lambda r, a, i: {"dims": r.choice([[3, 4], [-1, 4], None, [2, 3, 4], [5, 3, 4]])}}}
HINTS["ParallelConcat"] = {
    "attrs": {"N": lambda r: 2, "shape": lambda r: r.choice([[2, 3], [2, 3], [2], [2, 4], [], [-1, 3], None])},
    "inputs": {"values": lambda r, a, i: {"dims": r.choice([[1, 3], [1, 3], [1], [2, 3], [-1, 3]])}},
}
HINTS["Transpose"] = {"inputs": {"perm": sometimes(
    lambda r, a, i: {"const": (p := r.sample(range(len(i[0]["dims"] or "12")), len(i[0]["dims"] or "12"))), "dims": [len(p)]},
    lambda r, a, i: r.choice([{"dims": None}, {"dims": [2]}, {"dims": [-1]}, {"dims": [2], "const": [1, 1]}, {"dims": [3], "partial": [-1, 1, 0]},
                              {"dims": [2, 2]}, {"dims": [2], "const": [-1, 0]}, {"dims": [2], "const": [0, 2]}, {"dims": []}]))}}
for name in ("Cumsum", "Cumprod"):
    HINTS[name] = {"inputs": {"axis": sometimes(const(-1, 1), unknown_vector(1))}}
HINTS["RandomIndexShuffle"] = {"inputs": {
    "index": lambda r, a, i: {"dims": r.choice([[], [], [1], [4], [4], [-1], None, [2, 2]])},
    "seed": lambda r, a, i: {"dims": r.choice([[3], [3], [4, 3], [1, 3], [-1, 3], [-1], [2], [4, -1], None])},
    "max_index": lambda r, a, i: {"dims": r.choice([[], [], [1], [4], [5], [-1], None])},
}}


def sequence_counts(r, attrs):
    """Numbers of features that fit the lists, mostly."""
    types = [1, 7, 9]
    for part, dense in (("context", "Tcontext_dense"), ("feature_list", "feature_list_dense_types")):
        sparse, rows, ragged = r.randint(0, 2), r.randint(0, 2), r.randint(0, 2)
        attrs[part + "_sparse_types"] = [r.choice(types) for _ in range(sparse)]
        attrs[dense] = [r.choice(types) for _ in range(rows)]
        shapes = rows if r.random() < 0.95 else rows + 1
        attrs[part + "_dense_shapes"] = [r.choice([[], [2], [3, 2], [2, 3]]) for _ in range(shapes)]
        for name, n in (("sparse", sparse), ("dense", rows)):
            if f"N{part}_{name}" in attrs:
                attrs[f"N{part}_{name}"] = n if r.random() < 0.95 else n + 1
            if f"{part}_{name}_keys" in attrs:
                attrs[f"{part}_{name}_keys"] = ["a"] * n
        if part + "_ragged_value_types" in attrs:
            attrs[part + "_ragged_value_types"] = [r.choice(types) for _ in range(ragged)]
            attrs[part + "_ragged_split_types"] = [r.choice([3, 9]) for _ in range(ragged)]


for name in ("ParseSequenceExample", "ParseSequenceExampleV2", "ParseSingleSequenceExample"):
    HINTS[name] = {"fix": sequence_counts}
HINTS["DecodeProtoV2"] = {"attrs": {
    "field_names": lambda r: ["a"] * r.randint(0, 2),
    "output_types": lambda r: [3] * r.randint(0, 2),
}}


def cross_types(r, attrs):
    ragged, sparse, dense = r.randint(0, 2), r.randint(0, 2), r.randint(0, 2)
    attrs["ragged_values_types"], attrs["ragged_splits_types"] = [9] * ragged, [r.choice([3, 9]) for _ in range(ragged)]
    attrs["Nsparse"], attrs["sparse_values_types"], attrs["dense_types"] = sparse, [7] * sparse, [7] * dense
    attrs["input_order"] = "R" * ragged + "S" * sparse + "D" * dense


HINTS["RaggedCross"] = {"fix": cross_types}
