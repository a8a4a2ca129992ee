package tag

import (
	"strings"

	"github.com/lib/pq"
)

// basicFields look at what is open, consultations included.
func basicFields() []Field {
	return []Field{
		{Code: "grade", Label: "风险等级为", Words: "风险等级为 {值}", Group: Basic, Value: TakesGrades, sql: grade},
		{Code: "grade_over", Label: "风险等级已过期", Words: "风险等级已过期", Group: Basic, sql: gradeOver},
		{Code: "age_from", Label: "年龄段不小于", Words: "年龄段不小于 {值} 岁", Group: Basic, Value: TakesYears, sql: ageFrom},
		{Code: "age_below", Label: "年龄段小于", Words: "年龄段小于 {值} 岁", Group: Basic, Value: TakesYears, sql: ageBelow},
		{Code: "band_from", Label: "资产档不低于", Words: "资产档不低于 {值}", Group: Basic, Value: TakesBand, sql: band(">=")},
		{Code: "band_to", Label: "资产档不高于", Words: "资产档不高于 {值}", Group: Basic, Value: TakesBand, sql: band("<=")},
		{Code: "silent", Label: "多少天没有联系", Words: "{天} 天没有联系", Group: Basic, Days: true, sql: silent},
		{Code: "talked", Label: "咨询提到某词，若干天内若干次", Words: "近 {天} 天咨询提到{值} ≥ {次} 次", Group: Basic, Value: TakesWord, Days: true, Times: true, sql: talked},
	}
}

// assetFields look at what customers have and owe.
func assetFields() []Field {
	return []Field{
		{Code: "holds", Label: "持有产品，名称含", Words: "持有名称含{值}的产品", Any: "持有任一产品", Group: Assets, Value: TakesWord, sql: holds},
		{Code: "holds_risk", Label: "持有产品，风险不低于", Words: "持有风险不低于 {值} 的产品", Group: Assets, Value: TakesRisk, sql: holdsRisk},
		{Code: "holdings_from", Label: "持仓市值合计不低于", Words: "持仓市值合计不低于 {值} 元", Group: Assets, Tells: true, Value: TakesMoney, sql: holdingsFrom},
		{Code: "loan", Label: "有未结清的贷款，种类含", Words: "有未结清的{值}贷款", Any: "有未结清的贷款", Group: Assets, Value: TakesWord, sql: loan},
		{Code: "loan_overdue", Label: "贷款逾期", Words: "贷款逾期", Group: Assets, Tells: true, sql: loanOverdue},
		{Code: "card", Label: "持有银行卡，卡种含", Words: "持有{值}", Any: "持有银行卡", Group: Assets, Value: TakesWord, sql: card},
	}
}

// flowFields look at transactions. Sources deliver late, so each comes twice:
// counted back from today, and from the customer's newest transaction.
func flowFields() []Field {
	return []Field{
		{Code: "out_sum", Label: "近若干天（从今天算）转出合计不低于", Words: "近 {天} 天转出合计不低于 {值} 元", Group: Transactions, Tells: true, Value: TakesMoney, Days: true, sql: outSum(fromToday)},
		{Code: "out_single", Label: "近若干天（从今天算）单笔转出不低于", Words: "近 {天} 天单笔转出不低于 {值} 元", Group: Transactions, Tells: true, Value: TakesMoney, Days: true, sql: outSingle(fromToday)},
		{Code: "out_sum_latest", Label: "最后一笔流水前若干天转出合计不低于", Words: "最后一笔流水前 {天} 天转出合计不低于 {值} 元", Group: Transactions, Tells: true, Value: TakesMoney, Days: true, sql: outSum(fromNewest)},
		{Code: "out_single_latest", Label: "最后一笔流水前若干天单笔转出不低于", Words: "最后一笔流水前 {天} 天单笔转出不低于 {值} 元", Group: Transactions, Tells: true, Value: TakesMoney, Days: true, sql: outSingle(fromNewest)},
	}
}

func grade(g *gathering, s Simple) (test, evidence string) {
	m := g.needs(ofCustomer, "smallint", "c.grade")
	until := g.needs(ofCustomer, "date", "c.grade_until")
	wanted := g.arg(pqArray(grades(s.Value)), "smallint[]")
	return m + " = ANY (" + wanted + ")", "'风险等级 C' || " + m + " || COALESCE('，有效至 ' || " + until + ", '')"
}

func gradeOver(g *gathering, _ Simple) (test, evidence string) {
	until := g.needs(ofCustomer, "date", "c.grade_until")
	return until + " < current_date", "'风险等级已于 ' || " + until + " || ' 过期'"
}

// A birth band is five years of birth: its youngest people set the lower bound,
// its oldest the upper.
func ageFrom(g *gathering, s Simple) (test, evidence string) {
	m := g.needs(ofCustomer, "smallint", "c.birth_band")
	oldest := "extract(year FROM current_date)::int - " + m
	return oldest + " - 4 >= " + g.arg(number(s.Value), "int"), ageWords(oldest)
}

func ageBelow(g *gathering, s Simple) (test, evidence string) {
	m := g.needs(ofCustomer, "smallint", "c.birth_band")
	oldest := "extract(year FROM current_date)::int - " + m
	return oldest + " < " + g.arg(number(s.Value), "int"), ageWords(oldest)
}

func ageWords(oldest string) string {
	return "'年龄段 ' || (" + oldest + " - 4) || '–' || (" + oldest + ") || ' 岁'"
}

func band(compare string) func(*gathering, Simple) (string, string) {
	return func(g *gathering, s Simple) (test, evidence string) {
		m := g.needs(ofCustomer, "smallint", "c.asset_band")
		return m + " " + compare + " " + g.arg(bandNumber(s.Value), "int"), "'资产档符合'"
	}
}

func silent(g *gathering, s Simple) (test, evidence string) {
	m := g.needs(ofCustomer, "timestamptz", "c.last_contact_at")
	before := "now() - make_interval(days => " + g.arg(s.Days, "int") + ")"
	return "(" + m + " IS NULL OR " + m + " < " + before + ")",
		"COALESCE('最近联系 ' || to_char(" + m + ", 'YYYY-MM-DD'), '还没有联系记录')"
}

func talked(g *gathering, s Simple) (test, evidence string) {
	g.window(fromNow, s.Days)
	said := " FILTER (WHERE " + g.mentions(ofNotes, "body", s.Value) + " AND x.at > " + fromNow + " - make_interval(days => " + g.arg(s.Days, "int") + "))"
	n := g.needs(ofNotes, "bigint", "count(*)"+said)
	last := g.needs(ofNotes, "timestamptz", "max(x.at)"+said)
	return n + " >= " + g.arg(s.Times, "int"),
		"'" + days(s.Days) + "咨询提到“' || " + g.arg(s.Value, "text") + " || '”' || " + n + " || ' 次，最近 ' || to_char(" + last + ", 'YYYY-MM-DD')"
}

func holds(g *gathering, s Simple) (test, evidence string) {
	such := ""
	if s.Value != "" {
		such = " FILTER (WHERE " + g.mentions(ofHoldings, "product_name", s.Value) + ")"
	}
	return held(g, such)
}

func holdsRisk(g *gathering, s Simple) (test, evidence string) {
	return held(g, " FILTER (WHERE x.risk >= "+g.arg(number(strings.TrimPrefix(s.Value, "R")), "int")+")")
}

func held(g *gathering, such string) (test, evidence string) {
	n := g.needs(ofHoldings, "bigint", "count(*)"+such)
	last := g.needs(ofHoldings, "date", "max(x.valued_on)"+such)
	return n + " > 0", "'持有 ' || " + n + " || ' 只产品，最近估值日 ' || " + last
}

func holdingsFrom(g *gathering, s Simple) (test, evidence string) {
	sum := g.needs(ofHoldings, "numeric", "sum(x.value)")
	return sum + " >= " + g.arg(s.Value, "numeric"), "'持仓市值合计 ' || " + sum + " || ' 元'"
}

func loan(g *gathering, s Simple) (test, evidence string) {
	such := "x.status IN ('running', 'in_debt')"
	if s.Value != "" {
		such += " AND " + g.mentions(ofLoans, "kind", s.Value)
	}
	n := g.needs(ofLoans, "bigint", "count(*) FILTER (WHERE "+such+")")
	last := g.needs(ofLoans, "date", "max(x.granted_on) FILTER (WHERE "+such+")")
	return n + " > 0", "'有 ' || " + n + " || ' 笔未结清的贷款，最近放款 ' || " + last
}

func loanOverdue(g *gathering, _ Simple) (test, evidence string) {
	n := g.needs(ofLoans, "bigint", "count(*) FILTER (WHERE x.status = 'in_debt')")
	return n + " > 0", "'有 ' || " + n + " || ' 笔贷款逾期'"
}

func card(g *gathering, s Simple) (test, evidence string) {
	such := ""
	if s.Value != "" {
		such = " FILTER (WHERE " + g.mentions(ofCards, "kind", s.Value) + ")"
	}
	n := g.needs(ofCards, "bigint", "count(*)"+such)
	return n + " > 0", "'持有 ' || " + n + " || ' 张'"
}

// The ends that windows are counted back from: of notes, and of transactions.
const (
	fromNow    = "now()"
	fromToday  = "current_date"
	fromNewest = "newest.booked_on"
)

func outSum(end string) func(*gathering, Simple) (string, string) {
	return func(g *gathering, s Simple) (test, evidence string) {
		sum := g.needs(ofTransactions, "numeric", "-sum(x.amount)"+within(g, end, s))
		return sum + " >= " + g.arg(s.Value, "numeric"), "'" + days(s.Days) + "转出合计 ' || " + sum + " || ' 元'"
	}
}

func outSingle(end string) func(*gathering, Simple) (string, string) {
	return func(g *gathering, s Simple) (test, evidence string) {
		top := g.needs(ofTransactions, "numeric", "-min(x.amount)"+within(g, end, s))
		return top + " >= " + g.arg(s.Value, "numeric"), "'" + days(s.Days) + "最大一笔转出 ' || " + top + " || ' 元'"
	}
}

// within is money out in the window.
func within(g *gathering, end string, s Simple) string {
	g.window(end, s.Days)
	return " FILTER (WHERE x.booked_on > " + end + " - " + g.arg(s.Days, "int") + ")"
}

// pqArray is the text of an array, which can be compared with another.
func pqArray(list []int64) string {
	value, err := pq.Array(list).Value()
	text, ok := value.(string)
	if err != nil || !ok {
		return "{}"
	}
	return text
}
