package access_test

import (
	"fmt"
	"testing"

	"github.com/lib/pq"

	"liuhen/internal/access"
	"liuhen/internal/approval"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

func TestAnApproverLeavesLess(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	by := c.people.Manager1
	a := ask(access.Contact, access.Assets, access.Transactions)
	a.Minutes = 120
	id := c.request(by, a).ApprovalID
	decide := func(left approval.Left) error {
		return c.engine.Decide(c.ctx, c.people.Supervisor1, id, approval.Verdict{Verb: approval.Approve, Left: left})
	}
	must(t, decide(approval.Left{Groups: []string{"assets", "identity"}}), fault.Invalid, "「证件」不在申请范围里")
	must(t, decide(approval.Left{Groups: []string{""}}), fault.Invalid, "至少保留一个")
	must(t, decide(approval.Left{Minutes: 121}), fault.Invalid, "10 到 120 分钟")
	must(t, decide(approval.Left{Minutes: 9}), fault.Invalid, "10 到 120 分钟")
	c.wantState(by, access.Assets, access.Pending)
	if err := decide(approval.Left{Groups: []string{"assets"}, Minutes: 30}); err != nil {
		t.Fatal(err)
	}
	s := c.wantState(by, access.Assets, access.Open)
	if got := s.Until.Sub(s.Since).Minutes(); got != 30 || !s.Narrowed {
		t.Errorf("open for %v minutes, narrowed %v", got, s.Narrowed)
	}
	c.wantState(by, access.Contact, access.Locked)
	if c.sees(by, "account") != 1 || c.sees(by, "contact_point") != 0 || c.sees(by, "bank_transaction") != 0 {
		t.Error("more is seen than was left")
	}
	if n := c.db.QueryInt(`SELECT count(*) FROM trail WHERE action = 'approval.decided' AND detail LIKE '%缩小为资产、30 分钟%'`); n != 1 {
		t.Errorf("%d lines tell what was left", n)
	}
}

// What the superior left is the most that compliance can approve.
func TestTheSecondApproverLeavesNoMoreThanTheFirst(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	by := c.people.Manager1
	a := inspect()
	a.Groups, a.Minutes = []access.Group{access.Contact, access.Identity}, 120
	id := c.request(by, a).ApprovalID
	step := func(who *staff.Member, left approval.Left) error {
		return c.engine.Decide(c.ctx, who, id, approval.Verdict{Verb: approval.Approve, Left: left})
	}
	if err := step(c.people.Supervisor1, approval.Left{Groups: []string{"identity"}, Minutes: 60}); err != nil {
		t.Fatal(err)
	}
	if s := c.wantState(by, access.Identity, access.Pending); s.Minutes != 60 || len(s.Groups) != 1 {
		t.Errorf("the requester sees %+v", s)
	}
	c.wantState(by, access.Contact, access.Locked)
	must(t, step(c.people.Compliance1, approval.Left{Groups: []string{"contact"}}), fault.Invalid, "不在申请范围里")
	must(t, step(c.people.Compliance1, approval.Left{Minutes: 90}), fault.Invalid, "10 到 60 分钟")
	if err := step(c.people.Compliance1, approval.Left{}); err != nil {
		t.Fatal(err)
	}
	if s := c.wantState(by, access.Identity, access.Open); s.Until.Sub(s.Since).Minutes() != 60 || c.sees(by, "contact_point") != 0 {
		t.Errorf("opened %+v", s)
	}
}

// Nobody narrows, or widens, what is not theirs to decide just now.
func TestNarrowingIsNotForged(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	id := c.request(c.people.Manager1, ask(access.Assets, access.Contact)).ApprovalID
	const set = `UPDATE access_request SET granted_groups = '{%s}', granted_minutes = %d WHERE approval_id = %d`
	decided := fmt.Sprintf(`UPDATE approval_step SET state = 'approved', decided_at = now() WHERE approval_id = %d`, id)
	tests := []struct {
		name string
		by   *staff.Member
		sql  []string
	}{
		{"by the requester", c.people.Manager1, []string{fmt.Sprintf(set, "assets", 10, id)}},
		{"before deciding", c.people.Supervisor1, []string{fmt.Sprintf(set, "assets", 10, id)}},
		{"by another approver", c.people.Supervisor2, []string{fmt.Sprintf(set, "assets", 10, id)}},
		{"more groups", c.people.Supervisor1, []string{decided, fmt.Sprintf(set, "assets,identity", 10, id)}},
		{"more minutes", c.people.Supervisor1, []string{decided, fmt.Sprintf(set, "assets", 31, id)}},
		{"none at all", c.people.Supervisor1, []string{decided, fmt.Sprintf(set, "", 30, id)}},
		{"what was asked changed", c.people.Supervisor1, []string{decided, fmt.Sprintf(`UPDATE access_request SET groups = '{identity}' WHERE approval_id = %d`, id)}},
	}
	for _, tt := range tests {
		err := c.db.InTx(c.ctx, tt.by.Actor(), func(tx *pg.Tx) error {
			for _, q := range tt.sql {
				if _, err := tx.Exec(c.ctx, q); err != nil {
					return err
				}
			}
			return nil
		})
		if pq.As(err) == nil {
			t.Errorf("%s: %v, want it refused by the database", tt.name, err)
		}
	}
}
