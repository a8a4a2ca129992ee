package tag

import "slices"

// Group is the field group that facts are of.
type Group string

// The groups.
const (
	Basic        Group = "basic"
	Contact      Group = "contact"
	Identity     Group = "identity"
	Assets       Group = "assets"
	Transactions Group = "transactions"
)

// Groups lists the groups a rule may belong to.
func Groups() []Group { return []Group{Basic, Assets, Transactions} }

// Known reports whether a rule may belong to g.
func (g Group) Known() bool { return slices.Contains(Groups(), g) }

// Label returns the group's name on screen.
func (g Group) Label() string {
	switch g {
	case Basic:
		return "基本信息"
	case Contact:
		return "联系方式"
	case Identity:
		return "证件"
	case Assets:
		return "资产"
	case Transactions:
		return "交易流水"
	default:
		return string(g)
	}
}

// closed returns the groups that take a grant to be seen.
func closed(groups []Group) []Group {
	return slices.DeleteFunc(slices.Clone(groups), func(g Group) bool { return g == Basic })
}
