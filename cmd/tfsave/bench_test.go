package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// program is the command line that runs tfsave itself: this binary under
// another name (see TestMain).
func program(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return &exec.Cmd{Path: exe, Args: append([]string{"tfsave"}, args...)}
}

// BenchmarkProcess times whole processes, from start to exit.
func BenchmarkProcess(b *testing.B) {
	const adder = "../../specs/adder.yaml"
	model := filepath.Join(b.TempDir(), "adder")
	for _, bench := range []struct {
		name string
		args []string
	}{
		{"version", []string{"version"}},
		{"validate", []string{"-q", "validate", adder}},
		{"export", []string{"-q", "export", adder, model}},
		{"inspect", []string{"inspect", model}},
	} {
		b.Run(bench.name, func(b *testing.B) {
			var cpu float64
			for b.Loop() {
				cmd := program(b, bench.args...)
				if err := cmd.Run(); err != nil {
					b.Fatal(err)
				}
				cpu += (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
			}
			b.ReportMetric(cpu/float64(b.N)*1e3, "cpu-ms/op")
		})
	}
}
