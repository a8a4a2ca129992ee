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

func TestAReturnedRequestForSeveralIsAmended(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	by := c.people.Manager1
	nos, ids := c.more(3)
	id := c.askMany(nos, access.Assets)
	_, err := c.desk.Amend(c.ctx, by, id)
	must(t, err, fault.Conflict, "正在审批")
	left := approval.Verdict{Verb: approval.Approve, Left: approval.Left{Customers: nos[:3], Groups: []string{"assets"}, Minutes: 10}}
	if err := c.engine.Decide(c.ctx, c.people.Supervisor1, id, left); err != nil {
		t.Fatal(err)
	}
	c.decide(c.people.Compliance1, id, approval.Return, "请写明工单号")
	c.db.MustExec(`UPDATE customer SET manager_id = $1 WHERE id = $2`, c.people.Newbie.ID, ids[1])
	m, err := c.desk.Amend(c.ctx, by, id)
	if err != nil || m.Gone != 1 || len(m.Customers) != 3 || m.Comment != "请写明工单号" || m.Ask.Reason == "" || len(m.Ask.Groups) != 1 || m.Approver.Name != "周主管" {
		t.Fatalf("%+v, %v", m, err)
	}
	again := ask()
	again.Reason, again.Task = "到期理财集中续作，需核对两位客户的持仓。", "88131"
	for name, tt := range map[string]struct {
		by   *staff.Member
		kept []string
		kind fault.Kind
		part string
	}{
		"nobody":             {by, nil, fault.Invalid, "至少保留一位"},
		"one who has left":   {by, nos[:2], fault.Invalid, "不能增加"},
		"somebody new":       {by, []string{nos[0], "10000999"}, fault.Invalid, "不能增加"},
		"somebody else's":    {c.people.Manager2, nos[:1], fault.NotFound, "没有"},
		"an administrator's": {c.people.Admin1, nos[:1], fault.Forbidden, "角色"},
	} {
		_, err := c.desk.AmendMany(c.ctx, tt.by, id, tt.kept, again)
		t.Run(name, func(t *testing.T) { must(t, err, tt.kind, tt.part) })
	}
	junk := again
	junk.Reason = "看一下"
	_, err = c.desk.AmendMany(c.ctx, by, id, nos[2:], junk)
	must(t, err, fault.Invalid, "事由")
	o, err := c.desk.AmendMany(c.ctx, by, id, nos[2:], again)
	if err != nil || o.Asked != 2 || o.ApprovalID != id {
		t.Fatalf("%+v, %v", o, err)
	}
	if n := c.db.QueryInt(`SELECT count(*) FROM trail WHERE action = 'approval.resubmitted' AND approval_id = $1 AND detail LIKE '2 位客户一并申请%88131%'`, id); n != 2 {
		t.Errorf("%d lines on the trail, want one a customer", n)
	}
	_, err = c.desk.AmendMany(c.ctx, by, id, nos[2:], again)
	must(t, err, fault.Conflict, "正在审批")
	c.decide(c.people.Supervisor1, id, approval.Approve, "")
	if n := c.accounts(by, ids); n != 0 {
		t.Errorf("the superior alone opens %d", n)
	}
	c.decide(c.people.Compliance1, id, approval.Approve, "")
	if a, b := c.accounts(by, ids[2:]), c.accounts(by, ids); a != 2 || b != 2 {
		t.Errorf("%d of the kept and %d of all are open", a, b)
	}
	if n := c.db.QueryInt(`SELECT count(*) FROM access_grant WHERE approval_id = $1 AND expires_at = granted_at + interval '30 minutes'`, id); n != 2 {
		t.Errorf("%d grants last as was asked again", n)
	}
}

func TestOnlyARequestForSeveralIsAmendedSo(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	by := c.people.Manager1
	o, err := c.desk.Request(c.ctx, by, c.no, ask(access.Assets))
	if err != nil {
		t.Fatal(err)
	}
	c.decide(c.people.Supervisor1, o.ApprovalID, approval.Return, "请写明工单号")
	_, err = c.desk.Amend(c.ctx, by, o.ApprovalID)
	must(t, err, fault.NotFound, "没有这件申请")
}

func TestAReturnedRequestForSeveralIsNotForged(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	nos, _ := c.more(2)
	id := c.askMany(nos, access.Assets)
	c.decide(c.people.Supervisor1, id, approval.Return, "请写明工单号")
	for name, tt := range map[string]struct {
		by  *staff.Member
		sql string
	}{
		"more groups":         {c.people.Manager1, `UPDATE access_request SET groups = '{assets,identity}' WHERE approval_id = %d`},
		"another's":           {c.people.Newbie, `UPDATE access_request SET left_out = true WHERE approval_id = %d`},
		"granted by oneself":  {c.people.Manager1, `UPDATE access_request SET granted_groups = '{assets}', granted_minutes = 10 WHERE approval_id = %d`},
		"a customer put in":   {c.people.Manager1, `INSERT INTO access_request (approval_id, customer_id, groups, purpose, reason, minutes) SELECT %d, max(id) + 1, '{assets}', 'service', '客户投诉，需核对十月扣费', 30 FROM customer`},
		"the approver widens": {c.people.Supervisor1, `UPDATE access_request SET minutes = 480 WHERE approval_id = %d`},
	} {
		err := c.db.InTx(c.ctx, tt.by.Actor(), func(tx *pg.Tx) error {
			_, err := tx.Exec(c.ctx, fmt.Sprintf(tt.sql, id))
			return err
		})
		if pq.As(err) == nil {
			t.Errorf("%s: %v, want it refused by the database", name, err)
		}
	}
}
