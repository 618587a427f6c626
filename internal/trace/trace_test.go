package trace

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/spec"
)

// bodyModel makes a model of one function f with a body and no inputs.
func bodyModel(body string) (*model.Function, error) {
	text, err := json.Marshal(map[string]any{"module": map[string]any{"functions": map[string]any{
		"f": map[string]any{"input_signature": []any{}, "body": body}}}})
	if err != nil {
		return nil, err
	}
	s, errs := spec.Parse("test.json", text, nil)
	if len(errs) > 0 {
		return nil, errs
	}
	m, errs := model.Build(s)
	if len(errs) > 0 {
		return nil, errs
	}
	a, ok := m.Root.Attr("f")
	if !ok {
		return nil, errors.New("the model has no function f")
	}
	return a.Value.(*model.Function), nil
}

// evaluate runs a body and gives the repr of what it returns.
func evaluate(body string) (string, error) {
	f, err := bodyModel(body)
	if err != nil {
		return "", err
	}
	tr := New(&graph.Library{})
	t := &thread{tr: tr, graph: graph.NewFunc("test", tr.eager)}
	t.frames = []*frame{{src: &source{}, scope: &scope{vars: map[string]Value{}}}}
	fn, err := t.function(f)
	if err != nil {
		return "", err
	}
	v, err := t.callClosure(fn.closure, &callArgs{})
	if err != nil {
		return "", err
	}
	return t.repr(v), nil
}

// exception is the Python type of an error.
func exception(t *testing.T, err error) string {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("an error without a place: %v", err)
	}
	return e.Type
}
