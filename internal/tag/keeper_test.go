package tag_test

import (
	"strconv"
	"testing"

	"liuhen/internal/fixture"
	"liuhen/internal/tag"
)

// An import asks for the evaluation of the customers it touched, for everybody
// where they are many, and for nothing where it changed nothing rules look at.
func TestAnImportEvaluatesWhomItTouched(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	rule := h.supplied("X-1", "金卡客户", tag.Basic, tag.Is("card", tag.Simple{Value: "金"}))
	one, _ := h.customer(fixture.File{AccountNo: "1"})
	two, _ := h.customer(fixture.File{AccountNo: "2"}, goldCard)
	h.settle()
	h.db.MustExec(`UPDATE customer_tag SET until = now(), ended = 'gone' WHERE customer_id = $1`, two) // which only a full evaluation would put right
	h.customerSQL(one, goldCard)
	h.importEnds()
	if run := h.settle(); run == nil || run.Customers == nil || *run.Customers != 1 || run.Gained != 1 {
		t.Fatalf("a card of one: %+v", run)
	}
	if !h.has(one, rule) || h.has(two, rule) {
		t.Errorf("one %v, two %v", h.has(one, rule), h.has(two, rule))
	}
	h.customerSQL(one, `UPDATE customer SET mobile_mask = '138****0000' WHERE id = $1`)
	h.importEnds()
	if run := h.settle(); run != nil {
		t.Errorf("a telephone number: %+v", run)
	}
	h.customerSQL(one, `DELETE FROM card WHERE customer_id = $1`)
	h.db.MustExec(`INSERT INTO tag_due (cause, rule_id) VALUES ('publish', $1)`, rule)
	h.importEnds()
	if run := h.settle(); run == nil || run.Customers != nil || run.Cause != "import" || !h.has(two, rule) || h.has(one, rule) {
		t.Errorf("a card and a rule: %+v", run)
	}
	h.customerSQL(one, `INSERT INTO customer (name, pinyin, initials, branch_id) SELECT '顾新' || g, 'gx', 'gx', c.branch_id FROM customer AS c, generate_series(1, 5001) AS g WHERE c.id = $1`)
	if n := h.db.QueryInt(`SELECT count(*) FROM tag_touched WHERE customer_id IS NULL`); n != 1 {
		t.Errorf("%d rows stand for everybody, want 1", n)
	}
	h.importEnds()
	if run := h.settle(); run == nil || run.Customers != nil {
		t.Errorf("five thousand new ones: %+v", run)
	}
	if n := h.db.QueryInt(`SELECT count(*) FROM tag_touched`); n != 0 {
		t.Errorf("%d are still to be evaluated", n)
	}
}

// What people change is evaluated by other ways, and is not kept for an import.
func TestWhatPeopleDoIsNotNotedForImports(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id, _ := h.customer(fixture.File{AccountNo: "1"})
	h.settle()
	note := `INSERT INTO consultation (customer_id, at, via, body, staff_id) VALUES (` + strconv.FormatInt(id, 10) + `, now(), 'phone', '问候', ` + strconv.FormatInt(h.people.Manager1.ID, 10) + `)`
	if err := h.as(h.people.Manager1, note); err != nil {
		t.Fatal(err)
	}
	if n := h.db.QueryInt(`SELECT count(*) FROM tag_touched WHERE customer_id = $1`, id); n != 0 {
		t.Errorf("%d rows for an import", n)
	}
	for _, q := range []string{`DELETE FROM tag_touched`, `INSERT INTO tag_touched (customer_id) VALUES (1)`, `SELECT tag_touch('{1}')`} {
		err := h.as(h.people.Manager1, q)
		if n := h.db.QueryInt(`SELECT count(*) FROM tag_touched WHERE customer_id = 1`); err == nil && q[0] != 'D' || n > 1 {
			t.Errorf("%q: %v, %d rows", q, err, n)
		}
	}
}
