package sourcing

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"liuhen/internal/realdata"
	"liuhen/internal/staff"
)

// chosen writes a choice as a line: target<column, a conversion behind @, own
// words behind |; target=text writes the same for every row.
func chosen(kind string, lines ...string) Choices {
	c := Choices{Kind: kind}
	for _, line := range lines {
		line, words, _ := strings.Cut(line, "|")
		line, as, _ := strings.Cut(line, "@")
		if target, column, ok := strings.Cut(line, "<"); ok {
			c.Fields = append(c.Fields, Choice{Target: target, Column: column, As: as, Words: words})
			continue
		}
		target, fixed, _ := strings.Cut(line, "=")
		c.Fields = append(c.Fields, Choice{Target: target, Fixed: fixed})
	}
	return c
}

// mapped imports a file of the source crm by choices made in the editor.
func (w *world) mapped(by *staff.Member, body string, c Choices) *Report {
	w.t.Helper()
	ctx := context.Background()
	got, err := w.Receive(ctx, by, Upload{Source: "crm", FileName: c.Kind + ".csv", Body: strings.NewReader(body)})
	if err != nil || got.Draft == 0 {
		w.t.Fatalf("%s: %+v %v", c.Kind, got, err)
	}
	job, err := w.Remember(ctx, by, got.Draft, MappingForm{Name: "crm-" + strings.ReplaceAll(c.Kind, "_", "-"), Title: c.Kind, Choices: c}, false)
	if err != nil {
		w.t.Fatalf("%s: %v", c.Kind, err)
	}
	return w.finished(by, job.ID)
}

// sameAs compares what two sources brought, by a query with the source's code.
func (w *world) sameAs(source, query string) {
	w.t.Helper()
	ours, theirs := fmt.Sprintf(query, "crm"), fmt.Sprintf(query, source)
	if n := w.db.QueryInt("SELECT count(*) FROM (" + ours + ") AS q"); n == 0 {
		w.t.Errorf("nothing came in: %s", ours)
	}
	for _, pair := range [][2]string{{ours, theirs}, {theirs, ours}} {
		if n := w.db.QueryInt("SELECT count(*) FROM ((" + pair[0] + ") EXCEPT ALL (" + pair[1] + ")) AS q"); n != 0 {
			w.t.Errorf("%d rows differ: %s", n, pair[0])
		}
	}
}

const berkaPurpose = "POJISTNE=保险费；SLUZBY=账户服务费；UROK=利息；UVER=还贷款；SIPO=家庭缴费；SANKC. UROK=透支罚息；DUCHOD=养老金；LEASING=融资租赁"

// berkaChoices maps the files of Berka as their shipped mappings do.
func berkaChoices() map[string]Choices {
	return map[string]Choices{
		"berka-clients": chosen("customer", "external_no<client_id", "name<client_id",
			"gender<birth_number@birth_gender", "birth_date<birth_number@birth_date"),
		"berka-accounts": chosen("account", "external_no<account_id", "kind=活期", "opened_on<date@yymmdd",
			"statement<frequency@enum:own|POPLATEK MESICNE=每月对账单；POPLATEK TYDNE=每周对账单；POPLATEK PO OBRATU=每笔对账单"),
		"berka-dispositions": chosen("party", "external_no<disp_id", "customer_ref<client_id", "account_ref<account_id", "role<type@enum:party"),
		"berka-loans": chosen("loan", "external_no<loan_id", "account_ref<account_id", "kind=个人贷款", "principal<amount@decimal",
			"months<duration@integer", "monthly<payments@decimal", "granted_on<date@yymmdd", "status<status@enum:loan_status"),
		"berka-cards": chosen("card", "external_no<card_id", "party_ref<disp_id", "kind<type@enum:own|classic=普卡；gold=金卡；junior=青年卡",
			"issued_on<issued@yymmdd"),
		"berka-orders": chosen("standing_order", "external_no<order_id", "account_ref<account_id", "amount<amount@decimal",
			"purpose<k_symbol@enum:own|"+berkaPurpose, "counterparty<bank_to", "counterparty_more<account_to"),
		"berka-transactions": chosen("transaction", "external_no<trans_id", "account_ref<account_id", "booked_on<date@yymmdd",
			"operation<operation@enum:own|（空）=结息；VKLAD=现金存入；PREVOD Z UCTU=转账收入；VYBER=现金支取；VYBER KARTOU=刷卡取现；PREVOD NA UCET=转账支出",
			"amount<amount@decimal", "direction<type@enum:direction|PRIJEM=收入；VYDAJ=支出；VYBER=支出", "balance<balance@decimal",
			"purpose<k_symbol@enum:own|"+berkaPurpose, "counterparty<bank", "counterparty_more<account@enum:own|0=（空）"),
	}
}

func TestTheEditorMapsBerkaAsTheShippedMappingsDo(t *testing.T) {
	t.Parallel()
	w, people := sourced(t)
	for _, f := range berkaFiles() {
		body := file(t, f.name)
		w.wantDone(w.take(f.mapping, body), f.rows, 0, 0, 0)
		r := w.mapped(people.Admin1, string(body), berkaChoices()[f.mapping])
		w.wantDone(&r.Job, f.rows, 0, 0, 0)
	}
	const owner, account = `cs.external_no AS owner`, `a.external_no AS account`
	from := func(columns, table string) string {
		account := ""
		if strings.Contains(columns, "a.external_no") {
			account = ` LEFT JOIN account AS a ON a.id = t.account_id`
		}
		return `SELECT t.external_no, ` + columns + ` FROM ` + table + ` AS t JOIN source_system AS o ON o.id = t.source_id` + account +
			` LEFT JOIN customer_source AS cs ON cs.customer_id = t.customer_id AND cs.source_id = o.id WHERE o.code = '%s'`
	}
	for _, query := range []string{
		`SELECT t.external_no, c.gender, c.birth_band FROM customer_source AS t JOIN customer AS c ON c.id = t.customer_id JOIN source_system AS o ON o.id = t.source_id WHERE o.code = '%s'`,
		from("t.kind, t.currency, t.balance, t.balance_on, t.opened_on, t.statement, "+owner, "account"),
		from("t.role, "+owner+", "+account, "account_party"),
		from("t.kind, t.principal, t.months, t.monthly, t.granted_on, t.status, "+owner+", "+account, "loan"),
		from("t.kind, t.credit_limit, t.issued_on, "+owner+", "+account, "card"),
		from("t.amount, t.purpose, t.counterparty, "+owner+", "+account, "standing_order"),
		from("t.booked_on, t.operation, t.amount, t.balance, t.purpose, t.counterparty, "+owner+", "+account, "bank_transaction"),
	} {
		w.sameAs("berka", query)
	}
}

func TestTheEditorMapsStatementsMonthByMonth(t *testing.T) {
	t.Parallel()
	w, people := sourced(t)
	lines := realdata.Lines(t, "bank", "uci_credit_card_taiwan", "credit-card-clients.csv.gz")[:301]
	at := map[string]int{}
	for i, name := range strings.Split(lines[0], ",") {
		at[name] = i
	}
	holders, cards, bills := "编号,姓名\n", "卡编号,客户号,额度\n", "卡号,账单月份,应还金额,已还金额,逾期月数\n"
	for i, line := range lines[1:] {
		cell := strings.Split(line, ",")
		no := fmt.Sprintf("%06d", i+1)
		holders += no + ",持卡客户\n"
		cards += no + "," + no + "," + cell[at["LIMIT_BAL"]] + "\n"
		for n, month := range []string{"2005-09", "200508", "2005年7月", "2005/6", "2005-05-31", "20050401"} {
			late := cell[at["PAY_0"]]
			if n > 0 {
				late = cell[at[fmt.Sprintf("PAY_%d", n+1)]]
			}
			bills += strings.Join([]string{no, month, cell[at[fmt.Sprintf("BILL_AMT%d", n+1)]], cell[at[fmt.Sprintf("PAY_AMT%d", n+1)]], late}, ",") + "\n"
		}
	}
	w.wantDone(w.takeText("taiwan-cards", lines...), 300, 0, 0, 0)
	for _, f := range []struct {
		body string
		by   Choices
		rows int64
	}{
		{holders, chosen("customer", "external_no<编号", "name<姓名"), 300},
		{cards, chosen("card", "external_no<卡编号", "customer_ref<客户号", "kind=信用卡", "credit_limit<额度@decimal"), 300},
		{bills, chosen("card_statement", "external_no<卡号", "card_ref<卡号", "month<账单月份@month", "billed<应还金额@decimal", "paid<已还金额@decimal", "delay<逾期月数@integer"), 1800},
	} {
		r := w.mapped(people.Admin1, f.body, f.by)
		w.wantDone(&r.Job, f.rows, 0, 0, 0)
	}
	for _, query := range []string{
		`SELECT t.external_no, t.kind, t.credit_limit FROM card AS t JOIN source_system AS o ON o.id = t.source_id WHERE o.code = '%s'`,
		`SELECT t.external_no, t.month, t.billed, t.paid, t.delay FROM card_statement AS t JOIN source_system AS o ON o.id = t.source_id WHERE o.code = '%s'`,
	} {
		w.sameAs("taiwan-cards", query)
	}
}

func TestTheEditorMapsContactsAndDocuments(t *testing.T) {
	t.Parallel()
	w, people := sourced(t)
	for _, f := range []struct {
		body               string
		by                 Choices
		accepted, rejected int64
	}{
		{"客户代号,称呼\nK1,顾明远\nK2,何川\n", chosen("customer", "external_no<客户代号", "name<称呼"), 2, 0},
		{"客户代号,类别,号码\nK1,手机,13800001111\nK1,M,a@b.cn\nK2,手机,不知道\nK3,手机,13800001113\n",
			chosen("contact_point", "customer_ref<客户代号", "kind<类别@enum:contact|M=邮箱", "value<号码"), 2, 2},
		{"客户代号,证号\nK1,11010119900307803X\nK2,110101199003070134\n",
			chosen("identity_document", "customer_ref<客户代号", "certificate_no<证号"), 2, 0},
	} {
		r := w.mapped(people.Admin1, f.body, f.by)
		w.wantDone(&r.Job, f.accepted, 0, 0, f.rejected)
	}
	if n := w.db.QueryInt(`
		SELECT count(*)
		FROM customer AS c
		JOIN identity_document AS d ON d.customer_id = c.id
		WHERE c.mobile_tail = '1111' AND c.email_mask IS NOT NULL AND c.certificate_tail = '803X' AND d.kind = 'resident_id' AND d.birth_date = '1990-03-07'`); n != 1 {
		t.Error("the first customer has not what the files say")
	}
}

func TestAnAmountWhoseDirectionIsUnknownIsRefused(t *testing.T) {
	t.Parallel()
	w, people := sourced(t)
	w.mapped(people.Admin1, "客户代号,称呼\nK1,顾明远\n", chosen("customer", "external_no<客户代号", "name<称呼"))
	r := w.mapped(people.Admin1, "流水,客户代号,日子,数,方向\nT1,K1,20260101,5,借\nT2,K1,20260101,5,贷\nT3,K1,20260101,5,?\nT4,K1,20260101,-5,借\nT5,K1,20260101,5,\n",
		chosen("transaction", "external_no<流水", "customer_ref<客户代号", "booked_on<日子@date", "amount<数@decimal", "direction<方向@enum:direction"))
	w.wantDone(&r.Job, 3, 0, 0, 2)
	if len(r.Rejects) != 2 || r.Rejects[0].Line != 4 || r.Rejects[0].Reason != "收支标志不在对照表中" {
		t.Errorf("%+v", r.Rejects)
	}
	if n := w.db.QueryInt(`SELECT count(*) FROM bank_transaction WHERE (external_no, amount) IN (('T1', -5), ('T2', 5), ('T4', 5))`); n != 3 {
		t.Errorf("%d amounts are as the file says", n)
	}
}
