package trace

import (
	"errors"
	"slices"

	"github.com/tfsave/tfsave/internal/python"
)

// Exception is a value that raise takes.
type Exception struct {
	Type string
	Args []Value
}

// exceptionBase has the exceptions of Python that bodies know, with the class
// that each derives from.
var exceptionBase = map[string]string{
	"Exception": "BaseException", "ArithmeticError": "Exception", "AssertionError": "Exception", "AttributeError": "Exception",
	"BaseException": "", "FloatingPointError": "ArithmeticError", "ImportError": "Exception", "IndexError": "LookupError",
	"KeyError": "LookupError", "LookupError": "Exception", "MemoryError": "Exception", "ModuleNotFoundError": "ImportError",
	"NameError": "Exception", "NotImplementedError": "RuntimeError", "OSError": "Exception", "OverflowError": "ArithmeticError",
	"RecursionError": "RuntimeError", "RuntimeError": "Exception", "StopIteration": "Exception", "TypeError": "Exception",
	"UnboundLocalError": "NameError", "UnicodeError": "ValueError", "ValueError": "Exception", "ZeroDivisionError": "ArithmeticError",
	"UFuncTypeError": "TypeError", // NumPy's
	// tf.errors.OperatorNotAllowedInGraphError
	"OperatorNotAllowedInGraphError": "TypeError",
}

// derives reports whether an exception is one of a class.
func derives(name, base string) bool {
	for ; name != ""; name = exceptionBase[name] {
		if name == base {
			return true
		}
	}
	return false
}

func exceptionType(name string) *Type {
	return &Type{Name: name,
		is:   func(v Value) bool { e, ok := v.(*Exception); return ok && derives(e.Type, name) },
		call: func(_ *thread, args *callArgs) (Value, error) { return &Exception{Type: name, Args: args.pos}, nil },
	}
}

func (t *thread) execRaise(s *python.Raise) error {
	if s.Exc == nil {
		if n := len(t.handling); n > 0 {
			return t.handling[n-1]
		}
		return t.errorf("RuntimeError", "no active exception to raise again")
	}
	v, err := t.eval(s.Exc)
	if err != nil {
		return err
	}
	t.at(s)
	e := &Error{raised: true}
	switch v := v.(type) {
	case *Exception:
		e.Type = v.Type
		for i, a := range v.Args {
			if i > 0 {
				e.Msg += ", "
			}
			e.Msg += t.str(a)
		}
	case *Type:
		e.Type = v.Name
	default:
		return t.errorf("TypeError", "exceptions must derive from BaseException, not %s", typeName(v))
	}
	return t.raise(e)
}

// execTry runs a try statement. What its body has added to the graph before an
// exception stays there, as in TensorFlow.
func (t *thread) execTry(s *python.Try) (result, error) {
	r, err := t.tryBody(s)
	var e *Error
	if err != nil && (!errors.As(err, &e) || !e.catchable()) {
		return r, err
	}
	last, finalErr := t.execBlock(s.FinalBody)
	if finalErr != nil || last.flow != flowNext {
		return last, finalErr
	}
	return r, err
}

func (t *thread) tryBody(s *python.Try) (result, error) {
	scope := t.top().scope
	returning, wasSet, _ := scope.lookup(doReturn)
	r, err := t.execBlock(s.Body)
	if err == nil {
		if r.flow == flowNext {
			r, err = t.execBlock(s.OrElse)
		}
		return r, err
	}
	var e *Error
	if !errors.As(err, &e) || !e.catchable() {
		return r, err
	}
	for _, h := range s.Handlers {
		yes, herr := t.handles(h, e)
		if herr != nil {
			return next, herr
		}
		if !yes {
			continue
		}
		if wasSet { // a return whose value could not be computed is none
			scope.set(doReturn, returning)
		}
		if h.Name != "" {
			scope.set(h.Name, &Exception{Type: e.Type, Args: []Value{e.Msg}})
			defer scope.unset(h.Name)
		}
		t.handling = append(t.handling, e)
		defer func() { t.handling = t.handling[:len(t.handling)-1] }()
		return t.execBlock(h.Body)
	}
	return r, err
}

// handles reports whether an except clause is for an exception.
func (t *thread) handles(h *python.ExceptHandler, e *Error) (bool, error) {
	if h.Type == nil {
		return true, nil
	}
	v, err := t.eval(h.Type)
	if err != nil {
		return false, err
	}
	t.at(h.Type)
	classes := []Value{v}
	if tuple, ok := v.(*Tuple); ok {
		classes = tuple.Items
	}
	for _, c := range classes {
		class, ok := c.(*Type)
		if ok {
			_, ok = exceptionBase[class.Name]
		}
		if !ok {
			return false, t.errorf("TypeError", "except takes the exceptions of Python, not %s", t.short(c))
		}
		if derives(e.Type, class.Name) {
			return true, nil
		}
	}
	return false, nil
}

// catchable reports whether an exception is one that Python and TensorFlow
// raise, too: not a limit of the evaluator, or something that it has not.
func (e *Error) catchable() bool {
	return e.raised || !e.missing && !slices.Contains([]string{
		"", "ImportError", "MemoryError", "NameError", "NotImplementedError", "RecursionError", "RuntimeError", "SyntaxError"}, e.Type)
}
