package tag

import (
	"fmt"
	"strconv"
	"strings"
)

// source is a table that rules look at: what it holds of a customer is gathered
// into one row.
type source string

// The sources. The open row of a customer needs no gathering.
const (
	ofCustomer     source = "customer"
	ofHoldings     source = "rule_holding"
	ofLoans        source = "rule_loan"
	ofCards        source = "rule_card"
	ofTransactions source = "rule_transaction"
	ofNotes        source = "consultation"
)

func sources() []source {
	return []source{ofHoldings, ofLoans, ofCards, ofTransactions, ofNotes}
}

// measure is one thing gathered of a source: an expression over c for the
// customer, an aggregate over x for any other. Its name is a column of fact.
type measure struct {
	name string
	of   source
	expr string
	kind string
}

// gathering collects what several conditions need of a customer, each thing
// once. Values that somebody typed are arguments; all else is a constant text of
// this package.
type gathering struct {
	measures []measure
	args     []any
	kinds    []string // of args
	words    []word
	longest  map[string]int // the longest window counted back from each end, in days
}

// word is a test of a text of a source for a word: it costs the most of all, and
// is made once a row however many measures ask for it.
type word struct {
	name string
	of   source
	expr string
}

// mentions asks for a test of a text column for a word and returns its column.
func (g *gathering) mentions(of source, column, value string) string {
	expr := "position(" + g.arg(value, "text") + " IN s." + column + ") > 0"
	for _, w := range g.words {
		if w.of == of && w.expr == expr {
			return "x." + w.name
		}
	}
	name := "w" + strconv.Itoa(len(g.words)+1)
	g.words = append(g.words, word{name, of, expr})
	return "x." + name
}

// window says that nothing longer ago than days before end is looked at, unless
// another measure does.
func (g *gathering) window(end string, days int) {
	if g.longest == nil {
		g.longest = map[string]int{}
	}
	g.longest[end] = max(g.longest[end], days)
}

// arg adds an argument, or finds it again, and returns its place.
func (g *gathering) arg(value any, kind string) string {
	for i := range g.args {
		if g.args[i] == value && g.kinds[i] == kind {
			return g.place(i)
		}
	}
	g.args, g.kinds = append(g.args, value), append(g.kinds, kind)
	return g.place(len(g.args) - 1)
}

func (g *gathering) place(i int) string { return "$" + strconv.Itoa(i+1) + "::" + g.kinds[i] }

// given names every argument once, so that a statement that uses only some of
// them can be given all.
func (g *gathering) given() string {
	places := []string{"true"}
	for i := range g.args {
		places = append(places, g.place(i))
	}
	return "SELECT " + strings.Join(places, ", ")
}

// needs asks for a measure and returns its column of fact AS f.
func (g *gathering) needs(of source, kind, expr string) string {
	for _, m := range g.measures {
		if m.of == of && m.expr == expr {
			return "f." + m.name
		}
	}
	name := "m" + strconv.Itoa(len(g.measures)+1)
	g.measures = append(g.measures, measure{name, of, expr, kind})
	return "f." + name
}

// columns lists the measures as columns of fact AS f.
func (g *gathering) columns() string {
	var b strings.Builder
	for _, m := range g.measures {
		b.WriteString(",\n\tf." + m.name)
	}
	return b.String()
}

// declared lists the measures as columns of a table to make.
func (g *gathering) declared() string {
	var b strings.Builder
	for _, m := range g.measures {
		b.WriteString(",\n\t" + m.name + " " + m.kind)
	}
	return b.String()
}

// query gathers a row of facts for every customer, or for those whose ids are the
// array at the place some.
func (g *gathering) query(some string) string {
	cells, joins := "c.id AS customer_id", ""
	for _, m := range g.measures {
		expr := m.expr
		if m.of != ofCustomer {
			expr = string(m.of) + "." + m.name
		}
		cells += ",\n\t" + expr + " AS " + m.name
	}
	for _, s := range sources() {
		if part := g.gathered(s, some); part != "" {
			joins += fmt.Sprintf("\nLEFT JOIN (%s\n) AS %s ON %s.customer_id = c.id", part, s, s)
		}
	}
	where := ""
	if some != "" {
		where = "\nWHERE c.id = ANY (" + some + ")"
	}
	return "SELECT\n\t" + cells + "\nFROM customer AS c" + joins + where
}

// gathered is the aggregation of one source, empty if nothing of it is needed.
func (g *gathering) gathered(s source, some string) string {
	cells := ""
	for _, m := range g.measures {
		if m.of == s {
			cells += ",\n\t\t" + m.expr + " AS " + m.name
		}
	}
	if cells == "" {
		return ""
	}
	from := "\n\tFROM (" + g.rows(s, some) + "\n\t) AS x"
	if s == ofTransactions && g.longest[fromNewest] > 0 {
		from += newestBeside(some)
	}
	return "\n\tSELECT\n\t\tx.customer_id" + cells + from + g.recent(s) + "\n\tGROUP BY x.customer_id"
}

// rows are the rows of a source with what they mention. OFFSET keeps the planner
// from putting the tests for words into each measure again.
func (g *gathering) rows(s source, some string) string {
	cells, where := columnsOf(s), "true"
	for _, w := range g.words {
		if w.of == s {
			cells += ",\n\t\t\t" + w.expr + " AS " + w.name
		}
	}
	switch s {
	case ofTransactions:
		where = "s.amount < 0" // money out is all that is looked at
	case ofNotes:
		where = "s.at > " + fromNow + " - make_interval(days => " + g.arg(g.longest[fromNow], "int") + ")"
	}
	if some != "" {
		where += "\n\t\t\tAND s.customer_id = ANY (" + some + ")"
	}
	return "\n\t\tSELECT\n\t\t\t" + cells + "\n\t\tFROM " + string(s) + " AS s\n\t\tWHERE " + where + "\n\t\tOFFSET 0"
}

// columnsOf lists what the measures of a source are made of.
func columnsOf(s source) string {
	list := map[source]string{
		ofHoldings:     "s.risk, s.value, s.valued_on",
		ofLoans:        "s.granted_on, s.status",
		ofCards:        "",
		ofTransactions: "s.booked_on, s.amount",
		ofNotes:        "s.at",
	}[s]
	if list == "" {
		return "s.customer_id"
	}
	return "s.customer_id, " + list
}

// recent leaves out transactions that no window reaches.
func (g *gathering) recent(s source) string {
	if s != ofTransactions {
		return ""
	}
	var ends []string
	for _, end := range []string{fromToday, fromNewest} {
		if days := g.longest[end]; days > 0 {
			ends = append(ends, "x.booked_on > "+end+" - "+g.arg(days, "int"))
		}
	}
	return "\n\tWHERE " + strings.Join(ends, " OR ")
}

// newestBeside puts the day of the customer's newest transaction beside each.
func newestBeside(some string) string {
	where := ""
	if some != "" {
		where = "\n\t\tWHERE t.customer_id = ANY (" + some + ")"
	}
	return `
	JOIN (
		SELECT
			t.customer_id,
			max(t.booked_on) AS booked_on
		FROM rule_transaction AS t` + where + `
		GROUP BY t.customer_id
	) AS newest ON newest.customer_id = x.customer_id`
}
