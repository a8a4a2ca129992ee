package access_test

import (
	"cmp"
	"fmt"
	"slices"
)

// The model of who may see what of one customer: as plain as it can be said, so
// that it can be seen to be right. Three people and two groups stand for all.

// The people: two managers of different branches, of whom one keeps the
// customer, and the head of the first one's branch.
const (
	first = iota
	second
	head
	people
)

// The groups that are asked for. A request asks for both, as far as they are not
// open or asked for; break-glass opens the second.
const (
	contacts = iota
	assets
	closed
)

// standingModel is how one person stands to the customer.
type standingModel struct {
	gone       bool                 // disabled
	requests   [closed][closed]bool // those that wait, oldest first: which groups each asks for
	unreviewed bool                 // a break-glass that waits for its review
	left       [closed][2]int       // the time left of the live grants of a group, longest first, in ticks
}

func (s standingModel) waits() bool { return s.requests[0] != [closed]bool{} }

// wanted are the groups that are neither open nor asked for.
func (s standingModel) wanted() (groups [closed]bool) {
	for group := range closed {
		groups[group] = !s.sees(group) && !s.requests[0][group] && !s.requests[1][group]
	}
	return groups
}

// asks is s with one more request for what is wanted.
func (s standingModel) asks() standingModel {
	if s.waits() {
		s.requests[1] = s.wanted()
	} else {
		s.requests[0] = s.wanted()
	}
	return s
}

func (s standingModel) sees(group int) bool { return s.left[group][0] > 0 }

// granted is s with one more grant of a group.
func (s standingModel) granted(group, ticks int) standingModel {
	both := append(s.left[group][:], ticks)
	slices.SortFunc(both, func(a, b int) int { return cmp.Compare(b, a) })
	s.left[group] = [2]int(both)
	return s
}

// worldModel is one customer: who keeps it, and how everybody stands to it.
type worldModel struct {
	keeper int
	who    [people]standingModel
}

// serves says whose file it is to see: the keeper's, and the head's whose branch
// the keeper is of.
func (w worldModel) serves(who int) bool {
	return who == w.keeper || who == head && w.keeper == first
}

// act is one step of a sequence.
type act struct {
	verb       string
	who, group int
}

func (a act) String() string { return fmt.Sprintf("%s(%d,%d)", a.verb, a.who, a.group) }

// acts lists every step of some of the people.
func acts(of ...int) []act {
	all := []act{{verb: "tick"}, {verb: "transfer"}}
	for _, who := range of {
		for _, verb := range []string{"ask", "approve", "narrow", "disable", "glass", "review"} {
			all = append(all, act{verb, who, 0})
		}
		for group := range closed {
			all = append(all, act{"return", who, group})
		}
	}
	return all
}

// How long a grant lasts, in ticks of sixteen minutes: half an hour as asked,
// ten minutes narrowed, fifteen minutes of break-glass.
const (
	asAsked  = 2
	narrowed = 1
	urgent   = 1
)

// next is the world after a step, and whether the step may be taken; if not,
// nothing changes.
func (w worldModel) next(a act) (worldModel, bool) {
	p := w.who[a.who]
	may := false
	switch a.verb {
	case "tick":
		return w.tick(), true
	case "transfer":
		return w.transfer()
	case "ask":
		if may = !p.gone && w.serves(a.who) && p.wanted() != [closed]bool{}; may {
			p = p.asks()
		}
	case "approve", "narrow":
		if may = p.waits() && w.serves(a.who); may {
			p = p.decided(a.verb == "narrow")
		}
	case "disable":
		may = !p.gone
		p = standingModel{gone: true, unreviewed: p.unreviewed}
	case "glass":
		if may = !p.gone && !p.unreviewed && w.serves(a.who) && !p.sees(assets); may {
			p = p.granted(assets, urgent)
			p.unreviewed = true
		}
	case "review":
		may = p.unreviewed
		p.unreviewed = false
	case "return":
		may = p.sees(a.group)
		p.left[a.group] = [2]int{p.left[a.group][1], 0}
	}
	if may {
		w.who[a.who] = p
	}
	return w, may
}

// decided is s after the approval of the oldest request; narrowed it leaves the
// first group that was asked for, and a short time.
func (s standingModel) decided(narrow bool) standingModel {
	asked := s.requests[0]
	s.requests = [closed][closed]bool{s.requests[1]}
	for group := range closed {
		switch {
		case !asked[group]:
		case narrow:
			return s.granted(group, narrowed)
		default:
			s = s.granted(group, asAsked)
		}
	}
	return s
}

// tick lets sixteen minutes pass.
func (w worldModel) tick() worldModel {
	for who := range w.who {
		for group := range w.who[who].left {
			for i, left := range w.who[who].left[group] {
				w.who[who].left[group][i] = max(0, left-1)
			}
		}
	}
	return w
}

// transfer hands the customer to the other manager. What the one before saw and
// had asked for ends; so does what the head sees when the customer leaves the
// branch, while a request of the head stays, and waits to be decided.
func (w worldModel) transfer() (worldModel, bool) {
	old, to := w.keeper, first+second-w.keeper
	if w.who[to].gone {
		return w, false
	}
	w.keeper = to
	w.who[old].left, w.who[old].requests = [closed][2]int{}, [closed][closed]bool{}
	if !w.serves(head) {
		w.who[head].left = [closed][2]int{}
	}
	return w, true
}

// reach lists the worlds that can come about within so many of the steps, with
// their number.
func reach(steps int, some []act) map[worldModel]int {
	found := map[worldModel]int{{}: 0}
	edge := []worldModel{{}}
	for n := 1; n <= steps; n++ {
		var further []worldModel
		for _, w := range edge {
			for _, a := range some {
				after, _ := w.next(a)
				if _, known := found[after]; !known {
					found[after] = n
					further = append(further, after)
				}
			}
		}
		edge = further
	}
	return found
}
