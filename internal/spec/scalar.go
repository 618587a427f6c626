package spec

import (
	"errors"
	"math"
	"math/big"
	"strconv"
	"strings"
)

// maxDigits bounds integers, as CPython bounds the conversion of decimal text
// (sys.int_info.default_max_str_digits).
const maxDigits = 4300

var (
	errBigInt   = errors.New("integer of more than 4300 digits")
	errBigFloat = errors.New("float beyond the range of float64; write .inf for infinity")
)

// resolve finds what a plain scalar means by the core schema of YAML 1.2.2
// (section 10.3.2): yes, no, on and off are strings, dates too.
func resolve(s string) (any, error) {
	switch s {
	case "", "~", "null", "Null", "NULL":
		return nil, nil
	case "true", "True", "TRUE":
		return true, nil
	case "false", "False", "FALSE":
		return false, nil
	case ".nan", ".NaN", ".NAN":
		return math.NaN(), nil
	}
	digits := strings.TrimLeft(s, "+-")
	if len(s)-len(digits) > 1 || digits == "" {
		return s, nil
	}
	switch digits {
	case ".inf", ".Inf", ".INF":
		if s[0] == '-' {
			return math.Inf(-1), nil
		}
		return math.Inf(1), nil
	}
	signed := len(digits) != len(s)
	if !signed && strings.HasPrefix(s, "0o") && all(s[2:], isOctal) {
		return parseInt(s[2:], 8)
	}
	if !signed && strings.HasPrefix(s, "0x") && all(s[2:], isHex) {
		return parseInt(s[2:], 16)
	}
	if all(digits, isDigit) {
		return parseInt(s, 10)
	}
	if isFloat(digits) {
		f, err := strconv.ParseFloat(s, 64)
		if err != nil {
			return nil, errBigFloat
		}
		return f, nil
	}
	return s, nil
}

// parseInt reads digits of the base, with a sign, as int64 or *big.Int.
func parseInt(s string, base int) (any, error) {
	if i, err := strconv.ParseInt(s, base, 64); err == nil {
		return i, nil
	}
	if len(s) > maxDigits {
		return nil, errBigInt
	}
	b, ok := new(big.Int).SetString(s, base)
	if !ok {
		panic("internal error: integer syntax checked too loosely: " + s)
	}
	return b, nil
}

// isFloat reports the float syntax of the core schema, sign aside:
// ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )?
func isFloat(s string) bool {
	mantissa, exponent := s, ""
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		mantissa, exponent = s[:i], s[i+1:]
		exponent = strings.TrimPrefix(exponent, "-")
		if len(exponent) == len(s)-i-1 {
			exponent = strings.TrimPrefix(exponent, "+")
		}
		if !all(exponent, isDigit) {
			return false
		}
	}
	whole, fraction, dotted := strings.Cut(mantissa, ".")
	switch {
	case whole == "":
		return dotted && all(fraction, isDigit)
	case fraction == "":
		return all(whole, isDigit)
	}
	return all(whole, isDigit) && all(fraction, isDigit)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
func isOctal(c byte) bool { return '0' <= c && c <= '7' }
func isHex(c byte) bool {
	return isDigit(c) || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// all reports that s is not empty and holds only bytes that ok accepts.
func all(s string, ok func(byte) bool) bool {
	for i := range len(s) {
		if !ok(s[i]) {
			return false
		}
	}
	return s != ""
}
