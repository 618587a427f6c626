package bundle

import "fmt"

// A Fault says which file of a checkpoint, and which tensor, has what wrong
// with it.
type Fault struct {
	File string // base name; "" where the folder could not be read
	Key  string // of the tensor; "" where none is concerned
	Err  error
}

func (f *Fault) Error() string {
	switch {
	case f.Key != "" && f.File != "":
		return fmt.Sprintf("%s: tensor %q: %v", f.File, f.Key, f.Err)
	case f.Key != "":
		return fmt.Sprintf("tensor %q: %v", f.Key, f.Err)
	case f.File != "":
		return fmt.Sprintf("%s: %v", f.File, f.Err)
	}
	return f.Err.Error()
}

func (f *Fault) Unwrap() error { return f.Err }
