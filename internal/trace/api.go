package trace

import "strings"

//go:generate go run ./genapi ../../docs/tf-api.md

// Public says whether bodies can use a public name of TensorFlow, given
// without the "tf.": also holds the other names of the same function, why the
// reason where they cannot. Of a name that nothing is known of it says nothing.
func Public(path string) (ok bool, also []string, why string) {
	if barred(path) {
		return false, nil, refusals[path]
	}
	idx := libIndex()
	for _, name := range []string{path, path + ".__new__"} {
		ex, found := idx.exports[name]
		if !found {
			continue
		}
		for _, other := range ex.names {
			if other != name {
				also = append(also, strings.TrimSuffix(other, ".__new__"))
			}
		}
		return true, also, ""
	}
	if _, ok := primitive(path); ok || primitiveSpace(path) {
		return true, nil, ""
	}
	why, _ = refused(path)
	return false, nil, why
}

// barred reports whether bodies cannot use a name even where library code can.
func barred(path string) bool {
	_, ok := refusals[path]
	return ok && !libIndex().spaces[path] && !primitiveSpace(path)
}

// refused says why a public function of TensorFlow cannot be in a body: the
// reason for its name, or for a namespace that it is in.
func refused(path string) (string, bool) {
	if strings.HasPrefix(path, "linalg.LinearOperator") {
		path = "linalg.LinearOperator"
	}
	for at := path; at != ""; {
		if reason, ok := refusals[at]; ok {
			return reason, true
		}
		i := strings.LastIndexByte(at, '.')
		at = at[:max(i, 0)]
	}
	return "", false
}

// refusals holds public names of TensorFlow, functions, classes and whole
// namespaces, that bodies cannot use, and why. docs/tf-api.md prints it.
var refusals = byName(map[string]string{
	"gradients are taken by tf.GradientTape and tf.gradients":                                                "hessians autodiff.ForwardAccumulator AggregationMethod",
	"it changes the gradient of ops in a Python program; give a function a gradient with tf.custom_gradient": "no_gradient RegisterGradient",

	"it runs Python when the model is called, which no reader of a SavedModel could do": "py_function py_func numpy_function",
	"it makes Python code; bodies are rewritten without being asked":                    "autograph.to_code autograph.to_graph",
	"it prints while TensorFlow traces; print() and tf.print are there":                 "autograph.trace",
	"classes of Python do not get into a body":                                          "register_tensor_conversion_function",
	"a body knows the types of its tensors: x.shape, x.dtype":                           "TypeSpec NoneTensorSpec OptionalSpec type_spec_from_value types",
	"protocol buffers are no values of a body; tf.constant takes the value itself":      "make_tensor_proto make_ndarray",

	"Keras layers belong in the description (keras:), not in a body":                                                         "keras layers nn.RNNCellDeviceWrapper nn.RNNCellDropoutWrapper nn.RNNCellResidualWrapper",
	"they are those of Keras; tf.zeros_initializer and the like are there, or initialize the variable in the description":    "initializers",
	"feature columns are deprecated, and end in Keras layers; write the ops (tf.one_hot, tf.strings.to_hash_bucket_fast, …)": "feature_column",
	"a body holds what serving runs; train before the export, or after loading":                                              "train optimizers losses metrics estimator",
	"linear operators are Python objects around a matrix; use the functions of tf.linalg on the matrix":                      "linalg.LinearOperator linalg.experimental",

	"it belongs to TensorFlow 1; use the TensorFlow 2 name, or tf.raw_ops":                   "compat contrib Session InteractiveSession global_variables app flags",
	"it belongs to TensorFlow 1; what is fed is an argument of the function":                 "placeholder",
	"it belongs to TensorFlow 1; declare the variable in the description":                    "get_variable",
	"variables are declared in the description, with all that is to be known of them":        "VariableAggregation VariableSynchronization variable_creator_scope",
	"tables are objects of the model: declare them under tables: and call self.table.lookup": "lookup",
	"datasets cannot be saved by a description":                                              "data",
	"a body cannot load another model while it is traced":                                    "saved_model",
	"a frozen graph becomes a function of the description: graph:":                           "import_graph_def graph_util",
	"it holds state that a SavedModel does not keep":                                         "queue CriticalSection",
	"generators hold state; use tf.random.stateless_* with a seed argument":                  "random.Generator random.create_rng_state random.get_global_generator random.set_global_generator random.experimental",
	"the global seed is no part of a graph; give the function its own seed":                  "random.set_seed set_seed",

	"a saved function belongs to one device":                                                           "distribute tpu",
	"write the device as text: tf.device(\"/CPU:0\")":                                                  "DeviceSpec",
	"settings of the process are no part of a graph":                                                   "config sysconfig get_logger autograph debugging.enable_traceback_filtering debugging.disable_traceback_filtering debugging.is_traceback_filtering_enabled debugging.get_log_device_placement debugging.set_log_device_placement",
	"it changes what TensorFlow does while it runs; tf.debugging.check_numerics checks a tensor":       "debugging.enable_check_numerics debugging.disable_check_numerics debugging.experimental",
	"it is part of the compiler: jit_compile: in the description compiles a function":                  "xla mlir",
	"the model would need the library wherever it is loaded":                                           "load_library load_op_library",
	"the profiler is no part of a graph":                                                               "profiler",
	"it belongs to tests":                                                                              "test",
	"a graph raises errors when it runs; a body can raise ValueError and TypeError while it is traced": "errors",
	"a saved model is converted after the export":                                                      "lite quantization.experimental",

	"a body reads no files while it is traced; tf.io.read_file reads when the graph runs":    "io.gfile",
	"a body writes no files while it is traced; tf.io.write_file writes when the graph runs": "io.TFRecordWriter io.TFRecordOptions io.write_graph",
	"it keeps what it found in a variable of TensorFlow 1; use tf.io.matching_files":         "io.match_filenames_once",
	"summaries need a writer, which a saved model has not":                                   "summary",

	"a body is in one graph; a nested function or tf.function makes another":                                 "Graph",
	"nothing outside of the function exists while it is traced":                                              "init_scope",
	"the server makes batches of several calls; leave the first dimension of the signature's inputs unknown": "nondifferentiable_batch_function",
	"experimental functions change from release to release":                                                  "experimental",
})

func byName(reasons map[string]string) map[string]string {
	names := map[string]string{}
	for why, list := range reasons {
		for _, name := range strings.Fields(list) {
			names[name] = why
		}
	}
	return names
}
