package access_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/lib/pq"

	"liuhen/internal/access"
	"liuhen/internal/approval"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

const urgently = "客户在柜台被骗转账，须立刻核对余额并冻结，警情 110-2231。"

func (c counter) breakGlass(by *staff.Member, groups ...access.Group) access.Broken {
	c.t.Helper()
	b, err := c.desk.BreakGlass(c.ctx, by, c.no, access.Glass{Groups: groups, Reason: urgently})
	if err != nil {
		c.t.Fatalf("break glass: %v", err)
	}
	return b
}

func TestBreakGlassOpensAtOnceAndForMinutes(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	by := c.people.Manager1
	b := c.breakGlass(by, access.Assets)
	if b.Reviewer != "周主管" || time.Until(b.Until) > 15*time.Minute || time.Until(b.Until) < 14*time.Minute {
		t.Errorf("opened %+v", b)
	}
	s := c.wantState(by, access.Assets, access.Open)
	if !s.Urgent || c.sees(by, "account") != 1 || c.sees(by, "contact_point") != 0 {
		t.Errorf("standing %+v", s)
	}
	for _, other := range c.people.All() {
		if other != by && c.sees(other, "account") != 0 {
			t.Errorf("%s sees it too", other.Username)
		}
	}
	if err := c.desk.StopGlass(c.ctx); err != nil {
		t.Fatal(err)
	}
	stops := func() int64 {
		return c.db.QueryInt(`SELECT count(*) FROM trail WHERE action = 'access.glass_stopped' AND approval_id = $1`, b.ApprovalID)
	}
	if n := stops(); n != 0 {
		t.Errorf("%d stops while it is open", n)
	}
	c.db.Advance(16 * time.Minute)
	if c.sees(by, "account") != 0 {
		t.Error("it outlives its time")
	}
	for range 2 {
		if err := c.desk.StopGlass(c.ctx); err != nil {
			t.Fatal(err)
		}
	}
	if n := stops(); n != 1 {
		t.Errorf("%d stops on the trail, want 1", n)
	}
	if n := c.db.QueryInt(`SELECT count(*) FROM trail WHERE action = 'access.glass_broken' AND groups = '{assets}' AND detail LIKE '%110-2231%'`); n != 1 {
		t.Errorf("%d starts on the trail", n)
	}
}

func TestBreakGlassIsReviewedBeforeTheNext(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	by := c.people.Manager1
	b := c.breakGlass(by, access.Assets)
	_, err := c.desk.BreakGlass(c.ctx, by, c.no, access.Glass{Groups: []access.Group{access.Contact}, Reason: urgently})
	must(t, err, fault.Conflict, "还没有复核")
	must(t, c.engine.Withdraw(c.ctx, by, b.ApprovalID), fault.Conflict, "不能撤回")
	super := c.people.Supervisor1
	must(t, c.engine.Decide(c.ctx, super, b.ApprovalID, approval.Verdict{Verb: approval.Return, Comment: "请补充说明"}), fault.Invalid, "不能退回")
	must(t, c.engine.Decide(c.ctx, super, b.ApprovalID, approval.Verdict{Verb: approval.Reject}), fault.Invalid, "理由")
	many, err := c.engine.DecideMany(c.ctx, super, []int64{b.ApprovalID}, approval.Verdict{Verb: approval.Approve})
	if err != nil || len(many) != 1 {
		t.Fatal(many, err)
	}
	must(t, many[0].Err, fault.Conflict, "逐件复核")
	c.decide(super, b.ApprovalID, approval.Reject, "可以等审批")
	if c.sees(by, "account") != 1 {
		t.Error("the verdict ended what was open")
	}
	c.breakGlass(by, access.Contact)
	if n := c.db.QueryInt(`SELECT count(*) FROM trail WHERE action = 'access.glass_broken' AND refused`); n != 1 {
		t.Errorf("%d refused tries on the trail, want 1", n)
	}
}

func TestABreakGlassThatIsNotAllowedLeavesNothing(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	tests := []struct {
		name  string
		by    *staff.Member
		glass access.Glass
		kind  fault.Kind
		part  string
	}{
		{"junk", c.people.Manager1, access.Glass{Groups: []access.Group{access.Assets}, Reason: "紧急紧急紧急紧急紧急紧急"}, fault.Invalid, "事由"},
		{"no group", c.people.Manager1, access.Glass{Reason: urgently}, fault.Invalid, "信息分组"},
		{"an unknown group", c.people.Manager1, access.Glass{Groups: []access.Group{"x"}, Reason: urgently}, fault.Invalid, "信息分组"},
		{"somebody else's customer", c.people.Newbie, access.Glass{Groups: []access.Group{access.Assets}, Reason: urgently}, fault.NotFound, "服务范围"},
		{"another branch", c.people.Supervisor2, access.Glass{Groups: []access.Group{access.Assets}, Reason: urgently}, fault.NotFound, "服务范围"},
		{"compliance", c.people.Compliance1, access.Glass{Groups: []access.Group{access.Assets}, Reason: urgently}, fault.Forbidden, "您的角色"},
		{"risk control", c.people.Risk1, access.Glass{Groups: []access.Group{access.Assets}, Reason: urgently}, fault.Forbidden, "您的角色"},
		{"an administrator", c.people.Admin1, access.Glass{Groups: []access.Group{access.Assets}, Reason: urgently}, fault.Forbidden, "您的角色"},
	}
	for _, tt := range tests {
		_, err := c.desk.BreakGlass(c.ctx, tt.by, c.no, tt.glass)
		t.Run(tt.name, func(t *testing.T) { must(t, err, tt.kind, tt.part) })
	}
	if n := c.db.QueryInt(`SELECT count(*) FROM approval`) + c.db.QueryInt(`SELECT count(*) FROM access_grant`); n != 0 {
		t.Errorf("%d rows were kept", n)
	}
}

func TestTheReviewOutlivesThePostAndIsOverdueAfterAWorkingDay(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	b := c.breakGlass(c.people.Manager1, access.Assets)
	c.changeStaff(c.people.Manager1.ID, `disabled_at = now()`)
	if n := c.db.QueryInt(`SELECT count(*) FROM access_grant WHERE ended_at IS NULL`); n != 0 {
		t.Error("the grant outlives the employment")
	}
	if n := c.db.QueryInt(`SELECT count(*) FROM approval AS a JOIN approval_step AS s ON s.approval_id = a.id WHERE a.id = $1 AND a.state = 'pending' AND s.state = 'pending'`, b.ApprovalID); n != 1 {
		t.Fatal("the review ended with the employment")
	}
	c.decide(c.people.Supervisor1, b.ApprovalID, approval.Approve, "")
	for at, want := range map[string]string{
		"2026-11-23 10:00+08": "2026-11-24 10:00+08", // Monday
		"2026-11-27 10:00+08": "2026-11-30 10:00+08", // Friday
		"2026-11-28 10:00+08": "2026-11-30 10:00+08", // Saturday
		"2026-11-29 23:30+08": "2026-11-30 23:30+08", // Sunday
	} {
		if n := c.db.QueryInt(`SELECT count(*) WHERE one_working_day_after($1::timestamptz) = $2::timestamptz`, at, want); n != 1 {
			t.Errorf("one working day after %s is not %s", at, want)
		}
	}
}

func TestWithoutASuperiorComplianceReviews(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.changeStaff(c.people.Manager1.ID, `superior_id = NULL`)
	b := c.breakGlass(c.people.Manager1, access.Assets)
	if b.Reviewer != c.people.Compliance1.Name {
		t.Errorf("reviewed by %s", b.Reviewer)
	}
}

// Neither a grant without review nor an end of the review without a verdict can
// be made by plain SQL.
func TestDirectSQLBreaksNoGlass(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	b := c.breakGlass(c.people.Manager1, access.Contact)
	ordinary := c.request(c.people.Manager1, ask(access.Assets)).ApprovalID
	m1, m2, sup := c.people.Manager1.ID, c.people.Manager2.ID, c.people.Supervisor1.ID
	draft := func(by, customer, reviewer int64) string {
		return fmt.Sprintf(`
			WITH a AS (INSERT INTO approval (kind, requester_id, customer_id, title) VALUES ('break_glass', %d, %d, 'x') RETURNING id)
			INSERT INTO approval_step (approval_id, position, approver_id, because, state, waiting_since) SELECT a.id, 1, %d, 'x', 'pending', now() FROM a;`, by, customer, reviewer)
	}
	const newest = `(SELECT max(id) FROM approval)`
	tests := []struct {
		name string
		by   *staff.Member
		sql  string
	}{
		{"opened again on an old review", c.people.Manager1, fmt.Sprintf(`SELECT open_break_glass(%d, '{assets}', '%s')`, b.ApprovalID, urgently)},
		{"opened on an ordinary request", c.people.Manager1, fmt.Sprintf(`SELECT open_break_glass(%d, '{assets}', '%s')`, ordinary, urgently)},
		{"opened on another's review", c.people.Newbie, fmt.Sprintf(`SELECT open_break_glass(%d, '{assets}', '%s')`, b.ApprovalID, urgently)},
		{"a second one unreviewed", c.people.Manager1, draft(m1, c.id, sup)},
		{"outside the scope", c.people.Manager2, draft(m2, c.id, c.people.Supervisor2.ID) + fmt.Sprintf(`SELECT open_break_glass(%s, '{assets}', '%s')`, newest, urgently)},
		{"by compliance", c.people.Compliance1, draft(c.people.Compliance1.ID, c.id, sup) + fmt.Sprintf(`SELECT open_break_glass(%s, '{assets}', '%s')`, newest, urgently)},
		{"without a reason", c.people.Supervisor1, draft(sup, c.id, c.people.Compliance1.ID) + fmt.Sprintf(`SELECT open_break_glass(%s, '{assets}', 'x')`, newest)},
		{"without a reviewer", c.people.Supervisor1, fmt.Sprintf(`INSERT INTO approval (kind, requester_id, customer_id, title) VALUES ('break_glass', %d, %d, 'x'); SELECT open_break_glass(%s, '{assets}', '%s')`, sup, c.id, newest, urgently)},
		{"reviewed by oneself", c.people.Supervisor1, draft(sup, c.id, sup)},
		{"an unknown group", c.people.Supervisor1, draft(sup, c.id, c.people.Compliance1.ID) + fmt.Sprintf(`SELECT open_break_glass(%s, '{x}', '%s')`, newest, urgently)},
		{"an urgent request written by hand", c.people.Manager1, fmt.Sprintf(`INSERT INTO access_request (approval_id, customer_id, groups, purpose, reason, minutes, urgent) VALUES (%d, %d, '{assets}', 'other', '%s', 15, true)`, ordinary, c.id, urgently)},
		{"an ordinary request made urgent", c.people.Manager1, fmt.Sprintf(`UPDATE access_request SET urgent = true, minutes = 15 WHERE approval_id = %d`, ordinary)},
		{"an urgent request made ordinary", c.people.Manager1, fmt.Sprintf(`UPDATE access_request SET urgent = false WHERE approval_id = %d`, b.ApprovalID)},
		{"another reason afterwards", c.people.Manager1, fmt.Sprintf(`UPDATE access_request SET reason = reason || '！' WHERE approval_id = %d`, b.ApprovalID)},
		{"more groups afterwards", c.people.Manager1, fmt.Sprintf(`UPDATE access_request SET groups = '{assets}' WHERE approval_id = %d`, b.ApprovalID)},
		{"the review withdrawn", c.people.Manager1, fmt.Sprintf(`UPDATE approval SET state = 'withdrawn', closed_at = now() WHERE id = %d`, b.ApprovalID)},
		{"the step dropped", c.people.Manager1, fmt.Sprintf(`UPDATE approval_step SET state = 'dropped' WHERE approval_id = %d`, b.ApprovalID)},
		{"the step sent back", c.people.Supervisor1, fmt.Sprintf(`UPDATE approval_step SET state = 'returned', decided_at = now() WHERE approval_id = %d`, b.ApprovalID)},
		{"the review made ordinary", c.people.Manager1, fmt.Sprintf(`UPDATE approval SET kind = 'access' WHERE id = %d`, b.ApprovalID)},
		{"the stop written by its holder", c.people.Manager1, fmt.Sprintf(`UPDATE break_glass SET stopped_at = now() WHERE approval_id = %d`, b.ApprovalID)},
		{"the stop written too early", staff.Program(), fmt.Sprintf(`UPDATE break_glass SET stopped_at = now() WHERE approval_id = %d`, b.ApprovalID)},
		{"a later review", c.people.Manager1, fmt.Sprintf(`UPDATE break_glass SET review_due = now() + interval '1 year' WHERE approval_id = %d`, b.ApprovalID)},
		{"a break-glass written by hand", c.people.Manager1, fmt.Sprintf(`INSERT INTO break_glass (approval_id, staff_id, customer_id, review_due) VALUES (%d, %d, %d, now() + interval '1 day')`, ordinary, m1, c.id)},
		{"its grants opened by the review", c.people.Supervisor1, fmt.Sprintf(`SELECT open_access_grants(%d)`, b.ApprovalID)},
	}
	for _, tt := range tests {
		err := c.db.InTx(c.ctx, tt.by.Actor(), func(tx *pg.Tx) error {
			_, err := tx.Exec(c.ctx, tt.sql)
			return err
		})
		if pq.As(err) == nil {
			t.Errorf("%s: %v, want it refused by the database", tt.name, err)
		}
	}
	control := draft(sup, c.id, c.people.Compliance1.ID) + fmt.Sprintf(`SELECT open_break_glass(%s, '{identity}', '%s')`, newest, urgently)
	err := c.db.InTx(c.ctx, c.people.Supervisor1.Actor(), func(tx *pg.Tx) error {
		_, err := tx.Exec(c.ctx, control)
		return err
	})
	if err != nil || c.sees(c.people.Supervisor1, "identity_document") != 1 {
		t.Errorf("the way that is allowed is refused: %v", err)
	}
	if c.sees(c.people.Manager1, "account")+c.sees(c.people.Manager2, "account")+c.sees(c.people.Supervisor1, "account") != 0 {
		t.Error("assets are open")
	}
}
