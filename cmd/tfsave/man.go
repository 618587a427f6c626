package main

import (
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
)

//go:generate go run . man ../../man

// manCommand writes the manual. It is for the build of a release, so help does
// not show it.
func (a *app) manCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "man DIR",
		Short:  "Write the man pages into a directory",
		Hidden: true,
		Args:   a.named("DIR"),
		RunE: func(cmd *cobra.Command, args []string) error {
			for name, text := range manual(cmd.Root()) {
				if err := os.WriteFile(filepath.Join(args[0], name), []byte(text), 0o644); err != nil {
					return err
				}
			}
			return nil
		},
	}
}

// manual gives the man pages of a command and of those below it, by file name.
func manual(cmd *cobra.Command) map[string]string {
	pages := map[string]string{pageName(cmd) + ".1": manPage(cmd)}
	for _, c := range cmd.Commands() {
		if c.IsAvailableCommand() {
			for name, text := range manual(c) {
				pages[name] = text
			}
		}
	}
	return pages
}
