package customer

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/lib/pq"

	"liuhen/internal/staff"
)

// order is how a list is sorted: an expression on customer AS c with an index,
// its direction, and the key of a row in it.
type order struct {
	expression string
	kind       string // the type a key is compared as
	down       bool
	key        func(Row) string
	valid      func(string) bool
}

func orderOf(s Sort) order {
	switch s {
	case ByName:
		return order{`c.pinyin`, "text", false, func(r Row) string { return r.Pinyin }, isTextKey}
	case ByNo:
		return order{`c.no`, "text", false, func(r Row) string { return r.No }, isNo}
	case ByGrade:
		return order{`COALESCE(c.grade, 0::smallint)`, "smallint", true, gradeKey, isGradeKey}
	case ByOpened:
		return order{`COALESCE(c.opened_on, '-infinity'::date)`, "date", true, func(r Row) string { return dayKey(r.OpenedOn) }, isDayKey}
	default:
		return order{`COALESCE(c.last_contact_at, '-infinity'::timestamptz)`, "timestamptz", true, func(r Row) string { return timeKey(r.LastContactAt) }, isTimeKey}
	}
}

func gradeKey(r Row) string {
	if r.Grade == nil {
		return "0"
	}
	return strconv.Itoa(int(*r.Grade))
}

// listing is a query turned into statements.
type listing struct {
	query    Query
	term     term
	order    order
	scope    *where // who may see what
	filters  *where // scope and all filters but the grade
	narrowed bool   // by more than the grade
	counted  bool   // the kept counts know how many the filters find
	at       position
	moved    bool // at is set
	back     bool // reading towards the front
}

// listing reads the query for by. It returns Forbidden for a role that sees no
// customers and Invalid for a broken position.
func (b *Book) listing(by *staff.Member, q Query) (listing, error) {
	condition, arg, err := Scope(by)
	if err != nil {
		return listing{}, err
	}
	l := listing{query: q, term: readTerm(q.Q, b.search), order: orderOf(q.Sort), scope: newWhere(condition, arg)}
	l.filters = l.scope.clone()
	l.counted = len(l.term.meanings) == 0 && q.Contact == "" && q.Due == "" && len(q.Tags) == 0 && q.Stage == "" && q.Granted == ""
	l.filters.andAny(l.term)
	if q.BranchID != 0 {
		l.filters.and(`c.branch_id = ?`, q.BranchID)
	}
	if q.ManagerID != 0 {
		l.filters.and(`c.manager_id = ?`, q.ManagerID)
	}
	l.filters.contact(q.Contact)
	l.filters.due(q.Due)
	l.filters.tags(q.Tags)
	l.filters.stage(q.Stage)
	l.filters.granted(q.Granted)
	l.narrowed = len(l.filters.conditions) > len(l.scope.conditions)
	l.back = q.Before != ""
	word := q.After
	if l.back {
		word = q.Before
	}
	l.at, l.moved, err = readPosition(word, l.order.valid)
	return l, err
}

// contact adds the condition on the last contact.
func (w *where) contact(c Contact) {
	switch c {
	case Within7, Within30, Within90:
		days, _ := strconv.Atoi(strings.TrimSuffix(string(c), "d"))
		w.and(`c.last_contact_at >= now() - make_interval(days => ?)`, days)
	case Over90:
		w.and(`c.last_contact_at < now() - make_interval(days => ?)`, 90)
	case Never:
		w.and(`c.last_contact_at IS NULL`)
	}
}

// due adds the condition on the end of the risk assessment.
func (w *where) due(d Due) {
	switch d {
	case DueWithin30:
		w.and(`c.grade_until BETWEEN current_date AND current_date + ?::int`, 30)
	case DueOver:
		w.and(`c.grade_until < current_date`)
	}
}

// tags adds that a customer has all of the tags, as far as who acts may see them.
func (w *where) tags(rules []int64) {
	for _, id := range rules {
		w.and(`EXISTS (
			SELECT
			FROM customer_tag AS t
			WHERE t.rule_id = ?
				AND t.customer_id = c.id
				AND t.until IS NULL
		)`, id)
	}
}

// stage adds how far a customer must be with the consents.
func (w *where) stage(s Stage) {
	const known = `EXISTS (SELECT FROM consent_contact AS k WHERE k.customer_id = c.id AND `
	switch s {
	case Unasked:
		w.and(`NOT ` + known + `(k.served_at IS NOT NULL OR k.answered_at IS NOT NULL))`)
	case Silent:
		w.and(known + `k.served_at IS NOT NULL AND k.answered_at IS NULL)`)
	case Agreeing:
		w.and(known + `k.answered_at IS NOT NULL AND k.granted > 0)`)
	case Declining:
		w.and(known + `k.answered_at IS NOT NULL AND k.granted = 0)`)
	case WasAsked:
		w.and(known + `(k.served_at IS NOT NULL OR k.answered_at IS NOT NULL))`)
	case Opening:
		w.and(known + `k.opened_at IS NOT NULL)`)
	case Answering:
		w.and(known + `k.answered_at IS NOT NULL)`)
	case Expiring:
		w.and(`EXISTS (
			SELECT
			FROM consent_state AS s
			WHERE s.customer_id = c.id
				AND s.expires_on > current_date
				AND s.expires_on <= current_date + ?::int
		)`, 30)
	}
}

// granted adds the pair of category and channel that a customer must have granted.
func (w *where) granted(cell string) {
	if cell == "" {
		return
	}
	category, channel, _ := strings.Cut(cell, ".")
	w.and(`EXISTS (
			SELECT
			FROM consent_state AS s
			WHERE s.customer_id = c.id
				AND s.category = ?
				AND s.channel = ?
				AND s.state = 'granted'
				AND s.wording_no >= (SELECT consent_asks_since(?, now()))
		)`, category, channel, category)
}

// rowsSQL returns the statement of a page and its arguments. It asks for one
// row more than a page has, which tells whether there is another page.
func (l listing) rowsSQL() (string, []any) {
	w := l.filters.clone()
	if len(l.query.Grades) > 0 {
		w.and(`c.grade = ANY(?)`, pq.Array(l.query.Grades))
	}
	down := l.order.down != l.back
	way, compare := "ASC", ">"
	if down {
		way, compare = "DESC", "<"
	}
	if l.moved {
		w.and(`(`+l.order.expression+`, c.id) `+compare+` (?::`+l.order.kind+`, ?::bigint)`, l.at.Key, l.at.ID)
	}
	sort := l.order.expression + " " + way + ",\n\t\tc.id " + way
	return `
	SELECT
		c.id,
		c.no,
		c.name,
		c.pinyin,
		c.grade,
		c.grade_until,
		c.asset_band,
		c.mobile_mask,
		c.opened_on,
		c.last_contact_at,
		c.last_contact_via,
		b.name AS branch,
		COALESCE(m.name, '') AS manager,
		ARRAY(
			SELECT COALESCE(r.name, t.label)
			FROM customer_tag AS t
			LEFT JOIN tag_rule AS r ON r.id = t.rule_id
			WHERE t.customer_id = c.id
				AND t.until IS NULL
				AND t.field_group = 'basic'
			ORDER BY
				t.rule_id IS NULL,
				r.code,
				t.id
		) AS tags
	FROM (
		SELECT
			c.id,
			c.no,
			c.name,
			c.pinyin,
			c.grade,
			c.grade_until,
			c.asset_band,
			c.mobile_mask,
			c.opened_on,
			c.last_contact_at,
			c.last_contact_via,
			c.branch_id,
			c.manager_id
		FROM customer AS c
		WHERE ` + w.text() + `
		ORDER BY
			` + sort + `
		LIMIT ` + strconv.Itoa(pageRows+1) + `
	) AS c
	JOIN branch AS b ON b.id = c.branch_id
	LEFT JOIN staff AS m ON m.id = c.manager_id
	ORDER BY
		` + sort, w.args
}

// gradesSQL counts what the query finds by grade, whatever grades it asks for:
// from the counts that are kept where they know the answer, else one by one.
func (l listing) gradesSQL() (string, []any) {
	if l.counted {
		return `
	SELECT
		c.grade,
		sum(c.n)::bigint AS n
	FROM customer_count AS c
	WHERE ` + l.filters.text() + `
	GROUP BY c.grade
	ORDER BY c.grade`, l.filters.args
	}
	return `
	SELECT
		COALESCE(c.grade, 0::smallint) AS grade,
		count(*) AS n
	FROM customer AS c
	WHERE ` + l.filters.text() + `
	GROUP BY c.grade
	ORDER BY c.grade`, l.filters.args
}

// totalSQL counts the scope.
func (l listing) totalSQL() (string, []any) {
	return `
	SELECT COALESCE(sum(c.n), 0)::bigint
	FROM customer_count AS c
	WHERE ` + l.scope.text(), l.scope.args
}

// turn puts rows into the order of the page, drops the row too many and returns
// the place of the first row and the ways to the neighbours.
func (l listing) turn(rows []Row) (page []Row, from int, previous, next string) {
	more := len(rows) > pageRows
	if more {
		rows = rows[:pageRows]
	}
	if l.back {
		slices.Reverse(rows)
	}
	if len(rows) == 0 {
		return rows, 0, "", ""
	}
	before := l.at.From
	if l.back {
		before = max(0, l.at.From-len(rows))
	}
	if l.back && !more {
		before = 0
	}
	place := func(r Row, from int) string {
		return position{Key: l.order.key(r), ID: r.ID, From: from}.String()
	}
	if l.back && more || !l.back && l.moved {
		previous = place(rows[0], before)
	}
	if l.back || more {
		next = place(rows[len(rows)-1], before+len(rows))
	}
	return rows, before + 1, previous, next
}

// detail says for the trail what was looked for and what came of it.
func (l listing) detail(found int64) string {
	used := l.query.filters(l.term)
	if len(used) == 0 {
		return fmt.Sprintf("全部客户，共 %d 位", found)
	}
	return fmt.Sprintf("按%s查找%s，找到 %d 位", strings.Join(used, "、"), l.term.quoted(), found)
}

// quoted is what was typed, where it is no value of a closed group.
func (t term) quoted() string {
	if t.typed == "" {
		return ""
	}
	return "「" + t.typed + "」"
}

// ListSQL returns the statement that List reads a page with, and its arguments,
// for measuring the same statement outside the program.
func (b *Book) ListSQL(by *staff.Member, q Query) (string, []any, error) {
	l, err := b.listing(by, q.understood())
	if err != nil {
		return "", nil, err
	}
	text, args := l.rowsSQL()
	return text, args, nil
}
