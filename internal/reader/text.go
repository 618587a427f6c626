package reader

import (
	"fmt"

	"google.golang.org/protobuf/encoding/prototext"
	"google.golang.org/protobuf/proto"
)

// unmarshalText decodes a message in text form. Fields that this version of the
// messages does not know are left out.
func unmarshalText(data []byte, m proto.Message) error {
	if depth := textDepth(data); depth > maxDepth {
		return fmt.Errorf("%w: messages nested more than %d deep, the limit of TensorFlow's readers", ErrCorrupt, maxDepth)
	}
	o := prototext.UnmarshalOptions{DiscardUnknown: true}
	if err := o.Unmarshal(data, m); err != nil {
		return fmt.Errorf("%w: %w", ErrCorrupt, err)
	}
	return nil
}

// textDepth is how deep the braces of a text are nested, strings and comments
// aside.
func textDepth(data []byte) int {
	depth, most := 0, 0
	for i := 0; i < len(data); i++ {
		switch c := data[i]; c {
		case '{', '<', '[':
			depth++
			most = max(most, depth)
		case '}', '>', ']':
			depth--
		case '#':
			for i < len(data) && data[i] != '\n' {
				i++
			}
		case '"', '\'':
			for i++; i < len(data) && data[i] != c; i++ {
				if data[i] == '\\' {
					i++
				}
			}
		}
	}
	return most
}
