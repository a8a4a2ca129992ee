package trail

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"liuhen/internal/fault"
)

// Query chooses lines of the trail; its zero value chooses the last seven days.
type Query struct {
	From       time.Time // first day; only the date counts
	To         time.Time // last day, included; only the date counts
	StaffNo    string
	Action     Action
	CustomerNo string
	Refused    bool   // only what was refused
	After      string // a cursor: lines older than it
	Before     string // a cursor: lines newer than it
}

// usualDays is how far back a query without dates reaches.
const usualDays = 7

// settled returns q with its days at midnight in zone, missing ones filled in
// from now, and its texts as PostgreSQL can take them. It is Invalid if the days
// are the wrong way round.
func (q Query) settled(zone *time.Location, now time.Time) (Query, error) {
	q.StaffNo, q.CustomerNo, q.Action = plainText(q.StaffNo), plainText(q.CustomerNo), Action(plainText(string(q.Action)))
	q.From, q.To = day(q.From, zone), day(q.To, zone)
	if q.To.IsZero() {
		q.To = day(now.In(zone), zone)
		if q.From.After(q.To) {
			q.To = q.From
		}
	}
	if q.From.IsZero() {
		q.From = q.To.AddDate(0, 0, 1-usualDays)
	}
	if q.From.After(q.To) {
		var f fault.Fields
		f.Add("from", "开始日期不能晚于结束日期。")
		return q, f.Err()
	}
	return q, nil
}

// day returns midnight in zone of the date of t, and the zero time for itself.
func day(t time.Time, zone *time.Location) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone)
}

// where returns the condition of a settled query and its arguments. Every text
// of the condition is written here; what was typed is an argument.
func (q Query) where() (string, []any) {
	condition := `
		WHERE t.at >= $1
			AND t.at < $2`
	args := []any{q.From, q.To.AddDate(0, 0, 1)}
	add := func(text string, arg any) {
		args = append(args, arg)
		condition += strings.ReplaceAll(text, "?", "$"+strconv.Itoa(len(args)))
	}
	if q.StaffNo != "" {
		add(`
			AND t.staff_no = ?
			AND t.staff_no <> ''`, q.StaffNo)
	}
	if q.CustomerNo != "" {
		add(`
			AND t.customer_no = ?
			AND t.customer_no <> ''`, q.CustomerNo)
	}
	if q.Action != "" {
		add(`
			AND t.action = ?`, string(q.Action))
	}
	if q.Refused {
		condition += `
			AND t.refused`
	}
	return condition, args
}

// Words says in Chinese what the query chooses, for the trail and the export.
func (q Query) Words() string {
	words := []string{q.From.Format(time.DateOnly) + " 至 " + q.To.Format(time.DateOnly)}
	if q.StaffNo != "" {
		words = append(words, "工号 "+q.StaffNo)
	}
	if q.Action != "" {
		words = append(words, "动作 "+q.Action.Label())
	}
	if q.CustomerNo != "" {
		words = append(words, "客户号 "+q.CustomerNo)
	}
	if q.Refused {
		words = append(words, "只看被拒")
	}
	return strings.Join(words, "，")
}

// cursor is the place of a line in the order of the trail.
type cursor struct {
	at time.Time
	id int64
}

// String writes the cursor as readCursor reads it.
func (c cursor) String() string {
	return strconv.FormatInt(c.at.UnixMicro(), 36) + "-" + strconv.FormatInt(c.id, 36)
}

// readCursor reads a cursor; one that is none is Invalid.
func readCursor(s string) (cursor, error) {
	at, id, ok := strings.Cut(s, "-")
	micro, err := strconv.ParseInt(at, 36, 64)
	if err == nil && ok {
		var n int64
		if n, err = strconv.ParseInt(id, 36, 64); err == nil && micro >= 0 && micro < 1<<53 && n >= 0 {
			return cursor{at: time.UnixMicro(micro).UTC(), id: n}, nil
		}
	}
	return cursor{}, fault.Wrap(fault.Invalid, "翻页位置无效，请重新查询。", fmt.Errorf("cursor %q: %v", s, err))
}

// plainText returns s trimmed and without what PostgreSQL cannot take.
func plainText(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(s, "?"), "\x00", "?"))
}
