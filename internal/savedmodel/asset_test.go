package savedmodel

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// TestAssetNames follows get_asset_filename_to_add of TensorFlow 2.21.
func TestAssetNames(t *testing.T) {
	tmp := t.TempDir()
	text := "module:\n  assets:\n"
	for i, content := range []string{"a", "b", "a", "c"} {
		file := filepath.Join(tmp, fmt.Sprint(i), "v.txt")
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(content), 0o666); err != nil {
			t.Fatal(err)
		}
		text += fmt.Sprintf("    f%d: %s\n", i, file)
	}
	text += "    again: {ref: f1}\n    twice: " + filepath.Join(tmp, "1", "v.txt") + "\n"
	m := parse(t, text)
	meta := m.Proto.MetaGraphs[0]
	var got []string
	for _, a := range meta.AssetFileDef {
		got = append(got, a.Filename)
	}
	// Objects are exported from the last to the first: twice, f3, f2, f1, f0.
	// The first takes the plain name; f1 is the same file.
	if want := []string{"v.txt", "v.txt_1", "v.txt_2", "v.txt", "v.txt_3"}; !slices.Equal(got, want) {
		t.Errorf("names are %q, want %q", got, want)
	}
	for i, want := range []int32{4, 3, 2, 1} {
		if got := meta.ObjectGraphDef.Nodes[i+1].GetAsset().AssetFileDefIndex; got != want {
			t.Errorf("asset f%d has index %d, want %d", i, got, want)
		}
	}
	dir := filepath.Join(tmp, "m")
	write(t, m, dir)
	for name, want := range map[string]string{"v.txt": "b", "v.txt_1": "c", "v.txt_2": "a", "v.txt_3": "a"} {
		if b, err := os.ReadFile(filepath.Join(dir, "assets", name)); err != nil || string(b) != want {
			t.Errorf("%s holds %q (%v), want %q", name, b, err, want)
		}
	}
}

func TestSameFile(t *testing.T) {
	tmp := t.TempDir()
	name := func(i int) string { return filepath.Join(tmp, fmt.Sprint(i)) }
	big := make([]byte, 200<<10)
	contents := [][]byte{nil, []byte("a"), []byte("b"), big, big[:64<<10], append(slices.Clone(big[1:]), 1)}
	for i, c := range contents {
		if err := os.WriteFile(name(i), c, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for i := range contents {
		for j := range contents {
			if same, err := sameFile(name(i), name(j)); err != nil || same != (i == j) {
				t.Errorf("files %d and %d: %v, %v", i, j, same, err)
			}
		}
	}
	if _, err := sameFile(name(0), name(99)); err == nil {
		t.Error("no error for a file that is not there")
	}
}
