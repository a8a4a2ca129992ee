package approval

import (
	"strings"
	"time"
)

// Kind is a sort of request. Each has an Effect.
type Kind string

// The kinds.
const (
	Access       Kind = "access"        // closed groups of a customer's file
	AccessMany   Kind = "access_many"   // the same groups of several customers' files
	BreakGlass   Kind = "break_glass"   // the review of an access that was taken in an emergency
	Export       Kind = "export"        // data leave the portal in a file
	TagRule      Kind = "tag_rule"      // a version of a rule that tags customers
	AccessPolicy Kind = "access_policy" // a version of the policy of access
	StaffChange  Kind = "staff_change"  // a person's role, or an account let in again
	ModuleChange Kind = "module_change" // which modules are in use
	SignInChange Kind = "signin_change" // which roles sign in with one-time codes

	ConsentWording Kind = "consent_wording" // a version of the text to which customers agree
)

// Label returns the kind's name on screen.
func (k Kind) Label() string {
	switch k {
	case Access:
		return "调阅"
	case AccessMany:
		return "多客户调阅"
	case BreakGlass:
		return "紧急调阅复核"
	case Export:
		return "导出"
	case TagRule:
		return "标签规则"
	case AccessPolicy:
		return "调阅政策"
	case StaffChange:
		return "人员变动"
	case ModuleChange:
		return "模块开关"
	case SignInChange:
		return "登录要求"
	case ConsentWording:
		return "授权文本"
	default:
		return string(k)
	}
}

// Approval is a request on its way through its steps.
type Approval struct {
	ID          int64      `db:"id"`
	Kind        Kind       `db:"kind"`
	State       State      `db:"state"`
	RequesterID int64      `db:"requester_id"`
	CustomerID  int64      `db:"customer_id"` // 0 when it is about no customer
	CustomerNo  string     `db:"customer_no"`
	Title       string     `db:"title"`
	Step        int        `db:"step"` // the current one, from 1
	SubmittedAt time.Time  `db:"submitted_at"`
	ClosedAt    *time.Time `db:"closed_at"`
}

// Step is one person's part in a request.
type Step struct {
	Position     int        `db:"position"` // from 1
	ApproverID   int64      `db:"approver_id"`
	ApproverName string     `db:"approver_name"`
	ApproverAble bool       `db:"approver_able"` // still employed in a role that approves
	StandsIn     bool       `db:"stands_in"`     // the approver decides for somebody who is away
	Because      string     `db:"because"`
	State        StepState  `db:"state"`
	WaitingSince *time.Time `db:"waiting_since"`
	DecidedAt    *time.Time `db:"decided_at"`
	Comment      string     `db:"comment"`
}

// BecauseTo says why the step is its approver's. What was written addresses the
// approver, 您是…; to every other reader it speaks of them, 是….
func (s Step) BecauseTo(reader int64) string {
	if reader == s.ApproverID {
		return s.Because
	}
	return strings.TrimPrefix(s.Because, "您")
}

// EventKind is something that happens to a request.
type EventKind string

// What happens to requests.
const (
	WasSubmitted   EventKind = "submitted"
	WasReminded    EventKind = "reminded"
	WasApproved    EventKind = "approved"
	WasRejected    EventKind = "rejected"
	WasReturned    EventKind = "returned"
	WasResubmitted EventKind = "resubmitted"
	WasWithdrawn   EventKind = "withdrawn"
	WasRerouted    EventKind = "rerouted"  // the program gave the step to somebody able
	WasEscalated   EventKind = "escalated" // the program gave it to the next superior, because nobody answered
)

// Label returns what happened as the history says it.
func (k EventKind) Label() string {
	switch k {
	case WasSubmitted:
		return "提交"
	case WasReminded:
		return "催办"
	case WasApproved:
		return "批准"
	case WasRejected:
		return "拒绝"
	case WasReturned:
		return "退回补充"
	case WasResubmitted:
		return "重新提交"
	case WasWithdrawn:
		return "撤回"
	case WasRerouted:
		return "改派"
	case WasEscalated:
		return "超时转办"
	default:
		return string(k)
	}
}

// Event is one line of a request's history.
type Event struct {
	ID        int64     `db:"id"`
	At        time.Time `db:"at"`
	StaffID   int64     `db:"staff_id"` // 0 for the program
	StaffName string    `db:"staff_name"`
	Kind      EventKind `db:"kind"`
	Comment   string    `db:"comment"`
}

// Draft is a request to submit. Steps are in their order, one at least.
type Draft struct {
	Kind       Kind
	CustomerID int64 // 0 when it is about no customer
	Title      string
	Steps      []Route
	Facts      []Fact // what is decided on, for kinds that have no table of their own for it
	Link       string // where the subject can be read, a path of the portal; empty for none
}
