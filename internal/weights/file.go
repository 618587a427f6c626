package weights

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/tfsave/tfsave/internal/spell"
	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/weights/hdf5"
)

// File is an open file of named tensors.
type File struct {
	path    string
	names   []string // sorted
	entries map[string]entry
	closers []io.Closer
	hdf5    *hdf5.File // if it is one
}

// entry is a tensor of a file. want is the dtype the caller would like, which
// decides only where the file does not tell; Invalid if he does not say.
type entry func(want tensor.DType) (*Source, error)

// Open opens a weight file; its content decides what it is:
//
//   - .npy: one tensor, whose name is ""
//   - .npz: a tensor for every member x.npy, named x
//   - .safetensors
//   - .h5, .weights.h5, .keras: tensors named by their HDF5 path
//   - an index of shards, model.safetensors.index.json or model.weights.json:
//     the tensors of all its shards
//   - a TensorFlow checkpoint, by its prefix, its .index file or its folder, or
//     a SavedModel, by its folder
//
// Errors of the operating system are returned as they are; a file that
// contradicts its format gives one that is ErrCorrupt.
func Open(path string) (*File, error) {
	prefix, err := checkpointPrefix(path)
	if err != nil {
		return nil, err
	}
	var f *File
	if prefix != "" {
		f, err = openCheckpoint(path, prefix)
	} else {
		f, err = openFile(path)
	}
	if err != nil {
		return nil, err
	}
	f.names = slices.Sorted(maps.Keys(f.entries))
	return f, nil
}

func openFile(path string) (*File, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	f := &File{path: path, entries: map[string]entry{}, closers: []io.Closer{file}}
	if err := f.read(file); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

func (f *File) read(file *os.File) error {
	info, err := file.Stat()
	if err != nil {
		return err
	}
	switch {
	case info.IsDir():
		return fmt.Errorf("%s: is a directory without a checkpoint", f.path)
	case !info.Mode().IsRegular():
		return fmt.Errorf("%s: is not a regular file; weights are read more than once", f.path)
	}
	var head [9]byte
	n, err := file.ReadAt(head[:], 0)
	if err != nil && err != io.EOF {
		return err
	}
	start := head[:n]
	is := func(magic string) bool { return bytes.HasPrefix(start, []byte(magic)) }
	name := strings.ToLower(f.path)
	switch {
	case n == 0:
		return corrupt(f.path, "is empty")
	case is(npyMagic), strings.HasSuffix(name, ".npy"):
		return f.readNpy(file, info.Size())
	case is("PK\x03\x04"), is("PK\x05\x06"), strings.HasSuffix(name, ".npz"), strings.HasSuffix(name, ".keras"):
		return f.readZip(file, info.Size())
	case is(hdf5.Signature), strings.HasSuffix(name, ".h5"):
		return f.readHDF5(file, info.Size())
	case n == 9 && head[8] == '{', strings.HasSuffix(name, ".safetensors"):
		return f.readSafetensors(file, info.Size())
	case strings.HasSuffix(name, ".index.json"), strings.HasSuffix(name, ".weights.json"):
		return f.readIndex(file, info.Size())
	}
	return fmt.Errorf("%s: is no weight file: .npy, .npz, .safetensors, .h5, .keras, their indexes and TensorFlow checkpoints can be read", f.path)
}

// add enters a tensor.
func (f *File) add(name string, e entry) error {
	if _, ok := f.entries[name]; ok {
		return corrupt(f.path, "holds two tensors named %q", name)
	}
	f.entries[name] = e
	return nil
}

// label names a tensor of the file in errors.
func (f *File) label(name string) string {
	if name == "" {
		return f.path
	}
	return f.path + ": " + name
}

// Path is the path the file was opened by.
func (f *File) Path() string { return f.path }

// Names are the names of the tensors, sorted; the caller must not change them.
func (f *File) Names() []string { return f.names }

// Has reports whether there is a tensor of that name.
func (f *File) Has(name string) bool {
	_, ok := f.entries[name]
	return ok
}

// Tensor is the tensor of that name.
func (f *File) Tensor(name string) (*Source, error) { return f.TensorAs(name, tensor.Invalid) }

// TensorAs is the tensor of that name, where the caller wants dtype d: bytes
// whose type the file does not tell are taken as d. NumPy writes bfloat16 and
// the other types of ml_dtypes like that. Nothing is converted; a file that
// tells another dtype gives that.
func (f *File) TensorAs(name string, d tensor.DType) (*Source, error) {
	e, ok := f.entries[name]
	if !ok {
		return nil, f.unknown(name)
	}
	return e(d)
}

// unknown explains that there is no such tensor.
func (f *File) unknown(name string) error {
	if len(f.names) == 1 && f.names[0] == "" {
		return fmt.Errorf("%s holds one tensor, which has no name; asked for %q", f.path, name)
	}
	msg := fmt.Sprintf("%s holds no tensor %q", f.path, name)
	if near := spell.Nearest(name, f.names); near != "" {
		return fmt.Errorf("%s; did you mean %q?", msg, near)
	}
	const few = 8
	switch n := len(f.names); {
	case n == 0:
		return fmt.Errorf("%s, nor any other", msg)
	case n <= few:
		return fmt.Errorf("%s, but %s", msg, strings.Join(f.names, ", "))
	default:
		return fmt.Errorf("%s, but %s and %d more", msg, strings.Join(f.names[:few], ", "), n-few)
	}
}

// Close closes the file; the Sources it gave end with it.
func (f *File) Close() error {
	var err error
	for _, c := range f.closers {
		err = errors.Join(err, c.Close())
	}
	return err
}
