package web_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"liuhen/internal/chore"
	"liuhen/internal/htmlcheck"
	"liuhen/internal/webtest"
)

// quotedCell writes a text as one cell of a CSV file.
func quotedCell(s string) string {
	return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
}

// draftOf sends a file that nobody has mapped and returns where it waits.
func draftOf(c *webtest.Client) string {
	return sendFile(c, "x.csv", "编号一,名二\nA1,何川\n", url.Values{"source": {"crm"}}).Header.Get("Location")
}

// twoSheets is a workbook with a second sheet of the name, as far as a
// workbook may have it.
func twoSheets(name string) string {
	book := excelize.NewFile()
	if _, err := book.NewSheet(name); err != nil {
		_, _ = book.NewSheet("二") // a name that no workbook can have
	}
	_ = book.SetCellValue("Sheet1", "A1", "编号一")
	var b bytes.Buffer
	_ = book.Write(&b)
	return b.String()
}

// crm makes the source known whose files are sent.
func crm(p *webtest.Portal) {
	p.DB.MustExec(`INSERT INTO source_system (code, name, note) VALUES ('crm', '客户关系系统', '') ON CONFLICT DO NOTHING`)
}

// secretFile is a file that nobody has mapped, with what nobody who imports may
// see, and those values.
func secretFile(n int) (file string, secrets []string) {
	var b strings.Builder
	b.WriteString("客户编号,客户姓名,身份证号,联系电话,家庭住址,年龄说明\n")
	for i := range n {
		row := []string{
			fmt.Sprintf("KH%07d", 1_000_000+i*37), "沈密" + string(rune('一'+i)), fmt.Sprintf("77%04d19%02d01010%03dX", i, i%90+10, i%999),
			fmt.Sprintf("139%08d", 27_000_001+i*97), fmt.Sprintf("江州市滨江区密路弄%04d号暗门", i), "暗语" + string(rune('一'+i)),
		}
		if i%7 == 3 {
			row[3] = "暗号" + string(rune('一'+i)) // not a telephone number: rejected
		}
		secrets = append(secrets, row...)
		b.WriteString(strings.Join(row, ",") + "\n")
	}
	return b.String(), secrets
}

func TestWhoImportsSeesNothingOfTheFile(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	crm(p)
	go chore.RunAll(t.Context(), slog.New(slog.DiscardHandler), p.Deps.Intake.Chores("")...) // ends with the test
	file, secrets := secretFile(170)
	admin := p.As(p.People.Admin1)
	sent := sendFile(admin, "people.csv", file, url.Values{"source": {"crm"}, "dry": {"1"}})
	at := sent.Header.Get("Location")
	if sent.Status != http.StatusSeeOther || !strings.HasPrefix(at, "/admin/imports/drafts/") {
		t.Fatalf("%d to %q: %s", sent.Status, at, sent.Body)
	}
	form := url.Values{"kind": {"customer"}, "for": {"customer"}, "name": {"crm-people"}, "title": {"客户"}, "dry": {"1"},
		"c.external_no": {"客户编号"}, "c.name": {"客户姓名"}, "c.certificate_no": {"身份证号"}, "c.mobile": {"联系电话"}, "c.address": {"家庭住址"}}
	wrong := url.Values{"kind": {"holding"}, "for": {"holding"}, "name": {"X"}, "c.value": {"联系电话"}, "c.valued_on": {"身份证号"}, "c.units": {"客户姓名"}}
	seen := []webtest.Response{sent, admin.Get(at), admin.Get(at + "?kind=loan&for=customer"), admin.Get(at + "?" + form.Encode()), admin.Get(at + "?" + wrong.Encode()), admin.Post(at, wrong)}
	if !strings.Contains(seen[1].Body, "按列名和内容给出建议") || !strings.Contains(seen[1].Body, `value="客户姓名" selected`) {
		t.Error("nothing is proposed")
	}
	if !strings.Contains(seen[3].Body, "不是有效的电话号码") {
		t.Error("the check of the first rows does not find the wrong numbers")
	}
	if got := seen[5]; got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "请为「持仓号」选择一列") {
		t.Errorf("a mapping that cannot be: %d", got.Status)
	}
	saved := admin.Post(at, form)
	if saved.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", saved.Status, saved.Body)
	}
	run := saved.Header.Get("Location")
	result := ended(admin, run)
	for _, want := range []string{"试导入完成", "前几行会这样采用", "不是有效的电话号码", "手机号", "开始导入", "联系电话"} {
		if !strings.Contains(result.Body, want) {
			t.Errorf("the dry run does not say %q", want)
		}
	}
	seen = append(seen, saved, result, admin.Get(run+"/progress"), admin.Get(run+"/rejects.csv"), admin.Get("/admin/imports"), admin.Get("/admin/sources/crm"))
	started := admin.Post(run+"/start", nil)
	seen = append(seen, started, ended(admin, started.Header.Get("Location")))
	for _, who := range p.People.All() {
		c := p.As(who)
		for _, path := range []string{at, run, run + "/progress", run + "/rejects.csv", "/admin/imports", "/admin/conflicts", "/admin/sources", "/trail", "/"} {
			if who.Role != "compliance" || path != "/admin/conflicts" {
				seen = append(seen, c.Get(path))
			}
		}
	}
	for _, got := range seen {
		for _, s := range secrets {
			if strings.Contains(headersAndBody(got), s) {
				t.Fatalf("an answer holds %s:\n%s", s, got.Body)
			}
		}
		if strings.Contains(got.Body, "<html") {
			htmlcheck.Page(t, got.Body)
		}
	}
	for _, s := range secrets {
		if strings.Contains(p.Log(), s) {
			t.Fatalf("the log holds %s", s)
		}
	}
	if n := p.DB.QueryInt(`SELECT count(*) FROM contact_point WHERE kind = 'address'`); n < 100 {
		t.Errorf("%d addresses were imported: the walk proves nothing", n)
	}
}

func TestADryRunIsGivenUp(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	crm(p)
	go chore.RunAll(t.Context(), slog.New(slog.DiscardHandler), p.Deps.Intake.Chores("")...) // ends with the test
	admin := p.As(p.People.Admin1)
	sent := sendFile(admin, "x.csv", "客户号,姓名\nA1,何川\n", url.Values{"mapping": {"customers"}, "dry": {"1"}})
	at := sent.Header.Get("Location")
	ended(admin, at)
	if got := admin.Post(at+"/discard", nil); got.Status != http.StatusSeeOther {
		t.Fatalf("%d %s", got.Status, got.Body)
	}
	if got := admin.Post(at+"/start", nil); got.Status != http.StatusConflict {
		t.Errorf("given up and started: %d", got.Status)
	}
	draft := draftOf(admin)
	if got := admin.Post(draft+"/drop", nil); got.Status != http.StatusSeeOther {
		t.Errorf("%d", got.Status)
	}
	if got := admin.Get(draft); got.Status != http.StatusNotFound {
		t.Errorf("a file that was given up: %d", got.Status)
	}
	if n := p.DB.QueryInt(`SELECT count(*) FROM customer`); n != 0 {
		t.Errorf("%d customers", n)
	}
}

func TestASheetIsChosenOnThePage(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	crm(p)
	admin := p.As(p.People.Admin1)
	sent := sendFile(admin, "book.xlsx", twoSheets("名单"), url.Values{"source": {"crm"}})
	page := admin.Follow(sent)
	htmlcheck.Page(t, page.Body)
	if !strings.Contains(page.Body, "有 2 个工作表") || !strings.Contains(page.Body, "名单") {
		t.Fatalf("%d %s", page.Status, page.Body)
	}
	at := sent.Header.Get("Location")
	if got := admin.Post(at+"/sheet", url.Values{"sheet": {"名单"}}); got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Body, "文件是空的") {
		t.Errorf("an empty sheet: %d", got.Status)
	}
	if got := admin.Post(at+"/sheet", url.Values{"sheet": {"Sheet1"}}); got.Status != http.StatusSeeOther {
		t.Errorf("%d", got.Status)
	}
	if got := admin.Get(at); !strings.Contains(got.Body, "编号一") {
		t.Error("the sheet's columns are not shown")
	}
}

// fileFields are the inputs of imports: names of files, sheets and columns, and
// what the mapping editor takes.
func fileFields(admin *webtest.Client) []field {
	return []field{
		{"file name", func(a string) webtest.Response {
			return sendFile(admin, "x"+a, "客户号,姓名\nA1,何川\n", url.Values{"mapping": {"customers"}, "dry": {"1"}})
		}, "/admin/imports"},
		{"file choices", func(a string) webtest.Response {
			return sendFile(admin, "x.csv", "客户号,姓名\nA1,何川\n", url.Values{"mapping": {a}, "source": {a}, "branch": {a}})
		}, ""},
		{"file source", func(a string) webtest.Response {
			return sendFile(admin, "x.csv", "客户号,姓名\nA1,何川\n", url.Values{"source": {a}})
		}, ""},
		{"header", func(a string) webtest.Response {
			return admin.Follow(sendFile(admin, "x.csv", "编号一,"+quotedCell(a)+"\nA1,何川\n", url.Values{"source": {"crm"}}))
		}, ""},
		{"sheet name", func(a string) webtest.Response {
			return admin.Follow(sendFile(admin, "x.xlsx", twoSheets(a), url.Values{"source": {"crm"}}))
		}, ""},
		{"mapping check", func(a string) webtest.Response {
			at := draftOf(admin)
			return admin.Get(at + "?" + url.Values{"kind": {"customer"}, "for": {"customer"}, "name": {a}, "title": {a}, "c.name": {a}, "a.birth_date": {a}}.Encode())
		}, ""},
		{"mapping words", func(a string) webtest.Response {
			values := url.Values{"kind": {"party"}, "for": {"party"}, "name": {"crm-attack"}, "title": {"x"}, "c.external_no": {"编号一"}, "c.customer_ref": {"名二"}, "c.account_ref": {"名二"}, "f.role": {a}, "w.role": {a}}
			return admin.Post(draftOf(admin), values)
		}, ""},
		{"mapping kind", func(a string) webtest.Response {
			return admin.Get(draftOf(admin) + "?" + url.Values{"kind": {a}, "for": {a}}.Encode())
		}, ""},
		{"mapping names", func(a string) webtest.Response {
			return admin.Post(draftOf(admin), url.Values{"kind": {"customer"}, "for": {"customer"}, "name": {a}, "title": {a}, "c.external_no": {"编号一"}, "c.name": {a}})
		}, ""},
		{"mapping title", func(a string) webtest.Response {
			return admin.Post(draftOf(admin), url.Values{"kind": {"customer"}, "for": {"customer"}, "name": {"crm-attack"}, "title": {a}, "c.external_no": {"编号一"}, "c.name": {"名二"}})
		}, "/admin/imports"},
		{"sheet", func(a string) webtest.Response {
			at := sendFile(admin, "x.xlsx", twoSheets("二"), url.Values{"source": {"crm"}}).Header.Get("Location")
			return admin.Post(at+"/sheet", url.Values{"sheet": {a}})
		}, ""},
	}
}
