package inspect

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/tfsave/tfsave/internal/reader"
	"github.com/tfsave/tfsave/internal/spell"
	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/tfpb"
)

// MainGraph names the main graph where functions are named.
const MainGraph = "main"

// Find finds the functions that a name means: one of the library, the traces of
// a tf.function by its path, or the main graph.
func Find(g *tfpb.MetaGraphDef, lib *reader.Library, name string) ([]*reader.Body, error) {
	if name == MainGraph || name == "" {
		return []*reader.Body{lib.Main}, nil
	}
	if f := lib.Function(name); f != nil {
		return []*reader.Body{f}, nil
	}
	objects := g.GetObjectGraphDef().GetNodes()
	names := []string{MainGraph}
	for _, p := range reader.Places(g.GetObjectGraphDef()) {
		concrete := ConcreteNames(objects[p.ID])
		if len(concrete) == 0 {
			continue
		}
		names = append(names, p.Path)
		if p.Path != name {
			continue
		}
		var out []*reader.Body
		for _, c := range concrete {
			if f := lib.Function(c); f != nil {
				out = append(out, f)
			}
		}
		if len(out) > 0 {
			return out, nil
		}
	}
	for _, f := range lib.Functions {
		names = append(names, f.Name())
	}
	err := fmt.Errorf("no function %q", name)
	if near := spell.Nearest(name, names); near != "" {
		err = fmt.Errorf("%w (did you mean %q?)", err, near)
	}
	return nil, err
}

// WriteNodes writes the nodes of a graph, one a line: name = Op(inputs) with
// its attributes, and for a function its arguments and results.
func WriteNodes(w io.Writer, b *reader.Body) error {
	var out strings.Builder
	if sig := b.Function.GetSignature(); sig != nil {
		var args []string
		for _, a := range sig.GetInputArg() {
			args = append(args, a.GetName()+": "+argType(a))
		}
		fmt.Fprintf(&out, "def %s(%s):\n", Printable(sig.GetName()), Printable(strings.Join(args, ", ")))
	}
	for _, n := range b.Nodes {
		line := fmt.Sprintf("%s = %s(%s)", n.GetName(), n.GetOp(), strings.Join(n.GetInput(), ", "))
		for _, name := range slices.Sorted(maps.Keys(n.GetAttr())) {
			if !strings.HasPrefix(name, "_") {
				line += " " + name + "=" + AttrText(n.Attr[name])
			}
		}
		if n.GetDevice() != "" {
			line += " on " + n.GetDevice()
		}
		out.WriteString("  " + Printable(line) + "\n")
	}
	for _, a := range b.Function.GetSignature().GetOutputArg() {
		fmt.Fprintf(&out, "  return %s\n", Printable(fmt.Sprintf("%s: %s = %s", a.GetName(), argType(a), b.Function.GetRet()[a.GetName()])))
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func argType(a *tfpb.OpDef_ArgDef) string {
	t := a.GetTypeAttr()
	if t == "" {
		t = a.GetTypeListAttr()
	}
	if t == "" {
		t = tensor.DType(a.GetType()).String()
	}
	return t
}

// maxText is how much of a string attribute is shown.
const maxText = 60

// AttrText writes the value of an attribute in short.
func AttrText(v *tfpb.AttrValue) string {
	switch k := v.GetValue().(type) {
	case *tfpb.AttrValue_S:
		return text(k.S)
	case *tfpb.AttrValue_I:
		return strconv.FormatInt(k.I, 10)
	case *tfpb.AttrValue_F:
		return strconv.FormatFloat(float64(k.F), 'g', -1, 32)
	case *tfpb.AttrValue_B:
		return strconv.FormatBool(k.B)
	case *tfpb.AttrValue_Type:
		return DType(k.Type).String()
	case *tfpb.AttrValue_Shape:
		return shapeOf(k.Shape).String()
	case *tfpb.AttrValue_Tensor:
		return tensorText(k.Tensor)
	case *tfpb.AttrValue_Func:
		return k.Func.GetName()
	case *tfpb.AttrValue_Placeholder:
		return "$" + k.Placeholder
	case *tfpb.AttrValue_List:
		return listText(k.List)
	}
	return "?"
}

func text(b []byte) string {
	if len(b) > maxText {
		return strconv.Quote(string(b[:maxText])) + "…"
	}
	return strconv.Quote(string(b))
}

// tensorText writes a scalar as its value, anything else as dtype and shape.
func tensorText(t *tfpb.TensorProto) string {
	s := DType(t.GetDtype()).String()
	if shape := shapeOf(t.GetTensorShape()); shape.Rank() != 0 {
		return s + shape.String()
	}
	switch {
	case len(t.GetFloatVal()) == 1:
		return strconv.FormatFloat(float64(t.FloatVal[0]), 'g', -1, 32)
	case len(t.GetDoubleVal()) == 1:
		return strconv.FormatFloat(t.DoubleVal[0], 'g', -1, 64)
	case len(t.GetIntVal()) == 1:
		return strconv.Itoa(int(t.IntVal[0]))
	case len(t.GetInt64Val()) == 1:
		return strconv.FormatInt(t.Int64Val[0], 10)
	case len(t.GetBoolVal()) == 1:
		return strconv.FormatBool(t.BoolVal[0])
	case len(t.GetStringVal()) == 1:
		return text(t.StringVal[0])
	}
	return s
}

// maxItems is how many elements of a list are shown.
const maxItems = 8

func listText(l *tfpb.AttrValue_ListValue) string {
	var items []string
	n := 0
	add := func(count int, item func(i int) string) {
		for i := range min(count, maxItems) {
			items = append(items, item(i))
		}
		n += count
	}
	add(len(l.GetS()), func(i int) string { return text(l.S[i]) })
	add(len(l.GetI()), func(i int) string { return strconv.FormatInt(l.I[i], 10) })
	add(len(l.GetF()), func(i int) string { return strconv.FormatFloat(float64(l.F[i]), 'g', -1, 32) })
	add(len(l.GetB()), func(i int) string { return strconv.FormatBool(l.B[i]) })
	add(len(l.GetType()), func(i int) string { return DType(l.Type[i]).String() })
	add(len(l.GetShape()), func(i int) string { return shapeOf(l.Shape[i]).String() })
	add(len(l.GetTensor()), func(i int) string { return tensorText(l.Tensor[i]) })
	add(len(l.GetFunc()), func(i int) string { return l.Func[i].GetName() })
	if n > len(items) {
		items = append(items, fmt.Sprintf("… %d in all", n))
	}
	return "[" + strings.Join(items, ", ") + "]"
}
