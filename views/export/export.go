// Package exportview holds what asks for data in a file, lists and fetches the
// files, and tells where a file came from.
package exportview

import (
	"slices"
	"strconv"
	"time"

	"liuhen/internal/access"
	"liuhen/internal/approval"
	"liuhen/internal/customer"
	"liuhen/internal/export"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	"liuhen/internal/sheet"
	"liuhen/views/ui"
)

// NewPage is the form that asks for an export of the customer list.
type NewPage struct {
	// Words say what is exported; Found how many customers that is now.
	Words string
	Found int64
	// Address takes the form, with the filters in it.
	Address string
	Ask     export.Ask
	// Customers are those whose files are wanted; nil for the list.
	Customers []customer.Row
	Faults    []fault.Field
}

func (p NewPage) fault(name string) string {
	for _, f := range p.Faults {
		if f.Name == name {
			return f.Sentence
		}
	}
	return ""
}

func (p NewPage) summary() []ui.FieldError {
	list := make([]ui.FieldError, len(p.Faults))
	for i, f := range p.Faults {
		list[i] = ui.FieldError{ID: "export-" + f.Name, Text: f.Sentence}
	}
	return list
}

// possible reports whether so many customers may be exported.
func (p NewPage) possible() bool { return p.Found > 0 && p.Found <= export.MaxRows }

func (p NewPage) groups() []ui.Choice {
	var list []ui.Choice
	for _, g := range p.Ask.Offered() {
		list = append(list, ui.Choice{Name: "group", Value: string(g), Label: access.Group(g).Label(), Many: true, Checked: slices.Contains(p.Ask.Groups, customer.Group(g))})
	}
	return list
}

func (p NewPage) formats() []ui.Choice {
	var list []ui.Choice
	for _, f := range sheet.Formats() {
		list = append(list, ui.Choice{Name: "format", Value: string(f), Label: f.Label(), Checked: f == p.Ask.Format})
	}
	return list
}

func (p NewPage) purposes() []ui.Choice {
	var list []ui.Choice
	for _, u := range access.Purposes() {
		list = append(list, ui.Choice{Name: "purpose", Value: string(u), Label: u.Label(), Checked: u == p.Ask.Purpose})
	}
	return list
}

// ListPage are the exports of the viewer, or everybody's.
type ListPage struct {
	Requests []export.Request
	ViewerID int64
	// Everybody shows whose an export is.
	Everybody bool
	Now       time.Time
}

func state(s approval.State) (ui.Kind, string) {
	switch s {
	case approval.Approved:
		return ui.OK, "check"
	case approval.Rejected:
		return ui.Bad, "x"
	case approval.Returned:
		return ui.Warn, "undo"
	case approval.Pending:
		return ui.Info, "wait"
	default:
		return ui.Plain, "minus"
	}
}

// standing says what can be done about an export now.
func standing(r export.Request, now time.Time) string {
	switch {
	case r.State == approval.Pending:
		return "等待 " + r.By + " 审批"
	case r.State == approval.Rejected || r.State == approval.Returned:
		return r.By + "：" + r.Comment
	case r.State != approval.Approved:
		return ""
	case r.Ready:
		return "还可下载 " + strconv.Itoa(r.Left()) + " 次，到 " + moment(r.Until(), now)
	case r.Left() == 0:
		return "已下载 " + strconv.Itoa(export.MaxFiles) + " 次，不能再下载"
	default:
		return "已过 24 小时，不能再下载"
	}
}

func moment(at, now time.Time) string {
	return at.In(now.Location()).Format("01-02 15:04")
}

// size writes a number of bytes.
func size(n int64) string {
	if n < 1024*1024 {
		return strconv.FormatInt((n+1023)/1024, 10) + " KB"
	}
	return strconv.FormatFloat(float64(n)/1024/1024, 'f', 1, 64) + " MB"
}

// VerifyPage tells where a file came from.
type VerifyPage struct {
	Hash   string
	Fault  string
	Origin *export.Origin // nil before a hash was given, and where there is none
	None   string         // why there is none
	Now    time.Time
}

func (p VerifyPage) facts() []ui.Pair {
	o := p.Origin
	return []ui.Pair{
		{Label: "导出人", Value: o.StaffName + " " + o.StaffNo},
		{Label: "导出时间", Value: o.File.MadeAt.In(p.Now.Location()).Format("2006-01-02 15:04:05")},
		{Label: "审批编号", Value: strconv.FormatInt(o.ApprovalID, 10)},
		{Label: "批准人", Value: o.By},
		{Label: "内容", Value: o.Counted(o.File.Rows) + "，" + o.Format.Label() + "，" + size(o.File.Bytes)},
		{Label: "用途", Value: o.Purpose.Label()},
	}
}

func exportURL(id int64) string { return href.ExportFile(id) }
