package access_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/lib/pq"

	"liuhen/internal/access"
	"liuhen/internal/approval"
	"liuhen/internal/customer"
	"liuhen/internal/fault"
	"liuhen/internal/fixture"
	"liuhen/internal/pg"
	"liuhen/internal/seal"
	"liuhen/internal/staff"
)

// more adds customers of manager1 and returns all their numbers and ids.
func (c counter) more(n int) (nos []string, ids []int64) {
	c.t.Helper()
	nos, ids = []string{c.no}, []int64{c.id}
	for range n {
		id, no := fixture.Customer(c.t, c.db, fixture.File{Manager: c.people.Manager1, AccountNo: fmt.Sprintf("6222%d", len(ids)), Balance: "1.00"})
		nos, ids = append(nos, no), append(ids, id)
	}
	return nos, ids
}

func (c counter) askMany(nos []string, groups ...access.Group) int64 {
	c.t.Helper()
	o, err := c.desk.RequestMany(c.ctx, c.people.Manager1, nos, ask(groups...))
	if err != nil {
		c.t.Fatalf("request many: %v", err)
	}
	return o.ApprovalID
}

// accounts is whose accounts somebody sees, of those customers.
func (c counter) accounts(by *staff.Member, ids []int64) (n int) {
	c.t.Helper()
	err := c.db.Read(c.ctx, by.Actor(), func(tx *pg.Tx) error {
		return tx.Get(c.ctx, &n, `SELECT count(*) FROM account WHERE customer_id = ANY ($1)`, pq.Array(ids))
	})
	if err != nil {
		c.t.Fatal(err)
	}
	return n
}

func TestSeveralCustomersTakeTwoPeople(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	by := c.people.Manager1
	nos, ids := c.more(2)
	o, err := c.desk.RequestMany(c.ctx, by, append(nos, nos[0]), ask(access.Assets, access.Contact))
	if err != nil || o.Asked != 3 || !strings.Contains(o.Sentence(), "3 位客户提交调阅申请，等待 周主管 审批，之后由合规") {
		t.Fatalf("%+v, %v", o, err)
	}
	if s := c.wantState(by, access.Assets, access.Pending); !s.Many || s.ApprovalID != o.ApprovalID {
		t.Errorf("standing %+v", s)
	}
	c.decide(c.people.Supervisor1, o.ApprovalID, approval.Approve, "")
	if n := c.accounts(by, ids); n != 0 {
		t.Fatalf("the superior alone opens %d", n)
	}
	c.decide(c.people.Compliance1, o.ApprovalID, approval.Approve, "")
	if n := c.accounts(by, ids); n != 3 {
		t.Errorf("%d of 3 are open", n)
	}
	if n := c.db.QueryInt(`SELECT count(*) FROM access_grant WHERE approval_id = $1`, o.ApprovalID); n != 6 {
		t.Errorf("%d grants, want 6", n)
	}
	if n := c.db.QueryInt(`SELECT count(*) FROM trail WHERE action = 'access.requested' AND approval_id = $1`, o.ApprovalID); n != 3 {
		t.Errorf("%d lines on the trail, want one a customer", n)
	}
	_, err = c.desk.RequestMany(c.ctx, by, nos, ask(access.Assets))
	must(t, err, fault.Conflict, "都已经开放")
	line, err := customer.NewBook(c.db.DB, seal.NewSearchKey()).Timeline(c.ctx, by, c.no, customer.Everything, "")
	if asked := slices.ContainsFunc(line.Rows, func(e customer.Event) bool { return e.What == "approved" }); err != nil || !asked {
		t.Errorf("the timeline does not tell the approval: %+v, %v", line.Rows, err)
	}
	m, err := c.desk.Mine(c.ctx, by)
	if err != nil || len(m.Live) != 6 || len(m.Open) != 0 {
		t.Errorf("mine %+v, %v", m, err)
	}
}

func TestSomeOfSeveralAreLeftOut(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	by := c.people.Manager1
	nos, ids := c.more(3)
	id := c.askMany(nos, access.Assets, access.Contact)
	left := func(kept ...string) approval.Verdict {
		return approval.Verdict{Verb: approval.Approve, Left: approval.Left{Customers: kept}}
	}
	sup := c.people.Supervisor1
	must(t, c.engine.Decide(c.ctx, sup, id, left("")), fault.Invalid, "至少保留一位")
	must(t, c.engine.Decide(c.ctx, sup, id, left(nos[0], "99999999")), fault.Invalid, "不能增加")
	if err := c.engine.Decide(c.ctx, sup, id, left(nos[:3]...)); err != nil {
		t.Fatal(err)
	}
	must(t, c.engine.Decide(c.ctx, c.people.Compliance1, id, left(nos[3])), fault.Invalid, "不能增加")
	v := left(nos[1:3]...)
	v.Left.Groups, v.Left.Minutes = []string{"assets"}, 10
	if err := c.engine.Decide(c.ctx, c.people.Compliance1, id, v); err != nil {
		t.Fatal(err)
	}
	if a, b := c.accounts(by, ids[1:3]), c.accounts(by, ids); a != 2 || b != 2 || c.sees(by, "contact_point") != 0 {
		t.Errorf("%d and %d are open", a, b)
	}
	if n := c.db.QueryInt(`SELECT count(*) FROM trail WHERE action = 'approval.decided' AND detail LIKE '%移除 1 位客户（' || $1 || '）%'`, nos[3]); n != 1 {
		t.Errorf("%d lines tell who was left out", n)
	}
}

func TestSeveralAreDecidedOneByOneAndWithinTheScope(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	by := c.people.Manager1
	nos, ids := c.more(2)
	id := c.askMany(nos, access.Assets)
	results, err := c.engine.DecideMany(c.ctx, c.people.Supervisor1, []int64{id}, approval.Verdict{Verb: approval.Approve})
	if err != nil {
		t.Fatal(err)
	}
	must(t, results[0].Err, fault.Conflict, "多客户调阅要逐件审批")
	c.decide(c.people.Supervisor1, id, approval.Approve, "")
	c.db.MustExec(`UPDATE customer SET manager_id = $1 WHERE id = $2`, c.people.Newbie.ID, ids[1])
	err = c.engine.Decide(c.ctx, c.people.Compliance1, id, approval.Verdict{Verb: approval.Approve})
	must(t, err, fault.Conflict, "客户 "+nos[1]+" 已不在申请人的服务范围内")
	v := approval.Verdict{Verb: approval.Approve, Left: approval.Left{Customers: []string{nos[0], nos[2]}}}
	if err := c.engine.Decide(c.ctx, c.people.Compliance1, id, v); err != nil || c.accounts(by, ids) != 2 {
		t.Errorf("%v, %d open", err, c.accounts(by, ids))
	}
}

func TestWhatNoRequestForSeveralMayBe(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	by := c.people.Manager1
	nos, _ := c.more(20)
	_, others := fixture.Customer(t, c.db, fixture.File{Manager: c.people.Manager2})
	junk := ask(access.Assets)
	junk.Reason = "看一下"
	tests := []struct {
		name string
		by   *staff.Member
		nos  []string
		ask  access.Ask
		kind fault.Kind
		part string
	}{
		{"one", by, nos[:1], ask(access.Assets), fault.Invalid, "至少选择 2 位"},
		{"none", by, nil, ask(access.Assets), fault.Invalid, "至少选择 2 位"},
		{"too many", by, nos, ask(access.Assets), fault.Invalid, "最多 20 位客户，现在 21 位"},
		{"somebody else's", by, []string{nos[0], others}, ask(access.Assets), fault.NotFound, "不在您的服务范围"},
		{"no number", by, []string{nos[0], "\xff\x00"}, ask(access.Assets), fault.NotFound, "不在您的服务范围"},
		{"junk", by, nos[:2], junk, fault.Invalid, "事由"},
		{"no group", by, nos[:2], ask(), fault.Invalid, "信息分组"},
		{"an administrator", c.people.Admin1, nos[:2], ask(access.Assets), fault.Forbidden, "您的角色"},
	}
	for _, tt := range tests {
		_, err := c.desk.RequestMany(c.ctx, tt.by, tt.nos, tt.ask)
		t.Run(tt.name, func(t *testing.T) { must(t, err, tt.kind, tt.part) })
	}
	c.db.MustExec(`BEGIN; SET LOCAL session_replication_role = replica; UPDATE access_policy SET many_customers = 0; COMMIT`)
	c.policies.Evict()
	_, err := c.desk.RequestMany(c.ctx, by, nos[:2], ask(access.Assets))
	must(t, err, fault.Invalid, "不允许一次申请多位客户")
	if n := c.db.QueryInt(`SELECT count(*) FROM approval`); n != 0 {
		t.Errorf("%d requests were kept", n)
	}
}

func TestDirectSQLOpensNoSeveral(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	p := c.people
	nos, ids := c.more(2)
	id := c.askMany(nos, access.Assets)
	decided := fmt.Sprintf(`UPDATE approval_step SET state = 'approved', decided_at = now() WHERE approval_id = %d AND position = 1;`, id)
	tests := []struct {
		name string
		by   *staff.Member
		sql  string
	}{
		{"another customer added", p.Manager1, fmt.Sprintf(`INSERT INTO access_request (approval_id, customer_id, groups, purpose, reason, minutes) SELECT %d, max(id) + 1, '{assets}', 'service', '客户投诉，需核对十月扣费', 30 FROM customer`, id)},
		{"left out by the requester", p.Manager1, fmt.Sprintf(`UPDATE access_request SET left_out = true WHERE approval_id = %d`, id)},
		{"another customer put in", p.Manager1, fmt.Sprintf(`UPDATE access_request SET customer_id = %d WHERE approval_id = %d AND customer_id = %d`, ids[0]+1000, id, ids[0])},
		{"more groups by the approver", p.Supervisor1, decided + fmt.Sprintf(`UPDATE access_request SET granted_groups = '{assets,identity}', granted_minutes = 30 WHERE approval_id = %d`, id)},
		{"opened by the superior alone", p.Supervisor1, decided + fmt.Sprintf(`UPDATE approval_step SET state = 'dropped' WHERE approval_id = %d AND position = 2; UPDATE approval SET state = 'approved', closed_at = now() WHERE id = %d; SELECT open_access_grants(%d)`, id, id, id)},
		{"opened at once", p.Compliance1, fmt.Sprintf(`SELECT open_access_grants(%d)`, id)},
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
	c.decide(p.Supervisor1, id, approval.Approve, "")
	back := fmt.Sprintf(`UPDATE approval_step SET state = 'approved', decided_at = now() WHERE approval_id = %d AND position = 2; UPDATE access_request SET left_out = true WHERE approval_id = %d; UPDATE access_request SET left_out = false WHERE approval_id = %d`, id, id, id)
	err := c.db.InTx(c.ctx, p.Compliance1.Actor(), func(tx *pg.Tx) error {
		_, err := tx.Exec(c.ctx, back)
		return err
	})
	if pq.As(err) == nil {
		t.Errorf("who was left out comes back: %v", err)
	}
	if c.accounts(p.Manager1, ids) != 0 {
		t.Error("something is open")
	}
}

// The scope is written twice, in customer.Scope and in the database's
// sees_customer: they say the same of everybody.
func TestTheScopeIsTheSameInTheDatabase(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	for _, f := range []fixture.File{{Manager: c.people.Manager2}, {BranchID: c.people.Branch1ID}, {BranchID: c.people.HeadID}} {
		fixture.Customer(t, c.db, f)
	}
	var files []struct {
		ID int64  `db:"id"`
		No string `db:"no"`
	}
	err := c.db.Read(c.ctx, pg.System, func(tx *pg.Tx) error {
		return tx.Select(c.ctx, &files, `SELECT id, no FROM customer ORDER BY id`)
	})
	if err != nil || len(files) != 4 {
		t.Fatal(files, err)
	}
	for _, by := range c.people.All() {
		for _, f := range files {
			err := c.db.Read(c.ctx, by.Actor(), func(tx *pg.Tx) error {
				_, out := customer.Locate(c.ctx, tx, by, f.No)
				var sees bool
				if err := tx.Get(c.ctx, &sees, `SELECT sees_customer($1, $2)`, by.ID, f.ID); err != nil {
					return err
				}
				if sees != (out == nil) {
					t.Errorf("%s and %s: the database says %v, the program %v", by.Username, f.No, sees, out)
				}
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	}
}
