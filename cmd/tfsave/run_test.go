package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// outcome is what a run left.
type outcome struct {
	code     int
	out, err string
}

// runWith runs a command line in this process.
func runWith(stdin string, args ...string) outcome {
	var out, err bytes.Buffer
	code := run(args, streams{in: strings.NewReader(stdin), out: &out, err: &err})
	return outcome{code, out.String(), err.String()}
}

// TestHostileDescriptions: descriptions that are made to hurt are refused, soon
// and by name, and leave nothing.
func TestHostileDescriptions(t *testing.T) {
	bomb := &strings.Builder{}
	bomb.WriteString("x-0: &a0 [" + strings.Repeat("lol, ", 100) + "lol]\n")
	for i := 1; bomb.Len() < 10<<20; i++ {
		// Ten times the one before, as long as the file lasts.
		n := string(rune('a'+(i-1)/26%26)) + string(rune('a'+(i-1)%26))
		last := "*a0"
		if i > 1 {
			last = "*" + string(rune('a'+(i-2)/26%26)) + string(rune('a'+(i-2)%26))
		}
		bomb.WriteString("x-" + n + ": &" + n + " [" + strings.Repeat(last+", ", 1<<14) + last + "]\n")
	}
	const depth = 100_000
	for _, test := range []struct{ name, text, want string }{
		{"alias bomb of 10 MB", bomb.String(), "aliases"},
		{"deep YAML flow", "module: " + strings.Repeat("[", depth) + strings.Repeat("]", depth), "levels"},
		{"deep YAML block", "module:\n" + strings.Repeat("- ", depth), "levels"},
		{"deep JSON", strings.Repeat(`{"module":`, depth) + "1" + strings.Repeat("}", depth), "levels"},
		{"deep value", "module: {variables: {v: {value: " + strings.Repeat("[", depth) + strings.Repeat("]", depth) + "}}}", "levels"},
		{"deep expression", "module: {functions: {f: {input_signature: [], body: 'return " + strings.Repeat("(", depth) + "1" + strings.Repeat(")", depth) + "'}}}", "nest"},
		{"NUL bytes", "module: {}\x00", "NUL"},
		{"only NUL bytes", strings.Repeat("\x00", 1000), "NUL"},
		{"not UTF-8", "module: {\xff\xfe}", "UTF-8"},
		{"nothing", "", "empty"},
		{"huge tensor", "module: {variables: {v: {shape: [1000000000000, 1000000000000], initializer: zeros}}}", "more than 2**63-1 elements"},
		{"endless loop", "module: {functions: {f: {input_signature: [], body: 'while True: pass'}}}", "steps"},
		{"endless recursion", "module: {functions: {f: {input_signature: [], body: 'return self.f()'}}}", "recursive"},
		{"huge constant", "module: {functions: {f: {input_signature: [], body: 'return tf.constant([0.0] * 10**10)'}}}", ""},
		{"huge number", "module: {functions: {f: {input_signature: [], body: 'return 10 ** 10 ** 10'}}}", ""},
		{"huge range", "module: {functions: {f: {input_signature: [], body: 'return tf.stack([1 for _ in range(10 ** 12)])'}}}", ""},
		{"huge format", "module: {functions: {f: {input_signature: [], body: 'return tf.constant(f\"{1:999999999999}\")'}}}", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "out")
			got := runWith(test.text, "export", "-", dir)
			if got.code != exitUsage {
				t.Errorf("exit code %d, want %d", got.code, exitUsage)
			}
			if !strings.Contains(got.err, test.want) || got.err == "" {
				t.Errorf("want %q in the message:\n%.500s", test.want, got.err)
			}
			if len(got.err) > 2000 {
				t.Errorf("a message of %d bytes: %.200s", len(got.err), got.err)
			}
			if left, _ := os.ReadDir(filepath.Dir(dir)); len(left) > 0 {
				t.Errorf("left %s", left[0].Name())
			}
		})
	}
}

// TestUnwritable: a destination that can not be written is an I/O failure.
func TestUnwritable(t *testing.T) {
	const text = "module: {variables: {w: {value: 1}}}"
	if os.Getuid() != 0 {
		dir := t.TempDir()
		if err := os.Chmod(dir, 0o555); err != nil {
			t.Fatal(err)
		}
		got := runWith(text, "export", "-", filepath.Join(dir, "out"))
		if got.code != exitIO || !strings.Contains(got.err, "permission denied") {
			t.Errorf("no permission: %+v", got)
		}
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{file, filepath.Join(file, "below")} {
		for _, args := range [][]string{{"export"}, {"export", "--dry-run"}} {
			if got := runWith(text, append(args, "-", dir)...); got.code != exitUsage || got.err == "" {
				t.Errorf("%s: %+v", dir, got)
			}
		}
	}
	for _, dir := range []string{"/proc/none"} {
		if _, err := os.Stat("/proc/self"); err != nil {
			continue
		}
		if got := runWith(text, "export", "-", dir); got.code != exitIO || got.err == "" {
			t.Errorf("%s: %+v", dir, got)
		}
	}
}

// TestGallery: every example is exported, to the same bytes by another process
// with another working directory, time zone and number of threads.
func TestGallery(t *testing.T) {
	specs, err := filepath.Abs("../../specs")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	err = filepath.WalkDir(specs, func(path string, d fs.DirEntry, err error) error {
		if err != nil || filepath.Ext(path) != ".yaml" {
			return err
		}
		n++
		name, err := filepath.Rel(specs, path)
		if err != nil {
			return err
		}
		t.Run(filepath.ToSlash(name), func(t *testing.T) {
			tmp := t.TempDir()
			one, two := filepath.Join(tmp, "one"), filepath.Join(tmp, "two")
			if got := runWith("", "export", path, one); got.code != exitOK {
				t.Fatal(got.err)
			}
			again := program(t, "export", filepath.Base(path), two)
			again.Dir = filepath.Dir(path)
			again.Env = append(os.Environ(), "GOMAXPROCS=1", "TZ=Pacific/Chatham")
			if text, err := again.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, text)
			}
			sameTree(t, one, two)
			if got := runWith("", "inspect", one); got.code != exitOK || got.err != "" {
				t.Error(got.err)
			}
		})
		return nil
	})
	if err != nil || n < 8 {
		t.Fatalf("%d examples, %v", n, err)
	}
}

// sameTree compares the files below two folders.
func sameTree(t *testing.T, one, two string) {
	t.Helper()
	a, b := tree(t, one), tree(t, two)
	for name, text := range a {
		if other, ok := b[name]; !ok || other != text {
			t.Errorf("%s is not the same in both exports", name)
		}
	}
	if len(a) != len(b) {
		t.Errorf("%d files, and %d", len(a), len(b))
	}
}

// tree reads the files below a folder.
func tree(t *testing.T, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		files[strings.TrimPrefix(path, dir)] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}
