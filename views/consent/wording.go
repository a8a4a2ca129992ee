// Package consentview holds the pages of consent: the texts to which customers
// agree, how a customer stands, and the customer's own page.
package consentview

import (
	"strconv"
	"strings"
	"time"

	"liuhen/internal/consent"
	"liuhen/internal/fault"
	"liuhen/internal/href"
	"liuhen/views/ui"
)

// WordingsPage is the list of versions with one of them shown.
type WordingsPage struct {
	consent.Wordings
	Firm    string // the institution, as the preview names it
	Manages bool   // the viewer may propose a version
	Now     time.Time
}

// EditPage is the form of a proposal.
type EditPage struct {
	Typed   consent.Wording
	From    string // as typed, 2006-01-02T15:04
	Holders map[consent.Category]int
	Firm    string
	Preview bool // show below what the customer would see
	Faults  []fault.Field
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
		id := f.Name
		if consent.Category(id).Known() {
			id = "purpose-" + id
		}
		list[i] = ui.FieldError{ID: id, Text: f.Sentence}
	}
	return list
}

// text is what the form holds of a category.
func (p EditPage) text(c consent.Category) consent.Text {
	t, _ := p.Typed.Text(c)
	return t
}

func (p EditPage) channels(c consent.Category) []ui.Choice {
	t := p.text(c)
	list := make([]ui.Choice, 0, len(consent.Channels()))
	for _, h := range consent.Channels() {
		chosen := false
		for _, have := range t.Channels {
			chosen = chosen || have == h
		}
		list = append(list, ui.Choice{Name: "channels-" + string(c), Value: string(h), Label: h.Label(), Many: true, Checked: chosen, Disabled: c == consent.Private && h == consent.Moments})
	}
	return list
}

func (p EditPage) again(c consent.Category) []ui.Choice {
	return []ui.Choice{{
		Name: "again-" + string(c), Value: "1", Label: "重新征询", Many: true, Checked: p.text(c).AskAgain,
		Small: ui.Number(int64(p.Holders[c])) + " 位",
	}}
}

func monthsText(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// standing is how a version stands: in force, replaced, or still to come.
func (p WordingsPage) standing(w consent.Wording) (ui.Kind, string, string) {
	switch {
	case w.No == 0:
		return ui.Info, "wait", "待批准"
	case w.No == p.Current:
		return ui.OK, "check", "使用中"
	case w.No > p.Current:
		return ui.Info, "clock", "待生效"
	default:
		return ui.Plain, "clock", "已被替换"
	}
}

// by says who made a version.
func by(w consent.Wording) string {
	switch {
	case w.Carried:
		return "系统启用前已在用，沿用"
	case w.Approver == "":
		return w.Author + " 提交"
	default:
		return w.Author + " 提交，" + w.Approver + " 批准"
	}
}

func moment(at, now time.Time) string { return at.In(now.Location()).Format("2006-01-02 15:04") }

func day(at, now time.Time) string { return at.In(now.Location()).Format(time.DateOnly) }

func versionURL(no int) string { return href.ConsentWordings(href.Int("version", int64(no))) }

// body is the text in paragraphs.
func body(w consent.Wording) []string { return strings.Split(w.Body, "\n") }

// again says whether a text asks anew.
func again(t consent.Text) string {
	if !t.AskAgain {
		return "不必"
	}
	return "须重新征询"
}

func channelNames(t consent.Text) string {
	words := make([]string, len(t.Channels))
	for i, c := range t.Channels {
		words[i] = c.Label()
	}
	return strings.Join(words, "、")
}
