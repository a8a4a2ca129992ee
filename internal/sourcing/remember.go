package sourcing

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/lib/pq"

	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// Remember saves a draft's mapping as a new version, by which later files of
// the source with the same columns are taken, and queues the draft's import;
// with dry as a dry run.
func (in *Intake) Remember(ctx context.Context, by *staff.Member, id int64, form MappingForm, dry bool) (*Job, error) {
	if err := authz.Check(by, authz.ManageImports); err != nil {
		return nil, err
	}
	e, err := in.Edit(ctx, by, id, form)
	if err != nil {
		return nil, err
	}
	if e.AsksSheet() {
		return nil, fault.New(fault.Conflict, "请先选择要导入的工作表。")
	}
	form.Name, form.Title = plain(form.Name), plain(form.Title)
	form.Choices = form.Choices.tidied()
	m, err := compose(form.Name, form.Title, Source{Code: e.SourceCode, SourceName: e.SourceName}, form.Choices)
	if err == nil {
		err = e.has(form.Choices)
	}
	if err := both(in.checkName(form), err); err != nil {
		return nil, fmt.Errorf("remember mapping: %w", err)
	}
	job, err := in.enter(ctx, by, entry{
		upload:  Upload{Source: e.SourceCode, FileName: e.FileName, DryRun: dry, Sheet: e.Sheet, BranchID: e.BranchID},
		mapping: m,
		kept:    upload{path: in.draftPath(id), sum: e.SHA256, size: e.Size},
		also:    func(tx *pg.Tx) error { return in.saveVersion(ctx, tx, by, m, e, form.Choices) },
	})
	if err != nil {
		return nil, fmt.Errorf("remember mapping: %w", err)
	}
	in.bell.Ring()
	return job, nil
}

// both is one refusal of two, with the fields of each.
func both(a, b error) error {
	one, two := fault.As(a), fault.As(b)
	if one == nil || two == nil || two.Kind != fault.Invalid {
		return errors.Join(a, b)
	}
	joined := *one
	joined.Sentence += " " + two.Sentence
	joined.Fields = append(slices.Clone(one.Fields), two.Fields...)
	return &joined
}

// has refuses choices of columns that the file does not have.
func (e *Editor) has(choices Choices) error {
	var wrong fault.Fields
	for _, c := range choices.Fields {
		found := c.Column == ""
		for _, name := range e.Columns {
			found = found || name == c.Column
		}
		wrong.Require(found, "c."+c.Target, "文件里没有这一列。")
	}
	return wrong.Err()
}

// checkName refuses what the database would refuse of a mapping's names.
func (in *Intake) checkName(form MappingForm) error {
	var wrong fault.Fields
	wrong.Require(regexp.MustCompile(`^[a-z][a-z0-9-]{1,59}$`).MatchString(form.Name), "name", "映射名称应为小写字母开头的 2–60 个字母、数字或连字符。")
	n := utf8.RuneCountInString(form.Title)
	wrong.Require(n >= 1 && n <= 60, "title", "请填写显示名称，1 到 60 个字。")
	if _, err := in.mappings.named(form.Name); err == nil {
		wrong.Add("name", "这是系统自带映射的名称，请换一个。")
	}
	return wrong.Err()
}

// saveVersion writes the next version down and forgets the draft.
func (in *Intake) saveVersion(ctx context.Context, tx *pg.Tx, by *staff.Member, m *Mapping, e *Editor, c Choices) error {
	if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock(7303, hashtext($1))`, m.Name); err != nil {
		return err
	}
	former, err := rememberedBy(ctx, tx, m.Name, "")
	if err != nil {
		return err
	}
	m.Version = 1
	if former != nil {
		m.Version = former.Version + 1
		if former.SourceID != e.SourceID {
			const sentence = "这个名称已经用于另一个来源的映射，请换一个。"
			return &fault.Error{Kind: fault.Invalid, Sentence: sentence, Fields: []fault.Field{{Name: "name", Sentence: sentence}}}
		}
	}
	n, err := tx.Exec(ctx, `DELETE FROM import_draft WHERE id = $1`, e.ID)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, "这个文件已经处理过了。")
	}
	if err != nil {
		return err
	}
	body, err := json.Marshal(c)
	if err != nil {
		return err
	}
	const q = `
		INSERT INTO source_mapping (name, version, source_id, title, columns, choices, created_by, created_name)
		VALUES ($1, $2::integer, $3::smallint, $4, $5, $6, $7::bigint, $8)`
	if _, err := tx.Exec(ctx, q, m.Name, m.Version, e.SourceID, m.Title, pq.Array(e.Columns), string(body), by.ID, by.Name); err != nil {
		return err
	}
	return trail.Write(ctx, tx, by.Who(), trail.Entry{Action: trail.MappingSaved, Detail: savedDetail(m, e, c)})
}

// savedDetail says which column becomes what.
func savedDetail(m *Mapping, e *Editor, c Choices) string {
	var pairs []string
	for _, t := range e.Kind.Targets {
		switch chosen := c.Of(t.Key); {
		case chosen.Column != "":
			pairs = append(pairs, t.Label+"←"+chosen.Column)
		case chosen.Fixed != "":
			pairs = append(pairs, t.Label+"一律「"+chosen.Fixed+"」")
		}
	}
	detail := []rune(fmt.Sprintf("%s（%s）第 %d 版，来源 %s：%s", m.Title, m.Name, m.Version, e.SourceName, strings.Join(pairs, "、")))
	if len(detail) > 500 {
		detail = append(detail[:499], '…')
	}
	return string(detail)
}

// ChooseSheet says which sheet of a draft's workbook to read. Where its mapping
// is then known, the import is queued.
func (in *Intake) ChooseSheet(ctx context.Context, by *staff.Member, id int64, sheet string) (Received, error) {
	e, err := in.Edit(ctx, by, id, MappingForm{})
	if err != nil {
		return Received{}, err
	}
	sheet = plain(sheet)
	known := false
	for _, name := range e.Sheets {
		known = known || name == sheet
	}
	if !known {
		const sentence = "请从列表里选择一个工作表。"
		return Received{}, &fault.Error{Kind: fault.Invalid, Sentence: sentence, Fields: []fault.Field{{Name: "sheet", Sentence: sentence}}}
	}
	u := Upload{Mapping: e.Mapping, Source: e.SourceCode, FileName: e.FileName, DryRun: e.DryRun, Sheet: sheet, BranchID: e.BranchID}
	m, err := in.known(ctx, in.draftPath(id), &u)
	if err != nil {
		return Received{}, fmt.Errorf("choose a sheet: %w", sheetFault(err))
	}
	if m == nil {
		err := in.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
			_, err := tx.Exec(ctx, `UPDATE import_draft SET sheet = $2 WHERE id = $1`, id, sheet)
			return err
		})
		if err != nil {
			return Received{}, fmt.Errorf("choose a sheet: %w", err)
		}
		return Received{Draft: id}, nil
	}
	job, err := in.enter(ctx, by, entry{upload: u, mapping: m, kept: upload{path: in.draftPath(id), sum: e.SHA256, size: e.Size}, also: func(tx *pg.Tx) error {
		n, err := tx.Exec(ctx, `DELETE FROM import_draft WHERE id = $1`, id)
		if err == nil && n == 0 {
			err = fault.New(fault.Conflict, "这个文件已经处理过了。")
		}
		return err
	}})
	if err != nil {
		return Received{}, fmt.Errorf("choose a sheet: %w", err)
	}
	in.bell.Ring()
	return Received{Job: job}, nil
}

// sheetFault points a refusal of the sheet's content at the choice.
func sheetFault(err error) error {
	f := fault.As(err)
	if f == nil || f.Kind != fault.Invalid {
		return err
	}
	return &fault.Error{Kind: fault.Invalid, Sentence: f.Sentence, Fields: []fault.Field{{Name: "sheet", Sentence: f.Sentence}}, Rule: f.Rule, Cause: f.Cause}
}
