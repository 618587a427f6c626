package trace

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/python"
	"github.com/tfsave/tfsave/internal/spec"
)

// FuzzBody traces any text as the body of a function with a few inputs and
// objects. A body gives a graph or an error with a place, soon; it never
// panics. The seeds are the snippets of this package and the cases of the
// conformance suite; a seed other than 0 changes tokens of the body first.
func FuzzBody(f *testing.F) {
	seeds, err := seedBodies()
	if err != nil {
		f.Fatal(err)
	}
	for i, s := range seeds {
		f.Add(s, uint64(0))
		if i%8 == 0 {
			f.Add(s, uint64(i+1))
		}
	}
	f.Fuzz(func(t *testing.T, body string, seed uint64) {
		if seed != 0 {
			body = mutate(body, rand.New(rand.NewPCG(seed, 1)))
		}
		fn, ok := fuzzModel(t, body)
		if !ok {
			return
		}
		watchdog := time.AfterFunc(20*time.Second, func() { panic("the body does not end:\n" + body) })
		defer watchdog.Stop()
		tr := New(&graph.Library{})
		tr.steps = 200_000
		c, err := tr.Trace(fn, nil)
		if err == nil {
			c.Func.Proto()
			return
		}
		var mistake *Error
		if !errors.As(err, &mistake) {
			t.Fatalf("an error without a place: %v\n%s", err, body)
		}
		if mistake.Pos == (spec.Pos{}) || mistake.Error() == "" {
			t.Fatalf("an error at no place, or without a message: %#v\n%s", mistake, body)
		}
	})
}

var token = regexp.MustCompile(`[A-Za-z_][A-Za-z_0-9]*|[0-9][0-9.e]*|"[^"\n]*"|'[^'\n]*'|[ \t]+|\n|.`)

// vocabulary is what mutate puts into bodies.
var vocabulary = strings.Fields(`x y n i b s a self tf None True False 0 1 -1 2 3.5 1e308 2**70 [] {} () "" "a" b"a" ... : , = + - * / // % ** @ & | ^ ~
	not and or in is if else for while return break continue lambda def f( ) ( [ ] len( range( list( sum( zip( str( int( float( bool( self.v self.helper( self.scale
	tf.shape( tf.constant( tf.cast( tf.where( tf.concat( tf.stack( tf.reshape( tf.range( tf.zeros( tf.reduce_sum( tf.cond( tf.while_loop( tf.map_fn(
	tf.TensorArray( tf.float32 tf.int32 tf.string tf.ragged.constant( tf.function( x.shape y.shape[0] tf.newaxis x[0] x[..., 1:] lambda: [x,x] {"k":x} [[]] [1,2]`)

// mutate replaces, drops, repeats and swaps a few tokens or lines of a body.
func mutate(body string, r *rand.Rand) string {
	tokens := token.FindAllString(body, -1)
	for range 1 + r.IntN(4) {
		if len(tokens) == 0 {
			break
		}
		i, j := r.IntN(len(tokens)), r.IntN(len(tokens))
		switch r.IntN(7) {
		case 0, 1, 2:
			tokens[i] = vocabulary[r.IntN(len(vocabulary))]
		case 3:
			tokens = slices.Delete(tokens, i, i+1)
		case 4:
			tokens = slices.Insert(tokens, i, vocabulary[r.IntN(len(vocabulary))])
		case 5:
			tokens[i], tokens[j] = tokens[j], tokens[i]
		case 6:
			lines := strings.Split(strings.Join(tokens, ""), "\n")
			i, j = r.IntN(len(lines)), r.IntN(len(lines))
			lines = slices.Insert(lines, i, lines[j])
			tokens = token.FindAllString(strings.Join(lines, "\n"), -1)
		}
	}
	return strings.Join(tokens, "")
}

// fuzzModel describes a model whose function f has the body.
func fuzzModel(t *testing.T, body string) (*model.Function, bool) {
	input := func(name, dtype string, shape ...any) map[string]any {
		return map[string]any{"name": name, "dtype": dtype, "shape": append([]any{}, shape...)}
	}
	text, err := json.Marshal(map[string]any{"module": map[string]any{
		"constants": map[string]any{"scale": 0.5, "names": []string{"a", "b"}},
		"variables": map[string]any{"v": map[string]any{"shape": []int{3}, "initializer": "zeros"}},
		"functions": map[string]any{
			"helper": map[string]any{"args": []string{"a"}, "body": "return a * self.v[0]"},
			"f": map[string]any{"body": body, "input_signature": []any{
				input("x", "float32", 2, 3), input("y", "float32", nil, 3), input("n", "int32"), input("i", "int64", 4),
				input("b", "bool", 4), input("s", "string", nil), input("a", "float32"),
			}},
		},
	}})
	if err != nil {
		t.Fatal(err)
	}
	s, errs := spec.Parse("fuzz.json", text, nil)
	if len(errs) > 0 {
		return nil, false
	}
	m, errs := model.Build(s)
	if len(errs) > 0 {
		return nil, false
	}
	a, _ := m.Root.Attr("f")
	return a.Value.(*model.Function), true
}

// seedBodies collects bodies: those of the tests here, and the texts in the
// cases of conformance/lib.
func seedBodies() ([]string, error) {
	var seeds []string
	files, err := filepath.Glob("testdata/python/*.txt")
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		for _, c := range snippets(string(text)) {
			seeds = append(seeds, c.body)
		}
	}
	if files, err = filepath.Glob("testdata/err/*.yaml"); err != nil {
		return nil, err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		if filepath.Base(file) == "limits.yaml" {
			continue // slow on purpose
		}
		s, errs := spec.Parse(file, text, nil)
		if len(errs) > 0 {
			return nil, errs
		}
		for _, m := range s.Module.Members {
			if fn, ok := m.Object.(*spec.Function); ok && fn.Body != nil {
				seeds = append(seeds, fn.Body.Text)
			}
		}
	}
	if files, err = filepath.Glob("../../conformance/lib/cases_*.py"); err != nil {
		return nil, err
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		tree, err := python.Parse(string(text))
		if err != nil {
			return nil, err
		}
		for _, s := range tree.Body {
			python.Inspect(s, func(n python.Node) bool {
				if c, ok := n.(*python.Constant); ok {
					if body, ok := c.Value.(string); ok && strings.Contains(body, "tf.") {
						if !strings.Contains(body, "return") {
							body = "return " + body
						}
						seeds = append(seeds, body)
					}
				}
				return true
			})
		}
	}
	return seeds, nil
}
