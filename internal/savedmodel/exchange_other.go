//go:build !linux

package savedmodel

// exchange puts the folder tmp in the place of dir, and dir in that of tmp.
func exchange(tmp, dir string) error { return replaceInSteps(tmp, dir) }
