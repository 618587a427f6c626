// Package spell finds the name a person probably meant.
package spell

import "strings"

// Nearest gives the candidate that is closest to x, or "" where none is close
// enough to be worth suggesting. Closeness is the edit distance, letter case
// aside, of at most a third of x's length (and at least one). Of equally close
// candidates the first wins.
func Nearest(x string, candidates []string) string {
	lx := strings.ToLower(x)
	limit := max(len(x)/3, 1)
	best := ""
	for _, c := range candidates {
		if c == x {
			continue
		}
		if d := distance(lx, strings.ToLower(c), limit); d <= limit {
			best, limit = c, d-1
			if limit < 0 {
				break
			}
		}
	}
	return best
}

// distance is the number of single-byte insertions, deletions, substitutions
// and swaps of neighbours that turn a into b; any number above limit once it
// is known to exceed it.
func distance(a, b string, limit int) int {
	if d := len(a) - len(b); d > limit || -d > limit {
		return limit + 1
	}
	prev2 := make([]int, len(b)+1)
	prev := make([]int, len(b)+1)
	row := make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(prev[j]+1, row[j-1]+1, prev[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], prev2[j-2]+1)
			}
			least = min(least, row[j])
		}
		if least > limit {
			return limit + 1
		}
		prev2, prev, row = prev, row, prev2
	}
	return prev[len(b)]
}
