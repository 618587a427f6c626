package wire

import (
	"fmt"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protowire"
)

func TestFields(t *testing.T) {
	msg := protowire.AppendVarint(protowire.AppendTag(nil, 1, protowire.VarintType), 300)
	msg = protowire.AppendString(protowire.AppendTag(msg, 2, protowire.BytesType), "text")
	msg = protowire.AppendFixed32(protowire.AppendTag(msg, 3, protowire.Fixed32Type), 7)
	msg = protowire.AppendFixed64(protowire.AppendTag(msg, 4, protowire.Fixed64Type), 8)
	msg = append(protowire.AppendTag(msg, 5, protowire.StartGroupType), protowire.AppendTag(nil, 5, protowire.EndGroupType)...)
	var got []string
	for f, err := range Fields(msg) {
		got = append(got, fmt.Sprintf("%d %d %s %v", f.Num, f.Value, f.Bytes, err))
	}
	if want := "1 300  <nil>|2 0 text <nil>|3 7  <nil>|4 8  <nil>|5 0  <nil>"; strings.Join(got, "|") != want {
		t.Errorf("got %q, want %s", got, want)
	}
	for n := range len(msg) {
		var last error
		for _, err := range Fields(msg[:n]) {
			if last != nil {
				t.Fatalf("%d bytes: something follows an error", n)
			}
			last = err
		}
		if whole := n == 0 || n == 3 || n == 9 || n == 14 || n == 23; whole != (last == nil) {
			t.Errorf("%d bytes: %v", n, last)
		}
	}
	for f := range Fields(msg) {
		if !f.Is(1, protowire.VarintType) || f.Is(1, protowire.BytesType) || f.Is(2, protowire.VarintType) {
			t.Error(f)
		}
		break
	}
}
