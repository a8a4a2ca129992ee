package worklist

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/lib/pq"

	"liuhen/internal/access"
	"liuhen/internal/authz"
	"liuhen/internal/figure"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

// Anomaly is somebody's access that goes beyond a threshold.
type Anomaly struct {
	Kind      access.Anomaly `db:"kind"`
	StaffNo   string         `db:"staff_no"`
	StaffName string         `db:"staff_name"`
	Branch    string         `db:"branch"`
	Figure    int            `db:"figure"`
	Usual     float64        `db:"usual"` // volume: the median of the person's days
	Last      time.Time      `db:"last"`
	CheckedAt *time.Time     `db:"checked_at"` // nil while nobody looked into it since Last
	CheckedBy string         `db:"checked_by"`
	Opinion   string         `db:"opinion"`
}

// Words tells the figure: 12 位客户.
func (a Anomaly) Words() string {
	switch a.Kind {
	case access.Unfollowed:
		return figure.Number(a.Figure) + " 位客户"
	case access.Volume:
		return fmt.Sprintf("一天 %s 位客户，平时 %s 位", figure.Number(a.Figure), strconv.FormatFloat(a.Usual, 'f', -1, 64))
	default:
		return figure.Number(a.Figure) + " 次"
	}
}

// AnomalyLine is one line of the trail that an anomaly is made of.
type AnomalyLine struct {
	At         time.Time      `db:"at"`
	Action     trail.Action   `db:"action"`
	CustomerNo string         `db:"customer_no"`
	GroupWords pq.StringArray `db:"groups"`
	Detail     string         `db:"detail"`
}

// Groups returns the field groups of the line.
func (l AnomalyLine) Groups() []access.Group { return groupsOf(l.GroupWords) }

// Anomalies is what compliance watches.
type Anomalies struct {
	Rows   []Anomaly     // not looked into first, then by figure
	Policy access.Policy // whose thresholds are gone by
	Lines  []AnomalyLine // of the one that was asked for, latest first
}

// Anomalies returns whose access goes beyond the thresholds of the policy in
// force, and the lines behind the anomaly of the person with the staff number, if
// one is asked for. That somebody looked goes on the trail. It returns Forbidden
// to who does not watch.
func (l *Lists) Anomalies(ctx context.Context, by *staff.Member, kind access.Anomaly, staffNo string) (Anomalies, error) {
	if err := authz.Check(by, authz.WatchAccess); err != nil {
		return Anomalies{}, err
	}
	policy, err := l.policies.Current(ctx)
	if err != nil {
		return Anomalies{}, fmt.Errorf("anomalies of access: %w", err)
	}
	all := Anomalies{Policy: *policy}
	err = l.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		for _, a := range access.Anomalies() {
			if policy.Least(a) == 0 {
				continue
			}
			var rows []Anomaly
			if err := tx.Select(ctx, &rows, anomalySQL(a, *policy), string(a)); err != nil {
				return fmt.Errorf("%s: %w", a, err)
			}
			all.Rows = append(all.Rows, rows...)
		}
		for _, r := range all.Rows {
			if r.Kind == kind && r.StaffNo == staffNo {
				if all.Lines, err = linesOf(ctx, tx, r, *policy); err != nil {
					return err
				}
			}
		}
		return trail.Write(ctx, tx, by.Who(), trail.Entry{Action: trail.AccessViewed, Detail: fmt.Sprintf("调阅异常 %d 项", len(all.Rows))})
	})
	if err != nil {
		return Anomalies{}, fmt.Errorf("anomalies of access: %w", err)
	}
	return all, nil
}

// linesOf reads the lines behind one anomaly.
func linesOf(ctx context.Context, tx *pg.Tx, a Anomaly, p access.Policy) ([]AnomalyLine, error) {
	q := `
		SELECT
			t.at,
			t.action,
			t.customer_no,
			t.groups,
			t.detail
		FROM trail AS t
		WHERE ` + anomalyLines(a.Kind, p) + `
			AND t.staff_id = (SELECT s.id FROM staff AS s WHERE s.no = $1)`
	args := []any{a.StaffNo}
	if a.Kind == access.Volume {
		q += `
			AND (t.at AT TIME ZONE 'Asia/Shanghai')::date = ($2::timestamptz AT TIME ZONE 'Asia/Shanghai')::date`
		args = append(args, a.Last)
	}
	var lines []AnomalyLine
	err := tx.Select(ctx, &lines, q+`
		ORDER BY
			t.at DESC,
			t.id DESC
		LIMIT 100`, args...)
	return lines, err
}
