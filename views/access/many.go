package accessview

import (
	"slices"

	"liuhen/internal/access"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	"liuhen/views/ui"
)

// ManyPage is the form that asks about several customers at once.
type ManyPage struct {
	Chosen access.Chosen
	Form   Form
	// Again is the returned request that is amended; nil for a new one.
	Again *access.Amending
	// Kept are the numbers of the customers that are ticked; nil for all.
	Kept []string
}

func (p ManyPage) fault(name string) string { return p.Form.fault(name) }

func (p ManyPage) keeps(no string) bool { return p.Kept == nil || slices.Contains(p.Kept, no) }

func (p ManyPage) summary() []ui.FieldError {
	list := make([]ui.FieldError, len(p.Form.Faults))
	for i, f := range p.Form.Faults {
		list[i] = ui.FieldError{ID: "many-" + f.Name, Text: f.Sentence}
	}
	return list
}

// action is where the form goes.
func (p ManyPage) action() string {
	if p.Again != nil {
		return href.AccessRequestAgain(p.Again.ApprovalID)
	}
	return href.AccessRequests()
}

// gone says that customers of a returned request are no longer the requester's.
func (p ManyPage) gone() string {
	return "申请里另有 " + num(int64(p.Again.Gone)) + " 位客户已不在您的服务范围内，重新提交时移除。"
}

func (p ManyPage) groups() []ui.Choice {
	var list []ui.Choice
	for _, g := range access.Groups() {
		list = append(list, ui.Choice{Name: "group", Value: string(g), Label: g.Label(), Many: true, Checked: slices.Contains(p.Form.Groups, g)})
	}
	return list
}

func (p ManyPage) purposes() []ui.Choice {
	var list []ui.Choice
	for _, u := range access.Purposes() {
		list = append(list, ui.Choice{Name: "purpose", Value: string(u), Label: u.Label(), Checked: u == p.Form.Purpose})
	}
	return list
}

func (p ManyPage) durations() []ui.Choice {
	var list []ui.Choice
	for _, m := range access.Durations() {
		list = append(list, ui.Choice{Name: "minutes", Value: num(int64(m)), Label: Minutes(m), Checked: m == p.Form.Minutes})
	}
	return list
}

// Wrong is the form with what was wrong with it.
func (p ManyPage) Wrong(f *fault.Error) ManyPage {
	p.Form.Faults = f.Fields
	return p
}
