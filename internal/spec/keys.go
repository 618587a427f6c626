package spec

import (
	"strings"

	"github.com/tfsave/tfsave/internal/spell"
	"github.com/tfsave/tfsave/internal/tensor"
)

// key is one key of a mapping of the description: the decoder takes names and
// required keys from here, the JSON schema and its descriptions are written
// from it.
type key struct {
	name     string
	schema   string // of the value, in JSON
	doc      string
	required bool
}

// mapping is a kind of mapping with a fixed set of keys.
type mapping struct {
	name string // of the definition in the schema
	what string // in messages: `unknown key "x" in a variable`
	doc  string
	keys []key
}

// outer finds the key of m that takes a mapping with the key name, "" where there
// is none or where name may be misspelt.
func (m *mapping) outer(name string) string {
	if spell.Nearest(name, m.names()) != "" {
		return ""
	}
	for _, k := range m.keys {
		for _, inner := range mappings {
			takes := strings.Contains(k.schema, ref(inner.name)) && !strings.Contains(k.schema, `"array"`)
			if takes && inner.find(name) != nil {
				return k.name
			}
		}
	}
	return ""
}

// names lists the keys.
func (m *mapping) names() []string {
	names := make([]string, len(m.keys))
	for i, k := range m.keys {
		names[i] = k.name
	}
	return names
}

// bare is what the mapping is called, without an article.
func (m *mapping) bare() string {
	return strings.TrimPrefix(strings.TrimPrefix(m.what, "a "), "an ")
}

// find gives the key of a name, nil if there is none.
func (m *mapping) find(name string) *key {
	for i := range m.keys {
		if m.keys[i].name == name {
			return &m.keys[i]
		}
	}
	return nil
}

// Schemas that occur in several places.
const (
	aString     = `{"type": "string"}`
	aBool       = `{"type": "boolean"}`
	aCount      = `{"type": "integer", "minimum": 1}`
	anything    = `true`
	aPerm       = `{"type": "array", "items": {"type": "integer", "minimum": 0}}`
	someStrings = `{"type": "array", "items": {"type": "string"}}`
)

// ref is a schema that points at a definition.
func ref(name string) string { return `{"$ref": "#/definitions/` + name + `"}` }

// listOf is the schema of a list.
func listOf(schema string) string { return `{"type": "array", "items": ` + schema + `}` }

// mapOf is the schema of a mapping with free keys.
func mapOf(schema string) string {
	return `{"type": "object", "additionalProperties": ` + schema + `}`
}

// anyOf is the schema of alternatives.
func anyOf(schemas ...string) string {
	s := `{"anyOf": [`
	for i, alt := range schemas {
		if i > 0 {
			s += ", "
		}
		s += alt
	}
	return s + `]}`
}

// attributes is the schema of a section of a module.
func attributes(definition string) string {
	return `{"type": "object", "propertyNames": ` + ref("identifier") + `, "additionalProperties": ` + ref(definition) + `}`
}

// enum is the schema of a choice of strings.
func enum(values []string) string {
	s := `{"enum": [`
	for i, v := range values {
		if i > 0 {
			s += ", "
		}
		s += `"` + v + `"`
	}
	return s + `]}`
}

// Values of tf.VariableSynchronization and tf.VariableAggregation
// (tensorflow/python/ops/variables.py, TF 2.21), and of
// tf.saved_model.experimental.VariablePolicy
// (tensorflow/python/saved_model/save_options.py, TF 2.21).
var (
	synchronizations = []string{"AUTO", "NONE", "ON_WRITE", "ON_READ"}
	aggregations     = []string{"NONE", "SUM", "MEAN", "ONLY_FIRST_REPLICA"}
	variablePolicies = []string{"none", "save_variable_devices", "expand_distributed_variables"}
)

var specKeys = mapping{"spec", "a description", "A description of a SavedModel.", []key{
	{"$schema", aString, "Where editors find this schema; not read.", false},
	{"module", ref("module"), "The root object.", false},
	{"keras", ref("keras"), "A Keras model as the root object, instead of module.", false},
	{"weights", listOf(ref("weights")), "Files with the values of variables.", false},
	{"signatures", ref("signatures"), "What serving programs may call. Absent: the only exportable function of the root becomes serving_default.", false},
	{"options", ref("options"), "tf.saved_model.SaveOptions.", false},
}}

var moduleKeys = mapping{"module", "a module", "An object with attributes, as a tf.Module.", []key{
	{"constants", attributes("constant"), "Plain values and tensors, visible to bodies as self.x.", false},
	{"variables", attributes("variableEntry"), "Variables; a list, {dict: …} and {ref: path} work as in modules.", false},
	{"modules", attributes("moduleEntry"), "Child objects: a module, a list, {dict: …} or {ref: path}.", false},
	{"functions", attributes("functionEntry"), "Functions.", false},
	{"assets", attributes("assetEntry"), "Files that are copied into the model.", false},
	{"tables", attributes("tableEntry"), "Lookup tables.", false},
}}

var variableKeys = mapping{"variable", "a variable", "A tf.Variable. Its value comes from value, initializer or a weight file.", []key{
	{"shape", ref("shape"), "Static shape; may be left out where the value gives it.", false},
	{"dtype", ref("dtype"), "Element type, float32 unless said.", false},
	{"initializer", ref("initializer"), "Rule for the value: a name, or a mapping of one name to its parameters.", false},
	{"value", anyOf(ref("fileValue"), anything), "The value: a number, string, bool or nested lists; or a tensor of a file.", false},
	{"trainable", aBool, "As in tf.Variable.", false},
	{"name", aString, "Name given to tf.Variable; the attribute's name unless said.", false},
	{"synchronization", enum(synchronizations), "tf.VariableSynchronization.", false},
	{"aggregation", enum(aggregations), "tf.VariableAggregation.", false},
}}

var fileValueKeys = mapping{"fileValue", "the file of a value", "A tensor in a file.", []key{
	{"file", aString, "The file, relative to the description.", true},
	{"tensor", aString, "Name of the tensor in the file; may be left out where the file has one.", false},
	{"transpose", aPerm, "Permutation of the axes of the stored tensor.", false},
	{"cast", aBool, "Convert the stored dtype to the variable's.", false},
}}

var tensorConstantKeys = mapping{"tensorConstant", "a tensor constant", "An eager tensor, captured by the functions that use it.", []key{
	{"value", anything, "A number, string, bool or nested lists.", true},
	{"dtype", ref("dtype"), "Element type; TensorFlow's choice for the value unless said.", false},
	{"shape", ref("shape"), "Shape; one value fills it.", false},
}}

var functionKeys = mapping{"function", "a function", "A tf.function. One of body, nodes and graph says what it does.", []key{
	{"args", listOf(anyOf(aString, ref("arg"))), "Arguments without self, as in Python: x, training=False, *args, *, **kwargs. Absent: the names in input_signature.", false},
	{"input_signature", listOf(ref("input")), "As in tf.function.", false},
	{"concrete_functions", listOf(ref("inputs")), "Further traces: each is what get_concrete_function is given.", false},
	{"jit_compile", aBool, "As in tf.function.", false},
	{"tf_function", aBool, "false: a plain Python method, called inline and not exported.", false},
	{"body", anyOf(aString, ref("bodyFile")), "The inside of a Python function, or a Python file with the function.", false},
	{"nodes", listOf(ref("node")), "The ops of the function.", false},
	{"graph", aString, "A frozen GraphDef, relative to the description.", false},
	{"inputs", mapOf(aString), "With graph: argument name to tensor of the graph.", false},
	{"outputs", ref("outputs"), "With nodes or graph: the tensors that are returned.", false},
}}

var argKeys = mapping{"arg", "an argument", "An argument of a function.", []key{
	{"name", aString, "Name, with * or ** as in Python.", true},
	{"default", anything, "Default value.", false},
}}

var bodyFileKeys = mapping{"bodyFile", "a body from a file", "A function in a Python file.", []key{
	{"file", aString, "The file, relative to the description.", true},
	{"function", aString, "Name of the function in the file; the attribute's name unless said.", false},
}}

var nodeKeys = mapping{"node", "a node", "An op of a function, as in GraphDef.", []key{
	{"name", aString, "Name of the node, unique in the function.", true},
	{"op", aString, "Name of the op.", true},
	{"inputs", listOf(aString), "Arguments, nodes, node:output, or self.path for the handle of a variable or table.", false},
	{"control_inputs", listOf(aString), "Nodes that must run before.", false},
	{"device", aString, "Device, as in tf.device.", false},
	{"attrs", mapOf(anything), "Attributes of the op.", false},
}}

var tensorSpecKeys = mapping{"tensorSpec", "an input", "A tf.TensorSpec.", []key{
	{"name", aString, "Name of the input.", false},
	{"shape", ref("shape"), "Shape; absent or null: any rank.", false},
	{"dtype", ref("dtype"), "Element type.", true},
}}

var raggedSpecKeys = mapping{"raggedSpec", "a ragged input", "A tf.RaggedTensorSpec.", []key{
	{"name", aString, "Name of the input.", false},
	{"shape", ref("shape"), "Shape; absent or null: any rank.", false},
	{"dtype", ref("dtype"), "Element type.", true},
	{"ragged_rank", `{"type": "integer", "minimum": 0}`, "Number of ragged dimensions.", false},
	{"row_splits_dtype", enum([]string{"int32", "int64"}), "Type of the row splits, int64 unless said.", false},
}}

var sparseSpecKeys = mapping{"sparseSpec", "a sparse input", "A tf.SparseTensorSpec.", []key{
	{"name", aString, "Name of the input.", false},
	{"shape", ref("shape"), "Dense shape; absent or null: any rank.", false},
	{"dtype", ref("dtype"), "Element type.", true},
}}

var signatureKeys = mapping{"signature", "a signature", "A function with the inputs that it is traced for.", []key{
	{"function", aString, "Path of the function from the root.", true},
	{"inputs", ref("inputs"), "What get_concrete_function is given; the function's input_signature unless said.", false},
}}

var weightsKeys = mapping{"weights", "a weights entry", "A file with values of variables. Each of its tensors must belong to a variable or be ignored.", []key{
	{"file", aString, "The file, relative to the description.", true},
	{"module", aString, "Path of the module whose variables it has; the root unless said.", false},
	{"prefix", aString, "What the names in the file begin with before the variable paths.", false},
	{"rename", mapOf(aString), "Name in the file (after prefix) to variable path below the module.", false},
	{"transpose", mapOf(aPerm), "Variable path to the permutation of the stored axes.", false},
	{"cast", aBool, "Convert stored dtypes to the variables'.", false},
	{"ignore", someStrings, "Globs of names in the file that no variable takes.", false},
}}

var assetKeys = mapping{"asset", "an asset", "A file that is copied into the model.", []key{
	{"file", aString, "The file, relative to the description.", true},
}}

var tableKeys = mapping{"table", "a table", "A lookup table, from a text file or from keys and values.", []key{
	{"asset", aString, "Path of the asset with the text, from the root.", false},
	{"keys", listOf(anything), "Keys of an inline table.", false},
	{"values", listOf(anything), "Values of an inline table.", false},
	{"key", ref("dtype"), "Type of the keys.", true},
	{"value", ref("dtype"), "Type of the values.", true},
	{"default", anything, "Value of a missing key.", false},
	{"key_index", anyOf(enum([]string{"whole_line", "line_number"}), `{"type": "integer", "minimum": 0}`), "Column of the keys: whole_line unless said.", false},
	{"value_index", anyOf(enum([]string{"whole_line", "line_number"}), `{"type": "integer", "minimum": 0}`), "Column of the values: line_number unless said.", false},
	{"delimiter", aString, "Between columns: a tab unless said.", false},
	{"vocab_size", aCount, "Number of lines, where known.", false},
	{"num_oov_buckets", aCount, "Buckets for missing keys, instead of default (tf.lookup.StaticVocabularyTable).", false},
}}

// optionKeys are the fields of tf.saved_model.SaveOptions
// (tensorflow/python/saved_model/save_options.py, TF 2.21).
var optionKeys = mapping{"options", "options", "tf.saved_model.SaveOptions.", []key{
	{"namespace_whitelist", someStrings, "Namespaces of custom ops that are allowed; all unless said.", false},
	{"save_debug_info", aBool, "Write debug/saved_model_debug_info.pb.", false},
	{"function_aliases", mapOf(anyOf(aString, someStrings)), "Alias to a function path, or a list of them.", false},
	{"experimental_debug_stripper", aBool, "Turn Assert, CheckNumerics and Print ops into nothing.", false},
	{"experimental_io_device", aString, "Device that reads and writes files.", false},
	{"experimental_variable_policy", enum(variablePolicies), "What is kept of variables' devices.", false},
	{"experimental_custom_gradients", aBool, "Save the gradient functions of tf.custom_gradient.", false},
	{"experimental_image_format", aBool, "Write a model that exceeds the 2 GiB of one protobuf.", false},
	{"experimental_skip_saver", aBool, "Leave out the ops that restore variables.", false},
	{"experimental_sharding_callback", ref("sharding"), "How the checkpoint is split into files.", false},
	{"extra_tags", someStrings, "Tags beside serve.", false},
}}

var shardingKeys = mapping{"sharding", "experimental_sharding_callback", "tf.train.experimental.MaxShardSizePolicy.", []key{
	{"max_shard_size", aCount, "The most bytes of one file.", true},
}}

// Signatures that a Keras model can have: signatures_style. The first is what a
// model has unless it says otherwise.
const (
	KerasLayerNames = "keras2"       // one signature with the names of the layers
	KerasExport     = "keras_export" // those of Keras 3's Model.export
)

// kerasKeys are the settings of a Keras model, which package keras reads.
var kerasKeys = mapping{"kerasModel", "keras", "A Keras model. One of config, archive and layers describes it; a whole model in a .h5 file may be given as weights alone.", []key{
	{"config", aString, "A JSON file: what model.to_json() gives, of Keras 3 or Keras 2.", false},
	{"archive", aString, "A .keras file, its unpacked folder, or a .h5 file of a whole model.", false},
	{"layers", listOf(ref("kerasLayer")), "The layers themselves.", false},
	{"outputs", anything, "Names of the layers that give the outputs of layers: one, a list or a mapping; the last layer unless said.", false},
	{"weights", aString, "The values of the variables: .weights.h5, .h5, .npz, .safetensors, .keras, an index of shards, or a checkpoint. Those of the archive unless said; without any the initializers give them.", false},
	{"name", aString, "Name of the model, instead of that in the config.", false},
	{"custom_objects", anyOf(aString, someStrings), "Python files with layer classes of your own.", false},
	{"training", aBool, "Write the call with training=True too, for fine-tuning.", false},
	{"signatures_style", enum([]string{KerasLayerNames, KerasExport}), "Names of signatures, inputs and outputs: those of layers, or those of Model.export.", false},
}}

// KerasKeys lists the settings of a Keras model.
func KerasKeys() []string { return kerasKeys.names() }

// mappings are all of them, in the order of the schema.
var mappings = []*mapping{
	&moduleKeys, &variableKeys, &fileValueKeys, &tensorConstantKeys, &functionKeys, &argKeys, &bodyFileKeys, &nodeKeys,
	&tensorSpecKeys, &raggedSpecKeys, &sparseSpecKeys, &signatureKeys, &weightsKeys, &assetKeys, &tableKeys,
	&optionKeys, &shardingKeys, &kerasKeys,
}

// forms are the definitions of the schema that are not mappings with a fixed
// set of keys.
var forms = []struct{ name, schema, doc string }{
	{"identifier", `{"type": "string", "pattern": "^[^\\W\\d]\\w*$"}`, "A Python identifier."},
	{"dtype", enum(append(tensor.DTypeNames(), "half", "float", "double")), "An element type."},
	{"shape", `{"anyOf": [{"type": "null"}, {"type": "array", "items": {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "null"}]}}]}`,
		"Dimensions, null where unknown; null for an unknown rank."},
	{"ref", `{"type": "object", "properties": {"ref": {"type": "string"}}, "required": ["ref"], "additionalProperties": false}`,
		"The same object under a second name: its path from the root."},
	{"initializer", anyOf(aString, `{"type": "object", "minProperties": 1, "maxProperties": 1, "additionalProperties": {"type": ["object", "null"]}}`), "A rule for the value of a variable."},
	{"constant", anyOf(ref("tensorConstant"), anything), "A plain value, or a tensor."},
	{"variableEntry", anyOf(ref("variable"), ref("ref"), listOf(ref("variableEntry")), dictOf("variableEntry")), "A variable, or a structure of them."},
	{"moduleEntry", anyOf(ref("module"), ref("ref"), listOf(ref("moduleEntry")), dictOf("moduleEntry"), dictForm("keras", ref("keras"))), "A child object."},
	{"keras", anyOf(aString, ref("kerasModel")), "A Keras model: its archive, or how it is described."},
	{"kerasLayer", `{"anyOf": [{"type": "string"}, {"type": "object", "minProperties": 1, "properties": {"inputs": true, "args": {"type": "array"}, ` +
		`"kwargs": {"type": "object"}, "name": {"type": "string"}, "call": {"type": "string"}}, "additionalProperties": {"type": ["object", "null"]}}]}`,
		"A layer: its class with its options, and what it is called with; or another call of one."},
	{"functionEntry", anyOf(ref("function"), ref("ref")), "A function."},
	{"assetEntry", anyOf(aString, ref("asset"), ref("ref")), "An asset."},
	{"tableEntry", anyOf(ref("table"), ref("ref")), "A table."},
	{"outputs", anyOf(aString, someStrings, mapOf(aString)), "One tensor, a list of tensors, or names for them."},
	{"input", anyOf(ref("tensorSpec"), listOf(ref("input")), dictForm("tuple", listOf(ref("input"))), dictForm("dict", mapOf(ref("input"))),
		dictForm("ragged", ref("raggedSpec")), dictForm("sparse", ref("sparseSpec")), dictForm("literal", anything),
		`{"type": ["string", "number", "boolean", "null"]}`), "One argument: a tensor, a structure of them, or a Python value."},
	{"inputs", anyOf(listOf(ref("input")), mapOf(ref("input"))), "Arguments by position, or by name."},
	{"signatures", anyOf(aString, ref("signature"), mapOf(anyOf(aString, ref("signature")))), "A function for serving_default, or a mapping of keys to functions."},
}

// dictForm is the schema of a mapping with one key that marks what it is.
func dictForm(name, schema string) string {
	return `{"type": "object", "properties": {"` + name + `": ` + schema + `}, "required": ["` + name + `"], "additionalProperties": false}`
}

// dictOf is the schema of {dict: {key: element}}.
func dictOf(definition string) string { return dictForm("dict", mapOf(ref(definition))) }
