package bundle

import (
	"fmt"

	"google.golang.org/protobuf/encoding/protowire"

	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/wire"
)

// Encoding of the messages of an index, by hand: they are four, and TensorFlow's
// bytes are to be met exactly. Fields go in order of their numbers, zero values are
// left out, a shape is written even where it is empty.

// Field numbers of BundleHeaderProto and its VersionDef.
const (
	headerNumShards  = 1
	headerEndianness = 2
	headerVersion    = 3

	versionProducer     = 1
	versionMinConsumer  = 2
	versionBadConsumers = 3
)

// Field numbers of BundleEntryProto.
const (
	entryDType  = 1
	entryShape  = 2
	entryShard  = 3
	entryOffset = 4
	entrySize   = 5
	entryCRC    = 6
	entrySlices = 7
)

// Field numbers of TensorShapeProto and its Dim, and of TensorSliceProto and
// its Extent.
const (
	shapeDim         = 2
	shapeUnknownRank = 3
	dimSize          = 1

	sliceExtent  = 1
	extentStart  = 1
	extentLength = 2
)

func appendVarint(b []byte, num protowire.Number, v int64) []byte {
	if v == 0 {
		return b
	}
	b = protowire.AppendTag(b, num, protowire.VarintType)
	return protowire.AppendVarint(b, uint64(v))
}

func appendMessage(b []byte, num protowire.Number, msg []byte) []byte {
	b = protowire.AppendTag(b, num, protowire.BytesType)
	return protowire.AppendBytes(b, msg)
}

func (h Header) append(b []byte) []byte {
	b = appendVarint(b, headerNumShards, int64(h.NumShards))
	return appendMessage(b, headerVersion, appendVarint(nil, versionProducer, int64(h.Producer)))
}

// append encodes an entry: of a partitioned tensor the slices, which have
// entries of their own.
func (e *Entry) append(b []byte) []byte {
	var shape []byte
	for _, d := range e.Shape {
		shape = appendMessage(shape, shapeDim, appendVarint(nil, dimSize, d))
	}
	b = appendVarint(b, entryDType, int64(e.DType))
	b = appendMessage(b, entryShape, shape)
	b = appendVarint(b, entryShard, int64(e.Shard))
	b = appendVarint(b, entryOffset, e.Offset)
	b = appendVarint(b, entrySize, e.Size)
	if e.CRC != 0 {
		b = protowire.AppendTag(b, entryCRC, protowire.Fixed32Type)
		b = protowire.AppendFixed32(b, e.CRC)
	}
	for _, p := range e.Parts {
		var slice []byte
		for _, x := range p.Slice {
			// The length stands in a oneof: it is there where it is 0, too.
			extent := appendVarint(nil, extentStart, x.Start)
			extent = protowire.AppendTag(extent, extentLength, protowire.VarintType)
			slice = appendMessage(slice, sliceExtent, protowire.AppendVarint(extent, uint64(x.Length)))
		}
		b = appendMessage(b, entrySlices, slice)
	}
	return b
}

// eachField calls do with the fields of a message.
func eachField(msg []byte, do func(wire.Field) error) error {
	for f, err := range wire.Fields(msg) {
		if err != nil {
			return corruptf("%v", err)
		}
		if err := do(f); err != nil {
			return err
		}
	}
	return nil
}

func parseHeader(msg []byte) (Header, error) {
	var h Header
	var bigEndian bool
	var minConsumer int32
	badConsumer := false
	err := eachField(msg, func(f wire.Field) error {
		switch {
		case f.Is(headerNumShards, protowire.VarintType):
			h.NumShards = int(int32(f.Value))
		case f.Is(headerEndianness, protowire.VarintType):
			bigEndian = f.Value != 0
		case f.Is(headerVersion, protowire.BytesType):
			return eachField(f.Bytes, func(f wire.Field) error {
				switch {
				case f.Is(versionProducer, protowire.VarintType):
					h.Producer = int(int32(f.Value))
				case f.Is(versionMinConsumer, protowire.VarintType):
					minConsumer = int32(f.Value)
				case f.Is(versionBadConsumers, protowire.VarintType):
					badConsumer = badConsumer || f.Value == formatVersion
				case f.Is(versionBadConsumers, protowire.BytesType): // packed
					for list := f.Bytes; len(list) > 0; {
						v, n := protowire.ConsumeVarint(list)
						if n < 0 {
							return corruptf("bad_consumers: %v", protowire.ParseError(n))
						}
						badConsumer = badConsumer || v == formatVersion
						list = list[n:]
					}
				}
				return nil
			})
		}
		return nil
	})
	switch {
	case err != nil:
		return Header{}, err
	case minConsumer > formatVersion:
		return Header{}, fmt.Errorf("the checkpoint asks for a reader of format version %d or above, this one reads version %d", minConsumer, formatVersion)
	case badConsumer:
		return Header{}, fmt.Errorf("the checkpoint refuses readers of format version %d, which this one is", formatVersion)
	case bigEndian:
		return Header{}, fmt.Errorf("the checkpoint was written on a big-endian machine, only little-endian ones are read")
	case h.NumShards < 0:
		return Header{}, corruptf("header says %d shards", h.NumShards)
	}
	return h, nil
}

// parseEntry decodes a BundleEntryProto. The slices of a partitioned tensor come
// apart, for their entries are yet to be found.
func parseEntry(key string, msg []byte) (e Entry, slices [][]Extent, err error) {
	e.Key = key
	err = eachField(msg, func(f wire.Field) (err error) {
		switch {
		case f.Is(entryDType, protowire.VarintType):
			e.DType = tensor.DType(f.Value)
		case f.Is(entryShape, protowire.BytesType):
			e.Shape, err = parseShape(e.Shape, f.Bytes)
		case f.Is(entryShard, protowire.VarintType):
			e.Shard = int(int32(f.Value))
		case f.Is(entryOffset, protowire.VarintType):
			e.Offset = int64(f.Value)
		case f.Is(entrySize, protowire.VarintType):
			e.Size = int64(f.Value)
		case f.Is(entryCRC, protowire.Fixed32Type):
			e.CRC = uint32(f.Value)
		case f.Is(entrySlices, protowire.BytesType):
			var s []Extent
			s, err = parseSlice(f.Bytes)
			slices = append(slices, s)
		}
		return err
	})
	return e, slices, err
}

// parseShape appends the dimensions of a TensorShapeProto: a message field that
// occurs twice is merged.
func parseShape(shape []int64, msg []byte) ([]int64, error) {
	err := eachField(msg, func(f wire.Field) error {
		switch {
		case f.Is(shapeDim, protowire.BytesType):
			if len(shape) == maxRank {
				return corruptf("shape has more than %d dimensions", maxRank)
			}
			size := int64(0)
			err := eachField(f.Bytes, func(f wire.Field) error {
				if f.Is(dimSize, protowire.VarintType) {
					size = int64(f.Value)
				}
				return nil
			})
			shape = append(shape, size)
			return err
		case f.Is(shapeUnknownRank, protowire.VarintType) && f.Value != 0:
			return corruptf("shape is of unknown rank")
		}
		return nil
	})
	return shape, err
}

func parseSlice(msg []byte) ([]Extent, error) {
	var slice []Extent
	err := eachField(msg, func(f wire.Field) error {
		if !f.Is(sliceExtent, protowire.BytesType) {
			return nil
		}
		if len(slice) == maxRank {
			return corruptf("slice has more than %d dimensions", maxRank)
		}
		x := Extent{0, whole}
		err := eachField(f.Bytes, func(f wire.Field) error {
			switch {
			case f.Is(extentStart, protowire.VarintType):
				x.Start = int64(f.Value)
			case f.Is(extentLength, protowire.VarintType):
				x.Length = int64(f.Value)
			}
			return nil
		})
		slice = append(slice, x)
		return err
	})
	return slice, err
}
