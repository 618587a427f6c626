package spec

import (
	"fmt"
	"strings"
)

// CheckOpName reports whether name can be the name of an op, or of a variable,
// whose handle is an op (ops.py, _VALID_OP_NAME_REGEX, TF 2.21).
func CheckOpName(name string) error {
	for i, r := range name {
		if !inOpName(r, i == 0) {
			return fmt.Errorf("%q is not a valid op name: %q cannot stand at place %d", name, r, len([]rune(name[:i]))+1)
		}
	}
	if name == "" {
		return fmt.Errorf("an op name cannot be empty")
	}
	return nil
}

func inOpName(r rune, first bool) bool {
	switch {
	case r >= 'A' && r <= 'Z', r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '.':
		return true
	}
	return !first && strings.ContainsRune("_>./\\-", r)
}

// OpName is the name of the variable that is an attribute or a key of that name:
// the same, without what an op name cannot have; Variable, as in TensorFlow, if
// nothing is left.
func OpName(name string) string {
	name = strings.Map(func(r rune) rune {
		if inOpName(r, false) {
			return r
		}
		return '_'
	}, name)
	name = strings.TrimLeft(name, "_>/\\-")
	if name == "" {
		return "Variable"
	}
	return name
}
