package draw

import (
	"bufio"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// The measures of a picture, in pixels.
const (
	fontSize   = 11
	charWidth  = 6.2 // of the font's average character
	lineHeight = 14
	padding    = 8
	gapBeside  = 18
	gapBetween = 34
	margin     = 20
	maxLine    = 48 // characters of a line
)

// maxLayout bounds the boxes of a picture that is laid out.
const maxLayout = 4000

// WriteSVG lays the picture out, and writes it as SVG.
func (p *Picture) WriteSVG(w io.Writer) error {
	if n := len(p.Boxes); n > maxLayout {
		return fmt.Errorf("a picture of %d boxes: more than %d cannot be looked at, nor are laid out", n, maxLayout)
	}
	l, err := p.layout()
	if err != nil {
		return err
	}
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, `<svg xmlns="http://www.w3.org/2000/svg" width="%.0f" height="%.0f" viewBox="0 0 %.0f %.0f" font-family="Helvetica, Arial, sans-serif" font-size="%d">`+"\n",
		l.width, l.height, l.width, l.height, fontSize)
	fmt.Fprintf(b, "<title>%s</title>\n", escape(p.Title))
	b.WriteString(`<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#666"/></marker></defs>` + "\n")
	b.WriteString(`<rect width="100%" height="100%" fill="white"/>` + "\n" + `<g fill="none" stroke="#888">` + "\n")
	for _, e := range l.routes {
		b.WriteString(`<path marker-end="url(#tip)" d="`)
		for i, at := range e {
			switch {
			case i == 0:
				fmt.Fprintf(b, "M%.0f %.0f", at.x, at.y)
			case p.Sideways:
				mid := (e[i-1].x + at.x) / 2
				fmt.Fprintf(b, "C%.0f %.0f %.0f %.0f %.0f %.0f", mid, e[i-1].y, mid, at.y, at.x, at.y)
			default:
				mid := (e[i-1].y + at.y) / 2
				fmt.Fprintf(b, "C%.0f %.0f %.0f %.0f %.0f %.0f", e[i-1].x, mid, at.x, mid, at.x, at.y)
			}
		}
		b.WriteString("\"/>\n")
	}
	b.WriteString("</g>\n")
	for i, x := range p.Boxes {
		r := l.boxes[i]
		fmt.Fprintf(b, `<g><rect x="%.0f" y="%.0f" width="%.0f" height="%.0f" rx="5" fill="%s" stroke="#888"/>`, r.x-r.w/2, r.y-r.h/2, r.w, r.h, fills[x.Kind])
		for j, line := range x.Lines {
			weight := ""
			if j == 0 {
				weight = ` font-weight="bold"`
			}
			fmt.Fprintf(b, `<text x="%.0f" y="%.0f" text-anchor="middle"%s>%s</text>`, r.x, r.y-r.h/2+padding+float64(j+1)*lineHeight-3, weight, escape(clip(line)))
		}
		b.WriteString("</g>\n")
	}
	b.WriteString("</svg>\n")
	return b.Flush()
}

func escape(s string) string {
	var b strings.Builder
	if err := xml.EscapeText(&b, []byte(s)); err != nil {
		return "" // a Builder does not fail
	}
	return b.String()
}

// clip cuts the middle out of a long line.
func clip(s string) string {
	r := []rune(s)
	if len(r) <= maxLine {
		return s
	}
	return string(r[:maxLine/2]) + "…" + string(r[len(r)-maxLine/2+1:])
}

// size is what a box takes.
func (x *Box) size() (w, h float64) {
	longest := 0
	for _, line := range x.Lines {
		longest = max(longest, utf8.RuneCountInString(clip(line)))
	}
	return float64(longest)*charWidth + 2*padding, float64(len(x.Lines))*lineHeight + 2*padding
}
