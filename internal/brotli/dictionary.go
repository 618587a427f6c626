package brotli

import _ "embed"

// dictionary is the static dictionary of the format, RFC 7932, appendix A: words
// of 4 to 24 bytes, in order of their lengths.
//
//go:embed dictionary.bin
var dictionary string

const (
	minWord = 4
	maxWord = 24
)

// wordBits are the logarithms of how many words there are of each length.
var wordBits = [maxWord + 1]uint{4: 10, 10, 11, 11, 10, 10, 10, 10, 10, 9, 9, 8, 7, 7, 8, 7, 7, 6, 6, 5, 5}

// wordStart is where the words of each length begin.
var wordStart = func() (start [maxWord + 2]int) {
	for n := minWord; n <= maxWord; n++ {
		start[n+1] = start[n] + n<<wordBits[n]
	}
	return start
}()

// appendWord appends a word of the dictionary: id counts the words of its length
// under all transforms. It says whether there is such a word.
func appendWord(out []byte, length, id int) ([]byte, bool) {
	if length < minWord || length > maxWord {
		return out, false
	}
	index, transformed := id&(1<<wordBits[length]-1), id>>wordBits[length]
	if transformed >= len(transforms) {
		return out, false
	}
	at := wordStart[length] + index*length
	return transforms[transformed].appendTo(out, dictionary[at:at+length]), true
}
