package savedmodel

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tfsave/tfsave/internal/spec"
)

// parse makes a model of a description.
func parse(t testing.TB, text string) *Model {
	t.Helper()
	s, errs := spec.Parse("spec.yaml", []byte(text), nil)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return buildSpec(t, s)
}

const (
	modelA = "module: {variables: {w: {shape: [1000], initializer: ones}}}\n"
	modelB = "module: {variables: {v: {shape: [1000], initializer: zeros}, b: {value: 3}}}\n"
)

// files reads a folder.
func files(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		rel, _ := filepath.Rel(dir, path)
		out[rel] = string(b)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func write(t testing.TB, m *Model, dir string) {
	t.Helper()
	if err := m.Write(dir, WriteOptions{}); err != nil {
		t.Fatal(err)
	}
}

func TestWrite(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new", "folders", "m")
	write(t, parse(t, modelA), dir)
	a := files(t, dir)
	want := []string{"fingerprint.pb", "saved_model.pb", "variables/variables.data-00000-of-00001", "variables/variables.index"}
	if got := slices.Sorted(maps.Keys(a)); !slices.Equal(got, want) {
		t.Errorf("files are %q, want %q", got, want)
	}
	if info, err := os.Stat(filepath.Join(dir, "assets")); err != nil || !info.IsDir() {
		t.Errorf("assets: %v", err)
	}

	write(t, parse(t, modelB), dir)
	if b := files(t, dir); maps.Equal(a, b) {
		t.Error("the model was not replaced")
	}
	if err := os.WriteFile(filepath.Join(dir, "stale"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	write(t, parse(t, modelA), dir)
	if !maps.Equal(a, files(t, dir)) {
		t.Error("the same model has other files the second time")
	}
	onlyModel(t, dir)
}

// onlyModel checks that nothing else is beside a model.
func onlyModel(t testing.TB, dir string) {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(dir))
	if err != nil || len(entries) != 1 {
		t.Errorf("beside the model are %v (%v)", entries, err)
	}
}

func TestWriteSameBytes(t *testing.T) {
	for _, dir := range goldens(t) {
		var first map[string]string
		for _, procs := range []int{1, 2, runtime.NumCPU()} {
			old := runtime.GOMAXPROCS(procs)
			out := filepath.Join(t.TempDir(), "m")
			write(t, build(t, filepath.Join(dir, "spec.yaml")), out)
			runtime.GOMAXPROCS(old)
			got := files(t, out)
			if first == nil {
				first = got
			} else if !maps.Equal(first, got) {
				t.Errorf("%s: other bytes with GOMAXPROCS=%d", dir, procs)
			}
		}
	}
}

func TestDestination(t *testing.T) {
	tmp := t.TempDir()
	path := func(name string) string { return filepath.Join(tmp, name) }
	m := parse(t, modelA)
	if err := os.WriteFile(path("file"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, d := range []string{"empty", "full/sub", "text", "chunks"} {
		if err := os.MkdirAll(path(d), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.WriteFile(path("text/saved_model.pbtxt"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path("chunks/saved_model.cpb"), nil, 0o666); err != nil {
		t.Fatal(err)
	}
	write(t, m, path("model"))
	long := strings.Repeat("ä", 127)
	for from, to := range map[string]string{"link": "model", "dangling": "far/away", "circle": "circle"} {
		if err := os.Symlink(to, path(from)); err != nil {
			t.Skip(err)
		}
	}
	for _, tc := range []struct {
		name      string
		noClobber bool
		want      string
	}{
		{"file", false, "is a file"},
		{"file/below", false, "is below a file"},
		{"full", false, "no SavedModel: it is not replaced"},
		{"full", true, "no SavedModel: it is not replaced"},
		{"empty", true, ""},
		{"new", true, ""},
		{"text", true, "is a SavedModel already"},
		{"text", false, ""},
		{"model", true, "is a SavedModel already"},
		{"link", true, "is a SavedModel already"},
		{"link", false, ""},
		{"link/", false, ""},
		{"chunks", true, "is a SavedModel already"},
		{"chunks", false, ""},
		{"dangling", false, ""},
		{"far/away", true, "is a SavedModel already"},
		{"circle", false, "circle: "},
		{long, false, ""},
		{long, false, ""},
		{long + "ä", false, "name too long"},
		{"a[1]*", false, ""},
	} {
		err := m.Write(path(tc.name), WriteOptions{NoClobber: tc.noClobber})
		switch {
		case tc.want == "" && err != nil:
			t.Errorf("%s: %v", tc.name, err)
		case tc.want != "" && (err == nil || !strings.Contains(err.Error(), tc.want)):
			t.Errorf("%s: error %v, want %q", tc.name, err, tc.want)
		}
	}
	for _, link := range []string{"link", "dangling"} {
		if info, err := os.Lstat(path(link)); err != nil || info.Mode()&fs.ModeSymlink == 0 {
			t.Errorf("%s is gone: %v", link, err)
		}
	}
	if left, _ := filepath.Glob(path(".*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
	if err := m.Write("/", WriteOptions{}); err == nil {
		t.Error("the root of the file system was replaced")
	}
}

// A model that was made read-only is replaced like any other. (To root nothing is
// read-only.)
func TestReplaceReadOnly(t *testing.T) {
	tmp := t.TempDir()
	m, dir := parse(t, modelA), filepath.Join(tmp, "m")
	write(t, m, dir)
	for _, name := range []string{"variables", "assets", "."} {
		if err := os.Chmod(filepath.Join(dir, name), 0o555); err != nil {
			t.Fatal(err)
		}
	}
	write(t, m, dir)
	if left, _ := filepath.Glob(filepath.Join(tmp, ".*")); len(left) > 0 {
		t.Errorf("left behind: %q", left)
	}
}

// TestFailedWrite checks that an export which fails leaves things as they were.
func TestFailedWrite(t *testing.T) {
	tmp := t.TempDir()
	asset := filepath.Join(tmp, "vocab.txt")
	if err := os.WriteFile(asset, []byte("a\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(tmp, "out", "m")
	write(t, parse(t, modelA), dir)
	old := files(t, dir)
	m := parse(t, "module: {assets: {vocab: "+asset+"}}\n")
	if err := os.Remove(asset); err != nil {
		t.Fatal(err)
	}
	if err := m.Write(dir, WriteOptions{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error %v", err)
	}
	if !maps.Equal(old, files(t, dir)) {
		t.Error("the old model has changed")
	}
	onlyModel(t, dir)
}

func TestStaleFolders(t *testing.T) {
	tmp := t.TempDir()
	dir := filepath.Join(tmp, "m")
	stale, held, other := filepath.Join(tmp, ".m.tfsave-1"), filepath.Join(tmp, ".m.tfsave-2"), filepath.Join(tmp, ".n.tfsave-1")
	for _, d := range []string{stale, held, other} {
		if err := os.MkdirAll(filepath.Join(d, "variables"), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	lock, err := os.Open(held)
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if err := lockFile(lock); err != nil {
		t.Fatal(err)
	}
	write(t, parse(t, modelA), dir)
	for path, want := range map[string]bool{stale: false, held: true, other: true} {
		if _, err := os.Stat(path); (err == nil) != want {
			t.Errorf("%s: %v, want it there: %v", path, err, want)
		}
	}
}

// An export that is to replace nothing, and finds that another was faster, says
// so as if it had been there before.
func TestNoClobberRace(t *testing.T) {
	tmp := t.TempDir()
	first, second := filepath.Join(tmp, "m"), filepath.Join(tmp, ".m.tfsave-x")
	write(t, parse(t, modelA), first)
	write(t, parse(t, modelB), second)
	var refused *DestinationError
	if err := install(second, first, false, true); !errors.As(err, &refused) || !strings.Contains(err.Error(), "is a SavedModel already") {
		t.Errorf("error %v", err)
	}
}

func TestReplaceInSteps(t *testing.T) {
	tmp := t.TempDir()
	old, fresh := filepath.Join(tmp, "m"), filepath.Join(tmp, ".m.tfsave-x")
	for dir, text := range map[string]string{old: "old", fresh: "new"} {
		if err := os.Mkdir(dir, 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "f"), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := replaceInSteps(fresh, old); err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]string{old: "new", fresh: "old"} {
		if got, err := os.ReadFile(filepath.Join(dir, "f")); err != nil || string(got) != want {
			t.Errorf("%s holds %q (%v), want %q", dir, got, err, want)
		}
	}
}

// A writing that is ended early leaves what was there, whenever that is.
func TestCanceled(t *testing.T) {
	tmp := t.TempDir()
	dir := filepath.Join(tmp, "m")
	write(t, parse(t, modelA), dir)
	old := files(t, dir)
	for after := 0; ; after++ {
		ctx, cancel := context.WithCancel(context.Background())
		if after == 0 {
			cancel()
		}
		calls := 0
		err := parse(t, modelB).Write(dir, WriteOptions{Context: ctx, Progress: func(_, _ int64) {
			if calls++; calls == after {
				cancel()
			}
		}})
		cancel()
		if err == nil && calls < after {
			break // it was never ended
		}
		if !errors.Is(err, context.Canceled) || !maps.Equal(old, files(t, dir)) {
			t.Errorf("ended after %d calls: error %v, files %q", after, err, slices.Sorted(maps.Keys(files(t, dir))))
		}
		onlyModel(t, dir)
	}
}

func TestProgress(t *testing.T) {
	last, total := int64(0), int64(0)
	err := parse(t, modelA).Write(filepath.Join(t.TempDir(), "m"), WriteOptions{Progress: func(done, all int64) {
		if done < last || done > all || total != 0 && all != total {
			t.Errorf("%d of %d after %d of %d", done, all, last, total)
		}
		last, total = done, all
	}})
	if err != nil || last == 0 || last != total {
		t.Errorf("%v, at the end %d of %d", err, last, total)
	}
}

// TestKilled kills exports at random moments: at the destination is nothing or
// a whole model, and what else they leave the next export removes.
func TestKilled(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("folders are not locked")
	}
	rounds := 200
	if testing.Short() {
		rounds = 20
	}
	tmp := t.TempDir()
	dir := filepath.Join(tmp, "out", "m")
	var whole []map[string]string
	for i, text := range []string{modelA, modelB} {
		d := filepath.Join(tmp, "whole", string(rune('a'+i)))
		write(t, parse(t, text), d)
		whole = append(whole, files(t, d))
	}
	r := rand.New(rand.NewPCG(1, 2))
	missing, interrupted := 0, 0
	for i := range rounds {
		if i%3 == 0 {
			if err := os.RemoveAll(dir); err != nil {
				t.Fatal(err)
			}
		}
		cmd := exec.Command(os.Args[0], "-test.run=^TestExportForever$")
		cmd.Env = append(os.Environ(), "TFSAVE_TEST_EXPORT="+dir)
		out := &bytes.Buffer{}
		cmd.Stdout, cmd.Stderr = out, out
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(r.IntN(60)) * time.Millisecond)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		cmd.Wait()
		left, _ := filepath.Glob(filepath.Join(tmp, "out", ".*"))
		interrupted += len(left)
		if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
			missing++
			continue
		}
		got := files(t, dir)
		if !slices.ContainsFunc(whole, func(w map[string]string) bool { return maps.Equal(got, w) }) {
			t.Fatalf("round %d: the model is not whole: %q", i, slices.Sorted(maps.Keys(got)))
		}
	}
	t.Logf("%d rounds: %d times no model, %d temporary folders left", rounds, missing, interrupted)
	if missing == rounds || interrupted == 0 {
		t.Error("no export was killed in the middle")
	}
	write(t, parse(t, modelA), dir)
	onlyModel(t, dir)
}

// TestExportForever is what TestKilled runs and kills.
func TestExportForever(t *testing.T) {
	dir := os.Getenv("TFSAVE_TEST_EXPORT")
	if dir == "" {
		t.Skip("for TestKilled")
	}
	a, b := parse(t, modelA), parse(t, modelB)
	for end := time.Now().Add(time.Minute); time.Now().Before(end); {
		write(t, a, dir)
		write(t, b, dir)
	}
}
