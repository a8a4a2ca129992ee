package sourcing

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"liuhen/internal/authz"
	"liuhen/internal/chore"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/seal"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// MaxUpload is the largest file that is taken in, in bytes.
const MaxUpload = 512 << 20

// Intake takes files in and runs their imports. It is safe for use by several
// goroutines and, on one database and one folder, by several processes.
type Intake struct {
	db    *pg.DB
	key   seal.SearchKey
	dir   string
	log   *slog.Logger
	rows  int64         // records a chunk
	lease time.Duration // without a heartbeat for this long, a run is taken over
	bell  chore.Bell

	mappings catalogue
}

// The usual size of a chunk in rows, about a second of work, and how long a run may be without a
// heartbeat before another process takes it over.
const (
	usualRows  = 50_000
	usualLease = 8 * time.Second
)

// NewIntake returns an Intake whose files wait under dir, which is made when
// missing. It fails if a mapping of the program does not validate.
func NewIntake(db *pg.DB, search seal.SearchKey, dir string, log *slog.Logger) (*Intake, error) {
	mappings, err := loadMappings()
	if err != nil {
		return nil, err
	}
	return &Intake{
		db: db, key: search, dir: dir, log: log, mappings: mappings,
		rows: usualRows, lease: usualLease, bell: chore.NewBell(),
	}, nil
}

// Upload is a file to import and how.
type Upload struct {
	Mapping  string // its name; may be empty where Source tells enough
	Source   string // code of the source system; the mapping's own when empty
	FileName string
	Body     io.Reader
	DryRun   bool   // say what would happen, change nothing
	Sheet    string // of a workbook; the first that is shown when empty
	Via      Via    // on which way it came; a file sent by a person when empty
	BranchID int64  // for new customers whose row names no branch; the head office when 0
	// After, when set, is called once Body has been read, for fields that stand
	// behind the file in a stream.
	After func(*Upload) error
}

// Start keeps the file and queues its import, which the chore or another process
// then runs. A file that cannot be imported at all — empty, no CSV, with C3
// data, with columns missing — is refused at once with an Invalid fault.
func (in *Intake) Start(ctx context.Context, by *staff.Member, u Upload) (*Job, error) {
	j, err := in.start(ctx, by, u, "")
	if err != nil {
		return nil, fmt.Errorf("start import of %q: %w", u.Mapping, err)
	}
	in.bell.Ring()
	return j, nil
}

// start queues an import, or, with a worker's name, has it running at once.
func (in *Intake) start(ctx context.Context, by *staff.Member, u Upload, worker string) (j *Job, err error) {
	if err := authz.Check(by, authz.ManageImports); err != nil {
		return nil, err
	}
	kept, err := in.keep(u.Body)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(kept.path) // already gone, or swept later
		}
	}()
	if u.After != nil {
		if err := u.After(&u); err != nil {
			return nil, err
		}
	}
	m, err := in.inspect(ctx, kept.path, u)
	if err != nil {
		return nil, err
	}
	return in.enter(ctx, by, entry{upload: u, mapping: m, kept: kept, worker: worker})
}

// entry is an import as it is entered among the others.
type entry struct {
	upload    Upload
	mapping   *Mapping
	kept      upload
	worker    string // empty: it is queued
	rehearsal int64  // the dry run it goes on from
	// also runs in the same transaction.
	also func(*pg.Tx) error
}

// enter writes an import down and puts its file in its place. Where it fails the
// file stays where it was.
func (in *Intake) enter(ctx context.Context, by *staff.Member, e entry) (j *Job, err error) {
	moved := ""
	err = in.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		if e.also != nil {
			if err := e.also(tx); err != nil {
				return err
			}
		}
		id, err := in.insert(ctx, tx, by, e)
		if err != nil {
			return err
		}
		if err := trail.Write(ctx, tx, by.Who(), trail.Entry{Action: trail.ImportStarted, Detail: startedDetail(id, e.upload, e.mapping)}); err != nil {
			return err
		}
		if j, err = in.jobByID(ctx, tx, id); err != nil {
			return err
		}
		if err := tx.Notify(ctx, "import", strconv.FormatInt(id, 10)); err != nil {
			return err
		}
		if err := os.Rename(e.kept.path, in.path(id)); err != nil {
			return fmt.Errorf("keep the file: %w", err)
		}
		moved = in.path(id)
		return nil
	})
	if err != nil && moved != "" {
		err = errors.Join(err, os.Rename(moved, e.kept.path))
	}
	return j, err
}

func startedDetail(id int64, u Upload, m *Mapping) string {
	kind := "导入"
	if u.DryRun {
		kind = "试导入"
	}
	title := m.Title
	if m.Version > 0 {
		title += fmt.Sprintf("（%s 第 %d 版）", m.Name, m.Version)
	}
	return fmt.Sprintf("%s %d：%s，文件 %s", kind, id, title, cleanName(u.FileName))
}

// insert writes the job's row and returns its id.
func (in *Intake) insert(ctx context.Context, tx *pg.Tx, by *staff.Member, e entry) (int64, error) {
	u, m := e.upload, e.mapping
	source, err := sourceID(ctx, tx, m.Source, u.Source)
	if err != nil {
		return 0, err
	}
	branch, err := branchID(ctx, tx, u.BranchID)
	if err != nil {
		return 0, err
	}
	const q = `
		INSERT INTO import_job (
			mapping, source_id, file_name, sha256, size, dry_run, branch_id, created_by, created_name,
			state, started_at, worker, heartbeat_at, attempts, sheet, via, rehearsal_id
		)
		VALUES (
			$1, $2::smallint, $3, $4, $5::bigint, $6, $7::bigint, NULLIF(GREATEST($8::bigint, 0), 0), $9,
			CASE WHEN $10 = '' THEN 'queued' ELSE 'running' END,
			CASE WHEN $10 = '' THEN NULL ELSE clock_timestamp() END,
			NULLIF($10, ''),
			CASE WHEN $10 = '' THEN NULL ELSE clock_timestamp() END,
			CASE WHEN $10 = '' THEN 0 ELSE 1 END,
			$11, $12, NULLIF($13::bigint, 0)
		)
		RETURNING id`
	var id int64
	err = tx.Get(ctx, &id, q, m.ref(), source, cleanName(u.FileName), e.kept.sum, e.kept.size, u.DryRun, branch, by.ID, by.Name, e.worker,
		u.Sheet, or(string(u.Via), string(ViaFile)), e.rehearsal)
	return id, pg.Constraints{
		"import_job_rehearsal_once_idx": fault.New(fault.Conflict, "这次试导入已经接着导入过了。"),
		"import_job_folder_once_idx":    fault.New(fault.Conflict, "这个文件已经从监看目录导入过了。"),
	}.Fault(err)
}

// sourceID returns the id of the source system, made known when new.
func sourceID(ctx context.Context, tx *pg.Tx, s Source, override string) (int64, error) {
	if override != "" && override != s.Code {
		s = Source{Code: override, SourceName: override}
	}
	const add = `
		INSERT INTO source_system (code, name, note)
		VALUES ($1, $2, $3)
		ON CONFLICT (code) DO NOTHING`
	if _, err := tx.Exec(ctx, add, s.Code, s.SourceName, s.Note); err != nil {
		return 0, pg.Constraints{
			"source_system_code_format": fault.New(fault.Invalid, "来源代码应为小写字母开头的 2–30 个字母、数字或连字符。"),
		}.Fault(err)
	}
	var id int64
	err := tx.Get(ctx, &id, `SELECT id FROM source_system WHERE code = $1`, s.Code)
	return id, err
}

// branchID checks the branch for new customers; without one it is the head office.
func branchID(ctx context.Context, tx *pg.Tx, id int64) (int64, error) {
	const q = `
		SELECT b.id
		FROM branch AS b
		WHERE b.closed_at IS NULL
			AND (b.id = $1 OR ($1 = 0 AND b.kind = 'head'))
		ORDER BY b.id
		LIMIT 1`
	var found int64
	err := tx.Get(ctx, &found, q, id)
	if pg.IsNoRows(err) && id == 0 {
		return 0, fault.New(fault.Conflict, "还没有任何机构。请先建立总行和分支机构，再导入数据。")
	}
	return found, pg.OrNotFound(err, "没有这个机构。")
}

// path is where the file of an import waits.
func (in *Intake) path(id int64) string {
	return filepath.Join(in.dir, strconv.FormatInt(id, 10))
}

// cleanName keeps the last part of a file's name, at most 200 characters.
func cleanName(name string) string {
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = tidy(strings.ReplaceAll(strings.ToValidUTF8(name, ""), "\x00", ""))
	if r := []rune(name); len(r) > 200 {
		name = string(r[:200])
	}
	return or(name, "未命名")
}
