package access

import "slices"

// Purpose is what the closed values are needed for. Collecting and using
// personal information needs a stated, limited purpose (个人信息保护法 第六条).
type Purpose string

// The purposes.
const (
	Service        Purpose = "service"
	Complaint      Purpose = "complaint"
	Suitability    Purpose = "suitability"
	Reconciliation Purpose = "reconciliation"
	Inspection     Purpose = "inspection"
	Other          Purpose = "other"
)

// The shortest time a grant may last and the longest that any policy may allow,
// in minutes.
const (
	MinMinutes = 10
	MaxMinutes = 480
)

// Purposes lists every purpose.
func Purposes() []Purpose {
	return []Purpose{Service, Complaint, Suitability, Reconciliation, Inspection, Other}
}

// Known reports whether p is one of Purposes.
func (p Purpose) Known() bool { return slices.Contains(Purposes(), p) }

// Label returns the purpose's name on screen.
func (p Purpose) Label() string {
	switch p {
	case Service:
		return "办理业务"
	case Complaint:
		return "投诉处理"
	case Suitability:
		return "适当性匹配"
	case Reconciliation:
		return "对账核实"
	case Inspection:
		return "监管检查"
	case Other:
		return "其他"
	default:
		return string(p)
	}
}

// PurposesFor lists the purposes a form offers for a group, the usual one
// first. A request may name any purpose.
func PurposesFor(g Group) []Purpose {
	switch g {
	case Contact:
		return []Purpose{Service, Complaint, Inspection, Other}
	case Identity:
		return []Purpose{Service, Suitability, Inspection, Other}
	case Transactions:
		return []Purpose{Reconciliation, Service, Complaint, Inspection, Other}
	default:
		return []Purpose{Service, Suitability, Reconciliation, Complaint, Inspection, Other}
	}
}

// Durations lists the minutes a form offers, shortest first. A request may ask
// for any number from MinMinutes to MaxMinutes.
func Durations() []int { return []int{30, 120, 240, MaxMinutes} }
