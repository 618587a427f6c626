package bundle

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sync"

	"github.com/tfsave/tfsave/internal/bundle/table"
	"github.com/tfsave/tfsave/internal/tensor"
)

// A Reader reads a checkpoint. It is safe for use by several goroutines.
type Reader struct {
	fsys   fs.FS
	prefix string
	header Header

	entries []Entry

	mu     sync.Mutex
	shards map[int]*file
}

// Open opens the checkpoint of the given prefix: "dir/variables" for
// dir/variables.index and its shards. It reads the whole index and checks it; the
// shards are opened when a tensor of theirs is read.
func Open(prefix string) (*Reader, error) {
	return OpenFS(os.DirFS(filepath.Dir(prefix)), filepath.Base(prefix))
}

// OpenFS is Open within a file system, whose files must be io.ReaderAt.
func OpenFS(fsys fs.FS, prefix string) (*Reader, error) {
	idx, err := readIndex(fsys, prefix)
	if err != nil {
		return nil, err
	}
	if len(idx.faults) > 0 {
		return nil, idx.faults[0]
	}
	return newReader(fsys, prefix, idx), nil
}

func newReader(fsys fs.FS, prefix string, idx *index) *Reader {
	return &Reader{
		fsys:    fsys,
		prefix:  prefix,
		header:  idx.header,
		entries: idx.entries,
		shards:  make(map[int]*file),
	}
}

// Header gives what the index says of the checkpoint as a whole.
func (r *Reader) Header() Header { return r.header }

// Entries gives the tensors in order of their keys; the parts of a partitioned
// one are in its entry. The caller must not write to it.
func (r *Reader) Entries() []Entry { return r.entries }

// Entry finds the tensor of the given key.
func (r *Reader) Entry(key string) (Entry, bool) {
	i, ok := slices.BinarySearchFunc(r.entries, key, func(e Entry, key string) int { return cmp.Compare(e.Key, key) })
	if !ok {
		return Entry{}, false
	}
	return r.entries[i], true
}

// Close closes the shards.
func (r *Reader) Close() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	var errs []error
	for _, f := range r.shards {
		errs = append(errs, f.Close())
	}
	clear(r.shards)
	return errors.Join(errs...)
}

// index is what an index file says, as far as it can be read.
type index struct {
	header    Header
	hasHeader bool
	entries   []Entry
	faults    []*Fault
	strays    []string // of the table
}

// readIndex reads the index and checks each entry by itself. The faults are of
// its contents; the error is a fault that leaves nothing to read.
func readIndex(fsys fs.FS, prefix string) (*index, error) {
	name := indexName(prefix)
	base := path.Base(name)
	f, err := openFile(fsys, name)
	if err != nil {
		return nil, &Fault{File: base, Err: err}
	}
	defer f.Close()
	t, err := table.NewReader(f, f.size)
	if err != nil {
		return nil, &Fault{File: base, Err: err}
	}

	idx := &index{strays: t.Strays()}
	fault := func(key string, err error) {
		idx.faults = append(idx.faults, &Fault{File: base, Key: key, Err: err})
	}
	var all []Entry
	sliced := make(map[int][][]Extent) // by place in all
	for te, err := range t.All() {
		if err != nil {
			fault("", err)
			continue
		}
		if te.Key == "" {
			idx.hasHeader = true
			if idx.header, err = parseHeader(te.Value); err != nil {
				return nil, &Fault{File: base, Err: fmt.Errorf("header: %w", err)}
			}
			continue
		}
		e, list, err := parseEntry(te.Key, te.Value)
		if err == nil {
			err = e.check(len(list) > 0)
		}
		if err == nil && idx.hasHeader && e.Shard >= idx.header.NumShards {
			err = corruptf("shard %d of %d", e.Shard, idx.header.NumShards)
		}
		if err != nil {
			fault(te.Key, err)
			continue
		}
		if len(list) > 0 {
			e.Shard, e.Offset, e.Size, e.CRC = 0, 0, 0, 0
			sliced[len(all)] = list
		}
		all = append(all, e)
	}
	if !idx.hasHeader && len(idx.faults) == 0 {
		return nil, &Fault{File: base, Err: corruptf("no header entry: not the index of a checkpoint")}
	}

	taken := make([]bool, len(all))
	for i := range all {
		if list := sliced[i]; list != nil {
			if err := findParts(&all[i], list, all, taken); err != nil {
				fault(all[i].Key, err)
				all[i].Parts = nil
				taken[i] = true
			}
		}
	}
	for i, e := range all {
		if !taken[i] {
			idx.entries = append(idx.entries, e)
		}
	}
	return idx, nil
}

// check reports whether the fields of an entry can be true together; whether
// its shard has the bytes is not known yet.
func (e *Entry) check(partitioned bool) error {
	size, err := dataSize(e.DType, e.Shape)
	if err != nil {
		return corruptf("%v", err)
	}
	n, _ := numElements(e.Shape)
	switch {
	case e.DType <= tensor.Invalid || e.DType.IsRef() || e.DType == tensor.Resource:
		return corruptf("tensor of dtype %s, which cannot be stored", e.DType)
	case partitioned:
		return nil
	case e.Shard < 0:
		return corruptf("shard %d", e.Shard)
	case e.Offset < 0 || e.Size < 0 || e.Offset > maxInt64-e.Size:
		return corruptf("offset %d and size %d", e.Offset, e.Size)
	case e.DType.Size() > 0 && e.Size != size:
		return corruptf("%d bytes, %s of shape %s takes %d", e.Size, e.DType, tensor.ShapeOf(e.Shape...), size)
	// Each element has its length at least.
	case e.DType == tensor.String && e.Size-lengthSumLen < n, e.DType == tensor.Variant && e.Size < n:
		return corruptf("%d bytes are too few for %d elements of dtype %s", e.Size, n, e.DType)
	}
	return nil
}

// file is a file that is read at any place.
type file struct {
	io.ReaderAt
	io.Closer
	size int64
}

func openFile(fsys fs.FS, name string) (*file, error) {
	// Asked before it is opened: opening a pipe would wait for its other end.
	if info, err := fs.Stat(fsys, name); err != nil {
		return nil, err
	} else if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", name)
	}
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, err
	}
	r, ok := f.(io.ReaderAt)
	if !ok {
		f.Close()
		return nil, fmt.Errorf("%s cannot be read at an offset", name)
	}
	return &file{r, f, info.Size()}, nil
}

func (r *Reader) shardName(shard int) string {
	return shardName(r.prefix, shard, r.header.NumShards)
}

func (r *Reader) shard(n int) (*file, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if f := r.shards[n]; f != nil {
		return f, nil
	}
	f, err := openFile(r.fsys, r.shardName(n))
	if err != nil {
		return nil, err
	}
	r.shards[n] = f
	return f, nil
}
