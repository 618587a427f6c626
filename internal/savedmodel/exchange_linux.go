package savedmodel

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// exchange puts the folder tmp in the place of dir, and dir in that of tmp, in
// one step where the file system can do that.
func exchange(tmp, dir string) error {
	err := unix.Renameat2(unix.AT_FDCWD, tmp, unix.AT_FDCWD, dir, unix.RENAME_EXCHANGE)
	switch {
	case errors.Is(err, unix.ENOSYS), errors.Is(err, unix.EINVAL), errors.Is(err, unix.ENOTSUP):
		return replaceInSteps(tmp, dir)
	case err != nil:
		return &os.LinkError{Op: "exchange", Old: tmp, New: dir, Err: err}
	}
	return nil
}
