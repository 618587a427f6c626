package keras

import (
	_ "embed"
	"strings"
	"sync"

	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/spell"
)

// class is a public layer class of Keras, or the class of an op.
type class struct {
	module string // "layers", or the module of keras.ops
	name   string
	as     string // the class that name is another name for
}

//go:embed classes.txt
var classList string

// kerasClasses are the classes that Keras has, in the order of classes.txt.
var kerasClasses = sync.OnceValue(func() []class {
	var out []class
	for line := range strings.Lines(classList) {
		if f := strings.Fields(line); len(f) > 1 && f[0] != "#" {
			out = append(out, class{f[0], f[1], strings.Join(f[2:], "")})
		}
	}
	return out
})

// aliases are the layer classes that have a second name, by that.
var aliases = sync.OnceValue(func() map[string]string {
	out := map[string]string{}
	for _, c := range kerasClasses() {
		if c.as != "" {
			out[c.name] = c.as
		}
	}
	return out
})

// canonical is the class that a public name of Keras stands for.
func canonical(name string) string {
	if as, ok := aliases()[name]; ok {
		return as
	}
	return name
}

// function is the name in the library by which a class is known.
func (c class) function() string {
	if c.module == "layers" {
		return c.name + "_call"
	}
	return c.module + "_" + c.name
}

// refusal says why there is no code for a class, and false for one that Keras
// has not (REFUSED in layers/refused.py).
func (b *builder) refusal(module, name string) (string, bool) {
	if b.refused == nil {
		b.refused = map[string]string{}
		v, err := b.tracer.Evaluate(b.lib, "refused_classes", nil, b.set.pos, nil, nil)
		if err != nil {
			b.report(b.set.pos, err, "refused classes")
		}
		entries, _ := v.V.([]spec.Entry)
		for _, e := range entries {
			why, _ := e.Value.V.(string)
			b.refused[e.Key.V.(string)] = why
		}
	}
	for _, c := range kerasClasses() {
		if c.module == module && (c.name == name || c.as == name) {
			key := name
			if module != "layers" {
				key = c.function()
			}
			if why := b.refused[key]; why != "" {
				return why, true
			}
			return "tfsave has no code for it", true
		}
	}
	return "", false
}

// known reports whether there is code for the class of a layer.
func (b *builder) known(o *object) bool {
	if b.tracer.Defines(b.lib, o.class+"_call") {
		return true
	}
	custom := "write def " + identifier(o.class, "MyLayer") + "_call(self, inputs) into a file and name that under custom_objects:"
	if o.class == "Lambda" {
		custom = "write def Lambda_call(self, inputs), which tells the layers by self.name, into a file and name that under custom_objects:"
	}
	why, inKeras := b.refusal("layers", o.class)
	var e *spec.Error
	if inKeras && o.registered == "" {
		e = spec.Errorf(o.pos, "layer %q is of class %s, which is not supported: %s", o.name, o.class, why)
		e.Hint = custom
	} else {
		e = spec.Errorf(o.pos, "layer %q is of class %q, which is not known", o.name, o.class)
		e.Hint = custom
		if near := spell.Nearest(o.class, b.classes()); near != "" && o.registered == "" {
			e.Hint = "did you mean " + near + "?"
		}
	}
	b.errs = append(b.errs, e)
	return false
}

// knownOp is the function of an op of keras.ops; false where there is none.
func (b *builder) knownOp(m *member) (string, bool) {
	module := strings.ReplaceAll(strings.TrimPrefix(m.module, opsModule), ".", "_")
	name := module + "_" + m.class
	if b.tracer.Defines(b.lib, name) {
		return name, true
	}
	e := spec.Errorf(m.pos, "op %q (%s.%s) is not known", m.name, m.module, m.class)
	if why, inKeras := b.refusal(module, m.class); inKeras {
		e = spec.Errorf(m.pos, "op %q (%s.%s) is not supported: %s", m.name, m.module, m.class, why)
	}
	e.Hint = "write def " + name + "(x, …) into a file and name that under custom_objects:"
	b.errs = append(b.errs, e)
	return "", false
}
