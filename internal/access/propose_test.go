package access_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/lib/pq"

	"liuhen/internal/access"
	"liuhen/internal/approval"
	"liuhen/internal/fault"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
)

// next is the policy in force as a proposal with one change.
func (c counter) next(change func(*access.Policy)) access.Policy {
	c.t.Helper()
	now, err := c.policies.Current(c.ctx)
	if err != nil {
		c.t.Fatal(err)
	}
	p := *now
	p.Rows = slices.Clone(now.Rows)
	p.Base, p.Note = now.Version, "检查组进场，资产一律加合规。"
	change(&p)
	return p
}

func strict(p *access.Policy) {
	p.Rows = append(p.Rows, access.Row{Group: access.Assets, Rule: access.Rule{Way: access.ByCompliance, Max: 60, Suggested: 20}})
	p.Files, p.OddLeast, p.RefusedLeast = 5, 9, 0
}

func (c counter) propose(by *staff.Member, p access.Policy) int64 {
	c.t.Helper()
	id, err := c.policies.Propose(c.ctx, by, p)
	if err != nil {
		c.t.Fatalf("propose: %v", err)
	}
	return id
}

func TestAPolicyTakesTwoPeople(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	p := c.people
	id := c.propose(p.Compliance1, c.next(strict))
	if now, _ := c.policies.Current(c.ctx); now.Version != 1 {
		t.Fatalf("version %d before the approval", now.Version)
	}
	_, err := c.policies.Propose(c.ctx, p.Risk1, c.next(strict))
	must(t, err, fault.Conflict, "已有一份提议")
	must(t, c.engine.Decide(c.ctx, p.Compliance1, id, approval.Verdict{Verb: approval.Approve}), fault.Forbidden, "自己的申请")
	c.decide(p.Risk1, id, approval.Approve, "")
	c.policies.Evict() // the push does so in a portal
	now, err := c.policies.Current(c.ctx)
	if err != nil || now.Version != 2 || now.Author != "郑合规" || now.Approver != "冯风控" || now.Files != 5 || now.OddLeast != 9 || now.WatchDays != 30 {
		t.Fatalf("in force: %+v, %v", now, err)
	}
	facts := c.db.QueryInt(`SELECT count(*) FROM approval WHERE id = $1 AND facts::text LIKE '%满 9 次列出%非工作时间查看%满 3 次列出%' AND facts::text LIKE '%不查这一项%'`, id)
	if w := now.Watched(); facts != 1 || len(w) != 4 || w[3][1] != "现行政策不查这一项。" {
		t.Errorf("the second person does not read what changes: %d, %v", facts, w)
	}
	if s := c.standing(p.Manager1).Rules[access.Assets][access.Service]; s.Way != access.ByCompliance || s.Max != 60 {
		t.Errorf("the page goes by %+v", s)
	}
	a := ask(access.Assets)
	a.Minutes = 61
	_, err = c.desk.Request(c.ctx, p.Manager1, c.no, a)
	must(t, err, fault.Invalid, "10 到 60 分钟")
	v, err := c.policies.Versions(c.ctx, p.Auditor1, 1)
	if err != nil || v.Shown.Version != 1 || v.Current.Version != 2 || len(v.Past) != 2 || v.Pending != nil {
		t.Errorf("versions: %+v, %v", v, err)
	}
	_, err = c.policies.Versions(c.ctx, p.Auditor1, 9)
	must(t, err, fault.NotFound, "没有这个版本")
	for _, action := range []string{"policy.proposed", "policy.published"} {
		if n := c.db.QueryInt(`SELECT count(*) FROM trail WHERE action = $1 AND approval_id = $2`, action, id); n != 1 {
			t.Errorf("%d lines of %s", n, action)
		}
	}
	old := c.next(func(q *access.Policy) { q.Files = 9 })
	old.Base = 1
	_, err = c.policies.Propose(c.ctx, p.Risk1, old)
	must(t, err, fault.Conflict, "换了版本")
	back := c.propose(p.Risk1, c.next(func(q *access.Policy) { q.Files = 9 }))
	c.decide(p.Compliance1, back, approval.Reject, "先不动门槛")
	if n := c.db.QueryInt(`SELECT max(version) FROM access_policy`); n != 2 {
		t.Errorf("version %d after a rejection", n)
	}
}

func TestWhoMayProposeAndRead(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	for _, by := range c.people.All() {
		_, err := c.policies.Propose(c.ctx, by, access.Policy{})
		if may := by.Role == staff.Compliance || by.Role == staff.Risk; may == (fault.KindOf(err) == fault.Forbidden) {
			t.Errorf("%s proposes: %v", by.Username, err)
		}
		_, err = c.policies.Versions(c.ctx, by, 0)
		if may := by.Role == staff.Compliance || by.Role == staff.Risk || by.Role == staff.Auditor; may != (err == nil) {
			t.Errorf("%s reads: %v", by.Username, err)
		}
	}
}

func TestWhatNoPolicyMayBe(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	row := func(r access.Row) func(*access.Policy) {
		return func(p *access.Policy) { p.Rows = append(p.Rows, r) }
	}
	ok := access.Rule{Way: access.BySuperior, Max: 60, Suggested: 30}
	tests := []struct {
		name   string
		change func(*access.Policy)
		part   string
	}{
		{"nothing changed", func(*access.Policy) {}, "没有差别"},
		{"no reason", func(p *access.Policy) { strict(p); p.Note = "改" }, "修改理由"},
		{"no general line", func(p *access.Policy) { p.Rows = p.Rows[1:] }, "通则"},
		{"twice the same", func(p *access.Policy) { p.Rows = append(p.Rows, p.Rows[0]) }, "同一件事"},
		{"longer than any grant", row(access.Row{Group: access.Assets, Rule: access.Rule{Way: access.BySuperior, Max: 481, Suggested: 30}}), "最长时间"},
		{"suggested above the longest", row(access.Row{Group: access.Assets, Rule: access.Rule{Way: access.BySuperior, Max: 60, Suggested: 61}}), "建议时间"},
		{"an unknown way", row(access.Row{Group: access.Assets, Rule: access.Rule{Way: "none", Max: 60, Suggested: 30}}), "不认识"},
		{"an administrator", row(access.Row{Role: staff.Admin, Rule: ok}), "不认识"},
		{"strangers exempt", row(access.Row{Relation: access.Stranger, Group: access.Contact, Rule: access.Rule{Way: access.Exempt, Max: 60, Suggested: 30}}), "主办或同机构"},
		{"everything exempt", row(access.Row{Relation: access.Managing, Rule: access.Rule{Way: access.Exempt, Max: 60, Suggested: 30}}), "写明分组"},
		{"exempt for a purpose", row(access.Row{Relation: access.Managing, Group: access.Contact, Purpose: access.Service, Rule: access.Rule{Way: access.Exempt, Max: 60, Suggested: 30}}), "不问用途"},
		{"a day of 30 hours", func(p *access.Policy) { p.WorkTo = 30 }, "工作时间"},
		{"a quiet hour of none", func(p *access.Policy) { p.QuietFrom = -1 }, "异常时间"},
		{"watched for ever", func(p *access.Policy) { p.WatchDays = 91 }, "7 到 90"},
		{"contact later than watched", func(p *access.Policy) { p.WatchDays, p.FollowDays = 7, 7 }, "短于往前看的天数"},
		{"no number of looks", func(p *access.Policy) { p.OddLeast = -1 }, "0 到 1000"},
		{"usual is too much", func(p *access.Policy) { p.VolumeTimes = 1 }, "2 到 20"},
		{"refused at no time", func(p *access.Policy) { p.RefusedDays = 0 }, "1 到 90"},
		{"escalated at once", func(p *access.Policy) { p.EscalateTime = 1 }, "工作分钟"},
	}
	for _, tt := range tests {
		_, err := c.policies.Propose(c.ctx, c.people.Compliance1, c.next(tt.change))
		t.Run(tt.name, func(t *testing.T) { must(t, err, fault.Invalid, tt.part) })
	}
	if n := c.db.QueryInt(`SELECT count(*) FROM access_policy`); n != 1 {
		t.Errorf("%d policies are kept", n)
	}
}

// A policy comes into force by no plain SQL.
func TestAPolicyIsNotForged(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	p := c.people
	id := c.propose(p.Compliance1, c.next(strict))
	policy := c.db.QueryInt(`SELECT max(id) FROM access_policy`)
	const head = `INSERT INTO access_policy (version, base, approval_id, author_id, note, in_force_at, work_from, work_to, quiet_from, quiet_to, files_a_day, often_a_week, mark_unserved, mark_outside, escalate_minutes) `
	tests := []struct {
		name string
		by   *staff.Member
		sql  string
	}{
		{"published unapproved", p.Risk1, fmt.Sprintf(`SELECT publish_access_policy(%d)`, id)},
		{"published by its author", p.Compliance1, fmt.Sprintf(`SELECT publish_access_policy(%d)`, id)},
		{"put in force", p.Risk1, fmt.Sprintf(`UPDATE access_policy SET version = 2, in_force_at = now(), approver_id = %d WHERE id = %d`, p.Risk1.ID, policy)},
		{"a line put in later", p.Compliance1, fmt.Sprintf(`INSERT INTO access_policy_row (policy_id, role, relation, field_group, purpose, way, max_minutes, suggested_minutes, task) VALUES (%d, '', 'managing', 'contact', '', 'exempt', 60, 30, false)`, policy)},
		{"a line in force", p.Compliance1, `INSERT INTO access_policy_row (policy_id, role, relation, field_group, purpose, way, max_minutes, suggested_minutes, task) SELECT id, '', 'managing', 'contact', '', 'exempt', 60, 30, false FROM access_policy WHERE version = 1`},
		{"a line changed", p.Compliance1, `UPDATE access_policy_row SET way = 'superior'`},
		{"a line removed", p.Compliance1, `DELETE FROM access_policy_row`},
		{"a version written", p.Compliance1, head + fmt.Sprintf(`VALUES (9, 1, NULL, %d, '我的政策', now(), 8, 19, 0, 0, 0, 0, false, false, 0)`, p.Compliance1.ID)},
		{"a proposal in another's name", p.Risk1, head + fmt.Sprintf(`VALUES (NULL, 1, %d, %d, '我的政策', NULL, 8, 19, 0, 0, 0, 0, false, false, 0)`, id, p.Compliance1.ID)},
		{"a manager proposes", p.Manager1, head + fmt.Sprintf(`VALUES (NULL, 1, NULL, %d, '我的政策', NULL, 8, 19, 0, 0, 0, 0, false, false, 0)`, p.Manager1.ID)},
		{"history forged", p.Manager1, fmt.Sprintf(`INSERT INTO customer_manager_past (customer_id, staff_id) VALUES (%d, %d)`, c.id, p.Manager1.ID)},
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
	if n := c.db.QueryInt(`SELECT max(version) FROM access_policy`); n != 1 {
		t.Errorf("version %d is in force", n)
	}
}
