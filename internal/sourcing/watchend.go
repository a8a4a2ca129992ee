package sourcing

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"time"

	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// had returns the import that the file's bytes already had on this way, 0 for
// none: one that failed or was cancelled does not count.
func (w *watcher) had(ctx context.Context, f *os.File, source, mapping string) (id int64, err error) {
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return 0, err
	}
	err = w.in.db.Read(ctx, pg.System, func(tx *pg.Tx) error {
		if mapping != "" {
			m, err := w.in.mappingIn(ctx, tx, mapping)
			if err != nil {
				return err
			}
			mapping = m.ref()
		}
		const q = `
			SELECT COALESCE(max(j.id), 0)
			FROM import_job AS j
			JOIN source_system AS s ON s.id = j.source_id
			WHERE j.via = 'folder'
				AND j.state IN ('queued', 'running', 'done')
				AND s.code = $1
				AND ($2 = '' OR j.mapping = $2)
				AND j.sha256 = $3`
		return tx.Get(ctx, &id, q, source, mapping, hex.EncodeToString(sum.Sum(nil)))
	})
	return id, err
}

// follow puts a file away once its import has ended.
func (w *watcher) follow(ctx context.Context, root *os.Root, name string, id int64) error {
	r, err := w.in.Job(ctx, staff.Program(), id)
	if err != nil || !r.State.Over() {
		return err
	}
	to := "failed"
	if r.State == Done {
		to = "done"
	} else if err := w.alarm(ctx, name, or(r.Error, "导入被取消。")); err != nil {
		return err
	}
	delete(w.running, name)
	return w.away(root, name, to, report(r))
}

// refuse puts a file away that cannot be imported, and raises an alarm.
func (w *watcher) refuse(ctx context.Context, root *os.Root, name, sentence string) error {
	if err := w.alarm(ctx, name, sentence); err != nil {
		return err
	}
	return w.away(root, name, "failed", "没有导入："+sentence+"\n")
}

// alarm notes what went wrong for the page of sources.
func (w *watcher) alarm(ctx context.Context, name, sentence string) error {
	if r := []rune(sentence); len(r) > 1000 {
		sentence = string(r[:1000])
	}
	w.in.log.WarnContext(ctx, "a file of the watched folder was not imported", "reason", sentence)
	return w.in.db.InTx(ctx, pg.System, func(tx *pg.Tx) error {
		if _, err := tx.Exec(ctx, `INSERT INTO folder_alarm (file_name, reason) VALUES ($1, $2)`, cleanName(name), sentence); err != nil {
			return err
		}
		return tx.Notify(ctx, "import", "0")
	})
}

// away writes the report and moves the file beside it; nothing that is there is
// overwritten.
func (w *watcher) away(root *os.Root, name, to, text string) error {
	delete(w.seen, name)
	stamp := time.Now().In(china()).Format("20060102-150405.000-")
	target := path.Join(to, stamp+name)
	f, err := root.OpenFile(target+".report.txt", os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	if err := errors.Join(err, f.Close()); err != nil {
		return err
	}
	if err := root.Rename(name, target); err != nil {
		return err
	}
	if err := root.Remove(name + marker); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// report is what stands beside a file that was dealt with: counts, and problems
// by their lines. It holds no value of the file.
func report(r *Report) string {
	var b strings.Builder
	fmt.Fprintf(&b, "文件：%s\nSHA-256：%s\n导入：%d（%s，%s）\n状态：%s\n新增 %d，变更 %d，不变 %d，拒绝 %d\n",
		r.FileName, r.SHA256, r.ID, r.SourceName, r.Title, r.State.Label(), r.Accepted, r.Changed, r.Unchanged, r.Rejected)
	if r.Error != "" {
		fmt.Fprintf(&b, "原因：%s\n", r.Error)
	}
	for _, p := range r.Problems {
		var lines []string
		for _, n := range p.Lines {
			lines = append(lines, fmt.Sprint(n))
		}
		more := ""
		if p.Count > int64(len(lines)) {
			more = " 等"
		}
		fmt.Fprintf(&b, "%s：%s，%d 行（第 %s%s 行）\n", or(p.Column, "整行"), p.Reason, p.Count, strings.Join(lines, "、"), more)
	}
	return b.String()
}

// FolderAlarm is a file that the watched folder could not take.
type FolderAlarm struct {
	ID       int64     `db:"id"`
	FileName string    `db:"file_name"`
	Reason   string    `db:"reason"`
	RaisedAt time.Time `db:"raised_at"`
}

// AlarmsShown is how many alarms of the watched folder a page shows.
const AlarmsShown = 10

// alarms reads the newest alarms of the last seven days.
func alarms(ctx context.Context, tx *pg.Tx) ([]FolderAlarm, error) {
	const q = `
		SELECT
			a.id,
			a.file_name,
			a.reason,
			a.raised_at
		FROM folder_alarm AS a
		WHERE a.raised_at > clock_timestamp() - interval '7 days'
		ORDER BY a.id DESC
		LIMIT $1::integer`
	var list []FolderAlarm
	err := tx.Select(ctx, &list, q, AlarmsShown)
	return list, err
}
