package customer

// The parts of a timeline. Each yields at, kind, id, who, what, groups, body,
// minutes and refused for the customer $1.
const (
	// A source that filled several blocks on one day is one event.
	syncedPart = `
		SELECT
			max(b.synced_at) AS at,
			1 AS kind,
			b.source_id * 1000000::bigint + ((b.synced_at AT TIME ZONE 'Asia/Shanghai')::date - DATE '2000-01-01') AS id,
			s.name AS who,
			'' AS what,
			array_agg(b.block ORDER BY array_position(ARRAY['basic', 'contact', 'identity', 'assets', 'transactions', 'assessment', 'consultation'], b.block)) AS groups,
			'' AS body,
			0 AS minutes,
			false AS refused
		FROM customer_block AS b
		JOIN source_system AS s ON s.id = b.source_id
		WHERE b.customer_id = $1
		GROUP BY
			b.source_id,
			s.name,
			(b.synced_at AT TIME ZONE 'Asia/Shanghai')::date`

	assessedPart = `
		SELECT
			a.assessed_on::timestamptz AS at,
			2 AS kind,
			a.id,
			s.name AS who,
			a.grade::text AS what,
			'{}'::text[] AS groups,
			a.valid_until::text AS body,
			0 AS minutes,
			false AS refused
		FROM risk_assessment AS a
		JOIN source_system AS s ON s.id = a.source_id
		WHERE a.customer_id = $1`

	revealedPart = `
		SELECT
			t.at,
			3 AS kind,
			t.id,
			t.staff_name AS who,
			t.action AS what,
			t.groups,
			'' AS body,
			0 AS minutes,
			t.refused
		FROM trail AS t
		WHERE t.customer_id = $1
			AND t.action = 'customer.revealed'`

	looksPart = `
		SELECT
			t.at,
			3 AS kind,
			t.id,
			t.staff_name AS who,
			t.action AS what,
			t.groups,
			'' AS body,
			0 AS minutes,
			t.refused
		FROM trail AS t
		WHERE t.customer_id = $1
			AND t.action IN ('customer.viewed', 'customer.revealed', 'approval.viewed', 'access.viewed')`

	// What was written as reason and comment stays in the request itself.
	askedPart = `
		SELECT
			v.at,
			4 AS kind,
			v.id,
			w.name AS who,
			v.kind AS what,
			r.groups,
			r.purpose AS body,
			r.minutes::int AS minutes,
			false AS refused
		FROM access_request AS r
		JOIN approval_event AS v ON v.approval_id = r.approval_id
		JOIN staff AS w ON w.id = v.staff_id
		WHERE r.customer_id = $1
			AND NOT (r.left_out AND v.kind = 'approved')`

	endedPart = `
		SELECT
			COALESCE(g.ended_at, g.expires_at) AS at,
			5 AS kind,
			g.id,
			w.name AS who,
			COALESCE(g.end_reason, '') AS what,
			ARRAY[g.field_group] AS groups,
			'' AS body,
			0 AS minutes,
			false AS refused
		FROM access_grant AS g
		JOIN staff AS w ON w.id = g.staff_id
		WHERE g.customer_id = $1
			AND COALESCE(g.ended_at, g.expires_at) <= now()`

	talkedPart = `
		SELECT
			n.at,
			6 AS kind,
			n.id,
			COALESCE(w.name, s.name, '') AS who,
			n.via AS what,
			'{}'::text[] AS groups,
			n.body,
			0 AS minutes,
			false AS refused
		FROM consultation AS n
		LEFT JOIN staff AS w ON w.id = n.staff_id
		LEFT JOIN source_system AS s ON s.id = n.source_id
		WHERE n.customer_id = $1`
)

// timelineParts lists the parts that a filter shows.
func timelineParts(f Filter) []string {
	switch f {
	case Talks:
		return []string{talkedPart}
	case Accesses:
		return []string{askedPart, endedPart, revealedPart}
	case Data:
		return []string{syncedPart, assessedPart}
	case Looks:
		return []string{looksPart}
	default:
		return []string{syncedPart, assessedPart, revealedPart, askedPart, endedPart, talkedPart}
	}
}
