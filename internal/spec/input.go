package spec

import "github.com/tfsave/tfsave/internal/tensor"

// inputSignature decodes the inputs of tf.function(input_signature=…), which
// hold no Python values (tensorflow/python/eager/polymorphic_function/
// function_type_utils.py, TF 2.21: _validate_signature).
func (d *decoder) inputSignature(n *node) []Input {
	if d.isTensorSpec(n) {
		d.report(&Error{Pos: n.pos, Msg: "input_signature: want a list of inputs, not one", Hint: "write - before it"})
		return nil
	}
	inputs := []Input{}
	for _, item := range d.list(n, "input_signature") {
		in := d.input(item)
		if in == nil {
			continue
		}
		if lit := findLiteral(in); lit != nil {
			d.report(&Error{Pos: lit.Value.Pos, Msg: "input_signature: want tensors, not Python values such as " + lit.Value.What(),
				Hint: "give the argument a default in args, or trace it by concrete_functions"})
		}
		inputs = append(inputs, in)
	}
	return inputs
}

// findLiteral finds a Python value in an input, nil if there is none.
func findLiteral(in Input) *Literal {
	switch in := in.(type) {
	case *Literal:
		return in
	case *ListSpec:
		for _, item := range in.Items {
			if lit := findLiteral(item); lit != nil {
				return lit
			}
		}
	case *DictSpec:
		for _, e := range in.Entries {
			if lit := findLiteral(e.Input); lit != nil {
				return lit
			}
		}
	}
	return nil
}

// isTensorSpec reports a mapping that was meant to be one tensor: its dtype is
// the name of one.
func (d *decoder) isTensorSpec(n *node) bool {
	if !n.has("dtype") {
		return false
	}
	s, _ := n.get("dtype").str()
	_, ok := tensor.ParseDType(s)
	return ok
}

// inputs decodes what get_concrete_function is given: a list by position, or a
// mapping by argument name.
func (d *decoder) inputs(n *node) *Inputs {
	in := &Inputs{Pos: n.pos}
	switch {
	case d.isTensorSpec(n):
		d.report(&Error{Pos: n.pos, Msg: "inputs: want a list of inputs, or a mapping of argument names to inputs, not one input",
			Hint: "write it as an element of a list"})
	case n.kind == listNode:
		for _, item := range n.items {
			if one := d.input(item); one != nil {
				in.Positional = append(in.Positional, one)
			}
		}
	case n.kind == mapNode:
		in.Named = []NamedInput{}
		for _, p := range n.pairs {
			d.identifier(p.pos, p.key, "argument")
			if one := d.input(p.value); one != nil {
				in.Named = append(in.Named, NamedInput{p.key, p.pos, one})
			}
		}
	default:
		d.add(n.pos, "inputs: want a list of inputs, or a mapping of argument names to inputs, not %s", n.describe())
	}
	return in
}

// input decodes one argument. nil stands for what was reported and can not be
// used.
func (d *decoder) input(n *node) Input {
	switch {
	case n.kind == scalarNode:
		return &Literal{n.value()}
	case n.kind == listNode:
		return d.listSpec(n.pos, n, false)
	case n.only("tuple"):
		return d.listSpec(n.pos, n.get("tuple"), true)
	case n.only("dict"):
		s := &DictSpec{Pos: n.pos}
		for _, p := range d.pairs(n.get("dict"), "dict") {
			if in := d.input(p.value); in != nil {
				s.Entries = append(s.Entries, NamedInput{p.key, p.pos, in})
			}
		}
		return s
	case n.only("literal"):
		v := n.get("literal").value()
		v.Pos = n.pos
		return &Literal{v}
	case n.only("ragged"):
		return d.raggedSpec(n.get("ragged"))
	case n.only("sparse"):
		return d.sparseSpec(n.get("sparse"))
	case len(n.pairs) > 0 && tensorSpecKeys.find(n.pairs[0].key) == nil && !n.has("dtype"):
		d.unknown(n.pairs[0].pos, append([]string{"tuple", "dict", "literal", "ragged", "sparse"}, tensorSpecKeys.names()...), n.pairs[0].key,
			"input: want {dtype: …, shape: …, name: …}, a list, {tuple: …}, {dict: …}, {literal: …}, {ragged: …} or {sparse: …}, not a mapping with the key %s", quote(n.pairs[0].key))
		return nil
	}
	return d.tensorSpec(n)
}

func (d *decoder) listSpec(pos Pos, n *node, tuple bool) *ListSpec {
	s := &ListSpec{Pos: pos, Tuple: tuple}
	for _, item := range d.list(n, "tuple") {
		if in := d.input(item); in != nil {
			s.Items = append(s.Items, in)
		}
	}
	return s
}

func (d *decoder) tensorSpec(n *node) *TensorSpec { return d.dense(n, &tensorSpecKeys) }

// dense decodes the keys that tensors have in common.
func (d *decoder) dense(n *node, keys *mapping) *TensorSpec {
	s := &TensorSpec{Pos: n.pos}
	for key, v := range d.fields(n, keys) {
		switch key {
		case "name":
			s.Name = d.text(v, key).Value
		case "shape":
			s.Shape = d.shape(v)
		case "dtype":
			s.DType = d.dtype(v, key)
		default:
			panic("internal error: no code for key " + key)
		}
	}
	return s
}

func (d *decoder) raggedSpec(n *node) *RaggedSpec {
	s := &RaggedSpec{Pos: n.pos, RaggedRank: -1, RowSplitsDType: tensor.Int64}
	for key, v := range d.fields(n, &raggedSpecKeys) {
		switch key {
		case "name":
			s.Name = d.text(v, key).Value
		case "shape":
			s.Shape = d.shape(v)
		case "dtype":
			s.DType = d.dtype(v, key)
		case "ragged_rank":
			s.RaggedRank = int(d.integer(v, 0, key))
		case "row_splits_dtype":
			if d.choice(v, []string{"int32", "int64"}, key) == "int32" {
				s.RowSplitsDType = tensor.Int32
			}
		default:
			panic("internal error: no code for key " + key)
		}
	}
	if n.kind == mapNode && s.RaggedRank < 0 && !s.Shape.Known() {
		d.add(n.pos, "a ragged input needs the key \"ragged_rank\" or a \"shape\" of known rank")
	}
	if s.Shape.Known() && s.RaggedRank >= s.Shape.Rank() {
		d.add(n.pos, "ragged_rank: %d is not less than the rank %d of the shape", s.RaggedRank, s.Shape.Rank())
	}
	return s
}

func (d *decoder) sparseSpec(n *node) *SparseSpec {
	s := SparseSpec(*d.dense(n, &sparseSpecKeys))
	return &s
}

// initOpKey is the signature that holds the init op of a SavedModel
// (tensorflow/cc/saved_model/constants.h, TF 2.21: kSavedModelInitOpSignatureKey).
const initOpKey = "__saved_model_init_op"

// defaultKey is the signature of a model that has one
// (tf.saved_model.DEFAULT_SERVING_SIGNATURE_DEF_KEY).
const defaultKey = "serving_default"

// signatures decodes one function for serving_default, or a mapping of keys to
// functions.
func (d *decoder) signatures(n *node) *Signatures {
	s := &Signatures{Pos: n.pos}
	switch {
	case n.kind == listNode, n.kind == scalarNode && !isString(n):
		d.report(&Error{Pos: n.pos, Msg: "signatures: want the path of a function, or a mapping of keys to functions, not " + n.describe(),
			Hint: "{} for a model without signatures"})
	case n.kind == scalarNode, n.has("function"):
		sig := d.signature(n)
		sig.Key, sig.KeyPos = defaultKey, n.pos
		s.Entries = append(s.Entries, sig)
	default:
		for _, p := range n.pairs {
			sig := d.signature(p.value)
			sig.Key, sig.KeyPos = p.key, p.pos
			if p.key == initOpKey {
				d.add(p.pos, "signature key %q is reserved for the init op", p.key)
			}
			s.Entries = append(s.Entries, sig)
		}
	}
	return s
}

func isString(n *node) bool {
	_, ok := n.str()
	return ok
}

// signature decodes an entry; one with mistakes leads to no function.
func (d *decoder) signature(n *node) *Signature {
	sig := &Signature{Pos: n.pos}
	before := d.count()
	if n.kind == scalarNode {
		sig.Function.Path = d.path(n, "signature")
		return sig
	}
	for key, v := range d.fields(n, &signatureKeys) {
		switch key {
		case "function":
			sig.Function.Path = d.path(v, key)
		case "inputs":
			sig.Inputs = d.inputs(v)
		default:
			panic("internal error: no code for key " + key)
		}
	}
	if d.count() > before {
		sig.Function.Path.Text = ""
	}
	return sig
}
