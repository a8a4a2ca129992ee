// Package staff knows the people of the institution: who they are, where they
// belong, who stands above them, how they sign in and when they leave.
package staff

import (
	"time"

	"liuhen/internal/pg"
	"liuhen/internal/trail"
)

// Role is what a person may do in the portal; a person has exactly one.
type Role string

// The roles of the mission.
const (
	Manager    Role = "manager"    // 客户经理: looks after customers
	Supervisor Role = "supervisor" // 主管: team or branch head, approves
	Risk       Role = "risk"       // 风控: sees all customers, reviews
	Compliance Role = "compliance" // 合规: sees all customers and the trail
	Admin      Role = "admin"      // 管理员: people and policy, never customer data
	Auditor    Role = "auditor"    // 审计: reads the trail, nothing else
)

// Roles lists every role.
func Roles() []Role { return []Role{Manager, Supervisor, Risk, Compliance, Admin, Auditor} }

// Label returns the role's name on screen.
func (r Role) Label() string {
	switch r {
	case Manager:
		return "客户经理"
	case Supervisor:
		return "主管"
	case Risk:
		return "风控"
	case Compliance:
		return "合规"
	case Admin:
		return "管理员"
	case Auditor:
		return "审计"
	default:
		return string(r)
	}
}

// Member is a person who can sign in.
type Member struct {
	ID         int64      `db:"id"`
	No         string     `db:"no"` // staff number, printed in the watermark
	Username   string     `db:"username"`
	Name       string     `db:"name"`
	Role       Role       `db:"role"`
	BranchID   int64      `db:"branch_id"`
	BranchName string     `db:"branch_name"`
	SuperiorID int64      `db:"superior_id"` // 0 at the top
	JoinedOn   time.Time  `db:"joined_on"`
	DisabledAt *time.Time `db:"disabled_at"`

	MustChangePassword bool       `db:"must_change_password"` // somebody else chose it
	CodeSince          *time.Time `db:"code_since"`           // since when sign-in asks for a one-time code; nil for not
	CodeRequired       bool       `db:"code_required"`        // the role must have one-time codes

	Address string `db:"-"` // where the current request comes from; set by the web
}

// Actor returns the member as the one who acts in a transaction.
func (m *Member) Actor() pg.Actor { return pg.Actor(m.ID) }

// Who returns the member as the trail names people.
func (m *Member) Who() trail.Who {
	return trail.Who{StaffID: m.ID, No: m.No, Name: m.Name, Role: string(m.Role), Address: m.Address}
}

// Active reports whether the person may still act.
func (m *Member) Active() bool { return m.DisabledAt == nil }

// MustSetCodes reports whether the role requires one-time codes that the person
// has not set up.
func (m *Member) MustSetCodes() bool { return m.CodeRequired && m.CodeSince == nil }

// Program returns the portal itself as a member, for imports and the owner's
// command line.
func Program() *Member {
	return &Member{ID: int64(pg.System), Name: "系统", No: "", Role: "system"}
}
