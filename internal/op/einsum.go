package op

import (
	"fmt"
	"strings"
)

// ellipsisLabel stands for "..." among the labels of an einsum equation.
const ellipsisLabel = '.'

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
	labels := []byte(strings.Replace(word, "...", "\x00", 1))
	for i, l := range labels {
		switch {
		case l == 0:
			labels[i] = ellipsisLabel
		case 'a' <= l && l <= 'z', 'A' <= l && l <= 'Z':
		default:
			return nil, fmt.Errorf("Only alphabet characters and ellipses are allowed in einsum equations, but found %q", l)
		}
	}
	return labels, nil
}
