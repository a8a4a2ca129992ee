package sourcing

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"liuhen/internal/authz"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// MappingForm is a mapping as people fill it in.
type MappingForm struct {
	Name    string
	Title   string
	Choices Choices // without Fields: to be proposed, for its Kind if there is one
}

// Editor is what the page of a draft shows: its columns, what they are to
// become, and how the first rows take it. It holds no value of the file.
type Editor struct {
	Draft
	Columns []string // that can be chosen
	Kind    FileKind
	Form    MappingForm
	Checks  map[string]Check // by target; only of those chosen
	Looked  int              // rows that were looked at
	Former  *Remembered      // what the source's files were taken by before; may be nil
	Added   []string         // columns that Former does not know
	Missing []string         // columns of Former that are not there
}

// Check is how a chosen column does in the first rows.
type Check struct {
	Filled int
	Look   string // of the first cell with something in it
	Faults int
	Lines  []int64 // of the first faults
	Reason string  // of the first fault
}

// AsksSheet reports whether the workbook's sheet must be chosen first.
func (e *Editor) AsksSheet() bool { return len(e.Sheets) > 1 && e.Sheet == "" }

// Edit opens a draft for mapping. With an empty form it proposes one: by the
// mapping that the source's former files were taken by, by the names of the
// columns, and by what they look like.
func (in *Intake) Edit(ctx context.Context, by *staff.Member, id int64, form MappingForm) (*Editor, error) {
	if err := authz.Check(by, authz.ManageImports); err != nil {
		return nil, err
	}
	e := &Editor{Form: form}
	var former []Remembered
	err := in.db.Read(ctx, by.Actor(), func(tx *pg.Tx) error {
		d, err := draftByID(ctx, tx, id)
		if err != nil {
			return err
		}
		e.Draft = *d
		former, err = rememberedOf(ctx, tx, d.SourceCode)
		return err
	})
	if err == nil {
		e.Sheets, err = sheetsOf(in.draftPath(id))
	}
	if err == nil && !e.AsksSheet() {
		err = in.fill(e, former)
	}
	if err != nil {
		return nil, fmt.Errorf("edit draft %d: %w", id, err)
	}
	return e, nil
}

// fill reads the draft's first rows, proposes what is not chosen and checks it.
func (in *Intake) fill(e *Editor, former []Remembered) error {
	var header []string
	var rows []record
	err := withFile(in.draftPath(e.ID), e.Sheet, func(d *document) (err error) {
		if header = d.header; err == nil {
			err = headerDefect(header)
		}
		if err == nil {
			rows, err = firstRows(d)
		}
		return err
	})
	if err != nil {
		return err
	}
	for _, name := range header {
		if name != "" && !slices.Contains(e.Columns, name) {
			e.Columns = append(e.Columns, name)
		}
	}
	e.Looked = len(rows)
	e.recall(former, header)
	if len(e.Form.Choices.Fields) == 0 {
		if err := e.propose(profiles(header, rows)); err != nil {
			return err
		}
	}
	e.Kind, _ = kindNamed(e.Form.Choices.Kind)
	e.Form.Name = or(e.Form.Name, e.SourceCode+"-"+e.Kind.Word)
	e.Form.Title = or(e.Form.Title, e.SourceName+e.Kind.Label)
	e.check(header, rows)
	return nil
}

// recall finds the mapping that the draft's columns have moved away from.
func (e *Editor) recall(former []Remembered, header []string) {
	base, _, _ := strings.Cut(e.Mapping, "@")
	for i := range former {
		if former[i].Name == base {
			e.Former = &former[i]
		}
	}
	if e.Former == nil {
		e.Former = nearest(former, header)
	}
	if e.Former == nil {
		return
	}
	c := e.Former.against(header)
	e.Added, e.Missing = c.added, c.missing
	e.Form.Name, e.Form.Title = or(e.Form.Name, e.Former.Name), or(e.Form.Title, e.Former.Title)
}

// propose fills the form: what was remembered and is still there, and proposals
// for the rest.
func (e *Editor) propose(columns []profile) error {
	kind, asked := kindNamed(e.Form.Choices.Kind)
	var kept Choices
	if e.Former != nil {
		was, err := e.Former.chosen()
		if err != nil {
			return err
		}
		if !asked || was.Kind == kind.Word {
			kind, asked = kindNamed(was.Kind)
			kept.Fields = slices.DeleteFunc(was.Fields, func(c Choice) bool { return c.Fixed == "" && !slices.Contains(e.Columns, c.Column) })
			for i := range kept.Fields {
				kept.Fields[i].Why = "上一版"
			}
			columns = slices.DeleteFunc(slices.Clone(columns), func(p profile) bool { return !slices.Contains(e.Added, p.name) })
		}
	}
	proposal := proposeKind(columns)
	if asked {
		proposal, _ = propose(kind, columns)
	}
	for _, c := range proposal.Fields {
		if !kept.Of(c.Target).Made() {
			kept.Fields = append(kept.Fields, c)
		}
	}
	e.Form.Choices = Choices{Kind: proposal.Kind, Fields: kept.Fields}
	return nil
}

// check tries each choice on the first rows.
func (e *Editor) check(header []string, rows []record) {
	e.Checks = map[string]Check{}
	for _, t := range e.Kind.Targets {
		chosen := e.Form.Choices.Of(t.Key)
		at := slices.Index(header, chosen.Column)
		if chosen.Column == "" || at < 0 {
			continue
		}
		f := t.bound(chosen, at)
		var c Check
		for i := range rows {
			if len(rows[i].fields) == len(header) && rows[i].defect == "" {
				c.see(t, f, &rows[i])
			}
		}
		e.Checks[t.Key] = c
	}
}

// bound is the target's field at a place of the record.
func (t Target) bound(chosen Choice, at int) *boundField {
	entity, _ := entityOf(t.entity)
	column, _ := entity.column(t.field)
	if t.role == signs {
		column.kind = text // a word beside the amount, not the amount
	}
	as, _, _ := strings.Cut(chosen.As, ":")
	_, words := t.table(chosen)
	convert, _ := converterOf(as, words)
	return &boundField{column: column, at: at, convert: convert, minusAt: -1}
}

// see tries a field on one row.
func (c *Check) see(t Target, f *boundField, rec *record) {
	value, reason := f.value(rec, 1)
	switch {
	case reason != "" || value == "":
	case t.content == mobiles && !isPhone(value), t.Key == "phone" && !isPhone(value):
		reason = "不是有效的电话号码"
	case t.content == emails && !isEmail(value):
		reason = "不是有效的邮箱"
	}
	if reason != "" {
		c.Faults++
		c.Reason = or(c.Reason, reason)
		if len(c.Lines) < 5 {
			c.Lines = append(c.Lines, rec.line)
		}
		return
	}
	if value != "" {
		c.Filled++
		c.Look = or(c.Look, described(tidy(rec.fields[f.at])))
	}
}
