// Genapi writes docs/tf-api.md: which public functions of TensorFlow a body
// can call, and why it cannot call the others.
package main

import (
	_ "embed"
	"fmt"
	"os"
	"strings"

	"github.com/tfsave/tfsave/internal/op"
	"github.com/tfsave/tfsave/internal/trace"
)

// names.txt is written by conformance/lib/coverage.py --write.
//
//go:embed names.txt
var names string

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: genapi FILE")
		os.Exit(2)
	}
	text, err := page(names)
	if err == nil {
		err = os.WriteFile(os.Args[1], []byte(text), 0o644)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "genapi:", err)
		os.Exit(1)
	}
}

const intro = `<!-- Written by internal/trace/genapi (make generate). -->
# The tf library

What a body can use of ` + "`tf`" + `: the public functions and classes of TensorFlow 2.21, and why some are not there. The arguments
are TensorFlow's. How bodies are written is in [bodies.md](bodies.md).

` + "`tf.raw_ops`" + ` has all %d ops of TensorFlow's registry, by TensorFlow's names of their arguments; for %d of them the shapes of
the results are inferred, those of the others are unknown.

`

// A namespace is a module of tf that the page has a section for, with the
// modules below it.
type namespace struct {
	name               string // "math"; "" is tf itself
	functions, classes []string
	total, work        int // functions
}

// page makes the text from the lines of names.txt.
func page(names string) (string, error) {
	var order []*namespace
	byName := map[string]*namespace{}
	var closed []string
	for line := range strings.Lines(names) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		kind, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		path, _, _ := strings.Cut(rest, "(")
		ok, also, why := trace.Public(path)
		if !ok && why == "" {
			return "", fmt.Errorf("tf.%s is neither in the library nor in the table of reasons (internal/trace/api.go)", path)
		}
		if kind == "module" {
			if path != "raw_ops" {
				closed = append(closed, row(path, why))
			}
			continue
		}
		top, _, nested := strings.Cut(path, ".")
		if !nested {
			top = ""
		}
		ns := byName[top]
		if ns == nil {
			ns = &namespace{name: top}
			byName[top] = ns
			order = append(order, ns)
		}
		status := why
		if ok {
			status = "works"
			if len(also) > 0 {
				status += "; also " + list(also)
			}
		}
		switch kind {
		case "class":
			ns.classes = append(ns.classes, row(path, status))
		case "function":
			ns.functions = append(ns.functions, row(rest, status))
			ns.total++
			if ok {
				ns.work++
			}
		default:
			return "", fmt.Errorf("line %q of names.txt begins with none of function, class, module", line)
		}
	}

	var b strings.Builder
	shaped := 0
	for _, name := range op.Names() {
		if op.HasShapeFunc(name) {
			shaped++
		}
	}
	fmt.Fprintf(&b, intro, len(op.Names()), shaped)
	b.WriteString("| namespace | functions | work | |\n|---|---:|---:|---:|\n")
	for _, ns := range order {
		if ns.total > 0 {
			fmt.Fprintf(&b, "| [%s](#%s) | %d | %d | %d %% |\n", ns.title(), ns.anchor(), ns.total, ns.work, 100*ns.work/ns.total)
		}
	}
	b.WriteString("\nNothing is there of:\n\n| namespace | why |\n|---|---|\n" + strings.Join(closed, ""))
	for _, ns := range order {
		fmt.Fprintf(&b, "\n## %s\n", ns.title())
		if len(ns.functions) > 0 {
			b.WriteString("\n| function | |\n|---|---|\n" + strings.Join(ns.functions, ""))
		}
		if len(ns.classes) > 0 {
			b.WriteString("\n| class | |\n|---|---|\n" + strings.Join(ns.classes, ""))
		}
	}
	return b.String(), nil
}

func (ns *namespace) title() string {
	return strings.TrimSuffix("tf."+ns.name, ".")
}

// anchor is the link that a Markdown renderer makes of the title.
func (ns *namespace) anchor() string {
	return strings.ReplaceAll(ns.title(), ".", "")
}

func row(name, status string) string {
	return fmt.Sprintf("| `tf.%s` | %s |\n", strings.ReplaceAll(name, "|", "\\|"), status)
}

func list(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = "`tf." + name + "`"
	}
	return strings.Join(quoted, ", ")
}
