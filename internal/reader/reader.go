// Package reader opens what may be a model, says what it is, and decodes it:
// a SavedModel's directory or its file alone, in binary or text form or in
// chunks, a checkpoint, a GraphDef, a MetaGraphDef.
//
// Any of these may be hostile. Only files below the model's directory are
// opened, symbolic links included (os.Root). A message may be nested no deeper
// than TensorFlow's own readers allow, and decodes only if it takes no more
// memory than maxBlowup times its size. Nothing in a model is run.
package reader

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"google.golang.org/protobuf/proto"

	"github.com/tfsave/tfsave/internal/tfpb"
)

// The files of a SavedModel (tensorflow/cc/saved_model/constants.h, TF 2.21).
const (
	GraphFile       = "saved_model.pb"
	TextFile        = "saved_model.pbtxt"
	SplitFile       = "saved_model.cpb"
	FingerprintFile = "fingerprint.pb"
	VariablesFolder = "variables"
	VariablesPrefix = "variables/variables"
	AssetsFolder    = "assets"
	ExtraFolder     = "assets.extra"
	DebugInfoFile   = "debug/saved_model_debug_info.pb"
	KerasFile       = "keras_metadata.pb" // of Keras 2, TensorFlow 2.5 to 2.15
	HubFile         = "tfhub_module.pb"   // of tensorflow_hub's modules of TensorFlow 1
)

// GraphFiles are the names of the file with the graph. Loaders take the first
// that is there.
var GraphFiles = []string{GraphFile, SplitFile, TextFile}

// ErrCorrupt marks the errors that say a file is damaged, or not what its name
// says, as against one that could not be read.
var ErrCorrupt = errors.New("damaged")

// Kind says what a path holds.
type Kind string

// The kinds of things that Open knows.
const (
	SavedModel Kind = "SavedModel"
	MetaGraph  Kind = "MetaGraphDef"
	Graph      Kind = "GraphDef"
	Checkpoint Kind = "checkpoint"
)

// Model is what a path holds.
type Model struct {
	Path string // as it was given
	Kind Kind
	File string // the file that was decoded, in FS; "" for a checkpoint
	Text bool   // whether it is in text form
	Size int64  // of File

	// Proto is the SavedModel. A MetaGraphDef or a GraphDef is the only graph of
	// one; a checkpoint is an empty one.
	Proto *tfpb.SavedModel
	// FS is the directory that the model is in, whose files are io.ReaderAt.
	FS fs.FS
	// Prefix is that of the checkpoint in FS, "" where none belongs to the model.
	Prefix string
	// Whole says that Path is a model's directory: what else is in it belongs to
	// the model.
	Whole bool

	root *os.Root // nil where a file system was given
}

// Close closes the directory.
func (m *Model) Close() error {
	if m.root == nil {
		return nil
	}
	return m.root.Close()
}

// OpenFS opens the model at the root of a file system, whose files must be
// io.ReaderAt.
func OpenFS(fsys fs.FS) (*Model, error) {
	m := &Model{Path: ".", Proto: &tfpb.SavedModel{}, FS: fsys}
	if err := m.openFolder(""); err != nil {
		return nil, err
	}
	return m, nil
}

// OpenOther decodes another graph file of a model's directory than the one that
// loaders take.
func (m *Model) OpenOther(name string) (*Model, error) {
	other := &Model{Path: m.Path, Proto: &tfpb.SavedModel{}, FS: m.FS, Whole: m.Whole}
	if err := other.decodeSavedModel(name); err != nil {
		return nil, err
	}
	return other, nil
}

// Open opens what is at a path, and decodes it.
func Open(path string) (*Model, error) {
	m, err := open(path)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

func open(path string) (*Model, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) && isFile(path+indexSuffix) {
		return within(filepath.Dir(path), path, (*Model).openPrefix)
	}
	switch {
	case err != nil:
		return nil, bare(err)
	case info.IsDir():
		return within(path, path, (*Model).openFolder)
	case !info.Mode().IsRegular():
		return nil, errors.New("neither a directory nor a regular file")
	}
	return within(filepath.Dir(path), path, (*Model).openFile)
}

func isFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

// within lets open fill in a model whose files are in dir.
func within(dir, path string, open func(m *Model, base string) error) (*Model, error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, bare(err)
	}
	m := &Model{Path: path, Proto: &tfpb.SavedModel{}, FS: root.FS(), root: root}
	if err := open(m, filepath.Base(path)); err != nil {
		root.Close()
		return nil, err
	}
	return m, nil
}

// ErrOutside is the error of a file that a link leads to, out of the model's
// directory.
var ErrOutside = errors.New("a link leads out of the model's directory, and is not followed; copy the model with the files themselves")

// bare takes the path off an error, for messages that name it already.
func bare(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err
	}
	// os.Root has no error of its own for this (Go 1.26).
	if err != nil && strings.Contains(err.Error(), "escapes from parent") {
		return ErrOutside
	}
	return err
}

// Outside says that a link on the way to a file of the model's directory leads
// out of it.
func (m *Model) Outside(name string) bool {
	_, err := fs.Stat(m.FS, name)
	return errors.Is(bare(err), ErrOutside)
}

// Exists says whether a model's directory has a file of a name.
func (m *Model) Exists(name string) bool {
	info, err := fs.Stat(m.FS, name)
	return err == nil && info.Mode().IsRegular()
}

// Split says whether the model is in chunks.
func (m *Model) Split() bool { return strings.HasSuffix(m.File, splitSuffix) }

// HubModule says whether a model is a module of tensorflow_hub for TensorFlow 1:
// hub.Module finds its graph by tags that may be none, and restores its
// variables without a Saver (tensorflow_hub/native_module.py, 0.16).
func (m *Model) HubModule() bool { return m.Whole && m.Exists(HubFile) }

// ReadFile reads a file of the model that is at most so many bytes long.
func (m *Model) ReadFile(name string, most int64) ([]byte, error) {
	data, err := readFile(m.FS, name, most)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return data, nil
}

// ReadMessage reads a file of the model that holds one message.
func (m *Model) ReadMessage(name string, to proto.Message) error {
	data, err := m.ReadFile(name, maxMessage)
	if err != nil {
		return err
	}
	if err := Unmarshal(data, to); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func readFile(fsys fs.FS, name string, most int64) ([]byte, error) {
	f, size, err := openRegular(fsys, name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if size > most {
		return nil, fmt.Errorf("%w: %d bytes, more than the %d that it can have", ErrCorrupt, size, most)
	}
	data := make([]byte, size)
	n, err := io.ReadFull(f, data)
	if err == io.ErrUnexpectedEOF || err == io.EOF {
		err = nil // the file became shorter
	}
	if err != nil {
		return nil, bare(err)
	}
	return data[:n], nil
}

// openRegular opens a file that is a regular one.
func openRegular(fsys fs.FS, name string) (fs.File, int64, error) {
	// Asked before it is opened: opening a pipe would wait for its other end.
	info, err := fs.Stat(fsys, name)
	if err != nil {
		return nil, 0, bare(err)
	}
	if !info.Mode().IsRegular() {
		return nil, 0, errors.New("not a regular file")
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, 0, bare(err)
	}
	return f, info.Size(), nil
}

// Message is the message that the file holds.
func (m *Model) Message() proto.Message {
	switch m.Kind {
	case MetaGraph:
		return m.Proto.GetMetaGraphs()[0]
	case Graph:
		return m.Proto.GetMetaGraphs()[0].GetGraphDef()
	}
	return m.Proto
}

// OpenCheckpoint opens the checkpoint at a path, that of a SavedModel included,
// whose graph is not read.
func OpenCheckpoint(path string) (*Model, error) {
	info, err := os.Stat(path)
	var m *Model
	if err == nil && info.IsDir() {
		m, err = within(path, path, func(m *Model, base string) error {
			if m.Exists(VariablesPrefix + indexSuffix) {
				return m.openPrefix(VariablesPrefix)
			}
			return m.openFolder(base)
		})
	} else {
		m, err = open(path)
	}
	if err == nil && m.Prefix == "" {
		m.Close()
		err = errors.New("there is no checkpoint")
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}
