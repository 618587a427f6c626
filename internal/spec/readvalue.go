package spec

// ReadValue reads a text of YAML or JSON that is no description, as plain data
// with its places: what another command wrote, say. name stands for the text in
// positions.
func ReadValue(name string, text []byte) (Value, ErrorList) {
	errs := &sink{}
	text, ok := checkText(name, text, errs)
	if !ok {
		return Value{}, errs.finish()
	}
	root := parseText(name, text, errs)
	if root == nil {
		return Value{}, errs.finish()
	}
	return root.value(), errs.finish()
}
