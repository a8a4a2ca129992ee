// Package sourcingview holds the pages of imports: the list with the form for a
// new file, and one import with its progress and its result.
package sourcingview

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"liuhen/internal/href"
	"liuhen/internal/sourcing"
	"liuhen/internal/staff"
	"liuhen/views/ui"
)

// List is the list of imports with the form for a new file.
type List struct {
	Page     sourcing.Page
	Mappings []*sourcing.Mapping
	Branches []staff.Branch
	Sources  []sourcing.System
	// Remembered are the mappings that people made; they are among Mappings.
	Remembered []sourcing.Remembered
	Form       Form
}

// Form is what was chosen for a new import; the file itself is never sent back.
type Form struct {
	Source   string
	Mapping  string
	BranchID int64
	// Faults says what is wrong, by the name of the field.
	Faults map[string]string
}

// faults are the field faults in the order of the form.
func (f Form) faults() []ui.FieldError {
	var list []ui.FieldError
	for _, name := range []string{"source", "mapping", "branch", "file"} {
		if text := f.Faults[name]; text != "" {
			list = append(list, ui.FieldError{ID: name, Text: text})
		}
	}
	return list
}

func (l List) mappings() []ui.Option {
	options := []ui.Option{{Value: "", Label: "按来源和列名判断"}}
	for _, m := range l.Mappings {
		options = append(options, ui.Option{Value: m.Name, Label: m.Title})
	}
	return options
}

func (l List) sources() []ui.Option {
	options := []ui.Option{{Value: "", Label: "由映射决定"}}
	for _, s := range l.Sources {
		options = append(options, ui.Option{Value: s.Code, Label: s.Name})
	}
	return options
}

func (l List) branches() []ui.Option {
	options := []ui.Option{{Value: "", Label: "总行"}}
	for _, b := range l.Branches {
		if b.Code != "000" {
			options = append(options, ui.Option{Value: strconv.FormatInt(b.ID, 10), Label: b.Name})
		}
	}
	return options
}

func (f Form) branch() string {
	if f.BranchID == 0 {
		return ""
	}
	return strconv.FormatInt(f.BranchID, 10)
}

func (l List) pages() ui.Pages {
	p := ui.Pages{Text: "按时间，最近的在前"}
	if l.Page.Next > 0 {
		p.Next = href.Imports(href.Int("before", l.Page.Next))
	}
	return p
}

// columns says what a mapping reads.
func columns(m *sourcing.Mapping) string {
	text := strings.Join(m.Columns, "、")
	if len(m.Optional) > 0 {
		text += "；可有：" + strings.Join(m.Optional, "、")
	}
	return text
}

// kind and icon paint a state.
func kind(s sourcing.State) ui.Kind {
	switch s {
	case sourcing.Done:
		return ui.OK
	case sourcing.Failed:
		return ui.Bad
	case sourcing.Cancelled:
		return ui.Warn
	default:
		return ui.Info
	}
}

func icon(s sourcing.State) string {
	switch s {
	case sourcing.Done:
		return "check"
	case sourcing.Failed:
		return "x"
	case sourcing.Cancelled:
		return "undo"
	default:
		return "clock"
	}
}

// moment writes a time in China's time zone.
func moment(t time.Time) string {
	return t.In(time.FixedZone("CST", 8*60*60)).Format("2006-01-02 15:04")
}

// size writes a number of bytes.
func size(n int64) string {
	switch {
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%.1f KB", float64(n)/(1<<10))
	default:
		return fmt.Sprintf("%d 字节", n)
	}
}

// took writes how long an import ran.
func took(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%.1f 秒", d.Seconds())
	}
	return fmt.Sprintf("%d 分 %d 秒", int(d.Minutes()), int(d.Seconds())%60)
}

// work is a running import as a long task.
func work(j sourcing.Job) ui.Work {
	w := ui.Work{Title: j.Title, Done: j.RowsDone, Total: j.RowsTotal, Unit: "行", PerSecond: j.PerSecond()}
	switch {
	case j.State == sourcing.Queued:
		w.Title += " · 排队中"
	case j.Step == "check":
		w.Title += " · 检查文件"
		w.Done, w.Total, w.Unit, w.PerSecond = j.BytesDone, j.Size, "字节", 0
	}
	if j.CancelAt == nil {
		w.Cancel = href.ImportCancel(j.ID)
	}
	return w
}

// verdict is the sentence over the result.
func verdict(j sourcing.Job) (title, text string) {
	switch {
	case j.State == sourcing.Failed && j.RowsDone == 0:
		return "没有导入任何数据。", j.Error
	case j.State == sourcing.Failed:
		return fmt.Sprintf("已停下，前 %s 行已经入库。", ui.Number(j.RowsDone)), j.Error
	case j.State == sourcing.Cancelled && j.RowsDone > 0 && !j.DryRun:
		return fmt.Sprintf("已取消，前 %s 行已经入库。", ui.Number(j.RowsDone)), "已入库的是整批数据；重新导入同一个文件会从头核对，不会重复。"
	case j.State == sourcing.Cancelled:
		return "已取消，没有导入任何数据。", ""
	case j.DryRun:
		return "试导入完成，没有改动任何数据。", "下面是正式导入时会得到的结果。"
	case j.Accepted+j.Changed == 0 && j.Rejected == 0:
		return "导入完成，与已有数据完全一致。", ""
	default:
		return "导入完成。", ""
	}
}
