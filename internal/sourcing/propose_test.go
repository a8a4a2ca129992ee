package sourcing

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"liuhen/internal/fault"
)

// sheetOf makes a header and rows of lines with commas.
func sheetOf(lines ...string) (header []string, rows []record) {
	for i, line := range lines {
		fields := strings.Split(line, ",")
		if i == 0 {
			header = fields
			continue
		}
		rows = append(rows, record{line: int64(i) + 1, fields: fields})
	}
	return header, rows
}

func TestColumnsAreProposedByNameAndContent(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		lines []string
		kind  string
		want  map[string]string
	}{
		"chinese": {
			[]string{"客户编号,客户姓名,性别,身份证号,联系电话,电子邮箱,备注", "K1,顾明远,男,11010119900307803X,13800001111,a@b.cn,x", "K2,何川,女,110101199003070134,13900001111,c@d.cn,y"},
			"customer", map[string]string{"external_no": "客户编号", "name": "客户姓名", "gender": "性别", "certificate_no": "身份证号", "mobile": "联系电话", "email": "电子邮箱"},
		},
		"english": {
			[]string{"CUST_NO,Full Name,ID_Number,Mobile Phone,Date of Birth", "K1,Li Wei,11010119900307803X,13800001111,1990-03-07", "K2,Wang Wu,110101199003070134,13900001111,1990-03-07"},
			"customer", map[string]string{"external_no": "CUST_NO", "name": "Full Name", "certificate_no": "ID_Number", "mobile": "Mobile Phone", "birth_date": "Date of Birth"},
		},
		"by content alone": {
			[]string{"A,B,C,D", "K1,顾明远,11010119900307803X,13800001111", "K2,何川,110101199003070134,13900001111"},
			"customer", map[string]string{"external_no": "A", "name": "B", "certificate_no": "C", "mobile": "D"},
		},
		"a name that its content belies": {
			[]string{"客户号,姓名,手机,F1", "K1,顾明远,无,13800001111", "K2,何川,未留,13900001111"},
			"customer", map[string]string{"external_no": "客户号", "name": "姓名", "mobile": "F1"},
		},
		"holdings": {
			[]string{"持仓编号,客户号,基金代码,基金名称,持有份额,市值,净值日期", "H1,K1,000001,华夏成长,1000.50,1200.00,20260101", "H2,K2,000002,华夏回报,10.5,12.00,20260101"},
			"holding", map[string]string{"external_no": "持仓编号", "customer_ref": "客户号", "product_code": "基金代码", "product_name": "基金名称", "units": "持有份额", "value": "市值", "valued_on": "净值日期"},
		},
		"parties": {
			[]string{"disp_id,client_id,account_id,type", "1,1,1,OWNER", "2,2,1,DISPONENT"},
			"party", map[string]string{"external_no": "disp_id", "customer_ref": "client_id", "account_ref": "account_id", "role": "type"},
		},
		"standing orders": {
			[]string{"order_id,account_id,bank_to,account_to,amount,用途", "1,1,YZ,87144583,2452.00,x", "2,1,ST,89597016,3372.70,y"},
			"standing_order", map[string]string{"external_no": "order_id", "account_ref": "account_id", "counterparty": "bank_to", "counterparty_more": "account_to", "amount": "amount", "purpose": "用途"},
		},
		"statements": {
			[]string{"账单编号,卡号,账单月份,应还金额,已还金额,逾期月数", "B1,K1,2026-01,100.00,10.00,0", "B2,K1,2026-02,90.00,90.00,0"},
			"card_statement", map[string]string{"external_no": "账单编号", "card_ref": "卡号", "month": "账单月份", "billed": "应还金额", "paid": "已还金额", "delay": "逾期月数"},
		},
		"contacts": {
			[]string{"客户号,种类,内容", "K1,手机,13800001111", "K1,邮箱,a@b.cn"},
			"contact_point", map[string]string{"customer_ref": "客户号", "kind": "种类", "value": "内容"},
		},
		"transactions": {
			[]string{"txn_id,account_no,txn_date,txn_amount,balance,memo", "1,A1,2026-01-02,-10.00,90.00,x", "2,A1,2026-01-03,5.00,95.00,y"},
			"transaction", map[string]string{"external_no": "txn_id", "account_ref": "account_no", "booked_on": "txn_date", "amount": "txn_amount", "balance": "balance", "purpose": "memo"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := proposeKind(profiles(sheetOf(c.lines...)))
			have := map[string]string{}
			for _, f := range got.Fields {
				have[f.Target] = f.Column
			}
			if diff := cmp.Diff(c.want, have); got.Kind != c.kind || diff != "" {
				t.Errorf("kind %s, want %s\n%s", got.Kind, c.kind, diff)
			}
		})
	}
}

func TestConversionsAreProposedByContent(t *testing.T) {
	t.Parallel()
	k, _ := kindNamed("transaction")
	header := []string{"流水号", "账号", "date", "金额"}
	rows := []record{{line: 2, fields: []string{"1", "A1", "930101", "1.234,56"}}, {line: 3, fields: []string{"2", "A1", "930102", "12,50"}}}
	c, _ := propose(k, profiles(header, rows))
	if c.Of("booked_on").As != "yymmdd" || c.Of("amount").As != "decimal_comma" {
		t.Errorf("%+v", c)
	}
}

func TestEveryKindComposesToAMapping(t *testing.T) {
	t.Parallel()
	for _, k := range FileKinds() {
		full := Choices{Kind: k.Word}
		for _, target := range k.Targets {
			for _, as := range target.Converts {
				full.Fields = append(full.Fields, Choice{Target: target.Key, Column: "列" + target.Key, As: as.As})
				break
			}
			if _, ok := entityOf(target.entity); !ok {
				t.Errorf("%s: target %s is of no entity", k.Word, target.Key)
			}
		}
		m, err := compose("some-name", "名", Source{Code: "crm", SourceName: "x"}, full)
		if err != nil {
			t.Errorf("%s: %v", k.Word, err)
			continue
		}
		for _, target := range k.Targets {
			if !contains(m.Columns, "列"+target.Key) {
				t.Errorf("%s: the mapping does not read the column of %s", k.Word, target.Key)
			}
		}
		for _, target := range k.Targets {
			if !target.Required {
				continue
			}
			lacks := Choices{Kind: k.Word}
			for _, f := range full.Fields {
				if f.Target != target.Key {
					lacks.Fields = append(lacks.Fields, f)
				}
			}
			if _, err := compose("some-name", "名", Source{Code: "crm", SourceName: "x"}, lacks); err == nil {
				t.Errorf("%s without %s is taken", k.Word, target.Key)
			}
		}
	}
}

func TestResidentNumbersAreCheckedByTheirLastPlace(t *testing.T) {
	t.Parallel()
	for number, want := range map[string]bool{
		"11010119900307803X": true, "11010119900307803x": true, "110101199003070134": true,
		"110101199003078031": false, "110101199013078031": false, "1101011990030780": false, "": false,
	} {
		if isResident(number) != want {
			t.Errorf("%q: %t", number, !want)
		}
	}
}

func TestWhatIsDescribedIsNotTold(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]string{
		"": "空", "男": "1 个汉字", "2026-01-02": "日期", "2026/1/2 10:30": "日期和时间", "2026年1月": "月份", "1,234.50": "带千分位或货币符号的数字", "12,5": "逗号作小数点的数字",
		"11010119900307803X": "18 位证件号，校验通过", "13800001111": "手机号", "a@b.cn": "邮箱", "20260102": "日期",
		"622288": "6 位数字", "123.45": "数字，2 位小数", "-5": "负数", "顾明远": "3 个汉字", "AB-12": "5 位字母和数字", "江州 7 号": "6 个字",
	} {
		if got := described(value); got != want {
			t.Errorf("%q is described as %q, want %q", value, got, want)
		}
	}
}

func TestASourcesOwnWordsAreUnderstood(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]map[string]string{
		"":               {},
		"01=男；02 ＝ 女":    {"01": "male", "02": "female"},
		"a=M, b=F\nc=1;": {"a": "male", "b": "female", "c": "male"},
		"男=女":            {"男": "female"},
	} {
		if got, reason := ownWords("gender", text); reason != "" || cmp.Diff(want, got) != "" {
			t.Errorf("%q: %v %s", text, got, reason)
		}
	}
	if got, reason := ownWords(ownTable, "（空）=结息；X=(空)；Y=随便"); reason != "" || cmp.Diff(map[string]string{"": "结息", "X": "", "Y": "随便"}, got) != "" {
		t.Errorf("free words: %v %s", got, reason)
	}
	for _, text := range []string{"01", "=男", "01=", "01=某", strings.Repeat("长", 501)} {
		if got, reason := ownWords("gender", text); reason == "" {
			t.Errorf("%q is understood as %v", text, got)
		}
	}
	m, err := compose("n", "名", Source{Code: "crm", SourceName: "x"}, Choices{Kind: "customer", Fields: []Choice{
		{Target: "external_no", Column: "号"}, {Target: "name", Column: "名"}, {Target: "gender", Column: "性", As: "enum:gender", Words: "01=男"},
	}})
	if err != nil || m.tables["gender-gender"]["01"] != "male" || m.tables["gender-gender"]["女"] != "female" || listTables()["gender"]["01"] != "" {
		t.Errorf("%+v %v", m, err)
	}
}

func TestAShippedMappingThatKnowsAllColumnsIsTakenBeforeOneThatIsNear(t *testing.T) {
	t.Parallel()
	list, err := loadMappings()
	if err != nil {
		t.Fatal(err)
	}
	m, err := list.named("customers")
	if err != nil {
		t.Fatal(err)
	}
	if !m.knows([]string{"客户号", "姓名", "手机"}) || m.knows([]string{"客户号", "姓名", "电话二"}) || m.knows([]string{"客户号"}) {
		t.Error("what a mapping knows is its columns, all of them")
	}
}

func TestEveryEntityIsAKindOfFile(t *testing.T) {
	t.Parallel()
	for _, e := range entities() {
		k, ok := kindNamed(e.word)
		if !ok {
			t.Errorf("no file of %s can be mapped", e.word)
			continue
		}
		for _, c := range e.columns {
			said := false
			for _, target := range k.Targets {
				said = said || target.entity == e.word && target.field == c.name
			}
			if c.required && !said {
				t.Errorf("%s: no column can become %s", e.word, c.name)
			}
		}
	}
}

func TestWhatIsWrittenForEveryRowMustFit(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fixed string
		field string
	}{
		"a word of the list": {"role=户主", ""},
		"not of the list":    {"role=某", "f.role"},
		"not to be fixed":    {"external_no=1", "f.external_no"},
	} {
		lines := []string{"external_no<号", "customer_ref<客", "account_ref<账", "role<身份@enum:party"}
		target, _, _ := strings.Cut(c.fixed, "=")
		for i := range lines {
			if strings.HasPrefix(lines[i], target+"<") {
				lines[i] = c.fixed
			}
		}
		m, err := compose("n", "名", Source{Code: "crm", SourceName: "x"}, chosen("party", lines...))
		if c.field == "" {
			if err != nil || m.rows[0].Fields["role"].Constant != "owner" {
				t.Errorf("%s: %+v %v", name, m, err)
			}
			continue
		}
		if f := fault.As(err); f == nil || f.Fields[0].Name != c.field {
			t.Errorf("%s: %v", name, err)
		}
	}
}
