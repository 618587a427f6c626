package draw

import (
	"cmp"
	"fmt"
	"slices"
)

// A layout says where boxes and edges are: in ranks, such that edges lead from a
// rank to a later one, each rank ordered so that few edges cross
// (Sugiyama, Tagawa and Toda, 1981). An edge over several ranks has a point in
// each.
type layout struct {
	boxes         []rect
	routes        [][]point
	width, height float64
}

type point struct{ x, y float64 }

type rect struct{ x, y, w, h float64 } // x and y are the middle

// sweeps is how often the order in the ranks is improved.
const sweeps = 12

// arranger works on boxes and the points of edges alike.
type arranger struct {
	sizes []rect
	rank  []int
	down  [][]int
	up    [][]int
	order [][]int // of each rank
}

// maxPoints bounds the points of edges, which are as many as the ranks that the
// edges pass.
const maxPoints = 500_000

func (p *Picture) layout() (*layout, error) {
	a := &arranger{}
	for i := range p.Boxes {
		w, h := p.Boxes[i].size()
		if p.Sideways {
			w, h = h, w
		}
		a.sizes = append(a.sizes, rect{w: w, h: h})
	}
	a.rank = ranks(len(p.Boxes), p.Edges)
	points := 0
	for _, e := range p.Edges {
		d := a.rank[e.To] - a.rank[e.From]
		points += max(d, -d)
	}
	if points > maxPoints {
		return nil, fmt.Errorf("a picture whose edges are %d steps long together: more than %d are not laid out", points, maxPoints)
	}
	chains := a.chains(p.Edges)
	a.arrange()
	a.place()
	return a.measure(p, chains), nil
}

// ranks gives each box the length of the longest way to it. Edges that would
// close a circle are left out of account.
func ranks(n int, edges []Edge) []int {
	out := make([][]int, n)
	degree := make([]int, n)
	for _, e := range edges {
		if e.From != e.To {
			out[e.From] = append(out[e.From], e.To)
			degree[e.To]++
		}
	}
	rank := make([]int, n)
	done := make([]bool, n)
	var queue []int
	for i := range n {
		if degree[i] == 0 {
			queue = append(queue, i)
		}
	}
	for left := n; left > 0; {
		if len(queue) == 0 { // a circle: begin with its first box
			queue = append(queue, slices.Index(done, false))
		}
		at := queue[0]
		queue = queue[1:]
		if done[at] {
			continue
		}
		done[at] = true
		left--
		for _, to := range out[at] {
			if done[to] {
				continue
			}
			rank[to] = max(rank[to], rank[at]+1)
			if degree[to]--; degree[to] == 0 {
				queue = append(queue, to)
			}
		}
	}
	// What nothing leads to stands just before what it leads to.
	for i := range n {
		first := -1
		for _, to := range out[i] {
			if first < 0 || rank[to] < first {
				first = rank[to]
			}
		}
		if rank[i] == 0 && first > 1 {
			rank[i] = first - 1
		}
	}
	return rank
}

// chains puts a point into each rank that an edge passes, and gives the places
// of each edge from top to bottom.
func (a *arranger) chains(edges []Edge) [][]int {
	all := make([][]int, 0, len(edges))
	a.down, a.up = make([][]int, len(a.sizes)), make([][]int, len(a.sizes))
	for _, e := range edges {
		from, to := e.From, e.To
		if a.rank[from] >= a.rank[to] {
			from, to = to, from
		}
		chain := []int{from}
		for r := a.rank[from] + 1; r < a.rank[to]; r++ {
			a.sizes = append(a.sizes, rect{w: 4})
			a.rank = append(a.rank, r)
			a.down, a.up = append(a.down, nil), append(a.up, nil)
			chain = append(chain, len(a.sizes)-1)
		}
		chain = append(chain, to)
		for i := 1; i < len(chain); i++ {
			a.down[chain[i-1]] = append(a.down[chain[i-1]], chain[i])
			a.up[chain[i]] = append(a.up[chain[i]], chain[i-1])
		}
		if from != e.From {
			slices.Reverse(chain)
		}
		all = append(all, chain)
	}
	return all
}

// arrange orders each rank by the middle of what is connected in the rank
// before, and in the rank after, in turn.
func (a *arranger) arrange() {
	most := 0
	for _, r := range a.rank {
		most = max(most, r)
	}
	a.order = make([][]int, most+1)
	for i, r := range a.rank {
		a.order[r] = append(a.order[r], i)
	}
	at := make([]float64, len(a.rank))
	number := func(r int) {
		for i, x := range a.order[r] {
			at[x] = float64(i)
		}
	}
	for r := range a.order {
		number(r)
	}
	sort := func(r int, next [][]int) {
		middle := make(map[int]float64, len(a.order[r]))
		for _, x := range a.order[r] {
			middle[x] = at[x]
			if len(next[x]) > 0 {
				sum := 0.0
				for _, y := range next[x] {
					sum += at[y]
				}
				middle[x] = sum / float64(len(next[x]))
			}
		}
		slices.SortStableFunc(a.order[r], func(x, y int) int { return cmp.Compare(middle[x], middle[y]) })
		number(r)
	}
	for range sweeps {
		for r := 1; r < len(a.order); r++ {
			sort(r, a.up)
		}
		for r := len(a.order) - 2; r >= 0; r-- {
			sort(r, a.down)
		}
	}
}

// place gives boxes their places within the ranks: as near as they can to the
// middle of what they are connected with, without overlap.
func (a *arranger) place() {
	for r := range a.order {
		x := 0.0
		for _, i := range a.order[r] {
			a.sizes[i].x = x + a.sizes[i].w/2
			x += a.sizes[i].w + gapBeside
		}
	}
	for sweep := range sweeps {
		for k := range a.order {
			r, next := k, a.up
			if sweep%2 == 1 {
				r, next = len(a.order)-1-k, a.down
			}
			a.settle(a.order[r], next)
		}
	}
}

// settle moves the boxes of a rank to where they want to be. Those that would
// overlap are a group, which goes to the middle of what its members want.
func (a *arranger) settle(order []int, next [][]int) {
	type group struct {
		first, last int
		want, width float64 // want is of the left edge
	}
	var groups []group
	for i, x := range order {
		want := a.sizes[x].x
		if n := len(next[x]); n > 0 {
			want = 0
			for _, y := range next[x] {
				want += a.sizes[y].x
			}
			want /= float64(n)
		}
		groups = append(groups, group{i, i, want - a.sizes[x].w/2, a.sizes[x].w})
		for len(groups) > 1 {
			a, b := &groups[len(groups)-2], groups[len(groups)-1]
			if a.want+a.width+gapBeside <= b.want {
				break
			}
			n, m := float64(a.last-a.first+1), float64(b.last-b.first+1)
			a.want = (a.want*n + (b.want-a.width-gapBeside)*m) / (n + m)
			a.width += gapBeside + b.width
			a.last = b.last
			groups = groups[:len(groups)-1]
		}
	}
	for _, g := range groups {
		x := g.want
		for _, i := range order[g.first : g.last+1] {
			a.sizes[i].x = x + a.sizes[i].w/2
			x += a.sizes[i].w + gapBeside
		}
	}
}

// measure puts the ranks below each other, and gives the picture its size.
func (a *arranger) measure(p *Picture, chains [][]int) *layout {
	y, left, right := float64(margin), 0.0, 0.0
	for r := range a.order {
		height := 0.0
		for _, i := range a.order[r] {
			height = max(height, a.sizes[i].h)
			left = min(left, a.sizes[i].x-a.sizes[i].w/2)
		}
		for _, i := range a.order[r] {
			a.sizes[i].y = y + height/2
		}
		y += height + gapBetween
	}
	for i := range a.sizes {
		a.sizes[i].x += margin - left
		right = max(right, a.sizes[i].x+a.sizes[i].w/2)
	}
	l := &layout{width: right + margin, height: y - gapBetween + margin}
	for _, chain := range chains {
		route := make([]point, len(chain))
		for i, x := range chain {
			route[i] = point{a.sizes[x].x, a.sizes[x].y}
		}
		first, last := a.sizes[chain[0]], a.sizes[chain[len(chain)-1]]
		side := 1.0
		if first.y > last.y {
			side = -1
		}
		route[0].y += side * first.h / 2
		route[len(route)-1].y -= side * last.h / 2
		l.routes = append(l.routes, route)
	}
	l.boxes = slices.Clone(a.sizes[:len(p.Boxes)])
	if p.Sideways {
		l.width, l.height = l.height, l.width
		for i, b := range l.boxes {
			l.boxes[i] = rect{b.y, b.x, b.h, b.w}
		}
		for _, route := range l.routes {
			for i, at := range route {
				route[i] = point{at.y, at.x}
			}
		}
	}
	return l
}
