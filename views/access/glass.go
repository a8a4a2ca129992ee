package accessview

import (
	"time"

	"github.com/a-h/templ"

	"liuhen/internal/access"
	"liuhen/internal/approval"
	"liuhen/internal/href"
	"liuhen/internal/worklist"
	"liuhen/views/ui"
)

// Glass is what a viewer's break-glass holds open of one customer; without
// groups the banner is hidden.
type Glass struct {
	CustomerNo string
	Groups     []access.Group
	Until      time.Time // the first end
	Now        time.Time
}

// GlassOf gathers the groups that stand open by break-glass.
func GlassOf(no string, standing map[access.Group]access.Status, now time.Time) Glass {
	b := Glass{CustomerNo: no, Now: now}
	for _, g := range access.Groups() {
		s := standing[g]
		if s.State != access.Open || !s.Urgent {
			continue
		}
		b.Groups = append(b.Groups, g)
		if b.Until.IsZero() || s.Until.Before(b.Until) {
			b.Until = s.Until
		}
	}
	return b
}

// urgentTyped reports whether the form of a break-glass came back from this
// section.
func (s Section) urgentTyped() bool { return s.returned() && s.Form.Urgent }

func (s Section) urgentReason() string {
	if !s.urgentTyped() {
		return ""
	}
	return s.Form.Reason
}

func (s Section) urgentFault() string {
	if !s.urgentTyped() {
		return ""
	}
	return s.Form.fault("reason")
}

// urgentSummary lists what is wrong with a break-glass.
func (s Section) urgentSummary() []ui.FieldError {
	list := make([]ui.FieldError, len(s.Form.Faults))
	for i, f := range s.Form.Faults {
		list[i] = ui.FieldError{ID: s.id("urgent"), Text: f.Sentence}
	}
	return list
}

// urgentSwap is swap that also takes the banner of the file.
func (s Section) urgentSwap() templ.Attributes {
	a := s.swap(href.CustomerBreakGlass(s.CustomerNo))
	a["hx-select-oob"] = "#flash,#urgent"
	return a
}

// ReviewsPage are the break-glass that concern the viewer.
type ReviewsPage struct {
	Reviews []worklist.Review
	// ViewerID is who looks; Everything says that they may open every request.
	ViewerID   int64
	Everything bool
	Now        time.Time
}

// links reports whether the viewer may open the request behind a review.
func (p ReviewsPage) links(r worklist.Review) bool {
	return p.Everything || r.StaffID == p.ViewerID || r.ReviewerID == p.ViewerID
}

func (p ReviewsPage) verb(r worklist.Review) string {
	if r.State == approval.Pending && r.ReviewerID == p.ViewerID {
		return "去复核"
	}
	return "查看"
}

// verdict is how a review is painted.
func verdict(r worklist.Review) (ui.Kind, string, string) {
	switch {
	case r.Overdue:
		return ui.Bad, "clock", "复核超时"
	case r.State == approval.Pending:
		return ui.Warn, "wait", "待复核"
	case r.State == approval.Approved:
		return ui.OK, "check", "合理"
	default:
		return ui.Bad, "x", "不合理"
	}
}
