package customer

// The statements of the group assets. Each takes the customer's id; row-level
// security leaves of each table what is granted.
const (
	totalsSQL = `
		WITH deposit AS (
			SELECT
				a.currency,
				sum(a.balance) AS total
			FROM account AS a
			WHERE a.customer_id = $1
			GROUP BY a.currency
		), own AS (
			SELECT
				(SELECT sum(h.value) FROM holding AS h WHERE h.customer_id = $1) AS holdings,
				(SELECT sum(l.principal) FROM loan AS l WHERE l.customer_id = $1 AND l.status IN ('running', 'in_debt')) AS loans
		), currency AS (
			SELECT d.currency FROM deposit AS d
			UNION
			SELECT 'CNY' FROM own AS o WHERE o.holdings IS NOT NULL OR o.loans IS NOT NULL
		)
		SELECT
			c.currency,
			d.total::text AS deposits,
			CASE WHEN c.currency = 'CNY' THEN COALESCE(o.holdings, 0) ELSE 0 END::text AS holdings,
			CASE WHEN c.currency = 'CNY' THEN COALESCE(o.loans, 0) ELSE 0 END::text AS loans
		FROM currency AS c
		CROSS JOIN own AS o
		LEFT JOIN deposit AS d ON d.currency = c.currency
		ORDER BY c.currency`

	accountsSQL = `
		SELECT
			a.external_no,
			a.kind,
			a.currency,
			a.balance::text AS balance,
			a.balance_on,
			a.opened_on,
			a.statement,
			s.name AS source
		FROM account AS a
		JOIN source_system AS s ON s.id = a.source_id
		WHERE a.customer_id = $1
		ORDER BY
			a.balance DESC NULLS LAST,
			a.id
		LIMIT 100`

	partiesSQL = `
		SELECT
			COALESCE(a.external_no, '') AS account_no,
			p.role,
			s.name AS source
		FROM account_party AS p
		JOIN source_system AS s ON s.id = p.source_id
		LEFT JOIN account AS a ON a.id = p.account_id
		WHERE p.customer_id = $1
		ORDER BY
			p.role DESC,
			p.id
		LIMIT 100`

	holdingsSQL = `
		SELECT
			h.product_code,
			h.product_name,
			h.risk,
			h.units::text AS units,
			h.value::text AS value,
			h.valued_on,
			s.name AS source
		FROM holding AS h
		JOIN source_system AS s ON s.id = h.source_id
		WHERE h.customer_id = $1
		ORDER BY
			h.value DESC,
			h.id
		LIMIT 200`

	loansSQL = `
		SELECT
			l.external_no,
			l.kind,
			l.principal::text AS principal,
			l.months,
			l.monthly::text AS monthly,
			l.granted_on,
			l.status,
			s.name AS source
		FROM loan AS l
		JOIN source_system AS s ON s.id = l.source_id
		WHERE l.customer_id = $1
		ORDER BY
			l.granted_on DESC,
			l.id
		LIMIT 100`

	cardsSQL = `
		SELECT
			k.external_no,
			k.kind,
			k.credit_limit::text AS credit_limit,
			k.issued_on,
			s.name AS source
		FROM card AS k
		JOIN source_system AS s ON s.id = k.source_id
		WHERE k.customer_id = $1
		ORDER BY
			k.issued_on DESC NULLS LAST,
			k.id
		LIMIT 100`

	// The last six months that have a statement.
	cardMonthsSQL = `
		SELECT
			m.external_no,
			m.month,
			m.billed::text AS billed,
			m.paid::text AS paid,
			m.delay
		FROM card_statement AS m
		WHERE m.customer_id = $1
			AND m.month > (
				SELECT max(n.month) - interval '6 months'
				FROM card_statement AS n
				WHERE n.customer_id = $1
			)
		ORDER BY
			m.month DESC,
			m.external_no,
			m.id
		LIMIT 60`
)
