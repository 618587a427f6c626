package weights

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// maxIndex bounds an index of shards.
const maxIndex = 100_000_000

// shardNames are the files of one entry of an index: a name, or a list.
type shardNames []string

func (s *shardNames) UnmarshalJSON(b []byte) error {
	if bytes.HasPrefix(b, []byte(`"`)) {
		*s = make(shardNames, 1)
		return json.Unmarshal(b, &(*s)[0])
	}
	return json.Unmarshal(b, (*[]string)(s))
}

// readIndex reads an index of shards. Hugging Face's libraries write
// {"weight_map": {"name": "model-00001-of-00002.safetensors", …}} with every
// tensor's name; Keras writes {"weight_map": {"/layers/dense/vars":
// ["model_00000.weights.h5"], …}} with groups, whose tensors may be in several
// files.
func (f *File) readIndex(file *os.File, size int64) error {
	if size > maxIndex {
		return corrupt(f.path, "is an index of %d bytes, more than %d", size, maxIndex)
	}
	text := make([]byte, size)
	if _, err := file.ReadAt(text, 0); err != nil {
		return err
	}
	var index struct {
		WeightMap map[string]shardNames `json:"weight_map"`
	}
	if err := json.Unmarshal(text, &index); err != nil {
		return corrupt(f.path, "%v", err)
	}
	if index.WeightMap == nil {
		return corrupt(f.path, `has no "weight_map"`)
	}
	shards := map[string]*File{}
	for _, name := range slices.Sorted(maps.Keys(index.WeightMap)) {
		for _, shardName := range index.WeightMap[name] {
			shard, err := f.shard(shards, shardName)
			if err != nil {
				return err
			}
			if shard.hdf5 != nil {
				continue // all of it is taken
			}
			e, ok := shard.entries[name]
			if !ok {
				return corrupt(f.path, "says that %s holds %q: %v", shard.path, name, shard.unknown(name))
			}
			if err := f.add(name, e); err != nil {
				return err
			}
		}
	}
	for _, shardName := range slices.Sorted(maps.Keys(shards)) {
		shard := shards[shardName]
		if shard.hdf5 == nil {
			continue
		}
		for _, name := range shard.names {
			if err := f.add(name, shard.entries[name]); err != nil {
				return err
			}
		}
	}
	return nil
}

// shard opens a file that an index names, once. Names that lead out of the
// index's folder are refused.
func (f *File) shard(shards map[string]*File, name string) (*File, error) {
	if s, ok := shards[name]; ok {
		return s, nil
	}
	if !filepath.IsLocal(name) {
		return nil, corrupt(f.path, "names a file outside its directory: %q", name)
	}
	s := &File{path: filepath.Join(filepath.Dir(f.path), name), entries: map[string]entry{}}
	file, err := os.Open(s.path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", f.path, err)
	}
	f.closers = append(f.closers, file)
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if filepath.Ext(name) == ".h5" {
		err = s.readHDF5(file, info.Size())
	} else {
		err = s.readSafetensors(file, info.Size())
	}
	if err != nil {
		return nil, err
	}
	s.names = slices.Sorted(maps.Keys(s.entries))
	shards[name] = s
	return s, nil
}
