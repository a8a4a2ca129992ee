package worklist_test

import (
	"fmt"
	"testing"
	"time"

	"liuhen/internal/access"
	"liuhen/internal/approval"
	"liuhen/internal/fault"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
	"liuhen/internal/worklist"
)

const why = "客户在柜台被骗转账，须立刻核对余额并冻结，警情 110-2231。"

func TestRequestsAreOnesOwnAndThoseOfOnesPeople(t *testing.T) {
	t.Parallel()
	o := newOffice(t, 3)
	m1 := o.people.Manager1
	rejected := o.ask(m1, o.nos[0], access.Assets)
	o.decide(rejected, approval.Reject)
	o.ask(m1, o.nos[1], access.Contact)
	if _, err := o.desk.BreakGlass(o.ctx, m1, o.nos[2], access.Glass{Groups: []access.Group{access.Assets}, Reason: why}); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		by    *staff.Member
		query worklist.AccessQuery
		want  int
	}{
		{m1, worklist.AccessQuery{}, 3},
		{m1, worklist.AccessQuery{State: approval.Rejected}, 1},
		{m1, worklist.AccessQuery{People: true}, 3}, // has no people: sees the own
		{o.people.Newbie, worklist.AccessQuery{}, 0},
		{o.people.Supervisor1, worklist.AccessQuery{}, 0},
		{o.people.Supervisor1, worklist.AccessQuery{People: true}, 3},
		{o.people.Supervisor1, worklist.AccessQuery{People: true, State: approval.Pending}, 2},
		{o.people.Supervisor2, worklist.AccessQuery{People: true}, 0},
		{o.people.Compliance1, worklist.AccessQuery{People: true}, 3},
		{o.people.Risk1, worklist.AccessQuery{People: true}, 0},
	}
	for _, tt := range tests {
		page, err := o.lists.AccessRequests(o.ctx, tt.by, tt.query)
		if err != nil || len(page.Rows) != tt.want || page.Next != "" {
			t.Errorf("%s %+v: %d rows, %v, want %d", tt.by.Username, tt.query, len(page.Rows), err, tt.want)
		}
	}
	if n := o.db.QueryInt(`SELECT count(*) FROM trail WHERE action = 'access.viewed'`); n != 4 {
		t.Errorf("%d looks at others' requests on the trail, want 4", n)
	}
	_, err := o.lists.AccessRequests(o.ctx, o.people.Admin1, worklist.AccessQuery{})
	must(t, err, fault.Forbidden, "您的角色")
	_, err = o.lists.AccessRequests(o.ctx, m1, worklist.AccessQuery{After: "nonsense"})
	must(t, err, fault.Invalid, "第一页")
}

func TestACustomerOutsideTheScopeIsNotNamed(t *testing.T) {
	t.Parallel()
	o := newOffice(t, 1)
	o.ask(o.people.Manager1, o.nos[0], access.Assets)
	o.see(o.people.Manager1, o.nos[0])
	o.db.MustExec(`UPDATE customer SET branch_id = $1, manager_id = $2`, o.people.Branch2ID, o.people.Manager2.ID)
	lines, err := o.lists.AccessRequests(o.ctx, o.people.Supervisor1, worklist.AccessQuery{People: true})
	if err != nil || len(lines.Rows) != 1 || lines.Rows[0].CustomerName+lines.Rows[0].CustomerNo+lines.Rows[0].Title != "" {
		t.Errorf("%+v, %v", lines.Rows, err)
	}
	looks, err := o.lists.Looked(o.ctx, o.people.Supervisor1, worklist.AccessQuery{People: true})
	if err != nil || len(looks.Rows) != 1 || looks.Rows[0].CustomerName+looks.Rows[0].CustomerNo != "" {
		t.Errorf("%+v, %v", looks.Rows, err)
	}
}

// see puts a view of the file and of its assets on the trail.
func (o office) see(by *staff.Member, no string) {
	o.t.Helper()
	id := o.db.QueryInt(`SELECT id FROM customer WHERE no = $1`, no)
	for _, e := range []trail.Entry{{Action: trail.FileViewed}, {Action: trail.GroupRevealed, Groups: []string{"assets"}}} {
		e.CustomerID, e.CustomerNo = id, no
		if err := trail.Note(o.ctx, o.db.DB, by.Who(), e); err != nil {
			o.t.Fatal(err)
		}
	}
}

func TestLooksAreCountedByCustomerAndPaged(t *testing.T) {
	t.Parallel()
	o := newOffice(t, 55)
	by := o.people.Manager1
	for _, no := range o.nos {
		o.see(by, no)
	}
	o.see(by, o.nos[0])
	first, err := o.lists.Looked(o.ctx, by, worklist.AccessQuery{})
	if err != nil || len(first.Rows) != 50 || first.Next == "" {
		t.Fatalf("%d rows, next %q, %v", len(first.Rows), first.Next, err)
	}
	top := first.Rows[0]
	if top.CustomerNo != o.nos[0] || top.Views != 2 || top.Reveals != 2 || fmt.Sprint(top.Groups()) != "[assets]" {
		t.Errorf("first is %+v", top)
	}
	rest, err := o.lists.Looked(o.ctx, by, worklist.AccessQuery{After: first.Next})
	if err != nil || len(rest.Rows) != 5 || rest.Next != "" {
		t.Errorf("%d more rows, next %q, %v", len(rest.Rows), rest.Next, err)
	}
	o.db.Advance(31 * 24 * time.Hour)
	if old, err := o.lists.Looked(o.ctx, by, worklist.AccessQuery{}); err != nil || len(old.Rows) != 0 {
		t.Errorf("%d looks of a month ago, %v", len(old.Rows), err)
	}
}

func TestReviewsReachWhomTheyConcern(t *testing.T) {
	t.Parallel()
	o := newOffice(t, 1)
	if _, err := o.desk.BreakGlass(o.ctx, o.people.Manager1, o.nos[0], access.Glass{Groups: []access.Group{access.Assets}, Reason: why}); err != nil {
		t.Fatal(err)
	}
	count := func(when string, overdue int, want map[*staff.Member]int) {
		t.Helper()
		for by, n := range want {
			list, err := o.lists.Reviews(o.ctx, by)
			if err != nil || len(list) != n {
				t.Errorf("%s: %s hears of %d, %v, want %d", when, by.Username, len(list), err, n)
			}
			late, err := o.lists.OverdueReviews(o.ctx, by)
			if expect := overdue * n; by != o.people.Manager1 && (err != nil || late != expect) {
				t.Errorf("%s: %s has %d overdue, %v, want %d", when, by.Username, late, err, expect)
			}
		}
	}
	want := map[*staff.Member]int{o.people.Manager1: 1, o.people.Newbie: 0, o.people.Supervisor1: 1, o.people.Supervisor2: 0, o.people.Compliance1: 1, o.people.Risk1: 0}
	count("at once", 0, want)
	o.db.Advance(4 * 24 * time.Hour)
	count("after four days", 1, want)
	_, err := o.lists.Reviews(o.ctx, o.people.Admin1)
	must(t, err, fault.Forbidden, "您的角色")
	o.db.Advance(40 * 24 * time.Hour)
	count("long after, still not reviewed", 1, want)
}
