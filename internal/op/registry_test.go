package op

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/tfsave/tfsave/internal/tensor"
	"github.com/tfsave/tfsave/internal/wire"
)

func TestRegistryDecodes(t *testing.T) {
	names := Names()
	if len(names) < 1900 || !slices.IsSorted(names) {
		t.Fatalf("%d ops, sorted: %v", len(names), slices.IsSorted(names))
	}
	for _, name := range names {
		d, ok := Lookup(name)
		if !ok || d.Name != name || len(d.Encoded()) == 0 {
			t.Fatalf("Lookup(%q) = %+v, %v", name, d, ok)
		}
		for i := range d.Attrs {
			a := &d.Attrs[i]
			if !a.HasDefault {
				continue
			}
			if err := CheckAttr(a, a.Default); err != nil {
				t.Errorf("%s: default: %v", name, err)
			}
			if !EqualAttr(a.Default, a.Default) {
				t.Errorf("%s: default of %s does not equal itself", name, a.Name)
			}
		}
		for _, arg := range slices.Concat(d.Inputs, d.Outputs) {
			for _, ref := range []string{arg.TypeAttr, arg.NumberAttr, arg.TypeListAttr} {
				if _, ok := d.Attr(ref); ref != "" && !ok {
					t.Errorf("%s: argument %s names attribute %q, which is not there", name, arg.Name, ref)
				}
			}
		}
	}
}

func TestLookup(t *testing.T) {
	d, ok := Lookup("Conv2D")
	if !ok {
		t.Fatal("no Conv2D")
	}
	padding, _ := d.Attr("padding")
	if want := []string{"SAME", "VALID", "EXPLICIT"}; !slices.Equal(padding.AllowedStrings, want) {
		t.Errorf("padding may be %q, want %q", padding.AllowedStrings, want)
	}
	dilations, _ := d.Attr("dilations")
	if !EqualAttr(dilations.Default, []int64{1, 1, 1, 1}) {
		t.Errorf("dilations default to %v", dilations.Default)
	}
	if d, _ := Lookup("ImageSummary"); !EqualAttr(attr(d, "bad_color").Default,
		&tensor.Tensor{DType: tensor.Uint8, Dims: []int64{4}, Data: []byte{255, 0, 0, 255}}) {
		t.Errorf("bad_color defaults to %v", attr(d, "bad_color").Default)
	}
	if d, _ := Lookup("VarHandleOp"); !d.Stateful {
		t.Error("VarHandleOp is not stateful")
	}
	if d, _ := Lookup("Assign"); !d.Inputs[0].IsRef || !d.AllowsUninitialized {
		t.Error("Assign does not take a reference that may not be initialized")
	}
	if d, _ := Lookup("AddN"); !d.Aggregate || !d.Commutative {
		t.Error("AddN is not aggregate and commutative")
	}
	if d, _ := Lookup("BatchFFT"); d.Deprecated == nil || d.Deprecated.Version != 15 {
		t.Errorf("BatchFFT: deprecation %+v", d.Deprecated)
	}
	if _, ok := Lookup("Conv2"); ok {
		t.Error("found an op Conv2")
	}
	if got := NearestName("Conv2d"); got != "Conv2D" {
		t.Errorf("nearest to Conv2d is %q", got)
	}
	if got := d.NearestAttr("dilation"); got != "dilations" {
		t.Errorf("nearest to dilation is %q", got)
	}
}

func attr(d *Def, name string) *AttrDef {
	a, _ := d.Attr(name)
	return a
}

func TestCheckAttr(t *testing.T) {
	for _, tc := range []struct {
		op, attr string
		value    any
		want     string // part of the error, "" for none
	}{
		{"MatMul", "transpose_a", true, ""},
		{"MatMul", "transpose_a", int64(1), "is of type bool, not int"},
		{"MatMul", "T", tensor.Float32, ""},
		{"MatMul", "T", tensor.String, "cannot be string"},
		{"Conv2D", "padding", "SAMe", `(did you mean "SAME"?)`},
		{"MaxPool", "ksize", []int64{1, 2, 2}, "3 elements, of at least 4"},
		{"AddN", "N", int64(0), "is 0, must be at least 1"},
		{"IdentityN", "T", []tensor.DType{}, "0 elements, of at least 1"},
		{"MatMul", "T", nil, "not <nil>"},
	} {
		d, _ := Lookup(tc.op)
		err := CheckAttr(attr(d, tc.attr), tc.value)
		if (err == nil) != (tc.want == "") || err != nil && !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s.%s = %v: %v, want %q", tc.op, tc.attr, tc.value, err, tc.want)
		}
	}
}

func TestEqualAttr(t *testing.T) {
	nan := float32(math.NaN())
	for _, tc := range []struct {
		a, b any
		want bool
	}{
		{int64(1), int64(1), true},
		{int64(1), float32(1), false},
		{nan, nan, true},
		{[]float32{nan}, []float32{nan}, true},
		{tensor.ShapeOf(1, -1), tensor.ShapeOf(1, -1), true},
		{tensor.ShapeOf(), tensor.UnknownShape(), false},
		{[]tensor.Shape{tensor.ShapeOf(2)}, []tensor.Shape{tensor.ShapeOf(2)}, true},
		{[]string{}, []string(nil), true},
		{Func{Name: "f", Attrs: map[string]any{"n": []int64{1}}}, Func{Name: "f", Attrs: map[string]any{"n": []int64{1}}}, true},
		{Func{Name: "f"}, Func{Name: "g"}, false},
		{nil, nil, false},
	} {
		if got := EqualAttr(tc.a, tc.b); got != tc.want {
			t.Errorf("EqualAttr(%v, %v) = %v", tc.a, tc.b, got)
		}
	}
}

func TestArgTypes(t *testing.T) {
	f32, i32 := tensor.Float32, tensor.Int32
	for _, tc := range []struct {
		op      string
		attrs   map[string]any
		in, out []tensor.DType
	}{
		{"AddV2", map[string]any{"T": f32}, []tensor.DType{f32, f32}, []tensor.DType{f32}},
		{"ConcatV2", map[string]any{"T": f32, "N": int64(2)}, []tensor.DType{f32, f32, i32}, []tensor.DType{f32}},
		{"IdentityN", map[string]any{"T": []tensor.DType{f32, i32}}, []tensor.DType{f32, i32}, []tensor.DType{f32, i32}},
		{"Shape", map[string]any{"T": f32}, []tensor.DType{f32}, []tensor.DType{i32}},
		{"Assign", map[string]any{"T": f32}, []tensor.DType{f32.Ref(), f32}, []tensor.DType{f32.Ref()}},
	} {
		d, _ := Lookup(tc.op)
		in, err := d.InputTypes(tc.attrs)
		if err != nil || !slices.Equal(in, tc.in) {
			t.Errorf("%s: inputs %v, %v", tc.op, in, err)
		}
		out, err := d.OutputTypes(tc.attrs)
		if err != nil || !slices.Equal(out, tc.out) {
			t.Errorf("%s: outputs %v, %v", tc.op, out, err)
		}
	}
	d, _ := Lookup("AddN")
	for _, attrs := range []map[string]any{nil, {"T": f32}, {"T": f32, "N": int64(-1)}, {"T": f32, "N": int64(1) << 40}, {"T": int64(1), "N": int64(1)}} {
		if _, err := d.InputTypes(attrs); err == nil {
			t.Errorf("AddN with %v has input types", attrs)
		}
	}
}

func BenchmarkFirstLookup(b *testing.B) {
	for b.Loop() {
		n := 0
		eachField(registryData, func(wire.Field) { n++ })
	}
}
