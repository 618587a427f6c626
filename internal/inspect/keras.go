package inspect

import (
	"encoding/json"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/tfsave/tfsave/internal/reader"
)

// maxKeras bounds keras_metadata.pb.
const maxKeras = 256 << 20

// keras reads keras_metadata.pb.
func (r *Report) keras(m *reader.Model) {
	if !m.Exists(reader.KerasFile) {
		return
	}
	data, err := m.ReadFile(reader.KerasFile, maxKeras)
	if err != nil {
		r.problem(err)
		return
	}
	r.Keras = &Keras{Ops: map[string]int{}}
	for _, layer := range KerasLayers(data) {
		var config struct {
			Class string `json:"class_name"`
		}
		r.Keras.Layers++
		if json.Unmarshal([]byte(layer.Metadata), &config) == nil && config.Class != "" {
			r.Keras.Ops[config.Class]++
		}
	}
}

// KerasLayer is an object of Keras 2 in a SavedModel.
type KerasLayer struct {
	Path       string // "root.layer-0"
	Identifier string
	Metadata   string // JSON
}

// KerasLayers reads keras_metadata.pb: a SavedMetadata, whose field 1 is a list
// of SavedObject with node_id 2, node_path 3, identifier 4, metadata 5
// (keras/protobuf/saved_metadata.proto, Keras 2.15). What is damaged is left out.
func KerasLayers(data []byte) []KerasLayer {
	var out []KerasLayer
	eachBytes(data, func(num protowire.Number, node []byte) {
		if num != 1 {
			return
		}
		var l KerasLayer
		eachBytes(node, func(num protowire.Number, value []byte) {
			switch num {
			case 3:
				l.Path = string(value)
			case 4:
				l.Identifier = string(value)
			case 5:
				l.Metadata = string(value)
			}
		})
		out = append(out, l)
	})
	return out
}

// eachBytes calls visit for the fields of a message that are bytes, as far as
// it can be read.
func eachBytes(b []byte, visit func(protowire.Number, []byte)) {
	for len(b) > 0 {
		num, typ, n := protowire.ConsumeTag(b)
		if n < 0 {
			return
		}
		b = b[n:]
		if typ == protowire.BytesType {
			if value, n := protowire.ConsumeBytes(b); n >= 0 {
				visit(num, value)
			}
		}
		if n = protowire.ConsumeFieldValue(num, typ, b); n < 0 {
			return
		}
		b = b[n:]
	}
}
