package approval

import "slices"

// State is where a request stands.
type State string

// The states of a request.
const (
	Pending   State = "pending"   // waits for the approver of its current step
	Approved  State = "approved"  // every step approved
	Rejected  State = "rejected"  // a step rejected
	Returned  State = "returned"  // sent back to be amended
	Withdrawn State = "withdrawn" // taken back by its requester
)

// States lists every state.
func States() []State { return []State{Pending, Approved, Rejected, Returned, Withdrawn} }

// Label returns the state's name on screen.
func (s State) Label() string {
	switch s {
	case Pending:
		return "待审批"
	case Approved:
		return "已批准"
	case Rejected:
		return "已拒绝"
	case Returned:
		return "退回补充"
	case Withdrawn:
		return "已撤回"
	default:
		return string(s)
	}
}

// Closed reports whether nothing moves a request out of s.
func (s State) Closed() bool { return len(transitions()[s]) == 0 }

// transitions is the state machine: what may follow each state. It equals the
// table approval_transition, which a test compares.
func transitions() map[State][]State {
	return map[State][]State{
		Pending:  {Approved, Rejected, Returned, Withdrawn},
		Returned: {Pending, Withdrawn},
	}
}

// CanMove reports whether a request may go from one state to the other.
func CanMove(from, to State) bool { return slices.Contains(transitions()[from], to) }

// StepState is where one step of a request stands.
type StepState string

// The states of a step.
const (
	StepLater    StepState = "later"    // an earlier step comes first
	StepPending  StepState = "pending"  // waits for its approver
	StepApproved StepState = "approved" // decided
	StepRejected StepState = "rejected" // decided
	StepReturned StepState = "returned" // decided
	StepDropped  StepState = "dropped"  // no longer needed
)
