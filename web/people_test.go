package web_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"liuhen/internal/access"
	"liuhen/internal/authz"
	"liuhen/internal/fixture"
	"liuhen/internal/htmlcheck"
	"liuhen/internal/module"
	"liuhen/internal/pg"
	"liuhen/internal/pgtest"
	"liuhen/internal/seal"
	"liuhen/internal/staff"
	"liuhen/internal/staffing"
	"liuhen/internal/trail"
	"liuhen/internal/worklist"
	"liuhen/views/ui"
	"liuhen/web"
)

// office is the site with the areas of people, signing in and the trail, on a
// test institution in which everybody's password is "liuhen-demo".
type office struct {
	*pgtest.DB
	people fixture.Staff
	url    string
}

func newOffice(t *testing.T) office {
	t.Helper()
	db := pgtest.New(t)
	o := office{DB: db, people: fixture.People(t, db)}
	hash, err := staff.HashPassword("liuhen-demo")
	if err != nil {
		t.Fatal(err)
	}
	err = db.InTx(t.Context(), pg.System, func(tx *pg.Tx) error {
		_, err := tx.Exec(t.Context(), `UPDATE staff SET password_hash = $1`, hash)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	people := staff.NewDirectory(db.DB, seal.NewMasterKey())
	site := web.New(web.Deps{
		Staffing: staffing.NewOffice(db.DB, people),
		Modules:  module.NewSwitches(db.DB),
		Log:      slog.New(slog.DiscardHandler), DB: db.DB, People: people, Sessions: staff.NewSessions(db.DB),
		Lists: worklist.NewLists(db.DB, access.NewPolicies(db.DB)), Metrics: prometheus.NewRegistry(), Firm: "演示银行",
		Trail: trail.NewReader(db.DB, trail.Setting{
			MayRead:    func(role string) bool { return authz.Allows(staff.Role(role), authz.ReadTrail) },
			RoleLabel:  func(role string) string { return staff.Role(role).Label() },
			GroupLabel: func(group string) string { return group },
			Zone:       time.FixedZone("CST", 8*3600),
		}),
	})
	server := httptest.NewServer(site)
	t.Cleanup(func() { site.Close(); server.Close() })
	o.url = server.URL
	return o
}

// visitor is a browser that follows no redirects.
type visitor struct {
	t      *testing.T
	url    string
	client *http.Client
}

type answer struct {
	*http.Response
	body string
}

func (o office) visitor(t *testing.T) visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return visitor{t: t, url: o.url, client: &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error {
		return http.ErrUseLastResponse
	}}}
}

// as is a visitor who has signed in.
func (o office) as(t *testing.T, m *staff.Member) visitor {
	t.Helper()
	v := o.visitor(t)
	v.want(v.post("/login", url.Values{"username": {m.Username}, "password": {"liuhen-demo"}}), http.StatusSeeOther)
	return v
}

func (v visitor) get(path string) answer {
	v.t.Helper()
	return v.read(v.client.Get(v.url + path))
}

func (v visitor) post(path string, form url.Values) answer {
	v.t.Helper()
	return v.read(v.client.PostForm(v.url+path, form))
}

func (v visitor) read(res *http.Response, err error) answer {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	if strings.Contains(string(body), "<html") {
		htmlcheck.Page(v.t, string(body))
	}
	return answer{res, string(body)}
}

// want fails the test unless the answer has the status and holds the words.
func (v visitor) want(a answer, status int, words ...string) {
	v.t.Helper()
	if a.StatusCode != status {
		v.t.Fatalf("%s: %d, want %d\n%s", a.Request.URL, a.StatusCode, status, a.body)
	}
	for _, w := range words {
		if !strings.Contains(a.body, w) {
			v.t.Errorf("%s does not say %q", a.Request.URL, w)
		}
	}
}

// token is the session cookie of the visitor.
func (v visitor) token() string {
	v.t.Helper()
	at, err := url.Parse(v.url)
	if err != nil {
		v.t.Fatal(err)
	}
	for _, c := range v.client.Jar.Cookies(at) {
		if c.Name == "liuhen" {
			return c.Value
		}
	}
	return ""
}

func TestSigningInAndOut(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	v := o.visitor(t)
	v.want(v.get("/login?next=%2Ftrail%3Frefused%3D1"), http.StatusOK, `value="/trail?refused=1"`)
	form := url.Values{"username": {"compliance1"}, "password": {"not the password"}, "next": {"/trail?refused=1"}}
	wrong := v.post("/login", form)
	v.want(wrong, http.StatusUnprocessableEntity, "工号或密码不对。", `value="compliance1"`)
	if strings.Contains(wrong.body, "not the password") {
		t.Error("the page repeats the password")
	}
	form.Set("password", "liuhen-demo")
	in := v.post("/login", form)
	v.want(in, http.StatusSeeOther)
	if to := in.Header.Get("Location"); to != "/trail?refused=1" {
		t.Errorf("led to %q", to)
	}
	if n := o.QueryInt(`SELECT count(*) FROM session WHERE staff_id = $1 AND expires_at > now()`, o.people.Compliance1.ID); n != 1 {
		t.Errorf("%d sessions of the person", n)
	}
	v.want(v.get("/login"), http.StatusSeeOther)
	v.want(v.get("/trail"), http.StatusOK, "登录被拒")
	first := v.token()
	v.want(v.post("/login", form), http.StatusSeeOther)
	if v.token() == first || first == "" {
		t.Error("signing in again kept the token")
	}
	stolen := o.visitor(t)
	at, _ := url.Parse(o.url)
	stolen.client.Jar.SetCookies(at, v.client.Jar.Cookies(at))
	stolen.want(stolen.get("/trail"), http.StatusOK)
	v.want(v.post("/logout", nil), http.StatusSeeOther)
	for _, who := range []visitor{v, stolen} {
		out := who.get("/trail")
		who.want(out, http.StatusSeeOther)
		if to := out.Header.Get("Location"); to != "/login?next=%2Ftrail" {
			t.Errorf("led to %q", to)
		}
	}
	if n := o.QueryInt(`SELECT count(*) FROM trail WHERE action = 'session.signed_out' AND staff_id = $1`, o.people.Compliance1.ID); n != 1 {
		t.Errorf("%d sign-outs on the trail", n)
	}
}

func TestSignInSaysHowLongToWait(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	v := o.visitor(t)
	v.want(v.post("/login", nil), http.StatusUnprocessableEntity, "请填写工号", "请填写密码")
	form := url.Values{"username": {"manager1"}, "password": {"wrong"}}
	for range 5 {
		v.want(v.post("/login", form), http.StatusUnprocessableEntity)
	}
	paused := v.post("/login", form)
	v.want(paused, http.StatusTooManyRequests, "15 分钟后再试")
	if s, err := strconv.Atoi(paused.Header.Get("Retry-After")); err != nil || s < 800 || s > 900 {
		t.Errorf("Retry-After %q", paused.Header.Get("Retry-After"))
	}
}

func TestTrailPage(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	_, no := fixture.Customer(t, o.DB, fixture.File{Name: "不许出现", Manager: o.people.Manager1})
	m := o.people.Manager1
	err := trail.Note(t.Context(), o.DB.DB, m.Who(), trail.Entry{Action: trail.FileViewed, CustomerNo: no})
	if err != nil {
		t.Fatal(err)
	}
	v := o.as(t, o.people.Compliance1)
	v.want(v.get("/trail?staff=3001"), http.StatusOK, "查看档案", `href="/customers/`+no+`"`, "导出 CSV（1 条）")
	v.want(v.get("/trail?staff=3001&customer="+no[:4]+"+"+no[4:]), http.StatusOK, "查看档案", "导出 CSV（1 条）")
	v.want(v.get("/trail?staff=9999"), http.StatusOK, "没有符合条件的留痕")
	v.want(v.get("/trail?from=yesterday"), http.StatusUnprocessableEntity, "日期应写成")
	v.want(v.get("/trail?from=2026-11-23&to=2026-11-01"), http.StatusUnprocessableEntity, "开始日期不能晚于结束日期")
	v.want(v.get("/trail?after=x"), http.StatusUnprocessableEntity)
	file := v.get("/trail.csv?staff=3001")
	v.want(file, http.StatusOK, "\ufeff操作留痕：由 郑合规（9001）", no, "到此为止")
	if ct := file.Header.Get("Content-Type"); ct != "text/csv; charset=utf-8" || !strings.HasPrefix(file.Header.Get("Content-Disposition"), "attachment; filename=\"trail-2") {
		t.Errorf("headers %v", file.Header)
	}
	refused := v.get("/trail.csv?from=x")
	v.want(refused, http.StatusUnprocessableEntity, "<html")

	auditor := o.as(t, o.people.Auditor1)
	page := auditor.get("/trail?staff=3001")
	auditor.want(page, http.StatusOK, string(ui.AppendCustomerNo(nil, no)))
	if strings.Contains(page.body, "/customers/") || strings.Contains(page.body, "不许出现") {
		t.Error("an auditor is led to a customer")
	}
	manager := o.as(t, m)
	manager.want(manager.get("/trail"), http.StatusForbidden)
	manager.want(manager.get("/trail.csv"), http.StatusForbidden)
}

func TestPeoplePage(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	v := o.as(t, o.people.Admin1)
	v.want(v.get("/admin/people"), http.StatusOK, "共 9 人", "林悦", "新增人员")
	v.want(v.get("/admin/people?q=%E6%9E%97&role=manager&branch="+strconv.FormatInt(o.people.Branch1ID, 10)), http.StatusOK, "共 1 人")
	v.want(v.get("/admin/people?branch=x"), http.StatusOK, "共 0 人")
	form := url.Values{
		"no": {"5001"}, "username": {"Wang"}, "name": {"王新"}, "role": {"manager"}, "branch": {"101"}, "superior": {""}, "password": {"a long secret one"},
	}
	bad := v.post("/admin/people", form)
	v.want(bad, http.StatusUnprocessableEntity, "客户经理须有上级", `value="王新"`, "<title>需要修改：人员")
	if strings.Contains(bad.body, "a long secret one") {
		t.Error("the page repeats the password")
	}
	form.Set("superior", "2001")
	v.want(v.post("/admin/people", form), http.StatusSeeOther)
	v.want(v.get("/admin/people?q=5001"), http.StatusOK, "已新增王新（5001）。", "wang")

	one := "/admin/people/" + strconv.FormatInt(o.people.Newbie.ID, 10)
	v.want(v.post(one+"/disable", nil), http.StatusUnprocessableEntity, "请填写停用原因", "填写原因")
	v.want(v.post(one+"/disable", url.Values{"reason": {"离职"}}), http.StatusSeeOther)
	v.want(v.get("/admin/people?disabled=1"), http.StatusOK, "陈新", "恢复", "已停用，登录与调阅授权已立即结束。")
	v.want(v.post(one+"/disable", url.Values{"reason": {"离职"}}), http.StatusConflict)
	v.want(v.post(one+"/enable", nil), http.StatusSeeOther)
	v.want(v.get("/admin/people?disabled=1"), http.StatusOK, "陈新", "等待复核的变动", "恢复账号：陈新（3003）", "等 郑合规 复核")
	v.want(v.post(one+"/enable", nil), http.StatusConflict, "已有一项变动在等 郑合规 复核")
	self := "/admin/people/" + strconv.FormatInt(o.people.Admin1.ID, 10)
	v.want(v.post(self+"/disable", url.Values{"reason": {"离职"}}), http.StatusConflict, "不能停用自己的账号")
	v.want(v.post("/admin/people/0/disable", url.Values{"reason": {"离职"}}), http.StatusNotFound)
	v.want(v.post("/admin/people/x/enable", nil), http.StatusNotFound)
	v.want(v.post("/admin/people/987654/enable", nil), http.StatusNotFound)
}
