// Package policyview holds the page of the access policy: the version in force
// with its thresholds and its ladder of disclosure, its history, and the form in
// which the next version is proposed.
package policyview

import (
	"fmt"
	"strconv"
	"time"

	"liuhen/internal/access"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	"liuhen/internal/staff"
	"liuhen/views/ui"
)

// blankRows is how many empty lines the form offers for new ones.
const blankRows = 3

// Page is the policy as its readers see it.
type Page struct {
	access.Versions
	// Manages says that the viewer may propose a version.
	Manages bool
	Now     time.Time
}

// EditPage is the form of a proposal.
type EditPage struct {
	// Typed is the policy as it stands in the form.
	Typed  access.Policy
	Faults []fault.Field
}

// shownIsCurrent reports whether the page shows the version in force.
func (p Page) shownIsCurrent() bool { return p.Shown.Version == p.Current.Version }

// by says who proposed and who approved a version.
func by(p access.Policy) string {
	if p.Author == "" {
		return "随系统启用"
	}
	return p.Author + " 提议，" + p.Approver + " 批准"
}

func day(p access.Policy, now time.Time) string {
	return p.Since.In(now.Location()).Format(time.DateOnly)
}

func version(p access.Policy) string {
	return href.AccessPolicy(href.Int("version", int64(p.Version)))
}

// any says 不限 where a line leaves something open.
func anyOr(label string) string {
	if label == "" {
		return "不限"
	}
	return label
}

func roleLabel(r staff.Role) string        { return anyOr(r.Label()) }
func groupLabel(g access.Group) string     { return anyOr(g.Label()) }
func purposeLabel(p access.Purpose) string { return anyOr(p.Label()) }

// wayTone paints a way: the more people it asks, the stronger.
func wayTone(w access.Way) (ui.Kind, string) {
	switch w {
	case access.Exempt:
		return ui.OK, "open"
	case access.ByCompliance:
		return ui.Warn, "shield"
	default:
		return ui.Info, "people"
	}
}

// rows are the lines of the form: those of the policy and some empty ones.
func (p EditPage) rows() []access.Row {
	return append(append([]access.Row{}, p.Typed.Rows...), make([]access.Row, blankRows)...)
}

func (p EditPage) fault(name string) string {
	for _, f := range p.Faults {
		if f.Name == name {
			return f.Sentence
		}
	}
	return ""
}

func (p EditPage) summary() []ui.FieldError {
	list := make([]ui.FieldError, len(p.Faults))
	for i, f := range p.Faults {
		list[i] = ui.FieldError{ID: f.Name, Text: f.Sentence}
	}
	return list
}

// added reports whether a line of the form is one of the empty ones.
func (p EditPage) added(i int) bool { return i >= len(p.Typed.Rows) }

// rowLabel names a cell for who does not see the table.
func rowLabel(i int, what string) string { return fmt.Sprintf("第 %d 条%s", i+1, what) }

func roles() []ui.Option {
	list := []ui.Option{{Value: "", Label: "不限"}}
	for _, r := range []staff.Role{staff.Manager, staff.Supervisor, staff.Risk, staff.Compliance} {
		list = append(list, ui.Option{Value: string(r), Label: r.Label()})
	}
	return list
}

func relations() []ui.Option {
	list := []ui.Option{{Value: "", Label: "不限"}}
	for _, r := range access.Relations() {
		list = append(list, ui.Option{Value: string(r), Label: r.Label()})
	}
	return list
}

func groups() []ui.Option {
	list := []ui.Option{{Value: "", Label: "不限"}}
	for _, g := range access.Groups() {
		list = append(list, ui.Option{Value: string(g), Label: g.Label()})
	}
	return list
}

func purposes() []ui.Option {
	list := []ui.Option{{Value: "", Label: "不限"}}
	for _, p := range access.Purposes() {
		list = append(list, ui.Option{Value: string(p), Label: p.Label()})
	}
	return list
}

// ways offers the ways, and to leave the line out.
func ways(added bool) []ui.Option {
	none := ui.Option{Value: "", Label: "删去这条"}
	if added {
		none.Label = "（不加）"
	}
	list := []ui.Option{none}
	for _, w := range access.Ways() {
		list = append(list, ui.Option{Value: string(w), Label: w.Label()})
	}
	return list
}

func tasks() []ui.Option {
	return []ui.Option{{Value: "", Label: "不要"}, {Value: "1", Label: "须写"}}
}

func yesNo() []ui.Option {
	return []ui.Option{{Value: "1", Label: "标红"}, {Value: "", Label: "不标"}}
}

func flag(on bool) string {
	if on {
		return "1"
	}
	return ""
}

// minutes is a number of the form; an empty line has none.
func minutes(n int) string {
	if n <= 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// figure is a threshold of the form; what was typed and is no number is left out.
func figure(n int) string {
	if n < 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func num(n int64) string { return strconv.FormatInt(n, 10) }
