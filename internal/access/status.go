package access

import "time"

// State is how one group of one customer stands towards one person.
type State string

// The states of a group, strongest first: a live grant hides a pending request.
const (
	Open     State = "open"     // a live grant shows the values until Status.Until
	Pending  State = "pending"  // asked for, not decided
	Returned State = "returned" // sent back to be amended
	Rejected State = "rejected" // refused within the last day
	Expired  State = "expired"  // a grant ended within the last day
	Locked   State = "locked"   // none of these
)

// Status is how one group of a customer's file stands towards a person. Which
// fields are set depends on State.
type Status struct {
	State State

	GrantID    int64         // open, expired
	Since      time.Time     // open, expired: the approval; pending: the submission
	Until      time.Time     // open: the end to come; expired: the end that was
	EndReason  string        // expired: empty when the time ran out, else as in access_grant
	Narrowed   bool          // open, expired: the approvers left less than was asked for
	Looked     bool          // open, expired: the group was looked at under the grant
	Watched    time.Duration // from the first look to the last
	ApprovalID int64         // the request behind it; 0 when locked
	By         string        // who approved, decides, returned or rejected
	DecidedAt  time.Time     // returned, rejected
	Comment    string        // returned, rejected: what was said
	Reminded   time.Time     // pending: the last reminder, zero if none
	Urgent     bool          // open, expired: opened by break-glass; By reviews it
	Stuck      bool          // pending: who should decide no longer can; withdraw and ask again

	Many bool // pending: asked for together with other customers

	Groups  []Group // of the request, in the order of Groups
	Purpose Purpose // of the request
	Reason  string  // of the request
	Minutes int     // of the request
	Task    string  // of the request
}

// Approver is who will be asked to open a group.
type Approver struct {
	ID   int64  `db:"id"`
	Name string `db:"name"`
	Role string `db:"role"`
	// Direct tells the direct superior from somebody further up.
	Direct bool
	// Behalf is the superior for whom the approver stands in; empty for nobody.
	Behalf   string `db:"behalf"`
	BehalfID int64
	// Usual is the median time of their decisions of the last 30 days, 0 if
	// there was none.
	Usual time.Duration
}
