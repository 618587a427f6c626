package trace

import (
	"strings"
	"testing"

	"github.com/tfsave/tfsave/internal/graph"
)

// tapes holds bodies with a tape and the ops that they become, as observed with
// TF 2.21, but for the last two, where TensorFlow adds calls and other results.
// Const, Identity and NoOp are left out.
var tapes = []struct{ name, args, body, want string }{
	{"one op", argVector, `
			with tf.GradientTape() as tape:
			  tape.watch(x)
			  y = tf.sin(x)
			return tape.gradient(y, x)`, "f: Sin Cos Mul"},
	{"what is not asked for is not computed", argVector, `
			with tf.GradientTape() as tape:
			  tape.watch(x)
			  y = x * self.v
			return tape.gradient(y, x)`, "f: ReadVariableOp Mul Mul Mul"},
	{"variables are watched", argVector, `
			with tf.GradientTape() as tape:
			  y = x * self.v
			return tape.gradient(y, self.v)`, "f: ReadVariableOp Mul Mul Mul"},
	{"sums of what comes together", argVector, `
			with tf.GradientTape() as tape:
			  tape.watch(x)
			  y = tf.sin(x) + tf.exp(x)
			return tape.gradient(y, x)`, "f: Sin Exp AddV2 Cos Mul Mul AddN"},
	{"nothing is recorded after the block", argVector, `
			with tf.GradientTape() as tape:
			  tape.watch(x)
			  y = x * x
			z = tf.exp(y)
			return [z] if tape.gradient(z, x) is None else []`, "f: Mul Exp"},
	{"stop_gradient", argVector, `
			with tf.GradientTape() as tape:
			  tape.watch(x)
			  y = tf.stop_gradient(tf.exp(x)) * x
			return tape.gradient(y, x)`, "f: Exp StopGradient Mul Mul Mul"},
	{"a gradient of a gradient", argVector, `
			with tf.GradientTape() as outer:
			  outer.watch(x)
			  with tf.GradientTape() as tape:
			    tape.watch(x)
			    y = tf.exp(x)
			  g = tape.gradient(y, x)
			return outer.gradient(g, x)`, "f: Exp Mul Mul Mul Mul"},
	{"a tape with a name, left and entered again", argVector, `
			tape = tf.GradientTape()
			with tape:
			  tape.watch(x)
			  y = tf.sin(x)
			z = tf.exp(y)
			with tape:
			  y = tf.cos(y)
			return [tape.gradient(y, x), z]`, "f: Sin Exp Cos Neg Sin Mul Cos Mul"},
	{"a branch is run once more", argVector, `
			with tf.GradientTape() as tape:
			  tape.watch(x)
			  y = x
			  if x[0] > 0:
			    y = tf.sin(x)
			return tape.gradient(y, x)`, "f: StridedSlice Greater StatelessIf StatelessIf\ncond_true: Sin\ncond_false:\n" +
		"gradient_tape_cond_true: Sin Cos Mul\ngradient_tape_cond_false:"},
	{"a function is run in place", argVector, `
			@tf.function
			def f(a):
			  return tf.exp(a)
			with tf.GradientTape() as tape:
			  tape.watch(x)
			  y = f(x)
			return tape.gradient(y, x) + f(x)`, "f: Exp Mul PartitionedCall AddV2"},
}

func TestTape(t *testing.T) {
	for _, c := range tapes {
		t.Run(c.name, func(t *testing.T) {
			lib := &graph.Library{}
			f, err := traceBody(t, lib, c.args, c.body)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(opsOf(lib, "f", f.Func.Proto(), nil), "\n"); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestTapeErrors(t *testing.T) {
	const watch = "with tf.GradientTape() as tape:\n  tape.watch(x)\n"
	for _, c := range []struct{ name, body, want string }{
		{"a second gradient", watch + "  y = x * x\na = tape.gradient(y, x)\nreturn tape.gradient(y, x)", "only be used to compute one set of gradients"},
		{"a loop with state", watch + "  y = x[0]\n  while y < 9.0:\n    y = y * 2.0\n    self.v.assign_add(x)\nreturn tape.gradient(y, x)", "has state (op AssignAddVariableOp)"},
		{"no gradient", watch + "  y = tf.math.polygamma(1.0, tf.math.zeta(x, x))\nreturn tape.gradient(y, x)", "there is no gradient for the op"},
		{"a source that is a number", watch + "  y = x * x\nreturn tape.gradient(y, 3.0)", "with respect to tensors and variables, not float"},
		{"a variable as the target", watch + "  y = x * x\nreturn tape.gradient(self.v, x)", "the target is the variable v itself"},
		{"a jacobian of a list", watch + "  y = x * x\nreturn tape.jacobian([y], x)", "the target of a jacobian is a tensor, not list"},
		{"another unconnected_gradients", watch + "  y = x * x\nreturn tape.gradient(y, x, unconnected_gradients='one')", `want "none" or "zero"`},
		{"another function", "tape = tf.GradientTape()\n@tf.function\ndef f(x):\n  with tape:\n    return x * x\nreturn f(x)", "not another one"},
		{"twice at once", watch + "  with tape:\n    y = x * x\nreturn tape.gradient(y, x)", "recording already"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := traceBody(t, &graph.Library{}, argVector, c.body)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}
