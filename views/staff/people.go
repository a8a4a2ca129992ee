// Package staffview holds the pages on which people and the organisation are
// kept: people are added, moved, disabled and enabled, branches added and renamed.
package staffview

import (
	"fmt"
	"strconv"

	"liuhen/internal/href"
	"liuhen/internal/staff"
	"liuhen/internal/staffing"
	"liuhen/views/ui"
)

// Page is the list of people with the form for a new one.
type Page struct {
	People   staff.People
	Filter   staff.Filter
	Branches []staff.Branch
	// Waiting are the changes that wait for a second person.
	Waiting []staffing.Change
	// Self is the viewer, who cannot disable the own account.
	Self int64
	// Form is what was filled in for a new person and came back.
	Form Form
	// Ending is who was to be disabled when the form for it came back.
	Ending Ending
}

// Form is the form for a new person. A password is never sent back.
type Form struct {
	Values staff.NewMember
	// Faults says what is wrong, by the name of the field.
	Faults map[string]string
}

// Ending is a form for disabling that came back; the zero value is none.
type Ending struct {
	Person staff.Person
	Reason string
	Fault  string
}

// params are the filters as they stand in an address.
func params(f staff.Filter) []href.Param {
	return []href.Param{
		href.Text("q", f.Text), href.Text("role", string(f.Role)),
		href.Int("branch", f.BranchID), href.Flag("disabled", f.Disabled),
		href.Text("mark", string(f.Mark)), href.Text("sort", string(f.Sort)),
	}
}

func (p Page) pages() ui.Pages {
	pages := ui.Pages{Text: p.Filter.Sort.Label(), Keys: true}
	if p.People.Before != "" {
		pages.Previous = href.AdminStaff(append(params(p.Filter), href.Text("before", p.People.Before))...)
	}
	if p.People.After != "" {
		pages.Next = href.AdminStaff(append(params(p.Filter), href.Text("after", p.People.After))...)
	}
	return pages
}

// views switch between who works here and who was disabled.
func (p Page) views() []ui.Tab {
	in, out := p.Filter, p.Filter
	in.Disabled, out.Disabled = false, true
	return []ui.Tab{
		{Label: "在用", URL: href.AdminStaff(params(in)...), Current: !p.Filter.Disabled},
		{Label: "已停用", URL: href.AdminStaff(params(out)...), Current: p.Filter.Disabled},
	}
}

// endable lists the people who can be disabled from the page.
func (p Page) endable() []staff.Person {
	var list []staff.Person
	for _, m := range p.People.List {
		if m.Active() && m.ID != p.Self && m.ID != p.Ending.Person.ID {
			list = append(list, m)
		}
	}
	return list
}

// roles are the choices of a role; first is the label of none.
func roles(first string) []ui.Option {
	list := []ui.Option{{Value: "", Label: first}}
	for _, r := range staff.Roles() {
		list = append(list, ui.Option{Value: string(r), Label: r.Label()})
	}
	return list
}

// branches are the choices of a branch by what value makes of it.
func (p Page) branches(first string, value func(staff.Branch) string) []ui.Option {
	list := []ui.Option{{Value: "", Label: first}}
	for _, b := range p.Branches {
		list = append(list, ui.Option{Value: value(b), Label: b.Name})
	}
	return list
}

// marks are the choices of what to look for.
func marks() []ui.Option {
	list := []ui.Option{{Value: "", Label: "不限"}}
	for _, m := range staff.Marks() {
		list = append(list, ui.Option{Value: string(m), Label: m.Label()})
	}
	return list
}

// sorts are the choices of an order.
func sorts() []ui.Option {
	var list []ui.Option
	for _, s := range staff.Sorts() {
		list = append(list, ui.Option{Value: string(s), Label: s.Label()})
	}
	return list
}

func byID(b staff.Branch) string   { return strconv.FormatInt(b.ID, 10) }
func byCode(b staff.Branch) string { return b.Code }

// chosen is the value of a filter by number; none is empty.
func chosen(id int64) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(id, 10)
}

// faults are the faults of the form in the order of its fields.
func (f Form) faults() []ui.FieldError {
	var list []ui.FieldError
	for _, name := range []string{"no", "username", "name", "role", "branch", "superior", "password"} {
		if text := f.Faults[name]; text != "" {
			list = append(list, ui.FieldError{ID: "new-" + name, Text: text})
		}
	}
	return list
}

// waitsFor says whose turn a proposal is.
func waitsFor(c staffing.Change) string {
	if c.State == "returned" {
		return "已退回，请撤回后重新提出"
	}
	return "等 " + c.Approver + " 复核；同意之前什么也不变"
}

// dialogID names the dialog that asks before a person is disabled.
func dialogID(m staff.Person) string { return "disable-" + strconv.FormatInt(m.ID, 10) }

// consequences says what happens when the person is disabled.
func consequences(m staff.Person) []string {
	list := []string{"立即退出登录，所有设备同时失效。", "在用的调阅授权立即收回，未决的申请随即撤回。"}
	if m.Waiting > 0 {
		list = append(list, fmt.Sprintf("有 %d 件申请正等其审批：会自动转给其上级，申请人会看到转给了谁。", m.Waiting))
	}
	if m.Subordinates > 0 {
		list = append(list, fmt.Sprintf("有 %d 位下属：请尽快为他们改设上级，否则新申请无人审批。", m.Subordinates))
	}
	return list
}
