package spec

import (
	"fmt"
	"strconv"
	"strings"
)

// cutPath reads a path from the front of s:
//
//	path = "." | step { "." name | "[" index "]" | "[" quoted "]" }
//
// and gives its steps and the rest of s, which begins with the first character
// of stops that stands outside brackets.
func cutPath(s, stops string) (steps []string, rest string, err error) {
	if strings.HasPrefix(s, ".") && (len(s) == 1 || strings.IndexByte(stops, s[1]) >= 0) {
		return nil, s[1:], nil
	}
	wantName := true
	for {
		switch {
		case !wantName && (s == "" || strings.IndexByte(stops, s[0]) >= 0):
			return steps, s, nil
		case !wantName && s[0] == '.':
			wantName = true
			s = s[1:]
		case s != "" && s[0] == '[':
			var step string
			step, s, err = cutBracket(s)
			if err != nil {
				return nil, "", err
			}
			steps = append(steps, step)
			wantName = false
		case !wantName:
			return nil, "", fmt.Errorf("want \".\" or \"[\" before %s", quote(s))
		default:
			end := strings.IndexAny(s, ".["+stops)
			if end < 0 {
				end = len(s)
			}
			if end == 0 {
				return nil, "", fmt.Errorf("a name is missing")
			}
			steps = append(steps, s[:end])
			s = s[end:]
			wantName = false
		}
	}
}

// cutBracket reads [3], ["key"] or ['key'] from the front of s.
func cutBracket(s string) (step, rest string, err error) {
	inner := s[1:]
	if inner != "" && (inner[0] == '"' || inner[0] == '\'') {
		end := strings.IndexByte(inner[1:], inner[0])
		if end < 0 || !strings.HasPrefix(inner[end+2:], "]") {
			return "", "", fmt.Errorf("want a quote and \"]\" at the end of %s", quote(s))
		}
		return inner[1 : end+1], inner[end+3:], nil
	}
	step, rest, found := strings.Cut(inner, "]")
	if _, err := strconv.ParseUint(step, 10, 31); err != nil || !found {
		return "", "", fmt.Errorf("want an index or a quoted key, and \"]\", in %s", quote(s))
	}
	return step, rest, nil
}

// joinPath writes steps the way cutPath reads them.
func joinPath(steps []string) string {
	if len(steps) == 0 {
		return "."
	}
	var b strings.Builder
	for i, s := range steps {
		switch {
		case s == "" || strings.ContainsAny(s, ".[]"):
			b.WriteString("[" + strconv.Quote(s) + "]")
			continue
		case i > 0:
			b.WriteByte('.')
		}
		b.WriteString(s)
	}
	return b.String()
}
