package weights

import (
	"archive/zip"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/tfsave/tfsave/internal/tensor"
)

// zipEncrypted is the flag of an encrypted member (APPNOTE.TXT 4.4.4).
const zipEncrypted = 1

// readZip reads the directory of an .npz file, a zip of .npy members, stored
// (numpy.savez) or deflated (numpy.savez_compressed); or of a .keras archive.
func (f *File) readZip(file *os.File, size int64) error {
	z, err := zip.NewReader(file, size)
	if err != nil {
		return (&Source{name: f.path}).explain(err)
	}
	for _, m := range z.File {
		if m.Name == kerasMember {
			return f.readKerasArchive(file, size, m)
		}
		name, ok := strings.CutSuffix(m.Name, ".npy")
		if !ok {
			continue // numpy.load gives such a member as bytes, not as an array
		}
		if err := f.add(name, func(want tensor.DType) (*Source, error) {
			return f.npzMember(file, size, m, name, want)
		}); err != nil {
			return err
		}
	}
	return nil
}

func (f *File) npzMember(file *os.File, size int64, m *zip.File, name string, want tensor.DType) (*Source, error) {
	label := f.label(name)
	s, err := npzSource(file, size, m, label, want)
	switch {
	case errors.Is(err, zip.ErrAlgorithm):
		err = refuse("is compressed by method %d; stored and deflated members can be read", m.Method)
	case errors.Is(err, io.EOF):
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, (&Source{name: label}).explain(err)
	}
	return s, nil
}

func npzSource(file *os.File, size int64, m *zip.File, label string, want tensor.DType) (*Source, error) {
	if m.Flags&zipEncrypted != 0 {
		return nil, refuse("is encrypted")
	}
	r, err := m.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close()
	h, err := readNpyHeader(r)
	if err != nil {
		return nil, err
	}
	// What the directory says may be a lie; the stream is cut at what the
	// header says, and its end is checked against the directory.
	if got, want := m.UncompressedSize64, h.length+h.bytes(); got != uint64(want) {
		return nil, corrupt(label, "has %d bytes, the header tells of %d", got, want)
	}
	raw := &Source{open: func() (io.ReadCloser, error) {
		r, err := m.Open()
		if err != nil {
			return nil, err
		}
		if _, err := io.CopyN(io.Discard, r, h.length); err != nil {
			r.Close()
			return nil, err
		}
		return r, nil
	}}
	if m.Method == zip.Store {
		offset, err := m.DataOffset()
		if err != nil {
			return nil, err
		}
		if m.CompressedSize64 != m.UncompressedSize64 || m.UncompressedSize64 > uint64(size) || offset > size-int64(m.UncompressedSize64) {
			return nil, corrupt(label, "is stored, but not of the size the directory tells")
		}
		raw.at = io.NewSectionReader(file, offset+h.length, h.bytes())
	}
	return h.source(label, want, raw)
}
