package keras

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tfsave/tfsave/internal/spec"
)

var update = flag.Bool("update", false, "write the golden files of this package anew")

// expand expands a description that stands in a folder.
func expand(dir, text string) (*spec.Spec, error) {
	s, errs := spec.Parse("model.yaml", []byte(text), nil)
	if len(errs) == 0 {
		s.Dir = dir
		errs = Expand(s)
	}
	return s, errs.Err()
}

// TestExpand holds what becomes of the configs in testdata/keras2 and
// testdata/keras3, which Keras wrote (conformance/goldens/keras_models.py),
// against the .txt beside them.
func TestExpand(t *testing.T) {
	files, err := filepath.Glob("testdata/keras[23]/*.json")
	if err != nil || len(files) < 17 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		name := strings.TrimPrefix(file, "testdata/")
		t.Run(strings.TrimSuffix(name, ".json"), func(t *testing.T) {
			s, err := expand("testdata", "keras: {config: "+name+", training: true}")
			if err != nil {
				t.Fatal(err)
			}
			var b bytes.Buffer
			dump(&b, s.Module, "")
			golden := strings.TrimSuffix(file, ".json") + ".txt"
			if *update {
				if err := os.WriteFile(golden, b.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if b.String() != string(want) {
				t.Errorf("got:\n%s\nwant:\n%s", b.String(), want)
			}
		})
	}
}

// dump writes what is below a module: variables, functions with the bodies that
// were written, the lists of a model.
func dump(b *bytes.Buffer, m *spec.Module, indent string) {
	for _, member := range m.Members {
		switch o := member.Object.(type) {
		case *spec.Variable:
			fmt.Fprintf(b, "%s%s: %s", indent, member.Name, describe(o))
		case *spec.Module:
			fmt.Fprintf(b, "%s%s:\n", indent, member.Name)
			dump(b, o, indent+"  ")
		case *spec.List:
			fmt.Fprintf(b, "%s%s: %d\n", indent, member.Name, len(o.Items))
		case *spec.Constant:
			if member.Name == "arrays" {
				fmt.Fprintf(b, "%s%s: %v\n", indent, member.Name, o.Value.Plain())
			}
		case *spec.Function:
			if o.Body == nil {
				if indent == "" {
					fmt.Fprintf(b, "%s() is %s\n", member.Name, o.LibraryFunction)
				}
				continue
			}
			fmt.Fprintf(b, "%s%s(%s):\n", indent, member.Name, inputs(o.InputSignature))
			for line := range strings.Lines(o.Body.Text) {
				b.WriteString(indent + "  " + line)
			}
		}
	}
}

func describe(v *spec.Variable) string {
	text := fmt.Sprintf("%s %s %q", v.DType, v.Shape, v.Name)
	if v.Trainable != nil && !*v.Trainable {
		text += " not trainable"
	}
	if v.Initializer != nil {
		text += " " + v.Initializer.Name
	}
	if v.File != nil {
		text += " " + v.File.Tensor
	}
	return text + "\n"
}

func inputs(list []spec.Input) string {
	var out []string
	for _, in := range list {
		switch in := in.(type) {
		case *spec.TensorSpec:
			out = append(out, fmt.Sprintf("%s: %s %s", in.Name, in.DType, in.Shape))
		case *spec.ListSpec:
			out = append(out, "["+inputs(in.Items)+"]")
		case *spec.DictSpec:
			for _, e := range in.Entries {
				out = append(out, fmt.Sprintf("%q: %s", e.Name, inputs([]spec.Input{e.Input})))
			}
		}
	}
	return strings.Join(out, ", ")
}

// TestSettings: every key of the reference has code here.
func TestSettings(t *testing.T) {
	for _, key := range spec.KerasKeys() {
		_, err := expand("testdata", "keras: {"+key+": {}}")
		if err == nil || strings.Contains(err.Error(), "unknown key") {
			t.Errorf("%s: %v", key, err)
		}
	}
}

// TestExamples: the descriptions in docs/keras.md are right, and its tables as
// the layers are.
func TestExamples(t *testing.T) {
	page, err := os.ReadFile("../../docs/keras.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(page), "```yaml\n")[1:]
	if len(blocks) < 5 {
		t.Errorf("%d descriptions", len(blocks))
	}
	for _, block := range blocks {
		text, _, _ := strings.Cut(block, "```")
		if _, errs := spec.Parse("docs/keras.md", []byte(text), nil); len(errs) > 0 {
			t.Errorf("%s\n%v", text, errs)
		}
	}
	if want, err := WithTable(string(page)); err != nil || want != string(page) {
		t.Errorf("docs/keras.md is not up to date: make generate (%v)", err)
	}
}

// TestCustomObjects: classes of the user's own, in the description and in place
// of code that a config can not hold; mistakes have places in their file.
func TestCustomObjects(t *testing.T) {
	const layers = `, layers: [Input: {shape: [3]}, Scale: {factor: 2.0}, Lambda: {name: double}]}`
	tests := []struct{ file, want string }{
		{`
def Lambda_call(self, inputs):
    return inputs * 2.0


def Scale_config(factor=1.0):
    """Multiplication by a number for each channel."""


def Scale_build(self, input_shape):
    return {"gamma": variable([input_shape[-1]], "ones"), "inner": layer(new_layer("Dense", units=2), input_shape)}


def Scale_call(self, inputs, training=False):
    return self.inner(inputs * cast(self, self.gamma) * self.config["factor"])
`, ""},
		{"def Lambda_call(self, inputs):\n    return inputs\n", `model.yaml:1:64: layer "scale" is of class "Scale", which is not known (write def Scale_call(self, inputs) into a file`},
		{"def Scale_call(self, inputs)\n    return inputs\n", "mine.py:1:29:"},
		{"def Scale_config(factor=1.0):\n    raise ValueError('no')\n\ndef Scale_call(self, inputs):\n    return inputs\n", "mine.py:2:5: "},
	}
	for _, test := range tests {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "mine.py"), []byte(test.file), 0o644); err != nil {
			t.Fatal(err)
		}
		s, err := expand(dir, "keras: {custom_objects: mine.py"+layers)
		if test.want != "" {
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("got  %v\nwant %s", err, test.want)
			}
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		dump(&b, s.Module, "")
		for _, want := range []string{`gamma: float32 [3] "scale/gamma"`, `kernel: float32 [3,2] "scale/inner/kernel"`, "x2 = tf.nest.flatten(self.double(x1[0]))"} {
			if !strings.Contains(b.String(), want) {
				t.Errorf("no %s in\n%s", want, b.String())
			}
		}
	}
}
