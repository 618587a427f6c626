package trace

import "github.com/tfsave/tfsave/internal/python"

func (tr *Tracer) lowered(def *python.FunctionDef) []python.Stmt { return lower(def.Body) }

func lower(body []python.Stmt) []python.Stmt { return body }
