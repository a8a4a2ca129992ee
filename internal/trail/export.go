package trail

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"liuhen/internal/fault"
	"liuhen/internal/figure"
	"liuhen/internal/pg"
	"liuhen/internal/sheet"
)

// Export writes the lines that q chooses to w as CSV: UTF-8 with a byte order
// mark, for a spreadsheet. The first record says who exported what and when; the
// last repeats it as a watermark, so that a file cut short is seen to be.
//
// The export is on the trail before the first byte leaves, in a transaction of
// its own: one that breaks off half-way has been an export all the same. More
// than ExportLimit lines are Invalid and nothing is written.
func (r *Reader) Export(ctx context.Context, who Who, q Query, w io.Writer) error {
	if err := r.check(who); err != nil {
		return fmt.Errorf("export trail: %w", err)
	}
	now := time.Now().In(r.Zone)
	q, err := q.settled(r.Zone, now)
	if err != nil {
		return fmt.Errorf("export trail: %w", err)
	}
	page, until := Page{Query: q}, time.Time{}
	err = r.db.InTx(ctx, pg.Actor(who.StaffID), func(tx *pg.Tx) error {
		if err := r.count(ctx, tx, &page); err != nil {
			return err
		}
		if page.More {
			return fault.Newf(fault.Invalid, "超过 %s 条，请缩小日期范围后再导出。", figure.Number(ExportLimit))
		}
		if err := tx.Get(ctx, &until, `SELECT clock_timestamp()`); err != nil {
			return err
		}
		return Write(ctx, tx, who, Entry{Action: TrailExported, Detail: fmt.Sprintf("%s，%d 条", q.Words(), page.Count)})
	})
	if err != nil {
		return fmt.Errorf("export trail: %w", err)
	}
	if err := r.stream(ctx, q, until, newLogFile(w, who, q, now)); err != nil {
		return fmt.Errorf("export trail: %w", err)
	}
	return nil
}

// stream writes the lines chosen that were there when they were counted.
func (r *Reader) stream(ctx context.Context, q Query, until time.Time, s *logFile) error {
	where, args := q.where()
	lines := fmt.Sprintf(`
		SELECT%s
		FROM trail AS t%s
			AND t.at <= $%d
		ORDER BY
			t.at DESC,
			t.id DESC`, lineColumns, where, len(args)+1)
	return r.db.Read(ctx, pg.Nobody, func(tx *pg.Tx) (err error) {
		rows, err := tx.Rows(ctx, lines, append(args, until)...)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, rows.Close()) }()
		s.open()
		for rows.Next() {
			if err := r.write(s, rows); err != nil {
				return err
			}
		}
		if err := rows.Err(); err != nil {
			return err
		}
		return s.close()
	})
}

func (r *Reader) write(s *logFile, rows *sqlx.Rows) error {
	var l Line
	if err := rows.StructScan(&l); err != nil {
		return err
	}
	s.lines++
	return s.record(
		l.At.In(r.Zone).Format("2006-01-02 15:04:05"), l.StaffNo, l.StaffName, r.RoleLabel(l.StaffRole),
		l.Action.Label(), string(l.Action), outcome(l.Refused), l.CustomerNo, number(l.ApprovalID),
		strings.Join(r.GroupLabels(l.Groups), "、"), l.Detail, l.Address, number(l.ID),
	)
}

// GroupLabels returns the names of field groups on screen.
func (r *Reader) GroupLabels(groups []string) []string {
	labels := make([]string, len(groups))
	for i, g := range groups {
		labels[i] = r.GroupLabel(g)
	}
	return labels
}

func outcome(refused bool) string {
	if refused {
		return "被拒"
	}
	return "完成"
}

// number writes an id, and nothing for none.
func number(id int64) string {
	if id == 0 {
		return ""
	}
	return strconv.FormatInt(id, 10)
}

// logFile is a CSV file being written.
type logFile struct {
	raw   io.Writer
	csv   *csv.Writer
	by    string
	words string
	at    time.Time
	lines int
	err   error
}

func newLogFile(w io.Writer, who Who, q Query, at time.Time) *logFile {
	s := &logFile{raw: w, csv: csv.NewWriter(w), by: who.Name + "（" + who.No + "）", words: q.Words(), at: at}
	s.csv.UseCRLF = true
	return s
}

// open writes what stands before the lines.
func (s *logFile) open() {
	if _, err := io.WriteString(s.raw, "\ufeff"); err != nil {
		s.err = err
		return
	}
	s.err = errors.Join(
		s.record(fmt.Sprintf("操作留痕：由 %s 于 %s（北京时间）导出，条件：%s", s.by, s.at.Format("2006-01-02 15:04:05"), s.words)),
		s.record("时间", "工号", "姓名", "角色", "动作", "动作代码", "结果", "客户号", "审批号", "信息分组", "说明", "地址", "编号"),
	)
}

// record writes one record unless an earlier one failed.
func (s *logFile) record(cells ...string) error {
	if s.err != nil {
		return s.err
	}
	for i, c := range cells {
		cells[i] = sheet.Cell(c)
	}
	return s.csv.Write(cells)
}

// close writes the watermark and what is still held back.
func (s *logFile) close() error {
	if err := s.record(fmt.Sprintf("水印：%s %s，共 %d 条，到此为止", s.by, s.at.Format("2006-01-02 15:04"), s.lines)); err != nil {
		return err
	}
	s.csv.Flush()
	return s.csv.Error()
}
