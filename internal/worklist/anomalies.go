package worklist

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/lib/pq"

	"liuhen/internal/access"
	"liuhen/internal/authz"
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
		return fmt.Sprintf("%d 位客户", a.Figure)
	case access.Volume:
		return fmt.Sprintf("一天 %d 位客户，平时 %s 位", a.Figure, strconv.FormatFloat(a.Usual, 'f', -1, 64))
	default:
		return fmt.Sprintf("%d 次", a.Figure)
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
	Rows  []Anomaly // not looked into first, then by figure
	Work  access.Marks
	Lines []AnomalyLine // of the one that was asked for, latest first
}

// anomalyLines is, for each anomaly, which lines of trail t it is made of; $1 and
// $2 are the hours of work.
func anomalyLines(a access.Anomaly) string {
	const looks = `t.action IN ('` + string(trail.FileViewed) + `', '` + string(trail.GroupRevealed) + `') AND NOT t.refused AND t.customer_id IS NOT NULL AND t.staff_id > 0`
	switch a {
	case access.Unfollowed:
		return fmt.Sprintf(`t.action = '%s' AND NOT t.refused AND t.customer_id IS NOT NULL AND t.staff_id > 0
			AND t.at > now() - interval '%d days'
			AND t.at <= now() - interval '%d days'
			AND NOT EXISTS (
				SELECT
				FROM consultation AS n
				WHERE n.customer_id = t.customer_id
					AND n.at >= t.at
					AND n.at <= t.at + interval '%d days'
			)`, trail.GroupRevealed, access.WatchDays, access.FollowDays, access.FollowDays)
	case access.OddHours:
		return looks + fmt.Sprintf(`
			AND t.at > now() - interval '%d days'
			AND (
				extract(isodow FROM t.at AT TIME ZONE 'Asia/Shanghai') > 5
				OR extract(hour FROM t.at AT TIME ZONE 'Asia/Shanghai') < $1
				OR extract(hour FROM t.at AT TIME ZONE 'Asia/Shanghai') >= $2
			)`, access.WatchDays)
	case access.Volume:
		return looks + fmt.Sprintf(`
			AND t.at > now() - interval '%d days'`, access.WatchDays+access.VolumeDays)
	default:
		return fmt.Sprintf(`t.refused AND t.staff_id > 0
			AND t.at > now() - interval '%d days'`, access.RefusedDays)
	}
}

// anomalyFigures selects staff_id, figure, usual and last of an anomaly.
func anomalyFigures(a access.Anomaly) string {
	lines := `
			FROM trail AS t
			WHERE ` + anomalyLines(a) + ` AND $1::int IS NOT NULL AND $2::int IS NOT NULL`
	switch a {
	case access.Volume:
		return fmt.Sprintf(`
		SELECT DISTINCT ON (x.staff_id)
			x.staff_id,
			x.figure,
			x.usual,
			x.last
		FROM (
			SELECT
				d.staff_id,
				d.day,
				d.figure,
				d.last,
				COALESCE((
					SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY e.figure)
					FROM day AS e
					WHERE e.staff_id = d.staff_id
						AND e.day < d.day
						AND e.day >= d.day - %d
				), 0) AS usual
			FROM day AS d
		) AS x
		WHERE x.day > (now() AT TIME ZONE 'Asia/Shanghai')::date - %d
			AND x.figure >= %d
			AND x.figure > %d * x.usual
		ORDER BY
			x.staff_id,
			x.day DESC`, access.WatchDays, access.VolumeDays, access.VolumeLeast, access.VolumeTimes)
	case access.Unfollowed:
		return `
		SELECT
			t.staff_id,
			count(DISTINCT t.customer_id) AS figure,
			0::float8 AS usual,
			max(t.at) AS last` + lines + `
		GROUP BY t.staff_id
		HAVING count(DISTINCT t.customer_id) >= ` + strconv.Itoa(access.FollowLeast)
	default:
		least := access.OddLeast
		if a == access.Refusals {
			least = access.RefusedLeast
		}
		return `
		SELECT
			t.staff_id,
			count(*) AS figure,
			0::float8 AS usual,
			max(t.at) AS last` + lines + `
		GROUP BY t.staff_id
		HAVING count(*) >= ` + strconv.Itoa(least)
	}
}

// Anomalies returns whose access goes beyond the thresholds, and the lines behind
// the anomaly of the person with the staff number, if one is asked for. That
// somebody looked goes on the trail. It returns Forbidden to who does not watch.
func (l *Lists) Anomalies(ctx context.Context, by *staff.Member, kind access.Anomaly, staffNo string) (Anomalies, error) {
	if err := authz.Check(by, authz.WatchAccess); err != nil {
		return Anomalies{}, err
	}
	policy, err := l.policies.Current(ctx)
	if err != nil {
		return Anomalies{}, fmt.Errorf("anomalies of access: %w", err)
	}
	all := Anomalies{Work: policy.Marks}
	err = l.db.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
		for _, a := range access.Anomalies() {
			rows, err := anomaliesOf(ctx, tx, a, policy.Marks)
			if err != nil {
				return fmt.Errorf("%s: %w", a, err)
			}
			all.Rows = append(all.Rows, rows...)
		}
		for _, r := range all.Rows {
			if r.Kind == kind && r.StaffNo == staffNo {
				if all.Lines, err = linesOf(ctx, tx, r, policy.Marks); err != nil {
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

func anomaliesOf(ctx context.Context, tx *pg.Tx, a access.Anomaly, work access.Marks) ([]Anomaly, error) {
	days := ""
	if a == access.Volume {
		days = `
		WITH day AS (
			SELECT
				t.staff_id,
				(t.at AT TIME ZONE 'Asia/Shanghai')::date AS day,
				count(DISTINCT t.customer_id) AS figure,
				max(t.at) AS last
			FROM trail AS t
			WHERE ` + anomalyLines(a) + ` AND $1::int IS NOT NULL AND $2::int IS NOT NULL
			GROUP BY
				t.staff_id,
				(t.at AT TIME ZONE 'Asia/Shanghai')::date
		)`
	}
	q := days + `
		SELECT
			$3::text AS kind,
			s.no AS staff_no,
			s.name AS staff_name,
			b.name AS branch,
			x.figure,
			x.usual,
			x.last,
			k.at AS checked_at,
			COALESCE(k.by_name, '') AS checked_by,
			COALESCE(k.opinion, '') AS opinion
		FROM (` + anomalyFigures(a) + `
		) AS x
		JOIN staff AS s ON s.id = x.staff_id
		JOIN branch AS b ON b.id = s.branch_id
		LEFT JOIN LATERAL (
			SELECT
				c.at,
				p.name AS by_name,
				c.opinion
			FROM access_check AS c
			JOIN staff AS p ON p.id = c.by_id
			WHERE c.kind = $3
				AND c.staff_id = x.staff_id
				AND c.at >= x.last
			ORDER BY
				c.at DESC,
				c.id DESC
			LIMIT 1
		) AS k ON true
		ORDER BY
			k.at IS NOT NULL,
			x.figure DESC,
			s.no
		LIMIT 50`
	var rows []Anomaly
	err := tx.Select(ctx, &rows, q, work.WorkFrom, work.WorkTo, string(a))
	return rows, err
}

// linesOf reads the lines behind one anomaly.
func linesOf(ctx context.Context, tx *pg.Tx, a Anomaly, work access.Marks) ([]AnomalyLine, error) {
	day := ""
	if a.Kind == access.Volume {
		day = `
			AND (t.at AT TIME ZONE 'Asia/Shanghai')::date = ($4::timestamptz AT TIME ZONE 'Asia/Shanghai')::date`
	}
	q := `
		SELECT
			t.at,
			t.action,
			t.customer_no,
			t.groups,
			t.detail
		FROM trail AS t
		WHERE ` + anomalyLines(a.Kind) + ` AND $1::int IS NOT NULL AND $2::int IS NOT NULL AND $4::timestamptz IS NOT NULL
			AND t.staff_id = (SELECT s.id FROM staff AS s WHERE s.no = $3)` + day + `
		ORDER BY
			t.at DESC,
			t.id DESC
		LIMIT 100`
	var lines []AnomalyLine
	err := tx.Select(ctx, &lines, q, work.WorkFrom, work.WorkTo, a.StaffNo, a.Last)
	return lines, err
}
