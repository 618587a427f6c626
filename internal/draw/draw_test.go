package draw

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/tfsave/tfsave/internal/inspect"
	"github.com/tfsave/tfsave/internal/reader"
	"github.com/tfsave/tfsave/internal/tfpb"
)

func pictures(t *testing.T) map[string]*Picture {
	t.Helper()
	out := map[string]*Picture{}
	for _, name := range []string{"control_flow", "keras_saved_by_tf", "table_file", "v1_ref_variables"} {
		m, err := reader.Open("../verify/testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		defer m.Close()
		g := m.Proto.MetaGraphs[0]
		lib := reader.NewLibrary(g.GraphDef)
		for _, b := range lib.Bodies() {
			out[name+" "+b.Name()] = Function(b, lib, 0)
		}
		if g.ObjectGraphDef != nil {
			out[name] = Tree(inspect.Read(m).MetaGraphs[0], name)
		}
	}
	return out
}

// TestSVG: every picture is XML, with a box for each box, none over another.
func TestSVG(t *testing.T) {
	for name, p := range pictures(t) {
		var b bytes.Buffer
		if err := p.WriteSVG(&b); err != nil {
			t.Fatal(err)
		}
		for d := xml.NewDecoder(&b); ; {
			if _, err := d.Token(); err == io.EOF {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		l, err := p.layout()
		if err != nil {
			t.Fatal(err)
		}
		for i, x := range l.boxes {
			if x.x-x.w/2 < 0 || x.y-x.h/2 < 0 || x.x+x.w/2 > l.width || x.y+x.h/2 > l.height {
				t.Errorf("%s: box %v is not in the picture", name, p.Boxes[i].Lines)
			}
			for j, y := range l.boxes[:i] {
				if abs(x.x-y.x) < (x.w+y.w)/2-1 && abs(x.y-y.y) < (x.h+y.h)/2-1 {
					t.Errorf("%s: box %v over %v", name, p.Boxes[i].Lines, p.Boxes[j].Lines)
				}
			}
		}
	}
}

func abs(x float64) float64 { return max(x, -x) }

func TestDOT(t *testing.T) {
	p := &Picture{Title: `a "b"`, Boxes: []Box{{Lines: []string{"x", "y\\z"}}, {Lines: []string{"<lambda>"}, Kind: Input}}, Edges: []Edge{{0, 1, ""}}, Sideways: true}
	var b bytes.Buffer
	if err := p.WriteDOT(&b); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`digraph "a \"b\"" {`, `n0 [label="x\ny\\z"`, `n1 [label="<lambda>"`, "n0 -> n1\n", "rankdir=LR"} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("no %s in\n%s", want, b.String())
		}
	}
}

// TestFolding: nodes of a scope are one box, and constants alone are none.
func TestFolding(t *testing.T) {
	for name, p := range pictures(t) {
		for _, b := range p.Boxes {
			if len(b.Lines) == 2 && b.Lines[1] == "Const" {
				t.Errorf("%s: a box for constant %s", name, b.Lines[0])
			}
		}
		if len(p.Boxes) > maxBoxes {
			t.Errorf("%s: %d boxes", name, len(p.Boxes))
		}
	}
}

// TestRanks: edges lead downwards; a circle has one that does not.
func TestRanks(t *testing.T) {
	got := ranks(5, []Edge{{0, 1, ""}, {1, 2, ""}, {0, 2, ""}, {2, 3, ""}, {3, 1, ""}, {4, 3, ""}})
	if got[0] != 0 || got[1] != 1 || got[2] != 2 || got[3] != 3 || got[4] != 2 {
		t.Errorf("got %v", got)
	}
}

// TestTree: the variables of a module stand in its box, and what has none is one
// box.
func TestTree(t *testing.T) {
	m, err := reader.Open("../verify/testdata/keras_saved_by_tf")
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	objects := m.Proto.MetaGraphs[0].ObjectGraphDef
	for i := range 4 {
		objects.Nodes[0].Children = append(objects.Nodes[0].Children, &tfpb.TrackableObjectGraph_TrackableObject_ObjectReference{LocalName: fmt.Sprint("m", i), NodeId: int32(len(objects.Nodes))})
		objects.Nodes = append(objects.Nodes, &tfpb.SavedObject{Kind: &tfpb.SavedObject_UserObject{UserObject: &tfpb.SavedUserObject{}}})
	}
	var lines []string
	for _, b := range Tree(inspect.Read(m).MetaGraphs[0], "").Boxes {
		lines = append(lines, strings.Join(b.Lines, "|"))
	}
	all := strings.Join(lines, "\n")
	for _, want := range []string{"parameters|_kernel  float32[", "4 without variables"} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in\n%s", want, all)
		}
	}
}

func TestTooLarge(t *testing.T) {
	p := &Picture{Boxes: make([]Box, maxLayout+1)}
	if err := p.WriteSVG(io.Discard); err == nil {
		t.Error("laid out")
	}
}

// FuzzDraw: no graph makes drawing panic.
func FuzzDraw(f *testing.F) {
	for _, name := range []string{"control_flow", "keras_saved_by_tf", "v1_ref_variables"} {
		data, err := os.ReadFile("../verify/testdata/" + name + "/saved_model.pb")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		m, err := reader.OpenFS(fstest.MapFS{reader.GraphFile: {Data: data}})
		if err != nil {
			return
		}
		for _, g := range m.Proto.GetMetaGraphs() {
			lib := reader.NewLibrary(g.GetGraphDef())
			for _, b := range lib.Bodies() {
				_ = Function(b, lib, 0).WriteSVG(io.Discard)
			}
		}
		for _, g := range inspect.Read(m).MetaGraphs {
			_ = Tree(g, "").WriteSVG(io.Discard)
		}
	})
}
