package model

import (
	"strings"
	"testing"

	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/tensor"
)

// What TensorFlow 2.21 says to the same files was observed.
func TestCheckTableLines(t *testing.T) {
	vocabulary := Table{KeyDType: tensor.String, ValueDType: tensor.Int64, KeyIndex: spec.WholeLine, ValueIndex: spec.LineNumber, VocabSize: -1}
	words := Table{KeyDType: tensor.Int64, ValueDType: tensor.String, KeyIndex: spec.LineNumber, ValueIndex: spec.WholeLine, VocabSize: -1}
	ints := Table{KeyDType: tensor.String, ValueDType: tensor.Int64, KeyIndex: 0, ValueIndex: 1, Delimiter: "\t", VocabSize: -1}
	floats := ints
	floats.ValueDType = tensor.Float32
	two, four := vocabulary, vocabulary
	two.VocabSize, four.VocabSize = 2, 4
	whole := vocabulary
	whole.KeyDType = tensor.Int64
	for _, c := range []struct {
		table Table
		text  string
		want  string // "" if the file is fine
	}{
		{vocabulary, "a\nb\n", ""},
		{vocabulary, "a\r\nb", ""},
		{vocabulary, " \n", ""},
		{vocabulary, "", "the file is empty"},
		{vocabulary, "a\nb\n\n", "line 3: is empty"},
		{vocabulary, "a\n\r\nb\n", "line 2: is empty"},
		{vocabulary, "a\nb\na\n", `line 3: "a" is there twice, with the values "0" and "2"`},
		{words, "a\na\n", ""},
		{two, "a\nb\na\n", ""},
		{four, "a\nb\nc\n", "the file has 3 lines, vocab_size is 4"},
		{whole, "1\n 2\n", ""},
		{whole, "1\nx\n", `line 2: "x" is no int64`},
		{ints, "a\t1\na\t 1 \nb\t+2\tmore\n", ""},
		{ints, "a\t1\nb\n", "line 2: has 1 columns, where 2 are needed"},
		{ints, "a\t1\na\t2\n", `line 2: "a" is there twice, with the values "1" and "2"`},
		{ints, "a\t0x1\n", `line 1: "0x1" is no int64`},
		{ints, "a\t99999999999999999999\n", "is no int64"},
		{floats, "a\t1e3\nb\tnan\nc\t1e99\n", ""},
		{floats, "a\tx\n", `line 1: "x" is no number`},
	} {
		err := checkTableLines(strings.NewReader(c.text), &c.table)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: error %v, want %q", c.text, err, c.want)
		}
	}
}

func TestTableEntries(t *testing.T) {
	e := tableEntries{}
	keys := texts(tensor.FromInts(tensor.Int64, []int64{3}, []int64{-1, 1, -1}))
	for i, value := range []string{"a", "b", "a"} {
		if err := e.add(keys[i], value); err != nil {
			t.Error(err)
		}
	}
	if err := e.add("-1", "c"); err == nil {
		t.Error("two values of a key are taken")
	}
	if got := texts(tensor.FromFloats(tensor.Float32, []int64{2}, []float64{0.5, 1})); got[0] != "0.5" || got[1] != "1" {
		t.Error(got)
	}
}
