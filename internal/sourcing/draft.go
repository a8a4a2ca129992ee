package sourcing

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// Draft is a file that waits for people to choose its sheet or to map its
// columns. It is kept for a day.
type Draft struct {
	ID         int64     `db:"id"`
	SourceID   int64     `db:"source_id"`
	SourceCode string    `db:"source_code"`
	SourceName string    `db:"source_name"`
	Mapping    string    `db:"mapping"` // that was asked for; may be empty
	FileName   string    `db:"file_name"`
	SHA256     string    `db:"sha256"`
	Size       int64     `db:"size"`
	Sheet      string    `db:"sheet"`
	DryRun     bool      `db:"dry_run"`
	BranchID   int64     `db:"branch_id"`
	BranchName string    `db:"branch_name"`
	CreatedAt  time.Time `db:"created_at"`
	Sheets     []string  `db:"-"` // of a workbook with several
}

// keptFor is how long a draft and the file of a dry run are kept.
const keptFor = 24 * time.Hour

// Received is what became of an upload: an import that was queued, or a draft
// that people have to say more about.
type Received struct {
	Job   *Job
	Draft int64
}

// Receive keeps the file of an upload. Where its mapping is known it queues the
// import; where the sheet or the mapping has to be chosen the file waits as a
// draft. A file that cannot be imported at all is refused at once.
func (in *Intake) Receive(ctx context.Context, by *staff.Member, u Upload) (r Received, err error) {
	if err := authz.Check(by, authz.ManageImports); err != nil {
		return r, err
	}
	kept, err := in.keep(u.Body)
	if err != nil {
		return r, fmt.Errorf("receive a file: %w", err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(kept.path) // already gone, or swept later
		}
	}()
	if u.After != nil {
		if err := u.After(&u); err != nil {
			return r, err
		}
	}
	m, err := in.known(ctx, kept.path, &u)
	if err != nil {
		return r, fmt.Errorf("receive a file: %w", err)
	}
	if m == nil {
		r.Draft, err = in.wait(ctx, by, u, kept)
		return r, err
	}
	r.Job, err = in.enter(ctx, by, entry{upload: u, mapping: m, kept: kept})
	if err == nil {
		in.bell.Ring()
	}
	return r, err
}

// known finds the mapping and sheet of an upload; nil without a fault means
// that people must say.
func (in *Intake) known(ctx context.Context, path string, u *Upload) (*Mapping, error) {
	u.Mapping, u.Source, u.Sheet = plain(u.Mapping), plain(u.Source), plain(u.Sheet)
	sheets, err := sheetsOf(path)
	if err != nil {
		return nil, atFile(err)
	}
	if u.Mapping == "" && u.Source == "" {
		const sentence = "请选择来源系统，或者选择一个映射。"
		return nil, &fault.Error{Kind: fault.Invalid, Sentence: sentence, Fields: []fault.Field{{Name: "source", Sentence: sentence}}}
	}
	if u.Mapping != "" {
		m, err := in.mapping(ctx, u.Mapping)
		if err != nil {
			return nil, err
		}
		u.Source = or(u.Source, m.Code)
	}
	if len(sheets) > 1 && u.Sheet == "" {
		return nil, nil
	}
	var header []string
	if err := withFile(path, u.Sheet, func(d *document) error { header = d.header; return headerDefect(header) }); err != nil {
		return nil, atFile(err)
	}
	return in.fitting(ctx, *u, header)
}

// fitting returns the mapping by which a header is taken without asking. A
// shipped mapping that was asked for must fit; a remembered one whose columns
// have changed is put before people.
func (in *Intake) fitting(ctx context.Context, u Upload, header []string) (m *Mapping, err error) {
	err = in.db.Read(ctx, pg.System, func(tx *pg.Tx) error {
		if u.Mapping == "" {
			m, err = in.settled(ctx, tx, u.Source, header)
			return err
		}
		if m, err = in.mappingIn(ctx, tx, u.Mapping); err != nil {
			return err
		}
		if m.Version == 0 {
			_, err = bind(m, header, in.key)
			return atFile(err)
		}
		r, err := rememberedBy(ctx, tx, m.Name, strconv.Itoa(m.Version))
		if err != nil || r == nil {
			return err
		}
		if c := r.against(header); len(c.added)+len(c.missing) > 0 {
			m = nil
		}
		return nil
	})
	return m, err
}

// headerDefect refuses a header that must not be shown: one that names C3 data,
// and one that is no header but the first customer.
func headerDefect(header []string) error {
	if err := secretColumns(header); err != nil {
		return err
	}
	if slices.ContainsFunc(header, isValue) {
		return fault.New(fault.Invalid, "第一行看起来是数据，不是列名。请让文件的第一行写列名后再导入。")
	}
	return nil
}

// wait keeps an upload as a draft.
func (in *Intake) wait(ctx context.Context, by *staff.Member, u Upload, kept upload) (id int64, err error) {
	if by.ID <= 0 {
		return 0, fault.New(fault.Invalid, "这个文件没有合适的映射。请先在门户的「数据导入」里对照一次列。")
	}
	err = in.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		known, err := in.mappings.named(u.Mapping)
		source := Source{Code: u.Source, SourceName: u.Source}
		if err == nil && known.Code == u.Source {
			source = known.Source
		} else if _, err := systemByCode(ctx, tx, u.Source); err != nil {
			return atSource(err)
		}
		sourceNo, err := sourceID(ctx, tx, source, "")
		if err != nil {
			return err
		}
		branch, err := branchID(ctx, tx, u.BranchID)
		if err != nil {
			return err
		}
		const q = `
			INSERT INTO import_draft (source_id, mapping, file_name, sha256, size, sheet, dry_run, branch_id, created_by)
			VALUES ($1::smallint, $2, $3, $4, $5::bigint, $6, $7, $8::bigint, $9::bigint)
			RETURNING id`
		if err := tx.Get(ctx, &id, q, sourceNo, u.Mapping, cleanName(u.FileName), kept.sum, kept.size, u.Sheet, u.DryRun, branch, by.ID); err != nil {
			return err
		}
		return os.Rename(kept.path, in.draftPath(id))
	})
	if err != nil {
		return 0, fmt.Errorf("keep a draft: %w", errors.Join(err, drop(in.draftPath(id))))
	}
	return id, nil
}

// atSource points a source that is not there at the form's field.
func atSource(err error) error {
	if fault.KindOf(err) != fault.NotFound {
		return err
	}
	const sentence = "没有这个来源系统，请先在「数据来源」里新增。"
	return &fault.Error{Kind: fault.Invalid, Sentence: sentence, Fields: []fault.Field{{Name: "source", Sentence: sentence}}}
}

func (in *Intake) draftPath(id int64) string {
	return filepath.Join(in.dir, "draft-"+strconv.FormatInt(id, 10))
}

// drop removes a file that may be gone already.
func drop(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}

// draftByID reads a draft that has not been dealt with.
func draftByID(ctx context.Context, tx *pg.Tx, id int64) (*Draft, error) {
	const q = `
		SELECT
			d.id,
			d.source_id,
			s.code AS source_code,
			s.name AS source_name,
			d.mapping,
			d.file_name,
			d.sha256,
			d.size,
			d.sheet,
			d.dry_run,
			d.branch_id,
			b.name AS branch_name,
			d.created_at
		FROM import_draft AS d
		JOIN source_system AS s ON s.id = d.source_id
		JOIN branch AS b ON b.id = d.branch_id
		WHERE d.id = $1
			AND d.created_at > clock_timestamp() - make_interval(secs => $2::float8)`
	var d Draft
	if err := tx.Get(ctx, &d, q, id, keptFor.Seconds()); err != nil {
		return nil, pg.OrNotFound(err, "没有这个等待对照的文件，或它已经处理、放弃或过了一天。请重新上传。")
	}
	return &d, nil
}

// DropDraft forgets a draft and its file.
func (in *Intake) DropDraft(ctx context.Context, by *staff.Member, id int64) error {
	if err := authz.Check(by, authz.ManageImports); err != nil {
		return err
	}
	err := in.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		d, err := draftByID(ctx, tx, id)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM import_draft WHERE id = $1`, id); err != nil {
			return err
		}
		return trail.Write(ctx, tx, by.Who(), trail.Entry{Action: trail.ImportCancelled, Detail: "放弃等待对照的文件 " + d.FileName})
	})
	if err != nil {
		return fmt.Errorf("drop draft %d: %w", id, err)
	}
	return drop(in.draftPath(id))
}
