package approval

import (
	"strings"
	"unicode/utf8"

	"liuhen/internal/fault"
)

// Verb is what an approver does with a step.
type Verb string

// The verbs, as the field decision carries them.
const (
	Approve Verb = "approve"
	Reject  Verb = "reject"
	Return  Verb = "return"
)

// The length of a comment, in characters. A refusal without a reason helps
// nobody, so it has a least length.
const (
	minComment = 4
	maxComment = 500
)

// Verdict is a decision on a step.
type Verdict struct {
	Verb    Verb
	Comment string
	Left    Left // what an approval leaves of what was asked
}

// Left is what an approver leaves of a request that can be approved in part. The
// zero value leaves all of it.
type Left struct {
	Groups    []string // empty for all that stand
	Minutes   int      // 0 for as many as stand
	Customers []string // numbers of those left of several; empty for all that stand
}

// all reports whether nothing is taken away.
func (l Left) all() bool { return len(l.Groups) == 0 && l.Minutes == 0 && len(l.Customers) == 0 }

// checked returns the verdict with its comment trimmed, or an Invalid fault on
// the fields decision or comment.
func (v Verdict) checked() (Verdict, error) {
	v.Comment = strings.TrimSpace(v.Comment)
	var f fault.Fields
	n := utf8.RuneCountInString(v.Comment)
	switch v.Verb {
	case Approve:
	case Reject:
		f.Require(n >= minComment, "comment", "拒绝须写明理由，至少 4 个字。")
	case Return:
		f.Require(n >= minComment, "comment", "退回须写明要补充什么，至少 4 个字。")
	default:
		f.Add("decision", "请选择批准、退回或拒绝。")
	}
	f.Require(n <= maxComment, "comment", "意见最多 500 个字。")
	return v, f.Err()
}

// outcome is what a verdict on one step does to the step and to the request.
type outcome struct {
	Step    StepState
	Request State
	Event   EventKind
	Next    bool // the following step begins to wait
}

// decide is the rule of a decision: last says that no step follows.
func decide(v Verb, last bool) outcome {
	switch v {
	case Reject:
		return outcome{Step: StepRejected, Request: Rejected, Event: WasRejected}
	case Return:
		return outcome{Step: StepReturned, Request: Returned, Event: WasReturned}
	default:
		if last {
			return outcome{Step: StepApproved, Request: Approved, Event: WasApproved}
		}
		return outcome{Step: StepApproved, Request: Pending, Event: WasApproved, Next: true}
	}
}
