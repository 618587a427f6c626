package reader

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	"github.com/tfsave/tfsave/internal/tfpb"
	"github.com/tfsave/tfsave/internal/wire"
)

const (
	indexSuffix = ".index"
	splitSuffix = ".cpb"
)

// shardFile is the name of a shard of a checkpoint.
var shardFile = regexp.MustCompile(`^(.+)\.data-\d{5,}-of-\d{5,}$`)

// maxState bounds the text file "checkpoint" of a folder of checkpoints.
const maxState = 1 << 20

// openFolder opens a SavedModel's directory, its variables/ folder, or a folder
// of checkpoints. Loaders take the first of these files that is there.
func (m *Model) openFolder(string) error {
	entries, err := fs.ReadDir(m.FS, ".")
	if err != nil {
		return bare(err)
	}
	for _, name := range GraphFiles {
		if slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == name }) {
			m.Whole = true
			return m.decodeSavedModel(name)
		}
	}
	var indexes, versions []string
	for _, e := range entries {
		if prefix, ok := strings.CutSuffix(e.Name(), indexSuffix); ok {
			indexes = append(indexes, prefix)
		}
		if _, err := strconv.ParseUint(e.Name(), 10, 63); err == nil && e.IsDir() {
			versions = append(versions, e.Name())
		}
	}
	if latest := m.latest(); latest != "" && slices.Contains(indexes, latest) {
		indexes = []string{latest}
	}
	switch {
	case len(indexes) == 1:
		return m.openPrefix(indexes[0])
	case len(indexes) > 1:
		return fmt.Errorf("a folder of %d checkpoints; say which: %s", len(indexes), path.Join(m.Path, indexes[0]))
	case len(versions) > 0:
		return fmt.Errorf("a folder of versions (%s); say which: %s", strings.Join(versions, ", "), path.Join(m.Path, versions[len(versions)-1]))
	case m.Exists(VariablesPrefix + indexSuffix):
		return fmt.Errorf("no SavedModel: there is no %s, though there are variables/", GraphFile)
	}
	return fmt.Errorf("no SavedModel: there is no %s", GraphFile)
}

// latest gives the checkpoint that the file "checkpoint" of a folder names
// (CheckpointState, tensorflow/python/training/checkpoint_state.proto), "" where
// it names none of this folder.
func (m *Model) latest() string {
	text, err := readFile(m.FS, "checkpoint", maxState)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(text)) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(line), "model_checkpoint_path:"); ok {
			prefix, err := strconv.Unquote(strings.TrimSpace(value))
			if err != nil {
				return ""
			}
			return path.Base(prefix)
		}
	}
	return ""
}

// openPrefix opens a checkpoint.
func (m *Model) openPrefix(prefix string) error {
	m.Kind, m.Prefix = Checkpoint, prefix
	return nil
}

// openFile opens a file that is one of many things; the content decides.
func (m *Model) openFile(name string) error {
	if prefix, ok := strings.CutSuffix(name, indexSuffix); ok {
		return m.openPrefix(prefix)
	}
	if shard := shardFile.FindStringSubmatch(name); shard != nil && m.Exists(shard[1]+indexSuffix) {
		return m.openPrefix(shard[1])
	}
	if name == GraphFile || name == TextFile || strings.HasSuffix(name, splitSuffix) {
		return m.decodeSavedModel(name)
	}
	if what, ok := companions[name]; ok {
		return fmt.Errorf("%s of a SavedModel, whose directory says more", what)
	}
	data, err := readFile(m.FS, name, maxMessage)
	if err != nil {
		return err
	}
	m.File, m.Size = name, int64(len(data))
	if err := other(data); err != nil {
		return err
	}
	if isText(data) {
		m.Text = true
		return m.decodeText(data)
	}
	var to proto.Message
	switch m.Kind = binaryKind(data); m.Kind {
	case SavedModel:
		to = m.Proto
	case MetaGraph:
		mg := &tfpb.MetaGraphDef{}
		m.Proto.MetaGraphs, to = []*tfpb.MetaGraphDef{mg}, mg
	case Graph:
		g := &tfpb.GraphDef{}
		m.Proto.MetaGraphs, to = []*tfpb.MetaGraphDef{{GraphDef: g}}, g
	default:
		return fmt.Errorf("%w: neither a SavedModel, a MetaGraphDef, a GraphDef nor a checkpoint", ErrCorrupt)
	}
	if err := Unmarshal(data, to); err != nil {
		return fmt.Errorf("taken for a %s: %w", m.Kind, err)
	}
	return nil
}

// companions are the files beside the graph of a SavedModel, and what they are.
var companions = map[string]string{
	FingerprintFile:          "the fingerprint",
	KerasFile:                "what Keras 2 keeps of the layers",
	HubFile:                  "the mark of a tensorflow_hub module",
	path.Base(DebugInfoFile): "the stack traces",
}

// decodeSavedModel decodes the graph file of a SavedModel.
func (m *Model) decodeSavedModel(name string) error {
	m.Kind, m.File, m.Text = SavedModel, name, name == TextFile
	if m.Exists(VariablesPrefix + indexSuffix) {
		m.Prefix = VariablesPrefix
	}
	if err := m.decodeFile(name); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func (m *Model) decodeFile(name string) error {
	if m.Split() {
		return m.decodeSplit(name)
	}
	data, err := readFile(m.FS, name, maxMessage)
	if err != nil {
		return err
	}
	m.Size = int64(len(data))
	if what := formatOf(data); what != "" {
		return fmt.Errorf("%w: it is %s", ErrCorrupt, what)
	}
	if m.Text {
		return unmarshalText(data, m.Proto)
	}
	return Unmarshal(data, m.Proto)
}

// formats are the beginnings of files that people try, and what they are.
var formats = []struct {
	magic string
	at    int
	what  string
}{
	{"\x89HDF\r\n\x1a\n", 0, "an HDF5 file: weights or a model of Keras"},
	{"PK\x03\x04", 0, "a zip archive: a .keras model or an .npz file"},
	{"TFL3", 4, "a TensorFlow Lite model"},
	{"\x93NUMPY", 0, "a NumPy array"},
	{"\x1f\x8b", 0, "a compressed file: unpack it first"},
	{"version https://git-lfs", 0, "a pointer of Git LFS: the file itself was not fetched"},
}

// formatOf says which of the formats a file has, "" for none.
func formatOf(data []byte) string {
	for _, f := range formats {
		if len(data) > f.at && bytes.HasPrefix(data[f.at:], []byte(f.magic)) {
			return f.what
		}
	}
	return ""
}

// tableMagic ends the table of an index, and a whole checkpoint of format V1.
const tableMagic = "\x57\xfb\x80\x8b\x24\x75\x47\xdb"

// other refuses files of other formats by their names.
func other(data []byte) error {
	if len(data) == 0 {
		return fmt.Errorf("%w: the file is empty", ErrCorrupt)
	}
	if what := formatOf(data); what != "" {
		return fmt.Errorf("%s, not a SavedModel", what)
	}
	if bytes.HasSuffix(data, []byte(tableMagic)) {
		return errors.New("a checkpoint of format V1, which TensorFlow stopped writing with 1.0; " +
			"to read it, restore it with tf.compat.v1.train.Saver and save it again")
	}
	// Records of events have a length and the masked CRC of it in front.
	if len(data) > 16 && binary.LittleEndian.Uint32(data[4:]) == 0 && bytes.Contains(data[:min(len(data), 64)], []byte("brain.Event:")) {
		return errors.New("an event file of TensorBoard, not a SavedModel")
	}
	return nil
}

// isText says whether a file is a message in text form: lines of "name: value"
// and "name {". Binary messages begin with a tag, which is a control character.
func isText(data []byte) bool { return textStart.Match(data[:min(len(data), 4096)]) }

var textStart = regexp.MustCompile(`^\s*(#[^\n]*\s+)*[a-z_][a-z_0-9]*\s*[:{<]`)

// firstFields are the fields that tell which message a text is.
var firstFields = regexp.MustCompile(`(?m)^\s?(saved_model_schema_version|meta_graphs|meta_info_def|graph_def|node|library|versions)\b`)

func (m *Model) decodeText(data []byte) error {
	var to proto.Message
	switch first := firstFields.FindSubmatch(data); {
	case first == nil:
		return fmt.Errorf("%w: a text, but none of a SavedModel, a MetaGraphDef or a GraphDef", ErrCorrupt)
	case first[1][0] == 's', string(first[1]) == "meta_graphs":
		m.Kind, to = SavedModel, m.Proto
	case first[1][0] == 'm', first[1][0] == 'g':
		mg := &tfpb.MetaGraphDef{}
		m.Kind, m.Proto.MetaGraphs, to = MetaGraph, []*tfpb.MetaGraphDef{mg}, mg
	default:
		g := &tfpb.GraphDef{}
		m.Kind, m.Proto.MetaGraphs, to = Graph, []*tfpb.MetaGraphDef{{GraphDef: g}}, g
	}
	return unmarshalText(data, to)
}

var opName = regexp.MustCompile(`^[A-Za-z0-9_.<>/\\-]+$`)

// binaryKind finds out which message a file is, by its first fields: a
// SavedModel has a number and then graphs, a GraphDef begins with nodes, which
// have a name and an op, a MetaGraphDef with its MetaInfoDef, whose second field
// is a list of ops.
func binaryKind(data []byte) Kind {
	num, typ, n := protowire.ConsumeTag(data)
	if n < 0 {
		return ""
	}
	switch {
	case num == 1 && typ == protowire.VarintType:
		for f, err := range wire.Fields(data) {
			if err == nil && !f.Is(1, protowire.VarintType) && !f.Is(2, protowire.BytesType) {
				return ""
			}
		}
		return SavedModel
	case num == 2 && typ == protowire.BytesType:
		graph, n := protowire.ConsumeBytes(data[n:])
		if num, _, _ := protowire.ConsumeTag(graph); n >= 0 && num == 1 && binaryKind(graph) == MetaGraph {
			return SavedModel // without a version
		}
		return Graph // of a library alone
	case num == 3 && typ == protowire.VarintType, num == 4 && typ == protowire.BytesType:
		return Graph
	case num != 1 || typ != protowire.BytesType:
		return ""
	}
	first, n := protowire.ConsumeBytes(data[n:])
	if n < 0 {
		return ""
	}
	for f, err := range wire.Fields(first) {
		switch {
		case err != nil:
			return ""
		case f.Is(2, protowire.BytesType) && opName.Match(f.Bytes):
			if !isNode(first) {
				return ""
			}
			return Graph
		case f.Num == 2, f.Num > 3:
			return MetaGraph
		}
	}
	return Graph
}

// IsGraph says whether bytes are a GraphDef: a list of nodes, or of functions,
// that have ops.
func IsGraph(b []byte) bool {
	const library = 16 // bytes that one with a function has at least
	nodes := 0
	for f, err := range wire.Fields(b) {
		switch isBytes := f.Type == protowire.BytesType; {
		case err != nil || f.Num > 5, f.Num == 1 && (!isBytes || !isNode(f.Bytes)):
			return false
		case f.Num == 1, f.Num == 2 && isBytes && len(f.Bytes) > library:
			nodes++
		}
	}
	return nodes > 0
}

// isNode says whether bytes are a NodeDef, by its name and its op.
func isNode(b []byte) bool {
	name, op := false, false
	for f, err := range wire.Fields(b) {
		switch {
		case err != nil || f.Num > 7 || f.Type != protowire.BytesType:
			return false
		case f.Num == 1:
			name = len(f.Bytes) > 0
		case f.Num == 2:
			op = opName.Match(f.Bytes)
		}
	}
	return name && op
}
