package spec

// Source is the text of a description.
type Source struct {
	Name string // as given by the user; "-" for standard input
	Text []byte

	starts []int // offset of each line
}
