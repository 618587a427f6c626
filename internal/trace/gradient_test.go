package trace

import (
	"strings"
	"testing"

	"github.com/tfsave/tfsave/internal/graph"
)

func TestGradientErrors(t *testing.T) {
	for _, c := range []struct{ name, body, want string }{
		{"no pair", `
			@tf.custom_gradient
			def f(a):
			  return a
			return f(x)`,
			"returns its result and the gradient function"},
		{"keyword argument", `
			@tf.custom_gradient
			def f(a):
			  return a, lambda dy: dy
			return f(a=x)`,
			"takes no keyword arguments"},
		{"variable that is not asked for", `
			@tf.custom_gradient
			def f(a):
			  return a * self.v, lambda dy: dy
			return f(x)`,
			"must take the keyword argument 'variables', as the function reads v"},
		{"variable in a function that is called", `
			@tf.function
			def g(a):
			  return a * self.v
			@tf.custom_gradient
			def f(a):
			  return g(a), lambda dy: dy
			return f(x)`,
			"must take the keyword argument 'variables'"},
		{"no gradients of the variables", `
			@tf.custom_gradient
			def f(a):
			  return a * self.v, lambda dy, variables: dy
			return f(x)`,
			"must return a pair"},
		{"mistake in the gradient", `
			@tf.custom_gradient
			def f(a):
			  return a, lambda dy: dy + 'a'
			return f(x)`,
			"does not match type float32"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := traceBody(t, &graph.Library{}, argVector, c.body)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}
