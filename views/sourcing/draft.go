package sourcingview

import (
	"fmt"
	"strconv"
	"strings"

	"liuhen/internal/href"
	"liuhen/internal/sourcing"
	"liuhen/views/ui"
)

// maxFixed is how many characters of a text written for every row the form takes.
const maxFixed = 60

// DraftPage is a file that waits for its sheet or for its columns to be mapped.
type DraftPage struct {
	Editor *sourcing.Editor
	// Faults says what is wrong, by the name of the field.
	Faults map[string]string
}

// faults are the field faults in the order of the form.
func (p DraftPage) faults() []ui.FieldError {
	order := []string{"sheet", "kind", "name", "title"}
	for _, t := range p.Editor.Kind.Targets {
		order = append(order, "c."+t.Key, "f."+t.Key, "w."+t.Key)
	}
	var list []ui.FieldError
	for _, name := range order {
		if text := p.Faults[name]; text != "" {
			list = append(list, ui.FieldError{ID: fieldID(name), Text: text})
		}
	}
	return list
}

// fieldID is the id of a field of the editor.
func fieldID(name string) string { return "map-" + strings.ReplaceAll(name, ".", "-") }

func (p DraftPage) kinds() []ui.Option {
	var options []ui.Option
	for _, k := range sourcing.FileKinds() {
		options = append(options, ui.Option{Value: k.Word, Label: k.Label})
	}
	return options
}

func (p DraftPage) columns(t sourcing.Target) []ui.Option {
	empty := "不导入"
	if t.Required {
		empty = "请选择"
	}
	options := []ui.Option{{Label: empty}}
	for _, name := range p.Editor.Columns {
		options = append(options, ui.Option{Value: name, Label: name})
	}
	return options
}

// chosen is the choice for a target as it stands.
func (p DraftPage) chosen(t sourcing.Target) sourcing.Choice { return p.Editor.Form.Choices.Of(t.Key) }

// ownWords is the field for a source's own words.
func (p DraftPage) ownWords(t sourcing.Target) ui.Input {
	chosen := p.chosen(t)
	in := ui.Input{
		ID: fieldID("w." + t.Key), Name: "w." + t.Key, Label: "另有的写法", Value: chosen.Words, Error: p.Faults["w."+t.Key],
		Placeholder: "文件里的写法=认得的写法；…", MaxLength: sourcing.MaxWords, Autocomplete: "off",
	}
	if chosen.AnyWord() {
		in.Label, in.Placeholder = "对照表", "文件里的写法=档案里的写法；（空）=…"
	}
	return in
}

// fixed is the field for what is written for every row.
func (p DraftPage) fixed(t sourcing.Target) ui.Input {
	return ui.Input{
		ID: fieldID("f." + t.Key), Name: "f." + t.Key, Label: "文件里没有，一律填", Value: p.chosen(t).Fixed, Error: p.Faults["f."+t.Key],
		MaxLength: maxFixed, Autocomplete: "off",
	}
}

func conversions(t sourcing.Target) []ui.Option {
	var options []ui.Option
	for _, c := range t.Converts {
		options = append(options, ui.Option{Value: c.As, Label: c.Label})
	}
	return options
}

// unused lists the columns that become nothing.
func (p DraftPage) unused() string {
	used := map[string]bool{}
	for _, c := range p.Editor.Form.Choices.Fields {
		used[c.Column] = true
	}
	var list []string
	for _, name := range p.Editor.Columns {
		if !used[name] {
			list = append(list, name)
		}
	}
	return strings.Join(list, "、")
}

// checked says how a column does in the first rows.
func (p DraftPage) checked(t sourcing.Target) (kind ui.Kind, icon, text string) {
	c, ok := p.Editor.Checks[t.Key]
	looked := strconv.Itoa(p.Editor.Looked)
	switch {
	case !ok && p.chosen(t).Fixed != "":
		return ui.OK, "check", "一律填写"
	case !ok && t.Required:
		return ui.Bad, "alert", "必填，还没有选列"
	case !ok:
		return ui.Plain, "minus", "不导入"
	case c.Faults > 0:
		return ui.Bad, "x", fmt.Sprintf("前 %s 行有 %d 行不行（第 %s 行）：%s", looked, c.Faults, lines(c.Lines, c.Faults), c.Reason)
	case c.Filled == 0:
		return ui.Warn, "alert", "前 " + looked + " 行都是空的"
	default:
		return ui.OK, "check", fmt.Sprintf("前 %s 行有值 %d 行，形如：%s", looked, c.Filled, c.Look)
	}
}

// lines writes line numbers, and that there are more.
func lines(list []int64, all int) string {
	var words []string
	for _, n := range list {
		words = append(words, num(n))
	}
	text := strings.Join(words, "、")
	if len(list) < all {
		text += " 等"
	}
	return text
}

// draftURL is where the editor is.
func (p DraftPage) draftURL() string { return href.ImportDraft(p.Editor.ID) }

// changed says how the file's columns differ from those of the last version.
func (p DraftPage) changed() string {
	var parts []string
	if len(p.Editor.Added) > 0 {
		parts = append(parts, "新增的列："+strings.Join(p.Editor.Added, "、"))
	}
	if len(p.Editor.Missing) > 0 {
		parts = append(parts, "缺少的列："+strings.Join(p.Editor.Missing, "、"))
	}
	return strings.Join(parts, "；") + "。"
}
