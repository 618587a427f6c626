//go:build unix

package savedmodel

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// lockFile locks an open file or folder; the lock ends with the process.
func lockFile(f *os.File) error {
	for {
		if err := unix.Flock(int(f.Fd()), unix.LOCK_EX); !errors.Is(err, unix.EINTR) {
			return err
		}
	}
}

// tryLockFile locks a file unless another process has it locked.
func tryLockFile(f *os.File) bool {
	return unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB) == nil
}

// unsupportedSync reports a file system that does not sync folders.
func unsupportedSync(err error) bool {
	return errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOTSUP)
}
