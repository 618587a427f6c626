package bundle

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/tfsave/tfsave/internal/bundle/crc"
	"github.com/tfsave/tfsave/internal/tensor"
)

// at makes the entry of a uint8 tensor whose bytes are b.
func at(shard int, offset int64, b string) []byte {
	e := Entry{DType: tensor.Uint8, Shape: []int64{int64(len(b))}, Shard: shard, Offset: offset, Size: int64(len(b)), CRC: crc.Mask(crc.Update(0, []byte(b)))}
	return e.append(nil)
}

func TestVerify(t *testing.T) {
	header := func(shards int) []byte { return Header{NumShards: shards, Producer: 1}.append(nil) }
	for _, c := range []struct {
		name    string
		entries map[string][]byte
		shards  map[string]string // by the end of their name
		want    []string
	}{
		{
			"intact, in any order, with an empty tensor anywhere",
			map[string][]byte{"": header(2), "a": at(0, 2, "cd"), "b": at(0, 0, "ab"), "c": at(1, 0, "x"), "d": at(0, 1, "")},
			map[string]string{"00000-of-00002": "abcd", "00001-of-00002": "x"},
			nil,
		},
		{
			"gaps",
			map[string][]byte{"": header(1), "a": at(0, 1, "b"), "b": at(0, 4, "e")},
			map[string]string{"00000-of-00001": "abcdefg"},
			[]string{
				"c.data-00000-of-00001: corrupt: bytes 0 to 1 belong to no tensor",
				"c.data-00000-of-00001: corrupt: bytes 2 to 4 belong to no tensor",
				"c.data-00000-of-00001: corrupt: bytes 5 to 7 belong to no tensor",
			},
		},
		{
			"overlaps",
			map[string][]byte{"": header(1), "a": at(0, 0, "abc"), "b": at(0, 1, "bcd"), "c": at(0, 0, "abc")},
			map[string]string{"00000-of-00001": "abcd"},
			[]string{
				`c.data-00000-of-00001: tensor "c": corrupt: bytes 0 to 3 are those of tensor "a" too`,
				`c.data-00000-of-00001: tensor "b": corrupt: bytes 1 to 3 are those of tensor "a" too`,
				"c.data-00000-of-00001: corrupt: bytes 3 to 4 belong to no tensor",
			},
		},
		{
			"short shard: the tensors that are there are checked",
			map[string][]byte{"": header(1), "a": at(0, 0, "ab"), "b": at(0, 2, "cd"), "c": at(0, 4, "ef")},
			map[string]string{"00000-of-00001": "aXc"},
			[]string{
				`c.data-00000-of-00001: tensor "a": corrupt: the 2 bytes at 0 have checksum`,
				`c.data-00000-of-00001: tensor "b": corrupt: bytes 2 to 4 of a file of 3`,
				`c.data-00000-of-00001: tensor "c": corrupt: bytes 4 to 6 of a file of 3`,
			},
		},
		{
			"missing shards",
			map[string][]byte{"": header(4), "a": at(2, 0, "ab"), "b": at(2, 2, "cd")},
			map[string]string{"00000-of-00004": ""},
			[]string{
				`c.data-00002-of-00004: corrupt: missing; of the tensors in it "a" is the first of 2`,
				"c.index: corrupt: 2 of 4 shards are missing, no tensor is in them",
			},
		},
		{
			"files of another checkpoint",
			map[string][]byte{"": header(1)},
			map[string]string{"00000-of-00001": "", "00000-of-00002": "x", "00001-of-00001": "x", "1": "x", "x": ""},
			[]string{
				"c.data-00000-of-00002: corrupt: not one of the 1 shards",
				"c.data-00001-of-00001: corrupt: not one of the 1 shards",
				"c.data-1: corrupt: not one of the 1 shards",
				"c.data-x: corrupt: not one of the 1 shards",
			},
		},
		{
			"billions of shards",
			map[string][]byte{"": header(1<<31 - 1)},
			nil,
			[]string{"2147483647 of 2147483647 shards are missing"},
		},
		{
			"all that is wrong with the entries",
			map[string][]byte{"": header(1), "a": {8, 1}, "b": {8, 101}, "\x00c": at(0, 0, "ab")},
			map[string]string{"00000-of-00001": "abcd"},
			[]string{
				`c.index: tensor "a": corrupt: 0 bytes, float32 of shape [] takes 4`,
				`c.index: tensor "b": corrupt: tensor of dtype float32_ref`,
				`c.index: tensor "\x00c": corrupt: slice of no tensor`,
			},
		},
		{
			"dtype of a later TensorFlow",
			map[string][]byte{"": header(1), "a": append(at(0, 0, "abc"), 8, 50)},
			map[string]string{"00000-of-00001": "abX"},
			[]string{`tensor "a": corrupt: the 3 bytes at 0 have checksum`},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			files := fstest.MapFS{"c.index": {Data: makeIndex(t, c.entries)}, "d.data-00000-of-00001": {}}
			for name, data := range c.shards {
				files["c.data-"+name] = &fstest.MapFile{Data: []byte(data)}
			}
			faults := Verify(files, "c")
			ok := len(faults) == len(c.want)
			for i, f := range faults {
				ok = ok && strings.Contains(f.Error(), c.want[i]) && errors.Is(f, ErrCorrupt)
			}
			if !ok {
				t.Errorf("faults are\n%v\nwant\n%s", errors.Join(asErrors(faults)...), strings.Join(c.want, "\n"))
			}
		})
	}
}

func asErrors(faults []*Fault) []error {
	var errs []error
	for _, f := range faults {
		errs = append(errs, f)
	}
	return errs
}

// TestVerifyDamagedIndex: one damaged block does not hide faults elsewhere.
func TestVerifyDamagedIndex(t *testing.T) {
	m := new(memory)
	w := NewWriter(&m.data, &m.index)
	for i := range 10_000 {
		if err := w.Add(fmt.Sprintf("layer_%05d/%s", i, strings.Repeat("x", 20*(i%7))), tensor.Int8, nil, bytes.NewReader([]byte{byte(i)})); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	files := m.files()
	files["c.data-00000-of-00001"].Data[9_999] ^= 1
	index := files["c.index"].Data
	index[len(index)/2] ^= 1
	faults := Verify(files, "c")
	if len(faults) != 2 || !strings.Contains(faults[0].Error(), "c.index: data block 1: corrupt at byte") || !strings.HasPrefix(faults[1].Key, "layer_09999") {
		t.Errorf("faults are %v", faults)
	}
	// Without the header nothing is known of the shards.
	index[10] ^= 1
	if faults := Verify(files, "c"); len(faults) != 2 || !strings.Contains(faults[0].Error(), "data block 0") {
		t.Errorf("faults are %v", faults)
	}
}

func TestVerifyNoFiles(t *testing.T) {
	files := fstest.MapFS{}
	if faults := Verify(files, "dir/c"); len(faults) != 1 || !errors.Is(faults[0], fs.ErrNotExist) || faults[0].File != "c.index" {
		t.Errorf("without an index: %v", faults)
	}
	files["dir/c.index/x"] = &fstest.MapFile{}
	if faults := Verify(files, "dir/c"); len(faults) != 1 || !strings.Contains(faults[0].Error(), "not a regular file") {
		t.Errorf("with a folder as index: %v", faults)
	}
}
