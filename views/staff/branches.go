package staffview

import (
	"strconv"
	"strings"

	"liuhen/internal/href"
	"liuhen/internal/staff"
	"liuhen/views/ui"
)

// BranchesPage is the organisation with the form for a new branch.
type BranchesPage struct {
	Places []staff.Place
	// Text is part of the name, or the beginning of the code, of the branches to
	// show; empty is all.
	Text string
	// Form is what was filled in for a new branch and came back.
	Form BranchForm
	// Change is the branch whose row is open for a change; the zero value is none.
	Change Change
}

// BranchForm is the form for a new branch.
type BranchForm struct {
	Values staff.NewBranch
	// Faults says what is wrong, by the name of the field.
	Faults map[string]string
}

// Change is what is filled in in the row of one branch.
type Change struct {
	ID     int64
	Name   string
	Parent string // the code
	// Faults says what is wrong, by the name of the field.
	Faults map[string]string
}

// ChangeOf is the row of a branch as it stands.
func ChangeOf(b staff.Place, all []staff.Place) Change {
	c := Change{ID: b.ID, Name: b.Name}
	for _, p := range all {
		if p.ID == b.ParentID {
			c.Parent = p.Code
		}
	}
	return c
}

// indent draws the depth of a branch in the tree.
func indent(p staff.Place) string {
	if p.Depth == 0 {
		return ""
	}
	return strings.Repeat("\u3000", p.Depth-1) + "└ "
}

func kindLabel(p staff.Place) string { return staff.BranchKind(p.Kind).Label() }

// rowID names the row of a branch, which the link for renaming leads to.
func rowID(id int64) string { return "branch-" + strconv.FormatInt(id, 10) }

// changeURL opens the row of a branch for a change.
func changeURL(id int64) string { return href.Branches(href.Int("edit", id)) + "#" + rowID(id) }

// kinds are the kinds that can be added.
func kinds() []ui.Option {
	list := []ui.Option{{Value: "", Label: "请选择"}}
	for _, k := range []staff.BranchKind{staff.BranchPlace, staff.Team} {
		list = append(list, ui.Option{Value: string(k), Label: k.Label()})
	}
	return list
}

// parents are the branches that another can stand below.
func (p BranchesPage) parents() []ui.Option {
	list := []ui.Option{{Value: "", Label: "请选择"}}
	for _, b := range p.Places {
		if staff.BranchKind(b.Kind) != staff.Team && !b.Closed {
			list = append(list, ui.Option{Value: b.Code, Label: indent(b) + b.Name})
		}
	}
	return list
}

// above are the branches that b can come under.
func (p BranchesPage) above(b staff.Place) []ui.Option {
	var list []ui.Option
	for _, o := range p.parents()[1:] {
		if o.Value != b.Code {
			list = append(list, o)
		}
	}
	return list
}

// open counts the branches that are not closed.
func (p BranchesPage) open() string {
	n := 0
	for _, b := range p.Places {
		if !b.Closed {
			n++
		}
	}
	return strconv.Itoa(n)
}

// moves reports whether a branch can come under another and close.
func moves(b staff.Place) bool { return staff.BranchKind(b.Kind) != staff.HeadOffice }

// faults are the faults of the form in the order of its fields.
func (f BranchForm) faults() []ui.FieldError {
	var list []ui.FieldError
	for _, name := range []string{"code", "name", "kind", "parent"} {
		if text := f.Faults[name]; text != "" {
			list = append(list, ui.FieldError{ID: "branch-" + name, Text: text})
		}
	}
	return list
}

// shown are the branches that the text chooses.
func (p BranchesPage) shown() []staff.Place {
	if p.Text == "" {
		return p.Places
	}
	var list []staff.Place
	for _, b := range p.Places {
		if strings.Contains(b.Name, p.Text) || strings.HasPrefix(strings.ToLower(b.Code), strings.ToLower(p.Text)) || b.ID == p.Change.ID {
			list = append(list, b)
		}
	}
	return list
}
