// Command parser prints the syntax trees of Python files as CPython's
// ast.dump(tree, include_attributes=True) does, so that compare_ast.py can
// compare the two. It reads file names from standard input, one a line, and
// writes one line for each: "ok " and the tree, or "error " and the error.
//
// Left out, as our trees do not have them: ctx, kind, type_comment,
// type_ignores, and positions inside f-strings (which CPython 3.11 gets
// wrong). Strings are in ASCII.
package main

import (
	"bufio"
	"fmt"
	"os"

	"github.com/tfsave/tfsave/internal/python"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "parser:", err)
		os.Exit(1)
	}
}

func run() error {
	in := bufio.NewScanner(os.Stdin)
	out := bufio.NewWriter(os.Stdout)
	for in.Scan() {
		src, err := os.ReadFile(in.Text())
		if err != nil {
			return err
		}
		if m, err := python.Parse(string(src)); err != nil {
			fmt.Fprintf(out, "error %v\n", err)
		} else {
			fmt.Fprintf(out, "ok %s\n", dump(m, string(src)))
		}
	}
	if err := in.Err(); err != nil {
		return err
	}
	return out.Flush()
}
