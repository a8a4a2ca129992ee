package sourcing

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"liuhen/internal/authz"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/sheet"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// PageSize is how many imports a page lists.
const PageSize = 30

// Page is a part of the list of imports, newest first.
type Page struct {
	Jobs []Job
	Next int64 // cursor of the next page; 0 at the end
}

// Jobs returns the imports of files before cursor, newest first; cursor 0 begins.
// Batches of the machine interface stand on the page of their source.
func (in *Intake) Jobs(ctx context.Context, by *staff.Member, cursor int64) (Page, error) {
	var page Page
	if err := authz.Check(by, authz.ManageImports); err != nil {
		return page, err
	}
	err := in.db.Read(ctx, by.Actor(), func(tx *pg.Tx) error {
		const q = "SELECT " + jobColumns + `
			WHERE j.via <> 'api'
				AND ($1 = 0 OR j.id < $1)
			ORDER BY j.id DESC
			LIMIT $2::integer`
		return tx.Select(ctx, &page.Jobs, q, cursor, PageSize+1)
	})
	if err != nil {
		return page, fmt.Errorf("list imports: %w", err)
	}
	if len(page.Jobs) > PageSize {
		page.Jobs = page.Jobs[:PageSize]
		page.Next = page.Jobs[PageSize-1].ID
	}
	for i := range page.Jobs {
		in.entitle(&page.Jobs[i])
	}
	return page, nil
}

// Report is one import with the first of its rejected rows.
type Report struct {
	Job
	Rejects  []Reject  // at most RejectsShown
	Problems []Problem // the kinds of reject, the most frequent first
	// Of a dry run: how the first rows would be taken, whether its file waits to
	// be imported, and the import that went on from it.
	Preview    *Preview
	Waits      bool
	FollowedBy int64
}

// RejectsShown is how many rejected rows a Report holds.
const RejectsShown = 50

// Job returns one import.
func (in *Intake) Job(ctx context.Context, by *staff.Member, id int64) (*Report, error) {
	if err := authz.Check(by, authz.ManageImports); err != nil {
		return nil, err
	}
	var report Report
	err := in.db.Read(ctx, by.Actor(), func(tx *pg.Tx) error {
		j, err := in.jobByID(ctx, tx, id)
		if err != nil {
			return err
		}
		report.Job = *j
		if err := tx.Select(ctx, &report.Rejects, rejectsSQL, id, 0, RejectsShown); err != nil {
			return err
		}
		if err := tx.Select(ctx, &report.Problems, problemsSQL, id); err != nil {
			return err
		}
		return in.rehearsed(ctx, tx, &report)
	})
	if err != nil {
		return nil, fmt.Errorf("show import %d: %w", id, err)
	}
	return &report, nil
}

const rejectsSQL = `
	SELECT
		r.line,
		r.column_name,
		r.reason
	FROM import_reject AS r
	WHERE r.import_id = $1
		AND r.line > $2::bigint
	ORDER BY r.line
	LIMIT $3::integer`

// Rejects writes every rejected row of an import to w as CSV with a byte order
// mark, for a spreadsheet: line, column and reason. No cell can be taken for a
// formula.
func (in *Intake) Rejects(ctx context.Context, by *staff.Member, id int64, w io.Writer) error {
	if err := authz.Check(by, authz.ManageImports); err != nil {
		return err
	}
	err := in.db.Read(ctx, by.Actor(), func(tx *pg.Tx) error {
		if _, err := in.jobByID(ctx, tx, id); err != nil {
			return err
		}
		return writeRejects(ctx, tx, id, w)
	})
	if err != nil {
		return fmt.Errorf("write rejects of import %d: %w", id, err)
	}
	return nil
}

func writeRejects(ctx context.Context, tx *pg.Tx, id int64, w io.Writer) error {
	out := bufio.NewWriter(w)
	if _, err := out.WriteString("\ufeff行号,列,原因\r\n"); err != nil {
		return err
	}
	for after := int64(0); ; {
		var rejects []Reject
		if err := tx.Select(ctx, &rejects, rejectsSQL, id, after, 5000); err != nil {
			return err
		}
		if len(rejects) == 0 {
			return out.Flush()
		}
		for _, r := range rejects {
			if _, err := fmt.Fprintf(out, "%d,%s,%s\r\n", r.Line, cell(r.Column), cell(r.Reason)); err != nil {
				return err
			}
			after = r.Line
		}
	}
}

// cell quotes a CSV cell and takes the force out of what a spreadsheet would
// run as a formula.
func cell(s string) string {
	return `"` + strings.ReplaceAll(sheet.Cell(s), `"`, `""`) + `"`
}

// Cancel asks a queued or running import to stop. A running one stops between
// two chunks; whole chunks that are merged stay.
func (in *Intake) Cancel(ctx context.Context, by *staff.Member, id int64) error {
	if err := authz.Check(by, authz.ManageImports); err != nil {
		return err
	}
	err := in.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		j, err := in.jobByID(ctx, tx, id)
		if err != nil {
			return err
		}
		const q = `
			UPDATE import_job
			SET cancel_requested_at = COALESCE(cancel_requested_at, clock_timestamp()),
				state = CASE WHEN state = 'queued' THEN 'cancelled' ELSE state END,
				step = CASE WHEN state = 'queued' THEN 'end' ELSE step END,
				ended_at = CASE WHEN state = 'queued' THEN clock_timestamp() END
			WHERE id = $1
				AND state IN ('queued', 'running')`
		n, err := tx.Exec(ctx, q, id)
		if err != nil {
			return err
		}
		if n == 0 {
			return fault.New(fault.Conflict, "这次导入已经结束，不能再取消。")
		}
		if err := trail.Write(ctx, tx, by.Who(), trail.Entry{Action: trail.ImportCancelled, Detail: fmt.Sprintf("取消导入 %d：%s", id, j.Title)}); err != nil {
			return err
		}
		return tx.Notify(ctx, "import", strconv.FormatInt(id, 10))
	})
	if err != nil {
		return fmt.Errorf("cancel import %d: %w", id, err)
	}
	return in.dropIfOver(ctx, id)
}

// dropIfOver removes the file of an import that was cancelled while queued.
func (in *Intake) dropIfOver(ctx context.Context, id int64) error {
	var j *Job
	err := in.db.Read(ctx, pg.System, func(tx *pg.Tx) (err error) {
		j, err = in.jobByID(ctx, tx, id)
		return err
	})
	if err != nil || !j.State.Over() {
		return err
	}
	if err := os.Remove(in.path(id)); err != nil && !os.IsNotExist(err) {
		return err
	}
	return nil
}
