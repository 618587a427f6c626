package spec

import (
	"slices"
	"strings"
	"unicode"

	"github.com/tfsave/tfsave/internal/tensor"
)

// section is a section of a module: the kind of its attributes.
type section int

const (
	constants section = iota
	variables
	modules
	functions
	assets
	tables
)

// sectionKeys are the keys of the sections in a module.
var sectionKeys = []string{"constants", "variables", "modules", "functions", "assets", "tables"}

// entry decodes an attribute of a section, or the ref to one.
func (d *decoder) entry(sec section, n *node, name string) Object {
	before := d.count()
	o := d.object(sec, n, name)
	if d.count() == before {
		return o
	}
	switch o := o.(type) {
	case *Module, *List, *Dict: // what is in them has been looked at
		return o
	case *Function:
		o.Broken = true
		return o
	}
	return &Broken{n.pos}
}

func (d *decoder) object(sec section, n *node, name string) Object {
	if n.only("ref") && sec != constants {
		return &Ref{Pos: n.pos, Path: d.path(n.get("ref"), "ref"), section: sec}
	}
	if sec == variables || sec == modules {
		if o := d.structure(sec, n); o != nil {
			return o
		}
	}
	switch sec {
	case constants:
		return d.constant(n)
	case variables:
		return d.variable(n)
	case functions:
		return d.function(n, name)
	case assets:
		return d.asset(n)
	case tables:
		return d.table(n)
	}
	if n.only("keras") {
		return &Keras{n.pos, n.get("keras").value()}
	}
	return d.module(n, false)
}

// structure decodes a list or a dict of the entries of a section, nil if n is
// neither.
func (d *decoder) structure(sec section, n *node) Object {
	switch {
	case n.kind == listNode:
		l := &List{Pos: n.pos}
		for _, item := range n.items {
			l.Items = append(l.Items, d.entry(sec, item, ""))
		}
		return l
	case n.only("dict"):
		dict := &Dict{Pos: n.pos}
		for _, p := range d.pairs(n.get("dict"), "dict") {
			dict.Members = append(dict.Members, Member{p.key, p.pos, d.entry(sec, p.value, "")})
		}
		return dict
	}
	return nil
}

// module decodes the sections of a module in the order of the file.
func (d *decoder) module(n *node, root bool) *Module {
	m := &Module{Pos: n.pos}
	first := map[string]Pos{}
	before, inside := d.count(), 0
	for key, v := range d.fields(n, &moduleKeys) {
		sec := section(slices.Index(sectionKeys, key))
		for _, p := range d.pairs(v, key) {
			start := d.count()
			d.attribute(p, root)
			m.Members = append(m.Members, Member{p.key, p.pos, d.entry(sec, p.value, p.key)})
			if at0, ok := first[p.key]; ok {
				d.add(p.pos, "attribute %s is given twice, first %s", quote(p.key), at(at0, p.pos))
			} else {
				first[p.key] = p.pos
			}
			inside += d.count() - start
		}
	}
	m.Incomplete = d.count()-before > inside
	return m
}

// keywords are the reserved words of Python 3, which no attribute or argument
// can be called.
var keywords = strings.Fields(`False None True and as assert async await break class continue def del elif else except
	finally for from global if import in is lambda nonlocal not or pass raise return try while with yield`)

// isIdentifier reports a name that Python allows, keywords aside.
func isIdentifier(s string) bool {
	for i, r := range s {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.In(r, unicode.Nd, unicode.Mn, unicode.Mc, unicode.Pc)) {
			return false
		}
	}
	return s != ""
}

// IsIdentifier reports a name that an argument or attribute can have in Python.
func IsIdentifier(s string) bool { return isIdentifier(s) && !slices.Contains(keywords, s) }

// identifier reports a name that is none in Python.
func (d *decoder) identifier(pos Pos, name, what string) bool {
	switch {
	case !isIdentifier(name):
		d.add(pos, "%s %s is not a Python identifier", what, quote(name))
		return false
	case slices.Contains(keywords, name):
		d.add(pos, "%s %s is a keyword of Python", what, quote(name))
		return false
	}
	return true
}

// attribute checks the name of an attribute.
func (d *decoder) attribute(p pair, root bool) {
	d.identifier(p.pos, p.key, "attribute")
	if root && p.key == "signatures" {
		d.report(&Error{Pos: p.pos, Msg: `"signatures" is a reserved attribute: it is where a loaded model has its signatures`,
			Hint: "call it something else"})
	}
}

func (d *decoder) constant(n *node) *Constant {
	isTensor := n.has("value") && (n.has("dtype") || n.has("shape")) &&
		!slices.ContainsFunc(n.pairs, func(p pair) bool { return tensorConstantKeys.find(p.key) == nil })
	switch {
	case n.only("literal"):
		return &Constant{Pos: n.pos, Value: n.get("literal").value()}
	case !isTensor:
		return &Constant{Pos: n.pos, Value: n.value()}
	}
	c := &Constant{Pos: n.pos, Tensor: true}
	for key, v := range d.fields(n, &tensorConstantKeys) {
		switch key {
		case "value":
			c.Value = v.value()
		case "dtype":
			c.DType = d.dtype(v, "dtype")
		case "shape":
			c.HasShape = true
			c.Shape = d.shape(v)
			if !c.Shape.FullyDefined() {
				d.add(v.pos, "shape: the shape of a constant must be fully defined")
			}
		default:
			panic("internal error: no code for key " + key)
		}
	}
	return c
}

// noVariables are the dtypes for which TensorFlow 2.21 has no AssignVariableOp:
// it can not load a model with such a variable (observed).
var noVariables = []tensor.DType{
	tensor.Resource, tensor.Variant, tensor.QInt16, tensor.QUint16,
	tensor.Float8E4M3FNUZ, tensor.Float8E4M3B11, tensor.Float8E5M2FNUZ,
}

func (d *decoder) variable(n *node) *Variable {
	v := &Variable{Pos: n.pos, ShapePos: n.pos, DTypePos: n.pos, DType: tensor.Float32}
	var valuePos Pos
	before := d.count()
	for key, f := range d.fields(n, &variableKeys) {
		switch key {
		case "shape":
			v.HasShape, v.ShapePos = true, f.pos
			v.Shape = d.shape(f)
		case "dtype":
			v.DTypePos = f.pos
			v.DType = d.dtype(f, "dtype")
			if slices.Contains(noVariables, v.DType) {
				d.add(f.pos, "dtype: a variable can not be of dtype %s", v.DType)
			}
		case "initializer":
			v.Initializer = d.initializer(f)
		case "value":
			valuePos = f.pos
			switch {
			case f.kind == mapNode:
				v.File = d.fileValue(f)
			case f.kind == scalarNode && f.scalar == nil:
				d.add(f.pos, "value: want a number, string, bool, list or {file: …}, not null")
			default:
				value := f.value()
				v.Value = &value
			}
		case "trainable":
			b := d.boolean(f, key)
			v.Trainable = &b
		case "name":
			v.Name = d.text(f, key).Value
			if err := CheckOpName(v.Name); v.Name != "" && err != nil {
				d.add(f.pos, "name: %v", err)
			}
		case "synchronization":
			v.Synchronization = d.choice(f, synchronizations, key)
		case "aggregation":
			v.Aggregation = d.choice(f, aggregations, key)
		default:
			panic("internal error: no code for key " + key)
		}
	}
	switch {
	case n.kind != mapNode || v.Initializer == nil:
	case valuePos != Pos{}:
		d.add(valuePos, "a variable has one source: value or initializer, not both")
	case !v.HasShape && misspelt(n, &variableKeys, "shape"):
	case !v.HasShape:
		d.add(n.pos, "a variable with an initializer needs the key \"shape\"")
	case !v.Shape.FullyDefined() && d.count() == before: // and not for another mistake
		d.add(v.ShapePos, "shape: an initializer needs a shape without null")
	}
	return v
}

func (d *decoder) initializer(n *node) *Initializer {
	init := &Initializer{Pos: n.pos}
	if n.kind != mapNode {
		if s, ok := n.str(); ok && s != "" {
			init.Name = s
			return init
		}
		d.add(n.pos, "initializer: want a name, or a mapping of one name to its parameters, not %s", n.describe())
		return init
	}
	if len(n.pairs) != 1 {
		d.report(&Error{Pos: n.pos, Msg: "initializer: want a mapping of one name to its parameters",
			Hint: "such as {glorot_uniform: {seed: 7}}"})
		return init
	}
	init.Name = n.pairs[0].key
	params := n.pairs[0].value
	if params.kind == scalarNode && params.scalar == nil {
		return init
	}
	if params.kind != mapNode {
		d.report(&Error{Pos: params.pos, Msg: "initializer: want a mapping of parameters, not " + params.describe(),
			Hint: "such as {constant: {value: 3}}"})
	}
	for _, p := range params.pairs {
		init.Params = append(init.Params, Param{p.key, p.pos, p.value.value()})
	}
	return init
}

func (d *decoder) fileValue(n *node) *FileValue {
	f := &FileValue{Pos: n.pos}
	for key, v := range d.fields(n, &fileValueKeys) {
		switch key {
		case "file":
			f.File, f.FilePos = d.text(v, key).Value, v.pos
		case "tensor":
			f.Tensor, f.TensorPos = d.text(v, key).Value, v.pos
		case "transpose":
			f.Transpose = d.permutation(v, key)
		case "cast":
			f.Cast = d.boolean(v, key)
		default:
			panic("internal error: no code for key " + key)
		}
	}
	return f
}

func (d *decoder) asset(n *node) *Asset {
	a := &Asset{Pos: n.pos}
	if n.kind == scalarNode {
		a.File = d.text(n, "asset").Value
		return a
	}
	for key, v := range d.fields(n, &assetKeys) {
		switch key {
		case "file":
			a.File = d.text(v, key).Value
		default:
			panic("internal error: no code for key " + key)
		}
	}
	return a
}
