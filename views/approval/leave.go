package approvalview

import (
	"fmt"
	"slices"

	"liuhen/internal/access"
	"liuhen/internal/worklist"
)

// leaves reports whether a group is ticked: all are, until some were left out in
// a decision that was not accepted.
func (d Desk) leaves(g access.Group) bool {
	return len(d.Left.Groups) == 0 || slices.Contains(d.Left.Groups, string(g))
}

// keeps reports whether a customer of several is ticked.
func (d Desk) keeps(n worklist.Named) bool {
	return !n.LeftOut && (len(d.Left.Customers) == 0 || slices.Contains(d.Left.Customers, n.No))
}

// takes reports whether a length of time is the one chosen.
func (d Desk) takes(i worklist.Item, m int) bool {
	if d.Left.Minutes > 0 {
		return m == d.Left.Minutes
	}
	_, stands := i.Left()
	return m == stands
}

// shorter are the lengths of time that an approver may leave, the one that
// stands last.
func shorter(i worklist.Item) []int {
	_, stands := i.Left()
	list := slices.DeleteFunc([]int{10, 30, 60, 120, 240}, func(m int) bool { return m >= stands })
	return append(list, stands)
}

// redBadge is the first red mark, and how many there are.
func redBadge(i worklist.Item) string {
	if len(i.Marks) > 1 {
		return fmt.Sprintf("%s 等 %d 项", i.Marks[0], len(i.Marks))
	}
	return i.Red()
}
