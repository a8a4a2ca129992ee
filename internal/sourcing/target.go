package sourcing

import "slices"

// FileKind is what a row of a file is, for files whose mapping people make.
type FileKind struct {
	Word    string // of its entity
	Label   string // on screen
	Targets []Target
}

// Target is a field that a column of a file can become.
type Target struct {
	Key      string // unique within its kind, such as mobile
	Label    string // on screen
	Required bool
	Converts []Conversion // what may be done to a cell, the usual one first
	Hint     string       // what is understood or assumed; may be empty
	Fixable  bool         // the same may be written for every row where no column says it

	entity, field string
	role          role     // what it does to its field
	fixed         string   // kind of a contact point
	fallback      string   // constant where no column is chosen; the field is then not required
	names         []string // by which columns are called, the best first
	content       content
}

// Conversion is one way to read the cells of a column.
type Conversion struct {
	As    string // the converter, and for enum its table behind a colon
	Label string
}

// role is what the column of a target does to its field.
type role int

const (
	fills   role = iota // it is the field
	follows             // it stands behind what the target before it fills in, after a blank
	signs               // its words say which amounts of the field go out
)

// content is what the cells of a fitting column look like.
type content int

const (
	anyText content = iota
	certificates
	mobiles
	emails
	days
	months // or days
	amounts
	wholes
	personNames
	numbers // tell the row, each once
	inTable // words of the target's table
)

func asDate() []Conversion {
	return []Conversion{{"date", "日期（2006-01-02、2006/1/2、20060102、2006年1月2日）"}, {"yymmdd", "两位年份的日期（930101，二十世纪）"}}
}

func asMoney() []Conversion {
	return []Conversion{{"decimal", "数字（1,234.56）"}, {"decimal_comma", "数字（1.234,56）"}}
}

func asListed(table string) []Conversion { return []Conversion{{"enum:" + table, "按对照表"}} }

func asText() []Conversion { return []Conversion{{"", "原样"}} }

// asWords is for texts whose words may be the source's own codes.
func asWords() []Conversion {
	return append(asText(), Conversion{"enum:" + ownTable, "按对照表，没写的保持原样"})
}

// FileKinds lists the kinds in the order in which the editor offers them.
func FileKinds() []FileKind {
	return []FileKind{
		{"customer", "客户名单", customerTargets()},
		{"contact_point", "联系方式", contactTargets()},
		{"identity_document", "证件", documentTargets()},
		{"account", "账户", accountTargets()},
		{"party", "账户关系人", partyTargets()},
		{"holding", "基金与理财持仓", holdingTargets()},
		{"loan", "贷款", loanTargets()},
		{"card", "银行卡", cardTargets()},
		{"card_statement", "信用卡账单", statementTargets()},
		{"assessment", "风险测评", assessmentTargets()},
		{"consultation", "咨询与沟通", consultationTargets()},
		{"transaction", "交易流水", transactionTargets()},
		{"standing_order", "定期转账", orderTargets()},
	}
}

// kindNamed returns the kind with the word.
func kindNamed(word string) (FileKind, bool) {
	for _, k := range FileKinds() {
		if k.Word == word {
			return k, true
		}
	}
	return FileKind{}, false
}

// Target returns the kind's target with the key.
func (k FileKind) Target(key string) (Target, bool) {
	for _, t := range k.Targets {
		if t.Key == key {
			return t, true
		}
	}
	return Target{}, false
}

// links are the targets of which one must be chosen, so that it is known whose
// a row is; none where the kind asks for that already, or where a row may wait.
func (k FileKind) links() []Target {
	if e, _ := entityOf(k.Word); e.anyone || k.Word == "customer" {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(k.Targets), func(t Target) bool {
		return t.Required || !slices.Contains([]string{"customer_ref", "customer_no", "account_ref", "party_ref"}, t.field)
	})
}

func textTarget(entity, field, label string, names ...string) Target {
	return Target{Key: field, Label: label, Converts: asText(), entity: entity, field: field, names: names}
}

func dateTarget(entity, field, label string, names ...string) Target {
	return Target{Key: field, Label: label, Converts: asDate(), entity: entity, field: field, names: names, content: days}
}

func moneyTarget(entity, field, label string, names ...string) Target {
	return Target{Key: field, Label: label, Converts: asMoney(), entity: entity, field: field, names: names, content: amounts}
}

func listTarget(entity, field, label, table string, names ...string) Target {
	return Target{Key: field, Label: label, Converts: asListed(table), Hint: understood(table), entity: entity, field: field, names: names, content: inTable}
}

func idTarget(entity, label string, names ...string) Target {
	return Target{Key: "external_no", Label: label, Required: true, Converts: asText(), entity: entity, field: "external_no", names: names, content: numbers}
}

// wordTarget is a text that may be the source's own codes, or the same for all.
func wordTarget(entity, field, label string, names ...string) Target {
	return Target{Key: field, Label: label, Converts: asWords(), Fixable: true, entity: entity, field: field, names: names}
}

// wholeTarget is a whole number.
func wholeTarget(entity, field, label string, names ...string) Target {
	return Target{Key: field, Label: label, Converts: []Conversion{{"integer", "整数"}}, entity: entity, field: field, names: names, content: wholes}
}

// required marks a target without which no row can be taken.
func (t Target) required() Target {
	t.Required = true
	return t
}

// or takes a constant where no column is chosen.
func (t Target) or(constant, hint string) Target {
	t.fallback, t.Hint = constant, hint
	return t
}

// fixable lets the same be written for every row.
func (t Target) fixable() Target {
	t.Fixable = true
	return t
}

// hinted says what is understood or assumed.
func (t Target) hinted(hint string) Target {
	t.Hint = hint
	return t
}

// also offers further ways to read the cells.
func (t Target) also(more ...Conversion) Target {
	t.Converts = append(slices.Clone(t.Converts), more...)
	return t
}

// keyed gives a target another key than its field.
func (t Target) keyed(key string, looks content) Target {
	t.Key, t.content = key, looks
	return t
}

// contact is a target that becomes a contact point of the kind.
func contact(kind, label string, looks content, names ...string) Target {
	return Target{Key: kind, Label: label, Converts: asText(), entity: "contact_point", field: "value", fixed: kind, names: names, content: looks}
}

// numberOfAccount says which account a row is about.
func numberOfAccount(entity string) Target {
	return textTarget(entity, "account_ref", "账号（来源系统的）", "账号", "账户号", "账户编号", "卡号", "account_no", "account_id", "account", "acct_no", "account_ref")
}

// whose are the targets that say whose a row is; one of them is needed.
func whose(entity string, account bool) []Target {
	list := []Target{
		textTarget(entity, "customer_ref", "客户号（来源系统的）", "客户号", "客户编号", "客户代码", "客户id", "customer_id", "client_id", "cust_no", "custid", "customer_ref", "cif", "cif_no"),
		textTarget(entity, "customer_no", "统一客户号（留痕的 8 位）", "统一客户号", "portal_no", "customer_no"),
	}
	if account {
		list = append(list, numberOfAccount(entity))
	}
	return list
}
