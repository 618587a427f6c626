// Command parser prints the syntax trees of Python files for compare_ast.py.
// It reads file names from standard input, one a line, and writes one line for
// each: "ok " and the tree, or "error " and the error. A file whose top-level
// blocks, parsed one by one, give another tree than the whole is an error too.
package main

import (
	"bufio"
	"fmt"
	"os"

	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/python/astdump"
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
		if tree, err := dump(string(src)); err != nil {
			fmt.Fprintf(out, "error %v\n", err)
		} else {
			fmt.Fprintf(out, "ok %s\n", tree)
		}
	}
	if err := in.Err(); err != nil {
		return err
	}
	return out.Flush()
}

// dump parses a file as a whole and block by block, and returns its tree.
func dump(src string) (string, error) {
	whole, err := python.Parse(src)
	if err != nil {
		return "", err
	}
	var parts python.Module
	for _, block := range python.SplitTopLevel(src) {
		m, err := python.ParseAt(block.Text, block.Line)
		if err != nil {
			return "", fmt.Errorf("block from line %d: %w", block.Line, err)
		}
		parts.Body = append(parts.Body, m.Body...)
	}
	tree := astdump.DumpWithPositions(whole, src)
	if astdump.DumpWithPositions(&parts, src) != tree {
		return "", fmt.Errorf("the blocks of SplitTopLevel have another tree than the file")
	}
	return tree, nil
}
