package worklist

import (
	"fmt"

	"liuhen/internal/access"
	"liuhen/internal/trail"
)

// thisDay is the day by the institution's clock.
const thisDay = `(now() AT TIME ZONE 'Asia/Shanghai')::date`

// anomalySQL reads whose access goes beyond the policy's threshold of an anomaly,
// $1, with who looked into it since. The figures of the policy are numbers and
// written into the text, so each version of the policy has its own plans.
func anomalySQL(a access.Anomaly, p access.Policy) string {
	return `
		SELECT
			$1::text AS kind,
			s.no AS staff_no,
			s.name AS staff_name,
			b.name AS branch,
			x.figure,
			x.usual,
			x.last,
			k.at AS checked_at,
			COALESCE(k.by_name, '') AS checked_by,
			COALESCE(k.opinion, '') AS opinion
		FROM (` + anomalyFigures(a, p) + `
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
			WHERE c.kind = $1
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
}

// anomalyFigures selects staff_id, figure, usual and last of an anomaly.
func anomalyFigures(a access.Anomaly, p access.Policy) string {
	switch a {
	case access.Unfollowed:
		return unfollowedSQL(p)
	case access.OddHours:
		return oddSQL(p)
	case access.Volume:
		return volumeSQL(p)
	default:
		return fmt.Sprintf(`
			SELECT
				t.staff_id,
				count(*) AS figure,
				0::float8 AS usual,
				max(t.at) AS last
			FROM trail AS t
			WHERE %s
			GROUP BY t.staff_id
			HAVING count(*) >= %d`, anomalyLines(a, p), p.RefusedLeast)
	}
}

// unfollowedSQL counts the customers looked at and not spoken with: of days that
// are summed up by what was noted then, of those since by the trail.
func unfollowedSQL(p access.Policy) string {
	return fmt.Sprintf(`
			SELECT
				x.staff_id,
				count(DISTINCT x.customer_id) AS figure,
				0::float8 AS usual,
				max(x.at) AS last
			FROM (
				SELECT
					r.staff_id,
					r.customer_id,
					r.at
				FROM access_reveal AS r
				WHERE r.at > now() - interval '%[1]d days'
					AND r.at <= now() - interval '%[2]d days'
					AND (r.contact_at IS NULL OR r.contact_at > r.at + interval '%[2]d days')
				UNION ALL
				SELECT
					t.staff_id,
					t.customer_id,
					t.at
				FROM trail AS t
				WHERE %[3]s
					AND t.at >= (SELECT u.until::timestamp AT TIME ZONE 'Asia/Shanghai' FROM access_summed AS u)
			) AS x
			GROUP BY x.staff_id
			HAVING count(DISTINCT x.customer_id) >= %[4]d`, p.WatchDays, p.FollowDays, anomalyLines(access.Unfollowed, p), p.FollowLeast)
}

// lately selects the looks of the days that are not summed up, of so many days,
// this one included.
func lately(days int) string {
	return fmt.Sprintf(`access_looks(GREATEST((SELECT u.until FROM access_summed AS u), %[1]s - %[2]d), %[1]s + 1)`, thisDay, days-1)
}

// oddSQL counts the looks outside working time: of days that are summed up by
// their hours, of those since then by the trail.
func oddSQL(p access.Policy) string {
	odd := func(weekday, hour string) string {
		return fmt.Sprintf(`(%s > 5 OR %s < %d OR %s >= %d)`, weekday, hour, p.WorkFrom, hour, p.WorkTo)
	}
	return fmt.Sprintf(`
			SELECT
				x.staff_id,
				sum(x.looks) AS figure,
				0::float8 AS usual,
				max(x.last) AS last
			FROM (
				SELECT
					h.staff_id,
					h.looks,
					h.last
				FROM access_hour AS h
				WHERE h.day > %s - %d
					AND %s
				UNION ALL
				SELECT
					l.staff_id,
					1,
					l.at
				FROM %s AS l
				WHERE %s
			) AS x
			GROUP BY x.staff_id
			HAVING sum(x.looks) >= %d`, thisDay, p.WatchDays, odd("h.weekday", "h.hour"), lately(p.WatchDays),
		odd(`extract(isodow FROM l.at AT TIME ZONE 'Asia/Shanghai')`, `extract(hour FROM l.at AT TIME ZONE 'Asia/Shanghai')`), p.OddLeast)
}

// volumeSQL selects of each person the latest day that goes beyond the own past.
func volumeSQL(p access.Policy) string {
	return fmt.Sprintf(`
			SELECT DISTINCT ON (x.staff_id)
				x.staff_id,
				x.figure,
				x.usual,
				x.last
			FROM (
				WITH day AS MATERIALIZED (
					SELECT
						d.staff_id,
						d.day,
						d.customers AS figure,
						d.last
					FROM access_day AS d
					WHERE d.day > %[1]s - %[2]d
					UNION ALL
					SELECT
						l.staff_id,
						(l.at AT TIME ZONE 'Asia/Shanghai')::date,
						count(DISTINCT l.customer_id)::integer,
						max(l.at)
					FROM %[3]s AS l
					GROUP BY
						l.staff_id,
						(l.at AT TIME ZONE 'Asia/Shanghai')::date
				)
				SELECT
					d.staff_id,
					d.day,
					d.figure,
					d.last,
					COALESCE(percentile_cont(0.5) WITHIN GROUP (ORDER BY e.figure), 0) AS usual
				FROM day AS d
				LEFT JOIN day AS e ON e.staff_id = d.staff_id
					AND e.day < d.day
					AND e.day >= d.day - %[4]d
				WHERE d.day > %[1]s - %[5]d
					AND d.figure >= %[6]d
				GROUP BY
					d.staff_id,
					d.day,
					d.figure,
					d.last
			) AS x
			WHERE x.figure > %[7]d * x.usual
			ORDER BY
				x.staff_id,
				x.day DESC`, thisDay, p.WatchDays+p.VolumeDays, lately(p.WatchDays+p.VolumeDays), p.WatchDays, p.VolumeDays, p.VolumeLeast, p.VolumeTimes)
}

// anomalyLines is which lines of trail t an anomaly is made of.
func anomalyLines(a access.Anomaly, p access.Policy) string {
	const looks = `t.action IN ('` + string(trail.FileViewed) + `', '` + string(trail.GroupRevealed) + `') AND NOT t.refused AND t.customer_id IS NOT NULL AND t.staff_id > 0`
	since := func(days int) string {
		return fmt.Sprintf(`
				AND t.at >= (%s - %d)::timestamp AT TIME ZONE 'Asia/Shanghai'`, thisDay, days-1)
	}
	switch a {
	case access.Unfollowed:
		return fmt.Sprintf(`t.action = '%[1]s' AND NOT t.refused AND t.customer_id IS NOT NULL AND t.staff_id > 0
				AND t.at > now() - interval '%[2]d days'
				AND t.at <= now() - interval '%[3]d days'
				AND NOT EXISTS (
					SELECT
					FROM consultation AS n
					WHERE n.customer_id = t.customer_id
						AND n.at > now() - interval '%[2]d days'
						AND n.at >= t.at
						AND n.at <= t.at + interval '%[3]d days'
				)`, trail.GroupRevealed, p.WatchDays, p.FollowDays)
	case access.OddHours:
		return looks + since(p.WatchDays) + fmt.Sprintf(`
				AND (
					extract(isodow FROM t.at AT TIME ZONE 'Asia/Shanghai') > 5
					OR extract(hour FROM t.at AT TIME ZONE 'Asia/Shanghai') < %d
					OR extract(hour FROM t.at AT TIME ZONE 'Asia/Shanghai') >= %d
				)`, p.WorkFrom, p.WorkTo)
	case access.Volume:
		return looks + since(p.WatchDays+p.VolumeDays)
	default:
		return `t.refused AND t.staff_id > 0` + since(p.RefusedDays)
	}
}
