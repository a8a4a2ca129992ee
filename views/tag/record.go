package tagview

import (
	"strconv"
	"time"

	"liuhen/internal/tag"
	"liuhen/views/ui"
)

// RecordPage is what there is and was of a customer's tags.
type RecordPage struct {
	Record tag.Record
	// Edits says that the viewer gives and removes tags by hand.
	Edits  bool
	Form   HandForm
	Remove RemoveForm
	Now    time.Time
}

// HandForm is the form that gives a tag, with what is wrong with it.
type HandForm struct {
	Values tag.ByHand
	Faults map[string]string
}

// RemoveForm is the form that takes a tag off and came back.
type RemoveForm struct {
	ID     int64
	Reason string
	Fault  string
}

func (f HandForm) summary() []ui.FieldError {
	var list []ui.FieldError
	for _, name := range []string{"label", "reason"} {
		if text := f.Faults[name]; text != "" {
			list = append(list, ui.FieldError{ID: "tag-" + name, Text: text})
		}
	}
	return list
}

// removing is the form of one tag, filled with what came back for it.
func (p RecordPage) removing(t tag.Tag) RemoveForm {
	if p.Remove.ID == t.ID {
		return p.Remove
	}
	return RemoveForm{ID: t.ID}
}

func (f RemoveForm) field() string { return "remove-" + strconv.FormatInt(f.ID, 10) }

// facts are the evidence that is shown and what stands for the rest.
func facts(t tag.Tag) []string {
	var list []string
	for _, e := range t.Evidence {
		list = append(list, e.Body)
	}
	for _, g := range t.Locked() {
		list = append(list, locked(g))
	}
	return list
}

// origin says what a tag came by.
func origin(t tag.Tag) string {
	if t.ByHand() {
		return t.AddedBy + "手工添加"
	}
	return "规则 " + t.Code + " 第 " + strconv.Itoa(t.Version) + " 版"
}
