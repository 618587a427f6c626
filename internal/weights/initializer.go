package weights

import (
	"fmt"
	"hash/fnv"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode"

	"github.com/tfsave/tfsave/internal/spell"
	"github.com/tfsave/tfsave/internal/tensor"
)

// Initializer makes the first value of a variable, as the initializers of
// Keras 3 do: same names, parameters, defaults and distributions. The numbers
// themselves are our own (internal/weights/random), the same on every machine.
type Initializer struct {
	// Name is Keras's, as a function ("glorot_uniform") or a class
	// ("GlorotUniform").
	Name string
	// Params are its arguments by name. A seed that is missing or nil comes
	// from the variable's path; the same seed, shape and dtype give the same
	// numbers.
	Params map[string]any
}

// maker makes a value of dtype d and a shape; its parameters are read before.
type maker func(d tensor.DType, shape []int64) (*Source, error)

// initializers read the parameters of each.
var initializers = map[string]func(p *params) maker{
	"zeros":    func(*params) maker { return fillWith(0, false) },
	"ones":     func(*params) maker { return fillWith(1, true) },
	"constant": constant,
	"random_normal": func(p *params) maker {
		mean, stddev, seed := p.number("mean", 0), p.spread("stddev", 0.05), p.seed()
		return normal(mean, stddev, seed)
	},
	"truncated_normal": func(p *params) maker {
		mean, stddev, seed := p.number("mean", 0), p.spread("stddev", 0.05), p.seed()
		return truncatedNormal(mean, stddev, seed)
	},
	"random_uniform":   randomUniform,
	"variance_scaling": varianceScaling,
	"glorot_uniform":   scaled(1, fanAvg, uniformDist),
	"glorot_normal":    scaled(1, fanAvg, truncatedDist),
	"he_uniform":       scaled(2, fanIn, uniformDist),
	"he_normal":        scaled(2, fanIn, truncatedDist),
	"lecun_uniform":    scaled(1, fanIn, uniformDist),
	"lecun_normal":     scaled(1, fanIn, truncatedDist),
	"orthogonal": func(p *params) maker {
		gain, seed := p.number("gain", 1), p.seed()
		return orthogonal(gain, seed)
	},
	"identity": func(p *params) maker { return identity(p.number("gain", 1)) },
}

// initializerAliases are further names that Keras knows.
var initializerAliases = map[string]string{
	"zero": "zeros", "one": "ones", "normal": "random_normal", "uniform": "random_uniform", "eye": "identity",
}

// InitializerNames lists the names of the initializers, sorted.
func InitializerNames() []string { return slices.Sorted(maps.Keys(initializers)) }

// Check reports an unknown name or wrong parameters. What depends on dtype and
// shape is left to Source.
func (in Initializer) Check() error {
	_, err := in.maker("")
	return err
}

// Source is the value of a variable of that dtype, shape and path; the path
// decides the seed where none is given. It is generated when it is read, a
// block at a time, orthogonal apart, which holds its matrix then.
func (in Initializer) Source(d tensor.DType, shape []int64, path string) (*Source, error) {
	if _, err := numElements(shape, d.Size()); err != nil {
		return nil, err
	}
	m, err := in.maker(path)
	if err != nil {
		return nil, err
	}
	s, err := m(d, shape)
	if err != nil {
		return nil, fmt.Errorf("initializer %s: %w", in.Name, err)
	}
	return s, nil
}

func (in Initializer) maker(path string) (maker, error) {
	name := snakeCase(in.Name)
	if alias, ok := initializerAliases[name]; ok {
		name = alias
	}
	read, ok := initializers[name]
	if !ok {
		names := InitializerNames()
		if near := spell.Nearest(name, names); near != "" {
			return nil, fmt.Errorf("unknown initializer %q; did you mean %q?", in.Name, near)
		}
		return nil, fmt.Errorf("unknown initializer %q; there are %s", in.Name, strings.Join(names, ", "))
	}
	p := &params{values: in.Params, path: path}
	m := read(p)
	if err := p.finish(); err != nil {
		return nil, fmt.Errorf("initializer %s: %w", in.Name, err)
	}
	return m, nil
}

// snakeCase turns a class name into a function name: GlorotUniform,
// RandomNormal. Other names stay as they are.
func snakeCase(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// params reads the arguments of an initializer; the first error stays.
type params struct {
	values map[string]any
	path   string
	known  []string
	err    error
}

func (p *params) get(name string) (any, bool) {
	p.known = append(p.known, name)
	v, ok := p.values[name]
	return v, ok && v != nil
}

func (p *params) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf(format, args...)
	}
}

// number is a finite number.
func (p *params) number(name string, otherwise float64) float64 {
	v, ok := p.get(name)
	if !ok {
		return otherwise
	}
	f, err := floatValue(v)
	if err != nil {
		p.fail("%s: %w", name, err)
	} else if math.IsInf(f, 0) || math.IsNaN(f) {
		p.fail("%s is %v, which is not finite", name, f)
	}
	return f
}

// spread is a number that is not negative.
func (p *params) spread(name string, otherwise float64) float64 {
	f := p.number(name, otherwise)
	if f < 0 {
		p.fail("%s is %v, which is negative", name, f)
	}
	return f
}

// choice is one of several words.
func (p *params) choice(name, otherwise string, allowed ...string) string {
	v, ok := p.get(name)
	if !ok {
		return otherwise
	}
	s, _ := v.(string)
	if !slices.Contains(allowed, s) {
		p.fail("%s is %s; it can be %s", name, show(v), strings.Join(allowed, ", "))
	}
	return s
}

// axes is a list of integers, or nil.
func (p *params) axes(name string) []int64 {
	v, ok := p.get(name)
	if !ok {
		return nil
	}
	t, err := FromValue(v, tensor.Int64, []int64{-1})
	if err != nil {
		p.fail("%s is no list of axes: %w", name, err)
		return nil
	}
	axes := make([]int64, t.NumElements())
	for i := range axes {
		axes[i] = t.Int(i)
	}
	return axes
}

// seed is an integer, or comes from the path.
func (p *params) seed() uint64 {
	v, ok := p.get("seed")
	if !ok {
		h := fnv.New64a()
		h.Write([]byte(p.path))
		return h.Sum64()
	}
	n, ok := bigInt(v)
	switch {
	case ok && n.IsInt64():
		return uint64(n.Int64())
	case ok && n.IsUint64():
		return n.Uint64()
	}
	p.fail("seed is %s; it is an integer of 64 bits", show(v))
	return 0
}

// finish reports the first error, or an argument that nobody asked for.
func (p *params) finish() error {
	if p.err != nil {
		return p.err
	}
	for _, name := range slices.Sorted(maps.Keys(p.values)) {
		if slices.Contains(p.known, name) {
			continue
		}
		if len(p.known) == 0 {
			return fmt.Errorf("unknown parameter %q; it takes none", name)
		}
		near := ""
		if n := spell.Nearest(name, p.known); n != "" {
			near = fmt.Sprintf("did you mean %q? ", n)
		}
		return fmt.Errorf("unknown parameter %q; %sit takes %s", name, near, strings.Join(p.known, ", "))
	}
	return nil
}
