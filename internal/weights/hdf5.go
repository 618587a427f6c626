package weights

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/weights/hdf5"
)

// kerasMember is the weights in a .keras archive.
const kerasMember = "model.weights.h5"

// readHDF5 reads the structure of an HDF5 file, or of one within another:
// tensors are named by their path, as "layers/dense/vars/0".
func (f *File) readHDF5(r io.ReaderAt, size int64) error {
	h, err := hdf5.Open(r, size)
	if err != nil {
		return explainHDF5(f.path, err)
	}
	f.hdf5 = h
	for _, path := range h.Datasets() {
		if err := f.add(path, func(want tensor.DType) (*Source, error) {
			return hdf5Source(r, h, path, f.label(path), want)
		}); err != nil {
			return err
		}
	}
	return nil
}

// explainHDF5 tells what is not supported from damage.
func explainHDF5(label string, err error) error {
	if errors.Is(err, hdf5.ErrUnsupported) {
		return &refusal{err.Error(), label}
	}
	return (&Source{name: label}).explain(err)
}

func hdf5Source(r io.ReaderAt, h *hdf5.File, path, label string, want tensor.DType) (*Source, error) {
	d := h.Dataset(path)
	if d.Err != nil {
		return nil, explainHDF5(label, d.Err)
	}
	name, _, err := h.Attribute(path, "dtype")
	if err != nil {
		return nil, explainHDF5(label, err)
	}
	if len(name) == 1 {
		if named, ok := tensor.ParseDType(name[0]); ok {
			want = named
		}
	}
	dtype := hdf5DType(d.Type, want)
	if dtype == tensor.Invalid {
		return nil, &refusal{fmt.Sprintf("is of an HDF5 type (class %d, %d bytes) that TensorFlow has no type for", d.Type.Class, d.Type.Size), label}
	}
	s := &Source{DType: dtype, Shape: d.Shape, name: label, at: io.NewSectionReader(r, d.Offset, d.Size)}
	if d.Type.BigEndian && d.Type.Size > 1 {
		s = s.converted(dtype, swapped(d.Type.Size))
	}
	return s, nil
}

// hdf5DType finds the dtype of an element type. Keras stores bfloat16 as
// opaque bytes and names it in an attribute "dtype"; other opaque bytes are
// what the caller wants, if that can be.
func hdf5DType(t hdf5.Type, want tensor.DType) tensor.DType {
	bySize := func(d ...tensor.DType) tensor.DType {
		for _, d := range d {
			if d.Size() == t.Size {
				return d
			}
		}
		return tensor.Invalid
	}
	switch {
	case t.Class == hdf5.Float:
		return bySize(tensor.Half, tensor.Float32, tensor.Float64)
	case t.Class == hdf5.Enum && t.Members == 2 && t.Size == 1: // h5py's bool
		return tensor.Bool
	case (t.Class == hdf5.Integer || t.Class == hdf5.Enum) && t.Signed:
		return bySize(tensor.Int8, tensor.Int16, tensor.Int32, tensor.Int64)
	case t.Class == hdf5.Integer || t.Class == hdf5.Enum:
		return bySize(tensor.Uint8, tensor.Uint16, tensor.Uint32, tensor.Uint64)
	case t.Class == hdf5.Opaque && nameless(want):
		return bySize(want)
	}
	return tensor.Invalid
}

// readKerasArchive reads the weights in a .keras archive in place: Keras
// stores them without compression.
func (f *File) readKerasArchive(file *os.File, size int64, m *zip.File) error {
	if m.Method != zip.Store || m.Flags&zipEncrypted != 0 {
		return &refusal{kerasMember + " is compressed or encrypted in the archive; unpack it", f.path}
	}
	offset, err := m.DataOffset()
	if err != nil {
		return (&Source{name: f.path}).explain(err)
	}
	if m.UncompressedSize64 > uint64(size) || offset > size-int64(m.UncompressedSize64) {
		return corrupt(f.path, "%s is said to have %d bytes", kerasMember, m.UncompressedSize64)
	}
	n := int64(m.UncompressedSize64)
	return f.readHDF5(io.NewSectionReader(file, offset, n), n)
}

// Attribute gives the strings of an attribute of an HDF5 object, which is
// named by its path, "" for the root; ok tells whether there is one. Other
// files have none.
func (f *File) Attribute(path, name string) (values []string, ok bool, err error) {
	if f.hdf5 == nil {
		return nil, false, nil
	}
	values, ok, err = f.hdf5.Attribute(path, name)
	if err != nil {
		return nil, false, explainHDF5(f.label(path), err)
	}
	return values, ok, nil
}
