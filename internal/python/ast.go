// Package python parses the Python that function bodies and the tf library are
// written in: Python 3.11 without the match statement.
//
// [Parse] turns a text into a [Module]; [ParseExpr] parses one expression;
// [SplitTopLevel] cuts a library file into blocks that [ParseAt] parses one by
// one, when they are needed. The first mistake is returned as a [*SyntaxError],
// in CPython's words where it has some.
//
// The tree is that of CPython's ast module: the same nodes, fields and
// positions (conformance/parser compares them), except that
//
//   - columns are 1-based and count runes, where CPython counts bytes from 0;
//   - there is no Load/Store/Del context, the place of an expression tells;
//   - positions inside f-strings are exact, as they are from Python 3.12 on.
//
// Not Python's: \N{…} escapes are refused, as they need Unicode's names;
// identifiers are not normalized to NFKC; the source is always UTF-8; the first
// line of a text may be indented (see [Parse]). Refused here, though CPython
// does so only when it compiles: break and continue outside of a loop, a
// parameter twice, a starred expression alone, a bare except that is not last.
package python

// Pos is a place in the parsed text. Both numbers start at 1; Col counts runes.
type Pos struct {
	Line, Col int
}

// Node is any part of the tree that has a place in the text.
type Node interface {
	Pos() Pos // of the first character
	End() Pos // one past the last character
}

// Expr is an expression.
type Expr interface {
	Node
	exprNode()
}

// Stmt is a statement.
type Stmt interface {
	Node
	stmtNode()
}

// span is the extent of a node. Four int32 keep the nodes small.
type span struct {
	line, col, endLine, endCol int32
}

func (s span) Pos() Pos { return Pos{int(s.line), int(s.col)} }
func (s span) End() Pos { return Pos{int(s.endLine), int(s.endCol)} }

type exprSpan struct{ span }

func (exprSpan) exprNode() {}

type stmtSpan struct{ span }

func (stmtSpan) stmtNode() {}

// Module is a parsed text: a file, or the inside of a function.
type Module struct {
	Body []Stmt
}

// Statements.
type (
	// FunctionDef is "def Name(Args) -> Returns: Body". Its position is that of
	// "def", not of the first decorator.
	FunctionDef struct {
		stmtSpan
		Name       string
		Args       *Arguments
		Body       []Stmt
		Decorators []Expr
		Returns    Expr // nil if absent
	}

	// AsyncFunctionDef is "async def".
	AsyncFunctionDef struct{ FunctionDef }

	// ClassDef is "class Name(Bases, Keywords): Body".
	ClassDef struct {
		stmtSpan
		Name       string
		Bases      []Expr
		Keywords   []*Keyword
		Body       []Stmt
		Decorators []Expr
	}

	// Return is "return Value".
	Return struct {
		stmtSpan
		Value Expr // nil if absent
	}

	// Delete is "del Targets".
	Delete struct {
		stmtSpan
		Targets []Expr
	}

	// Assign is "Targets[0] = Targets[1] = … = Value".
	Assign struct {
		stmtSpan
		Targets []Expr
		Value   Expr
	}

	// AugAssign is "Target Op= Value". Target is a Name, Attribute or Subscript.
	AugAssign struct {
		stmtSpan
		Target Expr
		Op     Operator
		Value  Expr
	}

	// AnnAssign is "Target: Annotation = Value". Simple tells that Target is a
	// Name that does not stand in parentheses.
	AnnAssign struct {
		stmtSpan
		Target     Expr
		Annotation Expr
		Value      Expr // nil if absent
		Simple     bool
	}

	// For is "for Target in Iter: Body else: OrElse".
	For struct {
		stmtSpan
		Target Expr
		Iter   Expr
		Body   []Stmt
		OrElse []Stmt
	}

	// AsyncFor is "async for".
	AsyncFor struct{ For }

	// While is "while Test: Body else: OrElse".
	While struct {
		stmtSpan
		Test   Expr
		Body   []Stmt
		OrElse []Stmt
	}

	// If is "if Test: Body else: OrElse". An elif is an If alone in OrElse.
	If struct {
		stmtSpan
		Test   Expr
		Body   []Stmt
		OrElse []Stmt
	}

	// With is "with Items: Body".
	With struct {
		stmtSpan
		Items []*WithItem
		Body  []Stmt
	}

	// AsyncWith is "async with".
	AsyncWith struct{ With }

	// Raise is "raise Exc from Cause".
	Raise struct {
		stmtSpan
		Exc   Expr // nil if absent
		Cause Expr // nil if absent
	}

	// Try is "try: Body except …: … else: OrElse finally: FinalBody".
	Try struct {
		stmtSpan
		Body      []Stmt
		Handlers  []*ExceptHandler
		OrElse    []Stmt
		FinalBody []Stmt
	}

	// TryStar is a try statement whose handlers are "except*".
	TryStar struct{ Try }

	// Assert is "assert Test, Msg".
	Assert struct {
		stmtSpan
		Test Expr
		Msg  Expr // nil if absent
	}

	// Import is "import Names".
	Import struct {
		stmtSpan
		Names []*Alias
	}

	// ImportFrom is "from Module import Names"; Level counts the leading dots.
	ImportFrom struct {
		stmtSpan
		Module string // "" for "from . import x"
		Names  []*Alias
		Level  int
	}

	// Global is "global Names".
	Global struct {
		stmtSpan
		Names []string
	}

	// Nonlocal is "nonlocal Names".
	Nonlocal struct {
		stmtSpan
		Names []string
	}

	// ExprStmt is an expression that stands as a statement (ast.Expr).
	ExprStmt struct {
		stmtSpan
		Value Expr
	}

	// Pass is "pass".
	Pass struct{ stmtSpan }

	// Break is "break".
	Break struct{ stmtSpan }

	// Continue is "continue".
	Continue struct{ stmtSpan }
)

// Expressions.
type (
	// BoolOp is "Values[0] Op Values[1] Op …", at least two values.
	BoolOp struct {
		exprSpan
		Op     BoolOperator
		Values []Expr
	}

	// NamedExpr is "(Target := Value)".
	NamedExpr struct {
		exprSpan
		Target *Name
		Value  Expr
	}

	// BinOp is "Left Op Right".
	BinOp struct {
		exprSpan
		Left  Expr
		Op    Operator
		Right Expr
	}

	// UnaryOp is "Op Operand".
	UnaryOp struct {
		exprSpan
		Op      UnaryOperator
		Operand Expr
	}

	// Lambda is "lambda Args: Body".
	Lambda struct {
		exprSpan
		Args *Arguments
		Body Expr
	}

	// IfExp is "Body if Test else OrElse".
	IfExp struct {
		exprSpan
		Test   Expr
		Body   Expr
		OrElse Expr
	}

	// Dict is "{Keys[0]: Values[0], …}"; a nil key is "**Values[i]".
	Dict struct {
		exprSpan
		Keys   []Expr
		Values []Expr
	}

	// Set is "{Elts[0], …}", at least one element.
	Set struct {
		exprSpan
		Elts []Expr
	}

	// ListComp is "[Elt for …]".
	ListComp struct {
		exprSpan
		Elt        Expr
		Generators []*Comprehension
	}

	// SetComp is "{Elt for …}".
	SetComp struct {
		exprSpan
		Elt        Expr
		Generators []*Comprehension
	}

	// DictComp is "{Key: Value for …}".
	DictComp struct {
		exprSpan
		Key        Expr
		Value      Expr
		Generators []*Comprehension
	}

	// GeneratorExp is "(Elt for …)".
	GeneratorExp struct {
		exprSpan
		Elt        Expr
		Generators []*Comprehension
	}

	// Await is "await Value".
	Await struct {
		exprSpan
		Value Expr
	}

	// Yield is "yield Value".
	Yield struct {
		exprSpan
		Value Expr // nil if absent
	}

	// YieldFrom is "yield from Value".
	YieldFrom struct {
		exprSpan
		Value Expr
	}

	// Compare is "Left Ops[0] Comparators[0] Ops[1] Comparators[1] …".
	Compare struct {
		exprSpan
		Left        Expr
		Ops         []CmpOperator
		Comparators []Expr
	}

	// Call is "Func(Args, Keywords)". A Starred in Args is "*x", a Keyword
	// without a name is "**x".
	Call struct {
		exprSpan
		Func     Expr
		Args     []Expr
		Keywords []*Keyword
	}

	// FormattedValue is "{Value!Conversion:FormatSpec}" of an f-string.
	FormattedValue struct {
		exprSpan
		Value      Expr
		Conversion rune       // 's', 'r', 'a', or -1 if absent
		FormatSpec *JoinedStr // nil if absent
	}

	// JoinedStr is an f-string: Values are string Constants and FormattedValues.
	JoinedStr struct {
		exprSpan
		Values []Expr
	}

	// Constant is a literal. Value is nil (None), bool, int64, *big.Int (an
	// integer that needs more than an int64), float64, complex128, string,
	// [Bytes] or [EllipsisType].
	//
	// A string is UTF-8, but an escape of a lone surrogate ("\ud800") stands
	// as the three bytes that UTF-8 would have for it.
	Constant struct {
		exprSpan
		Value any
	}

	// Attribute is "Value.Attr".
	Attribute struct {
		exprSpan
		Value Expr
		Attr  string
	}

	// Subscript is "Value[Slice]"; Slice is a Tuple if there is a comma.
	Subscript struct {
		exprSpan
		Value Expr
		Slice Expr
	}

	// Starred is "*Value", in a call, a display, a target or a subscript.
	Starred struct {
		exprSpan
		Value Expr
	}

	// Name is an identifier.
	Name struct {
		exprSpan
		ID string
	}

	// List is "[Elts[0], …]".
	List struct {
		exprSpan
		Elts []Expr
	}

	// Tuple is "Elts[0], …", in parentheses or without.
	Tuple struct {
		exprSpan
		Elts []Expr
	}

	// Slice is "Lower:Upper:Step" inside a Subscript; each may be nil.
	Slice struct {
		exprSpan
		Lower Expr
		Upper Expr
		Step  Expr
	}
)

// Bytes is the value of a bytes literal.
type Bytes string

// EllipsisType is the type of the value of "...".
type EllipsisType struct{}

// Parts of statements and expressions.
type (
	// Arguments is the parameter list of a function.
	Arguments struct {
		PosOnlyArgs []*Arg
		Args        []*Arg
		Vararg      *Arg // "*args", nil if absent
		KwOnlyArgs  []*Arg
		KwDefaults  []Expr // one per KwOnlyArgs, nil for a required one
		Kwarg       *Arg   // "**kwargs", nil if absent
		Defaults    []Expr // of the last PosOnlyArgs and Args
	}

	// Arg is one parameter.
	Arg struct {
		span
		Arg        string
		Annotation Expr // nil if absent
	}

	// Keyword is "Arg=Value" of a call or a class.
	Keyword struct {
		span
		Arg   string // "" for "**Value"
		Value Expr
	}

	// Alias is "Name as AsName" of an import.
	Alias struct {
		span
		Name   string // may be dotted; "*" for "from m import *"
		AsName string // "" if absent
	}

	// WithItem is "ContextExpr as OptionalVars".
	WithItem struct {
		ContextExpr  Expr
		OptionalVars Expr // nil if absent
	}

	// Comprehension is "for Target in Iter if Ifs[0] if …".
	Comprehension struct {
		Target  Expr
		Iter    Expr
		Ifs     []Expr
		IsAsync bool
	}

	// ExceptHandler is "except Type as Name: Body".
	ExceptHandler struct {
		span
		Type Expr   // nil if absent
		Name string // "" if absent
		Body []Stmt
	}
)

// Operator is a binary operator of a BinOp or an AugAssign.
type Operator uint8

// The binary operators.
const (
	Add Operator = iota
	Sub
	Mult
	MatMult
	Div
	Mod
	Pow
	LShift
	RShift
	BitOr
	BitXor
	BitAnd
	FloorDiv
)

var operators = [...]string{"+", "-", "*", "@", "/", "%", "**", "<<", ">>", "|", "^", "&", "//"}

// String returns the operator as it is written.
func (op Operator) String() string { return operators[op] }

// BoolOperator is the operator of a BoolOp.
type BoolOperator uint8

// The boolean operators.
const (
	And BoolOperator = iota
	Or
)

var boolOperators = [...]string{"and", "or"}

// String returns the operator as it is written.
func (op BoolOperator) String() string { return boolOperators[op] }

// UnaryOperator is the operator of a UnaryOp.
type UnaryOperator uint8

// The unary operators.
const (
	Invert UnaryOperator = iota
	Not
	UAdd
	USub
)

var unaryOperators = [...]string{"~", "not", "+", "-"}

// String returns the operator as it is written.
func (op UnaryOperator) String() string { return unaryOperators[op] }

// CmpOperator is an operator of a Compare.
type CmpOperator uint8

// The comparison operators.
const (
	Eq CmpOperator = iota
	NotEq
	Lt
	LtE
	Gt
	GtE
	Is
	IsNot
	In
	NotIn
)

var cmpOperators = [...]string{"==", "!=", "<", "<=", ">", ">=", "is", "is not", "in", "not in"}

// String returns the operator as it is written.
func (op CmpOperator) String() string { return cmpOperators[op] }
