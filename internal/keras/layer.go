package keras

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/tensor"
)

// part is a layer or a model on its way into the description.
type part struct {
	pos       spec.Pos
	name      string // Keras's
	class     string
	module    *spec.Module
	variables []*variable // its own, in the order in which Keras makes them
	states    []*variable // what its calls assign: no weights, no weight file has them
	children  []child     // sublayers, or the layers of a model
	network   *network    // of a model
	trainable bool
	// takesTraining: its call has an argument training.
	takesTraining bool
	params        []string // of its call, self included
	masked        bool     // a model whose outputs may have masks
	takesOff      []int    // inputs of a model that lose their masks in it
	// user: its class is the user's own.
	user bool
	// optional: a weight file need not have its variables. Keras does not track
	// a layer that is the activation of another.
	optional bool
	// quantization is what it is quantized to; weight files have its variables
	// as they are made, not the trainable ones first.
	quantization string
	settings     *settings // of a whole model
}

// variable is a weight of a layer.
type variable struct {
	name      string
	spec      *spec.Variable
	also      []string // further names that it has in files
	trainable bool     // as Keras makes it, whatever is set later
	// unknown says why the config's initializer cannot be used: a weight file
	// must have the value.
	unknown string
}

// child is a sublayer under the attribute that holds it. The elements of a
// list of sublayers have the same attribute.
type child struct {
	attr   string
	inList bool
	part   *part
}

// commonOptions are the options of every layer that its own code does not see.
// Regularizers and constraints matter for training alone.
var commonOptions = map[string]bool{
	"name": true, "trainable": true, "dtype": true, "autocast": true, "batch_input_shape": true, "batch_shape": true,
	"input_shape": true, "input_dtype": true, "quantization_config": true, "lora_rank": true, "lora_alpha": true,
	"gptq_unpacked_column_size": true, "build_config": true, "registered_name": true, "rng_type": true, "auto_vectorize": true,
}

func forTraining(option string) bool {
	return strings.HasSuffix(option, "_regularizer") || strings.HasSuffix(option, "_constraint")
}

// shapes are the shapes of what a layer is called with.
type shapes struct {
	positional []spec.Value
	keywords   []spec.Entry // by the argument's name and "_shape"
}

// layer makes the part of a layer that is called with tensors of the shapes.
func (b *builder) layer(o *object, in shapes) *part {
	p := &part{pos: o.pos, name: o.name, class: o.class, trainable: true}
	if v, ok := o.config.Get("trainable"); ok && v.V == false {
		p.trainable = false
	}
	if !b.known(o) {
		return nil
	}
	if o.path == "" {
		o.path = o.name
	}
	dtype, _ := o.config.Get("dtype")
	sublayers := dtype // what layers that it makes have as theirs
	if isPolicyMap(dtype) {
		var err error
		if dtype, err = policyAt(dtype, o.path); err != nil {
			b.errs.Add(sublayers.Pos, "layer %q (%s): %s", o.name, o.class, err)
			return nil
		}
	}
	pol, ok := readPolicy(dtype)
	if !isPolicyMap(sublayers) {
		sublayers = spec.Value{Pos: o.pos, V: pol.name}
	}
	if !ok {
		what := strconv.Quote(fmt.Sprint(dtype.Plain()))
		if policy, ok := readObject(dtype); ok {
			what = policy.class
		}
		b.errs.Add(dtype.Pos, "layer %q: unknown dtype policy %s", o.name, what)
		return nil
	}
	if pol.quantization == "int8" && pol.compute == tensor.Half {
		b.errs.Add(dtype.Pos, "layer %q (%s) is quantized to int8 and computes in float16, which Keras refuses", o.name, o.class)
		return nil
	}
	if pol.quantization != "" {
		o.variant = pol.quantization + "_"
		p.quantization = pol.quantization
	}
	if !b.tracer.Defines(b.lib, o.variant+o.class+"_call") {
		e := spec.Errorf(dtype.Pos, "layer %q (%s) is quantized to %s, for which Keras has no code either", o.name, o.class, pol.quantization)
		e.Hint = "take the config and the weights from before model.quantize"
		b.errs = append(b.errs, e)
		return nil
	}
	config, ok := b.options(o)
	if !ok {
		return nil
	}
	at := func(v any) spec.Value { return spec.Value{Pos: o.pos, V: v} }
	constants := []spec.Member{
		constant("name", at(o.name)), constant("class_name", at(o.class)), constant("config", at(config)),
		constant("compute_dtype", at(pol.compute.String())), constant("variable_dtype", at(pol.variable.String())),
		constant("dtype_policy", sublayers), constant("quantization", at(pol.options.V)),
		constant("trainable", at(p.trainable)), constant("keras2", at(b.keras2)),
	}
	for _, name := range []string{"quantization_config", "lora_rank"} {
		option, _ := o.config.Get(name)
		constants = append(constants, constant(name, at(option.V)))
	}
	p.module = &spec.Module{Pos: o.pos, Members: constants}
	if !b.children(p, o, pol, in) {
		return nil
	}
	b.methods(p, o)
	return p
}

func constant(name string, v spec.Value) spec.Member {
	return spec.Member{Name: name, Pos: v.Pos, Object: &spec.Constant{Pos: v.Pos, Value: v}}
}

// classes lists the classes that the library has code for.
func (b *builder) classes() []string {
	var out []string
	for _, name := range b.tracer.Names(b.lib) {
		if class, ok := strings.CutSuffix(name, "_call"); ok && unicode.IsUpper([]rune(class)[0]) {
			out = append(out, class)
		}
	}
	return out
}

// options holds a layer's config against the parameters of its class's config
// function, which gives the missing ones their defaults, and can bring them into
// one form.
func (b *builder) options(o *object) ([]spec.Entry, bool) {
	var own []spec.Entry
	entries, _ := o.config.V.([]spec.Entry)
	for _, e := range entries {
		if name, _ := e.Key.V.(string); !commonOptions[name] && !forTraining(name) {
			own = append(own, e)
		}
	}
	own, ok := b.learned(o, own)
	if !ok {
		return nil, false
	}
	function := o.class + "_config"
	if !b.tracer.Defines(b.lib, function) {
		return own, true
	}
	bound, err := b.tracer.Bind(b.lib, function, o.pos, own)
	if err != nil {
		b.report(o.pos, err, "layer %q (%s)", o.name, o.class)
		return nil, false
	}
	changed, err := b.tracer.Evaluate(b.lib, function, nil, o.pos, nil, bound)
	if err != nil {
		b.report(o.pos, err, "layer %q (%s)", o.name, o.class)
		return nil, false
	}
	changes, _ := changed.V.([]spec.Entry)
	for _, c := range changes {
		i := slices.IndexFunc(bound, func(e spec.Entry) bool { return e.Key.V == c.Key.V })
		if i < 0 {
			bound = append(bound, c)
			continue
		}
		c.Value.Pos = bound[i].Value.Pos
		bound[i].Value = c.Value
	}
	return bound, true
}

// children makes the variables and sublayers that the class's build function
// asks for.
func (b *builder) children(p *part, o *object, pol policy, in shapes) bool {
	function := o.variant + o.class + "_build"
	if !b.tracer.Defines(b.lib, function) {
		return true
	}
	params, err := b.tracer.Parameters(b.lib, function)
	if err != nil {
		b.report(o.pos, err, "layer %q (%s)", o.name, o.class)
		return false
	}
	var self model.Module
	for _, m := range p.module.Members {
		self.Set(m.Name, m.Object.(*spec.Constant).Value)
	}
	args := in.positional[:min(len(in.positional), max(len(params)-1, 0))]
	var keywords []spec.Entry
	for _, k := range in.keywords {
		if i := slices.Index(params, k.Key.V.(string)); i > len(args) {
			keywords = append(keywords, k)
		}
	}
	made, err := b.tracer.Evaluate(b.lib, function, &self, o.pos, args, keywords)
	if err != nil {
		b.report(o.pos, err, "layer %q (%s)", o.name, o.class)
		return false
	}
	entries, _ := made.V.([]spec.Entry)
	for _, e := range entries {
		name, _ := e.Key.V.(string)
		if !b.child(p, o, pol, name, e.Value) {
			return false
		}
	}
	// Keras 3 leaves the sublayers of a layer with trainable=False as they are.
	if b.keras2 && !p.trainable {
		p.freezeVariables()
	}
	return true
}

// child makes one entry of what a build function gives; see base.py for their
// forms.
func (b *builder) child(p *part, o *object, pol policy, name string, v spec.Value) bool {
	if items, ok := v.V.([]spec.Value); ok {
		l := &spec.List{Pos: o.pos}
		seen := map[string]int{}
		for _, item := range items {
			if kind, _ := text(item, "kind"); kind == "state" {
				x := b.variable(o, pol, name, item)
				if x == nil {
					return false
				}
				p.states = append(p.states, x)
				l.Items = append(l.Items, x.spec)
				continue
			}
			sub := b.sublayer(o, pol, name, item, seen)
			if sub == nil {
				return false
			}
			l.Items = append(l.Items, sub.module)
			p.children = append(p.children, child{name, true, sub})
		}
		p.module.Members = append(p.module.Members, spec.Member{Name: name, Pos: o.pos, Object: l})
		return true
	}
	var made spec.Object
	switch kind, _ := text(v, "kind"); kind {
	case "":
		return true // an option that asks for nothing: None
	case "variable":
		x := b.variable(o, pol, name, v)
		if x == nil {
			return false
		}
		if !p.trainable {
			off := false
			x.spec.Trainable = &off
		}
		p.variables = append(p.variables, x)
		made = x.spec
	case "constant":
		value, _ := v.Get("value")
		value.Pos = o.pos
		c := &spec.Constant{Pos: o.pos, Value: value, Tensor: true, DType: pol.variable}
		if d, ok := text(v, "dtype"); ok {
			c.DType, _ = tensor.ParseDType(d)
		}
		made = c
	case "table":
		t := b.table(o, p, name, v)
		if t == nil {
			return false
		}
		made = t
	case "same":
		path, _ := text(v, "path")
		x := p.find(path)
		if x == nil {
			b.errs.Add(o.pos, "layer %q (%s): %s is %q, which is no variable of a sublayer", o.name, o.class, name, path)
			return false
		}
		p.variables = append(p.variables, x)
		made = &spec.Ref{Pos: o.pos, Target: x.spec}
	case "layer":
		sub := b.sublayer(o, pol, name, v, nil)
		if sub == nil {
			return false
		}
		sub.optional = p.optional || name == "activation"
		p.children = append(p.children, child{name, false, sub})
		made = sub.module
	default:
		b.errs.Add(o.pos, "layer %q (%s): its build function gives %q of kind %q", o.name, o.class, name, kind)
		return false
	}
	p.module.Members = append(p.module.Members, spec.Member{Name: name, Pos: o.pos, Object: made})
	return true
}

// table reads what base.py's table() gives. The file of one is an asset beside it.
func (b *builder) table(o *object, p *part, name string, v spec.Value) *spec.Table {
	t := &spec.Table{Pos: o.pos, HasDefault: true, Delimiter: "\t", KeyIndex: spec.WholeLine, ValueIndex: spec.LineNumber}
	for key, d := range map[string]*tensor.DType{"key_dtype": &t.KeyDType, "value_dtype": &t.ValueDType} {
		dtype, _ := text(v, key)
		var ok bool
		if *d, ok = tensor.ParseDType(dtype); !ok {
			b.errs.Add(o.pos, "layer %q (%s): table %q of unknown %s %q", o.name, o.class, name, key, dtype)
			return nil
		}
	}
	t.Default, _ = v.Get("default")
	t.Default.Pos = o.pos
	if file, ok := text(v, "file"); ok {
		if t.KeyDType == tensor.Int64 && t.ValueDType == tensor.String {
			t.KeyIndex, t.ValueIndex = spec.LineNumber, spec.WholeLine
		}
		offset, _ := v.Get("offset")
		t.Offset, _ = offset.V.(int64)
		t.Asset = &spec.Asset{Pos: o.pos, File: file}
		p.module.Members = append(p.module.Members, spec.Member{Name: name + "_file", Pos: o.pos, Object: t.Asset})
		return t
	}
	keys, _ := v.Get("keys")
	values, _ := v.Get("values")
	keys.Pos, values.Pos = o.pos, o.pos
	t.Keys, t.Values = &keys, &values
	return t
}

// find gives the variable of a sublayer by its path.
func (p *part) find(path string) *variable {
	step, rest, below := strings.Cut(path, ".")
	if !below {
		for _, v := range p.variables {
			if v.name == step {
				return v
			}
		}
		return nil
	}
	for _, c := range p.children {
		if c.attr == step {
			return c.part.find(rest)
		}
	}
	return nil
}

// variable reads what base.py's variable() gives.
func (b *builder) variable(o *object, pol policy, name string, v spec.Value) *variable {
	s := &spec.Variable{Pos: o.pos, ShapePos: o.pos, DTypePos: o.pos, DType: pol.variable, Name: name}
	if d, ok := text(v, "dtype"); ok {
		if s.DType, ok = tensor.ParseDType(d); !ok {
			b.errs.Add(o.pos, "layer %q (%s): variable %q of unknown dtype %q", o.name, o.class, name, d)
			return nil
		}
	}
	if t, ok := v.Get("trainable"); ok && t.V == false {
		off := false
		s.Trainable = &off
	}
	shape, _ := v.Get("shape")
	dims, ok := readShape(shape)
	if !ok {
		b.errs.Add(o.pos, "layer %q (%s): variable %q of a shape that is none: %v", o.name, o.class, name, shape.Plain())
		return nil
	}
	s.HasShape, s.Shape = true, dims
	if own, ok := text(v, "name"); ok {
		s.Name = own
	}
	out := &variable{name: name, spec: s, trainable: s.Trainable == nil}
	for _, other := range list(v, "also") {
		name, _ := other.V.(string)
		out.also = append(out.also, name)
	}
	init, _ := v.Get("initializer")
	if _, ok := init.V.([]spec.Value); ok {
		init.Pos = o.pos
		s.Value = &init
		return out
	}
	s.Initializer, out.unknown = initializer(init)
	return out
}

// sublayer reads what base.py's layer() gives. seen has the names of those that
// the list has before it.
func (b *builder) sublayer(o *object, pol policy, name string, v spec.Value, seen map[string]int) *part {
	serialized, _ := v.Get("config")
	sub, ok := readObject(serialized)
	if !ok {
		b.errs.Add(o.pos, "layer %q (%s): %s is %s, want a layer", o.name, o.class, name, serialized.What())
		return nil
	}
	if sub.name == "" {
		sub.name = name
	}
	sub.pos = o.pos
	sub.place = o.place + name + "/"
	if sub.module == "" { // not one that was given, which Keras builds by itself
		sub.path = o.path + "/" + sub.name
	}
	if seen != nil {
		sub.place += unique(snakeCase(sub.class), seen) + "/"
	}
	in := shapes{positional: list(v, "shapes")}
	if sub.isNetwork() {
		return b.nested(sub, in)
	}
	return b.layer(sub, in)
}

// methods gives a module the functions of its class.
func (b *builder) methods(p *part, o *object) {
	add := func(name, function string) {
		p.module.Members = append(p.module.Members, spec.Member{Name: name, Pos: o.pos, Object: &spec.Function{
			Pos: o.pos, Name: name, Plain: true, Library: b.lib, LibraryFunction: function,
		}})
	}
	add("__call__", "layer_call")
	add("call", o.variant+o.class+"_call")
	params, err := b.tracer.Parameters(b.lib, o.variant+o.class+"_call")
	if err != nil {
		b.report(o.pos, err, "layer %q (%s)", o.name, o.class)
	}
	p.params, p.takesTraining = params, slices.Contains(params, "training")
	p.module.Members = append(p.module.Members, callArguments(o.pos, params))
	for _, name := range []string{"compute_mask", "get_initial_state"} {
		if function := o.class + "_" + name; b.tracer.Defines(b.lib, function) {
			add(name, function)
		}
	}
	p.user = b.isUsers(o.class + "_call")
}

// callArguments tells wrappers what the call of a layer takes.
func callArguments(pos spec.Pos, params []string) spec.Member {
	items := make([]spec.Value, len(params))
	for i, name := range params {
		items[i] = spec.Value{Pos: pos, V: name}
	}
	return constant("call_arguments", spec.Value{Pos: pos, V: items})
}

// takes reports whether the call of a layer has an argument.
func (p *part) takes(name string) bool { return slices.Contains(p.params, name) }

// isUsers reports whether a function of the library is in a file of the user's.
func (b *builder) isUsers(function string) bool {
	for _, f := range b.lib.Files {
		if f.User && strings.Contains(f.Text, "def "+function+"(") {
			return true
		}
	}
	return false
}

// initializer reads an initializer: a name, or an object with its config. An
// unknown one becomes zeros and is named.
func initializer(v spec.Value) (init *spec.Initializer, unknown string) {
	init = &spec.Initializer{Pos: v.Pos, Name: "zeros"}
	switch name := v.V.(type) {
	case nil:
		return init, ""
	case string:
		init.Name = name
	default:
		o, ok := readObject(v)
		if !ok {
			return init, v.What()
		}
		init.Name = o.class
		entries, _ := o.config.V.([]spec.Entry)
		for _, e := range entries {
			name, _ := e.Key.V.(string)
			if name != "dtype" && e.Value.V != nil { // Keras 2 has a dtype here
				init.Params = append(init.Params, spec.Param{Name: name, Pos: e.Key.Pos, Value: e.Value})
			}
		}
	}
	if err := checkInitializer(init); err != nil {
		return &spec.Initializer{Pos: v.Pos, Name: "zeros"}, err.Error()
	}
	return init, ""
}

// identifier makes a Python identifier of a name; otherwise where nothing is
// left of it.
func identifier(name, otherwise string) string {
	s := strings.Map(func(r rune) rune {
		if r == '_' || r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return r
		}
		return '_'
	}, name)
	if strings.Trim(s, "_") == "" {
		return otherwise
	}
	if unicode.IsDigit(rune(s[0])) {
		s = "_" + s
	}
	return s
}

// isIdentifier reports whether a name can stand in the code that is written.
func isIdentifier(name string) bool {
	return name != "" && identifier(name, "") == name && !slices.Contains(pythonKeywords, name)
}
