package weights

import (
	"cmp"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/tfsave/tfsave/internal/tensor"
)

// The safetensors format (github.com/huggingface/safetensors, README "Format", 0.8):
//
//	length  8 bytes, little-endian
//	header  length bytes of JSON: {"name": {"dtype": "F32", "shape": [3, 4], "data_offsets": [0, 48]}, …,
//	        "__metadata__": {"key": "text"}}, filled up with blanks
//	data    the tensors, little-endian and row-major; the offsets count from
//	        here, and they leave no gap and do not overlap
const (
	safetensorsPrefix = 8
	// maxSafetensorsHeader is the format's own limit.
	maxSafetensorsHeader = 100_000_000
	safetensorsMetadata  = "__metadata__"
)

// safetensorsTypes are the format's dtypes that are TensorFlow's too.
var safetensorsTypes = map[string]tensor.DType{
	"F64": tensor.Float64, "F32": tensor.Float32, "F16": tensor.Half, "BF16": tensor.BFloat16,
	"F8_E4M3": tensor.Float8E4M3FN, "F8_E5M2": tensor.Float8E5M2,
	"F8_E4M3FNUZ": tensor.Float8E4M3FNUZ, "F8_E5M2FNUZ": tensor.Float8E5M2FNUZ,
	"I64": tensor.Int64, "I32": tensor.Int32, "I16": tensor.Int16, "I8": tensor.Int8,
	"U64": tensor.Uint64, "U32": tensor.Uint32, "U16": tensor.Uint16, "U8": tensor.Uint8,
	"BOOL": tensor.Bool, "C64": tensor.Complex64,
}

// safetensorsEntry is one tensor of a header.
type safetensorsEntry struct {
	DType   *string  `json:"dtype"`
	Shape   *[]int64 `json:"shape"`
	Offsets *[]int64 `json:"data_offsets"`

	name string
}

func (e *safetensorsEntry) begin() int64 { return (*e.Offsets)[0] }
func (e *safetensorsEntry) end() int64   { return (*e.Offsets)[1] }

func (f *File) readSafetensors(file *os.File, size int64) error {
	var prefix [safetensorsPrefix]byte
	if size < safetensorsPrefix {
		return corrupt(f.path, "has %d bytes, too few for a safetensors file", size)
	}
	if _, err := file.ReadAt(prefix[:], 0); err != nil {
		return err
	}
	n := binary.LittleEndian.Uint64(prefix[:])
	if n > maxSafetensorsHeader || n > uint64(size-safetensorsPrefix) {
		return corrupt(f.path, "tells of a header of %d bytes; the file has %d", n, size)
	}
	data := safetensorsPrefix + int64(n)
	entries, err := readSafetensorsHeader(io.NewSectionReader(file, safetensorsPrefix, int64(n)), size-data)
	if err != nil {
		return (&Source{name: f.path}).explain(err)
	}
	for _, e := range entries {
		if err := f.add(e.name, func(tensor.DType) (*Source, error) {
			return f.safetensor(file, data, e)
		}); err != nil {
			return err
		}
	}
	return nil
}

func (f *File) safetensor(file *os.File, data int64, e *safetensorsEntry) (*Source, error) {
	label := f.label(e.name)
	d, ok := safetensorsTypes[*e.DType]
	if !ok {
		return nil, &refusal{fmt.Sprintf("is of type %s, which TensorFlow has no type for", *e.DType), label}
	}
	return &Source{
		DType: d, Shape: *e.Shape, name: label,
		at: io.NewSectionReader(file, data+e.begin(), e.end()-e.begin()),
	}, nil
}

// readSafetensorsHeader reads and checks the header over size bytes of data.
// The entries come in the order of their data.
func readSafetensorsHeader(r io.Reader, size int64) ([]*safetensorsEntry, error) {
	var entries []*safetensorsEntry
	err := readObject(r, func(name string, dec *json.Decoder) error {
		if name == safetensorsMetadata {
			var texts map[string]string
			return wrongType(name, dec.Decode(&texts))
		}
		e := &safetensorsEntry{name: name}
		if err := dec.Decode(e); err != nil {
			return wrongType(name, err)
		}
		entries = append(entries, e)
		return e.check(size)
	})
	if err != nil {
		return nil, fmt.Errorf("has a header that is wrong: %w", err)
	}
	slices.SortStableFunc(entries, func(a, b *safetensorsEntry) int {
		return cmp.Or(cmp.Compare(a.begin(), b.begin()), cmp.Compare(a.end(), b.end()))
	})
	at := int64(0)
	for _, e := range entries {
		if e.begin() != at {
			return nil, fmt.Errorf("has a gap or an overlap at byte %d of its data, before %q at %d", at, e.name, e.begin())
		}
		at = e.end()
	}
	if at != size {
		return nil, fmt.Errorf("has %d bytes of data, its tensors take %d", size, at)
	}
	return entries, nil
}

// wrongType says of a member of the header in whose value something is of
// another type than it should be.
func wrongType(name string, err error) error {
	var mismatch *json.UnmarshalTypeError
	switch {
	case !errors.As(err, &mismatch):
		return err
	case mismatch.Field == "":
		return fmt.Errorf("%q has a %s in the wrong place", name, mismatch.Value)
	}
	return fmt.Errorf("%q has a %s in its %s", name, mismatch.Value, mismatch.Field)
}

// check looks at one entry by itself.
func (e *safetensorsEntry) check(size int64) error {
	if e.DType == nil || e.Shape == nil || e.Offsets == nil {
		return fmt.Errorf("%q lacks dtype, shape or data_offsets", e.name)
	}
	if len(*e.Offsets) != 2 || e.begin() < 0 || e.begin() > e.end() || e.end() > size {
		return fmt.Errorf("%q has data_offsets %v; there are %d bytes of data", e.name, *e.Offsets, size)
	}
	d := safetensorsTypes[*e.DType] // of size 0 if it is not known
	n, err := numElements(*e.Shape, d.Size())
	if err != nil {
		return fmt.Errorf("%q: %w", e.name, err)
	}
	if want := n * int64(d.Size()); d.Size() > 0 && e.end()-e.begin() != want {
		return fmt.Errorf("%q has %d bytes; %s of shape %v takes %d", e.name, e.end()-e.begin(), *e.DType, *e.Shape, want)
	}
	return nil
}

// readObject reads one JSON object, member by member. Unlike json.Unmarshal it
// refuses a member that comes twice.
func readObject(r io.Reader, member func(name string, dec *json.Decoder) error) error {
	dec := json.NewDecoder(r)
	t, err := dec.Token()
	if err != nil {
		return noEOF(err)
	}
	if t != json.Delim('{') {
		return fmt.Errorf("%v instead of a JSON object", t)
	}
	seen := map[string]bool{}
	for dec.More() {
		t, err := dec.Token()
		if err != nil {
			return noEOF(err)
		}
		name, ok := t.(string)
		if !ok {
			return fmt.Errorf("%v instead of a name", t)
		}
		if seen[name] {
			return fmt.Errorf("%q comes twice", name)
		}
		seen[name] = true
		if err := member(name, dec); err != nil {
			return noEOF(err)
		}
	}
	if _, err := dec.Token(); err != nil {
		return noEOF(err)
	}
	if _, err := dec.Token(); err != io.EOF {
		return errors.New("goes on behind its JSON object")
	}
	return nil
}

func noEOF(err error) error {
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}
