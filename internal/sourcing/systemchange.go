package sourcing

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// SystemForm is what an administrator says of a source system.
type SystemForm struct {
	Code     string // written once
	Name     string
	Note     string
	LagHours int // 0: no alarm
}

func (f SystemForm) tidied() SystemForm {
	f.Code, f.Name, f.Note = plain(f.Code), plain(f.Name), plain(f.Note)
	return f
}

// plain is tidy for what a person typed: no NUL, which the database cannot hold.
func plain(s string) string { return tidy(strings.ReplaceAll(strings.ToValidUTF8(s, ""), "\x00", "")) }

// check refuses what the database would refuse, field by field.
func (f SystemForm) check() error {
	var wrong fault.Fields
	wrong.Require(utf8.RuneCountInString(f.Name) >= 1 && utf8.RuneCountInString(f.Name) <= 60, "name", "请填写名称，1 到 60 个字。")
	wrong.Require(utf8.RuneCountInString(f.Note) <= 200, "note", "说明不超过 200 个字。")
	wrong.Require(f.LagHours >= 0 && f.LagHours <= MaxLagHours, "lag", fmt.Sprintf("提醒时限应在 1 到 %d 小时之间；不需要提醒请留空。", MaxLagHours))
	return wrong.Err()
}

// AddSystem makes a source system known before its first file, so that it can
// be given a token. Its code is 2 to 30 lower-case letters, digits and hyphens;
// one that is taken is Invalid.
func (in *Intake) AddSystem(ctx context.Context, by *staff.Member, f SystemForm) error {
	if err := authz.Check(by, authz.ManageSources); err != nil {
		return err
	}
	f = f.tidied()
	if err := f.check(); err != nil {
		return fmt.Errorf("add source: %w", err)
	}
	err := in.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		const q = `
			INSERT INTO source_system (code, name, note, lag_hours)
			VALUES ($1, $2, $3, NULLIF($4::integer, 0))`
		if _, err := tx.Exec(ctx, q, f.Code, f.Name, f.Note, f.LagHours); err != nil {
			return systemConstraints().Fault(err)
		}
		return trail.Write(ctx, tx, by.Who(), trail.Entry{Action: trail.SourceAdded, Detail: f.detail()})
	})
	if err != nil {
		return fmt.Errorf("add source: %w", err)
	}
	return nil
}

// ChangeSystem changes the name, the note and the alarm of a source system.
func (in *Intake) ChangeSystem(ctx context.Context, by *staff.Member, f SystemForm) error {
	if err := authz.Check(by, authz.ManageSources); err != nil {
		return err
	}
	f = f.tidied()
	if err := f.check(); err != nil {
		return fmt.Errorf("change source: %w", err)
	}
	err := in.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		const q = `
			UPDATE source_system
			SET name = $2,
				note = $3,
				lag_hours = NULLIF($4::integer, 0)
			WHERE code = $1`
		n, err := tx.Exec(ctx, q, f.Code, f.Name, f.Note, f.LagHours)
		if err != nil {
			return systemConstraints().Fault(err)
		}
		if n == 0 {
			return fault.New(fault.NotFound, "没有这个数据来源。")
		}
		return trail.Write(ctx, tx, by.Who(), trail.Entry{Action: trail.SourceChanged, Detail: f.detail()})
	})
	if err != nil {
		return fmt.Errorf("change source: %w", err)
	}
	return nil
}

func (f SystemForm) detail() string {
	alarm := "不设提醒"
	if f.LagHours > 0 {
		alarm = fmt.Sprintf("超过 %d 小时未送达即提醒", f.LagHours)
	}
	return fmt.Sprintf("%s（%s），%s", f.Name, f.Code, alarm)
}

func systemConstraints() pg.Constraints {
	field := func(name, sentence string) *fault.Error {
		return &fault.Error{Kind: fault.Invalid, Sentence: sentence, Fields: []fault.Field{{Name: name, Sentence: sentence}}}
	}
	return pg.Constraints{
		"source_system_code_format": field("code", "代码应为小写字母开头的 2–30 个字母、数字或连字符。"),
		"source_system_code_unique": field("code", "这个代码已经有了。"),
	}
}
