package customer

import (
	"slices"
	"strings"
)

// Sort is an order of the list.
type Sort string

// The orders. Each has an index and the id as tie-breaker.
const (
	ByContact Sort = "contact" // last contact, newest first
	ByName    Sort = "name"    // reading of the name
	ByNo      Sort = "no"      // customer number
	ByGrade   Sort = "grade"   // risk grade, highest first
	ByOpened  Sort = "opened"  // account opened, newest first
)

// Contact narrows the list by the last contact.
type Contact string

// The choices of Contact; the empty Contact narrows nothing.
const (
	Within7  Contact = "7d"
	Within30 Contact = "30d"
	Within90 Contact = "90d"
	Over90   Contact = "over90" // contacted, but not for 90 days
	Never    Contact = "never"
)

// Contacts lists the choices.
func Contacts() []Contact { return []Contact{Within7, Within30, Within90, Over90, Never} }

// Label returns the choice's name on screen.
func (c Contact) Label() string {
	switch c {
	case Within7:
		return "7 天内"
	case Within30:
		return "30 天内"
	case Within90:
		return "90 天内"
	case Over90:
		return "90 天以上未联系"
	case Never:
		return "从未联系"
	default:
		return "不限"
	}
}

// Due narrows the list by when the risk assessment runs out.
type Due string

// The choices of Due; the empty Due narrows nothing.
const (
	DueWithin30 Due = "30d"  // it runs out within 30 days, today included
	DueOver     Due = "over" // it has run out
)

// Dues lists the choices.
func Dues() []Due { return []Due{DueWithin30, DueOver} }

// Label returns the choice's name on screen.
func (d Due) Label() string {
	switch d {
	case DueWithin30:
		return "30 天内到期"
	case DueOver:
		return "已过期"
	default:
		return "不限"
	}
}

// Stage narrows the list by how far the customers are with their consents.
type Stage string

// The choices of Asked; the empty Stage narrows nothing.
const (
	Unasked   Stage = "unasked" // nobody asked them, and they never answered
	Silent    Stage = "silent"  // asked, and not answered
	Agreeing  Stage = "agreed"  // something is granted
	Declining Stage = "refused" // answered, and nothing is granted any more
	Expiring  Stage = "soon"    // a consent runs out within 30 days
	WasAsked  Stage = "asked"   // asked, or answered without
	Opening   Stage = "opened"  // opened the page
	Answering Stage = "answered"
)

// Stages lists the choices, those that a list offers first.
func Stages() []Stage {
	return []Stage{Agreeing, Declining, Silent, Unasked, Expiring, WasAsked, Opening, Answering}
}

// Label returns the choice's name on screen.
func (s Stage) Label() string {
	switch s {
	case Unasked:
		return "尚未征询"
	case Silent:
		return "已征询未答复"
	case Agreeing:
		return "至少同意一项"
	case Declining:
		return "答复后无有效同意"
	case Expiring:
		return "授权 30 天内到期"
	case WasAsked:
		return "已征询"
	case Opening:
		return "打开过授权页"
	case Answering:
		return "已答复"
	default:
		return "不限"
	}
}

// Query is what a list is asked for. The zero Query asks for all customers in
// the order of the last contact.
type Query struct {
	Q         string // what was typed: a name, a reading, a number
	Grades    []int16
	BranchID  int64
	ManagerID int64
	Contact   Contact
	Due       Due
	Tags      []int64 // rules whose tags a customer must all have
	Stage     Stage
	Granted   string // category.channel that a customer must have granted, to a wording that counts
	Sort      Sort
	After     string // Page.Next of the page before
	Before    string // Page.Previous of the page after
}

// Narrowed reports whether the query leaves customers out.
func (q Query) Narrowed() bool {
	return q.Q != "" || len(q.Grades) > 0 || q.BranchID != 0 || q.ManagerID != 0 || q.Contact != "" || q.Due != "" || len(q.Tags) > 0 || q.Stage != "" || q.Granted != ""
}

// understood returns the query with everything unknown left out, so that any
// address gives a list.
func (q Query) understood() Query {
	q.Q = cleanTerm(q.Q)
	grades := []int16{}
	for _, g := range q.Grades {
		if g >= 1 && g <= 5 && !slices.Contains(grades, g) {
			grades = append(grades, g)
		}
	}
	slices.Sort(grades)
	q.Grades = grades
	q.Tags = slices.DeleteFunc(slices.Clone(q.Tags), func(id int64) bool { return id <= 0 })
	slices.Sort(q.Tags)
	q.Tags = slices.Compact(q.Tags)
	q.Tags = q.Tags[:min(len(q.Tags), mostTags)]
	if !slices.Contains(Contacts(), q.Contact) {
		q.Contact = ""
	}
	if !slices.Contains(Dues(), q.Due) {
		q.Due = ""
	}
	if !slices.Contains(Stages(), q.Stage) {
		q.Stage = ""
	}
	if category, channel, ok := strings.Cut(q.Granted, "."); !ok || !isWord(category) || !isWord(channel) {
		q.Granted = ""
	}
	if !slices.Contains([]Sort{ByContact, ByName, ByNo, ByGrade, ByOpened}, q.Sort) {
		q.Sort = ByContact
	}
	return q
}

// isWord reports whether s can be a code: a few small letters.
func isWord(s string) bool {
	return s != "" && len(s) <= 20 && !strings.ContainsFunc(s, func(r rune) bool { return r < 'a' || r > 'z' })
}

// mostTags is how many tags one query asks for at most.
const mostTags = 6

// wants reports whether customers of the grade are asked for.
func (q Query) wants(grade int16) bool {
	return len(q.Grades) == 0 || slices.Contains(q.Grades, grade)
}

// filters names what the query narrows by, for the trail: never a value that
// could be of a closed group.
func (q Query) filters(t term) []string {
	var names []string
	if len(t.meanings) > 0 {
		names = append(names, strings.Join(t.kinds(), "或"))
	}
	for _, f := range []struct {
		used bool
		name string
	}{
		{len(q.Grades) > 0, "风险等级"},
		{q.BranchID != 0, "机构"},
		{q.ManagerID != 0, "客户经理"},
		{q.Contact != "", "最近联系"},
		{q.Due != "", "测评到期"},
		{len(q.Tags) > 0, "标签"},
		{q.Stage != "" || q.Granted != "", "授权"},
	} {
		if f.used {
			names = append(names, f.name)
		}
	}
	return names
}
