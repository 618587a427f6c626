// Package bundle reads and writes TensorBundle V2 checkpoints, the format of a
// SavedModel's variables/ folder (tensorflow/core/util/tensor_bundle, TF 2.21).
//
// A checkpoint named by the prefix "variables" is these files:
//
//	variables.index                   a table (package table): key → entry
//	variables.data-00000-of-00001     the bytes of the tensors, shard by shard
//
// The table's first key is "", its value a BundleHeaderProto: the number of
// shards, the byte order and the version of the format. Every other key names
// a tensor; its value is a BundleEntryProto: dtype, shape, shard, offset, size and
// masked CRC-32C. The messages are in
// tensorflow/core/protobuf/tensor_bundle.proto.
//
// # Bytes of a tensor
//
// Elements stand in row-major order, little-endian, dense, in DType.Size()
// bytes each: bool, float8 and the types below eight bits take one byte.
// TensorFlow lays the tensors out in the order in which SaveV2 is given them,
// one after the other without padding. The checksum is that of the bytes.
//
// A string tensor is
//
//	varint length of each element
//	masked CRC-32C of the lengths     uint32
//	the bytes of the elements
//
// where the checksum of the lengths is taken over each as a uint32 (as a
// uint64 if it does not fit). The checksum of the entry goes on from there, over
// the four bytes of the first checksum and the bytes of the elements.
//
// A variant tensor is, for each element, its varint length, a serialized
// VariantTensorDataProto and a masked CRC-32C. The checksums run over the
// length as a uint64, the bytes and the checksum, and on from element to element.
//
// # Partitioned tensors
//
// A tensor saved in parts has an entry with dtype, whole shape and the list of
// slices, and an entry for each slice, under a key made of name and slice.
package bundle

import (
	"fmt"

	"github.com/tfsave/tfsave/internal/bundle/table"
	"github.com/tfsave/tfsave/internal/tensor"
)

// ErrCorrupt marks the errors that say a checkpoint is damaged, as against one
// that could not be read.
var ErrCorrupt = table.ErrCorrupt

func corruptf(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrCorrupt, fmt.Sprintf(format, args...))
}

// maxRank is the most dimensions that a TensorFlow tensor has
// (tensorflow/core/framework/tensor_shape.h, MaxDimensions).
const maxRank = 254

// formatVersion is the version of the format that is written and read
// (tensor_bundle.h, kTensorBundleVersion).
const formatVersion = 1

// An Entry says what a tensor is and where its bytes are.
type Entry struct {
	Key   string
	DType tensor.DType
	Shape []int64

	Shard  int
	Offset int64
	Size   int64
	CRC    uint32 // masked, as it is stored

	// Parts make up a tensor that was saved in parts. Such a tensor has no bytes
	// of its own: Offset to CRC are zero, and Shard is that of the first part.
	Parts []Part
}

// A Part is a slice of a partitioned tensor.
type Part struct {
	Slice []Extent // one a dimension
	Entry          // of the part's bytes, under the tensor's key; the shape is the slice's
}

// An Extent is a range within one dimension.
type Extent struct {
	Start  int64
	Length int64 // whole for the whole dimension
}

// whole is the length of an extent that is the whole dimension.
const whole = -1

// A Header describes a checkpoint.
type Header struct {
	NumShards int
	Producer  int // version of the format
}

func indexName(prefix string) string { return prefix + ".index" }

func shardName(prefix string, shard, numShards int) string {
	return fmt.Sprintf("%s.data-%05d-of-%05d", prefix, shard, numShards)
}

// numElements is the product of the dimensions, false where a dimension is
// negative or the product does not fit.
func numElements(shape []int64) (int64, bool) {
	n, empty := int64(1), false
	for _, d := range shape {
		switch {
		case d < 0:
			return 0, false
		case d == 0:
			empty = true
		case !empty && n > maxInt64/d:
			return 0, false
		default:
			n *= d
		}
	}
	if empty {
		return 0, true
	}
	return n, true
}

const maxInt64 = 1<<63 - 1

// dataSize is the number of bytes of a tensor whose elements have a fixed size.
func dataSize(d tensor.DType, shape []int64) (int64, error) {
	if len(shape) > maxRank {
		return 0, fmt.Errorf("shape has %d dimensions, at most %d are allowed", len(shape), maxRank)
	}
	n, ok := numElements(shape)
	if !ok || d.Size() > 0 && n > maxInt64/int64(d.Size()) {
		return 0, fmt.Errorf("shape %s of %s is negative or too large", tensor.ShapeOf(shape...), d)
	}
	return n * int64(d.Size()), nil
}
