package savedmodel

import (
	"strings"
	"testing"

	"github.com/tfsave/tfsave/internal/tfpb"
)

const customGradient = `module:
  constants: {k: {value: [1.0, 2.0], dtype: float32}}
  functions:
    f:
      args: [x]
      input_signature: [{shape: [2], dtype: float32}]
      body: |
        @tf.custom_gradient
        def scale(a):
          b = tf.exp(a)
          def grad(dy):
            return dy * b + x FACTOR
          return b * 2., grad
        return scale(x + 1.)
`

func TestCustomGradient(t *testing.T) {
	text := strings.ReplaceAll(customGradient, "FACTOR", "")
	meta := parse(t, text).Proto.MetaGraphs[0]
	registered := meta.GraphDef.Library.RegisteredGradients
	if len(registered) != 1 {
		t.Fatalf("registered gradients are %v", registered)
	}
	gradient := meta.ObjectGraphDef.ConcreteFunctions[registered[0].GradientFunc]
	if gradient == nil {
		t.Fatalf("%s is no concrete function", registered[0].GradientFunc)
	}
	var got []string
	for _, id := range gradient.BoundInputs {
		c, ok := meta.ObjectGraphDef.Nodes[id].Kind.(*tfpb.SavedObject_CapturedTensor)
		if !ok {
			t.Fatalf("object %d is no captured tensor", id)
		}
		if !strings.HasPrefix(c.CapturedTensor.ConcreteFunction, "__inference_f_") {
			t.Errorf("the gradient captures a tensor of %s", c.CapturedTensor.ConcreteFunction)
		}
		got = append(got, c.CapturedTensor.Name)
	}
	if want := "Exp:0 x:0"; strings.Join(got, " ") != want {
		t.Errorf("the gradient captures %q, want %q", got, want)
	}
	for _, f := range meta.GraphDef.Library.Function {
		for _, n := range f.NodeDef {
			if n.Op == "IdentityN" && string(n.Attr["_gradient_op_type"].GetS()) != registered[0].RegisteredOpType {
				t.Errorf("node %s has %v", n.Name, n.Attr["_gradient_op_type"])
			}
		}
	}

	off := parse(t, text+"options: {experimental_custom_gradients: false}\n").Proto.MetaGraphs[0]
	if r := off.GraphDef.Library.RegisteredGradients; len(r) > 0 {
		t.Errorf("gradients are registered that were not asked for: %v", r)
	}

	errs := buildErrors(t, strings.ReplaceAll(customGradient, "FACTOR", "+ self.k"))
	if len(errs) != 1 || !strings.Contains(errs[0].Msg, "which no function uses") {
		t.Errorf("a constant that only the gradient uses: %v", errs)
	}
}
