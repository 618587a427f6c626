package main

import (
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// words are the pieces that a description is cut into to change it.
var words = regexp.MustCompile(`[A-Za-z_][A-Za-z_0-9]*|[0-9.]+|\n *|[ \t]+|.`)

// FuzzDescription takes whole descriptions through every stage, as validate
// does. Each has mistakes or none; whatever a stage could make of one with
// mistakes, the stages after it do not panic. The seeds are the descriptions of
// the gallery and of the conformance suite with a few words changed.
func FuzzDescription(f *testing.F) {
	seed := uint64(0)
	for _, dir := range []string{"../../specs", "../../conformance/scenarios"} {
		err := filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || filepath.Ext(path) != ".yaml" {
				return err
			}
			text, err := os.ReadFile(path)
			for range 2 {
				seed++
				f.Add(string(text), seed)
			}
			return err
		})
		if err != nil {
			f.Fatal(err)
		}
	}
	f.Fuzz(func(t *testing.T, text string, seed uint64) {
		text = shuffle(text, rand.New(rand.NewPCG(seed, 1)))
		watchdog := time.AfterFunc(time.Minute, func() { panic("the description does not end:\n" + text) })
		defer watchdog.Stop()
		got := runWith(text, "validate", "-")
		if got.code != exitOK && got.code != exitUsage || (got.code == exitOK) != !strings.Contains(got.err, "error") {
			t.Errorf("exit code %d, stderr %q for\n%s", got.code, got.err, text)
		}
		if strings.Contains(got.err, "internal error") {
			t.Errorf("%s for\n%s", got.err, text)
		}
	})
}

// shuffle replaces, drops, repeats and swaps a few words.
func shuffle(text string, r *rand.Rand) string {
	all := words.FindAllString(text, -1)
	for range r.IntN(5) {
		if len(all) == 0 {
			break
		}
		i, j := r.IntN(len(all)), r.IntN(len(all))
		switch r.IntN(5) {
		case 0:
			all[i] = all[j]
		case 1:
			all[i] = ""
		case 2:
			all[i], all[j] = all[j], all[i]
		case 3:
			all[i] += all[i]
		case 4:
			all[i] = "[]"
		}
	}
	return strings.Join(all, "")
}
