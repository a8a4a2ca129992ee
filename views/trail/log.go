// Package trailview holds the page of the operations log 操作留痕.
package trailview

import (
	"fmt"
	"strings"
	"time"

	"liuhen/internal/access"
	"liuhen/internal/href"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
	"liuhen/views/ui"
)

// Log is the page of the operations log.
type Log struct {
	// Page is what was found, with the query as it was carried out.
	Page trail.Page
	// FromFault and ToFault say what is wrong with a day.
	FromFault string
	ToFault   string
	// Customers says that the viewer may open customer files, so that customer
	// numbers are links. Names of customers are never on the page.
	Customers bool
}

// params are the filters as they stand in an address.
func params(q trail.Query) []href.Param {
	return []href.Param{
		href.Day("from", q.From), href.Day("to", q.To), href.Text("staff", q.StaffNo),
		href.Text("action", string(q.Action)), href.Text("customer", q.CustomerNo), href.Flag("refused", q.Refused),
	}
}

// exportURL is the address of the file with the lines chosen.
func (l Log) exportURL() string { return href.TrailCSV(params(l.Page.Query)...) }

// pages leads to the newer and the older lines.
func (l Log) pages() ui.Pages {
	p := ui.Pages{Text: "由新到旧"}
	if l.Page.Before != "" {
		p.Previous = href.Trail(append(params(l.Page.Query), href.Text("before", l.Page.Before))...)
	}
	if l.Page.After != "" {
		p.Next = href.Trail(append(params(l.Page.Query), href.Text("after", l.Page.After))...)
	}
	return p
}

// found says how many lines there are.
func (l Log) found() string {
	if l.Page.More {
		return fmt.Sprintf("超过 %s 条", ui.Number(trail.ExportLimit))
	}
	return fmt.Sprintf("共 %s 条", ui.Number(int64(l.Page.Count)))
}

// faults are the field faults, for the summary over the form.
func (l Log) faults() []ui.FieldError {
	var list []ui.FieldError
	if l.FromFault != "" {
		list = append(list, ui.FieldError{ID: "from", Text: l.FromFault})
	}
	if l.ToFault != "" {
		list = append(list, ui.FieldError{ID: "to", Text: l.ToFault})
	}
	return list
}

// actions are the choices of the filter by action.
func actions() []ui.Option {
	list := []ui.Option{{Value: "", Label: "全部动作"}}
	for _, a := range trail.Actions() {
		list = append(list, ui.Option{Value: string(a), Label: a.Label()})
	}
	return list
}

// date is the value of a date field.
func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// who names the person of a line: nobody before sign-in, or the program.
func who(l trail.Line) string {
	if l.StaffName == "" {
		return "未登录"
	}
	return l.StaffName
}

// role is the role of a line on screen.
func role(l trail.Line) string {
	if l.StaffRole == staffProgram {
		return "程序"
	}
	return staff.Role(l.StaffRole).Label()
}

// staffProgram is the role under which the portal itself acts.
const staffProgram = "system"

// refused names what was tried and refused.
func refused(l trail.Line) string {
	if label := l.Action.Label(); strings.HasSuffix(label, "被拒") {
		return label
	}
	return l.Action.Label() + "被拒"
}

// groups names the field groups of a line.
func groups(l trail.Line) string {
	labels := make([]string, len(l.Groups))
	for i, g := range l.Groups {
		labels[i] = access.Group(g).Label()
	}
	return strings.Join(labels, "、")
}
