package trace

import "github.com/tfsave/tfsave/internal/model"

func (t *thread) nodesClosure(m *model.Function) (*Closure, error) {
	return nil, &Error{Msg: "nodes: is not supported yet", Pos: m.Spec.Nodes.Pos}
}
