package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// TestFullDisk exports to a disk of 64 KiB. Only root can make one.
func TestFullDisk(t *testing.T) {
	disk := t.TempDir()
	if err := unix.Mount("tmpfs", disk, "tmpfs", 0, "size=64k"); err != nil {
		t.Skip("no small disk: ", err)
	}
	t.Cleanup(func() {
		if err := unix.Unmount(disk, 0); err != nil {
			t.Error(err)
		}
	})
	const small, large = "module: {variables: {w: {value: 1}}}", "module: {variables: {w: {shape: [100000], initializer: ones}}}"
	dir := filepath.Join(disk, "out")
	if got := runWith(small, "export", "-", dir); got.code != exitOK {
		t.Fatal(got.err)
	}
	before := tree(t, dir)
	got := runWith(large, "export", "-", dir)
	if got.code != exitIO || !strings.Contains(got.err, "no space left on device") {
		t.Errorf("exit code %d: %s", got.code, got.err)
	}
	after := tree(t, dir)
	for name, text := range before {
		if after[name] != text {
			t.Errorf("%s of the old model was changed", name)
		}
	}
	if left, err := os.ReadDir(disk); err != nil || len(left) != 1 {
		t.Errorf("left %v, %v", left, err)
	}
}
