package sourcing

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"liuhen/internal/fault"
	"liuhen/internal/staff"
)

// book writes a workbook with excelize; act fills it.
func book(t *testing.T, act func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	act(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func rows(t *testing.T, f *excelize.File, list ...[]any) {
	t.Helper()
	for i, row := range list {
		must(t, f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row))
	}
}

func TestAWorkbookIsImportedAsItWasMeant(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	w.takeText("customers", "客户号,姓名", "A1,顾明远")
	no := ""
	must(t, w.db.Owner.QueryRow(`SELECT no FROM customer`).Scan(&no))
	body := book(t, func(f *excelize.File) {
		rows(t, f, []any{"持仓号", "统一客户号", "产品代码", "产品名称", "份额", "市值", "估值日"},
			[]any{"H1", no, "000001", "稳健一号", 1234.5678, 0.1 + 0.2, time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)},
			nil,
			[]any{"H2", no, "000002", "稳健二号", "1,000", nil, 46346},
			[]any{"H3", no, "000003", "稳健三号", 1, 1, "2026/11/20"},
			[]any{"H4", no, "000004", "稳健四号", 1.5e15, 1, "2026/11/20"},
			[]any{"H5", no, "000005", "稳健五号", 1, nil, "2026/11/20"})
		style, err := f.NewStyle(&excelize.Style{NumFmt: 14})
		must(t, err)
		must(t, f.SetCellStyle("Sheet1", "G2", "G2", style))
		own := `yyyy"年"m"月"d"日"`
		style, err = f.NewStyle(&excelize.Style{CustomNumFmt: &own})
		must(t, err)
		must(t, f.SetCellStyle("Sheet1", "G4", "G4", style))
		whole := "0"
		style, err = f.NewStyle(&excelize.Style{CustomNumFmt: &whole})
		must(t, err)
		must(t, f.SetCellStyle("Sheet1", "E2", "F2", style))
		must(t, f.SetCellFormula("Sheet1", "F4", "E2*2"))
		must(t, f.SetRowVisible("Sheet1", 5, false))
		must(t, f.MergeCell("Sheet1", "I1", "I1"))
	})
	j := w.take("holdings", body)
	w.wantDone(j, 1, 0, 0, 4)
	if j.Encoding != XLSX {
		t.Errorf("encoding %q", j.Encoding)
	}
	if n := w.db.QueryInt(`SELECT count(*) FROM holding WHERE units = 1234.5678 AND value = 0.30 AND valued_on = '2026-11-20' AND product_code = '000001'`); n != 1 {
		t.Error("the first row is not as meant")
	}
	want := []string{"F 列是没有算出结果的公式", "隐藏的", "E 列的数字超过 15 位", "不能为空"}
	for i, r := range w.rejects(j.ID) {
		if r.Line != int64(i+4) || !strings.Contains(r.Reason, want[i]) {
			t.Errorf("line %d: %s, want %s", r.Line, r.Reason, want[i])
		}
	}
}

func TestWorkbooksThatAreRefusedAsAWhole(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body []byte
		want string
	}{
		"merged": {book(t, func(f *excelize.File) {
			rows(t, f, []any{"客户号", "姓名"}, []any{"A1", "顾明远"}, []any{"A2", nil})
			must(t, f.MergeCell("Sheet1", "B2", "B3"))
		}), "合并的单元格（B2 到 B3）"},
		"secret": {book(t, func(f *excelize.File) {
			rows(t, f, []any{"客户号", "姓名", "密码"}, []any{"A1", "顾明远", "x"})
		}), "C3"},
		"track": {book(t, func(f *excelize.File) {
			rows(t, f, []any{"客户号", "姓名", "x"}, []any{"A1", "顾", ";6222021234567890123=29121010000012300000?"})
		}), "第 2 行的内容像银行卡磁道"},
		"columns": {book(t, func(f *excelize.File) { rows(t, f, []any{"客户号"}, []any{"A1"}) }), "缺少"},
		"empty":   {book(t, func(*excelize.File) {}), "文件是空的"},
		"no book": {archive(t, map[string]string{"x.txt": "x"}), "工作簿打不开"},
		"bomb":    {archive(t, map[string]string{"xl/workbook.xml": strings.Repeat(" ", maxPart+1)}), "解开后太大"},
		"long row": {archive(t, map[string]string{
			"xl/workbook.xml":            `<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet r:id="r1"/></sheets></workbook>`,
			"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>`,
			"xl/worksheets/sheet1.xml":   `<worksheet><sheetData><row><c t="inlineStr"><is><t>` + strings.Repeat("x", maxRow+1<<16),
		}), "解开后太大"},
	} {
		w := newWorld(t, 0)
		j, err := w.RunNow(context.Background(), staff.Program(), Upload{Mapping: "customers", FileName: "x.xlsx", Body: bytes.NewReader(c.body)}, nil)
		sentence := ""
		if f := fault.As(err); f != nil {
			sentence = f.Sentence
		} else if err == nil && j.State == Failed {
			sentence = j.Error
		}
		if !strings.Contains(sentence, c.want) {
			t.Errorf("%s: refused with %q (%v), want %q", name, sentence, err, c.want)
		}
		if n := w.db.QueryInt(`SELECT count(*) FROM customer`); n != 0 {
			t.Errorf("%s: %d customers came in", name, n)
		}
	}
}

func archive(t *testing.T, parts map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, text := range parts {
		f, err := w.Create(name)
		must(t, err)
		_, err = f.Write([]byte(text))
		must(t, err)
	}
	must(t, w.Close())
	return b.Bytes()
}

func TestGB18030IsReadAndSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 0)
	text := "客户号,姓名,职业\nA1,\"顾\n明远\",教师\nA2,𠮷田,移动\n"
	body, err := simplifiedchinese.GB18030.NewEncoder().Bytes([]byte(text))
	must(t, err)
	j := w.take("customers", body)
	w.wantDone(j, 2, 0, 0, 0)
	if j.Encoding != GB18030 {
		t.Errorf("encoding %q", j.Encoding)
	}
	if n := w.db.QueryInt(`SELECT count(*) FROM customer WHERE name IN ('顾 明远', '𠮷田') AND occupation IN ('教师', '移动')`); n != 2 {
		t.Errorf("%d customers as written, want 2", n)
	}
	j = w.take("customers", []byte(text))
	w.wantDone(j, 0, 0, 2, 0)
	if j.Encoding != UTF8 {
		t.Errorf("encoding %q", j.Encoding)
	}
}

func TestDateFormats(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]bool{
		"General": false, "0.00": false, "yyyy-mm-dd": true, `0.00"元/day"`: false, "[Red]0.00": false, "[h]:mm": true,
		`yyyy"年"m"月"`: true, `0.00_d`: false, `#,##0\d`: false, "0.00E+00": false, "@": false, "0;d": false,
	} {
		if got := dateFormat(code); got != want {
			t.Errorf("%s: %v", code, got)
		}
	}
	for i, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 701: "ZZ", 702: "AAA"} {
		if got := columnName(i); got != want {
			t.Errorf("column %d is %s, want %s", i, got, want)
		}
		if back, row := place(want + "12"); back != i || row != 12 {
			t.Errorf("%s12 is %d, %d", want, back, row)
		}
	}
}
