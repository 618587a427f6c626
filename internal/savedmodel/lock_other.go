//go:build !unix

package savedmodel

import (
	"errors"
	"io/fs"
	"os"
)

// Folders cannot be locked here: temporary ones of killed exports stay.
func lockFile(*os.File) error { return nil }

func tryLockFile(*os.File) bool { return false }

// unsupportedSync reports a folder, which cannot be synced here.
func unsupportedSync(err error) bool {
	return errors.Is(err, fs.ErrPermission) || errors.Is(err, fs.ErrInvalid)
}
