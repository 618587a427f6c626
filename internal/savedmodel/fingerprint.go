package savedmodel

import (
	"cmp"
	"math/big"
	"slices"
	"strconv"
	"strings"

	farm "github.com/dgryski/go-farm"
	"github.com/tfsave/tfsave/internal/tfpb"
)

// fingerprintVersion is the version of the hashes that TensorFlow 2.21 writes.
const fingerprintVersion = 4

// Fingerprint computes the content of fingerprint.pb for a SavedModel and the
// bytes of its variables.index, nil where there is none
// (tensorflow/cc/saved_model/fingerprinting.cc and fingerprinting_utils.cc,
// TF 2.21). TensorFlow draws the uuid at random; here it follows from the other
// hashes, so that the same model always gets the same one.
func Fingerprint(sm *tfpb.SavedModel, index []byte) (*tfpb.FingerprintDef, error) {
	file, err := marshal(sm)
	if err != nil {
		return nil, err
	}
	return fingerprint(file, sm.GetMetaGraphs()[0], index)
}

func fingerprint(file []byte, mg *tfpb.MetaGraphDef, index []byte) (*tfpb.FingerprintDef, error) {
	f := &tfpb.FingerprintDef{
		SavedModelChecksum: farm.Fingerprint64(file),
		Version:            &tfpb.VersionDef{Producer: fingerprintVersion},
	}
	if index != nil {
		f.CheckpointHash = farm.Fingerprint64(index)
	}
	var err error
	if f.GraphDefProgramHash, err = programHash(mg.GetGraphDef()); err != nil {
		return nil, err
	}
	if f.SignatureDefHash, err = signatureHash(mg.GetSignatureDef()); err != nil {
		return nil, err
	}
	if f.SavedObjectGraphHash, err = objectGraphHash(mg.GetObjectGraphDef()); err != nil {
		return nil, err
	}
	content, err := marshal(f)
	if err != nil {
		return nil, err
	}
	hi, lo := farm.Fingerprint128(content)
	f.Uuid = decimal(hi, lo)
	return f, nil
}

// decimal writes a number of 128 bits as TensorFlow does, with at least 20
// digits.
func decimal(hi, lo uint64) string {
	n := new(big.Int).SetUint64(hi)
	n.Lsh(n, 64).Or(n, new(big.Int).SetUint64(lo))
	s := n.String()
	return strings.Repeat("0", max(20-len(s), 0)) + s
}

// programHash is the hash of what the main graph does: without the numbers at
// the end of function names, values of string constants, options of calls,
// functions and versions.
func programHash(g *tfpb.GraphDef) (uint64, error) {
	canonical := &tfpb.GraphDef{Library: &tfpb.FunctionDefLibrary{}, Versions: &tfpb.VersionDef{}}
	for _, n := range g.GetNode() {
		switch n.GetOp() {
		case "PartitionedCall", "StatefulPartitionedCall":
			n = cloneAttrs(n)
			if f, ok := n.Attr["f"]; ok {
				name, _ := splitUID(f.GetFunc().GetName())
				n.Attr["f"] = &tfpb.AttrValue{Value: &tfpb.AttrValue_Func{Func: &tfpb.NameAttrList{Name: name, Attr: f.GetFunc().GetAttr()}}}
			}
			if _, ok := n.Attr["config_proto"]; ok {
				n.Attr["config_proto"] = &tfpb.AttrValue{Value: &tfpb.AttrValue_S{}}
			}
		case "Const":
			if n.Attr["dtype"].GetType() == tfpb.DataType_DT_STRING {
				n = cloneAttrs(n)
				n.Attr["value"] = &tfpb.AttrValue{}
			}
		}
		canonical.Node = append(canonical.Node, n)
	}
	b, err := marshal(canonical)
	return farm.Fingerprint64(b), err
}

// cloneAttrs copies a node as far as its attributes can be replaced.
func cloneAttrs(n *tfpb.NodeDef) *tfpb.NodeDef {
	c := &tfpb.NodeDef{Name: n.GetName(), Op: n.GetOp(), Input: n.GetInput(), Device: n.GetDevice(), Attr: map[string]*tfpb.AttrValue{},
		ExperimentalDebugInfo: n.GetExperimentalDebugInfo()}
	for k, v := range n.GetAttr() {
		c.Attr[k] = v
	}
	return c
}

func signatureHash(sigs map[string]*tfpb.SignatureDef) (uint64, error) {
	keys := make([]string, 0, len(sigs))
	for k := range sigs {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	h := uint64(0)
	for _, k := range keys {
		b, err := marshal(sigs[k])
		if err != nil {
			return 0, err
		}
		h = concat(h, farm.Fingerprint64([]byte(k)))
		h = concat(h, farm.Fingerprint64(b))
	}
	return h, nil
}

func objectGraphHash(g *tfpb.SavedObjectGraph) (uint64, error) {
	type entry struct {
		name string
		uid  int64
		f    *tfpb.SavedConcreteFunction
	}
	var functions []entry
	for name, f := range g.GetConcreteFunctions() {
		base, uid := splitUID(name)
		functions = append(functions, entry{base, uid, f})
	}
	slices.SortFunc(functions, func(a, b entry) int { return cmp.Or(cmp.Compare(a.uid, b.uid), cmp.Compare(a.name, b.name)) })
	h := uint64(0)
	for _, f := range functions {
		b, err := marshal(f.f)
		if err != nil {
			return 0, err
		}
		h = concat(h, farm.Fingerprint64([]byte(f.name)))
		h = concat(h, farm.Fingerprint64(b))
	}
	return h, nil
}

// splitUID cuts the number off a function's name, what comes after its last
// "_". A name without one stays as it is.
func splitUID(name string) (string, int64) {
	i := strings.LastIndexByte(name, '_') + 1
	uid, err := strconv.ParseInt(name[i:], 10, 64)
	if i == 0 || err != nil || uid < 0 {
		return name, 0
	}
	return name[:i], uid
}

// concat combines two hashes (FingerprintCat64, tsl/platform/fingerprint.h).
func concat(a, b uint64) uint64 {
	const k = 0xc6a4a7935bd1e995
	mix := func(v uint64) uint64 { return v ^ v>>47 }
	r := a ^ k
	r ^= mix(b*k) * k
	r *= k
	return mix(mix(r) * k)
}
