package brotli

// A transform makes a word of a text out of one of the dictionary: some of it,
// or with other cases, between a prefix and a suffix.
type transform struct {
	prefix string
	change change
	suffix string
}

// change is what happens to the word.
type change uint8

const (
	whole      change = 0
	omitLast   change = 0 // + how many bytes, 1 to 9
	upperFirst change = 10
	upperAll   change = 11
	omitFirst  change = 11 // + how many bytes, 1 to 9
)

// appendTo appends what the transform makes of a word.
func (t *transform) appendTo(out []byte, word string) []byte {
	out = append(out, t.prefix...)
	switch c := t.change; {
	case c < upperFirst:
		out = append(out, word[:max(0, len(word)-int(c))]...)
	case c > omitFirst:
		out = append(out, word[min(len(word), int(c-omitFirst)):]...)
	default:
		from := len(out)
		out = append(out, word...)
		for n := 0; from < len(out); from += n {
			if n = upper(out[from:]); c == upperFirst {
				break
			}
		}
	}
	return append(out, t.suffix...)
}

// upper changes the case of the first character, as the format defines it, and
// gives its length.
func upper(b []byte) int {
	switch {
	case b[0] < 0xc0:
		if b[0] >= 'a' && b[0] <= 'z' {
			b[0] ^= 0x20
		}
		return 1
	case b[0] < 0xe0:
		if len(b) > 1 {
			b[1] ^= 0x20
		}
		return 2
	}
	if len(b) > 2 {
		b[2] ^= 5
	}
	return 3
}

// transforms are those of RFC 7932, appendix B.
var transforms = [...]transform{
	{"", whole, ""},
	{"", whole, " "},
	{" ", whole, " "},
	{"", omitFirst + 1, ""},
	{"", upperFirst, " "},
	{"", whole, " the "},
	{" ", whole, ""},
	{"s ", whole, " "},
	{"", whole, " of "},
	{"", upperFirst, ""},
	{"", whole, " and "},
	{"", omitFirst + 2, ""},
	{"", omitLast + 1, ""},
	{", ", whole, " "},
	{"", whole, ", "},
	{" ", upperFirst, " "},
	{"", whole, " in "},
	{"", whole, " to "},
	{"e ", whole, " "},
	{"", whole, "\""},
	{"", whole, "."},
	{"", whole, "\">"},
	{"", whole, "\n"},
	{"", omitLast + 3, ""},
	{"", whole, "]"},
	{"", whole, " for "},
	{"", omitFirst + 3, ""},
	{"", omitLast + 2, ""},
	{"", whole, " a "},
	{"", whole, " that "},
	{" ", upperFirst, ""},
	{"", whole, ". "},
	{".", whole, ""},
	{" ", whole, ", "},
	{"", omitFirst + 4, ""},
	{"", whole, " with "},
	{"", whole, "'"},
	{"", whole, " from "},
	{"", whole, " by "},
	{"", omitFirst + 5, ""},
	{"", omitFirst + 6, ""},
	{" the ", whole, ""},
	{"", omitLast + 4, ""},
	{"", whole, ". The "},
	{"", upperAll, ""},
	{"", whole, " on "},
	{"", whole, " as "},
	{"", whole, " is "},
	{"", omitLast + 7, ""},
	{"", omitLast + 1, "ing "},
	{"", whole, "\n\t"},
	{"", whole, ":"},
	{" ", whole, ". "},
	{"", whole, "ed "},
	{"", omitFirst + 9, ""},
	{"", omitFirst + 7, ""},
	{"", omitLast + 6, ""},
	{"", whole, "("},
	{"", upperFirst, ", "},
	{"", omitLast + 8, ""},
	{"", whole, " at "},
	{"", whole, "ly "},
	{" the ", whole, " of "},
	{"", omitLast + 5, ""},
	{"", omitLast + 9, ""},
	{" ", upperFirst, ", "},
	{"", upperFirst, "\""},
	{".", whole, "("},
	{"", upperAll, " "},
	{"", upperFirst, "\">"},
	{"", whole, "=\""},
	{" ", whole, "."},
	{".com/", whole, ""},
	{" the ", whole, " of the "},
	{"", upperFirst, "'"},
	{"", whole, ". This "},
	{"", whole, ","},
	{".", whole, " "},
	{"", upperFirst, "("},
	{"", upperFirst, "."},
	{"", whole, " not "},
	{" ", whole, "=\""},
	{"", whole, "er "},
	{" ", upperAll, " "},
	{"", whole, "al "},
	{" ", upperAll, ""},
	{"", whole, "='"},
	{"", upperAll, "\""},
	{"", upperFirst, ". "},
	{" ", whole, "("},
	{"", whole, "ful "},
	{" ", upperFirst, ". "},
	{"", whole, "ive "},
	{"", whole, "less "},
	{"", upperAll, "'"},
	{"", whole, "est "},
	{" ", upperFirst, "."},
	{"", upperAll, "\">"},
	{" ", whole, "='"},
	{"", upperFirst, ","},
	{"", whole, "ize "},
	{"", upperAll, "."},
	{"\xc2\xa0", whole, ""},
	{" ", whole, ","},
	{"", upperFirst, "=\""},
	{"", upperAll, "=\""},
	{"", whole, "ous "},
	{"", upperAll, ", "},
	{"", upperFirst, "='"},
	{" ", upperFirst, ","},
	{" ", upperAll, "=\""},
	{" ", upperAll, ", "},
	{"", upperAll, ","},
	{"", upperAll, "("},
	{"", upperAll, ". "},
	{" ", upperAll, "."},
	{"", upperAll, "='"},
	{" ", upperAll, ". "},
	{" ", upperFirst, "=\""},
	{" ", upperAll, "='"},
	{" ", upperFirst, "='"},
}
