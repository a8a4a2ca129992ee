package accessview

import (
	"time"

	"liuhen/internal/access"
	"liuhen/internal/approval"
	"liuhen/internal/href"
	"liuhen/views/ui"
)

// MinePage is the page with one's own grants and requests.
type MinePage struct {
	Tabs Tabs
	Mine access.Mine
	// Reviews are the break-glass that concern the viewer.
	Reviews ReviewsPage
	// Supervises adds the live grants of the viewer's people.
	Supervises bool
	Now        time.Time
}

func (p MinePage) past() bool { return len(p.Mine.Past)+len(p.Mine.Shut) > 0 }

// requestBadge is how the state of a request is painted.
func requestBadge(s approval.State) (ui.Kind, string) {
	switch s {
	case approval.Returned:
		return ui.Warn, "undo"
	case approval.Rejected:
		return ui.Bad, "x"
	case approval.Pending:
		return ui.Info, "wait"
	default:
		return ui.Plain, "minus"
	}
}

// anchor leads to the section of the customer's file that a request is about.
func anchor(r access.Request) string {
	if r.CustomerNo == "" {
		return href.AccessRequestAgain(r.ApprovalID)
	}
	if len(r.Groups) == 0 {
		return href.Customer(r.CustomerNo)
	}
	return Anchor(r.CustomerNo, r.Groups[0])
}

// pastBadge says how a grant ended.
func pastBadge(g access.Grant) string {
	switch g.EndReason {
	case "":
		return "已到期"
	case "handed_back":
		return "提前归还"
	case "role", "branch", "employment":
		return "岗位变动收回"
	default:
		return "已收回"
	}
}

// looked says how long a group was looked at under a grant.
func looked(g access.Grant) string {
	if g.Watched() < time.Second {
		return "—"
	}
	return Span(g.Watched())
}

// closedAt is when a request was decided, or submitted if it never was.
func closedAt(r access.Request) time.Time {
	if r.DecidedAt.IsZero() {
		return r.SubmittedAt
	}
	return r.DecidedAt
}
