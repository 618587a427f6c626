package keras

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/spell"
	"github.com/tfsave/tfsave/internal/weights"
)

// values finds the value of every variable: in the weight file, else from the
// initializers of the config.
func (b *builder) values(p *part) {
	file := b.set.weights
	if file.Value == "" {
		p.each(func(v *variable) {
			if v.unknown != "" {
				b.errs.Add(v.spec.Pos, "variable %q: %s; with a weight file no initializer is needed", v.spec.Name, v.unknown)
			}
		})
		return
	}
	f, err := weights.Open(b.file(file.Value))
	if err != nil {
		b.errs.Add(file.Pos, "weight file %s: %s", file.Value, plain(b.file(file.Value), err))
		return
	}
	defer f.Close()
	m := &matcher{b: b, f: f, used: map[string]*variable{}}
	switch {
	case m.legacy(p):
	case m.byPlace(p):
	default:
		m.byName(p)
	}
	m.unused()
}

// each visits the variables of a part and of all parts below it, each once.
func (p *part) each(f func(*variable)) {
	seen := map[*variable]bool{}
	var walk func(p *part)
	walk = func(p *part) {
		for _, v := range p.variables {
			if !seen[v] {
				seen[v] = true
				f(v)
			}
		}
		for _, c := range p.children {
			walk(c.part)
		}
	}
	walk(p)
}

// matcher gives the variables of a model the tensors of a weight file.
type matcher struct {
	b     *builder
	f     *weights.File
	used  map[string]*variable // by the name of the tensor
	roots []string             // below which all tensors should be used
}

// take gives a variable a tensor of the file.
func (m *matcher) take(v *variable, name string, optional bool) {
	s := m.b.set.weights
	if !m.f.Has(name) {
		if optional {
			return
		}
		e := spec.Errorf(s.Pos, "weight file %s holds no tensor %q for variable %q", s.Value, name, v.spec.Name)
		if near := spell.Nearest(name, m.f.Names()); near != "" {
			e.Hint = "the nearest is " + strconv.Quote(near)
		}
		m.b.errs = append(m.b.errs, e)
		return
	}
	if other := m.used[name]; other != nil && other != v {
		m.b.errs.Add(s.Pos, "weight file %s: tensor %q is that of variable %q and of variable %q", s.Value, name, other.spec.Name, v.spec.Name)
		return
	}
	m.used[name] = v
	v.spec.Initializer, v.spec.Value = nil, nil
	v.spec.File = &spec.FileValue{Pos: v.spec.Pos, File: s.Value, FilePos: s.Pos, Tensor: name, TensorPos: v.spec.Pos, Cast: true}
}

// unused reports the tensors of layers that nobody takes: the file is that of
// another model.
func (m *matcher) unused() {
	if len(m.b.errs) > 0 {
		return
	}
	var left []string
	for _, name := range m.f.Names() {
		if strings.Contains(name, seedGenerator) {
			continue
		}
		for _, root := range m.roots {
			if strings.HasPrefix(name, root) && m.used[name] == nil && !slices.Contains(m.b.learnedNames, name) {
				left = append(left, name)
				break
			}
		}
	}
	if len(left) == 0 {
		return
	}
	s := m.b.set.weights
	m.b.errs.Add(s.Pos, "weight file %s holds %d tensors that no variable of the model takes, the first is %q", s.Value, len(left), left[0])
}

// seedGenerator is in the names of the states of generators of random numbers,
// which the first versions of Keras 3 saved too. They are no weights.
const seedGenerator = "seed_generator"

// Files of Keras 3 name a tensor by the place of its variable: the attributes
// and the classes that lead there, and its number
// (keras/src/saving/saving_lib.py, Keras 3.15). The first .keras files, of
// TensorFlow 2.12, have another name for the layers of a model.
var layerGroups = []string{"layers/", "_layer_checkpoint_dependencies/"}

// byPlace matches such a file; false if it is none.
func (m *matcher) byPlace(p *part) bool {
	group := ""
	for _, name := range m.f.Names() {
		if !strings.Contains(name, "vars/") {
			continue
		}
		for _, g := range layerGroups {
			if strings.HasPrefix(name, g) {
				group = g
			}
		}
	}
	if group == "" {
		return false
	}
	m.roots = []string{group}
	var walk func(p *part, path string)
	walk = func(p *part, path string) {
		list := p.variables
		if p.quantization == "" {
			list = trainableFirst(list)
		}
		if m.otherwiseQuantized(p, path) {
			return
		}
		for i, v := range list {
			m.take(v, path+"vars/"+strconv.Itoa(i), p.optional)
		}
		if p.network != nil {
			for _, layer := range p.network.members {
				if layer.part != nil && layer.file != "" {
					walk(layer.part, path+group+layer.file+"/")
				}
			}
			return
		}
		lists := map[string]map[string]int{}
		for _, c := range p.children {
			at := path + c.attr + "/"
			if private := path + "_" + c.attr + "/"; m.below(private) { // of Keras 2
				at = private
			}
			if c.inList {
				if lists[c.attr] == nil {
					lists[c.attr] = map[string]int{}
				}
				at += unique(snakeCase(c.part.class), lists[c.attr]) + "/"
			}
			walk(c.part, at)
		}
	}
	walk(p, "")
	return true
}

// otherwiseQuantized reports a layer whose tensors are quantized in another way
// than its config tells. Keras 3.15 writes such files, and cannot load them:
// the config of MultiHeadAttention has no dtype policies of its sublayers, and
// Dense and EinsumDense do not save zero points of GPTQ and AWQ
// (save_own_variables, keras/src/layers/core).
func (m *matcher) otherwiseQuantized(p *part, path string) bool {
	if p.network != nil || len(p.variables) == 0 {
		return false
	}
	n := 0
	for m.f.Has(path + "vars/" + strconv.Itoa(n)) {
		n++
	}
	s := m.b.set.weights
	var e *spec.Error
	switch grouped := p.quantization == "gptq" || p.quantization == "awq"; {
	case grouped && n == len(p.variables)-1:
		e = spec.Errorf(s.Pos, "weight file %s has no zero points of layer %q, which Keras 3.15 does not save for %s; Keras cannot load it either", s.Value, p.name, p.quantization)
		e.Hint = "save the variables by their paths, as .npz or .safetensors"
	case p.quantization == "" && n > len(p.variables) && m.b.tracer.Defines(m.b.lib, "int8_"+p.class+"_call"):
		e = spec.Errorf(s.Pos, "weight file %s has layer %q (%s) quantized, of which the config says nothing; Keras cannot load it either", s.Value, p.name, p.class)
		e.Hint = "take the config and the weights from before model.quantize"
	default:
		return false
	}
	m.b.errs = append(m.b.errs, e)
	return true
}

// setPlaces names the layers of a network as files name them, by their classes.
func (n *network) setPlaces(prefix string) {
	seen := map[string]int{}
	for i, m := range n.members {
		if m.isOp() || n.sequential && i == 0 && m.isInput() {
			continue
		}
		m.file = unique(snakeCase(m.class), seen)
		m.place = prefix + layerGroups[0] + m.file + "/"
	}
}

// below reports whether the file has tensors below a path.
func (m *matcher) below(path string) bool {
	return slices.ContainsFunc(m.f.Names(), func(name string) bool { return strings.HasPrefix(name, path) })
}

// unique numbers equal names: dense, dense_1, dense_2.
func unique(name string, seen map[string]int) string {
	n := seen[name]
	seen[name]++
	if n > 0 {
		name += "_" + strconv.Itoa(n)
	}
	return name
}

// trainableFirst is the order in which Keras saves the variables of a layer.
func trainableFirst(list []*variable) []*variable {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(x, y *variable) int {
		switch {
		case x.trainable == y.trainable:
			return 0
		case x.trainable:
			return -1
		}
		return 1
	})
	return list
}

var (
	notWord    = regexp.MustCompile(`\W+`)
	wordStart  = regexp.MustCompile(`(.)([A-Z][a-z]+)`)
	upperAfter = regexp.MustCompile(`([a-z])([A-Z])`)
)

// snakeCase names a class as Keras does (to_snake_case, keras/src/utils/naming.py,
// Keras 3.15): conv2d, global_average_pooling1d, re_lu, lstm.
func snakeCase(class string) string {
	s := notWord.ReplaceAllString(class, "")
	s = wordStart.ReplaceAllString(s, "${1}_${2}")
	return strings.ToLower(upperAfter.ReplaceAllString(s, "${1}_${2}"))
}

// legacy matches a .h5 file with layer_names and weight_names, as all versions
// of Keras write it (keras/src/legacy/saving/legacy_h5_format.py, Keras 3.15);
// false if it is none.
func (m *matcher) legacy(p *part) bool {
	s := m.b.set.weights
	// Lists of more than 64 KiB are cut into pieces.
	pieces := func(path, name string) []string {
		values, ok, err := m.f.Attribute(path, name)
		if err != nil || ok {
			return values
		}
		for i := 0; ; i++ {
			more, ok, err := m.f.Attribute(path, name+strconv.Itoa(i))
			if err != nil || !ok {
				return values
			}
			values = append(values, more...)
		}
	}
	root := "model_weights"
	layers := pieces(root, "layer_names")
	if layers == nil {
		root = ""
		layers = pieces(root, "layer_names")
	}
	if layers == nil {
		return false
	}
	if root != "" {
		root += "/"
	}
	type group struct {
		layer   string
		tensors []string
	}
	var groups []group
	byName := map[string]int{}
	for _, layer := range layers {
		g := group{layer: layer}
		for _, w := range pieces(root+layer, "weight_names") {
			g.tensors = append(g.tensors, root+layer+"/"+w)
		}
		if m := p.network.byName[layer]; m != nil && m.weighted && len(m.part.weights()) == 0 {
			continue // its options are these
		}
		if len(g.tensors) > 0 {
			byName[layer] = len(groups)
			groups = append(groups, g)
		}
	}
	var parts []*part
	named := true
	for _, layer := range p.network.members {
		if layer.part == nil || len(layer.part.weights()) == 0 {
			continue
		}
		parts = append(parts, layer.part)
		_, ok := byName[layer.part.name]
		named = named && ok
	}
	if len(parts) != len(groups) {
		m.b.errs.Add(s.Pos, "weight file %s has weights of %d layers, the model has %d layers with weights", s.Value, len(groups), len(parts))
		return true
	}
	for i, layer := range parts {
		g := groups[i%max(len(groups), 1)]
		if named {
			g = groups[byName[layer.name]]
		}
		list := layer.weights()
		if len(list) != len(g.tensors) {
			m.b.errs.Add(s.Pos, "weight file %s has %d weights for layer %q, which has %d", s.Value, len(g.tensors), layer.name, len(list))
			continue
		}
		for k, v := range list {
			m.take(v, g.tensors[k], false)
		}
	}
	return true
}

// weights lists the variables below a part in the order of Keras's
// trainable_weights + non_trainable_weights.
func (p *part) weights() []*variable {
	var yes, no []*variable
	p.split(true, &yes, &no)
	var out []*variable
	for _, v := range append(yes, no...) {
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

func (p *part) split(trainable bool, yes, no *[]*variable) {
	trainable = trainable && p.trainable
	for _, v := range trainableFirst(p.variables) {
		if trainable && v.trainable {
			*yes = append(*yes, v)
		} else {
			*no = append(*no, v)
		}
	}
	for _, c := range p.children {
		c.part.split(trainable, yes, no)
	}
}

// byName matches a file of tensors that are named after layers and variables:
// dense/kernel, dense.kernel, encoder/dense/kernel:0; in a checkpoint also by
// the numbers that Keras's own checkpoints have. The name of a nested model or of
// a wrapper may be missing, as it is in the paths of variables that Keras loads.
func (m *matcher) byName(p *part) {
	s := m.b.set.weights
	names := map[string]string{}        // in the file, by what they are looked up as
	places := map[string]bool{"": true} // what the names begin with
	var known []string
	prefix := m.checkpointPrefix()
	for _, name := range m.f.Names() {
		key, ok := strings.CutPrefix(name, prefix)
		if !ok {
			continue
		}
		key = strings.TrimSuffix(key, ":0")
		key = strings.ReplaceAll(key, ".", "/")
		names[key] = name
		known = append(known, key)
		for i := range key {
			if key[i] == '/' {
				places[key[:i+1]] = true
			}
		}
	}
	var walk func(p *part, paths []string)
	walk = func(p *part, paths []string) {
		below := func(step ...string) []string {
			var out []string
			for _, path := range paths {
				for _, s := range step {
					out = append(out, path+s)
				}
			}
			return out
		}
		// into keeps the paths that there are; the first is that of errors.
		into := func(c *part, step ...string) []string {
			if len(c.children) > 0 {
				step = append(step, "")
			}
			out := below(step...)
			return append(out[:1], slices.DeleteFunc(out[1:], func(path string) bool { return !places[path] })...)
		}
		for _, v := range p.variables {
			candidates := below(append([]string{v.name, "_" + v.name}, v.also...)...)
			i := slices.IndexFunc(candidates, func(c string) bool { return names[c] != "" })
			if i < 0 && p.optional {
				continue
			}
			if i < 0 {
				e := spec.Errorf(s.Pos, "weight file %s holds no tensor for variable %q", s.Value, strings.TrimPrefix(candidates[0], "/"))
				if near := spell.Nearest(candidates[0], known); near != "" {
					e.Hint = "the nearest is " + strconv.Quote(near)
				}
				m.b.errs = append(m.b.errs, e)
				continue
			}
			m.take(v, names[candidates[i]], false)
		}
		if p.network == nil {
			inList := map[string]int{}
			for _, c := range p.children {
				steps := []string{c.attr + "/", "_" + c.attr + "/", c.part.name + "/"}
				if c.inList {
					steps = []string{c.attr + "/" + strconv.Itoa(inList[c.attr]) + "/", c.part.name + "/"}
					inList[c.attr]++
				}
				walk(c.part, into(c.part, steps...))
			}
			return
		}
		if p.network.sequential { // in checkpoints of Keras 3
			both := below("", "_functional/")
			paths = append(both[:1], slices.DeleteFunc(both[1:], func(path string) bool { return !places[path] })...)
		}
		weighted := 0
		for i, layer := range p.network.members {
			if layer.part == nil {
				continue
			}
			steps := []string{layer.name + "/", layer.attr + "/", "_operations/" + strconv.Itoa(i) + "/", "_layers/" + strconv.Itoa(i) + "/",
				"layer-" + strconv.Itoa(i) + "/"}
			if len(layer.part.weights()) > 0 || layer.weighted {
				steps = append(steps, "layer_with_weights-"+strconv.Itoa(weighted)+"/")
				weighted++
			}
			walk(layer.part, into(layer.part, steps...))
		}
	}
	walk(p, []string{""})
	m.leftOver(p, names)
}

// checkpointPrefix is what the names in a checkpoint begin with when the model
// was one of the objects in it: tf.train.Checkpoint(model=model).
func (m *matcher) checkpointPrefix() string {
	prefixes := map[string]bool{}
	for _, name := range m.f.Names() {
		if at := checkpointStep.FindStringIndex(name); at != nil {
			prefixes[name[:at[0]]] = true
		}
	}
	if len(prefixes) != 1 {
		return ""
	}
	for prefix := range prefixes {
		return prefix
	}
	return ""
}

// checkpointStep is a layer of a model in the names of a checkpoint.
var checkpointStep = regexp.MustCompile(`\b(_operations|_layers|layer|layer_with_weights)[/-]\d+/`)

// leftOver finds the tensors of layers that nobody takes.
func (m *matcher) leftOver(p *part, names map[string]string) {
	for key, name := range names {
		step, _, _ := strings.Cut(key, "/")
		if layer := p.network.byName[step]; layer != nil {
			m.roots = append(m.roots, name)
		}
	}
}
