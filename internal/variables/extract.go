package variables

import (
	"archive/zip"
	"bufio"
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/tfsave/tfsave/internal/tensor"
)

// Extract writes the variables to a file, whose name says how: .npy for a single
// one, .npz, .safetensors; or each as .npy to a directory, whose name ends in a
// slash. The file appears when it is complete.
func (s *Set) Extract(name string) error {
	var write func(w io.Writer) error
	switch ext := filepath.Ext(name); {
	case strings.HasSuffix(name, "/") || isDir(name):
		return s.extractAll(name)
	case ext == ".npz":
		write = s.writeNpz
	case ext == ".safetensors":
		write = s.writeSafetensors
	case ext == ".npy" && len(s.List) == 1:
		write = func(w io.Writer) error { return s.writeNpy(w, &s.List[0]) }
	case ext == ".npy":
		return fmt.Errorf("%s: an .npy file holds one variable, these are %d; write to .npz, .safetensors, or a directory/", name, len(s.List))
	default:
		return fmt.Errorf("%s: what to write? its name ends in .npy, .npz, .safetensors or, for a directory, /", name)
	}
	return create(name, write)
}

func isDir(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// create writes a file under another name, and gives it its own at the end.
func create(name string, write func(w io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(name), ".tfsave-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	w := bufio.NewWriterSize(f, 1<<20)
	err = write(w)
	if err == nil {
		err = w.Flush()
	}
	if err == nil {
		err = f.Chmod(0o644)
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), name)
}

// extractAll writes each variable to a file of its own. Names come from the
// checkpoint: what is no letter or digit in them is replaced.
func (s *Set) extractAll(dir string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	files := map[string]string{}
	for i := range s.List {
		v := &s.List[i]
		file := fileName(v.Name) + ".npy"
		if other, ok := files[file]; ok {
			return fmt.Errorf("%s and %s would both be written to %s; write to .npz or .safetensors", other, v.Name, file)
		}
		files[file] = v.Name
	}
	for i := range s.List {
		v := &s.List[i]
		if err := create(filepath.Join(dir, fileName(v.Name)+".npy"), func(w io.Writer) error { return s.writeNpy(w, v) }); err != nil {
			return err
		}
	}
	return nil
}

func fileName(name string) string {
	return strings.TrimLeft(strings.Map(func(r rune) rune {
		switch {
		case r == '/':
			return '.'
		case r >= '0' && r <= '9', r >= 'A' && r <= 'Z', r >= 'a' && r <= 'z', r == '-', r == '_', r == '.':
			return r
		}
		return '_'
	}, name), ".")
}

// npyTypes are NumPy's names of the types that it has. The others are bytes of
// their size, as NumPy itself writes the types of ml_dtypes.
var npyTypes = map[tensor.DType]string{
	tensor.Bool: "|b1", tensor.Int8: "|i1", tensor.Int16: "<i2", tensor.Int32: "<i4", tensor.Int64: "<i8",
	tensor.Uint8: "|u1", tensor.Uint16: "<u2", tensor.Uint32: "<u4", tensor.Uint64: "<u8",
	tensor.Half: "<f2", tensor.Float32: "<f4", tensor.Float64: "<f8", tensor.Complex64: "<c8", tensor.Complex128: "<c16",
	tensor.QInt8: "|i1", tensor.QUint8: "|u1", tensor.QInt16: "<i2", tensor.QUint16: "<u2", tensor.QInt32: "<i4",
}

// npyHeader is the header of format version 1.0
// (numpy/lib/format.py, NumPy 2.4): a Python dictionary, filled up with blanks so
// that the elements begin at a multiple of 64.
func npyHeader(descr string, shape []int64) []byte {
	dims := make([]string, len(shape))
	for i, d := range shape {
		dims[i] = strconv.FormatInt(d, 10)
	}
	tuple := strings.Join(dims, ", ")
	if len(dims) == 1 {
		tuple += ","
	}
	dict := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", descr, tuple)
	const before, align = 10, 64
	pad := align - (before+len(dict)+1)%align
	dict += strings.Repeat(" ", pad%align) + "\n"
	h := append([]byte("\x93NUMPY\x01\x00"), 0, 0)
	binary.LittleEndian.PutUint16(h[8:], uint16(len(dict)))
	return append(h, dict...)
}

func (s *Set) writeNpy(w io.Writer, v *Variable) error {
	if v.DType == tensor.String {
		return s.writeNpyStrings(w, v)
	}
	descr, ok := npyTypes[v.DType]
	if !ok {
		descr = "|V" + strconv.Itoa(v.DType.Size())
	}
	if _, err := w.Write(npyHeader(descr, v.Shape)); err != nil {
		return err
	}
	return s.copy(w, v)
}

// copy writes the elements of a numeric variable.
func (s *Set) copy(w io.Writer, v *Variable) error {
	r, err := s.stream(v)
	if err != nil {
		return err
	}
	if _, err := io.CopyBuffer(struct{ io.Writer }{w}, r, make([]byte, bufferSize)); err != nil {
		return fmt.Errorf("%s: %w", v.Name, err)
	}
	return nil
}

// writeNpyStrings writes strings as bytes of the length of the longest, NumPy's
// type S, which loses zeros at the end.
func (s *Set) writeNpyStrings(w io.Writer, v *Variable) error {
	width := 1
	for x, err := range s.Strings(v) {
		if err != nil {
			return err
		}
		if strings.HasSuffix(x, "\x00") {
			return fmt.Errorf("%s: a string ends in a zero byte, which NumPy's strings cannot", v.Name)
		}
		width = max(width, len(x))
	}
	if _, err := w.Write(npyHeader("|S"+strconv.Itoa(width), v.Shape)); err != nil {
		return err
	}
	pad := make([]byte, width)
	for x, err := range s.Strings(v) {
		if err != nil {
			return err
		}
		if len(x) > width {
			return fmt.Errorf("%s changed while it was read", v.Name)
		}
		if _, err := w.Write(append([]byte(x), pad[len(x):]...)); err != nil {
			return err
		}
	}
	return nil
}

// writeNpz writes a zip archive of .npy files that are not compressed, as
// numpy.savez does.
func (s *Set) writeNpz(w io.Writer) error {
	z := zip.NewWriter(w)
	for i := range s.List {
		v := &s.List[i]
		member, err := z.CreateHeader(&zip.FileHeader{Name: v.Name + ".npy", Method: zip.Store})
		if err != nil {
			return err
		}
		if err := s.writeNpy(member, v); err != nil {
			return err
		}
	}
	return z.Close()
}

// safetensorsTypes are the names of the types that the format has
// (github.com/huggingface/safetensors, 0.8).
var safetensorsTypes = map[tensor.DType]string{
	tensor.Bool: "BOOL", tensor.Int8: "I8", tensor.Int16: "I16", tensor.Int32: "I32", tensor.Int64: "I64",
	tensor.Uint8: "U8", tensor.Uint16: "U16", tensor.Uint32: "U32", tensor.Uint64: "U64",
	tensor.Half: "F16", tensor.BFloat16: "BF16", tensor.Float32: "F32", tensor.Float64: "F64", tensor.Complex64: "C64",
	tensor.Float8E4M3FN: "F8_E4M3", tensor.Float8E5M2: "F8_E5M2", tensor.Float8E4M3FNUZ: "F8_E4M3FNUZ", tensor.Float8E5M2FNUZ: "F8_E5M2FNUZ",
}

// writeSafetensors writes a length, a JSON header of that length, and the
// elements: those of large types first, so that all are aligned.
func (s *Set) writeSafetensors(w io.Writer) error {
	list := slices.Clone(s.List)
	slices.SortStableFunc(list, func(a, b Variable) int {
		return cmp.Or(cmp.Compare(b.DType.Size(), a.DType.Size()), cmp.Compare(a.Name, b.Name))
	})
	var header bytes.Buffer
	at := int64(0)
	for i := range list {
		v := &list[i]
		dtype, ok := safetensorsTypes[v.DType]
		if !ok {
			return fmt.Errorf("%s is of dtype %s, which safetensors has no type for; write to .npz", v.Name, v.DType)
		}
		name, err := json.Marshal(v.Name)
		if err != nil {
			return err
		}
		shape, err := json.Marshal(append([]int64{}, v.Shape...))
		if err != nil {
			return err
		}
		n := v.Elements() * int64(v.DType.Size())
		sep := ","
		if i == 0 {
			sep = "{"
		}
		fmt.Fprintf(&header, `%s%s:{"dtype":"%s","shape":%s,"data_offsets":[%d,%d]}`, sep, name, dtype, shape, at, at+n)
		at += n
	}
	if len(list) == 0 {
		header.WriteByte('{')
	}
	header.WriteByte('}')
	const align = 8
	for header.Len()%align != 0 {
		header.WriteByte(' ')
	}
	if _, err := w.Write(binary.LittleEndian.AppendUint64(nil, uint64(header.Len()))); err != nil {
		return err
	}
	if _, err := w.Write(header.Bytes()); err != nil {
		return err
	}
	for i := range list {
		if err := s.copy(w, &list[i]); err != nil {
			return err
		}
	}
	return nil
}
