package main

import (
	"fmt"
	"io"
	"sync"
	"time"
)

const (
	progressDelay    = time.Second // what takes less needs no progress
	progressInterval = 100 * time.Millisecond
)

// progress shows on a terminal how far a long command is, in one line that
// vanishes at the end.
type progress struct {
	mu          sync.Mutex
	out         io.Writer // nil: nobody looks
	stage       string
	done, total int64
	next        time.Time // when the line may be written again
	shown       bool
	timer       *time.Timer
}

// startProgress begins with a stage of unknown length.
func (a *app) startProgress(stage string) *progress {
	p := &progress{stage: stage, next: time.Now().Add(progressDelay)}
	if !a.quiet && a.logFormat.value == "text" && terminal(a.err) {
		p.out = a.err
		p.timer = time.AfterFunc(progressDelay, p.show)
	}
	return p
}

// show writes the line.
func (p *progress) show() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.write(time.Now())
}

// bytes says how many bytes are written, of how many.
func (p *progress) bytes(done, total int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.stage, p.done, p.total = "writing", done, total
	p.write(time.Now())
}

// write writes the line if it is time to. The lock is held.
func (p *progress) write(now time.Time) {
	if p.out == nil || now.Before(p.next) {
		return
	}
	line := p.stage
	if p.total > 0 {
		line += fmt.Sprintf(" %s of %s, %d %%", byteSize(p.done), byteSize(p.total), int(100*float64(p.done)/float64(p.total)))
	}
	fmt.Fprintf(p.out, "\r\x1b[K%s", line)
	p.shown = true
	p.next = now.Add(progressInterval)
}

// written is how many bytes were.
func (p *progress) written() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.done
}

// stop clears the line; no other follows.
func (p *progress) stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.timer != nil {
		p.timer.Stop()
	}
	if p.shown {
		fmt.Fprint(p.out, "\r\x1b[K")
	}
	p.out, p.shown = nil, false
}
