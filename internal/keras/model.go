package keras

import (
	"strings"

	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/weights"
)

// topModel makes the part of the model that a config describes.
func (b *builder) topModel(config spec.Value) *part {
	var n *network
	if b.set.layers != nil {
		n = b.inline(config)
	} else {
		o, ok := readObject(config)
		switch {
		case !ok:
			b.errs.Add(config.Pos, "this is no config of a Keras model: it has no class_name")
			return nil
		case !o.isNetwork():
			e := spec.Errorf(config.Pos, "the model is of class %q, whose code is not in its config", o.class)
			e.Hint = "only functional and sequential models are made of layers; write its functions by hand, and take its variables from the weight file"
			b.errs = append(b.errs, e)
			return nil
		}
		b.setVersion(config)
		b.keras2 = strings.HasPrefix(b.version, "2") || b.version == "" && o.module == ""
		n = b.network(o)
	}
	if len(b.errs) > 0 {
		return nil
	}
	if b.set.name.Value != "" {
		n.name = b.set.name.Value
	}
	// model.export describes every input by shape and dtype (make_tf_tensor_spec,
	// keras/src/export/export_utils.py, Keras 3.15).
	n.denseInputs = b.set.style == spec.KerasExport
	p := b.modelPart(n, nil, false)
	if p != nil {
		for _, c := range p.children {
			c.part.nameVariables("")
		}
	}
	return p
}

// nameVariables gives variables the names that Keras gives them: those of the
// layers that hold them, one in the other.
func (p *part) nameVariables(prefix string) {
	prefix += p.name + "/"
	for _, c := range p.children {
		c.part.nameVariables(prefix)
	}
	for _, v := range p.variables {
		if !strings.Contains(v.spec.Name, "/") { // the variable of a sublayer has its name
			v.spec.Name = prefix + v.spec.Name
		}
	}
	for _, v := range p.states {
		v.spec.Name = prefix + v.spec.Name
	}
}

// nested makes the part of a model that a layer holds.
func (b *builder) nested(o *object, in shapes) *part {
	n := b.network(o)
	if len(b.errs) > 0 {
		return nil
	}
	var infos []info
	for _, v := range in.positional {
		if s, ok := readShape(v); ok {
			dtype, _ := o.config.Get("dtype")
			p, _ := readPolicy(dtype)
			infos = append(infos, info{known: true, shape: s, dtype: p.compute})
		}
	}
	return b.modelPart(n, infos, true)
}

// freeze makes a part and all below it not trainable.
func (p *part) freeze() {
	p.trainable = false
	for _, m := range p.module.Members {
		if c, ok := m.Object.(*spec.Constant); ok && m.Name == "trainable" {
			c.Value.V = false
		}
	}
	for _, c := range p.children {
		c.part.freeze()
	}
	p.freezeVariables()
}

// freezeVariables makes the variables below a layer not trainable, and leaves
// what its sublayers do while training.
func (p *part) freezeVariables() {
	off := false
	p.each(func(v *variable) { v.spec.Trainable = &off })
}

// checkInitializer holds an initializer against those that there are.
func checkInitializer(i *spec.Initializer) error {
	params := map[string]any{}
	for _, p := range i.Params {
		params[p.Name] = p.Value.Plain()
	}
	return weights.Initializer{Name: i.Name, Params: params}.Check()
}
