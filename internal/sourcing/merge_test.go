package sourcing

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"liuhen/internal/staff"
)

func TestChangedValuesKeepTheirHistory(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	head := "客户号,姓名,手机,邮箱,证件号,职业"
	w.wantDone(w.takeText("customers", head,
		"A1,顾明远,13800001111,a@example.com,110101199001011234,教师",
		"A2,何川,13800002222,,,会计"), 2, 0, 0, 0)
	w.wantDone(w.takeText("customers", head,
		"A1,顾明远,13900009999,a@example.com,110101199001011234,工程师",
		"A2,何川,13800002222,,,"), 0, 1, 1, 0)
	for query, want := range map[string]int64{
		`SELECT count(*) FROM value_history`: 2,
		`SELECT count(*) FROM value_history WHERE field_group = 'basic' AND before = '{"occupation": "教师"}'`:                                  1,
		`SELECT count(*) FROM value_history WHERE field_group = 'contact' AND external_no = 'mobile' AND before = '{"value": "13800001111"}'`: 1,
		`SELECT count(*) FROM customer WHERE mobile_mask = '139****9999' AND occupation = '工程师'`:                                              1,
		`SELECT count(*) FROM customer WHERE occupation = '会计'`:                                                                               1,
		`SELECT count(*) FROM customer WHERE birth_band = 1990 AND certificate_tail = '1234' AND certificate_kind = 'resident_id'`:            1,
		`SELECT count(*) FROM identity_document WHERE birth_date = '1990-01-01'`:                                                              1,
	} {
		if got := w.db.QueryInt(query); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
}

func TestTwoSourcesMeetInOneFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	w.wantDone(w.takeText("customers", "客户号,姓名,证件类型,证件号", "A1,顾明远,外国证件,706213/00001"), 1, 0, 0, 0)
	w.wantDone(w.takeText("berka-clients", "client_id,birth_number,district_id", "1,706213,18", "4,561201,5"), 2, 0, 0, 0)
	for query, want := range map[string]int64{
		`SELECT count(*) FROM customer`:                       2,
		`SELECT count(*) FROM customer WHERE name = '顾明远'`:    1,
		`SELECT count(*) FROM customer WHERE name LIKE '核心%'`: 1,
		`SELECT count(DISTINCT source_id) FROM customer_block AS b JOIN customer AS c ON c.id = b.customer_id WHERE c.name = '顾明远' AND b.block = 'basic'`: 2,
		`SELECT count(*) FROM customer_source AS s JOIN customer AS c ON c.id = s.customer_id WHERE c.name = '顾明远'`:                                       2,
	} {
		if got := w.db.QueryInt(query); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
	conflict := w.takeText("customers", "客户号,姓名,证件类型,证件号",
		"A1,顾明远,外国证件,561201/00004", "A9,新人,外国证件,706213/00001", "A8,甲,外国证件,888888/1", "A7,甲,外国证件,888888/1")
	w.wantDone(conflict, 2, 0, 0, 2)
	if r := w.rejects(conflict.ID); len(r) != 2 || r[0].Line != 2 || r[0].Reason != "证件号属于另一位客户" || r[1].Line != 3 {
		t.Errorf("the conflict is listed as %+v", r)
	}
	if n := w.db.QueryInt(`SELECT count(*) FROM customer`); n != 3 {
		t.Errorf("%d customers, want 3", n)
	}
}

func TestUnknownReferencesAreRejectedByLine(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	w.takeText("berka-clients", "client_id,birth_number,district_id", "1,706213,18")
	w.takeText("berka-accounts", "account_id,district_id,frequency,date", "1,18,POPLATEK MESICNE,930101", "2,18,POPLATEK TYDNE,930101")
	w.takeText("berka-dispositions", "disp_id,client_id,account_id,type", "1,1,1,OWNER")
	j := w.takeText("berka-loans", "loan_id,account_id,date,amount,duration,payments,status",
		"1,1,930711,1000,12,90.5,A", "2,9,930711,1000,12,90,A", "3,2,930711,1000,12,90,A", "4,1,930711,-5,12,90,A", "5,1,930711,1000,12,90,Z")
	w.wantDone(j, 1, 0, 0, 4)
	want := []Reject{{3, "account_id", "没有这个账户，请先导入账户"}, {4, "account_id", "账户还没有户主，请先导入账户关系"}, {5, "amount", "数字超出范围"}, {6, "status", "取值不在对照表中"}}
	for i, r := range w.rejects(j.ID) {
		if r != want[i] {
			t.Errorf("rejected %+v, want %+v", r, want[i])
		}
	}
	w.wantDone(w.takeText("berka-dispositions", "disp_id,client_id,account_id,type", "2,7,1,OWNER", "3,1,7,OWNER"), 0, 0, 0, 2)
}

func TestTheLastOfRowsWithOneNumberCounts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	j := w.takeText("customers", "客户号,姓名", "A1,甲", "A2,乙", "A1,丙", "A2,乙", "A3,丁")
	w.wantDone(j, 3, 0, 1, 1)
	if r := w.rejects(j.ID); len(r) != 1 || r[0] != (Reject{2, "客户号", "编号与第 4 行相同，以后一行为准"}) {
		t.Errorf("rejects %+v", r)
	}
	if n := w.db.QueryInt(`SELECT count(*) FROM customer WHERE name IN ('丙', '乙', '丁')`); n != 3 {
		t.Errorf("%d of the last rows came in", n)
	}
}

func TestADryRunChangesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	body := "客户号,姓名,手机\nA1,甲,13800001111\nA2,乙,x\nA1,丙,\nA3,丁,\nA1,戊,\n"
	j, err := w.RunNow(context.Background(), staff.Program(), Upload{Mapping: "customers", FileName: "x.csv", Body: strings.NewReader(body), DryRun: true}, nil)
	if err != nil {
		t.Fatal(err)
	}
	w.wantDone(j, 2, 2, 0, 1)
	for _, table := range []string{"customer", "customer_source", "customer_block", "contact_point", "value_history"} {
		if n := w.db.QueryInt("SELECT count(*) FROM " + table); n != 0 {
			t.Errorf("%d rows in %s", n, table)
		}
	}
	w.wantDone(w.take("customers", []byte(body)), 2, 2, 0, 1)
}

func TestBalanceBandAndGradeFollow(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	w.takeText("berka-clients", "client_id,birth_number,district_id", "1,706213,18")
	w.takeText("berka-accounts", "account_id,district_id,frequency,date", "1,18,POPLATEK MESICNE,930101")
	w.takeText("berka-dispositions", "disp_id,client_id,account_id,type", "1,1,1,OWNER")
	head := "trans_id,account_id,date,type,operation,amount,balance,k_symbol,bank,account"
	w.wantDone(w.takeText("berka-transactions", head,
		"1,1,930101,PRIJEM,VKLAD,60000.00,60000.00,,,", "2,1,930105,VYDAJ,VYBER,100.50,59899.50,SIPO,YZ,123"), 2, 0, 0, 0)
	no := fmt.Sprint(w.db.QueryInt(`SELECT no::bigint FROM customer`))
	w.takeText("assessments", "测评号,统一客户号,等级,测评日期,有效期至", "1,"+no+",C2,2026-01-01,2027-01-01", "2,"+no+",C4,2025-01-01,2026-01-01", "3,"+no+",C4,2025-01-01,2024-01-01")
	w.wantDone(w.takeText("holdings", "持仓号,统一客户号,产品代码,产品名称,产品风险,份额,市值,估值日",
		"1,"+no+",F1,基金,R3,\"1,000.5\",\"200,000.00\",2026-11-20", "2,99999999,F1,基金,R3,1,1,2026-11-20"), 1, 0, 0, 1)
	for query, want := range map[string]int64{
		`SELECT count(*) FROM account WHERE balance = 59899.50 AND balance_on = '1993-01-05'`:                           1,
		`SELECT count(*) FROM bank_transaction WHERE amount = -100.50 AND purpose = '家庭缴费' AND counterparty = 'YZ 123'`: 1,
		`SELECT asset_band FROM customer`:                                            2,
		`SELECT count(*) FROM customer WHERE grade = 2 AND graded_on = '2026-01-01'`: 1,
		`SELECT count(*) FROM holding WHERE units = 1000.5 AND risk = 3`:             1,
	} {
		if got := w.db.QueryInt(query); got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
	w.takeText("berka-transactions", head, "3,1,930104,PRIJEM,VKLAD,1.00,1.00,,,")
	if n := w.db.QueryInt(`SELECT count(*) FROM account WHERE balance = 59899.50`); n != 1 {
		t.Error("an older transaction moved the balance back")
	}
}

func TestNaughtyStringsGoThroughEveryTextUnharmed(t *testing.T) {
	t.Parallel()
	root := os.Getenv("LIUHEN_DATA")
	if root == "" {
		root = "../../../shared/data"
	}
	file(t, "berka/client.csv") // skips where there are no data
	b, err := os.ReadFile(filepath.Join(root, "attack", "blns.json"))
	if err != nil {
		t.Fatal(err)
	}
	var naughty []string
	if err := json.Unmarshal(b, &naughty); err != nil {
		t.Fatal(err)
	}
	var body bytes.Buffer
	out := csv.NewWriter(&body)
	rows := [][]string{{"客户号", "姓名", "职业", "地址"}}
	for i, s := range naughty {
		rows = append(rows, []string{fmt.Sprintf("N%03d", i), s, s, s})
	}
	if err := out.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, 100)
	j := w.take("customers", body.Bytes())
	if j.State != Done || j.Accepted < 300 || j.Rows() != int64(len(naughty)) {
		t.Fatalf("%s %q %+v of %d", j.State, j.Error, j.Counts, len(naughty))
	}
	stored := w.db.QueryInt(`SELECT count(*) FROM customer`)
	again := w.take("customers", body.Bytes())
	if again.Unchanged != j.Accepted || again.Rejected != j.Rejected || w.db.QueryInt(`SELECT count(*) FROM customer`) != stored {
		t.Errorf("again %+v after %+v", again.Counts, j.Counts)
	}
}
