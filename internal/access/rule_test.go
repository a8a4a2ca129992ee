package access_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lib/pq"

	"liuhen/internal/access"
	"liuhen/internal/approval"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// setRules puts lines into the policy in force, past every guard.
func (c counter) setRules(lines ...string) {
	c.t.Helper()
	q := `BEGIN; SET LOCAL session_replication_role = replica;`
	for _, l := range lines {
		q += `INSERT INTO access_policy_row (policy_id, role, relation, field_group, purpose, way, max_minutes, suggested_minutes, task) SELECT max(id), ` + l + ` FROM access_policy WHERE version IS NOT NULL;`
	}
	c.db.MustExec(q + `COMMIT`)
	c.policies.Evict()
}

// The program and the database read the policy the same way.
func TestTheRuleIsTheSameInSQL(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.setRules(
		`'manager', '', '', '', 'superior', 100, 10, false`,
		`'', 'former', '', '', 'superior_compliance', 101, 10, false`,
		`'', 'managing', 'contact', '', 'exempt', 102, 10, false`,
		`'risk', '', 'identity', '', 'superior', 103, 10, true`,
		`'risk', '', '', 'other', 'superior', 104, 10, true`,
		`'supervisor', 'branch', 'assets', 'other', 'superior_compliance', 105, 10, true`,
	)
	p, err := c.policies.Current(c.ctx)
	if err != nil {
		t.Fatal(err)
	}
	tried := 0
	err = c.db.Read(c.ctx, c.people.Manager1.Actor(), func(tx *pg.Tx) error {
		for _, role := range []staff.Role{staff.Manager, staff.Supervisor, staff.Risk, staff.Compliance} {
			for _, relation := range access.Relations() {
				for _, g := range access.Groups() {
					for _, purpose := range access.Purposes() {
						var in access.Rule
						const q = `SELECT r.way, r.max_minutes, r.suggested_minutes, r.task FROM access_rule($1, $2, $3, $4) AS r`
						if err := tx.Get(c.ctx, &in, q, string(role), string(relation), string(g), string(purpose)); err != nil {
							return err
						}
						f := access.Facts{Role: role, Relation: relation, Group: g, Purpose: purpose}
						if diff := cmp.Diff(in, p.Decide(f)); diff != "" {
							t.Errorf("%+v (-SQL +Go):\n%s", f, diff)
						}
						tried++
					}
				}
			}
		}
		return nil
	})
	if err != nil || tried != 4*4*4*6 {
		t.Fatalf("%d tried, %v", tried, err)
	}
}

func TestTheRelation(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	want := func(by *staff.Member, relation access.Relation) {
		t.Helper()
		var got access.Relation
		err := c.db.Read(c.ctx, by.Actor(), func(tx *pg.Tx) error {
			return tx.Get(c.ctx, &got, `SELECT access_relation($1, $2)`, by.ID, c.id)
		})
		if err != nil || got != relation {
			t.Errorf("%s: %s, %v, want %s", by.Username, got, err, relation)
		}
	}
	p := c.people
	want(p.Manager1, access.Managing)
	want(p.Supervisor1, access.SameHome)
	want(p.Compliance1, access.SameHome)
	want(p.Manager2, access.Stranger)
	c.db.MustExec(`UPDATE customer SET manager_id = $1, branch_id = $2 WHERE id = $3`, p.Manager2.ID, p.Branch2ID, c.id)
	want(p.Manager2, access.Managing)
	want(p.Manager1, access.Former)
	want(p.Supervisor1, access.Stranger)
}

// inspect is an ask that the shipped policy sends to compliance as well.
func inspect() access.Ask {
	a := ask(access.Identity)
	a.Purpose, a.Task = access.Inspection, "沪银检 2026-17"
	return a
}

func TestInspectionsOfCertificatesGoToComplianceToo(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.setRules(`'manager', '', 'identity', 'inspection', 'superior_compliance', 240, 120, true`)
	by := c.people.Manager1
	a := inspect()
	a.Task, a.Minutes = "", 300
	_, err := c.desk.Request(c.ctx, by, c.no, a)
	must(t, err, fault.Invalid, "须写关联工单号")
	must(t, err, fault.Invalid, "10 到 240 分钟")
	o := c.request(by, inspect())
	if !o.Second || !strings.Contains(o.Sentence(), "之后由合规审批") {
		t.Errorf("outcome %+v", o)
	}
	must(t, c.engine.Decide(c.ctx, c.people.Compliance1, o.ApprovalID, approval.Verdict{Verb: approval.Approve}), fault.Conflict, "现在等 周主管")
	c.decide(c.people.Supervisor1, o.ApprovalID, approval.Approve, "")
	if s := c.wantState(by, access.Identity, access.Pending); s.By != "郑合规" || c.sees(by, "identity_document") != 0 {
		t.Errorf("after the first approval: %+v", s)
	}
	c.decide(c.people.Compliance1, o.ApprovalID, approval.Approve, "")
	c.wantState(by, access.Identity, access.Open)
	if c.sees(by, "identity_document") != 1 {
		t.Error("the certificate is not seen")
	}
	if n := c.db.QueryInt(`SELECT count(*) FROM access_request WHERE task = '沪银检 2026-17' AND policy_version = 1`); n != 1 {
		t.Errorf("%d requests keep task and version", n)
	}
}

func TestASuperiorOfComplianceDecidesForBoth(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	o := c.request(c.people.Supervisor1, inspect())
	if o.Second {
		t.Errorf("outcome %+v", o)
	}
	c.decide(c.people.Compliance1, o.ApprovalID, approval.Approve, "来函已核实")
	c.wantState(c.people.Supervisor1, access.Identity, access.Open)
}

// A returned request that now needs compliance gets the step; one that went to
// compliance goes there again.
func TestAReturnedRequestGetsItsStepsByThePolicy(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	by := c.people.Manager1
	id := c.request(by, ask(access.Identity)).ApprovalID
	c.decide(c.people.Supervisor1, id, approval.Return, "用途不对")
	if o := c.request(by, inspect()); o.ApprovalID != id || !o.Second {
		t.Fatalf("outcome %+v", o)
	}
	c.decide(c.people.Supervisor1, id, approval.Approve, "")
	c.decide(c.people.Compliance1, id, approval.Return, "来函未附")
	c.request(by, ask(access.Identity))
	c.decide(c.people.Supervisor1, id, approval.Approve, "")
	c.wantState(by, access.Identity, access.Pending)
	c.decide(c.people.Compliance1, id, approval.Approve, "")
	c.wantState(by, access.Identity, access.Open)
}

// What the policy of the day of the approval does not allow is not opened, even
// where the program would.
func TestAGrantNeedsThePolicyOfItsDay(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	by := c.people.Manager1
	id := c.request(by, ask(access.Assets)).ApprovalID
	c.setRules(`'', '', 'assets', '', 'superior_compliance', 480, 30, false`)
	err := c.engine.Decide(c.ctx, c.people.Supervisor1, id, approval.Verdict{Verb: approval.Approve})
	must(t, err, fault.Conflict, "已经换了版本")
	if c.sees(by, "account") != 0 {
		t.Error("assets are open")
	}
	c.decide(c.people.Supervisor1, id, approval.Return, "按新政策")
	o := c.request(by, ask(access.Assets))
	c.decide(c.people.Supervisor1, o.ApprovalID, approval.Approve, "")
	c.decide(c.people.Compliance1, o.ApprovalID, approval.Approve, "")
	c.wantState(by, access.Assets, access.Open)
}

// A requester cannot shorten the way by plain SQL: a step of compliance that is
// dropped or left out opens nothing.
func TestAWayIsNotShortenedBySQL(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	by := c.people.Manager1
	id := c.request(by, inspect()).ApprovalID
	err := c.db.InTx(c.ctx, by.Actor(), func(tx *pg.Tx) error {
		_, err := tx.Exec(c.ctx, `UPDATE approval_step SET state = 'dropped' WHERE approval_id = $1 AND position = 2`, id)
		return err
	})
	if err != nil {
		t.Fatalf("the guard of 0008 changed: %v", err) // allowed while withdrawing
	}
	err = c.db.InTx(c.ctx, c.people.Supervisor1.Actor(), func(tx *pg.Tx) error {
		for _, q := range []string{
			`UPDATE approval_step SET state = 'approved', decided_at = now() WHERE approval_id = %d AND position = 1`,
			`UPDATE approval SET state = 'approved', closed_at = now() WHERE id = %d`,
			`SELECT open_access_grants(%d)`,
		} {
			if _, err := tx.Exec(c.ctx, fmt.Sprintf(q, id)); err != nil {
				return err
			}
		}
		return nil
	})
	if pq.As(err) == nil || c.sees(by, "identity_document") != 0 {
		t.Errorf("opened with a step left out: %v", err)
	}
}
