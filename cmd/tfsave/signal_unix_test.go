//go:build unix

package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestSignal ends an export in the middle: it cleans up, and ends by the signal
// as other programs do.
func TestSignal(t *testing.T) {
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM} {
		dir := t.TempDir()
		cmd := program(t, "export", "-", filepath.Join(dir, "m"))
		cmd.Stdin = strings.NewReader("module: {variables: {w: {shape: [100000, 10000], initializer: random_normal}}}")
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		deadline := time.Now().Add(30 * time.Second)
		for started := false; !started && time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
			entries, err := os.ReadDir(dir)
			if err != nil {
				t.Fatal(err)
			}
			started = len(entries) > 0
		}
		if err := cmd.Process.Signal(s); err != nil {
			t.Fatal(err)
		}
		err := cmd.Wait()
		if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != s {
			t.Errorf("%v: ended by %v", s, err)
		}
		if entries, _ := os.ReadDir(dir); len(entries) > 0 {
			t.Errorf("%v: left behind: %v", s, entries)
		}
	}
}
