package savedmodel

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/tfpb"
)

// savedAsset is an asset of the object graph with its place in asset_file_def.
type savedAsset struct {
	object *object
	index  int32
}

// addAsset gives an asset a file name below assets/ and an entry in
// asset_file_def; tensor is where loaders feed its path.
func (b *builder) addAsset(o *object, a *model.Asset, tensor string) error {
	name, err := b.assetName(a.File)
	if err != nil {
		return err
	}
	if _, ok := b.assetFiles[name]; !ok {
		b.assetOrder = append(b.assetOrder, name)
	}
	b.assetFiles[name] = a.File
	b.assets = append(b.assets, &savedAsset{o, int32(len(b.meta.AssetFileDef))})
	b.meta.AssetFileDef = append(b.meta.AssetFileDef, &tfpb.AssetFileDef{
		TensorInfo: &tfpb.TensorInfo{Encoding: &tfpb.TensorInfo_Name{Name: tensor}}, Filename: name,
	})
	return nil
}

// assetName finds the name for a file: its own, unless a different file has
// that already; then a number is appended (get_asset_filename_to_add,
// builder_impl.py, TF 2.21).
func (b *builder) assetName(file string) (string, error) {
	base := filepath.Base(file)
	other, taken := b.assetFiles[base]
	if !taken || other == file {
		return base, nil
	}
	if same, err := sameFile(file, other); same || err != nil {
		return base, err
	}
	name := base
	for i := 1; taken; i++ {
		name = fmt.Sprintf("%s_%d", base, i)
		_, taken = b.assetFiles[name]
	}
	return name, nil
}

// sameFile reports whether two files have the same content.
func sameFile(a, b string) (bool, error) {
	fa, err := os.Open(a)
	if err != nil {
		return false, err
	}
	defer fa.Close()
	fb, err := os.Open(b)
	if err != nil {
		return false, err
	}
	defer fb.Close()
	bufA, bufB := make([]byte, 64<<10), make([]byte, 64<<10)
	for {
		na, errA := io.ReadFull(fa, bufA)
		nb, errB := io.ReadFull(fb, bufB)
		endA, endB := errors.Is(errA, io.EOF) || errors.Is(errA, io.ErrUnexpectedEOF), errors.Is(errB, io.EOF) || errors.Is(errB, io.ErrUnexpectedEOF)
		switch {
		case errA != nil && !endA:
			return false, errA
		case errB != nil && !endB:
			return false, errB
		case !bytes.Equal(bufA[:na], bufB[:nb]):
			return false, nil
		case endA || endB:
			return endA && endB, nil
		}
	}
}
