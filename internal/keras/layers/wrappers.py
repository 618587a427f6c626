"""keras.layers: Bidirectional and TimeDistributed (keras/src/layers/rnn, Keras 3.15)."""

from base import layer
from masks import PASS_MASK
from quantized import past_quantization
from recurrent import convert, sequence_shape
from steps import run_steps, swap_time
from tfsave import tf

# Layers whose output for a masked step can be zeros.
RECURRENT = ("RNN", "SimpleRNN", "LSTM", "GRU", "ConvLSTM1D", "ConvLSTM2D", "ConvLSTM3D")


def Bidirectional_config(layer, merge_mode="concat", backward_layer=None, weights=None, num_constants=None):
    """A recurrent layer in both directions of time."""
    if merge_mode not in ("sum", "mul", "ave", "concat", None):
        raise ValueError(f"merge_mode is {merge_mode!r}, want sum, mul, ave, concat or None")
    if num_constants:
        raise ValueError("num_constants (Keras 2) is not supported")


def direction(given, prefix, **changes):
    """The config of the layer for one direction. Masked steps are zeros where all outputs are returned."""
    config = dict(given["config"])
    if prefix:
        config["name"] = prefix + (config.get("name") or "").removeprefix(prefix)
    if given["class_name"] in RECURRENT:
        config["zero_output_for_mask"] = config.get("return_sequences", False)
    config.update(changes)
    return dict(given, config=config, name=config.get("name"))


def Bidirectional_build(self, sequences_shape, initial_state_shape=None):
    c = self.config
    shape = sequence_shape(sequences_shape)
    given = c["layer"]["config"]
    backwards = not given.get("go_backwards", False) if self.keras2 else True
    if c["backward_layer"] is not None:
        backward = direction(c["backward_layer"], "backward_" if self.keras2 else "")
    else:
        backward = direction(c["layer"], "backward_", go_backwards=backwards)
    for key in ("go_backwards", "stateful", "return_sequences", "return_state"):
        same = given.get(key, False) == backward["config"].get(key, False)
        if same == (key == "go_backwards"):
            raise ValueError(f"{key} must {'differ' if same else 'be the same'} in both directions")
    return {"forward_layer": layer(direction(c["layer"], "forward_"), shape), "backward_layer": layer(backward, shape)}


def Bidirectional_call(self, sequences, initial_state=None, mask=None, training=False):
    c = self.config
    if isinstance(sequences, (list, tuple)):  # of Keras 2, with the states
        sequences, initial_state = sequences[0], list(sequences[1:]) or None
    forward, backward = {}, {}
    if initial_state is not None:
        half = len(initial_state) // 2
        forward["initial_state"], backward["initial_state"] = initial_state[:half], initial_state[half:]
    y = call_sublayer(self.forward_layer, sequences, mask, training, **forward)
    y_rev = call_sublayer(self.backward_layer, sequences, mask, training, **backward)
    states = []
    if c["layer"]["config"].get("return_state"):
        states = y[1:] + y_rev[1:]
        y, y_rev = y[0], y_rev[0]
    if not isinstance(y, tf.RaggedTensor):
        y, y_rev = convert(y, self.compute_dtype), convert(y_rev, self.compute_dtype)
    if c["layer"]["config"].get("return_sequences"):
        y_rev = tf.reverse(y_rev, [0 if c["layer"]["config"].get("time_major") else 1])
    merge = c["merge_mode"]
    if merge is None:
        return [y, y_rev] + states
    if merge == "concat":
        output = tf.concat([y, y_rev], axis=-1)
    elif merge == "mul":
        output = y * y_rev
    else:
        output = y + y_rev
        output = output / 2 if merge == "ave" else output
    return [output] + states if states else output


def call_sublayer(sub, inputs, mask, training, **options):
    """A call of a layer that another one holds, with mask and training if it takes them."""
    if mask is not None and "mask" in sub.call_arguments:
        options["mask"] = mask
    if "training" in sub.call_arguments:
        options["training"] = training
    return sub(inputs, **options)


def Bidirectional_compute_mask(self, inputs, mask=None):
    if isinstance(mask, (list, tuple)):
        mask = mask[0]
    if not self.config["layer"]["config"].get("return_sequences"):
        mask = None
    return mask if self.config["merge_mode"] else [mask, mask]


def TimeDistributed_config(layer):
    """A layer that is called for each step of a sequence."""


def TimeDistributed_build(self, input_shape):
    inner = in_dtype_of(self, self.config["layer"])
    shapes = list(input_shape)
    if isinstance(shapes[0], (list, tuple)):
        return {"layer": layer(inner, [list(s[:1]) + list(s[2:]) for s in shapes])}
    if len(shapes) < 3:
        raise ValueError(f"want inputs of batch, time and more, not of the shape {shapes}")
    return {"layer": layer(inner, shapes[:1] + shapes[2:])}


# Layers that compute in the dtype of whoever calls them.
OF_CALLER = (
    "Conv1D", "Conv2D", "Conv3D", "Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose", "Dense", "DepthwiseConv1D",
    "DepthwiseConv2D", "EinsumDense", "PReLU", "SeparableConv1D", "SeparableConv2D",
)


def in_dtype_of(self, inner):
    """The config of the layer of TimeDistributed, which Keras 3 calls in the wrapper's dtype, past its own dtype policy."""
    dtype = inner["config"].get("dtype")
    own, outer = policy_name(dtype), policy_name(self.dtype_policy)
    if self.keras2 or own == outer or "layers" in inner["config"]:
        return inner
    quantized = isinstance(dtype, dict) and "mode" in dtype["config"]
    if quantized or inner["class_name"] not in OF_CALLER or {own, outer} - {"float32", "mixed_float16", "mixed_bfloat16"}:
        raise ValueError(f"the layer has the dtype {own}, want {outer}, which TimeDistributed has")
    return dict(inner, config=dict(inner["config"], dtype=outer))


def policy_name(dtype):
    """The name of a dtype policy, which may be serialized, without what it says of quantization."""
    if isinstance(dtype, dict):
        if dtype["class_name"] == "DTypePolicyMap":
            return policy_name(dtype["config"].get("default_policy"))
        dtype = dtype["config"].get("name") or dtype["config"].get("source_name")
    return (dtype or "float32").split("_from_")[-1]


def TimeDistributed_call(self, inputs, training=False, mask=None):
    if self.keras2:
        return distribute_2(self, inputs, training, mask)
    options = {"training": training} if "training" in self.layer.call_arguments else {}
    x = swap_time(inputs)
    masked = mask is not None and "mask" in self.layer.call_arguments
    if masked:
        mask = swap_time(mask)

    def step(i):
        if masked:
            return past_quantization(self.layer, x[i], mask=mask[i], **options)
        return past_quantization(self.layer, x[i], **options)

    steps = x.shape[0]
    if steps is not None:
        return swap_time(tf.stack([step(i) for i in range(steps)]))
    return swap_time(tf.vectorized_map(step, tf.range(tf.shape(x)[0])))


def distribute_2(self, inputs, training, mask):
    """TimeDistributed of Keras 2: the layer is called once for the steps of all sequences."""
    flat = tf.nest.flatten(inputs)
    if isinstance(flat[0], tf.RaggedTensor):
        results = call_sublayer(self.layer, tf.nest.map_structure(lambda x: x.values, inputs), None, training)
        return tf.nest.map_structure(lambda y: tf.RaggedTensor.from_row_lengths(y, flat[0].row_lengths()), results)
    if steps_apart(self, flat[0]):

        def step(x, states):
            return call_sublayer(self.layer, x, None, training), states

        if mask is not None:
            mask = tf.cast(mask, tf.bool)
            mask = swap_time(tf.expand_dims(mask, -1) if mask.shape.rank == 2 else mask)
        return swap_time(run_steps(step, swap_time(inputs), [], mask, False, False, False, True, self.name)[1])
    x = tf.nest.map_structure(merge_time, inputs)
    results = call_sublayer(self.layer, x, None if mask is None else merge_time(mask), training)
    return tf.nest.map_structure(lambda y: split_time(y, flat[0]), results)


def steps_apart(self, x):
    """Whether Keras 2 calls the layer for each step by itself: a functional model and batches of a known size."""
    return x.shape[0] is not None and self.config["layer"]["class_name"] in ("Functional", "Model")


def merge_time(x):
    """Sequences as the steps of all of them."""
    shape = [tf.shape(x)[i] if d is None else d for i, d in enumerate(x.shape)]
    return tf.reshape(x, [-1] + shape[2:])


def split_time(y, like):
    """Steps as sequences, as many as those of like."""
    shape = [tf.shape(y)[i] if d is None else d for i, d in enumerate(y.shape)]
    batch, steps = like.shape[0], like.shape[1]
    result = tf.reshape(y, [batch or -1, steps or tf.shape(like)[1]] + shape[1:])
    result.set_shape(tf.TensorShape([batch, steps]).concatenate(y.shape[1:]))
    return result


def TimeDistributed_compute_mask(self, inputs, mask=None):
    if not self.keras2:
        return mask
    x = tf.nest.flatten(inputs)[0]
    if isinstance(x, tf.RaggedTensor) or steps_apart(self, x):
        return mask
    inner = mask_through(self.layer, tf.nest.map_structure(merge_time, inputs), None if mask is None else merge_time(mask))
    if inner is not None:
        return split_time(inner, x)
    if mask is not None and mask.shape.rank > 2:
        return tf.reduce_any(mask, axis=list(range(2, mask.shape.rank)))
    return mask


def mask_through(sub, inputs, mask):
    """What a layer makes of a mask."""
    if hasattr(sub, "compute_mask"):
        return sub.compute_mask(inputs, mask)
    if hasattr(sub, "call_with_masks"):
        return sub.call_with_masks(inputs, mask=mask)[1][0]
    return mask if hasattr(sub, "class_name") and sub.class_name in PASS_MASK else None
