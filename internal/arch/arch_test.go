// Package arch holds the rules of the code as a whole as tests. It has no code.
package arch

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const module = "github.com/tfsave/tfsave/"

// order is the flow of data, from left to right: a package imports only
// packages that stand before it. A new package gets a place here.
var order = []string{
	// What the others share.
	"internal/spell",
	"internal/tensor",
	"internal/tfpb",
	"internal/wire",
	// Formats and languages, which know nothing of models.
	"internal/python",
	"internal/python/astdump",
	"internal/brotli",
	"internal/riegeli",
	"internal/bundle/crc",
	"internal/bundle/table",
	"internal/bundle",
	"internal/weights/hdf5",
	"internal/weights/random",
	"internal/weights",
	// From a description to a SavedModel.
	"internal/spec",
	"internal/spec/genschema",
	"internal/model",
	"internal/op",
	"internal/graph",
	"internal/trace",
	"internal/trace/genapi",
	"internal/keras",
	"internal/keras/gentable",
	"internal/signature",
	"internal/savedmodel",
	// Reading.
	"internal/reader",
	"internal/inspect",
	"internal/verify",
	"internal/scan",
	"internal/variables",
	"internal/diff",
	"internal/draw",
	// Programs.
	"cmd/tfsave",
	"conformance/ops",
	"conformance/parser",
}

// reserved are the imports that only the packages below some folders may have.
var reserved = []struct {
	path string // and what is below it
	only []string
	why  string
}{
	{"github.com/spf13", []string{"cmd"}, "flags and settings are the commands' business"},
	{"golang.org/x/term", []string{"cmd"}, "whether there is a terminal is the commands' business"},
	{"gopkg.in/yaml.v3", []string{"internal/spec"}, "the description is read in one place, with positions"},
	{"net", nil, "tfsave does not use the network"},
	{"os/exec", nil, "tfsave starts no programs"},
	{"plugin", nil, "tfsave loads no code"},
	{"unsafe", nil, "tfsave reads hostile files"},
	{"C", nil, "tfsave is one static binary"},
}

// source is a Go file of the repository.
type source struct {
	dir  string // of its package, from the root of the module
	name string
	text []byte
	file *ast.File
}

func (s *source) path() string    { return path.Join(s.dir, s.name) }
func (s *source) isTest() bool    { return strings.HasSuffix(s.name, "_test.go") }
func (s *source) generated() bool { return ast.IsGenerated(s.file) }

// ignored says that a file is no part of a package: a generator that is run by
// its name.
func (s *source) ignored() bool { return bytes.Contains(s.text, []byte("//go:build ignore\n")) }

func (s *source) imports() []string {
	var paths []string
	for _, i := range s.file.Imports {
		p, _ := strconv.Unquote(i.Path.Value)
		paths = append(paths, p)
	}
	return paths
}

const root = "../.."

// sources gives every Go file of the module.
func sources(t *testing.T) []*source {
	t.Helper()
	files, err := parsed()
	if err != nil {
		t.Fatal(err)
	}
	return files
}

var parsed = sync.OnceValues(func() ([]*source, error) {
	var out []*source
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if base := d.Name(); base == "testdata" || base == "build" || base != ".." && strings.HasPrefix(base, ".") {
				return fs.SkipDir
			}
			return nil
		}
		if filepath.Ext(name) != ".go" {
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, text, parser.ParseComments)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		rel = filepath.ToSlash(rel)
		out = append(out, &source{dir: path.Dir(rel), name: path.Base(rel), text: text, file: file})
		return nil
	})
	return out, err
})

// below says whether p is dir or a path below it.
func below(p, dir string) bool { return p == dir || strings.HasPrefix(p, dir+"/") }

func TestOneWay(t *testing.T) {
	for _, s := range sources(t) {
		if s.isTest() || s.ignored() {
			continue
		}
		at := slices.Index(order, s.dir)
		if at < 0 {
			t.Errorf("%s: package %s has no place in the order of internal/arch", s.path(), s.dir)
			continue
		}
		for _, p := range s.imports() {
			dep, ok := strings.CutPrefix(p, module)
			if ok && slices.Index(order, dep) > at {
				t.Errorf("%s imports %s, which stands to the right of %s", s.path(), dep, s.dir)
			}
		}
	}
}

func TestReservedImports(t *testing.T) {
	for _, s := range sources(t) {
		if s.isTest() || s.generated() {
			continue
		}
		for _, p := range s.imports() {
			for _, r := range reserved {
				allowed := slices.ContainsFunc(r.only, func(dir string) bool { return below(s.dir, dir) })
				if below(p, r.path) && !allowed {
					t.Errorf("%s imports %s: %s", s.path(), p, r.why)
				}
			}
		}
	}
}

// TestFileSize: a file that one can not read in a sitting is two files.
func TestFileSize(t *testing.T) {
	const most = 1200
	for _, s := range sources(t) {
		if n := bytes.Count(s.text, []byte("\n")); n > most && !s.generated() {
			t.Errorf("%s has %d lines, more than %d", s.path(), n, most)
		}
	}
}

// TestPackageDocs: each package says what it is, and each exported name too.
func TestPackageDocs(t *testing.T) {
	documented := map[string]bool{}
	for _, s := range sources(t) {
		if s.isTest() && s.dir != "internal/arch" {
			continue
		}
		documented[s.dir] = documented[s.dir] || s.file.Doc != nil
		if s.generated() {
			continue
		}
		for _, d := range s.file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if ok && f.Recv == nil && f.Name.IsExported() && f.Doc == nil && !s.isTest() {
				t.Errorf("%s: func %s has no comment", s.path(), f.Name.Name)
			}
		}
	}
	for dir, ok := range documented {
		if !ok {
			t.Errorf("package %s has no comment", dir)
		}
	}
}

var openTask = regexp.MustCompile(`(?m)(?://|#).*\b(TODO|FIXME|XXX)\b(.*)$`)

// TestOpenTasks: who leaves something to do says what.
func TestOpenTasks(t *testing.T) {
	for _, s := range sources(t) {
		if s.dir == "internal/arch" {
			continue
		}
		for _, m := range openTask.FindAllSubmatch(s.text, -1) {
			if len(strings.Trim(string(m[2]), " :.")) < 10 {
				t.Errorf("%s: %q does not say what is to do", s.path(), m[0])
			}
		}
	}
}

// TestRequirements: each module that go.mod requires has a reason above it.
func TestRequirements(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	var last string
	requirement := regexp.MustCompile(`^(require )?\S+ v\d`)
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if requirement.MatchString(line) && !strings.HasSuffix(line, "// indirect") && !strings.HasPrefix(last, "//") {
			t.Errorf("go.mod: no comment above %q", line)
		}
		last = line
	}
}
