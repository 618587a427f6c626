package weights

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/tfsave/tfsave/internal/tensor"
)

// The .npy format (numpy/lib/format.py, NumPy 2.4; versions 1.0, 2.0, 3.0):
//
//	magic    6 bytes  93 4e 55 4d 50 59
//	version  2 bytes  major, minor
//	length   2 bytes (version 1) or 4 bytes, little-endian
//	header   a Python dictionary: {'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }
//	elements
const (
	npyMagic = "\x93NUMPY"
	// maxNpyHeader bounds the header's length. NumPy itself refuses to
	// evaluate one of more than 10,000 characters.
	maxNpyHeader = 1 << 16
	// maxStringBytes bounds the memory of a string array.
	maxStringBytes = 1 << 30
)

// npyHeader is a parsed header.
type npyHeader struct {
	order   byte // '<', '>' or '|'
	kind    byte // NumPy's type character
	size    int  // of an element in the file, in bytes
	fortran bool
	shape   []int64
	count   int64 // elements
	length  int64 // of magic, version and header: where the elements begin
}

func (f *File) readNpy(file *os.File, size int64) error {
	h, err := readNpyHeader(io.NewSectionReader(file, 0, size))
	if err != nil {
		return (&Source{name: f.path}).explain(err)
	}
	if want := h.length + h.bytes(); size != want {
		return corrupt(f.path, "has %d bytes, the header tells of %d", size, want)
	}
	return f.add("", func(want tensor.DType) (*Source, error) {
		return h.source(f.path, want, &Source{at: io.NewSectionReader(file, h.length, h.bytes())})
	})
}

// bytes is the length of the elements in the file.
func (h *npyHeader) bytes() int64 { return h.count * int64(h.size) }

func readNpyHeader(r io.Reader) (*npyHeader, error) {
	var head [12]byte
	if err := readFull(r, head[:10]); err != nil {
		return nil, err
	}
	if string(head[:6]) != npyMagic {
		return nil, errors.New(`does not begin with "\x93NUMPY"`)
	}
	length, n := 10, int64(binary.LittleEndian.Uint16(head[8:]))
	switch major := head[6]; major {
	case 1:
	case 2, 3:
		if err := readFull(r, head[10:]); err != nil {
			return nil, err
		}
		length, n = 12, int64(binary.LittleEndian.Uint32(head[8:]))
	default:
		return nil, fmt.Errorf("is of npy version %d.%d; 1.0, 2.0 and 3.0 are known", major, head[7])
	}
	if n > maxNpyHeader {
		return nil, fmt.Errorf("has a header of %d bytes, more than %d", n, maxNpyHeader)
	}
	text := make([]byte, n)
	if err := readFull(r, text); err != nil {
		return nil, err
	}
	p := &literalParser{text: string(text)}
	h, err := p.header()
	if err != nil {
		return nil, err
	}
	h.length = int64(length) + n
	h.count, err = numElements(h.shape, h.size)
	if err != nil {
		return nil, err
	}
	return h, nil
}

// readFull calls any early end unexpected.
func readFull(r io.Reader, p []byte) error {
	_, err := io.ReadFull(r, p)
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// source makes the Source out of one that has the raw elements in the file's
// order; raw has its at or open set, nothing else.
func (h *npyHeader) source(label string, want tensor.DType, raw *Source) (*Source, error) {
	d, err := h.dtype(want)
	if err != nil {
		return nil, (&Source{name: label}).explain(err)
	}
	shape := h.shape
	perm := make([]int, len(shape))
	if h.fortran {
		shape = slices.Clone(shape)
		slices.Reverse(shape)
	}
	for i := range perm {
		perm[i] = len(perm) - 1 - i
	}
	raw.name, raw.Shape, raw.DType = label, shape, d
	s := raw
	if d == tensor.String {
		s = h.stringSource(raw)
	} else if part := d.Real().Size(); h.order == '>' && part > 1 {
		s = raw.converted(d, swapped(part))
	}
	if h.fortran {
		return s.Transpose(perm)
	}
	return s, nil
}

// npyTypes are NumPy's types that are TensorFlow's too.
var npyTypes = map[string]tensor.DType{
	"b1": tensor.Bool,
	"i1": tensor.Int8, "i2": tensor.Int16, "i4": tensor.Int32, "i8": tensor.Int64,
	"u1": tensor.Uint8, "u2": tensor.Uint16, "u4": tensor.Uint32, "u8": tensor.Uint64,
	"f2": tensor.Half, "f4": tensor.Float32, "f8": tensor.Float64,
	"c8": tensor.Complex64, "c16": tensor.Complex128,
}

// dtype finds the element type. The types of ml_dtypes come as nameless bytes
// ("V2" for bfloat16, "V1" for int4) or under a name that several share ("f1"
// for every float8): then it is what the caller wants, if that can be.
func (h *npyHeader) dtype(want tensor.DType) (tensor.DType, error) {
	name := string(h.kind) + strconv.Itoa(h.size)
	if d, ok := npyTypes[name]; ok {
		return d, nil
	}
	switch h.kind {
	case 'S', 'U':
		return tensor.String, nil
	case 'V', 'f':
		if nameless(want) && want.Size() == h.size {
			return want, nil
		}
		switch name {
		case "V2":
			return 0, refuse(`holds elements of 2 bytes of unknown type ("V2"), as NumPy writes bfloat16; say "dtype: bfloat16" if they are that`)
		case "V1", "f1":
			return 0, refuse("holds elements of 1 byte of unknown type (%q), as NumPy writes float8 and int4; say which dtype they are", name)
		}
	case 'M', 'm':
		return 0, refuse("holds dates or times, which TensorFlow has no type for; save integers")
	}
	return 0, refuse("holds elements of NumPy type %q, which TensorFlow has no type for", name)
}

// nameless reports a type of ml_dtypes, which .npy has no name for.
func nameless(d tensor.DType) bool {
	switch d {
	case tensor.BFloat16, tensor.Float8E5M2, tensor.Float8E4M3FN, tensor.Float8E4M3FNUZ, tensor.Float8E4M3B11,
		tensor.Float8E5M2FNUZ, tensor.Float4E2M1FN, tensor.Int4, tensor.Uint4, tensor.Int2, tensor.Uint2:
		return true
	}
	return false
}

// stringSource reads S (bytes) and U (UTF-32) arrays; both are padded with
// zeros.
func (h *npyHeader) stringSource(raw *Source) *Source {
	// As a stream of numbers the array has a further axis, of bytes.
	flat := *raw
	flat.DType, flat.Shape = tensor.Uint8, []int64{h.bytes()}
	return &Source{DType: tensor.String, Shape: raw.Shape, name: raw.name, strings: func() ([]string, error) {
		if h.size == 0 && h.count > 0 || h.count > maxStringBytes/int64(h.size+16) {
			return nil, refuse("holds %d strings of %d bytes, more than is held in memory", h.count, h.size)
		}
		r, err := flat.Open()
		if err != nil {
			return nil, err
		}
		defer r.Close()
		var out []string
		buf := make([]byte, h.size)
		for range h.count {
			if err := readFull(r, buf); err != nil {
				return nil, err
			}
			s, err := h.text(buf)
			if err != nil {
				return nil, err
			}
			out = append(out, s)
		}
		return out, nil
	}}
}

// text decodes one element of a string array.
func (h *npyHeader) text(b []byte) (string, error) {
	if h.kind == 'S' {
		return strings.TrimRight(string(b), "\x00"), nil
	}
	var order binary.ByteOrder = binary.LittleEndian
	if h.order == '>' {
		order = binary.BigEndian
	}
	var out []byte
	for i := 0; i < len(b); i += 4 {
		r := order.Uint32(b[i:])
		if r > utf8.MaxRune || !utf8.ValidRune(rune(r)) {
			return "", fmt.Errorf("holds %#x, which is no Unicode character", r)
		}
		out = utf8.AppendRune(out, rune(r))
	}
	return strings.TrimRight(string(out), "\x00"), nil
}
