package diff

import (
	"fmt"
	"strings"

	"github.com/tfsave/tfsave/internal/inspect"
	"github.com/tfsave/tfsave/internal/tensor"
)

// signatures compares the signatures: what a caller of the first has to send,
// and gets back, with the second.
func (c *comparison) signatures(g, h *inspect.MetaGraph) {
	eachKey(g.Signatures, h.Signatures, func(key string, inA, inB bool) {
		switch {
		case !inA:
			c.add(Change{Part: "signature", Name: key, What: "added"})
		case !inB:
			c.add(Change{Part: "signature", Name: key, What: "removed", Breaking: true})
		default:
			a, b := g.Signatures[key], h.Signatures[key]
			if a.MethodName != b.MethodName {
				c.changed(key, "method", true, "%q, was %q", b.MethodName, a.MethodName)
			}
			c.inputs(key, a, b)
			c.outputs(key, a, b)
		}
	})
}

func (c *comparison) changed(key, what string, breaking bool, format string, args ...any) {
	c.add(Change{Part: "signature", Name: key, What: "changed", Breaking: breaking, Detail: what + ": " + fmt.Sprintf(format, args...)})
}

func (c *comparison) inputs(key string, a, b *inspect.Signature) {
	eachKey(a.Inputs, b.Inputs, func(name string, inA, inB bool) {
		what := "input " + name
		switch {
		case !inA && b.Defaults[name] != nil:
			c.changed(key, what, false, "added, with a default")
		case !inA:
			c.changed(key, what, true, "added: callers do not send it")
		case !inB:
			c.changed(key, what, true, "removed: callers send it")
		default:
			x, y := a.Inputs[name], b.Inputs[name]
			c.types(key, what, x, y, y.Shape.Subsumes(x.Shape.Shape))
			if (a.Defaults[name] == nil) != (b.Defaults[name] == nil) {
				c.changed(key, what, b.Defaults[name] == nil, "default %s", map[bool]string{true: "removed", false: "added"}[b.Defaults[name] == nil])
			}
		}
	})
}

func (c *comparison) outputs(key string, a, b *inspect.Signature) {
	eachKey(a.Outputs, b.Outputs, func(name string, inA, inB bool) {
		what := "output " + name
		switch {
		case !inA:
			c.changed(key, what, false, "added")
		case !inB:
			c.changed(key, what, true, "removed: callers use it")
		default:
			x, y := a.Outputs[name], b.Outputs[name]
			c.types(key, what, x, y, x.Shape.Subsumes(y.Shape.Shape))
		}
	})
}

// types compares one tensor. fits says that the new shape does where the old one
// did: an input may take more, an output be more certain.
func (c *comparison) types(key, what string, x, y *inspect.Tensor, fits bool) {
	switch {
	case tensor.DType(x.DType) != tensor.DType(y.DType):
		c.changed(key, what, true, "%s, was %s", y.DType, x.DType)
	case !x.Shape.Equal(y.Shape.Shape):
		c.changed(key, what, !fits, "shape %s, was %s", y.Shape, x.Shape)
	}
	if x.Tensor != y.Tensor {
		c.changed(key, what, false, "tensor %s, was %s: callers that use its name break", y.Tensor, x.Tensor)
	}
	if a, b := components(x), components(y); a != b {
		c.changed(key, what, true, "components %s, were %s", b, a)
	}
}

func components(t *inspect.Tensor) string {
	var parts []string
	for _, c := range t.Components {
		parts = append(parts, c.DType.String())
	}
	return "[" + strings.Join(parts, ", ") + "]"
}
