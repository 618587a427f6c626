package python

// kind is the kind of a token.
type kind uint8

const (
	// Layout, which has no extent in the tree.
	tEOF kind = iota
	tNewline
	tIndent
	tDedent

	tInvalid // a character that starts no token: "$", "?", "!"
	tName
	tNumber
	tString

	// Punctuation.
	tLpar
	tRpar
	tLsqb
	tRsqb
	tLbrace
	tRbrace
	tComma
	tColon
	tSemi
	tDot
	tEllipsis
	tArrow
	tWalrus
	tEqual
	tTilde

	// The binary operators, in the order of Operator.
	tAdd
	tSub
	tMult
	tMatMult
	tDiv
	tMod
	tPow
	tLShift
	tRShift
	tBitOr
	tBitXor
	tBitAnd
	tFloorDiv

	// Augmented assignment, in the order of Operator.
	tAugAdd
	tAugSub
	tAugMult
	tAugMatMult
	tAugDiv
	tAugMod
	tAugPow
	tAugLShift
	tAugRShift
	tAugBitOr
	tAugBitXor
	tAugBitAnd
	tAugFloorDiv

	// Comparison, in the order of CmpOperator.
	tEqEq
	tNotEq
	tLess
	tLessEq
	tGreater
	tGreaterEq

	// Keywords.
	tAnd
	tAs
	tAssert
	tAsync
	tAwait
	tBreak
	tClass
	tContinue
	tDef
	tDel
	tElif
	tElse
	tExcept
	tFalse
	tFinally
	tFor
	tFrom
	tGlobal
	tIf
	tImport
	tIn
	tIs
	tLambda
	tNone
	tNonlocal
	tNot
	tOr
	tPass
	tRaise
	tReturn
	tTrue
	tTry
	tWhile
	tWith
	tYield
)

// precedence of the binary operators; 0 for every other token.
var precedence = [256]uint8{
	tBitOr: 1, tBitXor: 2, tBitAnd: 3, tLShift: 4, tRShift: 4, tAdd: 5, tSub: 5,
	tMult: 6, tMatMult: 6, tDiv: 6, tMod: 6, tFloorDiv: 6,
}

// startsExpr tells whether an expression can start with k.
func (k kind) startsExpr() bool {
	switch k {
	case tName, tNumber, tString, tLpar, tLsqb, tLbrace, tEllipsis, tTilde, tAdd, tSub,
		tAwait, tFalse, tTrue, tNone, tLambda, tNot:
		return true
	}
	return false
}

// keyword returns the kind of an identifier.
func keyword(name string) kind {
	switch name {
	case "and":
		return tAnd
	case "as":
		return tAs
	case "assert":
		return tAssert
	case "async":
		return tAsync
	case "await":
		return tAwait
	case "break":
		return tBreak
	case "class":
		return tClass
	case "continue":
		return tContinue
	case "def":
		return tDef
	case "del":
		return tDel
	case "elif":
		return tElif
	case "else":
		return tElse
	case "except":
		return tExcept
	case "False":
		return tFalse
	case "finally":
		return tFinally
	case "for":
		return tFor
	case "from":
		return tFrom
	case "global":
		return tGlobal
	case "if":
		return tIf
	case "import":
		return tImport
	case "in":
		return tIn
	case "is":
		return tIs
	case "lambda":
		return tLambda
	case "None":
		return tNone
	case "nonlocal":
		return tNonlocal
	case "not":
		return tNot
	case "or":
		return tOr
	case "pass":
		return tPass
	case "raise":
		return tRaise
	case "return":
		return tReturn
	case "True":
		return tTrue
	case "try":
		return tTry
	case "while":
		return tWhile
	case "with":
		return tWith
	case "yield":
		return tYield
	}
	return tName
}

// token is a piece of the text: bytes off to end, at the positions of its span.
type token struct {
	span
	off, end int32
	kind     kind
}
