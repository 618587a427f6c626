package spec

import (
	"slices"
	"strconv"
	"strings"
)

// resolver finds what paths lead to.
//
// A path is followed from its start through attributes, elements and keys.
// Where a step is a ref, the ref is resolved first; a ref that is met again
// before that is done is a cycle. A Keras model hides what is below it: paths
// through one are left to whoever builds it. Nothing is said of paths that
// mistakes of the description may have broken.
type resolver struct {
	*sink
	root    Object
	members map[Object]map[string]Object
	state   map[*Ref]refState
	stack   []*Ref // refs that are being resolved
}

type refState uint8

const (
	unresolved refState = iota
	resolving
	resolved
)

// maxRefChain bounds the refs that lead through each other.
const maxRefChain = 1000

// resolveRefs finds the targets of all refs, function paths and other paths of
// the description.
func resolveRefs(s *Spec, errs *sink) {
	r := &resolver{sink: errs, members: map[Object]map[string]Object{}, state: map[*Ref]refState{}}
	switch {
	case s.Module != nil:
		r.root = s.Module
	case s.Keras != nil:
		r.root = s.Keras
	default:
		return
	}
	var funcs []scoped
	walk(r.root, func(o Object, parent *Module) {
		switch o := o.(type) {
		case *Ref:
			r.resolve(o)
		case *Function:
			if o.Nodes != nil {
				funcs = append(funcs, scoped{o, parent})
			}
		}
	})
	walk(r.root, func(o Object, _ *Module) {
		if t, ok := o.(*Table); ok && t.AssetPath.Steps != nil {
			t.Asset, _ = r.find(t.AssetPath, r.root, "asset", anAsset).(*Asset)
		}
	})
	for _, f := range funcs {
		r.checkNodes(f)
	}
	if s.Signatures != nil {
		for _, sig := range s.Signatures.Entries {
			r.function(&sig.Function, "signature "+quote(sig.Key))
			r.checkSignature(sig)
		}
	}
	for _, alias := range s.Options.FunctionAliases {
		for i := range alias.Functions {
			r.function(&alias.Functions[i], "function_aliases")
		}
	}
	for _, w := range s.Weights {
		r.weights(w)
	}
}

// scoped is a function with the module that has it as an attribute.
type scoped struct {
	f      *Function
	module *Module
}

// walk visits the objects below o in the order of the file, o included, refs
// not followed.
func walk(o Object, visit func(o Object, parent *Module)) {
	var down func(o Object, parent *Module)
	down = func(o Object, parent *Module) {
		visit(o, parent)
		switch o := o.(type) {
		case *Module:
			for _, m := range o.Members {
				down(m.Object, o)
			}
		case *Dict:
			for _, m := range o.Members {
				down(m.Object, parent)
			}
		case *List:
			for _, item := range o.Items {
				down(item, parent)
			}
		}
	}
	down(o, nil)
}

// child gives the object that a step leads to, nil if there is none.
func (r *resolver) child(o Object, step string) Object {
	var members []Member
	switch o := o.(type) {
	case *Module:
		members = o.Members
	case *Dict:
		members = o.Members
	case *List:
		i, err := strconv.Atoi(step)
		if err != nil || i < 0 || i >= len(o.Items) {
			return nil
		}
		return o.Items[i]
	default:
		return nil
	}
	byName := r.members[o]
	if byName == nil {
		byName = make(map[string]Object, len(members))
		for _, m := range members {
			byName[m.Name] = m.Object
		}
		r.members[o] = byName
	}
	return byName[step]
}

// lookup follows steps from an object. ok is false where a step leads nowhere,
// or where a ref on the way has no target (which was reported); it is true
// with a nil object for a path through a Keras model or to something broken.
func (r *resolver) lookup(steps []string, from Object) (o Object, ok bool) {
	o = from
	for _, step := range steps {
		if _, keras := o.(*Keras); keras {
			return nil, true
		}
		if m, ok := o.(*Module); ok && m.Incomplete && r.child(o, step) == nil {
			return nil, true
		}
		o = r.child(o, step)
		if _, broken := o.(*Broken); broken {
			return nil, true
		}
		if ref, isRef := o.(*Ref); isRef {
			o = r.resolve(ref)
		}
		if o == nil {
			return nil, false
		}
	}
	return o, true
}

// throughKeras reports a path on which a Keras model lies.
func (r *resolver) throughKeras(steps []string) bool {
	for i := range steps {
		if o, _ := r.lookup(steps[:i], r.root); o != nil {
			if _, keras := o.(*Keras); keras {
				return true
			}
		}
	}
	return false
}

// resolve finds the target of a ref, nil (reported once) if it has none.
func (r *resolver) resolve(ref *Ref) Object {
	switch r.state[ref] {
	case resolved:
		return ref.Target
	case resolving:
		r.cycle(ref)
		return nil
	}
	if ref.Path.Text == "" {
		return nil
	}
	if len(r.stack) >= maxRefChain {
		r.add(ref.Pos, "ref %s: a chain of more than %d refs", quote(ref.Path.Text), maxRefChain)
		r.state[ref] = resolved
		return nil
	}
	r.state[ref] = resolving
	r.stack = append(r.stack, ref)
	before := r.count()
	o, ok := r.lookup(ref.Path.Steps, r.root)
	r.stack = r.stack[:len(r.stack)-1]
	r.state[ref] = resolved
	switch {
	case !ok:
		if r.count() == before {
			r.missing(ref.Path, r.root, "ref", ref.section.fits)
		}
	case o == nil && r.throughKeras(ref.Path.Steps):
		r.add(ref.Pos, "ref %s: a part of a Keras model can not be a ref", quote(ref.Path.Text))
	case o == nil:
	case !ref.section.fits(o):
		r.add(ref.Pos, "ref %s leads to %s, want %s", quote(ref.Path.Text), o.What(), ref.section.what())
	default:
		ref.Target = o
	}
	return ref.Target
}

// cycle reports the refs from the first visit of ref on.
func (r *resolver) cycle(ref *Ref) {
	i := slices.Index(r.stack, ref)
	var path []string
	for _, s := range r.stack[i:] {
		path = append(path, s.Path.Text)
	}
	const most = 10
	if len(path) > most {
		path = append(path[:most], "…")
	}
	r.add(ref.Pos, "refs in a circle: %s", strings.Join(append(path, ref.Path.Text), " → "))
}

// fits reports an object that the section may hold.
func (sec section) fits(o Object) bool {
	switch o := o.(type) {
	case *Variable:
		return sec == variables
	case *Module, *Keras:
		return sec == modules
	case *Function:
		return sec == functions
	case *Asset:
		return sec == assets
	case *Table:
		return sec == tables
	case *List:
		return len(o.Items) == 0 && (sec == variables || sec == modules) || len(o.Items) > 0 && sec.holds(o.Items[0])
	case *Dict:
		return len(o.Members) == 0 && (sec == variables || sec == modules) || len(o.Members) > 0 && sec.holds(o.Members[0].Object)
	}
	return false
}

// holds is fits for an element, which may be a ref or broken.
func (sec section) holds(o Object) bool {
	switch o := o.(type) {
	case *Ref:
		return o.section == sec
	case *Broken:
		return true
	}
	return sec.fits(o)
}

func (sec section) what() string {
	return []string{"a constant", "a variable", "a module", "a function", "an asset", "a table"}[sec]
}

// target is what a path must lead to.
type target struct {
	what string
	fits func(o Object) bool
}

var (
	anAsset   = target{"an asset", func(o Object) bool { _, ok := o.(*Asset); return ok }}
	aFunction = target{"a function", func(o Object) bool { _, ok := o.(*Function); return ok }}
	aVariable = target{"a variable", func(o Object) bool { _, ok := o.(*Variable); return ok }}
	aModule   = target{"a module, list or dict", func(o Object) bool {
		switch o.(type) {
		case *Module, *List, *Dict:
			return true
		}
		return false
	}}
	aHandle = target{"a variable, asset, table or constant", func(o Object) bool {
		switch o.(type) {
		case *Variable, *Asset, *Table, *Constant:
			return true
		}
		return false
	}}
)

// find follows a path that must lead to want, and reports where it does not.
// It gives nil then, and for a path through a Keras model.
func (r *resolver) find(p Path, from Object, what string, want target) Object {
	if p.Text == "" {
		return nil
	}
	before := r.count()
	o, found := r.lookup(p.Steps, from)
	switch {
	case !found && r.count() == before:
		r.missing(p, from, what, want.fits)
		return nil
	case o == nil:
		return nil
	case !want.fits(o):
		r.add(p.Pos, "%s: %s is %s, want %s", what, quote(p.Text), o.What(), want.what)
		return nil
	}
	return o
}

// missing reports a path that leads nowhere, with the nearest path that leads
// to an object that ok accepts: one with the same last step, or one that is
// spelled alike.
func (r *resolver) missing(p Path, from Object, what string, ok func(Object) bool) {
	e := Errorf(p.Pos, "%s: nothing is called %s", what, quote(p.Text))
	r.nearest++
	if r.nearest <= maxNearest {
		candidates := pathsBelow(from, ok)
		e.Hint = suggest(p.Text, candidates)
		last := p.Steps[len(p.Steps)-1]
		for _, c := range candidates {
			if strings.HasSuffix(c, "."+last) {
				e.Hint = "did you mean " + quote(c) + "?"
				break
			}
		}
	}
	r.report(e)
}

// pathsBelow lists the paths of objects that ok accepts, a bounded number of
// them.
func pathsBelow(from Object, ok func(Object) bool) []string {
	const most = 2000
	var out []string
	var steps []string
	var down func(o Object)
	visit := func(name string, o Object) {
		steps = append(steps, name)
		target := o
		if ref, isRef := o.(*Ref); isRef {
			target = ref.Target
		}
		if len(out) < most && target != nil && ok(target) {
			out = append(out, joinPath(steps))
		}
		if len(out) < most {
			down(o)
		}
		steps = steps[:len(steps)-1]
	}
	down = func(o Object) {
		switch o := o.(type) {
		case *Module:
			for _, m := range o.Members {
				visit(m.Name, m.Object)
			}
		case *Dict:
			for _, m := range o.Members {
				visit(m.Name, m.Object)
			}
		case *List:
			for i, item := range o.Items {
				visit(strconv.Itoa(i), item)
			}
		}
	}
	down(from)
	return out
}

func (r *resolver) function(f *FunctionRef, what string) {
	f.Function, _ = r.find(f.Path, r.root, what, aFunction).(*Function)
	if f.Function != nil && f.Function.Plain {
		r.add(f.Path.Pos, "%s: %s is a plain method (tf_function: false), which has no graph", what, quote(f.Path.Text))
	}
}

// checkSignature refuses a function whose inputs nobody gives
// (tensorflow/python/saved_model/signature_serialization.py, TF 2.21:
// canonicalize_signatures).
func (r *resolver) checkSignature(sig *Signature) {
	f := sig.Function.Function
	if f == nil || sig.Inputs != nil || f.HasInputSignature || f.Graph != nil || f.Plain {
		return
	}
	r.report(&Error{Pos: sig.Pos, Msg: "signature " + quote(sig.Key) + ": function " + quote(sig.Function.Path.Text) + " has no input_signature",
		Hint: "give the signature inputs, or the function an input_signature"})
}

// weights finds the module of a weight file and the variables that it names.
func (r *resolver) weights(w *WeightFile) {
	if _, keras := r.root.(*Keras); keras {
		return
	}
	before := r.count()
	defer func() { w.Broken = w.Broken || r.count() > before }()
	w.Target = r.find(w.Module, r.root, "module", aModule)
	if w.Target == nil {
		w.Broken = w.Broken || !r.throughKeras(w.Module.Steps)
		return
	}
	variable := func(t Text, what string) Object {
		if t.Value == "" {
			return nil
		}
		steps, _, err := cutPath(t.Value, "")
		if err != nil {
			r.add(t.Pos, "%s: path %s: %v", what, quote(t.Value), err)
			return nil
		}
		return r.find(Path{t.Pos, t.Value, steps}, w.Target, what, aVariable)
	}
	for i := range w.Rename {
		w.Rename[i].Variable = variable(w.Rename[i].To, "rename")
	}
	for i := range w.Transpose {
		w.Transpose[i].Variable = variable(w.Transpose[i].Path, "transpose")
	}
}

// checkNodes checks the names in a function of nodes.
func (r *resolver) checkNodes(s scoped) {
	before := r.count()
	defer func() { s.f.Broken = s.f.Broken || r.count() > before }()
	nodes := s.f.Nodes
	first := map[string]Pos{}
	var names []string
	for _, a := range s.f.Args {
		first[a.Name] = a.Pos
		names = append(names, a.Name)
	}
	for _, n := range nodes.Nodes {
		if n.Name == "" {
			continue
		}
		if at0, ok := first[n.Name]; ok {
			r.add(n.NamePos, "node %s is given twice, first %s", quote(n.Name), at(at0, n.NamePos))
			continue
		}
		first[n.Name] = n.NamePos
		names = append(names, n.Name)
	}
	check := func(t Text, what string) {
		if path, ok := strings.CutPrefix(t.Value, "self."); ok {
			steps, _, err := cutPath(path, "")
			if err != nil {
				r.add(t.Pos, "%s: path %s: %v", what, quote(path), err)
				return
			}
			r.find(Path{t.Pos, path, steps}, s.module, what, aHandle)
			return
		}
		name, _, _ := strings.Cut(t.Value, ":")
		if _, ok := first[name]; !ok && t.Value != "" {
			r.unknown(t.Pos, names, name, "%s: no argument and no node is called %s", what, quote(name))
		}
	}
	for _, n := range nodes.Nodes {
		for _, in := range n.Inputs {
			check(in, "inputs")
		}
		for _, in := range n.ControlInputs {
			check(in, "control_inputs")
		}
	}
	for _, out := range nodes.Outputs.Items {
		check(out.Tensor, "outputs")
	}
}
