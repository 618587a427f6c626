package bundle

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestSliceKey(t *testing.T) {
	for _, c := range []struct {
		name  string
		slice []Extent
		want  string
	}{
		{"v", []Extent{{0, 2}, {0, whole}}, "00 76 00 01 01 02 80 82 80 7f"},
		{"\x00\xff", nil, "00 00 ff ff 00 00 01 00"},
		{"", []Extent{{63, 64}}, "00 00 01 01 01 bf c0 40"},
		{"", []Extent{{200, 300}}, "00 00 01 01 01 c0 c8 c1 2c"},
		{"", []Extent{{8191, 8192}}, "00 00 01 01 01 df ff e0 20 00"},
		{"", []Extent{{1<<55 - 1, 1 << 55}}, "00 00 01 01 01 ff 7f ff ff ff ff ff ff ff 80 80 00 00 00 00 00 00"},
		{"", []Extent{{1<<62 - 1, 1 << 62}}, "00 00 01 01 01 ff bf ff ff ff ff ff ff ff ff c0 40 00 00 00 00 00 00 00"},
		{"", []Extent{{-64, -65}}, "00 00 01 01 01 40 3f bf"},
	} {
		if got := fmt.Sprintf("% x", sliceKey(c.name, c.slice...)); got != c.want {
			t.Errorf("key of slice %s of %q is\n%s, want\n%s", sliceString(c.slice), c.name, got, c.want)
		}
	}
}

// TestSliceKeyOrder: keys sort as the numbers in them do.
func TestSliceKeyOrder(t *testing.T) {
	var last []byte
	for _, v := range []int64{-1 << 63, -1 << 62, -1 << 55, -8193, -8192, -65, -64, -2, -1, 0, 1, 63, 64, 8191, 8192, 1<<48 - 1, 1 << 48, 1 << 62, maxInt64} {
		code := appendOrdered(nil, v)
		if slices.Compare(last, code) >= 0 {
			t.Errorf("% x of %d does not sort after % x", code, v, last)
		}
		last = code
	}
}

func TestRuns(t *testing.T) {
	for _, c := range []struct {
		shape []int64
		slice []Extent
		want  string
	}{
		{nil, nil, "0+1"},
		{[]int64{6}, []Extent{{0, 6}}, "0+6"},
		{[]int64{6}, []Extent{{2, 3}}, "2+3"},
		{[]int64{4, 5}, []Extent{{1, 2}, {0, 5}}, "5+10"},
		{[]int64{4, 5}, []Extent{{1, 2}, {3, 2}}, "8+2 13+2"},
		{[]int64{4, 5}, []Extent{{0, 4}, {4, 1}}, "4+1 9+1 14+1 19+1"},
		{[]int64{2, 3, 4}, []Extent{{0, 2}, {1, 1}, {0, 4}}, "4+4 16+4"},
		{[]int64{2, 3, 4}, []Extent{{1, 1}, {1, 2}, {2, 2}}, "18+2 22+2"},
		{[]int64{2, 2, 2, 1}, []Extent{{0, 2}, {0, 2}, {1, 1}, {0, 1}}, "1+1 3+1 5+1 7+1"},
		{[]int64{2, 0}, []Extent{{0, 1}, {0, 0}}, ""},
		{[]int64{2, 3}, []Extent{{0, 0}, {0, 2}}, ""},
	} {
		var got []string
		for r := newRun(c.shape, c.slice); r != nil; {
			got = append(got, fmt.Sprintf("%d+%d", r.start, r.n))
			if !r.next() {
				break
			}
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("slice %s of %v is %s, want %s", sliceString(c.slice), c.shape, s, c.want)
		}
	}
}
