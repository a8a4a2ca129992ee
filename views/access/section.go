// Package accessview holds what asks for, shows and ends access to the closed
// groups of a customer's file: the section a group stands in on the file, with
// the request form in place, and the page with one's own requests and grants.
package accessview

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"liuhen/internal/access"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	"liuhen/views/ui"
)

// Section is one closed group on a customer's file, as it stands for the viewer.
type Section struct {
	CustomerNo string
	Group      access.Group
	Label      string // the group's name when empty
	Status     access.Status
	// Band is the open grade of what is closed, such as 100–300万; Masked are
	// the masked values, which open the form when pressed.
	Band   string
	Masked []string
	// Origin says where the values came from and when.
	Origin string
	// Others are the groups still locked, which may be asked for together.
	Others []access.Group
	// Approver is who will be asked; the zero value when nobody can be.
	Approver access.Approver
	// MayBreak offers break-glass beside the request.
	MayBreak bool
	// Rules are what the policy says about asking for the group, by purpose.
	Rules map[access.Purpose]access.Rule
	// Relation is how the viewer stands to the customer.
	Relation access.Relation
	// Form is what was typed before, after a request that was not accepted.
	Form Form
	Now  time.Time
}

// Form is the input of a request, with what is wrong with it.
type Form struct {
	Groups  []access.Group
	Purpose access.Purpose
	Reason  string
	Minutes int
	Task    string
	// Again is the returned request that is amended; 0 for a new one.
	Again int64
	// Urgent says that the form is that of a break-glass.
	Urgent bool
	Faults []fault.Field
}

// ID is the section's id on the page, and what a link to it ends in.
func (s Section) ID() string { return "section-" + string(s.Group) }

func (s Section) id(part string) string { return part + "-" + string(s.Group) }

func (s Section) label() string {
	if s.Label != "" {
		return s.Label
	}
	return s.Group.Label()
}

// edge is the colour of the section's edge.
func (s Section) edge() ui.Kind {
	switch s.Status.State {
	case access.Open:
		if s.Status.Urgent {
			return ui.Bad
		}
		return ui.OK
	case access.Pending:
		return ui.Info
	case access.Returned, access.Expired:
		return ui.Warn
	case access.Rejected:
		return ui.Bad
	default:
		return ui.Plain
	}
}

// typed reports whether the form came back from this section.
func (s Section) typed() bool { return s.returned() && !s.Form.Urgent }

func (s Section) returned() bool { return len(s.Form.Groups) > 0 && s.Form.Groups[0] == s.Group }

// form is what the form shows: what was typed, what was returned, or the usual.
func (s Section) form() Form {
	switch {
	case s.typed():
		return s.Form
	case s.Status.State == access.Returned:
		return Form{
			Groups:  s.Status.Groups,
			Purpose: s.Status.Purpose,
			Reason:  s.Status.Reason,
			Minutes: s.Status.Minutes,
			Task:    s.Status.Task,
			Again:   s.Status.ApprovalID,
		}
	default:
		usual := access.PurposesFor(s.Group)[0]
		return Form{Groups: []access.Group{s.Group}, Purpose: usual, Minutes: s.Rules[usual].Suggested}
	}
}

// fault is what is wrong with the named input.
func (f Form) fault(name string) string {
	for _, field := range f.Faults {
		if field.Name == name {
			return field.Sentence
		}
	}
	return ""
}

// summary lists the faults with the ids of this section's fields.
func (s Section) summary() []ui.FieldError {
	list := make([]ui.FieldError, len(s.form().Faults))
	for i, f := range s.form().Faults {
		list[i] = ui.FieldError{ID: s.id(f.Name), Text: f.Sentence}
	}
	return list
}

// groups offers the other locked groups.
func (s Section) groups() []ui.Choice {
	var list []ui.Choice
	for _, g := range s.Others {
		if g != s.Group {
			list = append(list, ui.Choice{Name: "group", Value: string(g), Label: g.Label(), Many: true, Checked: slices.Contains(s.form().Groups, g)})
		}
	}
	return list
}

func (s Section) purposes() []ui.Choice {
	offered := access.PurposesFor(s.Group)
	if p := s.form().Purpose; p.Known() && !slices.Contains(offered, p) {
		offered = append(offered, p)
	}
	list := make([]ui.Choice, len(offered))
	for i, p := range offered {
		list[i] = ui.Choice{Name: "purpose", Value: string(p), Label: p.Label(), Checked: p == s.form().Purpose}
		if s.Rules[p].Way == access.ByCompliance {
			list[i].Small = "加合规"
		}
	}
	return list
}

func (s Section) durations() []ui.Choice {
	usual := s.Rules[access.PurposesFor(s.Group)[0]].Suggested
	offered, f := append(access.Durations(), usual), s.form()
	slices.Sort(offered)
	longest := s.longest()
	offered = slices.DeleteFunc(slices.Compact(offered), func(m int) bool { return m > longest })
	if !slices.Contains(offered, f.Minutes) && f.Minutes >= access.MinMinutes && f.Minutes <= access.MaxMinutes {
		offered = append(offered, f.Minutes)
		slices.Sort(offered)
	}
	list := make([]ui.Choice, len(offered))
	for i, m := range offered {
		list[i] = ui.Choice{Name: "minutes", Value: strconv.Itoa(m), Label: Minutes(m), Checked: m == f.Minutes}
		if m == usual {
			list[i].Small = "建议"
		}
	}
	return list
}

// Minutes writes a length of time in minutes: 30 分钟, 2 小时.
func Minutes(m int) string {
	if m >= 60 && m%60 == 0 {
		return fmt.Sprintf("%d 小时", m/60)
	}
	return fmt.Sprintf("%d 分钟", m)
}

// Span writes a length of time as people say it: 45 秒, 12 分 05 秒, 2 时 06 分, 3 天.
func Span(d time.Duration) string {
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d 秒", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d 分 %02d 秒", int(d.Minutes()), int(d.Seconds())%60)
	case d < 24*time.Hour:
		return fmt.Sprintf("%d 时 %02d 分", int(d.Hours()), int(d.Minutes())%60)
	default:
		return fmt.Sprintf("%d 天", int(d.Hours())/24)
	}
}

// Waiting says words and how long: 已等 18 分, 已等不到 1 分钟.
func Waiting(words string, d time.Duration) string {
	if d < time.Minute {
		return words + Waited(d)
	}
	return words + " " + Waited(d)
}

// Waited writes how long something waits, to the minute: 不到 1 分钟, 18 分, 2 时 06 分.
func Waited(d time.Duration) string {
	switch {
	case d < time.Minute:
		return "不到 1 分钟"
	case d < time.Hour:
		return fmt.Sprintf("%d 分", int(d.Minutes()))
	default:
		return Span(d)
	}
}

// Moment writes a time of today as 10:31 and any other as 11-19 15:20.
func Moment(at, now time.Time) string {
	at = at.In(now.Location())
	if at.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return at.Format("15:04")
	}
	return at.Format("01-02 15:04")
}

// usual says how long the approver usually takes.
func usual(a access.Approver) string {
	if a.Usual <= 0 {
		return ""
	}
	return fmt.Sprintf(" · 常用时 %d 分钟", max(1, int(a.Usual.Minutes())))
}

// ended says how a grant came to its end.

func ended(s access.Status, now time.Time) string {
	at := Moment(s.Until, now)
	switch s.EndReason {
	case "":
		return at + " 自动收回"
	case "handed_back":
		return at + " 您已提前归还"
	case "role", "branch", "employment":
		return at + " 因岗位变动收回"
	default:
		return at + " 已收回"
	}
}

// watched says whether and how long the values were looked at.
func watched(s access.Status) string {
	if !s.Looked {
		return "授权期间您没有打开过这一节"
	}
	if s.Watched < time.Second {
		return "您打开过这一节，已记入留痕"
	}
	return "您看了 " + Span(s.Watched) + "，已记入留痕"
}

// initial is the first character of a name.
func initial(name string) string {
	for _, r := range name {
		return string(r)
	}
	return ""
}

func num(n int64) string { return strconv.FormatInt(n, 10) }

// Anchor is the address of a group's section on a customer's file.
func Anchor(no string, g access.Group) string {
	return href.Customer(no) + "#" + Section{Group: g}.ID()
}
