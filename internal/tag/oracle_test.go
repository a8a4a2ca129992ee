package tag_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"liuhen/internal/customer"
	"liuhen/internal/fixture"
	"liuhen/internal/tag"
)

// facts are what a rule may look at of a customer. Days count back from today;
// what has no value is -1.
type facts struct {
	grade, gradeOver     int // C1–C5; days since it ran out, below 0 if it has not
	oldest, band, silent int // the oldest age of the birth band; asset band; days since the last contact
	holdings             []holding
	loans                []loan
	cards                []string
	flows                []flow
	notes                []note
}

type holding struct {
	name        string
	risk, value int
}
type loan struct{ kind, status string }
type flow struct{ ago, amount int }
type note struct {
	ago  int
	body string
}

// meets says whether a condition holds: the same as the SQL, in plain words.
func meets(n tag.Node, f facts) bool {
	holds := func(part tag.Node) bool { return meets(part, f) }
	switch {
	case n.Field != nil:
		return f.meets(*n.Field)
	case n.Not != nil:
		return !holds(*n.Not)
	case len(n.Any) > 0:
		return slices.ContainsFunc(n.Any, holds)
	default:
		return !slices.ContainsFunc(n.All, func(part tag.Node) bool { return !holds(part) })
	}
}

func (f facts) meets(s tag.Simple) bool {
	value, _ := strconv.Atoi(strings.Trim(s.Value, "CR"))
	switch s.Code {
	case "grade":
		return f.grade > 0 && strings.Contains(s.Value, strconv.Itoa(f.grade))
	case "grade_over":
		return f.grade > 0 && f.gradeOver > 0
	case "age_from":
		return f.oldest >= 0 && f.oldest-4 >= value
	case "age_below":
		return f.oldest >= 0 && f.oldest < value
	case "band_from":
		return f.band >= 0 && f.band >= slices.Index(customer.Bands(), s.Value)
	case "band_to":
		return f.band >= 0 && f.band <= slices.Index(customer.Bands(), s.Value)
	case "silent":
		return f.silent < 0 || f.silent >= s.Days
	case "talked":
		return count(f.notes, func(n note) bool { return n.ago < s.Days && strings.Contains(n.body, s.Value) }) >= s.Times
	case "holds":
		return count(f.holdings, func(h holding) bool { return strings.Contains(h.name, s.Value) }) > 0
	case "holds_risk":
		return count(f.holdings, func(h holding) bool { return h.risk >= value }) > 0
	case "holdings_from":
		sum := 0
		for _, h := range f.holdings {
			sum += h.value
		}
		return sum >= value
	case "loan":
		return count(f.loans, func(l loan) bool {
			return (l.status == "running" || l.status == "in_debt") && strings.Contains(l.kind, s.Value)
		}) > 0
	case "loan_overdue":
		return slices.ContainsFunc(f.loans, func(l loan) bool { return l.status == "in_debt" })
	case "card":
		return count(f.cards, func(kind string) bool { return strings.Contains(kind, s.Value) }) > 0
	default:
		sum, top := f.out(strings.HasSuffix(s.Code, "_latest"), s.Days)
		return strings.HasPrefix(s.Code, "out_sum") && sum >= value || strings.HasPrefix(s.Code, "out_single") && top >= value
	}
}

// out is the sum and the largest of what went out in the days before today, or
// before the newest transaction.
func (f facts) out(beforeNewest bool, days int) (sum, top int) {
	end := 0
	if beforeNewest && len(f.flows) > 0 {
		end = slices.MinFunc(f.flows, func(a, b flow) int { return a.ago - b.ago }).ago
	}
	for _, x := range f.flows {
		if x.amount < 0 && x.ago < end+days {
			sum, top = sum-x.amount, max(top, -x.amount)
		}
	}
	return sum, top
}

func count[T any](list []T, such func(T) bool) (n int) {
	for _, x := range list {
		if such(x) {
			n++
		}
	}
	return n
}

// anyOf picks one.
func anyOf[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

func randomFacts(r *rand.Rand) facts {
	f := facts{
		grade: r.IntN(6), gradeOver: r.IntN(5) - 2,
		oldest: anyOf(r, -1, 29, 30, 34, 64, 68, 69, 70, 85), band: r.IntN(8) - 1, silent: anyOf(r, -1, 0, 29, 30, 31, 89, 90, 91),
	}
	for range r.IntN(4) {
		f.holdings = append(f.holdings, holding{anyOf(r, "稳进债券", "现金货币", "固收加债"), 1 + r.IntN(5), anyOf(r, 1, 49_999, 50_000, 100_000)})
		f.loans = append(f.loans, loan{anyOf(r, "住房按揭", "消费贷款"), anyOf(r, "running", "finished", "in_debt", "defaulted")})
		f.cards = append(f.cards, anyOf(r, "普卡", "金卡", "白金卡"))
	}
	for range r.IntN(6) {
		f.flows = append(f.flows, flow{anyOf(r, 0, 1, 29, 30, 31, 59, 60, 200), anyOf(r, -50_000, -49_999, -1, 0, 80_000)})
		f.notes = append(f.notes, note{anyOf(r, 0, 1, 29, 30, 31, 59, 60, 200), anyOf(r, "问债券基金", "问贷款", "债券和贷款", "问候")})
	}
	return f
}

// sql writes the facts of a customer, $1, by a source, $2.
func (f facts) sql() string {
	orNull := func(n int, format string) string {
		if n < 0 {
			return "NULL"
		}
		return fmt.Sprintf(format, n)
	}
	var b strings.Builder
	fmt.Fprintf(&b, `UPDATE customer SET grade = NULLIF(%d, 0), grade_until = current_date - %d, birth_band = %s, asset_band = %s, last_contact_at = %s WHERE id = $1;`,
		f.grade, f.gradeOver, orNull(f.oldest, "extract(year FROM current_date)::int - %d"), orNull(f.band, "%d"),
		orNull(f.silent, "now() - interval '%d days 12 hours'"))
	if f.grade == 0 {
		b.WriteString(`UPDATE customer SET grade_until = NULL WHERE id = $1;`)
	}
	for _, table := range []string{"holding", "loan", "card", "bank_transaction", "consultation"} {
		fmt.Fprintf(&b, `DELETE FROM %s WHERE customer_id = $1;`, table)
	}
	for i, h := range f.holdings {
		fmt.Fprintf(&b, `INSERT INTO holding (customer_id, source_id, external_no, product_code, product_name, risk, units, value, valued_on) VALUES ($1, $2, 'h%d-$1', 'F', '%s', %d, 1, %d, current_date);`, i, h.name, h.risk, h.value)
	}
	for i, l := range f.loans {
		fmt.Fprintf(&b, `INSERT INTO loan (customer_id, source_id, external_no, kind, principal, months, monthly, granted_on, status) VALUES ($1, $2, 'l%d-$1', '%s', 1, 1, 1, current_date, '%s');`, i, l.kind, l.status)
	}
	for i, kind := range f.cards {
		fmt.Fprintf(&b, `INSERT INTO card (customer_id, source_id, external_no, kind) VALUES ($1, $2, 'c%d-$1', '%s');`, i, kind)
	}
	for i, x := range f.flows {
		fmt.Fprintf(&b, `INSERT INTO bank_transaction (customer_id, source_id, external_no, booked_on, amount) VALUES ($1, $2, 't%d-$1', current_date - %d, %d);`, i, x.ago, x.amount)
	}
	for _, n := range f.notes {
		fmt.Fprintf(&b, `INSERT INTO consultation (customer_id, at, via, body, staff_id) VALUES ($1, now() - interval '%d days 12 hours', 'phone', '%s', 1);`, n.ago, n.body)
	}
	return b.String()
}

// randomNode is a condition of at most the levels.
func randomNode(r *rand.Rand, levels int, field tag.Field) tag.Node {
	other := func() tag.Node { return randomNode(r, levels-1, anyOf(r, tag.Fields()...)) }
	if levels > 1 {
		switch r.IntN(4) {
		case 0:
			return tag.Node{All: []tag.Node{randomNode(r, levels-1, field), other()}}
		case 1:
			return tag.Node{Any: []tag.Node{randomNode(r, levels-1, field), other()}}
		case 2:
			return tag.Node{Not: new(randomNode(r, levels-1, field))}
		}
	}
	s := tag.Simple{Days: anyOf(r, 1, 30, 60, 365), Times: 1 + r.IntN(3)}
	switch field.Value {
	case tag.TakesWord:
		s.Value = anyOf(r, "债", "贷款", "金", "住房")
		if field.Any != "" && r.IntN(3) == 0 {
			s.Value = ""
		}
	case tag.TakesMoney:
		s.Value = anyOf(r, "1", "50000", "100000", "149999")
	case tag.TakesGrades:
		s.Value = anyOf(r, "C3", "C1,C2", "C4,C5")
	case tag.TakesRisk:
		s.Value = anyOf(r, "R1", "R3", "R5")
	case tag.TakesYears:
		s.Value = anyOf(r, "30", "65", "66")
	case tag.TakesBand:
		s.Value = anyOf(r, customer.Bands()...)
	}
	return tag.Is(field.Code, s)
}

// What the database makes of random conditions over random customers is what
// plain Go makes of them: for everybody, and again for those alone who changed.
func TestRulesMeanInSQLWhatTheySay(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	h := newHouse(t)
	rules := map[int64]tag.Node{}
	for i, field := range slices.Concat(tag.Fields(), tag.Fields(), tag.Fields(), tag.Fields()) {
		n := randomNode(r, 1+i%3, field)
		if wrong := n.Check(); wrong != "" {
			t.Fatalf("%s: %s", n, wrong)
		}
		rules[h.supplied("X-"+strconv.Itoa(i), "试验规则", tag.Basic, n)] = n
	}
	all := map[int64]facts{}
	for i := range 40 {
		f := randomFacts(r)
		id, _ := h.customer(fixture.File{AccountNo: strconv.Itoa(1000 + i)}, f.sql())
		all[id] = f
	}
	h.settle()
	h.agrees(rules, all)
	for id := range all {
		if r.IntN(3) == 0 {
			all[id] = randomFacts(r)
			h.customerSQL(id, `SET session_replication_role = replica;`+all[id].sql()+`SET session_replication_role = origin`)
			h.db.MustExec(`INSERT INTO tag_due (cause, customer_id) VALUES ('note', $1)`, id)
		}
	}
	if run := h.settle(); run == nil || run.Customers == nil {
		t.Fatalf("run %+v, want one of those who changed", run)
	}
	h.agrees(rules, all)
}

// agrees compares the tags there are with what meets says.
func (h house) agrees(rules map[int64]tag.Node, all map[int64]facts) {
	h.t.Helper()
	met := 0
	for id, f := range all {
		for rule, n := range rules {
			want := meets(n, f)
			if want {
				met++
			}
			if h.has(id, rule) != want {
				h.t.Errorf("%s: want %v of %+v", n, want, f)
			}
		}
	}
	if met == 0 || met == len(all)*len(rules) {
		h.t.Errorf("%d of %d conditions are met: the customers tell nothing", met, len(all)*len(rules))
	}
}
