package keras

import (
	"strings"

	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/tensor"
)

// object is an object as Keras serializes it
// (keras/src/saving/serialization_lib.py, Keras 3.15): a layer, an op, a model.
type object struct {
	pos        spec.Pos
	module     string // "keras.layers", "keras.src.ops.numpy"; "" in Keras 2
	class      string // "Dense"; of a registered class without its package
	registered string // "Package>Class" of a class of the user's
	config     spec.Value
	name       string
	nodes      []spec.Value // its calls: inbound_nodes
	// place is where files of Keras 3 have what belongs to it, with a slash at
	// its end: "layers/dense/"; see weights.go.
	place string
	// path is Keras's Layer.path where the layer is built on loading: its own
	// name, below that of the layer that made it.
	path string
	// variant is what the names of the functions of its class begin with where
	// it is quantized: "int8_" for int8_Dense_call.
	variant string
	// weighted: a checkpoint of Keras 2 counts it as a layer with weights for
	// what is no variable here.
	weighted bool
}

// readObject reads a serialized object; false for another value.
func readObject(v spec.Value) (*object, bool) {
	class, ok := text(v, "class_name")
	if !ok || class == "" {
		return nil, false
	}
	o := &object{pos: v.Pos, class: class}
	o.module, _ = text(v, "module")
	o.registered, _ = text(v, "registered_name")
	if _, bare, ok := strings.Cut(class, ">"); ok { // Keras 2 writes the package with the class
		o.registered, o.class = class, bare
	}
	if o.registered == "" && (o.module == "" || o.module == "keras.layers") {
		o.class = canonical(o.class)
	}
	o.config, _ = v.Get("config")
	// The name of a layer within a model, which the config repeats except for
	// layers of a sequential one.
	if o.name, ok = text(v, "name"); !ok {
		o.name, _ = text(o.config, "name")
	}
	if nodes, ok := v.Get("inbound_nodes"); ok {
		o.nodes, _ = nodes.V.([]spec.Value)
	}
	return o, true
}

// isOp tells the ops of keras.ops from layers of the same name.
func (o *object) isOp() bool { return strings.HasPrefix(o.module, opsModule) }

const opsModule = "keras.src.ops."

// isNetwork tells a model that consists of layers.
func (o *object) isNetwork() bool {
	if o.class == "Sequential" {
		return true
	}
	_, ok := o.config.Get("layers")
	_, outputs := o.config.Get("output_layers")
	return ok && outputs
}

// text is a string of a mapping.
func text(v spec.Value, key string) (string, bool) {
	x, ok := v.Get(key)
	if !ok {
		return "", false
	}
	s, ok := x.V.(string)
	return s, ok
}

// list is a list of a mapping; nil where there is none.
func list(v spec.Value, key string) []spec.Value {
	x, _ := v.Get(key)
	items, _ := x.V.([]spec.Value)
	return items
}

// info is what is known of a tensor of a network before it is traced.
type info struct {
	known  bool
	shape  tensor.Shape
	dtype  tensor.DType
	ragged bool
	// raggedRank is -1 for the default, all dimensions but the last.
	raggedRank int
	sparse     bool
}

// readShape reads a shape of JSON: dimensions, null where unknown.
func readShape(v spec.Value) (tensor.Shape, bool) {
	items, ok := v.V.([]spec.Value)
	const maxRank = 254
	if !ok || len(items) > maxRank {
		return tensor.UnknownShape(), false
	}
	dims := make([]int64, len(items))
	for i, item := range items {
		switch d := item.V.(type) {
		case nil:
			dims[i] = tensor.Unknown
		case int64:
			if d < 0 {
				return tensor.UnknownShape(), false
			}
			dims[i] = d
		default:
			return tensor.UnknownShape(), false
		}
	}
	return tensor.ShapeOf(dims...), true
}

// shapeValue is a shape as build functions get it.
func shapeValue(s tensor.Shape, pos spec.Pos) spec.Value {
	if !s.Known() {
		return spec.Value{Pos: pos}
	}
	items := make([]spec.Value, s.Rank())
	for i, d := range s.Dims() {
		items[i].Pos = pos
		if d != tensor.Unknown {
			items[i].V = d
		}
	}
	return spec.Value{Pos: pos, V: items}
}
