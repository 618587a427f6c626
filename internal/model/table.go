package model

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/weights"
)

func (b *builder) table(s *spec.Table, at string) *Table {
	t := &Table{path: path(at), Pos: s.Pos, KeyDType: s.KeyDType, ValueDType: s.ValueDType, KeyIndex: s.KeyIndex,
		ValueIndex: s.ValueIndex, Delimiter: s.Delimiter, VocabSize: -1, Offset: s.Offset, OOVBuckets: s.NumOOVBuckets}
	if s.VocabSize > 0 {
		t.VocabSize = s.VocabSize
	}
	if s.Asset != nil {
		// The asset is an attribute of its own, or of another module: the same
		// object for every table that reads it.
		b.later = append(b.later, func() {
			if t.Asset, _ = b.model.objects[s.Asset].(*Asset); t.Asset != nil {
				b.checkTableFile(s, t)
			}
		})
	}
	list := func(v *spec.Value, d tensor.DType, name string) *Constant {
		c, err := weights.FromValue(v.Plain(), d, nil)
		if err != nil {
			b.errs.Add(v.Pos, "%s: %v", name, err)
			return nil
		}
		if len(c.Dims) != 1 {
			b.errs.Add(v.Pos, "%s must be a flat list, not of shape %s", name, c.Shape())
			return nil
		}
		return &Constant{path: path(join(at, name)), Pos: v.Pos, Value: c}
	}
	if s.Keys != nil && s.Values != nil {
		t.Keys, t.Values = list(s.Keys, t.KeyDType, "keys"), list(s.Values, t.ValueDType, "values")
		if t.Keys != nil && t.Values != nil && t.Keys.Value.Dims[0] != t.Values.Value.Dims[0] {
			b.errs.Add(s.Values.Pos, "%d values for %d keys", t.Values.Value.Dims[0], t.Keys.Value.Dims[0])
		} else if t.Keys != nil && t.Values != nil {
			entries := tableEntries{}
			keys, values := texts(t.Keys.Value), texts(t.Values.Value)
			for i, key := range keys {
				if err := entries.add(key, values[i]); err != nil {
					b.errs.Add(s.Keys.Pos, "keys: %v", err)
					break
				}
			}
		}
	}
	def := &Constant{path: path(join(at, "default")), Pos: s.Pos}
	if s.HasDefault {
		v, err := weights.FromValue(s.Default.Plain(), t.ValueDType, []int64{})
		if err != nil {
			b.errs.Add(s.Default.Pos, "default: %v", err)
		}
		def.Value = v
	}
	if def.Value == nil {
		switch {
		case t.ValueDType == tensor.String:
			def.Value = tensor.FromStrings([]int64{}, []string{""})
		default:
			def.Value = tensor.FromInts(t.ValueDType, []int64{}, []int64{-1})
		}
	}
	t.Default = def
	return t
}

// tableEntries are the keys and values of a table, as texts. A table that has two
// values for a key is made by no loader (HashTable::DoInsert,
// tensorflow/core/kernels/lookup_table_op.h, TF 2.21).
type tableEntries map[string]string

func (e tableEntries) add(key, value string) error {
	if other, ok := e[key]; ok && other != value {
		return fmt.Errorf("%q is there twice, with the values %q and %q", key, other, value)
	}
	e[key] = value
	return nil
}

// texts writes the elements of a tensor, each so that it differs from others.
func texts(t *tensor.Tensor) []string {
	if t.DType == tensor.String {
		return t.Strings
	}
	list := make([]string, t.NumElements())
	for i := range list {
		if t.DType.IsFloating() {
			list[i] = strconv.FormatFloat(t.Float(i), 'g', -1, 64)
		} else {
			list[i] = strconv.FormatInt(t.Int(i), 10)
		}
	}
	return list
}

// checkTableFile looks through the text file of a table for what a loader would
// stop at.
func (b *builder) checkTableFile(s *spec.Table, t *Table) {
	f, err := os.Open(t.Asset.File)
	if err != nil {
		return // which was reported at the asset, or will be when it is copied
	}
	defer f.Close()
	if err := checkTableLines(f, t); err != nil {
		b.errs.Add(s.Pos, "table %q from %s: %v", t.Path(), t.Asset.Name, err)
	}
}

// checkTableLines follows TextFileLineIterator
// (tensorflow/core/kernels/lookup_util.cc, TF 2.21).
func checkTableLines(r io.Reader, t *Table) error {
	entries := tableEntries{}
	in := bufio.NewReader(r)
	n := int64(0)
	for ; t.VocabSize < 0 || n < t.VocabSize; n++ {
		line, err := in.ReadString('\n')
		if errors.Is(err, io.EOF) && line == "" {
			break
		} else if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if err := t.checkLine(entries, line, n); err != nil {
			return fmt.Errorf("line %d: %w", n+1, err)
		}
	}
	switch {
	case n == 0:
		return errors.New("the file is empty")
	case n < t.VocabSize:
		return fmt.Errorf("the file has %d lines, vocab_size is %d", n, t.VocabSize)
	}
	return nil
}

// checkLine checks line n, and adds what it has to the entries.
func (t *Table) checkLine(entries tableEntries, line string, n int64) error {
	line = strings.ReplaceAll(strings.TrimSuffix(line, "\n"), "\r", "")
	if line == "" {
		return errors.New("is empty")
	}
	columns := []string{line}
	if t.KeyIndex >= 0 || t.ValueIndex >= 0 {
		columns = strings.Split(line, t.Delimiter)
	}
	if want := max(t.KeyIndex, t.ValueIndex) + 1; len(columns) < want {
		return fmt.Errorf("has %d columns, where %d are needed", len(columns), want)
	}
	cell := func(index int, d tensor.DType) (string, error) {
		switch index {
		case spec.LineNumber:
			return strconv.FormatInt(n+t.Offset, 10), nil
		case spec.WholeLine:
			return tableCell(line, d)
		}
		return tableCell(columns[index], d)
	}
	key, err := cell(t.KeyIndex, t.KeyDType)
	if err != nil {
		return err
	}
	value, err := cell(t.ValueIndex, t.ValueDType)
	if err != nil || t.KeyIndex == spec.LineNumber {
		return err
	}
	return entries.add(key, value)
}

// tableCell reads a cell as a dtype, and writes equal values equally.
func tableCell(s string, d tensor.DType) (string, error) {
	if d == tensor.String {
		return s, nil
	}
	number := strings.TrimSpace(s)
	if d.IsFloating() {
		f, err := strconv.ParseFloat(number, 64)
		if err != nil && !errors.Is(err, strconv.ErrRange) {
			return "", fmt.Errorf("%q is no number, as %s wants", s, d)
		}
		return strconv.FormatFloat(f, 'g', -1, 64), nil
	}
	i, err := strconv.ParseInt(number, 10, 8*d.Size())
	if err != nil {
		return "", fmt.Errorf("%q is no %s", s, d)
	}
	return strconv.FormatInt(i, 10), nil
}
