package verify

import (
	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/op"
	"github.com/tfsave/tfsave/internal/reader"
	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/tfpb"
)

// origin says where the definition of an op comes from.
type origin int

const (
	unknown   origin = iota
	registry         // TensorFlow 2.21
	modelList        // the model's own list of ops
	library          // a function of the model
)

// defs finds the definitions of ops.
type defs struct {
	listed map[string]*tfpb.OpDef
	made   map[string]*op.Def // of listed ops and functions
	lib    *reader.Library
}

func newDefs(g *tfpb.MetaGraphDef, lib *reader.Library) *defs {
	d := &defs{listed: map[string]*tfpb.OpDef{}, made: map[string]*op.Def{}, lib: lib}
	for _, o := range g.GetMetaInfoDef().GetStrippedOpList().GetOp() {
		d.listed[o.GetName()] = o
	}
	return d
}

// lookup finds the definition of an op: TensorFlow's own, a function of the
// library, or what the model says of it.
func (d *defs) lookup(name string) (*op.Def, origin) {
	if def, ok := op.Lookup(name); ok {
		return def, registry
	}
	if f := d.lib.Function(name); f != nil {
		return d.of(f.Function.GetSignature(), f.Function.GetSignature().GetAttr()), library
	}
	if o := d.listed[name]; o != nil {
		return d.of(o, o.GetAttr()), modelList
	}
	return nil, unknown
}

// of makes the definition that a message has.
func (d *defs) of(o *tfpb.OpDef, attrs []*tfpb.OpDef_AttrDef) *op.Def {
	if def := d.made[o.GetName()]; def != nil {
		return def
	}
	def := &op.Def{Name: o.GetName(), Stateful: o.GetIsStateful(), Inputs: args(o.GetInputArg()), Outputs: args(o.GetOutputArg())}
	for _, a := range attrs {
		attr := op.AttrDef{Name: a.GetName(), Type: a.GetType(), HasMin: a.GetHasMinimum(), Min: a.GetMinimum()}
		if a.GetDefaultValue() != nil {
			attr.HasDefault = true
			if a.GetDefaultValue().GetTensor() == nil {
				// A default that is wrong is none.
				attr.Default, _ = graph.AttrValue(a.GetDefaultValue(), a.GetType())
			}
		}
		def.Attrs = append(def.Attrs, attr)
	}
	d.made[o.GetName()] = def
	return def
}

func args(list []*tfpb.OpDef_ArgDef) []op.Arg {
	var out []op.Arg
	for _, a := range list {
		out = append(out, op.Arg{
			Name: a.GetName(), Type: tensor.DType(a.GetType()), TypeAttr: a.GetTypeAttr(), NumberAttr: a.GetNumberAttr(),
			TypeListAttr: a.GetTypeListAttr(), IsRef: a.GetIsRef(),
		})
	}
	return out
}
