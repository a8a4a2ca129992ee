package tag_test

import (
	"strconv"
	"strings"
	"testing"

	"liuhen/internal/fixture"
	"liuhen/internal/tag"
)

func replaced(q string, id, source int64) string {
	return strings.NewReplacer("$1", strconv.FormatInt(id, 10), "$2", strconv.FormatInt(source, 10)).Replace(q)
}

const (
	fund      = `INSERT INTO holding (customer_id, source_id, external_no, product_code, product_name, risk, units, value, valued_on) VALUES ($1, $2, 'h$1', 'F', '稳进债券', 4, 10, 500000, '2026-11-22')`
	mortgage  = `INSERT INTO loan (customer_id, source_id, external_no, kind, principal, months, monthly, granted_on, status) VALUES ($1, $2, 'l$1', '住房按揭', 1000, 12, 90, '2025-01-05', 'in_debt')`
	paidOff   = `INSERT INTO loan (customer_id, source_id, external_no, kind, principal, months, monthly, granted_on, status) VALUES ($1, $2, 'p$1', '住房按揭', 1000, 12, 90, '2020-01-05', 'finished')`
	goldCard  = `INSERT INTO card (customer_id, source_id, external_no, kind) VALUES ($1, $2, 'c$1', '金卡')`
	outLately = `INSERT INTO bank_transaction (customer_id, source_id, external_no, booked_on, amount) VALUES ($1, $2, 'a$1', current_date, -60000), ($1, $2, 'b$1', current_date - 5, -50000), ($1, $2, 'd$1', current_date - 5, 900000)`
	outLongAg = `INSERT INTO bank_transaction (customer_id, source_id, external_no, booked_on, amount) VALUES ($1, $2, 'a$1', '1998-12-31', -60000), ($1, $2, 'b$1', '1998-12-20', -50000)`
	threeTalk = `INSERT INTO consultation (customer_id, at, via, body, staff_id) SELECT $1, now() - make_interval(days => g), 'phone', '问债券基金', 1 FROM generate_series(1, 3) AS g`
	oldTalk   = `INSERT INTO consultation (customer_id, at, via, body, staff_id) SELECT $1, now() - make_interval(days => g * 20), 'phone', '问债券基金', 1 FROM generate_series(1, 3) AS g`
)

// Every field of the allowlist tells customers apart: one that meets it, one
// that only nearly does.
func TestEveryFieldTellsCustomersApart(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	cases := []struct {
		code     string
		s        tag.Simple
		yes, no  string
		evidence string
	}{
		{"grade", tag.Simple{Value: "C3,C4"}, `UPDATE customer SET grade = 3, grade_until = '2027-10-29' WHERE id = $1`, `UPDATE customer SET grade = 5 WHERE id = $1`, "风险等级 C3，有效至 2027-10-29"},
		{"grade_over", tag.Simple{}, `UPDATE customer SET grade = 3, grade_until = '2026-01-01' WHERE id = $1`, `UPDATE customer SET grade = 3, grade_until = current_date WHERE id = $1`, "风险等级已于 2026-01-01 过期"},
		{"age_from", tag.Simple{Value: "65"}, `UPDATE customer SET birth_band = 1940 WHERE id = $1`, `UPDATE customer SET birth_band = extract(year FROM now())::int - 68 WHERE id = $1`, "岁"},
		{"age_below", tag.Simple{Value: "30"}, `UPDATE customer SET birth_band = extract(year FROM now())::int - 29 WHERE id = $1`, `UPDATE customer SET birth_band = extract(year FROM now())::int - 30 WHERE id = $1`, "岁"},
		{"band_from", tag.Simple{Value: "100-300万"}, `UPDATE customer SET asset_band = 4 WHERE id = $1`, `UPDATE customer SET asset_band = 3 WHERE id = $1`, "资产档符合"},
		{"band_to", tag.Simple{Value: "5–20万"}, `UPDATE customer SET asset_band = 1 WHERE id = $1`, `UPDATE customer SET asset_band = 2 WHERE id = $1`, "资产档符合"},
		{"silent", tag.Simple{Days: 90}, `UPDATE customer SET last_contact_at = now() - interval '91 days' WHERE id = $1`, `UPDATE customer SET last_contact_at = now() - interval '89 days' WHERE id = $1`, "最近联系"},
		{"talked", tag.Simple{Value: "债券", Days: 30, Times: 3}, threeTalk, oldTalk, "近 30 天咨询提到“债券”3 次"},
		{"holds", tag.Simple{}, fund, goldCard, "持有 1 只产品，最近估值日 2026-11-22"},
		{"holds", tag.Simple{Value: "债券"}, fund, strings.ReplaceAll(fund, "稳进债券", "现金货币"), "持有 1 只产品"},
		{"holds_risk", tag.Simple{Value: "R4"}, fund, strings.ReplaceAll(fund, "券', 4", "券', 3"), "持有 1 只产品"},
		{"holdings_from", tag.Simple{Value: "500,000"}, fund, strings.ReplaceAll(fund, "500000", "499999"), "持仓市值合计 500000.00 元"},
		{"loan", tag.Simple{}, mortgage, paidOff, "有 1 笔未结清的贷款，最近放款 2025-01-05"},
		{"loan", tag.Simple{Value: "住房"}, mortgage, strings.ReplaceAll(mortgage, "住房按揭", "消费"), "有 1 笔"},
		{"loan_overdue", tag.Simple{}, mortgage, strings.ReplaceAll(mortgage, "in_debt", "running"), "有 1 笔贷款逾期"},
		{"card", tag.Simple{Value: "金"}, goldCard, strings.ReplaceAll(goldCard, "金卡", "普卡"), "持有 1 张"},
		{"out_sum", tag.Simple{Value: "110000", Days: 30}, outLately, outLongAg, "近 30 天转出合计 110000.00 元"},
		{"out_sum_latest", tag.Simple{Value: "110000", Days: 30}, outLongAg, strings.ReplaceAll(outLongAg, "1998-12-20", "1998-11-20"), "近 30 天转出合计 110000.00 元"},
		{"out_single", tag.Simple{Value: "60000", Days: 3}, outLately, outLongAg, "近 3 天最大一笔转出 60000.00 元"},
		{"out_single_latest", tag.Simple{Value: "60000", Days: 3}, outLongAg, strings.ReplaceAll(outLongAg, "-60000", "-59999"), "近 3 天最大一笔转出 60000.00 元"},
	}
	tried := map[string]bool{}
	type made struct{ rule, yes, no int64 }
	all := make([]made, len(cases))
	for i, c := range cases {
		tried[c.code] = true
		n := tag.Is(c.code, c.s)
		if wrong := n.Check(); wrong != "" {
			t.Fatalf("%s: %s", c.code, wrong)
		}
		all[i].rule = h.supplied("X-"+strconv.Itoa(i), "试验规则", tag.Basic, n)
		all[i].yes, _ = h.customer(fixture.File{AccountNo: "1" + strconv.Itoa(i)}, c.yes)
		all[i].no, _ = h.customer(fixture.File{AccountNo: "2" + strconv.Itoa(i)}, c.no)
	}
	run := h.settle()
	if run == nil || run.Cause != "day" || run.Rules != int64(len(cases)) {
		t.Fatalf("run = %+v", run)
	}
	for i, c := range cases {
		if !h.has(all[i].yes, all[i].rule) {
			t.Errorf("%s %+v: who meets it has no tag", c.code, c.s)
		}
		if h.has(all[i].no, all[i].rule) {
			t.Errorf("%s %+v: who does not meet it has the tag", c.code, c.s)
		}
		n := h.db.QueryInt(`SELECT count(*) FROM customer_tag_evidence AS e JOIN customer_tag AS t ON t.id = e.tag_id WHERE t.rule_id = $1 AND t.customer_id = $2 AND e.body LIKE '%' || $3 || '%'`, all[i].rule, all[i].yes, c.evidence)
		if n != 1 {
			var body string
			_ = h.db.Owner.QueryRow(`SELECT string_agg(e.body, '|') FROM customer_tag_evidence AS e JOIN customer_tag AS t ON t.id = e.tag_id WHERE t.rule_id = $1 AND t.customer_id = $2`, all[i].rule, all[i].yes).Scan(&body)
			t.Errorf("%s: evidence %q, want %q in it", c.code, body, c.evidence)
		}
	}
	for _, f := range tag.Fields() {
		if !tried[f.Code] {
			t.Errorf("field %s is not tried", f.Code)
		}
	}
	if again := h.settle(); again != nil {
		t.Errorf("nothing is due, but %+v ran", again)
	}
}

// All, any and not combine, and a tag vanishes with its reason and comes again
// with it; what was stays on record.
func TestATagGoesWithItsReasonAndItsHistoryStays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	rule := h.supplied("X-1", "稳健未贷", tag.Basic, tag.Node{All: []tag.Node{
		tag.Is("grade", tag.Simple{Value: "C3"}),
		{Not: &tag.Node{Any: []tag.Node{tag.Is("loan", tag.Simple{}), tag.Is("card", tag.Simple{})}}},
	}})
	free, _ := h.customer(fixture.File{Grade: 3, AccountNo: "1"})
	owing, _ := h.customer(fixture.File{Grade: 3, AccountNo: "2"}, mortgage)
	h.settle()
	if !h.has(free, rule) || h.has(owing, rule) {
		t.Fatalf("free %v, owing %v", h.has(free, rule), h.has(owing, rule))
	}
	for _, step := range []struct {
		change string
		want   bool
	}{{mortgage, false}, {`DELETE FROM loan WHERE customer_id = $1`, true}} {
		h.customerSQL(free, step.change)
		h.importEnds()
		if run := h.settle(); run == nil || run.Cause != "import" {
			t.Fatalf("after an import: %+v", run)
		}
		if h.has(free, rule) != step.want {
			t.Errorf("after %.30q: %v, want %v", step.change, !step.want, step.want)
		}
	}
	if n := h.db.QueryInt(`SELECT count(*) FROM customer_tag WHERE customer_id = $1 AND ended = 'gone'`, free); n != 1 {
		t.Errorf("%d ended tags are on record, want 1", n)
	}
	if n := h.db.QueryInt(`SELECT tagged FROM tag_rule WHERE id = $1`, rule); n != 1 {
		t.Errorf("the rule counts %d, want 1", n)
	}
}

func (h house) customerSQL(id int64, q string) {
	h.t.Helper()
	source := h.db.QueryInt(`SELECT id FROM source_system WHERE code = 'fixture'`)
	h.db.MustExec(replaced(q, id, source))
}

// importEnds has an import end that has changed something.
func (h house) importEnds() {
	h.t.Helper()
	h.db.MustExec(`INSERT INTO import_job (mapping, source_id, file_name, sha256, size, branch_id, created_name, state, started_at, worker, heartbeat_at, rows_done, accepted)
		SELECT 'x', s.id, 'x', repeat('0', 64), 1, $1, 'x', 'running', now(), 'x', now(), 1, 1 FROM source_system AS s LIMIT 1`, h.people.HeadID)
	h.db.MustExec(`UPDATE import_job SET state = 'done', step = 'end', ended_at = now(), worker = NULL, heartbeat_at = NULL WHERE ended_at IS NULL`)
}

// More rules than fit side by side are compared in several passes.
func TestManyRulesAreEvaluatedTogether(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	rules := make([]int64, 70)
	for i := range rules {
		rules[i] = h.supplied("X-"+strconv.Itoa(i), "试验规则", tag.Basic, tag.Is("grade", tag.Simple{Value: "C" + strconv.Itoa(1+i%5)}))
	}
	id, _ := h.customer(fixture.File{Grade: 3, AccountNo: "1"})
	if run := h.settle(); run == nil || run.Gained != 14 {
		t.Fatalf("run %+v, want 14 gained", run)
	}
	for i, rule := range rules {
		if h.has(id, rule) != (i%5 == 2) {
			t.Errorf("rule %d: %v", i, i%5 != 2)
		}
	}
	h.customerSQL(id, `UPDATE customer SET grade = 4 WHERE id = $1`)
	h.importEnds()
	if run := h.settle(); run == nil || run.Gained != 14 || run.Lost != 14 {
		t.Errorf("run %+v, want 14 gained and lost", run)
	}
}
