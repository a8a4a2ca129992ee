package tagview

import (
	"strconv"

	"liuhen/internal/tag"
	"liuhen/views/ui"
)

// PreviewPage is what publishing a version would change.
type PreviewPage struct{ Preview tag.Preview }

// guarded says what of the preview is held back.
func (p PreviewPage) guarded() string {
	words := ""
	for i, g := range p.Preview.Closed {
		if i > 0 {
			words += "、"
		}
		words += g.Label()
	}
	return "只列出您持有「" + words + "」调阅授权的客户；少于 10 位时不显示准确数字。"
}

func noExamples(s tag.Side) string {
	if s.N == 0 && !s.Vague {
		return "没有这样的客户"
	}
	return "没有您可以看到的例子"
}

// Editor is the form of a version.
type Editor struct {
	// Rule is nil for a new rule.
	Rule   *tag.RuleFile
	Draft  tag.Draft
	Faults map[string]string
	// Nested says that the version in force is nested deeper than the form shows.
	Nested bool
}

func (e Editor) title() string {
	if e.Rule == nil {
		return "新建标签规则"
	}
	return "编写「" + e.Rule.Name + "」"
}

func (e Editor) summary() []ui.FieldError {
	var list []ui.FieldError
	for _, name := range []string{"name", "group", "description", "condition"} {
		if text := e.Faults[name]; text != "" {
			list = append(list, ui.FieldError{ID: "rule-" + name, Text: text})
		}
	}
	return list
}

// editorRows is how many rows of each kind the form has at least, and how many
// beside those that are filled.
const (
	editorRows = 3
	spareRows  = 1
)

// padded are the rows of the form, some of them empty.
func padded(rows []tag.Row) []tag.Row {
	n := max(editorRows, len(rows)+spareRows)
	list := make([]tag.Row, n)
	copy(list, rows)
	return list
}

func fieldOptions() []ui.Option {
	list := []ui.Option{{Value: "", Label: "（不用）"}}
	for _, f := range tag.Fields() {
		list = append(list, ui.Option{Value: f.Code, Label: f.Label})
	}
	return list
}

func notOptions() []ui.Option {
	return []ui.Option{{Value: "", Label: "满足"}, {Value: "not", Label: "不满足"}}
}

func notValue(r tag.Row) string {
	if r.Not {
		return "not"
	}
	return ""
}

func groupOptions() []ui.Option {
	var list []ui.Option
	for _, g := range tag.Groups() {
		label := g.Label() + "分组：获批调阅后才看得到标签"
		if g == tag.Basic {
			label = "基本信息：能看到客户的人都看得到标签"
		}
		list = append(list, ui.Option{Value: string(g), Label: label})
	}
	return list
}

// count writes a number of the form, nothing for none.
func count(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}
