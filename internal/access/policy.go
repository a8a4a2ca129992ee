package access

import (
	"time"

	"liuhen/internal/staff"
)

// Way is how a request is decided.
type Way string

// The ways, from the shortest to the longest.
const (
	Exempt       Way = "exempt"              // not asked: the relation is reason enough
	BySuperior   Way = "superior"            // one approver, the superior
	ByCompliance Way = "superior_compliance" // the superior, then compliance
)

// Ways lists every way, the shortest first.
func Ways() []Way { return []Way{Exempt, BySuperior, ByCompliance} }

// Label returns the way's name on screen.
func (w Way) Label() string {
	switch w {
	case Exempt:
		return "免审批"
	case BySuperior:
		return "上级审批"
	case ByCompliance:
		return "上级，再合规"
	default:
		return string(w)
	}
}

// longer reports whether w asks more people than o.
func (w Way) longer(o Way) bool {
	rank := map[Way]int{Exempt: 1, BySuperior: 2, ByCompliance: 3}
	return rank[w] > rank[o]
}

// Rule is what the policy says about a request.
type Rule struct {
	Way       Way  `db:"way"`
	Max       int  `db:"max_minutes"`       // the longest time a grant may last, in minutes
	Suggested int  `db:"suggested_minutes"` // what usually suffices
	Task      bool `db:"task"`              // a linked task (a work order's number) must be named
}

// Row is a line of the policy: what it names, empty for any, and the rule.
type Row struct {
	Role     staff.Role `db:"role"`
	Relation Relation   `db:"relation"`
	Group    Group      `db:"field_group"`
	Purpose  Purpose    `db:"purpose"`
	Rule
}

// Facts are what a rule is chosen by.
type Facts struct {
	Role     staff.Role
	Relation Relation
	Group    Group
	Purpose  Purpose
}

// fits reports whether the line speaks of the facts.
func (r Row) fits(f Facts) bool {
	return (r.Role == "" || r.Role == f.Role) &&
		(r.Relation == "" || r.Relation == f.Relation) &&
		(r.Group == "" || r.Group == f.Group) &&
		(r.Purpose == "" || r.Purpose == f.Purpose)
}

// Weight orders lines by how much they name; among lines that name equally many,
// role comes before relation, group and purpose. The column weight of
// access_policy_row is the same number.
func (r Row) Weight() int {
	w := 0
	for _, named := range []struct {
		yes    bool
		weight int
	}{{r.Role != "", 24}, {r.Relation != "", 20}, {r.Group != "", 18}, {r.Purpose != "", 17}} {
		if named.yes {
			w += named.weight
		}
	}
	return w
}

// Policy is one version of who may see what, how, and for how long: the lines,
// what stands out as a red mark, what compliance looks into afterwards, and when
// an unanswered request goes higher. It
// is loaded once (Policies) and is the same value for the page, the request and
// the approval. Reasonable limits of access are asked by 个人信息保护法 第五十一条
// 第四项, purpose and necessity by 第二十八条.
type Policy struct {
	ID           int64     `db:"id"`
	Version      int       `db:"version"` // 0 for a proposal
	Base         int       `db:"base"`    // the version it was written on
	ApprovalID   int64     `db:"approval_id"`
	Author       string    `db:"author"` // empty for the version that came with the portal
	Approver     string    `db:"approver"`
	Note         string    `db:"note"`
	Since        time.Time `db:"since"` // in force, or proposed, since
	Marks                  // what stands out
	Watch                  // what compliance looks into
	EscalateTime int       `db:"escalate_minutes"` // working minutes until a request goes higher; 0 for never
	Many         int       `db:"many_customers"`   // customers one request may name; 0 for one only
	Rows         []Row
}

// Decide returns the rule for the facts: that of the line that names most of
// them. A policy in force has a line that names nothing, so there is one.
func (p Policy) Decide(f Facts) Rule {
	var best Row
	found := false
	for _, r := range p.Rows {
		if r.fits(f) && (!found || r.Weight() > best.Weight()) {
			best, found = r, true
		}
	}
	return best.Rule
}

// Together returns the rule for several groups asked for at once: the longest
// way, the shortest time, a task if one of them wants it.
func (p Policy) Together(f Facts, groups []Group) Rule {
	var all Rule
	for i, g := range groups {
		f.Group = g
		r := p.Decide(f)
		if i == 0 {
			all = r
			continue
		}
		if r.Way.longer(all.Way) {
			all.Way = r.Way
		}
		all.Max, all.Suggested = min(all.Max, r.Max), min(all.Suggested, r.Suggested)
		all.Task = all.Task || r.Task
	}
	return all
}

// EscalateAfter is the working time after which an unanswered request goes to
// the next superior, 0 for never.
func (p Policy) EscalateAfter() time.Duration { return time.Duration(p.EscalateTime) * time.Minute }
