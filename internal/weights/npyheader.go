package weights

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// literalParser reads the header of an .npy file: a Python dictionary literal
// of three known keys, in any order.
type literalParser struct {
	text string
	pos  int
}

func (p *literalParser) header() (*npyHeader, error) {
	h := &npyHeader{}
	seen := map[string]bool{}
	if err := p.expect('{'); err != nil {
		return nil, err
	}
	for !p.accept('}') {
		key, err := p.str()
		if err != nil {
			return nil, err
		}
		if seen[key] {
			return nil, fmt.Errorf("has a header with two keys %q", key)
		}
		seen[key] = true
		if err := p.expect(':'); err != nil {
			return nil, err
		}
		switch key {
		case "descr":
			err = p.descr(h)
		case "fortran_order":
			h.fortran, err = p.boolean()
		case "shape":
			h.shape, err = p.shape()
		default:
			err = fmt.Errorf("has a header with the unknown key %q", key)
		}
		if err != nil {
			return nil, err
		}
		if !p.accept(',') {
			if err := p.expect('}'); err != nil {
				return nil, err
			}
			break
		}
	}
	if p.skip(); p.pos < len(p.text) {
		return nil, p.unexpected("the end")
	}
	if len(seen) != 3 {
		return nil, errors.New("has a header without descr, fortran_order or shape")
	}
	return h, nil
}

// skip passes blanks.
func (p *literalParser) skip() {
	for p.pos < len(p.text) && strings.IndexByte(" \t\r\n", p.text[p.pos]) >= 0 {
		p.pos++
	}
}

func (p *literalParser) accept(c byte) bool {
	p.skip()
	if p.pos < len(p.text) && p.text[p.pos] == c {
		p.pos++
		return true
	}
	return false
}

func (p *literalParser) expect(c byte) error {
	if !p.accept(c) {
		return p.unexpected(strconv.Quote(string(c)))
	}
	return nil
}

func (p *literalParser) unexpected(want string) error {
	p.skip()
	rest := p.text[p.pos:]
	if len(rest) > 10 {
		rest = rest[:10]
	}
	return fmt.Errorf("has %q at byte %d of its header, where %s should be", rest, p.pos, want)
}

// str is a string without escapes.
func (p *literalParser) str() (string, error) {
	p.skip()
	if p.pos < len(p.text) && (p.text[p.pos] == '\'' || p.text[p.pos] == '"') {
		rest := p.text[p.pos+1:]
		if end := strings.IndexByte(rest, p.text[p.pos]); end >= 0 && strings.IndexByte(rest[:end], '\\') < 0 {
			p.pos += end + 2
			return rest[:end], nil
		}
	}
	return "", p.unexpected("a string")
}

func (p *literalParser) boolean() (bool, error) {
	p.skip()
	for _, word := range []string{"True", "False"} {
		if strings.HasPrefix(p.text[p.pos:], word) {
			p.pos += len(word)
			return word == "True", nil
		}
	}
	return false, p.unexpected("True or False")
}

// shape is a tuple of integers; Python 2 wrote an L behind large ones.
func (p *literalParser) shape() ([]int64, error) {
	if err := p.expect('('); err != nil {
		return nil, err
	}
	shape := []int64{}
	for !p.accept(')') {
		p.skip()
		start := p.pos
		for p.pos < len(p.text) && '0' <= p.text[p.pos] && p.text[p.pos] <= '9' {
			p.pos++
		}
		n, err := strconv.ParseInt(p.text[start:p.pos], 10, 64)
		if err != nil {
			p.pos = start
			return nil, p.unexpected("a dimension")
		}
		shape = append(shape, n)
		p.accept('L')
		if !p.accept(',') {
			if err := p.expect(')'); err != nil {
				return nil, err
			}
			break
		}
	}
	return shape, nil
}

// descr is an element type such as '<f4': byte order, kind, size.
func (p *literalParser) descr(h *npyHeader) error {
	if p.skip(); p.pos < len(p.text) && p.text[p.pos] == '[' {
		return refuse("holds records (a structured dtype); save each field as an array of its own")
	}
	d, err := p.str()
	if err != nil {
		return err
	}
	bad := fmt.Errorf("has an element type %q", d)
	if len(d) < 2 || strings.IndexByte("<>|=", d[0]) < 0 {
		return bad
	}
	h.order, h.kind = d[0], d[1]
	digits := d[2:]
	if h.kind == 'M' || h.kind == 'm' { // a unit follows: <M8[ns]
		digits, _, _ = strings.Cut(digits, "[")
	}
	if h.kind == 'O' {
		return refuse("holds Python objects (pickled); save an array of numbers or strings")
	}
	size, err := strconv.ParseUint(digits, 10, 31)
	if err != nil {
		return bad
	}
	if h.kind == 'U' {
		if size > math.MaxInt32/4 {
			return bad
		}
		size *= 4
	}
	h.size = int(size)
	return nil
}
