package inspect

import (
	"encoding/json"

	"github.com/tfsave/tfsave/internal/reader"
	"github.com/tfsave/tfsave/internal/wire"
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
	for node, err := range wire.Fields(data) {
		if err != nil || node.Num != 1 {
			continue
		}
		var l KerasLayer
		for f, err := range wire.Fields(node.Bytes) {
			switch {
			case err != nil:
			case f.Num == 3:
				l.Path = string(f.Bytes)
			case f.Num == 4:
				l.Identifier = string(f.Bytes)
			case f.Num == 5:
				l.Metadata = string(f.Bytes)
			}
		}
		out = append(out, l)
	}
	return out
}
