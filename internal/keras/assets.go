package keras

import (
	"archive/zip"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/weights"
)

// What a layer has learned stands partly outside of its variables and of its
// config: a vocabulary is a file of the .keras archive, the weights of its words
// are a tensor that is no variable (save_assets and save_own_variables,
// keras/src/layers/preprocessing/index_lookup.py, Keras 3.15). Both lie at the
// place of the layer, and become the options that they would be.
const (
	vocabularyOption = "vocabulary"
	vocabularyAsset  = "vocabulary.txt"
	idfOption        = "idf_weights"
	idfTensor        = "vars/idf_weights"
)

// learned adds the options of a layer that stand elsewhere. A vocabulary that is
// the name of a file becomes {"file": name, "lines": their number}: the table
// reads the file itself.
func (b *builder) learned(o *object, options []spec.Entry) ([]spec.Entry, bool) {
	at := func(name string) *spec.Entry {
		i := slices.IndexFunc(options, func(e spec.Entry) bool { return e.Key.V == name })
		if i < 0 {
			return nil
		}
		return &options[i]
	}
	vocabulary := at(vocabularyOption)
	if vocabulary == nil {
		return options, true
	}
	options = slices.Clone(options)
	vocabulary = at(vocabularyOption)
	switch file, isFile := vocabulary.Value.V.(string); {
	case isFile:
		lines, err := readFile(b.file(file))
		if err != nil {
			b.errs.Add(vocabulary.Value.Pos, "layer %q: vocabulary %s: %s", o.name, file, plain(b.file(file), err))
			return nil, false
		}
		count := strings.Count(string(lines), "\n")
		if len(lines) > 0 && lines[len(lines)-1] != '\n' {
			count++
		}
		value := func(v any) spec.Value { return spec.Value{Pos: vocabulary.Value.Pos, V: v} }
		vocabulary.Value.V = []spec.Entry{{Key: value("file"), Value: value(file)}, {Key: value("lines"), Value: value(int64(count))}}
		return options, true
	case vocabulary.Value.V == nil:
		text, err := b.asset(o.place + vocabularyAsset)
		if errors.Is(err, fs.ErrNotExist) {
			break
		}
		if err != nil {
			archive := b.set.archive
			b.errs.Add(archive.Pos, "%s: %s of layer %q: %s", archive.Value, vocabularyAsset, o.name, plain(b.file(archive.Value), err))
			return nil, false
		}
		vocabulary.Value.V = words(string(text), vocabulary.Value.Pos)
	}
	if idf := at(idfOption); idf != nil {
		values, err := b.learnedTensor(o.place + idfTensor)
		if err != nil {
			b.errs.Add(b.set.weights.Pos, "layer %q: %v", o.name, err)
			return nil, false
		}
		if values != nil {
			idf.Value.V = values
		}
		o.weighted = b.keras2 && idf.Value.V != nil
	}
	return options, true
}

// asset reads a file that a layer has saved into a .keras archive or its folder.
func (b *builder) asset(name string) ([]byte, error) {
	if b.set.archive.Value == "" {
		return nil, fs.ErrNotExist
	}
	archive := b.file(b.set.archive.Value)
	if info, err := os.Stat(archive); err == nil && info.IsDir() {
		return readFile(filepath.Join(archive, "assets", filepath.FromSlash(name)))
	}
	z, err := zip.OpenReader(archive)
	if errors.Is(err, zip.ErrFormat) { // a legacy .h5 file
		return nil, fs.ErrNotExist
	}
	if err != nil {
		return nil, err
	}
	defer z.Close()
	for _, m := range z.File {
		if filePlace(m.Name) == "assets/"+name {
			f, err := m.Open()
			if err != nil {
				return nil, err
			}
			defer f.Close()
			return readAll(f)
		}
	}
	return nil, fs.ErrNotExist
}

// filePlace is a name of a file with the name that Keras 3 has for the layers of
// a model.
func filePlace(name string) string { return strings.ReplaceAll(name, layerGroups[1], layerGroups[0]) }

// learnedTensor reads a vector of the weight file; nil where there is none.
func (b *builder) learnedTensor(name string) ([]spec.Value, error) {
	if b.set.weights.Value == "" {
		return nil, nil
	}
	f, err := weights.Open(b.file(b.set.weights.Value))
	if err != nil {
		return nil, nil // reported with the variables
	}
	defer f.Close()
	for _, n := range f.Names() {
		if filePlace(n) != name {
			continue
		}
		source, err := f.Tensor(n)
		if err != nil {
			return nil, err
		}
		t, err := source.Tensor(maxConfig)
		if err != nil {
			return nil, err
		}
		if !t.DType.IsFloating() || len(t.Dims) != 1 {
			return nil, fmt.Errorf("%s is a %s of shape %s, want a list of numbers", n, t.DType, t.Shape())
		}
		b.learnedNames = append(b.learnedNames, n)
		out := make([]spec.Value, t.NumElements())
		for i := range out {
			out[i] = spec.Value{Pos: b.set.weights.Pos, V: t.Float(i)}
		}
		return out, nil
	}
	return nil, nil
}

// words splits a vocabulary file as Python's str.splitlines does, and drops the
// empty lines at its end (load_assets of index_lookup.py).
func words(text string, pos spec.Pos) []spec.Value {
	out := []spec.Value{}
	text = strings.ReplaceAll(text, "\r\n", "\n")
	for len(text) > 0 {
		line, rest := text, ""
		if i := strings.IndexAny(text, "\n\r\v\f\x1c\x1d\x1e\u0085\u2028\u2029"); i >= 0 {
			_, n := utf8.DecodeRuneInString(text[i:])
			line, rest = text[:i], text[i+n:]
		}
		out = append(out, spec.Value{Pos: pos, V: line})
		text = rest
	}
	for len(out) > 0 && out[len(out)-1].V == "" {
		out = out[:len(out)-1]
	}
	return out
}
