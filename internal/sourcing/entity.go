package sourcing

// entity says how one kind of thing in a file becomes rows of one table: what
// may be mapped, which key it is known by, and what hides and heads it.
type entity struct {
	word  string // in mappings
	table string
	group string // field group of its history
	block string // block of the file whose source and time it sets
	key   []string
	// anyone is set where a row may wait for its customer; all others need one.
	anyone  bool
	columns []column
	derived []column // computed at conversion, see derived.go
}

// column is one value of an entity, checked before the database sees it.
type column struct {
	name     string // in mappings and in the staging table
	kind     kind
	required bool
	max      int      // text: characters; whole: the largest value; decimal: digits before the point
	scale    int      // decimal: digits after the point
	min      int      // whole: the smallest value; decimal: 1 asks for more than zero, 0 for zero or more
	words    []string // text: the only values allowed
	ref      bool     // names another row; is not stored itself
	carrier  bool     // an empty value means that the row has no such thing
}

// kind is the type of a column.
type kind int

const (
	text kind = iota
	whole
	decimal
	date
	moment
	octets
)

// sql returns the column's type in a staging table.
func (c column) sql() string {
	switch c.kind {
	case whole:
		return "smallint"
	case decimal:
		if c.scale == 4 {
			return "numeric(20,4)"
		}
		return "numeric(18,2)"
	case date:
		return "date"
	case moment:
		return "timestamptz"
	case octets:
		return "bytea"
	default:
		if c.name == "external_no" {
			return `text COLLATE "C"` // as in the tables
		}
		return "text"
	}
}

// anySign lets a decimal be below zero.
const anySign = -1

func number(max int) column { return column{name: "external_no", required: true, max: max} }
func ref(name string) column {
	return column{name: name, max: 60, ref: true}
}
func money(name string, min int, required bool) column {
	return column{name: name, kind: decimal, max: 15, scale: 2, min: min, required: required}
}

// entities lists every kind of thing that can be imported, in the order in
// which the parts of one row are merged.
func entities() []entity {
	return append(people(), append(assets(), movements()...)...)
}

func people() []entity {
	return []entity{
		{
			word: "customer", table: "customer", group: "basic", block: "basic", key: []string{"external_no"},
			columns: []column{
				number(60),
				{name: "no", max: 8, ref: true},
				{name: "name", required: true, max: 60},
				{name: "gender", words: []string{"female", "male"}},
				{name: "birth_date", kind: date, ref: true},
				{name: "occupation", max: 60},
				{name: "residence", max: 60},
				{name: "opened_on", kind: date},
				{name: "branch_code", max: 30, ref: true},
				{name: "manager_no", max: 8, ref: true},
				{name: "managed_since", kind: date},
			},
			derived: []column{{name: "pinyin"}, {name: "initials"}, {name: "birth_band", kind: whole}, {name: "token", kind: octets, ref: true}},
		},
		{
			word: "contact_point", table: "contact_point", group: "contact", block: "contact", key: []string{"customer_id", "kind"},
			columns: []column{
				ref("customer_ref"), ref("customer_no"),
				{name: "kind", required: true, words: []string{"mobile", "phone", "email", "address"}},
				{name: "value", required: true, max: 200, carrier: true},
			},
			derived: []column{{name: "mask"}, {name: "tail"}, {name: "token", kind: octets}},
		},
		{
			word: "identity_document", table: "identity_document", group: "identity", block: "identity", key: []string{"customer_id", "kind"},
			columns: []column{
				ref("customer_ref"), ref("customer_no"),
				{name: "kind", required: true, words: []string{"resident_id", "passport", "permit", "foreign_id"}},
				{name: "number", required: true, max: 40, carrier: true},
				{name: "birth_date", kind: date},
			},
			derived: []column{{name: "mask"}, {name: "tail"}, {name: "token", kind: octets}},
		},
		{
			word: "assessment", table: "risk_assessment", group: "basic", block: "assessment", key: []string{"external_no"},
			columns: []column{
				number(60), ref("customer_ref"), ref("customer_no"),
				{name: "grade", kind: whole, required: true, min: 1, max: 5},
				{name: "assessed_on", kind: date, required: true},
				{name: "valid_until", kind: date, required: true},
				{name: "method", max: 100},
			},
		},
		{
			word: "consultation", table: "consultation", group: "basic", block: "consultation", key: []string{"external_no"},
			columns: []column{
				number(60), ref("customer_ref"), ref("customer_no"),
				{name: "at", kind: moment, required: true},
				{name: "via", required: true, words: []string{"wecom", "phone", "counter", "visit", "other"}},
				{name: "body", required: true, max: 2000},
				{name: "staff_no", max: 8, ref: true},
			},
		},
	}
}

func assets() []entity {
	return []entity{
		{
			word: "account", table: "account", group: "assets", block: "assets", key: []string{"external_no"}, anyone: true,
			columns: []column{
				number(60), ref("customer_ref"), ref("customer_no"),
				{name: "kind", max: 40},
				{name: "currency", max: 3},
				money("balance", anySign, false),
				{name: "balance_on", kind: date},
				{name: "opened_on", kind: date},
				{name: "statement", max: 40},
			},
		},
		{
			word: "party", table: "account_party", group: "assets", block: "assets", key: []string{"external_no"},
			columns: []column{
				number(60), ref("customer_ref"), ref("customer_no"), ref("account_ref"),
				{name: "role", required: true, words: []string{"owner", "disponent"}},
			},
		},
		{
			word: "loan", table: "loan", group: "assets", block: "assets", key: []string{"external_no"},
			columns: []column{
				number(60), ref("customer_ref"), ref("customer_no"), ref("account_ref"),
				{name: "kind", max: 40},
				money("principal", 1, true),
				{name: "months", kind: whole, required: true, min: 1, max: 1200},
				money("monthly", 0, true),
				{name: "granted_on", kind: date, required: true},
				{name: "status", required: true, words: []string{"finished", "defaulted", "running", "in_debt"}},
			},
		},
		{
			word: "card", table: "card", group: "assets", block: "assets", key: []string{"external_no"},
			columns: []column{
				number(60), ref("customer_ref"), ref("customer_no"), ref("account_ref"), ref("party_ref"),
				{name: "kind", required: true, max: 40},
				money("credit_limit", 0, false),
				{name: "issued_on", kind: date},
			},
		},
		{
			word: "card_statement", table: "card_statement", group: "assets", block: "assets", key: []string{"external_no", "month"},
			columns: []column{
				number(60), ref("card_ref"),
				{name: "month", kind: date, required: true},
				money("billed", anySign, true),
				money("paid", anySign, true),
				{name: "delay", kind: whole, required: true, min: -99, max: 999},
			},
		},
		{
			word: "holding", table: "holding", group: "assets", block: "assets", key: []string{"external_no"},
			columns: []column{
				number(60), ref("customer_ref"), ref("customer_no"),
				{name: "product_code", required: true, max: 40},
				{name: "product_name", required: true, max: 80},
				{name: "risk", kind: whole, min: 1, max: 5},
				{name: "units", kind: decimal, required: true, max: 15, scale: 4, min: anySign},
				money("value", anySign, true),
				{name: "valued_on", kind: date, required: true},
			},
		},
	}
}

func movements() []entity {
	return []entity{
		{
			word: "standing_order", table: "standing_order", group: "transactions", block: "transactions", key: []string{"external_no"},
			columns: []column{
				number(60), ref("customer_ref"), ref("customer_no"), ref("account_ref"),
				money("amount", anySign, true),
				{name: "purpose", max: 60},
				{name: "counterparty", max: 80},
			},
		},
		{
			word: "transaction", table: "bank_transaction", group: "transactions", block: "transactions", key: []string{"external_no"},
			columns: []column{
				number(60), ref("customer_ref"), ref("customer_no"), ref("account_ref"),
				{name: "booked_on", kind: date, required: true},
				{name: "operation", max: 40},
				money("amount", anySign, true),
				money("balance", anySign, false),
				{name: "purpose", max: 60},
				{name: "counterparty", max: 80},
			},
		},
	}
}

// entityOf returns the entity with the word.
func entityOf(word string) (entity, bool) {
	for _, e := range entities() {
		if e.word == word {
			return e, true
		}
	}
	return entity{}, false
}

// column returns the entity's column with the name.
func (e entity) column(name string) (column, bool) {
	for _, c := range e.columns {
		if c.name == name {
			return c, true
		}
	}
	return column{}, false
}
