package sourcingview

import (
	"strconv"

	"liuhen/internal/sourcing"
	"liuhen/views/ui"
)

// ConflictsPage is the queue of conflicts.
type ConflictsPage struct {
	Page sourcing.ConflictPage
	// Form is the decision that came back with faults.
	Form ConflictForm
}

// ConflictForm is the decision on a conflict as it was filled in.
type ConflictForm struct {
	ID      int64
	Verdict string
	Reason  string
	Faults  map[string]string
}

// form is the form of one conflict: the one that came back, or an empty one.
func (p ConflictsPage) form(id int64) ConflictForm {
	if p.Form.ID == id {
		return p.Form
	}
	return ConflictForm{ID: id}
}

func (f ConflictForm) field(name string) string { return name + "-" + strconv.FormatInt(f.ID, 10) }

func (f ConflictForm) faults() []ui.FieldError {
	var list []ui.FieldError
	for _, name := range []string{"verdict", "reason"} {
		if text := f.Faults[name]; text != "" {
			list = append(list, ui.FieldError{ID: f.field(name), Text: text})
		}
	}
	return list
}

// verdicts are the choices of a conflict, each with what it means.
func (f ConflictForm) verdicts(c sourcing.Conflict) []ui.Choice {
	means := map[sourcing.Verdict]string{sourcing.Keep: c.KeptBy + "的", sourcing.Take: c.ToldBy + "的", sourcing.Apart: "另建一份档案"}
	var list []ui.Choice
	for _, v := range c.Verdicts() {
		list = append(list, ui.Choice{Name: "verdict", Value: string(v), Label: v.Label(), Small: means[v], Checked: f.Verdict == string(v)})
	}
	return list
}

// shownValue writes a value of the basic group.
func shownValue(field, value string) string {
	switch {
	case value == "":
		return "未提供"
	case value == "male":
		return "男"
	case value == "female":
		return "女"
	case field == "birth_band":
		first, err := strconv.Atoi(value)
		if err != nil {
			return value
		}
		return strconv.Itoa(first) + "–" + strconv.Itoa(first+4) + " 年"
	default:
		return value
	}
}
