package spell

import "testing"

func TestNearest(t *testing.T) {
	ops := []string{"Softmax", "Softplus", "Softsign", "MatMul", "Mul", "relu", "Relu"}
	for _, tc := range []struct{ x, want string }{
		{"Sofmax", "Softmax"},
		{"softmax", "Softmax"},
		{"Sotfmax", "Softmax"},
		{"Matmull", "MatMul"},
		{"Mull", "Mul"},
		{"Relu6", "relu"},
		{"Convolution", ""},
		{"", ""},
		{"M", ""},
	} {
		if got := Nearest(tc.x, ops); got != tc.want {
			t.Errorf("Nearest(%q) = %q, want %q", tc.x, got, tc.want)
		}
	}
}
