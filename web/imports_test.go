package web_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"liuhen/internal/chore"
	"liuhen/internal/htmlcheck"
	"liuhen/internal/webtest"
)

// upload posts a file with its fields behind it, as curl may.
func upload(t *testing.T, c *webtest.Client, name, body, mapping string) webtest.Response {
	t.Helper()
	return sendFile(c, name, body, url.Values{"mapping": {mapping}})
}

// sendFile posts a file of imports with the fields of its form behind it.
func sendFile(c *webtest.Client, name, body string, fields url.Values) webtest.Response {
	var b bytes.Buffer // writing to it never fails
	form := multipart.NewWriter(&b)
	if name != "" {
		if part, err := form.CreateFormFile("file", name); err == nil {
			fmt.Fprint(part, body)
		}
	}
	for key, values := range fields {
		_ = form.WriteField(key, values[0])
	}
	_ = form.Close()
	r := c.Request(http.MethodPost, "/admin/imports", &b)
	r.Header.Set("Content-Type", form.FormDataContentType())
	return c.Do(r)
}

// ended fetches a page of an import until the import is over.
func ended(c *webtest.Client, at string) webtest.Response {
	var page webtest.Response
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if page = c.Get(at); strings.Contains(page.Body, "导入完成") || strings.Contains(page.Body, "没有导入任何数据") {
			break
		}
	}
	return page
}

func TestAFileIsSentWatchedAndItsRejectsFetched(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	admin := p.As(p.People.Admin1)
	go chore.RunAll(t.Context(), slog.New(slog.DiscardHandler), p.Deps.Intake.Chores("")...) // ends with the test
	r := upload(t, admin, "名单.csv", "客户号,姓名,手机\nA1,何川,13800001111\nA2,,13800001112\n", "customers")
	if r.Status != http.StatusSeeOther {
		t.Fatalf("status %d: %s", r.Status, r.Body)
	}
	at := r.Header.Get("Location")
	page := ended(admin, at)
	htmlcheck.Page(t, page.Body)
	for _, want := range []string{"导入完成", "名单.csv", "姓名", "不能为空"} {
		if !strings.Contains(page.Body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Contains(page.Body, "13800001112") {
		t.Error("the page shows a value of the file")
	}
	if csv := admin.Get(at + "/rejects.csv"); csv.Status != http.StatusOK || csv.Body != "\ufeff行号,列,原因\r\n3,\"姓名\",\"不能为空\"\r\n" {
		t.Errorf("rejects %d %q", csv.Status, csv.Body)
	}
	if again := admin.Post(at+"/cancel", nil); again.Status != http.StatusConflict {
		t.Errorf("an ended import is cancelled with %d", again.Status)
	}
	if part := admin.Get(at + "/progress"); part.Status != http.StatusOK || strings.Contains(part.Body, "<html") {
		t.Errorf("progress %d", part.Status)
	}
}

func TestWhatCanNeverBeImportedComesBackWithTheForm(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	admin := p.As(p.People.Admin1)
	for name, c := range map[string]struct{ file, body, mapping, want string }{
		"no file":    {"", "", "customers", "请选择要导入的文件"},
		"empty":      {"x.csv", "", "customers", "有内容的文件"},
		"no mapping": {"x.csv", "客户号,姓名\nA1,何川\n", "nosuch", "请选择一个映射"},
		"excel":      {"x.xlsx", "PK\x03\x04", "customers", "工作簿打不开"},
		"no source":  {"x.csv", "客户号,姓名\nA1,何川\n", "", "请选择来源系统"},
		"no header":  {"x.csv", "A1,何川,13800001111\nA2,顾明,13800001112\n", "customers", "第一行看起来是数据"},
		"secret":     {"x.csv", "客户号,姓名,密码\nA1,何川,1\n", "customers", "C3"},
	} {
		r := upload(t, admin, c.file, c.body, c.mapping)
		if r.Status != http.StatusUnprocessableEntity || !strings.Contains(r.Body, c.want) {
			t.Errorf("%s: status %d without %q", name, r.Status, c.want)
		}
		htmlcheck.Page(t, r.Body)
	}
	if r := admin.Get("/admin/imports/999999"); r.Status != http.StatusNotFound {
		t.Errorf("an unknown import answers %d", r.Status)
	}
	if r := p.As(p.People.Manager1).Get("/admin/imports"); r.Status != http.StatusForbidden {
		t.Errorf("a manager gets %d", r.Status)
	}
}
