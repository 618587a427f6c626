package weights

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/tfsave/tfsave/internal/bundle"
	"github.com/tfsave/tfsave/internal/tensor"
)

const (
	indexSuffix = ".index"
	// variableSuffix is what tf.train.Checkpoint appends to a variable's path
	// (tensorflow/python/trackable/base.py, VARIABLE_VALUE_KEY, TF 2.21).
	variableSuffix = "/.ATTRIBUTES/VARIABLE_VALUE"
	// objectGraphKey is the tensor in which it describes the objects.
	objectGraphKey = "_CHECKPOINTABLE_OBJECT_GRAPH"
	// latestName is the text file that names the last checkpoint of a folder.
	latestName    = "checkpoint"
	maxLatestSize = 1 << 20
)

// checkpointPrefix finds the checkpoint that a path means: its prefix, its
// index file, a folder with a file "checkpoint" that names the latest one, the
// variables folder of a SavedModel, or a SavedModel. It is "" if there is none.
func checkpointPrefix(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil || !info.IsDir() {
		prefix, isIndex := strings.CutSuffix(path, indexSuffix)
		if err == nil && !isIndex || err != nil && !isFile(path+indexSuffix) {
			return "", nil
		}
		return prefix, nil
	}
	for _, prefix := range []string{filepath.Join(path, "variables", "variables"), filepath.Join(path, "variables")} {
		if isFile(prefix + indexSuffix) {
			return prefix, nil
		}
	}
	latest := filepath.Join(path, latestName)
	if !isFile(latest) {
		return "", nil
	}
	return latestCheckpoint(latest)
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// latestCheckpoint reads a CheckpointState
// (tensorflow/python/training/checkpoint_state.proto): text lines, of which
// model_checkpoint_path: "ckpt-3" is the one that counts. A path that is not
// absolute starts at the folder.
func latestCheckpoint(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxLatestSize))
	if err != nil {
		return "", err
	}
	for line := range strings.Lines(string(text)) {
		value, ok := strings.CutPrefix(strings.TrimSpace(line), "model_checkpoint_path:")
		if !ok {
			continue
		}
		prefix, err := strconv.Unquote(strings.TrimSpace(value))
		if err != nil {
			return "", corrupt(path, "names a checkpoint %s", value)
		}
		if !filepath.IsAbs(prefix) {
			prefix = filepath.Join(filepath.Dir(path), prefix)
		}
		return prefix, nil
	}
	return "", corrupt(path, "names no checkpoint")
}

// openCheckpoint opens a TensorFlow checkpoint (format V2). A variable that
// tf.train.Checkpoint saved is named by its path, "layer/kernel"; any other
// tensor by its key.
func openCheckpoint(path, prefix string) (*File, error) {
	r, err := bundle.Open(prefix)
	if err != nil {
		return nil, explainCheckpoint(prefix, err)
	}
	f := &File{path: path, entries: map[string]entry{}, closers: []io.Closer{r}}
	for _, e := range r.Entries() {
		if e.Key == objectGraphKey {
			continue
		}
		name := strings.TrimSuffix(e.Key, variableSuffix)
		if err := f.add(name, func(tensor.DType) (*Source, error) {
			return checkpointSource(r, e, f.label(name))
		}); err != nil {
			f.Close()
			return nil, err
		}
	}
	return f, nil
}

// explainCheckpoint tells damage from errors of the system.
func explainCheckpoint(label string, err error) error {
	if errors.Is(err, bundle.ErrCorrupt) {
		return corrupt(label, "%v", err)
	}
	return fmt.Errorf("%s: %w", label, err)
}

func checkpointSource(r *bundle.Reader, e bundle.Entry, label string) (*Source, error) {
	switch {
	case e.DType == tensor.String:
		return &Source{DType: e.DType, Shape: e.Shape, name: label, strings: func() ([]string, error) {
			t, err := r.ReadTensor(e.Key)
			if err != nil {
				return nil, explainCheckpoint(label, err)
			}
			return t.Strings, nil
		}}, nil
	case e.DType.Size() == 0:
		return nil, &refusal{fmt.Sprintf("is of dtype %s, which has no value outside TensorFlow", e.DType), label}
	}
	return &Source{DType: e.DType, Shape: e.Shape, name: label, open: func() (io.ReadCloser, error) {
		s, err := r.Stream(e.Key)
		if err != nil {
			return nil, explainCheckpoint(label, err)
		}
		return io.NopCloser(s), nil
	}}, nil
}
