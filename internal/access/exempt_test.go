package access_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/lib/pq"

	"liuhen/internal/access"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// exemptContact lets managers open the contacts of their own customers.
const exemptContact = `'', 'managing', 'contact', '', 'exempt', 60, 20, false`

func TestTheShippedPolicyExemptsNothing(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	for _, g := range access.Groups() {
		must(t, c.desk.Open(c.ctx, c.people.Manager1, c.no, g), fault.Conflict, "须先申请")
	}
	if n := c.db.QueryInt(`SELECT count(*) FROM access_grant`); n != 0 {
		t.Errorf("%d grants are open", n)
	}
	if n := c.db.QueryInt(`SELECT count(*) FROM trail WHERE action = 'access.exempted' AND refused`); n != 4 {
		t.Errorf("%d refused tries on the trail", n)
	}
}

func TestWhatThePolicyExemptsOpensAtOnce(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	by := c.people.Manager1
	c.setRules(exemptContact)
	if err := c.desk.Open(c.ctx, by, c.no, access.Contact); err != nil {
		t.Fatal(err)
	}
	s := c.wantState(by, access.Contact, access.Open)
	if s.By != access.ByPolicy || s.Until.Sub(s.Since) != 20*time.Minute || c.sees(by, "contact_point") != 1 || c.sees(by, "account") != 0 {
		t.Errorf("opened %+v", s)
	}
	must(t, c.desk.Open(c.ctx, by, c.no, access.Contact), fault.Conflict, "已经打开")
	must(t, c.desk.Open(c.ctx, by, c.no, access.Assets), fault.Conflict, "须先申请")
	must(t, c.desk.Open(c.ctx, by, c.no, "basic"), fault.NotFound, "没有这个信息分组")
	must(t, c.desk.Open(c.ctx, c.people.Newbie, c.no, access.Contact), fault.NotFound, "没有这位客户")
	must(t, c.desk.Open(c.ctx, c.people.Supervisor1, c.no, access.Contact), fault.Conflict, "须先申请")
	must(t, c.desk.Open(c.ctx, c.people.Admin1, c.no, access.Contact), fault.Forbidden, "您的角色")
	if n := c.db.QueryInt(`SELECT count(*) FROM trail WHERE action = 'access.exempted' AND NOT refused AND staff_id = $1 AND groups = '{contact}'`, by.ID); n != 1 {
		t.Errorf("%d lines on the trail", n)
	}
	if err := c.desk.HandBack(c.ctx, by, s.GrantID); err != nil {
		t.Error(err)
	}
	c.db.Advance(time.Minute)
	if o := c.request(by, ask(access.Contact)); o.ApprovalID != 0 || !strings.Contains(o.Sentence(), "按政策免审批，已经打开") {
		t.Errorf("asked for: %+v", o)
	}
	c.db.Advance(21 * time.Minute)
	c.wantState(by, access.Contact, access.Expired)
	if o := c.request(by, ask(access.Contact, access.Assets)); o.ApprovalID == 0 || len(o.Asked) != 2 {
		t.Errorf("with assets: %+v, want both asked for", o)
	}
	if c.sees(by, "contact_point") != 0 {
		t.Error("contacts are open while asked for")
	}
}

// An exemption is opened by the function alone, for who serves the customer, by
// the policy in force, in one's own name.
func TestAnExemptionIsNotForged(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	p := c.people
	c.setRules(exemptContact, `'supervisor', 'branch', 'assets', '', 'exempt', 60, 20, false`)
	open := func(g string) string { return fmt.Sprintf(`SELECT open_exempt_grant(%d, '%s', 'service')`, c.id, g) }
	tests := []struct {
		name string
		by   *staff.Member
		sql  string
	}{
		{"by a manager of another customer", p.Newbie, open("contact")},
		{"by the manager, for what only supervisors open", p.Manager1, open("assets")},
		{"by the supervisor, for what only the manager opens", p.Supervisor1, open("contact")},
		{"by another branch", p.Supervisor2, open("assets")},
		{"by an administrator", p.Admin1, open("contact")},
		{"by nobody", &staff.Member{}, open("contact")},
		{"of another group", p.Manager1, open("identity")},
		{"of no group", p.Manager1, open("everything")},
		{"an approved request by hand", p.Manager1, fmt.Sprintf(`INSERT INTO approval (kind, state, requester_id, customer_id, title, closed_at) VALUES ('access', 'approved', %d, %d, '我的', now())`, p.Manager1.ID, c.id)},
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
	if n := c.db.QueryInt(`SELECT count(*) FROM access_grant`); n != 0 {
		t.Errorf("%d grants are open", n)
	}
	if err := c.desk.Open(c.ctx, p.Supervisor1, c.no, access.Assets); err != nil {
		t.Errorf("by the supervisor, as the policy says: %v", err)
	}
}
