package verify

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"github.com/tfsave/tfsave/internal/inspect"
	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/spell"
)

// Expect holds a model against a contract: what inspect wrote of an earlier one
// as YAML or JSON, or a part of that. Names, dtypes and shapes of signatures
// must not have changed, nor those of variables; aliases, functions and assets
// that the contract names must be there. What the contract does not speak of may
// be as it is, save for new inputs of its signatures.
func Expect(r *inspect.Report, contract spec.Value) ([]Finding, error) {
	e := &expectation{findings: &findings{}}
	b, err := json.Marshal(r)
	if err != nil {
		return nil, err
	}
	var model map[string]any
	if err := json.Unmarshal(b, &model); err != nil {
		return nil, err
	}
	if _, ok := contract.V.([]spec.Entry); !ok {
		return nil, fmt.Errorf("%s: the contract is %s, not what inspect writes", contract.Pos, contract.What())
	}
	for i, want := range items(get(contract, "meta_graphs")) {
		at := e.metaGraph(model, want, i)
		if at < 0 {
			continue
		}
		e.signatures(want, model["meta_graphs"].([]any)[at].(map[string]any))
		e.named("alias", valuesOf(get(want, "function_aliases")), slices.Collect(maps.Values(r.MetaGraphs[at].FunctionAliases)))
		e.named("function", names(get(want, "functions")), functionPaths(r.MetaGraphs[at]))
	}
	e.variables(contract, model)
	var assets []string
	for _, a := range r.Assets {
		assets = append(assets, a.Name)
	}
	e.named("asset", names(get(contract, "assets")), assets)
	return e.done(), nil
}

type expectation struct{ *findings }

func (e *expectation) broken(at spec.Value, where, format string, args ...any) {
	e.add(Finding{
		ID: "contract", Severity: Error, Where: where, What: fmt.Sprintf(format, args...) + fmt.Sprintf(" (%s)", at.Pos),
		Why: "programs that rely on the contract break", Fix: "export the model as it was, or change the contract and what relies on it",
	})
}

// metaGraph finds the graph of the model with the tags that the contract has, -1
// where there is none.
func (e *expectation) metaGraph(model map[string]any, want spec.Value, i int) int {
	graphs, _ := model["meta_graphs"].([]any)
	tags, said := get(want, "tags").Plain().([]any)
	for j, g := range graphs {
		if said && sameSet(tags, g.(map[string]any)["tags"]) || !said && i == j {
			return j
		}
	}
	if said {
		e.broken(want, fmt.Sprintf("tags %v", tags), "there is no graph with these tags")
	} else {
		e.broken(want, fmt.Sprintf("graph %d", i), "there is no such graph")
	}
	return -1
}

func sameSet(a []any, b any) bool {
	list, ok := b.([]any)
	if !ok || len(list) != len(a) {
		return false
	}
	return !slices.ContainsFunc(a, func(x any) bool { return !slices.Contains(list, x) })
}

func (e *expectation) signatures(want spec.Value, got map[string]any) {
	have, _ := got["signatures"].(map[string]any)
	for _, entry := range entries(get(want, "signatures")) {
		key, _ := entry.Key.V.(string)
		s, ok := have[key].(map[string]any)
		if !ok {
			e.broken(entry.Key, "signature "+key, "there is no such signature%s", near(key, have))
			continue
		}
		if m := get(entry.Value, "method_name"); m.V != nil && m.V != s["method_name"] {
			e.broken(m, "signature "+key, "its method is %q, not %q", s["method_name"], m.V)
		}
		e.tensors(key, "input", get(entry.Value, "inputs"), s["inputs"], s["defaults"])
		e.tensors(key, "output", get(entry.Value, "outputs"), s["outputs"], nil)
	}
}

func (e *expectation) tensors(key, kind string, want spec.Value, have, defaults any) {
	got, _ := have.(map[string]any)
	said := map[string]bool{}
	for _, entry := range entries(want) {
		name, _ := entry.Key.V.(string)
		said[name] = true
		where := fmt.Sprintf("signature %s, %s %s", key, kind, name)
		t, ok := got[name].(map[string]any)
		if !ok {
			e.broken(entry.Key, where, "there is no such %s%s", kind, near(name, got))
			continue
		}
		e.same(where, entry.Value, t)
	}
	optional, _ := defaults.(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(got)) {
		if _, ok := optional[name]; kind == "input" && !said[name] && !ok && want.V != nil {
			e.broken(want, fmt.Sprintf("signature %s, input %s", key, name), "the input is new, and has no default")
		}
	}
}

// same compares dtype and shape.
func (e *expectation) same(where string, want spec.Value, got map[string]any) {
	for _, entry := range entries(want) {
		field, _ := entry.Key.V.(string)
		if field != "dtype" && field != "shape" {
			continue
		}
		if is, said := got[field], normal(entry.Value.Plain()); !reflect.DeepEqual(is, said) {
			e.broken(entry.Value, where, "its %s is %s, not %s", field, compact(is), compact(said))
		}
	}
}

// normal makes numbers what JSON makes of them.
func normal(v any) any {
	b, err := json.Marshal(v)
	if err != nil {
		return v
	}
	var out any
	if json.Unmarshal(b, &out) != nil {
		return v
	}
	return out
}

func compact(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}

func (e *expectation) variables(contract spec.Value, model map[string]any) {
	have := map[string]any{}
	list, _ := model["variables"].([]any)
	for _, v := range list {
		v := v.(map[string]any)
		have[v["name"].(string)] = v
	}
	for _, want := range items(get(contract, "variables")) {
		name, _ := get(want, "name").V.(string)
		v, ok := have[name].(map[string]any)
		if !ok {
			e.broken(want, "variable "+name, "there is no such variable%s", near(name, have))
			continue
		}
		e.same("variable "+name, want, v)
	}
}

// named checks that names are there.
func (e *expectation) named(what string, want []spec.Value, have []string) {
	for _, v := range want {
		name, ok := v.V.(string)
		if !ok || slices.Contains(have, name) {
			continue
		}
		hint := ""
		if n := spell.Nearest(name, have); n != "" {
			hint = fmt.Sprintf(" (did you mean %q?)", n)
		}
		e.broken(v, what+" "+name, "there is no such %s%s", what, hint)
	}
}

func near(name string, have map[string]any) string {
	if n := spell.Nearest(name, slices.Sorted(maps.Keys(have))); n != "" {
		return fmt.Sprintf(" (did you mean %q?)", n)
	}
	return ""
}

func functionPaths(g *inspect.MetaGraph) []string {
	var out []string
	for _, f := range g.Functions {
		out = append(out, f.Name)
	}
	return out
}

func get(v spec.Value, key string) spec.Value {
	for _, e := range entries(v) {
		if e.Key.V == key {
			return e.Value
		}
	}
	return spec.Value{}
}

func entries(v spec.Value) []spec.Entry { list, _ := v.V.([]spec.Entry); return list }

func items(v spec.Value) []spec.Value { list, _ := v.V.([]spec.Value); return list }

// names gives the names of a list of things that have one.
func names(v spec.Value) []spec.Value {
	var out []spec.Value
	for _, item := range items(v) {
		if name := get(item, "name"); name.V != nil {
			out = append(out, name)
		}
	}
	return out
}

// valuesOf gives the values of a mapping, each once.
func valuesOf(v spec.Value) []spec.Value {
	var out []spec.Value
	for _, e := range entries(v) {
		if !slices.ContainsFunc(out, func(o spec.Value) bool { return o.V == e.Value.V }) {
			out = append(out, e.Value)
		}
	}
	return out
}
