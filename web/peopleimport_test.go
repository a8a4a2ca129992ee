package web_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"liuhen/internal/webtest"
)

// sendRoll uploads a file of people.
func sendRoll(c *webtest.Client, name, body string) webtest.Response {
	var b bytes.Buffer // writing to it never fails
	form := multipart.NewWriter(&b)
	if part, err := form.CreateFormFile("file", name); err == nil {
		fmt.Fprint(part, body)
	}
	_ = form.Close()
	r := c.Request(http.MethodPost, "/admin/people/import", &b)
	r.Header.Set("Content-Type", form.FormDataContentType())
	return c.Do(r)
}

// TestPeopleFromAFileOnThePages looks at a file with a bad row, imports it, gets
// the passwords once and sees what came of it.
func TestPeopleFromAFileOnThePages(t *testing.T) {
	t.Parallel()
	p := webtest.New(t)
	admin := p.As(p.People.Admin1)
	wantPage(t, admin.Get("/admin/people"), http.StatusOK, `href="/admin/people/import"`)
	wantPage(t, admin.Get("/admin/people/import"), http.StatusOK, "核对", "XLSX 模板")
	wantPage(t, admin.Post("/admin/people/import", nil), http.StatusUnprocessableEntity, "请选择要上传的文件。")
	wantPage(t, sendRoll(admin, "a.csv", "工号,姓名\n1,2\n"), http.StatusUnprocessableEntity, "缺少这些列：用户名、角色、机构")
	wantPage(t, sendRoll(admin, "a.csv", strings.Repeat("x", 3<<20)), http.StatusUnprocessableEntity, "文件超过 2 MB")
	template := admin.Get("/admin/people/import/template?format=csv")
	if template.Body != "\ufeff工号,姓名,用户名,角色,机构,上级\r\n" {
		t.Errorf("template %q", template.Body)
	}

	file := "工号,姓名,用户名,角色,机构,上级\n5001,甲一,jia1,客户经理,101,2001\n5003,丙三,bing3,主管,102,9001\n12,坏一,huai,柜员,101,2001\n"
	sent := sendRoll(admin, "<b>校招.csv", file)
	wantPage(t, sent, http.StatusSeeOther)
	at := sent.Header.Get("Location")
	wantPage(t, admin.Get(at), http.StatusOK, "将新增 1", "须复核 1", "有问题 1", "没有这个角色", "导入并下载初始密码", "&lt;b&gt;校招")
	refused := admin.Get(at + "?show=refused")
	wantPage(t, refused, http.StatusOK, "huai")
	if strings.Contains(refused.Body, "jia1") {
		t.Error("a row is shown that was not asked for")
	}
	problems := admin.Get(at + "/problems.csv")
	if problems.Status != http.StatusOK || !strings.Contains(problems.Body, "4,角色,没有这个角色") {
		t.Errorf("problems: %d %s", problems.Status, problems.Body)
	}
	if n := p.DB.QueryInt(`SELECT count(*) FROM staff WHERE no = '5001'`); n != 0 {
		t.Error("looking at a file adds people")
	}

	got := admin.Post(at, nil)
	if got.Status != http.StatusOK || got.Header.Get("Cache-Control") != "no-store" || !strings.HasPrefix(got.Header.Get("Content-Disposition"), "attachment") {
		t.Fatalf("import: %d %v", got.Status, got.Header)
	}
	password := passwordOf(t, got.Body, "jia1")
	wantPage(t, admin.Get(at), http.StatusOK, "已导入", "新增 1 人，1 人提交复核", "已存在 1", "复核中 1")
	wantPage(t, admin.Post(at, nil), http.StatusConflict, "这个文件已在")
	compliance := p.As(p.People.Compliance1)
	for _, path := range []string{at, "/admin/people/import", "/admin/people?q=5001", "/trail", "/approvals"} {
		for who, c := range map[string]*webtest.Client{"the administrator": admin, "compliance": compliance} {
			if strings.Contains(c.Get(path).Body, password) {
				t.Errorf("%s shows %s the password again", path, who)
			}
		}
	}
	if strings.Contains(p.Log(), password) {
		t.Error("the log holds the password")
	}
	wantPage(t, compliance.Get("/approvals"), http.StatusOK, "批量新增人员：1 人", "丙三（5003）")
	newcomer := p.Anonymous()
	wantPage(t, newcomer.Post("/login", url.Values{"username": {"jia1"}, "password": {password}}), http.StatusSeeOther)
	first := newcomer.Get("/customers")
	if first.Status != http.StatusSeeOther || first.Header.Get("Location") != "/me/password" {
		t.Errorf("the first sign-in leads to %d %s", first.Status, first.Header.Get("Location"))
	}

	again := sendRoll(admin, "again.csv", file)
	wantPage(t, admin.Get(again.Header.Get("Location")), http.StatusOK, "没有可导入的人员，什么也不会变", "同一个文件已在")
	wantPage(t, admin.Get("/admin/people/import"), http.StatusOK, "again.csv", "尚未导入")
	for _, path := range []string{"/admin/people/import/x", "/admin/people/import/987654", "/admin/people/import/0"} {
		wantPage(t, admin.Get(path), http.StatusNotFound)
		wantPage(t, admin.Post(path, nil), http.StatusNotFound)
	}
	for _, path := range []string{at, at + "/problems.csv"} {
		wantPage(t, compliance.Get(path), http.StatusForbidden)
	}
}

// passwordOf reads the first password of somebody from the file of them.
func passwordOf(t *testing.T, file, username string) string {
	t.Helper()
	book, err := excelize.OpenReader(strings.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.GetRows("Sheet1")
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if len(row) > 5 && row[2] == username {
			return row[5]
		}
	}
	t.Fatalf("%s is not among %v", username, rows)
	return ""
}
