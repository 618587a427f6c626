// Gentable writes the tables of Keras's classes into a page of Markdown.
package main

import (
	"fmt"
	"os"

	"github.com/tfsave/tfsave/internal/keras"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: gentable FILE")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "gentable:", err)
		os.Exit(1)
	}
}

func write(file string) error {
	page, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	text, err := keras.WithTable(string(page))
	if err != nil {
		return err
	}
	return os.WriteFile(file, []byte(text), 0o644)
}
