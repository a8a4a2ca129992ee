package worklist_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/lib/pq"

	"liuhen/internal/access"
	"liuhen/internal/fault"
	"liuhen/internal/fixture"
	"liuhen/internal/pg"
	"liuhen/internal/pgtest"
	"liuhen/internal/staff"
	"liuhen/internal/worklist"
)

// watched is an institution whose trail the test writes.
type watched struct {
	*pgtest.DB
	t      *testing.T
	people fixture.Staff
	lists  *worklist.Lists
	desk   *access.Desk
}

func newWatched(t *testing.T) watched {
	t.Helper()
	db := pgtest.New(t)
	policies := access.NewPolicies(db.DB)
	w := watched{DB: db, t: t, people: fixture.People(t, db), lists: worklist.NewLists(db.DB, policies), desk: access.NewDesk(db.DB, policies)}
	for range 30 {
		fixture.Customer(t, db, fixture.File{Manager: w.people.Manager1})
	}
	return w
}

// looks writes that somebody looked at n customers so many days ago, at an hour.
func (w watched) looks(by *staff.Member, action string, n, daysAgo, hour int) {
	w.t.Helper()
	w.MustExec(`
		INSERT INTO trail (at, staff_id, staff_no, action, customer_id, customer_no, groups)
		SELECT
			((now() AT TIME ZONE 'Asia/Shanghai')::date - $5::int + make_interval(hours => $6)) AT TIME ZONE 'Asia/Shanghai',
			$1, $2, $3, c.id, c.no, '{assets}'
		FROM (SELECT c.id, c.no FROM customer AS c ORDER BY c.id LIMIT $4) AS c`, by.ID, by.No, action, n, daysAgo, hour)
}

func (w watched) anomalies(kind access.Anomaly, of *staff.Member) (rows []worklist.Anomaly, lines []worklist.AnomalyLine) {
	w.t.Helper()
	all, err := w.lists.Anomalies(context.Background(), w.people.Compliance1, kind, of.No)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, r := range all.Rows {
		if r.Kind == kind {
			rows = append(rows, r)
		}
	}
	return rows, all.Lines
}

func TestViewsWithoutLaterContactAreListed(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	by := w.people.Manager1
	w.looks(by, "customer.revealed", 5, 10, 10)
	w.looks(w.people.Newbie, "customer.revealed", 2, 10, 10)  // too few
	w.looks(w.people.Manager2, "customer.revealed", 9, 3, 10) // may still be contacted
	w.MustExec(`INSERT INTO consultation (customer_id, at, via, body, staff_id) SELECT c.id, now() - interval '6 days', 'phone', '已电话联系客户，说明到期安排。', $1 FROM (SELECT id FROM customer ORDER BY id LIMIT 1) AS c`, by.ID)
	rows, lines := w.anomalies(access.Unfollowed, by)
	if len(rows) != 1 || rows[0].StaffNo != by.No || rows[0].Figure != 4 || len(lines) != 4 {
		t.Errorf("%+v, %d lines", rows, len(lines))
	}
}

func TestLooksOutsideWorkingTimeAreListed(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	workday := 1
	for time.Now().In(pg.Zone()).AddDate(0, 0, -workday).Weekday()%6 == 0 {
		workday++
	}
	w.looks(w.people.Manager1, "customer.viewed", 3, workday, 23)
	w.looks(w.people.Newbie, "customer.viewed", 9, workday, 10)
	rows, lines := w.anomalies(access.OddHours, w.people.Manager1)
	if len(rows) != 1 || rows[0].StaffNo != w.people.Manager1.No || rows[0].Figure != 3 || len(lines) != 3 {
		t.Errorf("%+v, %d lines", rows, len(lines))
	}
}

func TestVolumeIsJudgedByThePersonsOwnPast(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	for day := 3; day < 20; day++ {
		w.looks(w.people.Manager1, "customer.viewed", 5, day, 10)
		w.looks(w.people.Newbie, "customer.viewed", 9, day, 10)
	}
	w.looks(w.people.Manager1, "customer.viewed", 24, 1, 11)
	w.looks(w.people.Newbie, "customer.viewed", 24, 1, 11)   // not thrice what is usual
	w.looks(w.people.Manager2, "customer.viewed", 19, 1, 11) // too few to matter
	rows, lines := w.anomalies(access.Volume, w.people.Manager1)
	if len(rows) != 1 || rows[0].StaffNo != w.people.Manager1.No || rows[0].Words() != "一天 24 位客户，平时 5 位" || len(lines) != 24 {
		t.Errorf("%+v, %d lines", rows, len(lines))
	}
}

func TestRefusedTriesAreListedUntilLookedInto(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	ctx, by, of := context.Background(), w.people.Compliance1, w.people.Newbie
	refuse := func(n int, who *staff.Member) {
		for range n {
			w.MustExec(`INSERT INTO trail (staff_id, staff_no, action, refused) VALUES ($1, $2, 'customer.viewed', true)`, who.ID, who.No)
		}
	}
	refuse(6, of)
	refuse(4, w.people.Manager1)
	refuse(5, by)
	rows, lines := w.anomalies(access.Refusals, of)
	if len(rows) != 2 || rows[0].StaffNo != of.No || rows[0].CheckedAt != nil || len(lines) != 6 {
		t.Fatalf("%+v, %d lines", rows, len(lines))
	}
	check := func(by *staff.Member, kind access.Anomaly, no, opinion string) error {
		return w.desk.CheckOff(ctx, by, kind, no, "6 次", opinion)
	}
	for name, tt := range map[string]struct {
		err  error
		kind fault.Kind
	}{
		"no opinion":      {check(by, access.Refusals, of.No, "好"), fault.Invalid},
		"an unknown kind": {check(by, "x", of.No, "已与主管核实。"), fault.NotFound},
		"an unknown man":  {check(by, access.Refusals, "0000", "已与主管核实。"), fault.NotFound},
		"oneself":         {check(by, access.Refusals, by.No, "已与主管核实。"), fault.Forbidden},
		"a supervisor":    {check(w.people.Supervisor1, access.Refusals, of.No, "已与主管核实。"), fault.Forbidden},
	} {
		if tt.err == nil || fault.KindOf(tt.err) != tt.kind {
			t.Errorf("%s: %v, want %v", name, tt.err, tt.kind)
		}
	}
	if err := check(by, access.Refusals, of.No, "新员工不熟悉，已与主管核实。"); err != nil {
		t.Fatal(err)
	}
	rows, _ = w.anomalies(access.Refusals, of)
	if len(rows) != 2 || rows[1].StaffNo != of.No || rows[1].CheckedBy != by.Name || !strings.Contains(rows[1].Opinion, "新员工") {
		t.Errorf("looked into: %+v", rows)
	}
	if n := w.QueryInt(`SELECT count(*) FROM trail WHERE action = 'access.anomaly_checked' AND detail LIKE '%新员工%'`); n != 1 {
		t.Errorf("%d lines on the trail", n)
	}
	refuse(1, of)
	if rows, _ = w.anomalies(access.Refusals, of); rows[0].StaffNo != of.No || rows[0].CheckedAt != nil {
		t.Errorf("something new: %+v", rows)
	}
	for name, sql := range map[string]string{
		"in another's name": fmt.Sprintf(`INSERT INTO access_check (kind, staff_id, by_id, figure, opinion) VALUES ('refused', %d, %d, '1', '已与主管核实')`, of.ID, w.people.Risk1.ID),
		"about oneself":     fmt.Sprintf(`INSERT INTO access_check (kind, staff_id, by_id, figure, opinion) VALUES ('refused', %d, %d, '1', '已与主管核实')`, by.ID, by.ID),
		"changed":           `UPDATE access_check SET opinion = '没有问题。'`,
	} {
		err := w.InTx(ctx, by.Actor(), func(tx *pg.Tx) error {
			_, err := tx.Exec(ctx, sql)
			return err
		})
		if pq.As(err) == nil {
			t.Errorf("%s: %v, want it refused by the database", name, err)
		}
	}
	_, err := w.lists.Anomalies(ctx, w.people.Supervisor1, "", "")
	if fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a supervisor watches: %v", err)
	}
}

// What is summed up of the days that are over says the same as the trail.
func TestTheSumsSayWhatTheTrailSays(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	ctx := context.Background()
	for day := range 20 {
		w.looks(w.people.Manager1, "customer.viewed", 5, day, 23)
		w.looks(w.people.Newbie, "customer.revealed", 2+day%4, day, 10)
	}
	w.looks(w.people.Manager1, "customer.viewed", 24, 1, 11)
	w.looks(w.people.Manager2, "customer.viewed", 21, 0, 0)
	all := func() []worklist.Anomaly {
		t.Helper()
		got, err := w.lists.Anomalies(ctx, w.people.Compliance1, "", "")
		if err != nil {
			t.Fatal(err)
		}
		return got.Rows
	}
	before := all()
	kinds := map[access.Anomaly]bool{}
	for _, r := range before {
		kinds[r.Kind] = true
	}
	if !kinds[access.Unfollowed] || !kinds[access.OddHours] || !kinds[access.Volume] {
		t.Fatalf("the trail proves nothing: %+v", before)
	}
	for range 2 {
		if err := w.desk.SumDays(ctx); err != nil {
			t.Fatal(err)
		}
		if n := w.QueryInt(`SELECT count(*) FROM access_hour`) * w.QueryInt(`SELECT count(*) FROM access_reveal`); n == 0 {
			t.Fatal("nothing is summed up")
		}
		if diff := cmp.Diff(before, all()); diff != "" {
			t.Errorf("summed up:\n%s", diff)
		}
	}
	w.MustExec(`
		INSERT INTO consultation (customer_id, at, via, body, staff_id)
		SELECT c.id, now() - make_interval(days => d.n), 'phone', '已电话联系客户，说明到期安排。', $1
		FROM (SELECT id FROM customer ORDER BY id LIMIT 5) AS c, unnest(ARRAY[3, 6, 9, 12, 15, 18]) AS d (n)`, w.people.Newbie.ID)
	if err := w.desk.SumDays(ctx); err != nil {
		t.Fatal(err)
	}
	for _, r := range all() {
		if r.Kind == access.Unfollowed {
			t.Errorf("contacts that came late are not seen: %+v", r)
		}
	}
	for _, sql := range []string{
		`INSERT INTO access_day (day, staff_id, customers, last) VALUES (current_date, 1, 1, now())`,
		`UPDATE access_hour SET looks = 1`,
		`DELETE FROM access_reveal`,
		`UPDATE access_summed SET until = 'infinity'`,
	} {
		err := w.InTx(ctx, w.people.Compliance1.Actor(), func(tx *pg.Tx) error {
			_, err := tx.Exec(ctx, sql)
			return err
		})
		if pq.As(err) == nil {
			t.Errorf("%s: %v, want it refused by the database", sql, err)
		}
	}
}

func TestThresholdsAreThoseOfThePolicy(t *testing.T) {
	t.Parallel()
	w := newWatched(t)
	by := w.people.Manager1
	w.looks(by, "customer.revealed", 5, 10, 10)
	for i, set := range []string{`follow_least = 0`, `follow_least = 5`, `follow_least = 6`, `follow_least = 3, watch_days = 8, follow_days = 5`, `follow_least = 3, watch_days = 11, follow_days = 9`} {
		w.MustExec(`BEGIN; SET LOCAL session_replication_role = replica; UPDATE access_policy SET ` + set + `; COMMIT`)
		policies := access.NewPolicies(w.DB.DB)
		w.lists = worklist.NewLists(w.DB.DB, policies)
		rows, _ := w.anomalies(access.Unfollowed, by)
		if listed := i == 1 || i == 4; listed != (len(rows) == 1) {
			t.Errorf("with %s: %+v", set, rows)
		}
	}
}
