package sourcing

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
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
		"": "空", "11010119900307803X": "18 位证件号，校验通过", "13800001111": "手机号", "a@b.cn": "邮箱", "20260102": "日期",
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
