package access_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/lib/pq"

	"liuhen/internal/access"
	"liuhen/internal/approval"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// away is a delegation from today on for a week.
func away(deputy int64) approval.Away {
	now := time.Now().In(pg.Zone())
	today := time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, now.Location())
	return approval.Away{DeputyID: deputy, First: today, Last: today.AddDate(0, 0, 6), Reason: "年假"}
}

func (c counter) delegate(by *staff.Member, deputy int64) {
	c.t.Helper()
	if err := approval.NewDeputies(c.db.DB).Delegate(c.ctx, by, away(deputy)); err != nil {
		c.t.Fatalf("delegate: %v", err)
	}
}

// sweep runs the router once and wants so many steps moved.
func (c counter) sweep(want int) {
	c.t.Helper()
	moved, err := approval.NewRouter(c.db.DB, c.policies, slog.New(slog.DiscardHandler)).Sweep(context.Background())
	if err != nil || moved != want {
		c.t.Errorf("%d steps moved, %v, want %d", moved, err, want)
	}
}

// waits is who holds the current step of a request, and why.
func (c counter) waits(id int64) (name, because string) {
	c.t.Helper()
	err := c.db.Read(c.ctx, c.people.Manager1.Actor(), func(tx *pg.Tx) error {
		steps, err := approval.Steps(c.ctx, tx, id)
		for _, s := range steps {
			if s.State == approval.StepPending {
				name, because = s.ApproverName, s.Because
			}
		}
		return err
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return name, because
}

func (c counter) wantWaits(id int64, name string) {
	c.t.Helper()
	if got, because := c.waits(id); got != name {
		c.t.Errorf("request %d waits for %s (%s), want %s", id, got, because, name)
	}
}

func (c counter) events(id int64) string {
	c.t.Helper()
	var list []string
	err := c.db.Read(c.ctx, c.people.Manager1.Actor(), func(tx *pg.Tx) error {
		events, err := approval.Events(c.ctx, tx, id)
		for _, e := range events {
			list = append(list, e.StaffName+e.Kind.Label()+e.Comment)
		}
		return err
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return strings.Join(list, "；")
}

func TestADeputyDecidesForWhoIsAway(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	p := c.people
	c.delegate(p.Supervisor1, p.Supervisor2.ID)
	if a := c.standing(p.Manager1).Approver; a.ID != p.Supervisor2.ID || a.Behalf != "周主管" || !a.Direct {
		t.Fatalf("asked is %+v", a)
	}
	id := c.request(p.Manager1, ask(access.Assets)).ApprovalID
	if name, because := c.waits(id); name != "吴主管（代 周主管）" || !strings.HasPrefix(because, "您代周主管审批") {
		t.Errorf("waits for %s because %s", name, because)
	}
	must(t, c.engine.Decide(c.ctx, p.Supervisor1, id, approval.Verdict{Verb: approval.Approve}), fault.NotFound, "没有这件申请")
	c.decide(p.Supervisor2, id, approval.Approve, "")
	if s := c.wantState(p.Manager1, access.Assets, access.Open); s.By != "吴主管（代 周主管）" {
		t.Errorf("opened by %s", s.By)
	}
	if all := c.events(id); !strings.Contains(all, "吴主管（代 周主管）批准") {
		t.Errorf("history: %s", all)
	}
}

func TestADelegationIsNotChainedAndNeverForTheRequester(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	p := c.people
	asked := func(by *staff.Member, want int64) {
		t.Helper()
		if a := c.standing(by).Approver; a.ID != want {
			t.Errorf("%s asks %+v, want %d", by.Username, a, want)
		}
	}
	c.delegate(p.Supervisor1, p.Supervisor2.ID)
	c.changeStaff(p.Supervisor2.ID, fmt.Sprintf(`superior_id = %d`, p.Supervisor1.ID))
	asked(p.Supervisor2, p.Compliance1.ID) // the deputy of the superior is the requester
	asked(p.Manager1, p.Supervisor2.ID)
	c.delegate(p.Supervisor2, p.Supervisor1.ID)
	asked(p.Manager1, p.Compliance1.ID) // the deputy is away too
}

func TestWhoIsAwayWithoutADeputyIsPassedOver(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.delegate(c.people.Supervisor1, 0)
	if a := c.standing(c.people.Manager1).Approver; a.ID != c.people.Compliance1.ID || a.Behalf != "" {
		t.Errorf("asked is %+v", a)
	}
}

func TestWhatWaitsGoesToTheDeputyAndComesBack(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	p := c.people
	id := c.request(p.Manager1, ask(access.Assets)).ApprovalID
	c.sweep(0)
	c.delegate(p.Supervisor1, p.Supervisor2.ID)
	c.sweep(1)
	c.sweep(0)
	c.wantWaits(id, "吴主管（代 周主管）")
	d := approval.NewDeputies(c.db.DB)
	all, err := d.Of(c.ctx, p.Supervisor1)
	if err != nil || len(all.Own) != 1 || !all.Own[0].Live || len(all.Deputy) != 1 {
		t.Fatalf("delegations %+v, %v", all, err)
	}
	must(t, d.Revoke(c.ctx, p.Supervisor2, all.Own[0].ID), fault.NotFound, "没有这条代理")
	if err := d.Revoke(c.ctx, p.Supervisor1, all.Own[0].ID); err != nil {
		t.Fatal(err)
	}
	must(t, d.Revoke(c.ctx, p.Supervisor1, all.Own[0].ID), fault.Conflict, "已经结束")
	c.sweep(1)
	c.wantWaits(id, "周主管")
	if all := c.events(id); !strings.Contains(all, "系统改派由 周主管 转给 吴主管（代 周主管）") {
		t.Errorf("history: %s", all)
	}
	if n := c.db.QueryInt(`SELECT count(*) FROM trail WHERE action = 'approval.rerouted' AND staff_id = -1 AND approval_id = $1`, id); n != 2 {
		t.Errorf("%d lines on the trail", n)
	}
	c.decide(p.Supervisor1, id, approval.Approve, "")
}

func TestADelegationBeginsAndEndsByItself(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	p := c.people
	a := away(p.Supervisor2.ID)
	a.First, a.Last = a.First.AddDate(0, 0, 2), a.First.AddDate(0, 0, 3)
	if err := approval.NewDeputies(c.db.DB).Delegate(c.ctx, p.Supervisor1, a); err != nil {
		t.Fatal(err)
	}
	asked := func(want string) {
		t.Helper()
		if got := c.standing(p.Manager1).Approver.Name; got != want {
			t.Errorf("asked is %s, want %s", got, want)
		}
	}
	asked("周主管")
	c.db.Advance(49 * time.Hour)
	asked("吴主管")
	c.db.Advance(48 * time.Hour)
	asked("周主管")
}

func TestAStepOfWhoLeftGoesOn(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	p := c.people
	c.setRules(`'manager', '', 'identity', 'inspection', 'superior_compliance', 240, 120, true`)
	id := c.request(p.Manager1, inspect()).ApprovalID
	c.changeStaff(p.Supervisor1.ID, `disabled_at = now()`)
	c.sweep(1)
	c.wantWaits(id, "郑合规")
	c.changeStaff(p.Compliance1.ID, `role = 'auditor'`)
	c.sweep(0) // nobody is left: both steps stay, and the requester is told
	if s := c.wantState(p.Manager1, access.Identity, access.Pending); !s.Stuck {
		t.Error("a request with nobody to decide is not said to be stuck")
	}
	c.changeStaff(p.Risk1.ID, `role = 'compliance', superior_id = NULL`)
	c.changeStaff(p.Supervisor1.ID, fmt.Sprintf(`disabled_at = NULL, superior_id = %d`, p.Risk1.ID))
	c.changeStaff(p.Compliance1.ID, fmt.Sprintf(`superior_id = %d`, p.Risk1.ID))
	c.sweep(2)
	c.wantWaits(id, "冯风控")
	c.decide(p.Risk1, id, approval.Approve, "")
	c.decide(p.Risk1, id, approval.Approve, "")
	c.wantState(p.Manager1, access.Identity, access.Open)
}

func TestWhatNobodyAnswersGoesHigher(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	p := c.people
	id := c.request(p.Manager1, ask(access.Assets)).ApprovalID
	c.sweep(0)
	c.db.Advance(8 * 24 * time.Hour)
	c.sweep(1)
	c.wantWaits(id, "郑合规")
	if all := c.events(id); !strings.Contains(all, "系统超时转办由 周主管 转给 郑合规") {
		t.Errorf("history: %s", all)
	}
	c.db.Advance(8 * 24 * time.Hour)
	c.sweep(0) // nobody stands above
	c.decide(p.Compliance1, id, approval.Approve, "久等了")
}

func TestWhatNoDelegationMayBe(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	p := c.people
	d := approval.NewDeputies(c.db.DB)
	tests := []struct {
		name   string
		by     *staff.Member
		change func(*approval.Away)
		kind   fault.Kind
		part   string
	}{
		{"a manager", p.Manager1, func(*approval.Away) {}, fault.Forbidden, "您的角色"},
		{"another role", p.Supervisor1, func(a *approval.Away) { a.DeputyID = p.Compliance1.ID }, fault.Invalid, "角色相同"},
		{"a manager as deputy", p.Supervisor1, func(a *approval.Away) { a.DeputyID = p.Manager1.ID }, fault.Invalid, "角色相同"},
		{"oneself", p.Supervisor1, func(a *approval.Away) { a.DeputyID = p.Supervisor1.ID }, fault.Invalid, "不能是自己"},
		{"yesterday", p.Supervisor1, func(a *approval.Away) { a.First = a.First.AddDate(0, 0, -1) }, fault.Invalid, "不早于今天"},
		{"backwards", p.Supervisor1, func(a *approval.Away) { a.Last = a.First.AddDate(0, 0, -1) }, fault.Invalid, "不早于开始"},
		{"for ever", p.Supervisor1, func(a *approval.Away) { a.Last = a.First.AddDate(1, 0, 0) }, fault.Invalid, "最长 180 天"},
		{"no reason", p.Supervisor1, func(a *approval.Away) { a.Reason = " " }, fault.Invalid, "写明原因"},
	}
	for _, tt := range tests {
		a := away(p.Supervisor2.ID)
		tt.change(&a)
		err := d.Delegate(c.ctx, tt.by, a)
		t.Run(tt.name, func(t *testing.T) { must(t, err, tt.kind, tt.part) })
	}
	c.delegate(p.Supervisor1, 0)
	must(t, d.Delegate(c.ctx, p.Supervisor1, away(p.Supervisor2.ID)), fault.Conflict, "已经有一条")
}

// Only the program gives a step to somebody else, and only who goes away says so.
func TestReroutingIsNotForged(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	p := c.people
	id := c.request(p.Manager1, ask(access.Assets)).ApprovalID
	const away = `INSERT INTO delegation (staff_id, deputy_id, begins_at, ends_at, reason) VALUES (%d, %d, now() + interval '%s', now() + interval '3 days', '年假')`
	give := fmt.Sprintf(`UPDATE approval_step SET approver_id = %d, waiting_since = now() WHERE approval_id = %d`, p.Supervisor2.ID, id)
	tests := []struct {
		name string
		by   pg.Actor
		sql  string
	}{
		{"given away by the requester", p.Manager1.Actor(), give},
		{"given away by the approver", p.Supervisor1.Actor(), give},
		{"taken by another", p.Supervisor2.Actor(), give},
		{"the program decides", pg.System, fmt.Sprintf(`UPDATE approval_step SET state = 'approved', decided_at = now() WHERE approval_id = %d`, id)},
		{"the program gives it to the requester", pg.System, fmt.Sprintf(`UPDATE approval_step SET approver_id = %d, waiting_since = now() WHERE approval_id = %d`, p.Manager1.ID, id)},
		{"the program gives it to an administrator", pg.System, fmt.Sprintf(`UPDATE approval_step SET approver_id = %d, waiting_since = now() WHERE approval_id = %d`, p.Admin1.ID, id)},
		{"the program backdates it", pg.System, fmt.Sprintf(`UPDATE approval_step SET approver_id = %d, waiting_since = now() - interval '1 day' WHERE approval_id = %d`, p.Supervisor2.ID, id)},
		{"for somebody who did not ask", pg.System, fmt.Sprintf(`UPDATE approval_step SET approver_id = %d, behalf_id = %d, waiting_since = now() WHERE approval_id = %d`, p.Supervisor2.ID, p.Supervisor1.ID, id)},
		{"an event by a person", p.Supervisor1.Actor(), fmt.Sprintf(`INSERT INTO approval_event (approval_id, kind) VALUES (%d, 'escalated')`, id)},
		{"a delegation in another's name", p.Supervisor2.Actor(), fmt.Sprintf(away, p.Supervisor1.ID, p.Supervisor2.ID, "0")},
		{"a delegation by a manager", p.Manager1.Actor(), fmt.Sprintf(away, p.Manager1.ID, p.Supervisor2.ID, "0")},
		{"a delegation into the past", p.Supervisor1.Actor(), fmt.Sprintf(away, p.Supervisor1.ID, p.Supervisor2.ID, "-1 day")},
	}
	for _, tt := range tests {
		err := c.db.InTx(c.ctx, tt.by, func(tx *pg.Tx) error {
			_, err := tx.Exec(c.ctx, tt.sql)
			return err
		})
		if pq.As(err) == nil {
			t.Errorf("%s: %v, want it refused by the database", tt.name, err)
		}
	}
	c.delegate(p.Supervisor1, 0)
	for name, sql := range map[string]string{
		"made longer": `UPDATE delegation SET ends_at = ends_at + interval '1 day'`,
		"removed":     `DELETE FROM delegation`,
	} {
		err := c.db.InTx(c.ctx, p.Supervisor1.Actor(), func(tx *pg.Tx) error {
			_, err := tx.Exec(c.ctx, sql)
			return err
		})
		if pq.As(err) == nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A break-glass must be reviewed: the step goes on until somebody can, to
// compliance where nobody stands above; meanwhile the portal raises an alarm.
func TestAReviewOfWhoLeftGoesOn(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	p := c.people
	c.delegate(p.Supervisor1, p.Supervisor2.ID)
	id := c.breakGlass(p.Manager1, access.Assets).ApprovalID
	c.wantWaits(id, "吴主管（代 周主管）")
	c.changeStaff(p.Supervisor1.ID, `disabled_at = now()`)
	c.sweep(1)
	c.wantWaits(id, "郑合规")
	c.changeStaff(p.Compliance1.ID, `role = 'auditor'`)
	router := approval.NewRouter(c.db.DB, c.policies, slog.New(slog.DiscardHandler))
	if _, err := router.Sweep(c.ctx); err != nil || router.Stuck() != 1 {
		t.Errorf("%d steps are stuck, %v, want 1", router.Stuck(), err)
	}
	c.changeStaff(p.Risk1.ID, `role = 'compliance', superior_id = NULL`)
	if n, err := router.Sweep(c.ctx); err != nil || n != 1 || router.Stuck() != 0 {
		t.Errorf("%d moved, %d stuck, %v", n, router.Stuck(), err)
	}
	c.wantWaits(id, "冯风控")
	c.decide(p.Risk1, id, approval.Approve, "")
}

// What one of a pool does not answer goes to another of it; a lone one keeps it.
func TestWhatAPoolDoesNotAnswerGoesToAnother(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	p := c.people
	c.setRules(`'manager', '', 'identity', 'inspection', 'superior_compliance', 240, 120, true`)
	id := c.request(p.Manager1, inspect()).ApprovalID
	c.decide(p.Supervisor1, id, approval.Approve, "")
	c.wantWaits(id, "郑合规")
	c.db.Advance(8 * 24 * time.Hour)
	c.sweep(0)
	c.changeStaff(p.Risk1.ID, `role = 'compliance'`)
	c.sweep(1)
	c.wantWaits(id, "冯风控")
	if all := c.events(id); !strings.Contains(all, "系统超时转办由 郑合规 转给 冯风控") {
		t.Errorf("history: %s", all)
	}
	c.sweep(0)
	c.db.Advance(8 * 24 * time.Hour)
	c.sweep(1)
	c.wantWaits(id, "郑合规")
	c.decide(p.Compliance1, id, approval.Approve, "")
}

// The requests of a lone compliance officer, and those that need another, are
// refused with whom to turn to.
func TestALoneComplianceOfficerIsToldWhomToAsk(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.changeStaff(c.people.Compliance1.ID, fmt.Sprintf(`superior_id = %d`, c.people.Risk1.ID))
	c.setRules(`'compliance', '', 'identity', 'inspection', 'superior_compliance', 240, 120, true`)
	_, err := c.desk.Request(c.ctx, c.people.Compliance1, c.no, inspect())
	must(t, err, fault.Conflict, "没有另一位合规可以复核，请联系管理员增设")
}
