package worklist_test

import (
	"slices"
	"testing"
	"time"

	"liuhen/internal/access"
	"liuhen/internal/fixture"
	"liuhen/internal/pgtest"
	"liuhen/internal/worklist"
)

// BenchmarkAnomalies measures the page on a trail of a million lines of five
// weeks: 500 people, 50,000 customers, 100,000 consultations; seven lines of ten
// are looks. It reports the 95th of a hundred and, once, the summing up.
func BenchmarkAnomalies(b *testing.B) {
	db := pgtest.New(b)
	people := fixture.People(b, db)
	policies := access.NewPolicies(db.DB)
	lists, desk := worklist.NewLists(db.DB, policies), access.NewDesk(db.DB, policies)
	fixture.Customer(b, db, fixture.File{Manager: people.Manager1})
	db.MustExec(`
		INSERT INTO staff (no, username, name, role, branch_id, superior_id, password_hash)
		SELECT (600000 + g)::text, 'b' || g, '量' || g, 'manager', s.branch_id, s.superior_id, 'invalid'
		FROM staff AS s, generate_series(1, 500) AS g
		WHERE s.id = $1`, people.Manager1.ID)
	db.MustExec(`
		INSERT INTO customer (name, pinyin, initials, branch_id, manager_id, managed_since)
		SELECT '量', 'liang', 'l', c.branch_id, c.manager_id, current_date
		FROM customer AS c, generate_series(1, 50000) AS g`)
	db.MustExec(`
		INSERT INTO consultation (customer_id, at, via, body, staff_id)
		SELECT c.id, now() - make_interval(mins => (c.id * 7919 + g * 2503)::int % 50000), 'phone', '已电话联系客户，说明到期安排。', c.manager_id
		FROM customer AS c, generate_series(1, 2) AS g`)
	db.MustExec(`
		INSERT INTO trail (at, staff_id, staff_no, action, refused, customer_id, customer_no, groups)
		SELECT
			date_trunc('day', now()) - make_interval(days => (g / 28572)::int) + make_interval(secs => g * 6367 % 36000 + 30600),
			p.first + g * 7 % 500,
			(600001 + g * 7 % 500)::text,
			CASE WHEN g % 10 < 6 THEN 'customer.viewed' WHEN g % 10 = 6 THEN 'customer.revealed' ELSE 'customer.listed' END,
			g % 1000 = 9,
			k.first + g * 31 % 50000,
			'',
			'{}'
		FROM generate_series(0::bigint, 999999) AS g,
			(SELECT min(id) AS first FROM staff WHERE no = '600001') AS p,
			(SELECT min(id) AS first FROM customer) AS k`)
	db.MustExec(`VACUUM (ANALYZE) trail, consultation, customer`)
	begun := time.Now()
	if err := desk.SumDays(b.Context()); err != nil {
		b.Fatal(err)
	}
	b.Logf("summed up in %v", time.Since(begun))
	db.MustExec(`ANALYZE access_hour, access_day, access_reveal`)
	for b.Loop() {
		var took []time.Duration
		for range 100 {
			begun := time.Now()
			all, err := lists.Anomalies(b.Context(), people.Compliance1, access.Volume, "600001")
			if err != nil {
				b.Fatal(err)
			}
			took = append(took, time.Since(begun))
			if len(took) == 1 {
				b.Logf("%d anomalies", len(all.Rows))
			}
		}
		slices.Sort(took)
		b.ReportMetric(float64(took[94].Milliseconds()), "p95-ms")
		b.ReportMetric(float64(took[49].Milliseconds()), "median-ms")
	}
}
