package staff

import "strings"

// Sort is an order of the list of people; the staff number breaks ties.
type Sort string

// The orders.
const (
	ByNo     Sort = ""       // by staff number
	ByBranch Sort = "branch" // by the branch's code
	ByJoined Sort = "joined" // who joined last first
)

// Sorts lists every order.
func Sorts() []Sort { return []Sort{ByNo, ByBranch, ByJoined} }

// Label returns the order's name on screen.
func (s Sort) Label() string {
	switch s {
	case ByBranch:
		return "按机构"
	case ByJoined:
		return "按入职，新的在前"
	default:
		return "按工号"
	}
}

// key is what the order goes by, before the staff number.
func (s Sort) key() string {
	switch s {
	case ByBranch:
		return "b.code"
	case ByJoined:
		return "to_char(s.joined_on, 'YYYY-MM-DD')"
	default:
		return "s.no"
	}
}

// cursorMark stands between the parts of a cursor; no key holds one.
const cursorMark = "~"

// cursor is where a person stands in the order, as an address holds it.
func (s Sort) cursor(p Person) string {
	switch s {
	case ByBranch:
		return p.BranchCode + cursorMark + p.No
	case ByJoined:
		return p.JoinedOn.Format("2006-01-02") + cursorMark + p.No
	default:
		return p.No
	}
}

// position is a cursor taken apart.
type position struct{ key, no string }

func (s Sort) position(cursor string) position {
	cursor = plainText(cursor)
	if key, no, ok := strings.Cut(cursor, cursorMark); ok && s.key() != "s.no" {
		return position{key, no}
	}
	return position{cursor, cursor}
}

// edge is the condition that begins or ends a page, the order in which it is
// read, and where it begins; $5 and $6 are the parts of the position.
func (f Filter) edge() (condition, order string, from position) {
	key, newest := f.Sort.key(), f.Sort == ByJoined
	way, sign := "ASC", ">"
	if newest != (f.Before != "") {
		way, sign = "DESC", "<"
	}
	from = f.Sort.position(f.After)
	condition = `
			AND ($6 = '' OR (` + key + `, s.no) ` + sign + ` ($5, $6))`
	if f.Before != "" {
		from = f.Sort.position(f.Before)
		condition = `
			AND (` + key + `, s.no) ` + sign + ` ($5, $6)`
	}
	order = `
		ORDER BY
			` + key + ` ` + way + `,
			s.no ` + way
	return condition, order, from
}

// Mark is something about people that an administrator looks for.
type Mark string

// The marks.
const (
	MarkFirst  Mark = "first"  // has not changed the first password yet
	MarkCodes  Mark = "codes"  // has not set up one-time codes that the role must have
	MarkOrphan Mark = "orphan" // the superior is disabled
)

// Marks lists every mark.
func Marks() []Mark { return []Mark{MarkFirst, MarkCodes, MarkOrphan} }

// Label returns the mark's name on screen.
func (m Mark) Label() string {
	switch m {
	case MarkFirst:
		return "未改初始密码"
	case MarkCodes:
		return "未设动态码"
	case MarkOrphan:
		return "上级已停用"
	default:
		return string(m)
	}
}

// condition is the mark as a condition on staff AS s; an unknown one chooses
// nobody, none everybody.
func (m Mark) condition() string {
	switch m {
	case "":
		return ""
	case MarkFirst:
		return `
			AND s.must_change_password`
	case MarkCodes:
		return `
			AND code_confirmed_at(s.id) IS NULL
			AND EXISTS (
				SELECT
				FROM signin_policy AS p
				WHERE p.role = s.role
					AND p.code_required
			)`
	case MarkOrphan:
		return `
			AND EXISTS (
				SELECT
				FROM staff AS above
				WHERE above.id = s.superior_id
					AND above.disabled_at IS NOT NULL
			)`
	default:
		return `
			AND false`
	}
}
