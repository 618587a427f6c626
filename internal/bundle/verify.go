package bundle

import (
	"cmp"
	"errors"
	"io"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/tfsave/tfsave/internal/tensor"
)

// Verify checks all of a checkpoint: every block of the index and every entry,
// the checksum of every tensor, and that each byte of each shard belongs to
// exactly one tensor. It gives all the faults it finds, those of the index first.
func Verify(fsys fs.FS, prefix string) []*Fault {
	idx, err := readIndex(fsys, prefix)
	if err != nil {
		var f *Fault
		errors.As(err, &f)
		return []*Fault{f}
	}
	faults := idx.faults
	base := path.Base(indexName(prefix))
	for _, s := range idx.strays {
		faults = append(faults, &Fault{File: base, Err: corruptf("%s", s)})
	}
	if !idx.hasHeader { // in a block that is damaged
		return faults
	}

	r := newReader(fsys, prefix, idx)
	defer r.Close()
	byShard := make(map[int][]Entry)
	for _, e := range idx.entries {
		if strings.HasPrefix(e.Key, sliceKeyPrefix) {
			faults = append(faults, &Fault{File: base, Key: e.Key, Err: corruptf("slice of no tensor")})
		}
		if e.Parts == nil {
			byShard[e.Shard] = append(byShard[e.Shard], e)
		}
		for _, p := range e.Parts {
			byShard[p.Shard] = append(byShard[p.Shard], p.Entry)
		}
		var f *Fault
		if errors.As(r.checkParts(e, max(1, int64(e.DType.Size()))), &f) && f.File == base {
			faults = append(faults, f) // those of a shard are told with the shard
		}
	}
	return append(faults, r.verifyShards(byShard, len(idx.faults) == 0)...)
}

// verifyShards checks the shards and the tensors in them. Where the index could
// not be read whole, bytes without a tensor tell nothing new.
func (r *Reader) verifyShards(byShard map[int][]Entry, whole bool) []*Fault {
	files, err := fs.ReadDir(r.fsys, path.Dir(r.prefix))
	if err != nil {
		return []*Fault{{Err: err}}
	}
	var faults []*Fault
	present := make(map[int]bool)
	for _, f := range files {
		rest, ok := strings.CutPrefix(f.Name(), path.Base(r.prefix)+".data-")
		if !ok {
			continue
		}
		n, err := strconv.Atoi(strings.SplitN(rest, "-", 2)[0])
		if err != nil || n < 0 || n >= r.header.NumShards || f.Name() != path.Base(r.shardName(n)) {
			faults = append(faults, &Fault{File: f.Name(), Err: corruptf("not one of the %d shards of the checkpoint", r.header.NumShards)})
			continue
		}
		present[n] = true
		if byShard[n] == nil {
			byShard[n] = []Entry{}
		}
	}

	missing := r.header.NumShards - len(present)
	for _, n := range slices.Sorted(maps.Keys(byShard)) {
		if !present[n] {
			missing--
			faults = append(faults, &Fault{File: path.Base(r.shardName(n)), Err: corruptf("missing; of the tensors in it %q is the first of %d", byShard[n][0].Key, len(byShard[n]))})
			continue
		}
		faults = append(faults, r.verifyShard(n, byShard[n], whole)...)
	}
	if missing > 0 && whole {
		faults = append(faults, &Fault{File: path.Base(indexName(r.prefix)), Err: corruptf("%d of %d shards are missing, no tensor is in them", missing, r.header.NumShards)})
	}
	return faults
}

func (r *Reader) verifyShard(n int, entries []Entry, whole bool) []*Fault {
	name := path.Base(r.shardName(n))
	f, err := r.shard(n)
	if err != nil {
		return []*Fault{{File: name, Err: err}}
	}
	slices.SortFunc(entries, func(a, b Entry) int {
		return cmp.Or(cmp.Compare(a.Offset, b.Offset), cmp.Compare(a.Size, b.Size), cmp.Compare(a.Key, b.Key))
	})
	var faults []*Fault
	gap := func(from, to int64) {
		if from < to && whole {
			faults = append(faults, &Fault{File: name, Err: corruptf("bytes %d to %d belong to no tensor", from, to)})
		}
	}
	end, last := int64(0), ""
	buf := make([]byte, min(bufferSize, f.size+1))
	for _, e := range entries {
		if e.Size > 0 {
			gap(end, min(e.Offset, f.size))
			if e.Offset < end { // not read: a byte is read once, whatever the index says
				faults = append(faults, r.fault(e, corruptf("bytes %d to %d are those of tensor %q too", e.Offset, min(end, e.Offset+e.Size), last)))
				continue
			}
			end, last = e.Offset+e.Size, e.Key
		}
		if err := r.verifyEntry(e, buf); err != nil {
			var fault *Fault
			errors.As(err, &fault)
			faults = append(faults, fault)
		}
	}
	gap(end, f.size)
	return faults
}

// verifyEntry checks the bytes of an entry that has its own.
func (r *Reader) verifyEntry(e Entry, buf []byte) error {
	switch e.DType {
	case tensor.String:
		for _, err := range r.eachString(e) {
			if err != nil {
				return err
			}
		}
		return nil
	case tensor.Variant:
		return r.checkVariants(e)
	}
	s, err := r.stream(e)
	if err != nil {
		return err
	}
	for err == nil {
		_, err = s.Read(buf)
	}
	if err == io.EOF {
		return nil
	}
	return err
}
