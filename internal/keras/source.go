package keras

import (
	"archive/zip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/weights"
)

// maxConfig bounds a config. That of the largest model of keras.applications
// has 1 MiB.
const maxConfig = 64 << 20

// Members of a .keras archive (keras/src/saving/saving_lib.py, Keras 3.15).
const (
	configMember  = "config.json"
	weightsMember = "model.weights.h5"
	metaMember    = "metadata.json"
)

// config reads what describes the model, and sets where its weights are.
func (b *builder) config() spec.Value {
	s := b.set
	var (
		name string // of the text, for places in it
		text []byte
		err  error
		at   = s.config
	)
	switch {
	case s.layers != nil:
		return *s.layers
	case s.config.Value != "":
		name = s.config.Value
		text, err = readFile(b.file(name))
	case s.archive.Value != "":
		at = s.archive
		name, text, err = b.archive()
	default:
		at = s.weights
		name, text, err = b.legacy(s.weights.Value)
	}
	if err != nil {
		b.errs.Add(at.Pos, "%s: %s", at.Value, plain(b.file(at.Value), err))
		return spec.Value{}
	}
	v, errs := spec.ParseJSON(name, text)
	b.errs = append(b.errs, errs...)
	return v
}

// archive reads the config in a .keras archive, in its folder, or in a legacy
// .h5 file; its weights are the model's unless others are named.
func (b *builder) archive() (name string, text []byte, err error) {
	s := b.set
	file := b.file(s.archive.Value)
	info, err := os.Stat(file)
	if err != nil {
		return "", nil, err
	}
	own := func(member string) {
		if s.weights.Value == "" {
			s.weights = spec.Text{Pos: s.archive.Pos, Value: member}
		}
	}
	name = s.archive.Value + ":" + configMember
	if info.IsDir() {
		own(filepath.Join(s.archive.Value, weightsMember))
		if text, err := readFile(filepath.Join(file, metaMember)); err == nil {
			b.metadata(text)
		}
		text, err = readFile(filepath.Join(file, configMember))
		return name, text, err
	}
	z, err := zip.OpenReader(file)
	if errors.Is(err, zip.ErrFormat) {
		own(s.archive.Value)
		return b.legacy(s.archive.Value)
	}
	if err != nil {
		return "", nil, err
	}
	defer z.Close()
	own(s.archive.Value)
	member := func(name string) ([]byte, error) {
		f, err := z.Open(name)
		if err != nil {
			return nil, fmt.Errorf("the archive has no %s", name)
		}
		defer f.Close()
		return readAll(f)
	}
	if text, err := member(metaMember); err == nil {
		b.metadata(text)
	}
	if s.weights.Value == s.archive.Value && !slices.ContainsFunc(z.File, func(f *zip.File) bool { return f.Name == weightsMember }) {
		return "", nil, fmt.Errorf("the archive has no %s: give weights: besides it", weightsMember)
	}
	text, err = member(configMember)
	return name, text, err
}

// setVersion takes the version of Keras out of a mapping.
func (b *builder) setVersion(v spec.Value) {
	if version, ok := text(v, "keras_version"); ok {
		b.version = version
	}
}

// metadata reads which Keras wrote an archive.
func (b *builder) metadata(text []byte) {
	if v, errs := spec.ParseJSON(metaMember, text); len(errs) == 0 {
		b.setVersion(v)
	}
}

// legacy reads the config that a .h5 file of a whole model has as an attribute
// (keras/src/legacy/saving/legacy_h5_format.py, Keras 3.15).
func (b *builder) legacy(file string) (name string, text []byte, err error) {
	f, err := weights.Open(b.file(file))
	if err != nil {
		return "", nil, err
	}
	defer f.Close()
	values, ok, err := f.Attribute("", "model_config")
	switch {
	case err != nil:
		return "", nil, err
	case !ok || len(values) != 1:
		return "", nil, errors.New("the file holds no config of a model: give config: besides it")
	}
	if version, ok, err := f.Attribute("", "keras_version"); err == nil && ok && len(version) == 1 {
		b.version = version[0]
	}
	return file + ":model_config", []byte(values[0]), nil
}

func readFile(name string) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readAll(f)
}

func readAll(r io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(r, maxConfig+1))
	if err == nil && len(text) > maxConfig {
		err = fmt.Errorf("a config of more than %d MiB", maxConfig>>20)
	}
	return text, err
}

// plain is what is wrong with a file, without its path, which messages have as
// the description has it.
func plain(path string, err error) string {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	text := strings.TrimPrefix(err.Error(), path)
	return strings.TrimPrefix(strings.TrimPrefix(text, ":"), " ")
}

// customObjects adds the user's own classes to the library.
func (b *builder) customObjects() {
	if len(b.set.customObjects) == 0 {
		return
	}
	lib := &spec.Library{Files: b.lib.Files[:len(b.lib.Files):len(b.lib.Files)]}
	for _, f := range b.set.customObjects {
		text, err := readFile(b.file(f.Value))
		if err != nil {
			b.errs.Add(f.Pos, "%s: %s", f.Value, plain(b.file(f.Value), err))
			continue
		}
		lib.Files = append(lib.Files, spec.LibraryFile{Name: f.Value, Text: string(text), User: true})
	}
	b.lib = lib
}
