package spec

// Body is the Python text of a function, with the way back to the file.
type Body struct {
	Pos  Pos // of the scalar that holds it
	Text string

	segments []segment
}

// segment says that from Line, Col of the body on (to the end of its line or
// the next segment) characters stand one by one from At in the file.
type segment struct {
	line, col int
	at        Pos
}

// Position gives the place in the file of a line and column of the body, both
// 1-based, columns in characters.
func (b *Body) Position(line, col int) Pos {
	best := b.Pos
	for _, s := range b.segments {
		if s.line > line || s.line == line && s.col > col {
			break
		}
		best = s.at
		if s.line == line {
			best.Col += col - s.col
		}
	}
	return best
}
