package brotli

// contextMode says how the two bytes before a literal choose its code (RFC 7932,
// 7.1).
type contextMode int

// The modes, as they are numbered.
const (
	lowBits contextMode = iota
	highBits
	utf8
	signed
)

// context is a number below 64; last is the byte before, and before the one
// before that.
func (m contextMode) context(last, before byte) int {
	switch m {
	case lowBits:
		return int(last & 0x3f)
	case highBits:
		return int(last >> 2)
	case utf8:
		return int(utf8Last[last] | utf8Before[before])
	}
	return int(magnitude[last]<<3 | magnitude[before])
}

// utf8Kinds are the kinds of the ASCII characters as the last byte, by letters:
// blanks, quotes, vowels of each case, and so on.
const utf8Kinds = "" +
	"AAAAAAAAABBAABAAAAAAAAAAAAAAAAAA" +
	"CDEDDFDEGHDDIDJDLLLLLLLLLLIIGKHD" +
	"DMNNNMNNNMNNNNNMNNNNNMNNNNNGDHDD" +
	"DOPPPOPPPOPPPPPOPPPPPOPPPPPGDHDA"

var utf8Last, utf8Before, magnitude = func() (last, before, size [256]uint8) {
	for i := range 256 {
		b := byte(i)
		switch {
		case b < 0x80:
			last[i] = 4 * (utf8Kinds[i] - 'A')
		case b < 0xc0:
			last[i] = b & 1
		default:
			last[i] = 2 | b&1
		}
		switch {
		case b >= '0' && b <= '9', b >= 'A' && b <= 'Z', b >= 0xe0:
			before[i] = 2
		case b >= 'a' && b <= 'z':
			before[i] = 3
		case b > ' ' && b < 0x7f:
			before[i] = 1
		}
		for _, from := range [...]int{1, 16, 64, 128, 192, 240, 255} {
			if i >= from {
				size[i]++
			}
		}
	}
	return last, before, size
}()
