package approvalview

import (
	"time"

	"liuhen/internal/approval"
	"liuhen/internal/fault"
	"liuhen/views/ui"
)

// DelegationsPage is who stands in for the viewer, and for whom the viewer does.
type DelegationsPage struct {
	approval.Delegations
	Form AwayForm
	Now  time.Time
}

// AwayForm is the form of a delegation as it was typed, with what is wrong.
type AwayForm struct {
	Deputy, First, Last, Reason string
	Faults                      []fault.Field
}

func (f AwayForm) fault(name string) string {
	for _, field := range f.Faults {
		if field.Name == name {
			return field.Sentence
		}
	}
	return ""
}

func (f AwayForm) summary() []ui.FieldError {
	list := make([]ui.FieldError, len(f.Faults))
	for i, field := range f.Faults {
		list[i] = ui.FieldError{ID: field.Name, Text: field.Sentence}
	}
	return list
}

func (p DelegationsPage) deputies() []ui.Option {
	list := []ui.Option{{Value: "", Label: "不指定，转给上一级"}}
	for _, d := range p.Deputy {
		list = append(list, ui.Option{Value: num(d.ID), Label: d.Name + "（" + d.No + "，" + d.Branch + "）"})
	}
	return list
}

// days writes the first and the last day of a delegation.
func (p DelegationsPage) days(d approval.Delegation) string {
	zone := p.Now.Location()
	return d.BeginsAt.In(zone).Format(time.DateOnly) + " 至 " + d.EndsAt.In(zone).Add(-time.Second).Format(time.DateOnly)
}

// stand is how a delegation stands.
func stand(d approval.Delegation) (ui.Kind, string, string) {
	switch {
	case d.RevokedAt != nil:
		return ui.Plain, "undo", "已收回"
	case d.Over:
		return ui.Plain, "check", "已结束"
	case d.Live:
		return ui.OK, "people", "代理中"
	default:
		return ui.Info, "clock", "未开始"
	}
}

func deputy(d approval.Delegation) string {
	if d.Deputy == "" {
		return "不指定（上一级）"
	}
	return d.Deputy
}
