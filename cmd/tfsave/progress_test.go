package main

import (
	"strings"
	"testing"
	"time"
)

// TestProgress: nothing within the first second, then a line now and then,
// and none that stays.
func TestProgress(t *testing.T) {
	var out strings.Builder
	start := time.Now()
	p := &progress{out: &out, stage: "building", next: start.Add(progressDelay)}
	step := func(after time.Duration, done int64, want string) {
		t.Helper()
		out.Reset()
		p.done, p.total = done, 4<<30
		p.write(start.Add(after))
		if out.String() != want {
			t.Errorf("after %v: %q, want %q", after, out.String(), want)
		}
	}
	step(900*time.Millisecond, 1<<20, "")
	step(1100*time.Millisecond, 1<<30, "\r\x1b[Kbuilding 1.0 GiB of 4.0 GiB, 25 %")
	step(1150*time.Millisecond, 2<<30, "")
	step(1250*time.Millisecond, 3<<30, "\r\x1b[Kbuilding 3.0 GiB of 4.0 GiB, 75 %")
	out.Reset()
	p.stop()
	p.stop()
	if out.String() != "\r\x1b[K" {
		t.Errorf("at the end: %q", out.String())
	}
	p.bytes(1, 2)
	if out.String() != "\r\x1b[K" {
		t.Errorf("after the end: %q", out.String())
	}
}

// TestNoProgress: a command whose messages nobody watches writes no progress.
func TestNoProgress(t *testing.T) {
	var out strings.Builder
	a := &app{streams: streams{err: &out}}
	p := a.startProgress("building")
	p.next = time.Time{}
	p.bytes(1, 2)
	p.stop()
	if out.String() != "" || p.written() != 1 {
		t.Errorf("%q, %d bytes", out.String(), p.written())
	}
}
