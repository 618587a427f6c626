package trace

import (
	"regexp"
	"strings"
	"testing"

	"github.com/tfsave/tfsave/internal/graph"
	"github.com/tfsave/tfsave/internal/model"
	"github.com/tfsave/tfsave/internal/spec"
	"github.com/tfsave/tfsave/internal/tfpb"
)

// Arguments of the bodies below.
const (
	argX      = "{name: x, dtype: float32, shape: []}"
	argVector = "{name: x, dtype: float32, shape: [2]}"
	argMatrix = "{name: x, dtype: float32, shape: [4, 2]}"
	argN      = "{name: n, dtype: int32, shape: []}"
	argP      = "{name: p, dtype: bool, shape: []}"
)

// controlFlow holds bodies with control flow and the ops of the functions that
// they become, as observed with TF 2.21. Const, Identity and NoOp are left
// out, and the counters of functions' names.
var controlFlow = []struct{ name, args, body, want string }{
	{"if and else", argX, `
			if x > 0:
			  y = x * 2
			else:
			  y = -x
			return y`, `
			f: Greater StatelessIf
			cond_true: Mul
			cond_false: Neg`},
	{"if without else", argX, `
			if x > 0:
			  x = x * 2
			return x`, `
			f: Greater StatelessIf
			cond_true: Mul
			cond_false:`},
	{"elif", argN, `
			if n < 0:
			  y = 'a'
			elif n == 0:
			  y = 'b'
			else:
			  y = 'c'
			return y`, `
			f: Less StatelessIf
			cond_true:
			cond_false: Equal StatelessIf
			cond_cond_true:
			cond_cond_false:`},
	{"nested if", argX + ", " + argP, `
			if p:
			  if x > 0:
			    x = tf.exp(x)
			  x = x * 2
			return x`, `
			f: StatelessIf
			cond_true: Greater StatelessIf Mul
			cond_cond_true: Exp
			cond_cond_false:
			cond_false:`},
	{"if that is known", argX, `
			k = 3
			if k > 2:
			  x = tf.exp(x)
			else:
			  x = tf.sin(x)
			return x`, `
			f: Exp`},
	{"several variables of a branch", argX + ", " + argP, `
			a, c = x, 1
			if p:
			  a, c = tf.exp(x), 2
			unused = a
			return a, c`, `
			f: StatelessIf
			cond_true: Exp
			cond_false:`},
	{"variable that one branch uses for itself", argX + ", " + argP, `
			if p:
			  t = tf.exp(x)
			  x = t + t
			return x`, `
			f: StatelessIf
			cond_true: Exp AddV2
			cond_false:`},
	{"early return", argX, `
			if x > 0:
			  return tf.exp(x)
			x = tf.sin(x)
			return x`, `
			f: Greater StatelessIf
			cond_true: Exp
			cond_false: Sin`},
	{"returns in all branches", argX, `
			if x > 1:
			  return tf.exp(x)
			elif x > 0:
			  return tf.sin(x)
			else:
			  return tf.cos(x)`, `
			f: Greater StatelessIf
			cond_true: Exp
			cond_false: Greater StatelessIf
			cond_cond_true: Sin
			cond_cond_false: Cos`},
	{"chained comparison", argX, `
			return 0 < x < 5`, `
			f: Greater StatelessIf
			cond_true: Less
			cond_false:`},
	{"several operands of and", argX + ", " + argP, `
			return p and x > 0 and x < 5`, `
			f: StatelessIf
			cond_true: Greater StatelessIf
			cond_cond_true: Less
			cond_cond_false:
			cond_false:`},
	{"items of a dict in a loop", argX + ", " + argN, `
			d = {'x': x, 'n': n}
			while d['n'] > 0:
			  d['x'] = d['x'] * 2
			  d['n'] = d['n'] - 1
			return d`, `
			f: StatelessWhile
			while_cond: Greater
			while_body: Mul Sub AddV2`},
	{"items that branches make", argX + ", " + argP, `
			d = {}
			if p:
			  d['a'] = tf.exp(x)
			else:
			  d['a'] = x
			return d['a']`, `
			f: StatelessIf
			cond_true: Exp
			cond_false:`},
	{"elements of a list whose numbers are known", argX + ", " + argN, `
			l, k = [x, x], 1
			for i in tf.range(n):
			  l[k] += l[0]
			return l[1]`, `
			f: Range Sub FloorDiv FloorMod NotEqual Cast AddV2 Maximum StatelessWhile
			while_cond: Less
			while_body: AddV2 AddV2 AddV2`},
	{"for over Python's range of a tensor", argN + ", " + argX, `
			for i in range(n):
			  x = x * 2
			return x`, `
			f: Maximum Range Sub FloorDiv FloorMod NotEqual Cast AddV2 Maximum StatelessWhile
			while_cond: Less
			while_body: Mul AddV2 AddV2`},
	{"number of the last iteration", argN + ", " + argX, `
			for i in tf.range(n):
			  x = x * 2
			return x, i`, `
			f: Range Sub FloorDiv FloorMod NotEqual Cast AddV2 Maximum StatelessWhile
			while_cond: Less
			while_body: Mul AddV2 AddV2`},
	{"loops with the same counter", argN + ", " + argX, `
			for i in tf.range(n):
			  for i in tf.range(n):
			    x = x * 2
			return x, i`, `
			f: Range Sub FloorDiv FloorMod NotEqual Cast AddV2 Maximum StatelessWhile
			while_cond: Less
			while_body: Range Sub FloorDiv FloorMod NotEqual Cast AddV2 Maximum StatelessWhile AddV2 AddV2
			while_while_cond: Less
			while_while_body: Mul AddV2 AddV2`},
	{"rows of a RaggedTensor", argVector, `
			rt = tf.RaggedTensor.from_row_splits(x, [0, 2, 2], validate=False)
			y = 0.
			for row in rt:
			  y += tf.reduce_sum(row)
			return y`, `
			f: StatelessWhile
			while_cond: Less
			while_body: StridedSlice StridedSlice AddV2 Pack Pack StridedSlice AddV2 Pack Pack StridedSlice Pack Pack Pack StridedSlice StridedSlice Sum AddV2 AddV2 AddV2`},
	{"nonlocal variable in a branch", argX + ", " + argP, `
			m = x
			def g():
			  nonlocal m
			  if p:
			    m = tf.exp(x)
			  else:
			    m = x
			g()
			return m`, `
			f: StatelessIf
			cond_true: Exp
			cond_false:`},
	{"tf.while_loop without gradients", argX, `
			return tf.while_loop(lambda t: t < 9., lambda t: t * 2., [x], back_prop=False)`, `
			f: StatelessWhile StopGradient
			while_cond: Less
			while_body: Mul AddV2`},
	{"variable as a sequence", argX, `
			for e in self.v:
			  x += e
			return x`, `
			f: TensorListReserve ReadVariableOp TensorListFromTensor StatelessWhile
			while_cond: Less
			while_body: TensorListGetItem AddV2 AddV2 AddV2`},
	{"return of an inner function", argX, `
			def g(t):
			  if t > 0:
			    return tf.exp(t)
			  return t
			return g(x)`, `
			f: Greater StatelessIf
			cond_true: Exp
			cond_false:`},
	{"conditional expression", argX, `
			return tf.exp(x) if x > 0 else x`, `
			f: Greater StatelessIf
			cond_true: Exp
			cond_false:`},
	{"conditional expression that is known", argX, `
			return tf.exp(x) if x.dtype == tf.float32 else x`, `
			f: Exp`},
	{"and", argX + ", " + argP, `
			return p and x > 0`, `
			f: StatelessIf
			cond_true: Greater
			cond_false:`},
	{"or", argX + ", " + argP, `
			return p or x > 0`, `
			f: StatelessIf
			cond_true:
			cond_false: Greater`},
	{"not", argP, `
			return not p`, `
			f: LogicalNot`},
	{"Python value and tensor", argP, `
			return True and p`, `
			f:`},
	{"while", argX, `
			while x > 1:
			  x = x / 2
			return x`, `
			f: StatelessWhile
			while_cond: Greater
			while_body: RealDiv AddV2`},
	{"while over a Python number", argN, `
			i = 0
			while i < n:
			  i += 2
			return i`, `
			f: StatelessWhile
			while_cond: Less
			while_body: AddV2 AddV2`},
	{"while that is known", argX, `
			i = 0
			while i < 3:
			  x = tf.exp(x)
			  i += 1
			return x`, `
			f: Exp Exp Exp`},
	{"while with break", argX, `
			while x > 1:
			  x = x / 2
			  if x > 50:
			    break
			return x`, `
			f: StatelessWhile
			while_cond: LogicalNot StatelessIf
			while_cond_true: Greater
			while_cond_false:
			while_body: RealDiv Greater StatelessIf AddV2
			while_cond_true:
			while_cond_false:`},
	{"while with continue", argX, `
			while x > 1:
			  x = x / 2
			  if x > 50:
			    continue
			  x = x - 1
			return x`, `
			f: StatelessWhile
			while_cond: Greater
			while_body: RealDiv Greater StatelessIf LogicalNot StatelessIf AddV2
			while_cond_true:
			while_cond_false:
			while_cond_1_true: Sub
			while_cond_1_false:`},
	{"variable that the loop defines", argN, `
			i = 0
			while i < n:
			  y = i * 2
			  i += 1
			return y`, `
			f: StatelessWhile Assert
			while_cond: Less
			while_body: Mul AddV2 AddV2`},
	{"for over a range", argN, `
			total = 0
			for i in tf.range(n):
			  total += i
			return total`, `
			f: Range Sub FloorDiv FloorMod NotEqual Cast AddV2 Maximum StatelessWhile
			while_cond: Less
			while_body: AddV2 AddV2 AddV2`},
	{"for over a range that falls", argN, `
			total = 0
			for i in tf.range(n, 0, -1):
			  total += i
			return total`, `
			f: Range Sub FloorDiv FloorMod NotEqual Cast AddV2 Maximum StatelessWhile
			while_cond: Greater
			while_body: AddV2 AddV2 AddV2`},
	{"for with break", argN + ", " + argX, `
			for i in tf.range(n):
			  if x > 5:
			    break
			  x = x * 2
			return x`, `
			f: Range Sub FloorDiv FloorMod NotEqual Cast AddV2 Maximum StatelessWhile
			while_cond: Less StatelessIf
			while_cond_true: LogicalNot
			while_cond_false:
			while_body: Greater StatelessIf LogicalNot StatelessIf AddV2 AddV2
			while_cond_true:
			while_cond_false:
			while_cond_1_true: Mul
			while_cond_1_false:`},
	{"for over the rows of a tensor", argMatrix, `
			total = tf.zeros([2])
			for row in x:
			  total += row
			return total`, `
			f: TensorListReserve TensorListFromTensor StatelessWhile
			while_cond: Less
			while_body: TensorListGetItem AddV2 AddV2 AddV2`},
	{"for over a Python list", argX, `
			out = []
			for k in [1.0, 2.0]:
			  if x > k:
			    x = x - k
			  out.append(x)
			return out`, `
			f: Greater StatelessIf Greater StatelessIf
			cond_true: Sub
			cond_false:
			cond_1_true: Sub
			cond_1_false:`},
	{"nested loops", argN + ", " + argX, `
			for i in tf.range(n):
			  for j in tf.range(i):
			    x = x * 2
			return x`, `
			f: Range Sub FloorDiv FloorMod NotEqual Cast AddV2 Maximum StatelessWhile
			while_cond: Less
			while_body: Range Sub FloorDiv FloorMod NotEqual Cast AddV2 Maximum StatelessWhile AddV2 AddV2
			while_while_cond: Less
			while_while_body: Mul AddV2 AddV2`},
	{"loop in a branch", argN + ", " + argX + ", " + argP, `
			if p:
			  for i in tf.range(n):
			    x = x * 2
			return x`, `
			f: StatelessIf
			cond_true: Range Sub FloorDiv FloorMod NotEqual Cast AddV2 Maximum StatelessWhile
			cond_while_cond: Less
			cond_while_body: Mul AddV2 AddV2
			cond_false:`},
	{"TensorArray in a loop", argN + ", " + argX, `
			a = tf.TensorArray(tf.float32, size=0, dynamic_size=True)
			for i in tf.range(n):
			  a = a.write(i, x)
			return a.stack()`, `
			f: TensorListReserve Range Sub FloorDiv FloorMod NotEqual Cast AddV2 Maximum StatelessWhile TensorListStack
			while_cond: Less
			while_body: TensorListSetItem AddV2 AddV2`},
	{"TensorArray in a branch", argVector, `
			a = tf.TensorArray(tf.float32, 2)
			if x[0] > 0:
			  a = a.write(0, x)
			return a.read(0)`, `
			f: TensorListReserve StridedSlice Greater StatelessIf TensorListGetItem
			cond_true: TensorListSetItem
			cond_false:`},
	{"shape invariants", argN + ", " + argVector, `
			i = 0
			while i < n:
			  tf.autograph.experimental.set_loop_options(shape_invariants=[(x, tf.TensorShape([None]))])
			  x = tf.concat([x, x], 0)
			  i += 1
			return x`, `
			f: StatelessWhile
			while_cond: Less
			while_body: ConcatV2 AddV2 AddV2`},
	{"shape invariants and break", argN + ", " + argVector, `
			i = 0
			while i < n:
			  tf.autograph.experimental.set_loop_options(shape_invariants=[(x, tf.TensorShape([None]))])
			  x = tf.concat([x, x], 0)
			  if i > 3:
			    break
			  i += 1
			return x`, `
			f: StatelessWhile
			while_cond: LogicalNot StatelessIf
			while_cond_true: Less
			while_cond_false:
			while_body: ConcatV2 Greater StatelessIf LogicalNot StatelessIf AddV2
			while_cond_true:
			while_cond_false:
			while_cond_1_true: AddV2
			while_cond_1_false:`},
	{"variable in a branch", argVector + ", " + argP, `
			if p:
			  self.v.assign_add(x)
			return self.v.read_value()`, `
			f: If ReadVariableOp
			cond_true: AssignAddVariableOp
			cond_false:`},
	{"variable in a loop", argVector + ", " + argN, `
			for i in tf.range(n):
			  self.v.assign_add(x)
			return self.v.read_value()`, `
			f: Range Sub FloorDiv FloorMod NotEqual Cast AddV2 Maximum While ReadVariableOp
			while_cond: Less
			while_body: AssignAddVariableOp AddV2 AddV2`},
	{"tf.cond", argX + ", " + argP, `
			return tf.cond(p, lambda: tf.exp(x), lambda: tf.sin(x))`, `
			f: StatelessIf
			cond_true: Exp
			cond_false: Sin`},
	{"tf.cond in tf.cond", argX + ", " + argP, `
			return tf.cond(p, lambda: tf.cond(x > 0, lambda: tf.exp(x), lambda: x), lambda: tf.sin(x))`, `
			f: StatelessIf
			cond_true: Greater StatelessIf
			cond_cond_true: Exp
			cond_cond_false:
			cond_false: Sin`},
	{"tf.case", argX, `
			return tf.case([(x < 0, lambda: tf.exp(x)), (x > 5, lambda: tf.sin(x))], default=lambda: x)`, `
			f: Less Greater StatelessIf
			case_cond_true: Exp
			case_cond_false: StatelessIf
			case_cond_cond_true: Sin
			case_cond_cond_false:`},
	{"tf.switch_case", argX + ", " + argN, `
			return tf.switch_case(n, [lambda: x, lambda: tf.exp(x)], default=lambda: tf.sin(x))`, `
			f: StatelessCase
			switch_case_indexed_case_branch0:
			switch_case_indexed_case_branch1: Exp
			switch_case_indexed_case_branch2: Sin`},
	{"tf.while_loop", argX + ", " + argN, `
			return tf.while_loop(lambda i, t: i < n, lambda i, t: (i + 1, tf.exp(t)), (0, x), maximum_iterations=5)`, `
			f: StatelessWhile
			while_cond: Less Less LogicalAnd
			while_body: AddV2 Exp AddV2`},
	{"tf.map_fn", argVector, `
			return tf.map_fn(lambda t: tf.exp(t) if t > 0 else t, x)`, `
			f: TensorListReserve TensorListFromTensor TensorListReserve StatelessWhile TensorListStack
			map_while_cond: Less Less LogicalAnd
			map_while_body: TensorListGetItem Greater StatelessIf TensorListSetItem AddV2 AddV2
			map_while_cond_true: Exp
			map_while_cond_false:`},
	{"tf.foldl", argVector, `
			return tf.foldl(lambda a, t: a * t, x, initializer=1.0)`, `
			f: TensorListReserve TensorListFromTensor StatelessWhile
			foldl_while_cond: Less Less LogicalAnd
			foldl_while_body: TensorListGetItem Mul AddV2 AddV2`}}

func TestControlFlow(t *testing.T) {
	for _, c := range controlFlow {
		t.Run(c.name, func(t *testing.T) {
			lib := &graph.Library{}
			f, err := traceBody(t, lib, c.args, c.body)
			if err != nil {
				t.Fatal(err)
			}
			got := opsOf(lib, "f", f.Func.Proto(), nil)
			if want := dedent(c.want); strings.Join(got, "\n") != want {
				t.Errorf("got:\n%s\nwant:\n%s", strings.Join(got, "\n"), want)
			}
		})
	}
}

// controlErrors holds bodies that TensorFlow refuses and part of what is said.
var controlErrors = []struct{ name, args, body, want string }{
	{"condition of another type", argN, `
			if n:
			  return 1
			return 2`,
		"condition of if statement expected to be a tf.bool scalar"},
	{"condition that is no scalar", argVector, `
			if x > 0:
			  x = x + 1
			return x`,
		"condition of if statement expected to be a tf.bool scalar"},
	{"variable of one branch", argX + ", " + argP, `
			if p:
			  y = x
			return y`,
		`"y" must also be initialized in the else branch`},
	{"types of the branches", argX + ", " + argP, `
			if p:
			  y = x
			else:
			  y = 1
			return y`,
		`"y" has dtype float32 in the main branch, but dtype int32 in the else branch`},
	{"structures of the branches", argX + ", " + argP, `
			if p:
			  y = (x, x)
			else:
			  y = x
			return y`,
		`"y" must have the same nested structure in the main and else branches`},
	{"return in one branch", argX + ", " + argP, `
			if p:
			  return x`,
		"a value must also be returned from the else branch"},
	{"type of a loop variable", argX, `
			while x > 1:
			  x = tf.cast(x, tf.float64)
			return x`,
		`"x" has dtype float32 before the loop, but dtype float64 after one iteration`},
	{"shape of a loop variable", argVector + ", " + argN, `
			i = 0
			while i < n:
			  x = tf.concat([x, x], 0)
			  i += 1
			return x`,
		`"x" has shape (2,) before the loop, but shape (4,) after one iteration`},
	{"None in a loop", argX, `
			while x > 1:
			  x = None
			return x`,
		`"x" is None at the end of the iteration`},
	{"return in a loop", argX + ", " + argN, `
			for i in tf.range(n):
			  if x > 5:
			    return x
			  x = x * 2
			return x`,
		"a return statement cannot be placed inside this"},
	{"shape invariant that the start does not have", "{name: x, dtype: float32, shape: [null]}, " + argN, `
			i = 0
			while i < n:
			  tf.autograph.experimental.set_loop_options(shape_invariants=[(x, tf.TensorShape([2]))])
			  i += 1
			  x = x + 1.
			return x`,
		"does not conform with the shape invariant (2,)"},
	{"item of one branch", argX + ", " + argP, `
			d = {}
			if p:
			  d['a'] = x
			return d`,
		`"d['a']" must also be initialized in the else branch`},
	{"else of a loop", argX, `
			while x > 1:
			  x = x / 2
			else:
			  x = -x
			return x`,
		"a loop over tensors cannot have an else branch"},
	{"tf.cond with a Python bool", argX, `
			return tf.cond(True, lambda: x, lambda: -x)`,
		"pred must not be a Python bool"},
	{"tf.cond of two types", argX + ", " + argN + ", " + argP, `
			return tf.cond(p, lambda: x, lambda: n)`,
		"the branches must return the same types"},
	{"tf.while_loop that changes a type", argX, `
			return tf.while_loop(lambda i: i < 3, lambda i: tf.cast(i, tf.int64), [0])`,
		"but dtype int64 after one iteration"},
	{"tf.while_loop that changes the structure", argX, `
			return tf.while_loop(lambda i, t: i < 3, lambda i, t: (i + 1, t, t), (0, x))`,
		"the loop variables have another structure after one iteration"},
	{"tf.while_loop without variables", argX, `
			return tf.while_loop(lambda: True, lambda: [], [])`,
		"loop_vars must not be empty"},
	{"tf.switch_case with a gap", argX + ", " + argN, `
			return tf.switch_case(n, {0: lambda: x, 2: lambda: -x})`,
		"branch indices must be 0 to 1 without gaps"},
}

func TestControlFlowErrors(t *testing.T) {
	for _, c := range controlErrors {
		t.Run(c.name, func(t *testing.T) {
			_, err := traceBody(t, &graph.Library{}, c.args, c.body)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

// traceBody traces a function of the arguments; self.v is a variable.
func traceBody(t *testing.T, lib *graph.Library, args, body string) (*ConcreteFunction, error) {
	t.Helper()
	text := "module:\n  variables: {v: {dtype: float32, shape: [2], initializer: zeros}}\n" +
		"  functions:\n    f:\n      input_signature: [" + args + "]\n      body: |\n" +
		"        " + strings.ReplaceAll(dedent(body), "\n", "\n        ") + "\n"
	s, errs := spec.Parse("body.yaml", []byte(text), nil)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	m, errs := model.Build(s)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	f, _ := m.Root.Attr("f")
	return New(lib).Trace(f.Value.(*model.Function), nil)
}

// opsOf lists the ops of a function and of those that its nodes run, a line
// each.
func opsOf(lib *graph.Library, name string, f *tfpb.FunctionDef, lines []string) []string {
	line := name + ":"
	var inner []string
	for _, n := range f.NodeDef {
		switch n.Op {
		case "Const", "Identity", "NoOp":
			continue
		}
		line += " " + n.Op
		for _, attr := range []string{"then_branch", "else_branch", "cond", "body"} {
			if a := n.Attr[attr]; a != nil {
				inner = append(inner, a.GetFunc().GetName())
			}
		}
		for _, b := range n.Attr["branches"].GetList().GetFunc() {
			inner = append(inner, b.GetName())
		}
	}
	lines = append(lines, line)
	for _, name := range inner {
		for _, g := range lib.Functions() {
			if g.Name == name {
				lines = opsOf(lib, functionCounter.ReplaceAllString(name, ""), g.Proto(), lines)
			}
		}
	}
	return lines
}

var functionCounter = regexp.MustCompile(`_\d+$`)

// dedent takes the tabs of the table off a text.
func dedent(text string) string {
	lines := strings.Split(strings.Trim(text, "\n"), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimLeft(l, "\t")
	}
	return strings.Join(lines, "\n")
}
