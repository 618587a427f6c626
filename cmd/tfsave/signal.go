package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// untilSignal runs f with a context that ends when the program is told to. f
// cleans up; then the signal does what it does to a program that knows nothing of
// it. A second one does so at once.
func untilSignal(f func(context.Context) error) error {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 1)
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP} {
		if !signal.Ignored(s) { // as below nohup
			signal.Notify(signals, s)
		}
	}
	got := make(chan os.Signal, 1)
	go func() {
		defer close(got)
		select {
		case s := <-signals:
			got <- s
			signal.Stop(signals)
			cancel()
		case <-ctx.Done():
			signal.Stop(signals)
		}
	}()
	err := f(ctx)
	cancel()
	s, ended := <-got
	if !ended || err == nil {
		return err
	}
	if self, e := os.FindProcess(os.Getpid()); e == nil && self.Signal(s) == nil {
		time.Sleep(time.Second) // in which it arrives
	}
	return fmt.Errorf("ended by a signal (%v): nothing was written", s)
}
