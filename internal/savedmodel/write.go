package savedmodel

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// The files of a SavedModel (tensorflow/cc/saved_model/constants.h, TF 2.21).
const (
	modelFile       = "saved_model.pb"
	modelTextFile   = "saved_model.pbtxt"
	modelSplitFile  = "saved_model.cpb"
	fingerprintFile = "fingerprint.pb"
	debugDir        = "debug"
	debugInfoFile   = "saved_model_debug_info.pb"
	variablesDir    = "variables"
	variablesPrefix = "variables"
	assetsDir       = "assets"
)

// WriteOptions say how a SavedModel is written.
type WriteOptions struct {
	// NoClobber refuses to replace a SavedModel that is there.
	NoClobber bool
	// Progress is called now and then with the bytes that are written so far
	// and those there will be.
	Progress func(done, total int64)
	// Context ends the writing early, if it is not nil. Then nothing is left
	// behind, and what was there is still there.
	Context context.Context
}

// canceled is the error of a writing that is to end early.
func (o WriteOptions) canceled() error {
	if o.Context == nil {
		return nil
	}
	return o.Context.Err()
}

// A DestinationError tells why a place is not one to write a SavedModel to:
// something else is there.
type DestinationError struct{ msg string }

func (e *DestinationError) Error() string { return e.msg }

func refused(format string, args ...any) error {
	return &DestinationError{fmt.Sprintf(format, args...)}
}

// CheckDestination tells whether Write would begin to write to dir.
func CheckDestination(dir string, noClobber bool) error {
	dir, err := resolve(dir)
	if err != nil {
		return err
	}
	_, err = checkDestination(dir, noClobber)
	return err
}

// Write writes the SavedModel as the folder dir: a new one, or in place of a
// SavedModel that is there. A reader sees the old model or the new one, never a
// part: everything is written and synced in a temporary folder beside dir,
// .<name>.tfsave-*, and takes dir's place in one step. An export that was killed
// leaves at most such a folder, which the next export to dir removes.
func (m *Model) Write(dir string, o WriteOptions) (err error) {
	dir, err = resolve(dir)
	if err != nil {
		return err
	}
	replace, err := checkDestination(dir, o.NoClobber)
	if err != nil {
		return err
	}
	parent := filepath.Dir(dir)
	if err := os.MkdirAll(parent, 0o777); err != nil {
		return err
	}
	removeStale(dir)
	tmp, lock, err := makeTemp(dir)
	if err != nil {
		return err
	}
	defer lock.Close()
	defer func() {
		if e := removeAll(tmp); err == nil && e != nil {
			err = fmt.Errorf("%s is written; the folder %s could not be removed: %w", dir, tmp, e)
		}
	}()
	if err := m.fill(tmp, o); err != nil {
		return err
	}
	if err := o.canceled(); err != nil {
		return err
	}
	if err := install(tmp, dir, replace, o.NoClobber); err != nil {
		return err
	}
	return syncFile(parent)
}

// install puts the folder tmp in the place of dir.
func install(tmp, dir string, replace, noClobber bool) error {
	if !replace {
		err := os.Rename(tmp, dir)
		if err == nil {
			return nil
		}
		// Another export may have been faster.
		var refused error
		if replace, refused = checkDestination(dir, noClobber); !replace {
			return cmp.Or(refused, err)
		}
	}
	return exchange(tmp, dir)
}

// resolve gives the absolute path of a destination; where it is a symbolic
// link, that of what it leads to.
func resolve(dir string) (string, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if filepath.Dir(abs) == abs {
		return "", refused("%s: a model cannot be the root of a file system", dir)
	}
	target, err := filepath.EvalSymlinks(abs)
	switch {
	case err == nil:
		return target, nil
	case errors.Is(err, fs.ErrNotExist):
		to, err := os.Readlink(abs)
		switch {
		case err != nil:
			return abs, nil
		case !filepath.IsAbs(to):
			to = filepath.Join(filepath.Dir(abs), to)
		}
		return resolve(to)
	case errors.Is(err, syscall.ENOTDIR):
		return "", refused("%s is below a file, not a folder", dir)
	case errors.As(err, new(*fs.PathError)):
		return "", err
	}
	return "", fmt.Errorf("%s: %w", dir, err) // links in a circle
}

// checkDestination reports whether dir is a folder to be replaced: a SavedModel,
// or an empty one. Anything else that is there is an error.
func checkDestination(dir string, noClobber bool) (replace bool, err error) {
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return false, nil
	case err != nil:
		return false, err
	case !info.IsDir():
		return false, refused("%s is a file: want the folder of a SavedModel, an empty folder or a new name", dir)
	}
	f, err := os.Open(dir)
	if err != nil {
		return false, err
	}
	defer f.Close()
	if _, err := f.Readdirnames(1); errors.Is(err, io.EOF) {
		return true, nil
	} else if err != nil {
		return false, err
	}
	for _, name := range []string{modelFile, modelTextFile, modelSplitFile} {
		if _, err := os.Lstat(filepath.Join(dir, name)); err != nil {
			continue
		}
		if noClobber {
			return false, refused("%s is a SavedModel already", dir)
		}
		return true, nil
	}
	return false, refused("%s is a folder with other files and no SavedModel: it is not replaced", dir)
}

// tempPrefix is how the names of the temporary folders for dir begin. A long name
// is cut, so that there is place for the rest: file systems allow 255 bytes.
func tempPrefix(dir string) string {
	const most = 200
	name := filepath.Base(dir)
	if len(name) > most {
		name = strings.ToValidUTF8(name[:most], "")
	}
	return "." + name + ".tfsave-"
}

// makeTemp makes a temporary folder beside dir and locks it.
func makeTemp(dir string) (string, *os.File, error) {
	for range 100 {
		tmp := filepath.Join(filepath.Dir(dir), tempPrefix(dir)+strconv.FormatUint(rand.Uint64(), 36))
		if err := os.Mkdir(tmp, 0o777); errors.Is(err, fs.ErrExist) {
			continue
		} else if err != nil {
			return "", nil, err
		}
		lock, err := os.Open(tmp)
		if err == nil {
			if err = lockFile(lock); err == nil && stillThere(lock, tmp) {
				return tmp, lock, nil
			}
			lock.Close()
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", nil, errors.Join(err, os.RemoveAll(tmp))
		}
		// Another export took the folder for a stale one before it was locked.
	}
	return "", nil, fmt.Errorf("no temporary folder could be made beside %s", dir)
}

// stillThere reports whether path is the file that was opened.
func stillThere(f *os.File, path string) bool {
	opened, err := f.Stat()
	if err != nil {
		return false
	}
	now, err := os.Stat(path)
	return err == nil && os.SameFile(opened, now)
}

// removeAll removes a folder, also one whose folders may not be written to, as
// the one of a model that was made read-only.
func removeAll(path string) error {
	if os.RemoveAll(path) == nil {
		return nil
	}
	_ = filepath.WalkDir(path, func(name string, e fs.DirEntry, err error) error {
		if err == nil && e.IsDir() {
			return os.Chmod(name, 0o700)
		}
		return err
	})
	return os.RemoveAll(path)
}

// removeStale removes the temporary folders of exports to dir that were killed:
// those that nobody holds a lock on. What cannot be removed stays.
func removeStale(dir string) {
	entries, err := os.ReadDir(filepath.Dir(dir))
	if err != nil {
		return
	}
	prefix := tempPrefix(dir)
	for _, e := range entries {
		if !e.IsDir() || len(e.Name()) <= len(prefix) || e.Name()[:len(prefix)] != prefix {
			continue
		}
		path := filepath.Join(filepath.Dir(dir), e.Name())
		f, err := os.Open(path)
		if err != nil {
			continue
		}
		if tryLockFile(f) {
			_ = removeAll(path)
		}
		f.Close()
	}
}

// fill writes the files of the model, saved_model.pb after those that it needs
// (save_and_return_nodes, save.py, TF 2.21), and syncs them.
func (m *Model) fill(dir string, o WriteOptions) error {
	variables, assets := filepath.Join(dir, variablesDir), filepath.Join(dir, assetsDir)
	folders := []string{variables, assets}
	if m.debugInfo != nil {
		folders = append(folders, filepath.Join(dir, debugDir))
	}
	for _, d := range folders {
		if err := os.Mkdir(d, 0o777); err != nil {
			return err
		}
	}
	total, err := m.size()
	if err != nil {
		return err
	}
	done := int64(0)
	step := func(n int64) error {
		done += n
		if o.Progress != nil {
			o.Progress(min(done, total), total)
		}
		return o.canceled()
	}
	prefix := filepath.Join(variables, variablesPrefix)
	if err := m.writeCheckpoint(prefix, step); err != nil {
		return err
	}
	entries, err := os.ReadDir(variables)
	if err != nil {
		return err
	}
	var files []string
	for _, e := range entries {
		files = append(files, filepath.Join(variables, e.Name()))
	}
	for _, a := range m.assets {
		file := filepath.Join(assets, a.name)
		if err := copyFile(file, a.source, step); err != nil {
			return err
		}
		files = append(files, file)
	}
	index, err := os.ReadFile(prefix + ".index")
	if err != nil {
		return err
	}
	fp, err := fingerprint(m.content, m.Proto.MetaGraphs[0], index)
	if err != nil {
		return err
	}
	fpContent, err := marshal(fp)
	if err != nil {
		return err
	}
	for _, f := range []struct {
		name    string
		content []byte
	}{{filepath.Join(debugDir, debugInfoFile), m.debugInfo}, {modelFile, m.content}, {fingerprintFile, fpContent}} {
		if f.content == nil {
			continue
		}
		file := filepath.Join(dir, f.name)
		if err := os.WriteFile(file, f.content, 0o666); err != nil {
			return err
		}
		files = append(files, file)
		if err := step(int64(len(f.content))); err != nil {
			return err
		}
	}
	for _, f := range append(append(files, folders...), dir) {
		if err := syncFile(f); err != nil {
			return err
		}
	}
	return nil
}

// size is the number of bytes that are written, about.
func (m *Model) size() (int64, error) {
	n := int64(len(m.content))
	for _, e := range m.entries {
		if e.v != nil {
			n += e.v.Value.NumBytes()
		}
	}
	for _, a := range m.assets {
		info, err := os.Stat(a.source)
		if err != nil {
			return 0, err
		}
		n += info.Size()
	}
	return n, nil
}

// counter reports what is read through it, and ends where that is an error.
type counter struct {
	io.Reader
	step func(int64) error
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	if e := c.step(int64(n)); e != nil {
		return 0, e // with bytes an error would be looked at later
	}
	return n, err
}

func copyFile(dst, src string, step func(int64) error) error {
	in, err := os.Open(src)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(dst, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, &counter{in, step}); err != nil {
		out.Close()
		return err
	}
	return out.Close()
}

// syncFile makes sure that a file, or the entries of a folder, are on the disk.
func syncFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := f.Sync(); err != nil && !unsupportedSync(err) {
		return err
	}
	return nil
}

// replaceInSteps moves dir away, tmp in its place, and dir to where tmp was.
// Between the first two steps there is no model; where the second fails the old
// one comes back.
func replaceInSteps(tmp, dir string) error {
	old := tmp + "-old"
	if err := os.Rename(dir, old); err != nil {
		return err
	}
	if err := os.Rename(tmp, dir); err != nil {
		return errors.Join(err, os.Rename(old, dir))
	}
	return os.Rename(old, tmp)
}
