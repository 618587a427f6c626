package keras

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRefused: mistakes of descriptions and configs, each with its place.
func TestRefused(t *testing.T) {
	// A model of Keras 3 with one layer after its input, in the third line.
	layer := func(layer string) string {
		return `{"module": "keras", "class_name": "Functional", "config": {"name": "m", "layers": [
{"module": "keras.layers", "class_name": "InputLayer", "config": {"batch_shape": [null, 4], "dtype": "float32", "name": "x"}, "name": "x", "inbound_nodes": []},
` + layer + `
], "input_layers": ["x", 0, 0], "output_layers": ["y", 0, 0]}}`
	}
	const call = `"inbound_nodes": [{"args": [{"class_name": "__keras_tensor__", "config": {"shape": [null, 4], "dtype": "float32", "keras_history": ["x", 0, 0]}}], "kwargs": {}}]`
	node := func(def, constants string) string {
		return `{"class_name": "TensorFlowOpLayer", "config": {"name": "y", "node_def": ` + def + `, "constants": ` + constants + `}, "name": "y", "inbound_nodes": [[["x", 0, 0, {}]]]}`
	}
	tests := []struct{ name, keras, config, want string }{
		{"nothing", `{}`, "", `model.yaml:1:8: keras: nothing describes the model (give config:, archive: or layers:)`},
		{"two", `{config: a.json, archive: b.keras}`, "", `model.yaml:1:8: keras: config and archive each describe the model: want one of them`},
		{"key", `{confg: a.json}`, "", `model.yaml:1:9: unknown key "confg" in keras (did you mean config?)`},
		{"style", `{config: m.json, signatures_style: keras3}`, "", `model.yaml:1:43: signatures_style: unknown style "keras3"; want keras2 or keras_export`},
		{"number", `7`, "", `model.yaml:1:8: keras: want a mapping, or the name of a .keras archive, not`},

		{"factor", `{layers: [{Input: {shape: [8, 8, 3]}}, {RandomZoom: {height_factor: 1.5}}]}`, "",
			`layer "random_zoom" (RandomZoom): ValueError: height_factor is 1.5, want a number from -1 to 1, or two`},
		{"fill mode", `{layers: [{Input: {shape: [8, 8, 3]}}, {RandomZoom: {height_factor: 0.5, fill_mode: mirror}}]}`, "",
			`layer "random_zoom" (RandomZoom): ValueError: unknown fill_mode 'mirror'; there are reflect, wrap, constant, nearest`},

		{"no class", `{config: m.json}`, `{"config": {}}`, `m.json:1:1: this is no config of a Keras model: it has no class_name`},
		{"subclass", `{config: m.json}`, `{"class_name": "Mine", "config": {}}`, `m.json:1:1: the model is of class "Mine", whose code is not in its config`},
		{"Lambda", `{config: m.json}`, layer(`{"module": "keras.layers", "class_name": "Lambda", "config": {"name": "y"}, "name": "y", ` + call + `}`),
			`m.json:3:1: layer "y" is of class Lambda, which is not supported: its function is Python bytecode, which tfsave does not run`},
		{"near", `{config: m.json}`, layer(`{"class_name": "Dens", "config": {"units": 2}, "name": "y", ` + call + `}`),
			`m.json:3:1: layer "y" is of class "Dens", which is not known (did you mean Dense?)`},
		{"custom", `{config: m.json}`, layer(`{"module": "mine", "class_name": "Thing", "registered_name": "Mine>Thing", "config": {}, "name": "y", ` + call + `}`),
			`m.json:3:1: layer "y" is of class "Thing", which is not known (write def Thing_call(self, inputs) into a file and name that under custom_objects:)`},
		{"op", `{config: m.json}`, layer(`{"module": "keras.src.ops.numpy", "class_name": "Nothing", "config": {"name": "y"}, "name": "y", ` + call + `}`),
			`m.json:3:1: op "y" (keras.src.ops.numpy.Nothing) is not known (write def numpy_Nothing(x, …) into a file`},
		{"op with a function", `{config: m.json}`, layer(`{"module": "keras.src.ops.core", "class_name": "Map", "config": {"name": "y"}, "name": "y", ` + call + `}`),
			`op "y" (keras.src.ops.core.Map) is not supported: it calls a function that is Python code`},
		{"node of an unknown op", `{config: m.json}`, layer(node(`{"name": "n", "op": "Relo"}`, `{}`)),
			`layer "y" (TensorFlowOpLayer): TensorFlow has no op "Relo"; the nearest is Relu`},
		{"no node", `{config: m.json}`, layer(node(`"\u0008\u0001garbage"`, `{}`)), `node_def is no NodeDef`},
		{"node without a type", `{config: m.json}`, layer(node(`{"op": "Relu"}`, `{}`)), `needs the attribute T`},
		{"constant of no input", `{config: m.json}`, layer(node(`{"op": "Relu", "attr": {"T": {"type": "DT_FLOAT"}}}`, `{"7": 1.0}`)),
			`constant "7" is for no input of Relu`},
		{"too few tensors", `{config: m.json}`, layer(node(`{"op": "AddV2", "attr": {"T": {"type": "DT_FLOAT"}}}`, `{}`)), `AddV2 takes 2 tensors, here are 1`},
		{"no property", `{config: m.json}`, layer(`{"class_name": "InstanceProperty", "config": {"name": "y", "attr_name": "a()"}, "name": "y", "inbound_nodes": [["x", 0, 0, {}]]}`),
			`attr_name is "a()", which is no name`},
		{"name of an option", `{config: m.json}`, layer(`{"module": "keras.src.ops.numpy", "class_name": "Mean", "config": {"name": "y", "axis)": 1}, "name": "y", ` + call + `}`),
			`op "y": "axis)" is no name of an option`},
		{"option", `{config: m.json}`, layer(`{"module": "keras.layers", "class_name": "Dense", "config": {"unit": 2}, "name": "y", ` + call + `}`),
			`m.json:3:1: layer "y" (Dense): TypeError`},
		{"policy", `{config: m.json}`, layer(`{"module": "keras.layers", "class_name": "Dense", "config": {"units": 2, "dtype": "float33"}, "name": "y", ` + call + `}`),
			`layer "y": unknown dtype policy "float33"`},
		{"quantized", `{config: m.json}`, layer(`{"module": "keras.layers", "class_name": "ReLU", "config": {"dtype": {"class_name": "QuantizedDTypePolicy", "config": {"mode": "float8", "source_name": "float32"}}}, "name": "y", ` + call + `}`),
			`layer "y" (ReLU) is quantized to float8, for which Keras has no code either`},
		{"mode", `{config: m.json}`, layer(`{"module": "keras.layers", "class_name": "Dense", "config": {"units": 2, "dtype": "int5/4_from_float32"}, "name": "y", ` + call + `}`),
			`layer "y" (Dense) is quantized to int5, for which Keras has no code either`},
		{"int8 of float16", `{config: m.json}`, layer(`{"module": "keras.layers", "class_name": "Dense", "config": {"units": 2, "dtype": "int8_from_mixed_float16"}, "name": "y", ` + call + `}`),
			`layer "y" (Dense) is quantized to int8 and computes in float16, which Keras refuses`},
		{"block size", `{config: m.json}`, layer(`{"module": "keras.layers", "class_name": "Dense", "config": {"units": 2, "dtype": "int4/0_from_float32"}, "name": "y", ` + call + `}`),
			`layer "y" (Dense): ValueError: a block size of 0; want -1 or a positive number`},
		{"group size", `{config: m.json}`, layer(`{"module": "keras.layers", "class_name": "Dense", "config": {"units": 2, "dtype": "gptq/4_from_float32"}, "name": "y", ` + call + `}`),
			`layer "y" (Dense): ValueError: the mode 'gptq/4'; want bits and group size, as in gptq/4/128`},
		{"bits", `{config: m.json}`, layer(`{"module": "keras.layers", "class_name": "Dense", "config": {"units": 2, "dtype": "awq/8/2_from_float32"}, "name": "y", ` + call + `}`),
			`layer "y" (Dense): ValueError: 8 bits and groups of 2 are none that Keras has`},
		{"LoRA", `{config: m.json}`, layer(`{"module": "keras.layers", "class_name": "Dense", "config": {"units": 2, "lora_rank": 2, "dtype": "float8_from_float32"}, "name": "y", ` + call + `}`),
			`layer "y" (Dense): ValueError: lora_rank is not supported with quantization to float8, nor by Keras`},
		{"policies", `{config: m.json}`, layer(`{"module": "keras.layers", "class_name": "Dense", "config": {"units": 2, "dtype": {"class_name": "DTypePolicyMap", "config": {"policy_map": {".*": "int8_from_float32", "y+": "float32"}}}}, "name": "y", ` + call + `}`),
			`layer "y" (Dense): its DTypePolicyMap has two keys for "y": ".*" and "y+"`},
		{"no pattern", `{config: m.json}`, layer(`{"module": "keras.layers", "class_name": "Dense", "config": {"units": 2, "dtype": {"class_name": "DTypePolicyMap", "config": {"policy_map": {"(y": "float32"}}}}, "name": "y", ` + call + `}`),
			`layer "y" (Dense): the key "(y" of its DTypePolicyMap is no pattern`},
		{"sparse numbers", `{config: m.json}`, layer(`{"module": "keras.layers", "class_name": "StringLookup", "config": {"vocabulary": ["a"], "sparse": true}, "name": "y", ` + call + `}`),
			`m.json:3:1: layer "y" (StringLookup): ValueError: sparse=True needs an output_mode other than 'int'`},
		{"no such layer", `{config: m.json}`, layer(`{"class_name": "ReLU", "config": {}, "name": "z", ` + call + `}`), `model "m" has no layer "y"`},
		{"no such call", `{config: m.json}`, layer(`{"class_name": "ReLU", "config": {}, "name": "y", ` + strings.Replace(call, `["x", 0, 0]`, `["x", 4, 0]`, 1) + `}`),
			`m.json:2:1: layer "x" has 1 calls; call 4 of it is used`},
		{"itself", `{config: m.json}`, layer(`{"class_name": "ReLU", "config": {}, "name": "y", ` + strings.Replace(call, `["x", 0, 0]`, `["y", 0, 0]`, 1) + `}`),
			`model "m": the calls of layer "y" wait for each other`},
		{"twice", `{config: m.json}`, layer(`{"class_name": "ReLU", "config": {}, "name": "x", ` + call + `}`), `m.json:3:1: model "m" has two layers "x"`},
		{"an input that is none", `{config: m.json}`, layer(`{"class_name": "InputLayer", "config": {"batch_shape": [null, 2]}, "name": "y", "inbound_nodes": []}`),
			`m.json:3:1: model "m": layer "y" is an input that input_layers does not have`},
		{"not JSON", `{config: m.json}`, `{"class_name": }`, `m.json:1:16:`},

		{"stateful", `{layers: [Input: {shape: [4, 2]}, LSTM: {units: 1, stateful: true}]}`, "",
			`layer "lstm" (LSTM): ValueError: stateful=True needs a batch of known size`},
		{"directions", `{config: m.json}`, layer(`{"class_name": "Bidirectional", "config": {"layer": {"class_name": "LSTM", "config": {"units": 1}}, ` +
			`"backward_layer": {"class_name": "LSTM", "config": {"units": 1}}}, "name": "y", ` + strings.Replace(call, "[null, 4]", "[null, 4, 2]", 1) + `}`),
			`layer "y" (Bidirectional): ValueError: go_backwards must differ in both directions`},
		{"dtype of a step", `{config: m.json}`, layer(`{"module": "keras.layers", "class_name": "TimeDistributed", "config": {"layer": {"class_name": "Embedding", ` +
			`"config": {"input_dim": 3, "output_dim": 2, "dtype": "float64"}}}, "name": "y", ` + strings.Replace(call, "[null, 4]", "[null, 4, 2]", 1) + `}`),
			`layer "y" (TimeDistributed): ValueError: the layer has the dtype float64, want float32, which TimeDistributed has`},

		{"no layers", `{layers: []}`, "", `model.yaml:1:17: layers: there are none`},
		{"no input", `{layers: [Dense: {units: 1}]}`, "", `layers: the first layer is an Input`},
		{"input option", `{layers: [Input: {shpe: [4]}]}`, "", `layer "input_layer" (InputLayer): TypeError`},
		{"batch", `{layers: [Input: {shape: [4], batch_size: many}]}`, "", `input "input_layer": batch_size is no size`},
		{"unknown name", `{layers: [Input: {shape: [4], name: xs}, {ReLU: {}, inputs: x}]}`, "", `model.yaml:1:68: layers: nothing above is called "x" (did you mean "xs"?)`},
		{"activation", `{layers: [Input: {shape: [4]}, Dense: {units: 2, activation: rellu}, Conv2D: {filters: 1}]}`, "", `model.yaml:1:39: layer "dense" (Dense): ValueError: unknown activation 'rellu'; there are celu`},
		{"two classes", `{layers: [Input: {shape: [4]}, {ReLU: {}, ELU: {}}]}`, "", `layers: an entry has one class, here are ReLU and ELU`},
		{"call", `{layers: [Input: {shape: [4]}, call: dense]}`, "", `layers: call: there is no layer "dense" above`},
		{"shape", `{layers: [Input: {shape: [-4]}]}`, "", `input "input_layer": shape is no shape`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.WriteFile(filepath.Join(dir, "m.json"), []byte(test.config), 0o644); err != nil {
				t.Fatal(err)
			}
			_, err := expand(dir, "keras: "+test.keras)
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
		})
	}
	_, err := expand("testdata", "module: {modules: {m: {keras: {config: keras3/functional.json, training: true}}}}")
	if want := "keras: training and signatures_style are for a model that is the root (write functions that call self.m(x, training=True))"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}
