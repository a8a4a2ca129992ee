package access_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/lib/pq"

	"liuhen/internal/access"
	"liuhen/internal/approval"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/trail"
)

func (c counter) changeStaff(id int64, set string) {
	c.t.Helper()
	err := c.db.InTx(c.ctx, pg.System, func(tx *pg.Tx) error {
		_, err := tx.Exec(c.ctx, `UPDATE staff SET `+set+` WHERE id = $1`, id)
		return err
	})
	if err != nil {
		c.t.Fatal(err)
	}
}

func TestAGrantIsHandedBackByItsHolderOnce(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	by := c.people.Manager1
	c.open(access.Assets, access.Contact)
	grant := c.status(by, access.Assets).GrantID
	must(t, c.desk.HandBack(c.ctx, c.people.Supervisor1, grant), fault.NotFound, "没有这项授权")
	must(t, c.desk.HandBack(c.ctx, c.people.Admin1, grant), fault.Forbidden, "您的角色")
	if err := c.desk.HandBack(c.ctx, by, grant); err != nil {
		t.Fatal(err)
	}
	s := c.wantState(by, access.Assets, access.Expired)
	if s.EndReason != "handed_back" || c.sees(by, "account") != 0 || c.sees(by, "contact_point") != 1 {
		t.Errorf("after handing back: %+v", s)
	}
	must(t, c.desk.HandBack(c.ctx, by, grant), fault.Conflict, "已经结束")
	if n := c.db.QueryInt(`SELECT count(*) FROM trail WHERE action = 'access.handed_back' AND groups = '{assets}'`); n != 1 {
		t.Errorf("%d lines on the trail", n)
	}
}

func TestGrantsEndWithRoleBranchAndEmployment(t *testing.T) {
	t.Parallel()
	for why, set := range map[string]string{
		"employment": `disabled_at = now()`,
		"role":       `role = 'supervisor'`,
		"branch":     `branch_id = (SELECT max(id) FROM branch)`,
	} {
		t.Run(why, func(t *testing.T) {
			t.Parallel()
			c := newCounter(t)
			c.open(access.Assets, access.Contact)
			c.changeStaff(c.people.Manager1.ID, `name = '林越'`)
			if n := c.sees(c.people.Manager1, "account"); n != 1 {
				t.Fatal("a new name ends the grant")
			}
			c.changeStaff(c.people.Manager1.ID, set)
			if n := c.db.QueryInt(`SELECT count(*) FROM access_grant WHERE end_reason = $1 AND ended_at IS NOT NULL`, why); n != 2 {
				t.Errorf("%d of 2 grants ended", n)
			}
			if n := c.sees(c.people.Manager1, "account"); n != 0 {
				t.Error("the grant outlives the job")
			}
		})
	}
}

func TestACustomerWhoLeftTheScopeIsNotOpened(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	id := c.request(c.people.Manager1, ask(access.Assets)).ApprovalID
	c.db.MustExec(`UPDATE customer SET manager_id = $1 WHERE id = $2`, c.people.Newbie.ID, c.id)
	err := c.engine.Decide(c.ctx, c.people.Supervisor1, id, approval.Verdict{Verb: approval.Approve})
	must(t, err, fault.Conflict, "服务范围内，不能批准")
	if n := c.db.QueryInt(`SELECT count(*) FROM access_grant`); n != 0 {
		t.Errorf("%d grants were opened", n)
	}
	c.decide(c.people.Supervisor1, id, approval.Reject, "客户已转出")
}

// A grant, and what it stands on, cannot be made by plain SQL in anybody's name.
func TestDirectSQLOpensNothing(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	pending := c.request(c.people.Manager1, ask(access.Assets)).ApprovalID
	old := c.open(access.Identity)
	grant := c.status(c.people.Manager1, access.Identity).GrantID
	m1 := c.people.Manager1.ID
	tests := []struct {
		name string
		by   *staff.Member
		sql  string
	}{
		{"a grant written by its holder", c.people.Manager1, fmt.Sprintf(`INSERT INTO access_grant (approval_id, staff_id, customer_id, field_group, expires_at) VALUES (%d, %d, %d, 'assets', now() + interval '1 hour')`, pending, m1, c.id)},
		{"a grant written by the approver", c.people.Supervisor1, fmt.Sprintf(`INSERT INTO access_grant (approval_id, staff_id, customer_id, field_group, expires_at) VALUES (%d, %d, %d, 'assets', now() + interval '1 hour')`, pending, m1, c.id)},
		{"a grant opened without approval", c.people.Supervisor1, fmt.Sprintf(`SELECT open_access_grants(%d)`, pending)},
		{"a grant opened by the requester", c.people.Manager1, fmt.Sprintf(`SELECT open_access_grants(%d)`, pending)},
		{"an old approval opened again", c.people.Supervisor1, fmt.Sprintf(`SELECT open_access_grants(%d)`, old)},
		{"a grant that lasts longer", c.people.Manager1, fmt.Sprintf(`UPDATE access_grant SET expires_at = now() + interval '8 hours' WHERE id = %d`, grant)},
		{"a grant of another group", c.people.Manager1, fmt.Sprintf(`UPDATE access_grant SET field_group = 'assets' WHERE id = %d`, grant)},
		{"a grant of another person", c.people.Newbie, fmt.Sprintf(`UPDATE access_grant SET staff_id = %d WHERE id = %d`, c.people.Newbie.ID, grant)},
		{"handed back in another's name", c.people.Newbie, fmt.Sprintf(`UPDATE access_grant SET ended_at = now(), end_reason = 'handed_back' WHERE id = %d`, grant)},
		{"revoked by anybody", c.people.Newbie, fmt.Sprintf(`UPDATE access_grant SET ended_at = now(), end_reason = 'revoked' WHERE id = %d`, grant)},
		{"more groups than were asked for", c.people.Manager1, fmt.Sprintf(`UPDATE access_request SET groups = '{assets,identity}' WHERE approval_id = %d`, pending)},
		{"another reason while it is read", c.people.Manager1, fmt.Sprintf(`UPDATE access_request SET reason = '客户投诉，需核对十月扣费' WHERE approval_id = %d`, pending)},
		{"a request written by another", c.people.Supervisor1, fmt.Sprintf(`INSERT INTO access_request (approval_id, customer_id, groups, purpose, reason, minutes) VALUES (%d, %d, '{contact}', 'service', '客户投诉，需核对十月扣费', 30)`, pending, c.id)},
		{"a closed row written", c.people.Manager1, fmt.Sprintf(`INSERT INTO contact_point (customer_id, source_id, kind, value) VALUES (%d, 1, 'phone', '1')`, c.id)},
		{"the trail in another's name", c.people.Manager1, fmt.Sprintf(`INSERT INTO trail (staff_id, action) VALUES (%d, 'approval.decided')`, c.people.Supervisor1.ID)},
		{"the policies switched off", c.people.Manager1, `ALTER TABLE account DISABLE ROW LEVEL SECURITY`},
		{"another actor claimed", c.people.Manager1, fmt.Sprintf(`SET LOCAL liuhen.actor = '%d.1.00'; SELECT acting_staff()`, c.people.Supervisor1.ID)},
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
	if c.sees(c.people.Manager1, "account") != 0 {
		t.Error("assets are open")
	}
}

func TestWhoIsAsked(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	if a := c.standing(c.people.Manager1).Approver; a.ID != c.people.Supervisor1.ID || !a.Direct || a.Usual != 0 {
		t.Fatalf("asked is %+v", a)
	}
	for _, minutes := range []time.Duration{2 * time.Minute, 6 * time.Minute, 60 * time.Minute} {
		id := c.request(c.people.Manager1, ask(access.Assets)).ApprovalID
		c.db.Advance(minutes)
		c.decide(c.people.Supervisor1, id, approval.Reject, "只为计时")
	}
	if a := c.standing(c.people.Manager1).Approver; a.Usual.Round(time.Minute) != 6*time.Minute {
		t.Errorf("usual time %v, want 6 minutes", a.Usual)
	}
	pending := c.request(c.people.Manager1, ask(access.Contact)).ApprovalID
	c.changeStaff(c.people.Supervisor1.ID, `disabled_at = now()`)
	if a := c.standing(c.people.Manager1).Approver; a.ID != c.people.Compliance1.ID || a.Direct {
		t.Errorf("asked is %+v, want the superior's superior", a)
	}
	if s := c.wantState(c.people.Manager1, access.Contact, access.Pending); !s.Stuck {
		t.Error("a request whose approver has left is not said to be stuck")
	}
	if err := c.engine.Withdraw(c.ctx, c.people.Manager1, pending); err != nil {
		t.Fatal(err)
	}
	if o := c.request(c.people.Manager1, ask(access.Contact)); o.Approver.ID != c.people.Compliance1.ID {
		t.Errorf("asked again: %+v", o)
	}
	c.changeStaff(c.people.Compliance1.ID, `role = 'auditor'`)
	if a := c.standing(c.people.Manager1).Approver; a.ID != 0 {
		t.Errorf("asked is %+v, want nobody", a)
	}
	_, err := c.desk.Request(c.ctx, c.people.Manager1, c.no, ask(access.Assets))
	must(t, err, fault.Conflict, "请联系管理员 孙管理 为您设置上级")
}

func TestTheFourthRequestOfAWeekIsMarked(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	for range 3 {
		id := c.request(c.people.Manager1, ask(access.Assets)).ApprovalID
		c.decide(c.people.Supervisor1, id, approval.Reject, "再想一想")
		c.db.Advance(time.Hour)
	}
	id := c.request(c.people.Manager1, ask(access.Assets, access.Contact)).ApprovalID
	results, err := c.engine.DecideMany(c.ctx, c.people.Supervisor1, []int64{id}, approval.Verdict{Verb: approval.Approve})
	if err != nil {
		t.Fatal(err)
	}
	must(t, results[0].Err, fault.Conflict, "近 7 天第 4 次调阅")
	c.decide(c.people.Supervisor1, id, approval.Approve, "已电话核实")
	c.db.Advance(8 * 24 * time.Hour)
	next := c.request(c.people.Manager1, ask(access.Assets)).ApprovalID
	c.decide(c.people.Supervisor1, next, approval.Approve, "")
}

func TestMineShowsWhatIsOpenAndWhatWas(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	by := c.people.Manager1
	c.open(access.Assets, access.Contact)
	if err := c.desk.HandBack(c.ctx, by, c.status(by, access.Contact).GrantID); err != nil {
		t.Fatal(err)
	}
	c.look(by, access.Assets)
	c.db.Advance(3 * time.Minute)
	c.look(by, access.Assets)
	waiting := c.request(by, ask(access.Transactions)).ApprovalID
	rejected := c.request(by, ask(access.Identity)).ApprovalID
	c.decide(c.people.Supervisor1, rejected, approval.Reject, "不需要证件")
	m, err := c.desk.Mine(c.ctx, by)
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Live) != 1 || m.Live[0].Group != access.Assets || m.Live[0].By != "周主管" || m.Live[0].Watched().Round(time.Second) != 3*time.Minute {
		t.Errorf("live %+v", m.Live)
	}
	if len(m.Open) != 1 || m.Open[0].ApprovalID != waiting || m.Open[0].CustomerNo != c.no {
		t.Errorf("open %+v", m.Open)
	}
	if len(m.Past) != 1 || m.Past[0].EndReason != "handed_back" || len(m.Shut) != 1 || !strings.Contains(m.Shut[0].Comment, "不需要证件") || len(m.Team) != 0 {
		t.Errorf("past %+v, shut %+v, team %+v", m.Past, m.Shut, m.Team)
	}
	for who, want := range map[*staff.Member]int{c.people.Supervisor1: 1, c.people.Supervisor2: 0, c.people.Compliance1: 1, c.people.Newbie: 0} {
		m, err := c.desk.Mine(c.ctx, who)
		if err != nil || len(m.Team) != want || len(m.Live) != 0 {
			t.Errorf("%s: team %+v, %v, want %d", who.Username, m.Team, err, want)
		}
	}
	_, err = c.desk.Mine(c.ctx, c.people.Admin1)
	must(t, err, fault.Forbidden, "您的角色")
	c.db.Advance(30 * time.Minute)
	if s := c.wantState(by, access.Contact, access.Expired); s.Looked || s.Watched != 0 {
		t.Errorf("looked at what nobody opened: %+v", s)
	}
	if s := c.wantState(by, access.Assets, access.Expired); !s.Looked || s.Watched < 3*time.Minute || s.Watched > 4*time.Minute {
		t.Errorf("watched %v, want 3 minutes", s.Watched)
	}
}

// look puts a view of a group on the trail, as the customer's file does.
func (c counter) look(by *staff.Member, g access.Group) {
	c.t.Helper()
	err := trail.Note(c.ctx, c.db.DB, by.Who(), trail.Entry{Action: trail.GroupRevealed, CustomerID: c.id, CustomerNo: c.no, Groups: []string{string(g)}})
	if err != nil {
		c.t.Fatal(err)
	}
}
