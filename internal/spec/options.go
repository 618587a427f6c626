package spec

import (
	"path"
	"slices"
	"strings"
)

func (d *decoder) options(n *node) Options {
	o := Options{Pos: n.pos}
	for key, v := range d.fields(n, &optionKeys) {
		if v.kind == scalarNode && v.scalar == nil {
			continue // as None in Python: the default
		}
		switch key {
		case "namespace_whitelist":
			o.NamespaceWhitelist = setting(v, d.strings(v, key))
		case "save_debug_info":
			o.SaveDebugInfo = setting(v, d.boolean(v, key))
		case "function_aliases":
			o.FunctionAliases = d.aliases(v)
		case "experimental_debug_stripper":
			o.ExperimentalDebugStripper = setting(v, d.boolean(v, key))
		case "experimental_io_device":
			o.ExperimentalIODevice = setting(v, d.text(v, key).Value)
		case "experimental_variable_policy":
			o.ExperimentalVariablePolicy = setting(v, d.variablePolicy(v, key))
		case "experimental_custom_gradients":
			o.ExperimentalCustomGradients = setting(v, d.boolean(v, key))
		case "experimental_image_format":
			o.ExperimentalImageFormat = setting(v, d.boolean(v, key))
		case "experimental_skip_saver":
			o.ExperimentalSkipSaver = setting(v, d.boolean(v, key))
		case "experimental_sharding_callback":
			o.MaxShardSize = setting(v, d.sharding(v))
		case "extra_tags":
			o.ExtraTags = setting(v, d.strings(v, key))
		default:
			panic("internal error: no code for key " + key)
		}
	}
	return o
}

func setting[T any](n *node, value T) Setting[T] { return Setting[T]{n.pos, true, value} }

// sharding reads the bytes of a tf.train.experimental.MaxShardSizePolicy.
func (d *decoder) sharding(n *node) int64 {
	var size int64
	for key, v := range d.fields(n, &shardingKeys) {
		switch key {
		case "max_shard_size":
			size = d.integer(v, 1, key)
		default:
			panic("internal error: no code for key " + key)
		}
	}
	return size
}

func (d *decoder) strings(n *node, what string) []string {
	out := []string{}
	for _, t := range d.texts(n, what) {
		out = append(out, t.Value)
	}
	return out
}

// variablePolicy reads the value string of a VariablePolicy, whose case is not
// important.
func (d *decoder) variablePolicy(n *node, what string) string {
	if s, ok := n.str(); ok && slices.Contains(variablePolicies, strings.ToLower(s)) {
		return strings.ToLower(s)
	}
	return d.choice(n, variablePolicies, what)
}

// aliases decodes function_aliases: names of functions by one path or several.
func (d *decoder) aliases(n *node) []FunctionAlias {
	var out []FunctionAlias
	for _, p := range d.pairs(n, "function_aliases") {
		a := FunctionAlias{Name: p.key, Pos: p.pos}
		paths := []*node{p.value}
		if p.value.kind == listNode {
			paths = p.value.items
		}
		for _, v := range paths {
			a.Functions = append(a.Functions, FunctionRef{Path: d.path(v, "function_aliases")})
		}
		out = append(out, a)
	}
	return out
}

func (d *decoder) weights(n *node) *WeightFile {
	w := &WeightFile{Pos: n.pos, Module: Path{Pos: n.pos, Text: "."}}
	before := d.count()
	for key, v := range d.fields(n, &weightsKeys) {
		switch key {
		case "file":
			w.File, w.FilePos = d.text(v, key).Value, v.pos
		case "module":
			w.Module = d.path(v, key)
		case "prefix":
			w.Prefix = d.text(v, key).Value
		case "rename":
			for _, p := range d.pairs(v, key) {
				w.Rename = append(w.Rename, Rename{From: Text{p.pos, p.key}, To: d.text(p.value, key)})
			}
		case "transpose":
			for _, p := range d.pairs(v, key) {
				w.Transpose = append(w.Transpose, Transpose{Path: Text{p.pos, p.key}, Perm: d.permutation(p.value, key)})
			}
		case "cast":
			w.Cast = d.boolean(v, key)
		case "ignore":
			w.Ignore = d.texts(v, key)
			for _, glob := range w.Ignore {
				if _, err := path.Match(glob.Value, ""); err != nil {
					d.add(glob.Pos, "ignore: %s is not a glob: want * ? [a-z] and \\ before a special character", quote(glob.Value))
				}
			}
		default:
			panic("internal error: no code for key " + key)
		}
	}
	w.Broken = d.count() > before
	return w
}
