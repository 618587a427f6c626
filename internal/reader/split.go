package reader

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/tfsave/tfsave/internal/riegeli"
	"github.com/tfsave/tfsave/internal/tfpb"
)

// The pieces of a split model may be splitBlowup times as large as the file, and
// freeBlowup: constants of one value compress to nearly nothing, and so does what
// is made to fill the memory.
const splitBlowup = 100

// decodeSplit decodes a SavedModel in chunks (experimental_image_format): a
// Riegeli file whose records are pieces of the message, and last what goes where
// (tensorflow/tools/proto_splitter/merge.cc, TF 2.21).
func (m *Model) decodeSplit(name string) error {
	f, size, err := openRegular(m.FS, name)
	if err != nil {
		return err
	}
	defer f.Close()
	m.Size = size
	r, ok := f.(io.ReaderAt)
	if !ok {
		return errors.New("its file system cannot read at a place")
	}
	s := &splitter{pieces: map[uint64][]byte{}}
	last, total, err := s.read(riegeli.NewReader(r, size, splitBlowup*size+freeBlowup))
	if err != nil {
		return splitError(err)
	}
	metadata := &tfpb.ChunkMetadata{}
	if err := Unmarshal(last, metadata); err != nil {
		return fmt.Errorf("what its pieces are put together by: %w", err)
	}
	if metadata.GetMessage() == nil {
		return damaged("its last record does not say what its pieces are put together by")
	}
	s.chunks, s.checker = metadata.GetChunks(), newChecker(total)
	return s.message(metadata.GetMessage(), m.Proto, 1)
}

// splitError tells what is damaged from what is not read.
func splitError(err error) error {
	switch {
	case errors.Is(err, riegeli.ErrTooLarge):
		return fmt.Errorf("%w: %w: more than %d times the size of the file", ErrCorrupt, err, splitBlowup)
	case errors.Is(err, riegeli.ErrCorrupt):
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	return err
}

// splitter puts the pieces of a message together. Each piece is used once: a
// small file could otherwise become a large message.
type splitter struct {
	pieces map[uint64][]byte // by the position of the record; nil where it was used
	chunks []*tfpb.ChunkInfo
	*checker
}

// read reads all records; the last says what the others are.
func (s *splitter) read(r *riegeli.Reader) (last []byte, total int64, err error) {
	for {
		records, err := r.Chunk()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, 0, err
		}
		for _, x := range records {
			s.pieces[x.Position] = x.Data
			total += int64(len(x.Data))
			last = x.Data
		}
	}
	if last == nil {
		return nil, 0, fmt.Errorf("%w: there is no record in it", ErrCorrupt)
	}
	return last, total, nil
}

func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrCorrupt, fmt.Sprintf(format, args...))
}

// piece takes a chunk by its number.
func (s *splitter) piece(index uint64) ([]byte, error) {
	if index >= uint64(len(s.chunks)) {
		return nil, damaged("piece %d of %d", index, len(s.chunks))
	}
	info := s.chunks[index]
	data, ok := s.pieces[info.GetOffset()]
	switch {
	case !ok:
		return nil, damaged("piece %d is to be the record at %d, where there is none", index, info.GetOffset())
	case data == nil:
		return nil, damaged("piece %d is used twice", index)
	case uint64(len(data)) != info.GetSize():
		return nil, damaged("piece %d has %d bytes, not %d", index, len(data), info.GetSize())
	}
	s.pieces[info.GetOffset()] = nil
	return data, nil
}

// message puts together a message that is nested so deep: a piece that has most
// of it, then the fields that were cut out.
func (s *splitter) message(c *tfpb.ChunkedMessage, m proto.Message, depth int) error {
	if c != nil && c.ChunkIndex != nil {
		data, err := s.piece(c.GetChunkIndex())
		if err != nil {
			return err
		}
		if err := s.merge(data, m, depth); err != nil {
			return fmt.Errorf("piece %d: %w", c.GetChunkIndex(), err)
		}
	}
	fields := slices.Clone(c.GetChunkedFields())
	slices.SortStableFunc(fields, compareFields)
	for _, f := range fields {
		if err := s.field(f, m, depth); err != nil {
			return err
		}
	}
	return nil
}

// compareFields orders what is merged: a message before what is in it, lists by
// their elements, pieces of one place by their numbers.
func compareFields(a, b *tfpb.ChunkedField) int {
	x, y := a.GetFieldTag(), b.GetFieldTag()
	for i := range min(len(x), len(y)) {
		if c := cmp.Or(cmp.Compare(x[i].GetField(), y[i].GetField()), cmp.Compare(x[i].GetIndex(), y[i].GetIndex())); c != 0 {
			return c
		}
	}
	return cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(a.GetMessage().GetChunkIndex(), b.GetMessage().GetChunkIndex()))
}

// field puts one field back.
func (s *splitter) field(f *tfpb.ChunkedField, root proto.Message, depth int) error {
	m := root.ProtoReflect()
	tags := f.GetFieldTag()
	for len(tags) > 0 {
		fd := m.Descriptor().Fields().ByNumber(protoreflect.FieldNumber(tags[0].GetField()))
		if _, ok := tags[0].GetKind().(*tfpb.FieldIndex_Field); !ok || fd == nil {
			return damaged("a piece is to be field %d of a %s, which has none", tags[0].GetField(), m.Descriptor().FullName())
		}
		tags = tags[1:]
		if !fd.IsMap() && !fd.IsList() && fd.Message() == nil {
			if len(tags) > 0 {
				return damaged("a piece is to be in %s, which is no message", fd.FullName())
			}
			return s.scalar(f.GetMessage(), m, fd)
		}
		var err error
		if m, tags, err = inner(m, fd, tags); err != nil {
			return err
		}
		if depth++; depth > maxDepth {
			return damaged("a piece is nested more than %d deep", maxDepth)
		}
	}
	return s.message(f.GetMessage(), m.Interface(), depth)
}

// scalar sets a field that is bytes or a text to a piece: constants are cut in
// this way.
func (s *splitter) scalar(c *tfpb.ChunkedMessage, m protoreflect.Message, fd protoreflect.FieldDescriptor) error {
	if fd.Kind() != protoreflect.BytesKind || len(c.GetChunkedFields()) > 0 {
		return damaged("a piece is to be %s, of type %s", fd.FullName(), fd.Kind())
	}
	data, err := s.piece(c.GetChunkIndex())
	if err != nil {
		return err
	}
	m.Set(fd, protoreflect.ValueOfBytes(data))
	return nil
}

// inner goes into a field of messages: the only one, one of a list, or one of a
// map by its key. It makes what is not there, at the end of a list at most.
func inner(m protoreflect.Message, fd protoreflect.FieldDescriptor, tags []*tfpb.FieldIndex) (protoreflect.Message, []*tfpb.FieldIndex, error) {
	if !fd.IsMap() && !fd.IsList() {
		return m.Mutable(fd).Message(), tags, nil
	}
	if len(tags) == 0 {
		return nil, nil, damaged("a piece is to be the whole of %s", fd.FullName())
	}
	if fd.IsMap() {
		key, ok := tags[0].GetMapKey().GetType().(*tfpb.FieldIndex_MapKey_S)
		if !ok || fd.MapKey().Kind() != protoreflect.StringKind || fd.MapValue().Message() == nil {
			return nil, nil, damaged("a piece is to be in %s, by a key that it cannot have", fd.FullName())
		}
		return m.Mutable(fd).Map().Mutable(protoreflect.ValueOfString(key.S).MapKey()).Message(), tags[1:], nil
	}
	if fd.Message() == nil {
		return nil, nil, damaged("a piece is to be in %s, a list of %s", fd.FullName(), fd.Kind())
	}
	list := m.Mutable(fd).List()
	index, ok := tags[0].GetKind().(*tfpb.FieldIndex_Index)
	if !ok || index.Index > uint64(list.Len()) {
		return nil, nil, damaged("a piece is to be number %d of %s, which has %d", tags[0].GetIndex(), fd.FullName(), list.Len())
	}
	if index.Index == uint64(list.Len()) {
		return list.AppendMutable().Message(), tags[1:], nil
	}
	return list.Get(int(index.Index)).Message(), tags[1:], nil
}
