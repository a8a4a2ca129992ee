package tag_test

import (
	"context"
	"strconv"
	"strings"
	"testing"

	"liuhen/internal/fixture"
	"liuhen/internal/pg"
	"liuhen/internal/staff"
	"liuhen/internal/tag"
)

// seen counts what of a table somebody reads with SQL of their own.
func (h house) seen(by *staff.Member, from string) int64 {
	h.t.Helper()
	ctx := context.Background()
	var n int64
	err := h.db.Read(ctx, by.Actor(), func(tx *pg.Tx) error { return tx.Get(ctx, &n, `SELECT count(*) FROM `+from) })
	if err != nil {
		h.t.Fatal(err)
	}
	return n
}

// grant gives a live grant past every guard.
func (h house) grant(to *staff.Member, customer int64, group tag.Group) {
	h.t.Helper()
	h.db.MustExec(`SET session_replication_role = replica;
		INSERT INTO access_grant (approval_id, staff_id, customer_id, field_group, granted_at, expires_at)
		VALUES (1, ` + strconv.FormatInt(to.ID, 10) + `, ` + strconv.FormatInt(customer, 10) + `, '` + string(group) + `', now(), now() + interval '30 minutes');
		SET session_replication_role = origin`)
}

// A tag of a closed group, and the evidence of one of the open group, is there
// for who holds a live grant, whatever SQL asks for it.
func TestTagsAndEvidenceOpenWithTheirGroup(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	open := h.supplied("X-1", "基金持仓", tag.Basic, tag.Is("holds", tag.Simple{}))
	shut := h.supplied("X-2", "大额流出", tag.Transactions, tag.Is("out_sum", tag.Simple{Value: "1000", Days: 30}))
	id, no := h.customer(fixture.File{AccountNo: "1"}, fund, outLately)
	h.settle()
	if !h.has(id, open) || !h.has(id, shut) {
		t.Fatal("the tags are not there")
	}
	by := h.people.Manager1
	names := func() string {
		tags, err := h.tags(by, no)
		if err != nil {
			t.Fatal(err)
		}
		var words []string
		for _, one := range tags {
			words = append(words, one.Name)
			for _, e := range one.Evidence {
				words = append(words, e.Body)
			}
			for _, g := range one.Locked() {
				words = append(words, "锁"+g.Label())
			}
		}
		return strings.Join(words, " | ")
	}
	steps := []struct {
		group          tag.Group
		tags, evidence int64
		shown          string
	}{
		{"", 1, 0, "基金持仓 | 锁资产"},
		{tag.Assets, 1, 1, "基金持仓 | 持有 1 只产品，最近估值日 2026-11-22"},
		{tag.Transactions, 2, 2, "基金持仓 | 持有 1 只产品，最近估值日 2026-11-22 | 大额流出 | 近 30 天转出合计 110000.00 元"},
	}
	for _, s := range steps {
		if s.group != "" {
			h.grant(by, id, s.group)
		}
		if got := h.seen(by, "customer_tag"); got != s.tags {
			t.Errorf("with %q: %d tags, want %d", s.group, got, s.tags)
		}
		if got := h.seen(by, "customer_tag_evidence"); got != s.evidence {
			t.Errorf("with %q: %d facts, want %d", s.group, got, s.evidence)
		}
		if got := names(); got != s.shown {
			t.Errorf("with %q: %q, want %q", s.group, got, s.shown)
		}
		if got := h.seen(h.people.Compliance1, "customer_tag_evidence"); got != 0 {
			t.Errorf("compliance reads %d facts without a grant", got)
		}
	}
	h.db.Advance(31 * 60 * 1e9)
	if got := names(); got != "基金持仓 | 锁资产" {
		t.Errorf("after the grant: %q", got)
	}
}

// What rules look at is empty for everybody but the program.
func TestSourcesOfRulesAreEmptyForPeople(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.customer(fixture.File{AccountNo: "1"}, fund, mortgage, goldCard, outLately)
	h.supplied("X-1", "基金持仓", tag.Basic, tag.Is("holds", tag.Simple{}))
	h.settle()
	for _, view := range []string{"rule_holding", "rule_loan", "rule_card", "rule_transaction", "rule_tag"} {
		for _, who := range append(h.people.All(), &staff.Member{}) {
			if n := h.seen(who, view); n != 0 {
				t.Errorf("%s reads %d rows of %s", who.Username, n, view)
			}
		}
		if n := h.seen(staff.Program(), view); n == 0 {
			t.Errorf("the program reads nothing of %s", view)
		}
	}
}

// Nobody gives, takes or publishes by SQL what the portal would not let them.
func TestDirectSQLForgesNoTag(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	rule := h.supplied("X-1", "基金持仓", tag.Basic, tag.Is("holds", tag.Simple{}))
	id, no := h.customer(fixture.File{AccountNo: "1"}, fund)
	h.settle()
	p := h.people
	if err := tag.NewShelf(h.db.DB).Give(context.Background(), p.Manager1, no, tag.ByHand{Label: "子女留学", Reason: "客户来电说明"}); err != nil {
		t.Fatal(err)
	}
	desk := tag.NewDesk(h.db.DB)
	draft, err := desk.Create(context.Background(), p.Risk1, tag.Draft{Name: "我的规则", Group: tag.Basic, All: []tag.Row{{Simple: tag.Simple{Code: "grade", Value: "C3"}}}})
	if err != nil {
		t.Fatal(err)
	}
	n := func(id int64) string { return strconv.FormatInt(id, 10) }
	give := `INSERT INTO customer_tag (customer_id, field_group, label, reason, added_by) VALUES (` + n(id) + `, `
	version := `INSERT INTO tag_rule_version (rule_id, version, state, name, condition, reads, author_id, published_at) VALUES (` + n(rule) + `, 2, `
	for _, forged := range []struct {
		what string
		by   *staff.Member
		sql  string
	}{
		{"a tag by rule", p.Manager1, `INSERT INTO customer_tag (customer_id, rule_id, version, field_group) VALUES (` + n(id) + `, ` + n(draft) + `, 1, 'basic')`},
		{"a tag in another's name", p.Manager1, give + `'basic', '假的', '假的理由', ` + n(p.Supervisor1.ID) + `)`},
		{"a tag by compliance", p.Compliance1, give + `'basic', '假的', '假的理由', ` + n(p.Compliance1.ID) + `)`},
		{"a tag of a closed group", p.Manager1, give + `'assets', '假的', '假的理由', ` + n(p.Manager1.ID) + `)`},
		{"a tag of yesterday", p.Manager1, `INSERT INTO customer_tag (customer_id, field_group, label, reason, added_by, since) VALUES (` + n(id) + `, 'basic', '假的', '假的理由', ` + n(p.Manager1.ID) + `, now() - interval '1 day')`},
		{"a label changed", p.Manager1, `UPDATE customer_tag SET label = '假的'`},
		{"a tag removed", p.Manager1, `DELETE FROM customer_tag`},
		{"a removal in another's name", p.Manager1, `UPDATE customer_tag SET until = now(), ended = 'removed', ended_by = ` + n(p.Supervisor1.ID) + `, end_reason = '假的理由' WHERE rule_id IS NULL`},
		{"evidence", p.Manager1, `INSERT INTO customer_tag_evidence (tag_id, customer_id, field_group, body) VALUES (1, 1, 'basic', '假的')`},
		{"evidence changed", staff.Program(), `UPDATE customer_tag_evidence SET body = '假的'`},
		{"a rule by a manager", p.Manager1, `INSERT INTO tag_rule (code, name) VALUES ('X-9', '假的')`},
		{"a rule's group changed", p.Risk1, `UPDATE tag_rule SET field_group = 'basic'`},
		{"a rule's count changed", p.Risk1, `UPDATE tag_rule SET tagged = 7`},
		{"a version published alone", p.Risk1, version + `'published', '假的', '{}', '{}', ` + n(p.Risk1.ID) + `, now())`},
		{"a version in another's name", p.Risk1, version + `'draft', '假的', '{}', '{}', ` + n(p.Compliance1.ID) + `, NULL)`},
		{"a version of the program", p.Risk1, version + `'published', '假的', '{}', '{}', NULL, now())`},
		{"the own draft published", p.Risk1, `UPDATE tag_rule_version SET state = 'published', approved_by = ` + n(p.Compliance1.ID) + `, published_at = now() WHERE state = 'draft'`},
		{"another's draft changed", p.Compliance1, `UPDATE tag_rule_version SET name = '假的' WHERE state = 'draft'`},
		{"what is in force changed", p.Risk1, `UPDATE tag_rule_version SET condition = '{}' WHERE state = 'published'`},
		{"pending without a request", p.Risk1, `UPDATE tag_rule_version SET state = 'pending', approval_id = 1 WHERE state = 'draft'`},
		{"a run", p.Risk1, `INSERT INTO tag_run (cause, rules, gained, lost, took_ms) VALUES ('day', 1, 0, 0, 0)`},
		{"an evaluation ordered", p.Manager1, `INSERT INTO tag_due (cause) VALUES ('import')`},
	} {
		if err := h.as(forged.by, forged.sql); err == nil {
			t.Errorf("%s is done", forged.what)
		}
	}
	h.db.MustExec(`INSERT INTO tag_due (cause) VALUES ('import')`)
	if err := h.as(p.Manager1, `DELETE FROM tag_due`); err != nil || h.db.QueryInt(`SELECT count(*) FROM tag_due WHERE cause = 'import'`) != 1 {
		t.Errorf("what is due is taken away: %v", err)
	}
}
