package op

import (
	"fmt"
	"strings"
)

// ellipsisLabel stands for "..." among the labels of an einsum equation.
const ellipsisLabel = 0

// einsumEquation is the equation of an Einsum op, as lists of labels
// (tensorflow/core/util/einsum_op_util.cc, TF 2.21).
type einsumEquation struct {
	inputs [][]byte
	output []byte
}

func parseEinsum(equation string) (*einsumEquation, error) {
	sides := strings.Split(strings.ReplaceAll(equation, " ", ""), "->")
	if len(sides) != 2 {
		return nil, fmt.Errorf("Expecting exactly one '->' in einsum equation: %s", equation)
	}
	eq := &einsumEquation{}
	for _, word := range strings.Split(sides[0], ",") {
		labels, err := einsumLabels(word)
		if err != nil {
			return nil, err
		}
		eq.inputs = append(eq.inputs, labels)
	}
	if len(eq.inputs) != 1 && len(eq.inputs) != 2 {
		return nil, fmt.Errorf("Expecting 1 or 2 input subscripts in equation '%s' but got: %d", equation, len(eq.inputs))
	}
	var err error
	eq.output, err = einsumLabels(sides[1])
	return eq, err
}

func einsumLabels(word string) ([]byte, error) {
	if strings.Count(word, "...") > 1 {
		return nil, fmt.Errorf("Subscript can contain at most one ellipsis, but found: %s", word)
	}
	// Whether a label is a letter is left to the kernel, as TensorFlow does.
	return []byte(strings.Replace(word, "...", string(rune(ellipsisLabel)), 1)), nil
}
