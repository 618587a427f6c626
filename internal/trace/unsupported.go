package trace

import (
	"fmt"
	"slices"
	"strings"
)

// This file says what bodies cannot use, and what to write instead.

// unsupportedNames are names that Python has and bodies have not.
var unsupportedNames = map[string]string{
	"open":         "a body reads no files: tf.io.read_file reads when the graph runs; declare an asset to keep the file in the model",
	"eval":         "write the expression itself",
	"exec":         "write the statements themselves",
	"compile":      "write the statements themselves",
	"__import__":   "tf, np and math are there without an import",
	"input":        "give the function an argument",
	"setattr":      "attributes of a model are declared in its description",
	"delattr":      "attributes of a model are declared in its description",
	"globals":      "give the function an argument, or declare a constant of the model",
	"locals":       "keep values in a dict",
	"vars":         "keep values in a dict",
	"dir":          "",
	"breakpoint":   "",
	"exit":         "raise an exception",
	"quit":         "raise an exception",
	"id":           "a model does not depend on addresses; compare with is",
	"hash":         "a model does not depend on hashes",
	"super":        "modules of a description have no base classes",
	"staticmethod": "write a nested function without a decorator",
	"classmethod":  "write a nested function without a decorator",
	"property":     "write a nested function without a decorator",
	"bytearray":    "use bytes",
	"memoryview":   "use bytes",
	"os":           "a body sees neither files nor the environment",
	"sys":          "a body does not see the process",
	"pathlib":      "a body sees no files",
	"io":           "a body sees no files; tf.io has the ops that read them",
	"time":         "tf.timestamp() gives the time when the graph runs",
	"datetime":     "tf.timestamp() gives the time when the graph runs",
	"random":       "tf.random.stateless_uniform draws when the graph runs",
	"keras":        "Keras models are described by keras: in the description",
	"json":         "write the values into the description, as constants",
	"logging":      "tf.print prints when the graph runs",
}

// unsupportedName is the error for a name that Python has and bodies have not.
func (t *thread) unsupportedName(name string) error {
	instead, ok := unsupportedNames[name]
	if !ok {
		return nil
	}
	err := t.errorf("NameError", "%s is not supported in a body", name)
	if instead != "" {
		return hint(err, "%s", instead)
	}
	return err
}

// cannotImport is the error of an import statement.
func (t *thread) cannotImport(module string) error {
	err := t.errorf("ImportError", "module %q cannot be imported in a body", module)
	root, _, _ := strings.Cut(module, ".")
	if instead := unsupportedNames[root]; instead != "" {
		return hint(err, "%s", instead)
	}
	if root == "tensorflow" {
		return hint(err, "the public functions are there as tf, those of TensorFlow's own files are not")
	}
	return hint(err, "tf, np and math are there without an import; other functions of the same Python file can be called")
}

// elsewhere finds names of the library that end as the one asked for: tf.log
// is tf.math.log.
func (t *thread) elsewhere(name string) []string {
	var out []string
	for path := range t.tr.lib.index.exports {
		if strings.HasSuffix(path, "."+name) && !strings.HasPrefix(path, "internal.") && strings.Count(path, ".") == 1 {
			out = append(out, "tf."+path)
		}
	}
	slices.Sort(out)
	return out
}

// instead suggests the library function for a method that NumPy's arrays have:
// x.reshape(s) is tf.reshape(x, s).
func (t *thread) instead(name string) string {
	if also, ok := map[string]string{
		"sum": "reduce_sum", "mean": "reduce_mean", "max": "reduce_max", "min": "reduce_min", "prod": "reduce_prod", "any": "reduce_any",
		"all": "reduce_all", "astype": "cast", "to": "cast", "float": "cast", "int": "cast", "view": "reshape", "flatten": "reshape",
		"ravel": "reshape", "T": "transpose", "dot": "tensordot", "size": "size", "permute": "transpose", "unsqueeze": "expand_dims",
		"copy": "identity", "clone": "identity", "clip": "clip_by_value", "item": "squeeze", "std": "math.reduce_std", "var": "math.reduce_variance",
	}[name]; ok {
		name = also
	}
	if _, ok := t.tr.lib.index.exports[name]; !ok {
		paths := t.elsewhere(name)
		if len(paths) == 0 {
			return ""
		}
		name = strings.TrimPrefix(paths[0], "tf.")
	}
	return fmt.Sprintf("use tf.%s(x, …)", name)
}
