package model

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/weights"
)

// Model is the object tree of a description, with the weight files that its
// values are read from.
type Model struct {
	Root  *Module
	files map[string]*weights.File
	// objects maps the objects of the description to those of the tree.
	objects map[spec.Object]Object
}

// Close closes the weight files; the values of variables end with them.
func (m *Model) Close() error {
	var errs []error
	for _, f := range m.files {
		errs = append(errs, f.Close())
	}
	return errors.Join(errs...)
}

// Function is the function of the tree that a description's function became.
func (m *Model) Function(f *spec.Function) *Function {
	fn, _ := m.objects[f].(*Function)
	return fn
}

// Build makes the object tree of a description and finds the value of every
// variable. It opens the weight files, reads their headers, and holds shapes
// and dtypes against the description; no value is read. All mistakes are
// reported together. Where there are any, here or in s, the tree holds Broken
// objects and is good for nothing but to find more.
func Build(s *spec.Spec) (*Model, spec.ErrorList) {
	b := &builder{
		model: &Model{files: map[string]*weights.File{}, objects: map[spec.Object]Object{}},
		spec:  s,
		open:  map[string]bool{},
	}
	b.model.Root = b.module(s.Module, "")
	b.refs()
	b.weightFiles()
	for _, p := range b.variables {
		b.finish(p)
		p.v.Incomplete = p.v.Value == nil && !p.v.Shape.FullyDefined()
	}
	b.errs.Sort()
	return b.model, b.errs
}

type builder struct {
	model     *Model
	spec      *spec.Spec
	errs      spec.ErrorList
	variables []*pending
	// later are the places that refs fill in once every object exists.
	later []func()
	open  map[string]bool // files that were tried
	// incomplete is set where mistakes of the description may hide variables.
	incomplete bool
}

// pending is a variable whose value is yet to be found.
type pending struct {
	v      *Variable
	spec   *spec.Variable
	failed bool // its value was refused
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

func (b *builder) module(s *spec.Module, at string) *Module {
	m := &Module{path: path(at), Pos: s.Pos, Incomplete: s.Incomplete}
	b.incomplete = b.incomplete || s.Incomplete
	b.model.objects[s] = m
	for _, member := range s.Members {
		m.add(Attr{Name: member.Name, Pos: member.Pos})
		b.fill(func(v any) { a, _ := m.Attr(member.Name); a.Value = v }, member.Object, join(at, member.Name), member.Name, m)
	}
	return m
}

// fill makes an object and hands it to set; for a ref that happens when the
// whole tree is there.
func (b *builder) fill(set func(any), o spec.Object, at, name string, owner *Module) {
	if ref, ok := o.(*spec.Ref); ok {
		b.later = append(b.later, func() {
			if made, ok := b.model.objects[ref.Target]; ok {
				set(made)
			} else {
				set(b.broken(at))
			}
		})
		return
	}
	set(b.object(o, at, name, owner))
}

// refs fills in the references.
func (b *builder) refs() {
	for _, f := range b.later {
		f()
	}
}

// broken is what stands for an object that is not to be had.
func (b *builder) broken(at string) *Broken {
	b.incomplete = true
	return &Broken{path(at)}
}

func (b *builder) object(o spec.Object, at, name string, owner *Module) any {
	var made Object
	before := len(b.errs)
	switch o := o.(type) {
	case *spec.Module:
		return b.module(o, at)
	case *spec.List:
		l := &List{path: path(at), Items: make([]Object, len(o.Items))}
		for i, item := range o.Items {
			b.fill(func(v any) { l.Items[i], _ = v.(Object) }, item, join(at, itoa(i)), name, owner)
		}
		made = l
	case *spec.Dict:
		d := &Dict{path: path(at), Items: make([]Attr, len(o.Members))}
		for i, m := range o.Members {
			d.Items[i] = Attr{Name: m.Name, Pos: m.Pos}
			b.fill(func(v any) { d.Items[i].Value = v }, m.Object, join(at, m.Name), m.Name, owner)
		}
		made = d
	case *spec.Variable:
		made = b.variable(o, at, name)
	case *spec.Constant:
		if !o.Tensor {
			return o.Value
		}
		made = b.constant(o, at)
	case *spec.Function:
		if o.Broken {
			made = b.broken(at)
			break
		}
		f := &Function{path: path(at), Name: name, Spec: o, Owner: owner}
		switch {
		case o.BodyFile != nil:
			f.File = b.file(o.BodyFile.File)
		case o.Graph != nil:
			f.File = b.file(o.Graph.File)
		}
		made = f
	case *spec.Asset:
		made = b.asset(o, at)
	case *spec.Table:
		made = b.table(o, at)
	case *spec.Broken:
		made = b.broken(at)
	default:
		panic("internal error: unknown object of a description")
	}
	switch made.(type) {
	case *Constant, *Table:
		if len(b.errs) > before {
			made = b.broken(at)
		}
	}
	b.model.objects[o] = made
	return made
}

func (b *builder) variable(s *spec.Variable, at, name string) *Variable {
	v := &Variable{path: path(at), Pos: s.Pos, Name: strings.TrimSuffix(s.Name, "/"), DType: s.DType, Shape: s.Shape,
		Trainable: s.Trainable == nil && s.Synchronization != "ON_READ" || s.Trainable != nil && *s.Trainable, Synchronization: s.Synchronization, Aggregation: s.Aggregation}
	if v.Name == "" {
		v.Name = spec.OpName(name)
	}
	b.variables = append(b.variables, &pending{v: v, spec: s})
	return v
}

func (b *builder) constant(s *spec.Constant, at string) *Constant {
	var dims []int64
	if s.HasShape && s.Shape.Known() {
		dims = s.Shape.Dims()
	}
	t, err := weights.FromValue(s.Value.Plain(), s.DType, dims)
	if err != nil {
		b.errs.Add(s.Value.Pos, "%v", err)
	}
	return &Constant{path: path(at), Pos: s.Pos, Value: t}
}

func (b *builder) file(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(b.spec.Dir, name)
}

func (b *builder) asset(s *spec.Asset, at string) *Asset {
	a := &Asset{path: path(at), Pos: s.Pos, File: b.file(s.File), Name: filepath.Base(s.File)}
	info, err := os.Stat(a.File)
	switch {
	case err != nil:
		b.errs.Add(s.Pos, "asset %s: %v", s.File, plain(err))
	case !info.Mode().IsRegular():
		b.errs.Add(s.Pos, "asset %s is not a file", s.File)
	}
	return a
}

// plain is an error of the file system without the path that it repeats.
func plain(err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		return pe.Err
	}
	return err
}

// finish gives a variable the value that its own description names.
func (b *builder) finish(p *pending) {
	s, v := p.spec, p.v
	if p.failed {
		return
	}
	var dims []int64
	if s.HasShape && s.Shape.Known() {
		dims = s.Shape.Dims()
	}
	switch {
	case s.Value != nil:
		src, err := weights.Value(s.Value.Plain(), s.DType, dims)
		if err != nil {
			b.errs.Add(s.Value.Pos, "variable %q: %v", v.Path(), err)
			return
		}
		v.Value = src
	case s.File != nil:
		f := b.openFile(s.File.File, s.File.FilePos)
		if f == nil {
			return
		}
		name := s.File.Tensor
		if name == "" && len(f.Names()) == 1 {
			name = f.Names()[0]
		}
		if name == "" && !f.Has("") {
			if len(f.Names()) == 0 {
				b.errs.Add(s.File.FilePos, "%s holds no tensors", s.File.File)
			} else {
				b.errs.Add(s.File.FilePos, "%s holds %d tensors: say which with tensor:", s.File.File, len(f.Names()))
			}
			return
		}
		src, err := f.TensorAs(name, s.DType)
		if err != nil {
			at := s.File.FilePos
			if s.File.Tensor != "" {
				at = s.File.TensorPos
			}
			b.errs.Add(at, "%v", err)
			return
		}
		b.fromFile(p, src, s.File.Pos, s.File.Transpose, s.File.Cast)
	case s.Initializer != nil:
		b.initialize(p, dims)
	case v.Value == nil && !b.failedWeights():
		e := spec.Errorf(s.Pos, "variable %q has no value", v.Path())
		e.Hint = "give it value:, initializer:, or a tensor of a file under weights:"
		b.errs = append(b.errs, e)
	}
	if v.Value == nil {
		return
	}
	have := tensor.ShapeOf(v.Value.Shape...)
	switch {
	case !s.HasShape:
		v.Shape = have
	case !s.Shape.Compatible(have):
		b.errs.Add(s.ShapePos, "variable %q has shape %s, its value has %s", v.Path(), s.Shape, have)
	}
}

// failedWeights reports whether a weight file could not be read: the missing
// values are its fault then.
func (b *builder) failedWeights() bool {
	for _, w := range b.spec.Weights {
		if w.Broken {
			return true
		}
	}
	for _, ok := range b.open {
		if !ok {
			return true
		}
	}
	return false
}

func (b *builder) initialize(p *pending, dims []int64) {
	s, v := p.spec, p.v
	if !s.HasShape || !s.Shape.FullyDefined() {
		b.errs.Add(s.ShapePos, "variable %q: an initializer needs a complete shape", v.Path())
		return
	}
	params := map[string]any{}
	for _, param := range s.Initializer.Params {
		params[param.Name] = param.Value.Plain()
	}
	src, err := weights.Initializer{Name: s.Initializer.Name, Params: params}.Source(s.DType, dims, v.Path())
	if err != nil {
		b.errs.Add(s.Initializer.Pos, "variable %q: %v", v.Path(), err)
		return
	}
	v.Value = src
}

// fromFile takes a tensor of a file: permuted and converted as the
// description says, and held against shape and dtype.
func (b *builder) fromFile(p *pending, src *weights.Source, pos spec.Pos, perm []int, cast bool) {
	s, v := p.spec, p.v
	var err error
	if perm != nil {
		if src, err = src.Transpose(perm); err != nil {
			b.errs.Add(pos, "variable %q: %v", v.Path(), err)
			return
		}
	}
	if src.DType != s.DType {
		if !cast {
			e := spec.Errorf(pos, "variable %q is %s, the file holds %s", v.Path(), s.DType, src.DType)
			e.Hint = "say dtype: " + src.DType.String() + ", or cast: true"
			b.errs = append(b.errs, e)
			return
		}
		if src, err = src.Cast(s.DType); err != nil {
			b.errs.Add(pos, "variable %q: %v", v.Path(), err)
			return
		}
	}
	have := tensor.ShapeOf(src.Shape...)
	if s.HasShape && !s.Shape.Compatible(have) {
		e := spec.Errorf(s.ShapePos, "variable %q has shape %s, the file holds %s", v.Path(), s.Shape, have)
		if r := slices.Clone(src.Shape); len(r) == 2 && s.Shape.Compatible(tensor.ShapeOf(r[1], r[0])) {
			e.Hint = "transpose: [1, 0] would fit"
		}
		b.errs = append(b.errs, e)
		return
	}
	v.Value = src
}

// openFile opens a weight file once; nil after an error, which is reported
// where the file is first named.
func (b *builder) openFile(name string, pos spec.Pos) *weights.File {
	full := b.file(name)
	if f, ok := b.model.files[full]; ok {
		return f
	}
	if ok, tried := b.open[full]; tried && !ok {
		return nil
	}
	f, err := weights.Open(full)
	b.open[full] = err == nil
	if err != nil {
		// The message has the path as the description has it.
		b.errs.Add(pos, "weight file %s: %s", name, strings.TrimPrefix(plain(err).Error(), full+": "))
		return nil
	}
	b.model.files[full] = f
	return f
}
